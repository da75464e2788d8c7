"""Writing requests, moving them along, talking about them, and trying the device on."""

from __future__ import annotations

from registry.requests.usecases.moving import lock, move
from registry.requests.usecases.noting import note_reads
from registry.requests.usecases.talking import MOST_PICTURES, add_picture, remove_picture, say
from registry.requests.usecases.trying import check_fit
from registry.requests.usecases.writing import MOST_OPEN, Written, edit, write

__all__ = [
    "MOST_OPEN",
    "MOST_PICTURES",
    "Written",
    "add_picture",
    "check_fit",
    "edit",
    "lock",
    "move",
    "note_reads",
    "remove_picture",
    "say",
    "write",
]
