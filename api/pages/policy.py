"""What a page may load: our own things, and on pages with a 3D view the little more that it needs.

No script or style stands in any page. The viewer writes one style of its own into its shadow
tree: that very style is allowed by its digest, and no other. It also compiles a decoder for
meshes when it is loaded (``wasm-unsafe-eval``), which allows WebAssembly and no JavaScript.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import Final

from api.pages import static

_SCRIPTS: Final = "script-src 'self'"
_STYLES: Final = "style-src 'self'"

PLAIN: Final = (
    f"default-src 'none'; {_SCRIPTS}; {_STYLES}; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)

VIEWER: Final = "vendor/model-viewer.js"


@cache
def with_3d() -> str:
    """Return the policy of a page with a 3D view."""
    return PLAIN.replace(_SCRIPTS, f"{_SCRIPTS} 'wasm-unsafe-eval'").replace(
        _STYLES, " ".join([_STYLES, *_digests(static.files()[VIEWER].read_text("utf-8"))])
    )


def _digests(script: str) -> list[str]:
    """Return the digests of the styles that a script holds, as a policy names them."""
    found = re.findall(r"<style>(.*?)</style>", script, re.DOTALL)
    sums = (hashlib.sha256(style.encode()).digest() for style in found)
    return [f"'sha256-{base64.b64encode(each).decode()}'" for each in sums]
