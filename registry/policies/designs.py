"""Who may do what with designs, forks and teams."""

from __future__ import annotations

from registry.actor import Actor
from registry.policies import Answer, No


def may_fork(actor: Actor) -> Answer:
    """Anybody whom we can credit and who can come back to their draft."""
    if not actor.is_known:
        return No("not_signed_in", "Sign in, or use your team's token.")
    return True


def may_fork_for_team(actor: Actor, *, is_member: bool) -> Answer:
    """A team's own token, or somebody in the team."""
    if actor.team_id is None and not is_member:
        return No("not_your_team", "Only people in a team make forks for it.")
    return True


def may_ask_for_proof(actor: Actor, *, is_owner: bool) -> Answer:
    """A steward; and whose fork it is: proofs take minutes of a machine that all share."""
    if not (actor.is_steward or is_owner):
        return No(
            "steward_needed",
            "A proof is asked for by a steward, or by whose fork it is.",
            "A fork's version is proved by itself when it is released.",
        )
    return True


def may_answer_offer(actor: Actor, *, of_library: bool, is_owner: bool) -> Answer:
    """Whose fork it is offered to; of the library's own designs, a steward."""
    if of_library and not actor.is_steward:
        return No("steward_needed", "What is offered to the library, stewards answer.")
    if not of_library and not is_owner:
        return No("not_yours", "Only who looks after a design answers what is offered to it.")
    return True


def may_withdraw_offer(*, is_owner: bool) -> Answer:
    """Whose fork was offered."""
    if not is_owner:
        return No("not_yours", "Only who offered it takes it back.")
    return True


def may_review(actor: Actor, *, is_own: bool) -> Answer:
    """A reviewer who signed in and has no part in what they review."""
    if not actor.is_reviewer:
        return No("reviewer_needed", "Designs are reviewed by reviewers, who signed in.")
    if is_own:
        return No("own_work", "Nobody reviews their own work.", "Ask another reviewer.")
    return True


def may_see_what_waits(actor: Actor) -> Answer:
    """Reviewers, and stewards."""
    if actor.is_reviewer or actor.is_steward:
        return True
    return No("reviewer_needed", "Reviewers see what waits for them.")


def may_make_team(actor: Actor) -> Answer:
    """A person who signed in."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Teams are made by people who signed in, not by tokens.")
    return True


def _leads(actor: Actor, role: str, *, by_program: str, by_member: str) -> Answer:
    """Somebody who leads the team, signed in; else what is said to a token or to a member."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", by_program)
    if role != "lead":
        return No("lead_needed", by_member, "Ask a lead.")
    return True


def may_change_members(actor: Actor, role: str) -> Answer:
    """Somebody who leads the team, signed in."""
    return _leads(
        actor,
        role,
        by_program="Who is in a team is for people who signed in to say.",
        by_member="Only who leads a team says who is in it.",
    )


def may_rename_team(actor: Actor, role: str) -> Answer:
    """Somebody who leads the team, signed in."""
    return _leads(
        actor,
        role,
        by_program="Teams are named by people who signed in, not by tokens.",
        by_member="Only who leads a team gives it a name.",
    )


def may_invite(actor: Actor, role: str) -> Answer:
    """Somebody who leads the team, signed in."""
    return _leads(
        actor,
        role,
        by_program="People are invited by people who signed in, not by tokens.",
        by_member="Only who leads a team invites people to it.",
    )


def may_join_team(actor: Actor) -> Answer:
    """Somebody who signed in."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Teams are joined by people who signed in, not by tokens.")
    return True


def may_show_name(actor: Actor) -> Answer:
    """Somebody in the team who signed in."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Whether a name is shown is for people who signed in to say.")
    return True


def may_leave_team(*, is_last_lead: bool) -> Answer:
    """Anybody, but a team keeps somebody who leads it."""
    if is_last_lead:
        return No(
            "last_lead",
            "A team needs somebody who leads it.",
            "Let somebody else lead it first.",
        )
    return True


def may_make_team_token(actor: Actor) -> Answer:
    """Somebody in the team who signed in; a token does not breed."""
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Tokens are made by people who signed in, not by other tokens.")
    return True


def may_end_team_token(actor: Actor, role: str, *, is_maker: bool) -> Answer:
    """Who made it, or who leads the team."""
    if role != "lead" and not is_maker:
        return No("lead_needed", "A token is ended by who made it, or by a lead.", "Ask a lead.")
    if actor.sign_in_id is None:
        return No("sign_in_needed", "Sign in to end a token.")
    return True
