"""What can go wrong in the registry, named for what happened.

::

    RegistryError
    ├── NotFound        it is not there, or may not be known to be
    ├── NotAllowed      it is there, and this person may not do this with it
    ├── NotSignedIn     nobody knows who is asking
    ├── Invalid         something that was given cannot be used
    ├── Gone            it was there, and must not be used any more
    ├── Conflict        the world has moved on since the asker looked
    ├── TooMany         more than is fair in this time
    └── TooBusy         no room for more work just now

Each says what happened and what to do about it, in plain sentences; `code` never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass


class RegistryError(Exception):
    """Something the registry refuses.

    Attributes:
        code: a stable name for programs.
        says: what happened, as a plain sentence.
        advice: what to do, as a plain sentence; may be empty.
    """

    def __init__(self, code: str, says: str, advice: str = "") -> None:
        super().__init__(says)
        self.code = code
        self.says = says
        self.advice = advice


class NotFound(RegistryError):
    """There is no such thing, or the asker may not know that there is."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}.", "Check the address.")


class NotAllowed(RegistryError):
    """The asker may see the thing but not do this with it."""


class NotSignedIn(RegistryError):
    """Nobody knows who is asking."""

    def __init__(
        self, says: str = "Please sign in first.", code: str = "not_signed_in", advice: str = ""
    ) -> None:
        super().__init__(code, says, advice)


@dataclass(frozen=True)
class FieldProblem:
    """One thing that is wrong with what was given."""

    field: str
    given: str
    says: str
    allowed: str = ""
    advice: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as a JSON object."""
        return asdict(self)


class Invalid(RegistryError):
    """Something that was given cannot be used; `problems` holds all that is wrong."""

    def __init__(self, problems: Sequence[FieldProblem], code: str = "invalid") -> None:
        super().__init__(code, " ".join(f"{p.field}: {p.says}" for p in problems))
        self.problems = tuple(problems)

    @classmethod
    def field(
        cls, field: str, given: object, says: str, *, allowed: str = "", advice: str = ""
    ) -> Invalid:
        """Return the error for a single field."""
        return cls((FieldProblem(field, str(given), says, allowed, advice),))


class Gone(RegistryError):
    """The thing was there, and must not be used any more; it says why."""


class Conflict(RegistryError):
    """The thing changed since the asker looked, or somebody else was first.

    `problems` names what is in the way, where that are fields of something.
    """

    def __init__(
        self, code: str, says: str, advice: str = "", problems: Sequence[FieldProblem] = ()
    ) -> None:
        super().__init__(code, says, advice)
        self.problems = tuple(problems)


class TooMany(RegistryError):
    """More than is fair; it is fine again after `retry_after_s` seconds."""

    def __init__(self, says: str, retry_after_s: int) -> None:
        super().__init__("too_many", says, f"Try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s


class TooBusy(RegistryError):
    """No room for more work; it may have room after `retry_after_s` seconds."""

    def __init__(self, says: str, retry_after_s: int) -> None:
        super().__init__("too_busy", says, f"Try again in {retry_after_s} seconds.")
        self.retry_after_s = retry_after_s
