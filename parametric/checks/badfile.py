"""Why a file was refused."""

from __future__ import annotations


class BadFile(ValueError):
    """A file was refused. `code` is stable, for programs; `says` is a sentence for people."""

    def __init__(self, code: str, says: str) -> None:
        super().__init__(code, says)
        self.code = code
        self.says = says

    def __str__(self) -> str:
        return self.says
