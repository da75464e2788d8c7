"""Pictures that people send: taken apart and made anew, so that only what is to be seen is left.

Where it was taken, with what and when lies in a picture's metadata; none of it is kept.
"""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from api.problems import HttpError

MOST_BYTES: Final = 15 << 20
MOST_PIXELS: Final = 40_000_000
"""Of what comes in: a telephone's largest."""
LONGEST_SIDE: Final = 2048
"""Pixels of what is kept."""
FORMATS: Final = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE: Final = "image/jpeg"


def made_anew(data: bytes) -> bytes:
    """Return a picture as a JPEG of its pixels alone, upright, at most `LONGEST_SIDE` long.

    Raises:
        HttpError: it is no picture of an allowed kind (415), too large (413), or broken (422).
    """
    if len(data) > MOST_BYTES:
        raise HttpError(
            413, "too_big", f"A picture has at most {MOST_BYTES >> 20} MB.", "Send a smaller one."
        )
    try:
        with warnings.catch_warnings():
            # Its warning about many pixels is our refusal, by our own number.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise HttpError(
            415,
            "not_an_allowed_type",
            "This is no picture that we can read.",
            "Send a JPEG, PNG or WebP.",
        ) from None
    if opened.width * opened.height > MOST_PIXELS:
        raise HttpError(
            413,
            "too_big",
            f"A picture has at most {MOST_PIXELS // 1_000_000} million pixels.",
            "Send a smaller one.",
        )
    try:
        with opened:
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = _on_white(upright)
    except Exception:  # noqa: BLE001 (a broken picture may raise anything at all)
        raise HttpError(
            422, "broken_picture", "This picture is broken.", "Take or save it once more."
        ) from None
    made = io.BytesIO()
    # A new picture of the pixels alone: nothing else of the old one can come along.
    clean = Image.frombytes("RGB", plain.size, plain.tobytes())
    clean.save(made, "JPEG", quality=85)
    return made.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(ground, seen).convert("RGB")
    return picture.convert("RGB")
