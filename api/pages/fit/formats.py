"""Which files people want."""

from __future__ import annotations

from typing import Final

USUAL: Final = ("stl", "3mf", "glb", "guide")
"""What somebody wants who prints at home: to print, to look at, and how to build it."""
