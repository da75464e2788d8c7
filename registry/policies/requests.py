"""Who may see and do what with a request.

`Seat` is what somebody is to one request; everything here follows from it and from where the
request stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from registry.policies import Answer, No
from registry.requests.states import Move, Role, State


class Sees(StrEnum):
    """Groups of fields that are seen together or not at all."""

    CLOCK = "clock"
    """Where it stands and since when."""
    COARSE = "coarse"
    """Region, size band, design, and the line that the person wrote for every maker."""
    WISH = "wish"
    MEASUREMENTS = "measurements"
    NAME = "name"
    ADDRESS = "address"
    MESSAGES = "messages"
    PICTURES = "pictures"
    DECISIONS = "decisions"


@dataclass(frozen=True)
class Seat:
    """What somebody is to a request just now.

    Attributes:
        roles: all of them.
        grants: what the person lets them do, of a supporter.
        state: where the request stands.
        guarded: the person is under 18, so a guardian speaks with the maker.
        wrote_address: the person wrote an address to send to.
    """

    roles: frozenset[Role]
    grants: frozenset[str]
    state: State
    guarded: bool = False
    wrote_address: bool = False

    def can(self, grant: str) -> bool:
        """Whether they may do this for the person: as the person, the guardian, or by a grant."""
        return bool(self.roles & _OWN) or (Role.SUPPORTER in self.roles and grant in self.grants)


_OWN: Final = frozenset({Role.PERSON, Role.GUARDIAN})

MAKER_MEASURES: Final = frozenset(
    {
        State.MATCHED,
        State.DESIGNING,
        State.AGREED,
        State.MAKING,
        State.SENT,
        State.RECEIVED,
        State.FIT_CHECK,
        State.REMAKE,
    }
)
"""While the confirmed maker works on it. Paused, in use and closed ones are none of their work."""

MAKER_SENDS: Final = frozenset({State.AGREED, State.MAKING, State.SENT})
"""While somebody may have to put it into the post."""

CAN_CHANGE: Final = MAKER_MEASURES - {State.MAKING, State.SENT} | {
    State.DRAFT,
    State.READY,
    State.OPEN,
    State.PAUSED,
    State.IN_USE,
}
"""What is being made is not changed under the maker's hands: it goes back to designing first."""


def sees(seat: Seat) -> frozenset[Sees]:
    """Return what somebody sees of a request; nothing at all means that they may not know of it."""
    found: set[Sees] = set()
    if seat.roles & _OWN:
        found |= set(Sees)
    if Role.SUPPORTER in seat.roles and "see" in seat.grants:
        found |= {Sees.CLOCK, Sees.COARSE, Sees.WISH, Sees.NAME, Sees.PICTURES, Sees.DECISIONS}
        if "measure" in seat.grants:
            found.add(Sees.MEASUREMENTS)
        if "message" in seat.grants:
            found.add(Sees.MESSAGES)
    if Role.MAKER in seat.roles:
        found |= {Sees.CLOCK, Sees.COARSE, Sees.MESSAGES, Sees.DECISIONS}
        if seat.state in MAKER_MEASURES:
            found |= {Sees.WISH, Sees.NAME, Sees.MEASUREMENTS, Sees.PICTURES}
        if seat.state in MAKER_SENDS and seat.wrote_address:
            found.add(Sees.ADDRESS)
    if seat.roles & {Role.ASKED, Role.CLAIMANT} and seat.state is State.OPEN:
        found |= {Sees.CLOCK, Sees.COARSE}
    if Role.STEWARD in seat.roles:
        found.add(Sees.CLOCK)
    if seat.guarded and not seat.roles & {Role.GUARDIAN, Role.MAKER}:
        # Only the guardian and the maker write to each other: nobody reaches a child here.
        found.discard(Sees.MESSAGES)
    return frozenset(found)


def is_own_side(seat: Seat) -> bool:
    """Whether somebody stands on the person's side."""
    return bool(seat.roles & {Role.PERSON, Role.GUARDIAN, Role.SUPPORTER})


def is_maker_only(seat: Seat) -> bool:
    """Whether somebody sees the request as its maker and in no other way."""
    return Role.MAKER in seat.roles and not is_own_side(seat)


def may_ask_for(*, is_self: bool, is_guardian: bool, grants: frozenset[str]) -> Answer:
    """For oneself; for another as their guardian, or as a supporter who may write."""
    if is_self or is_guardian or "write" in grants:
        return True
    return No(
        "not_theirs_to_ask",
        "You may not write requests for this person.",
        "They can name you as a supporter who may write.",
    )


def may_move(seat: Seat, move: Move) -> Answer:
    """Who the table of moves names; a supporter only where the person lets them write."""
    roles = seat.roles & move.by
    if roles - {Role.SUPPORTER}:
        return True
    if roles and "write" in seat.grants:
        return True
    if Role.SYSTEM in move.by:
        return No(
            "follows_by_itself",
            "This follows by itself when something else happens.",
            HAPPENS_WHEN.get(move.to, ""),
        )
    who = " or ".join(_CALLED[role] for role in sorted(move.by))
    return No("not_yours_to_move", f"Only {who} can do this.")


def may_edit(seat: Seat, fields: frozenset[str]) -> Answer:
    """The person, their guardian, and a supporter who may write; or measure, for that alone."""
    if seat.roles & _OWN:
        return True
    allowed: set[str] = set()
    if Role.SUPPORTER in seat.roles and "write" in seat.grants:
        allowed |= WRITABLE - {"address", "measurements", "is_public"}
    if Role.SUPPORTER in seat.roles and "measure" in seat.grants:
        allowed |= {"measurements"}
    if Role.MAKER in seat.roles and seat.state in DESIGNED_TOGETHER:
        # Found out together: what it shall be, and how large.
        allowed |= {"design", "design_version", "measurements", "size_mm", "material"}
    left = sorted(fields - allowed)
    if left:
        return No(
            "not_yours_to_write",
            f"You may not change {', '.join(left)} here.",
            "Ask the person.",
        )
    return True


WRITABLE: Final = frozenset(
    {
        "wish",
        "design",
        "design_version",
        "measurements",
        "fit_id",
        "address",
        "size_mm",
        "material",
        "place",
        "languages",
        "channel",
        "is_public",
    }
)

DESIGNED_TOGETHER: Final = frozenset({State.MATCHED, State.DESIGNING, State.REMAKE})


def may_discard(seat: Seat, *, wrote_it: bool) -> Answer:
    """The person, their guardian, or the supporter who wrote it and still may write."""
    if seat.roles & _OWN or (wrote_it and seat.can("write")):
        return True
    return No("not_yours_to_discard", "Only the person can throw this away.")


def can_discard_now(state: State, *, was_open: bool) -> Answer:
    """What nobody else has ever seen: a draft that was never open."""
    if state is not State.DRAFT or was_open:
        return No(
            "not_a_draft",
            "Only what nobody else has seen can be thrown away.",
            "You can close it instead, and say why.",
        )
    return True


def can_change_now(state: State, fields: frozenset[str]) -> Answer:
    """What is closed stays as it is; what is being made keeps its design and measurements."""
    if state is State.CLOSED:
        return No("closed", "This request is closed.", "Open it again first.")
    if state not in CAN_CHANGE and fields - {"address", "languages", "channel", "is_public"}:
        return No(
            "being_made",
            "This is being made just now.",
            "Take it back to designing first; then everything can be changed.",
        )
    return True


def may_say(seat: Seat) -> Answer:
    """Person and confirmed maker, a supporter who may; for under-18s the guardian and the maker."""
    if seat.state in (State.DRAFT, State.READY, State.OPEN, State.CLOSED):
        return No("nobody_there", "There is no maker to talk with just now.")
    if seat.roles & {Role.GUARDIAN, Role.MAKER}:
        return True
    if seat.guarded:
        return No(
            "guardian_writes",
            "For somebody under 18 the guardian writes with the maker.",
            "Tell your guardian what to write.",
        )
    if seat.can("message"):
        return True
    return No("not_yours_to_write", "You may not write here.", "Ask the person.")


def may_read_messages(seat: Seat) -> Answer:
    """Who may write them, then and later."""
    if Sees.MESSAGES in sees(seat):
        return True
    if seat.guarded and seat.roles & {Role.PERSON, Role.SUPPORTER}:
        return No("guardian_reads", "For somebody under 18 the guardian writes with the maker.")
    return No("not_yours_to_read", "You may not read what is said here.")


def may_show_pictures(seat: Seat) -> Answer:
    """The person's side, and the confirmed maker while working on it."""
    if seat.can("write") or (Sees.PICTURES in sees(seat) and Role.MAKER in seat.roles):
        return True
    return No("not_yours_to_write", "You may not add pictures here.", "Ask the person.")


def may_remove_picture(seat: Seat, *, is_owner: bool) -> Answer:
    """Whoever added it, and the person whose request it is."""
    if is_owner or seat.roles & _OWN:
        return True
    return No("not_yours_to_write", "This picture is somebody else's.")


def may_see(seat: Seat, what: Sees) -> Answer:
    """Whether somebody who knows of the request sees this of it."""
    if what in sees(seat):
        return True
    return No("not_yours_to_read", "You may not see this part of the request.")


def may_check_fit(seat: Seat) -> Answer:
    """The person whose body it is, or their guardian."""
    if seat.roles & _OWN:
        return True
    return No("only_the_person", "Only the person can say whether it fits.")


def may_tell_outcome(seat: Seat) -> Answer:
    """The person who has the device, or their guardian."""
    if seat.roles & _OWN:
        return True
    return No("only_the_person", "Only the person can say how it turned out.")


_CALLED: Final[dict[Role, str]] = {
    Role.PERSON: "the person",
    Role.GUARDIAN: "their guardian",
    Role.SUPPORTER: "a supporter who may write",
    Role.MAKER: "the confirmed maker",
}

HAPPENS_WHEN: Final[dict[State, str]] = {
    State.MATCHED: "The person confirms a maker.",
    State.AGREED: "The person says yes to the kit's exact recipe.",
    State.OPEN: "The maker gives the job back.",
}
