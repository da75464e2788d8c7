"""Whether tests that sample sample little, or all that they claim.

`make test` has ten minutes; `make test-all` takes an hour, before something is said to be done.
"""

from __future__ import annotations

import os
from typing import Final

THOROUGH: Final = os.environ.get("THOROUGH") == "1"
