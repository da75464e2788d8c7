"""Who may name supporters and guardians, agree, and dispute."""

from __future__ import annotations

from registry.policies import Answer, No


def may_name_supporter(*, is_self: bool, is_minor: bool, guards: bool) -> Answer:
    """A grown-up for themselves; for somebody under 18 their guardian.

    So that no child is talked into letting a stranger in.
    """
    if guards or (is_self and not is_minor):
        return True
    if is_self:
        return No(
            "guardian_names",
            "Until you are 18 your guardian names who helps you.",
            "Tell them whom you want. You can take anybody off again yourself.",
        )
    return No("not_theirs_to_name", "You may not name supporters for this person.")


def may_be_guardian(*, is_grown_up: bool, is_minor: bool, is_same: bool) -> Answer:
    """Somebody known to be 18 or older, of somebody known to be under 18."""
    if is_same or not is_minor:
        return No("no_guardian_needed", "Guardians are for people under 18.")
    if not is_grown_up:
        return No(
            "not_grown_up",
            "A guardian is 18 or older.",
            "They have to tell their date of birth first, in their profile.",
        )
    return True


def may_accept(*, is_invited: bool) -> Answer:
    """The one of the two who did not invite."""
    if is_invited:
        return True
    return No("not_yours_to_accept", "The other one has to accept this.")


def may_dispute(*, is_one_of_them: bool, is_other_guardian: bool, is_steward: bool) -> Answer:
    """The young person, any of their guardians, and a steward. It holds at once."""
    if is_one_of_them or is_other_guardian or is_steward:
        return True
    return No("not_yours_to_dispute", "You may not dispute this.")


def may_settle(*, is_steward: bool) -> Answer:
    """A steward, once they have talked with everybody."""
    if is_steward:
        return True
    return No("steward_needed", "A steward settles this.", "They were told of the dispute.")


def may_end(*, is_guardian: bool, is_accepted: bool, is_steward: bool) -> Answer:
    """The guardian themselves, and a steward; an invitation that waits, either of the two."""
    if is_guardian or is_steward or not is_accepted:
        return True
    return No(
        "not_yours_to_end",
        "A young person cannot end this by themselves, but dispute it: that holds at once.",
        "Dispute it; a steward will talk with you.",
    )


def may_consent(*, is_self: bool, guards: bool) -> Answer:
    """For oneself; a guardian beside the young person, never instead."""
    if is_self or guards:
        return True
    return No("not_theirs_to_consent", "You cannot agree for this person.")
