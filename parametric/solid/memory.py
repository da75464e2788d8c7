"""What was worked out before, kept by all that it depends on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """What was worked out before, by what it was worked out from; the least used are let go."""

    def __init__(self, most_things: int = 4000) -> None:
        """Remember at most `most_things`."""
        self._most = most_things
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        """How many things are remembered."""
        return len(self._kept)

    def find(self, key: Hashable) -> Any:
        """Return what is remembered under `key`, None where nothing is."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: Hashable, made: object) -> None:
        """Remember something, which must not be changed afterwards.

        Args:
            key: all that it depends on, beginning with a word for what it is.
            made: what is remembered.
        """
        self._kept[key] = made
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def recall(self, key: Hashable, work_out: Callable[[], T]) -> T:
        """Return what is remembered under `key`; otherwise work it out and remember it."""
        found: T | None = self.find(key)
        if found is None:
            found = work_out()
            self.keep(key, found)
        return found
