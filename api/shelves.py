"""Which folders designs are looked for in, besides the library's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

MORE_DESIGNS: Final = "FITCOMMONS_DESIGNS"
"""Environment variable: folders in which to look for more designs."""


def look_in_more_folders() -> None:
    """Also find the designs in the folders that the environment names."""
    # Importing designs costs numpy; those who only look at --help do not pay for it.
    from designs.discover import look_in

    for folder in os.environ.get(MORE_DESIGNS, "").split(os.pathsep):
        if folder:
            look_in(Path(folder))
