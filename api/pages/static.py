"""Styles, scripts, fonts and pictures: kept by browsers for good, under an address of their bytes.

One fingerprint stands for all of them, so that they find each other by relative addresses.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from registry.errors import NotFound

router = APIRouter(include_in_schema=False)

FOLDER: Final = Path(__file__).parent / "static"

TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".glb": "model/gltf-binary",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""What is served, by the ends of names; nothing else is."""

_SMALLER_AS_GZIP: Final = {".css", ".js", ".json", ".svg", ".txt", ".wasm"}


def address(path: str) -> str:
    """Return where a page finds a file, such as ``css/base.css``.

    Raises:
        NotFound: there is no such file.
    """
    if path not in files():
        raise NotFound("file")
    return f"/static/{fingerprint()}/{path}"


@router.get("/static/{seen}/{path:path}")
def file(seen: str, path: str, request: Request) -> Response:
    """Give a file, for good where the address is the one of its bytes."""
    found = files().get(path)
    if found is None:
        raise NotFound("file")
    headers = {"Vary": "Accept-Encoding"}
    body = _bytes(path)
    if found.suffix in _SMALLER_AS_GZIP and "gzip" in request.headers.get("accept-encoding", ""):
        body = _gzipped(path)
        headers["Content-Encoding"] = "gzip"
    is_current = seen == fingerprint()
    headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_current else "public, no-cache"
    )
    return Response(body, media_type=TYPES[found.suffix], headers=headers)


@cache
def files() -> dict[str, Path]:
    """Return all files by their paths."""
    return {
        each.relative_to(FOLDER).as_posix(): each
        for each in sorted(FOLDER.rglob("*"))
        if each.is_file() and each.suffix in TYPES
    }


@cache
def fingerprint() -> str:
    """Return a short digest of all names and bytes."""
    whole = hashlib.sha256()
    for path, each in files().items():
        whole.update(f"{path}\0".encode() + hashlib.sha256(each.read_bytes()).digest())
    return whole.hexdigest()[:12]


@cache
def _bytes(path: str) -> bytes:
    return files()[path].read_bytes()


@cache
def _gzipped(path: str) -> bytes:
    return gzip.compress(_bytes(path), 9, mtime=0)
