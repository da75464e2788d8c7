"""Write all drawings to where the pages serve them from."""

from __future__ import annotations

from pathlib import Path

from scripts.drawings.choices import ANSWERS, TOPICS
from scripts.drawings.measures import DRAWINGS

IMG = Path(__file__).parents[2] / "api" / "pages" / "static" / "img"


def main() -> None:
    """Write them, and say how many."""
    for folder, drawings in (("measures", DRAWINGS), ("topics", TOPICS), ("answers", ANSWERS)):
        (IMG / folder).mkdir(parents=True, exist_ok=True)
        for name, drawing in drawings.items():
            (IMG / folder / f"{name}.svg").write_text(drawing(), "utf-8")
        print(f"{folder}: {len(drawings)} drawings")


if __name__ == "__main__":
    main()
