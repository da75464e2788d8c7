"""Who may do what with fits. Who may not know of one does not get this far."""

from __future__ import annotations

from uuid import UUID

from registry.actor import Actor
from registry.policies import Answer, No


def may_cancel(actor: Actor, *, owner_id: UUID | None) -> Answer:
    """The person it is for. A fit of nobody known is in the hands of whoever knows its address."""
    if owner_id is not None and owner_id != actor.person_id:
        return No(
            "not_yours_to_cancel",
            "This fit belongs to the person it is made for.",
            "Ask them in a message within the request.",
        )
    return True
