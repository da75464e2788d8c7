"""Secrets: passwords are hashed slowly (Argon2id), random tokens quickly (they cannot be guessed).

Argon2id with 19 MiB, 2 passes, 1 lane: OWASP's Password Storage Cheat Sheet. At most a few are
hashed at a time, so that sign-ins cannot eat the memory.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_ROOM = threading.BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """Return the hash of a password."""
    with _ROOM:
        return _HASHER.hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    """Whether the password is the one that was hashed; as slow for nobody's as for a wrong one."""
    with _ROOM:
        try:
            _HASHER.verify(hashed or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_hex())


def new_secret(prefix: str) -> str:
    """Return a fresh random secret of 256 bits, such as ``fcs_…``."""
    return f"{prefix}_{secrets.token_urlsafe(32)}"


def secret_hash(secret: str) -> bytes:
    """Return what the database keeps of a random secret."""
    return hashlib.sha256(secret.encode()).digest()
