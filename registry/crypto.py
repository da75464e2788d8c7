"""Fields that only their readers can read: sealed before they reach the database.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce, the field's own name as associated data:
a value copied into another column does not open. The key ring comes from outside the database.
A new key is added in front; older ones stay until everything was sealed again.

A sealed value is ``b"1" key-id ":" nonce ciphertext``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_NONCE_BYTES = 12
_KEY_BYTES = 32
_FORMAT = b"1"


class BadKeyRing(ValueError):
    """The key ring cannot be used; the message says why."""


class CannotOpen(ValueError):
    """A sealed value was changed, belongs to another field, or its key is not on the ring."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by name; the first one seals, all of them open.

    Attributes:
        keys: 32 bytes each, by a short name.
        index: the key of `blind` and of names of files. It never rotates: what was found by it
            must be found again.
    """

    keys: Mapping[str, bytes]
    index: bytes

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read ``name:base64,name:base64,index:base64``; the first seals.

        Raises:
            BadKeyRing: a key is not 32 bytes, a name is there twice, or index is missing.
        """
        keys: dict[str, bytes] = {}
        for entry in filter(None, (each.strip() for each in text.split(","))):
            name, _, coded = entry.partition(":")
            try:
                key = base64.b64decode(coded, validate=True)
            except ValueError:
                raise BadKeyRing(f"Key {name!r} is not base64.") from None
            if len(key) != _KEY_BYTES:
                raise BadKeyRing(f"Key {name!r} has {len(key)} bytes, {_KEY_BYTES} are needed.")
            if name in keys or not name.isalnum() or not name.isascii():
                raise BadKeyRing(f"Key names are letters and digits, each once; {name!r} is not.")
            keys[name] = key
        index = keys.pop("index", None)
        if index is None or not keys:
            raise BadKeyRing("A key ring needs a key called index and at least one other.")
        return cls(keys, index)

    @classmethod
    def fresh(cls) -> KeyRing:
        """Return a new ring of random keys."""
        return cls({"k1": os.urandom(_KEY_BYTES)}, os.urandom(_KEY_BYTES))

    def text(self) -> str:
        """Return the ring as `parse` reads it. It is a secret."""
        entries = [*self.keys.items(), ("index", self.index)]
        return ",".join(f"{name}:{base64.b64encode(key).decode()}" for name, key in entries)

    def seal(self, plain: bytes, field: str) -> bytes:
        """Return `plain` sealed for the field of this name, with the first key."""
        name, key = next(iter(self.keys.items()))
        nonce = os.urandom(_NONCE_BYTES)
        return (
            _FORMAT
            + name.encode()
            + b":"
            + nonce
            + AESGCM(key).encrypt(nonce, plain, field.encode())
        )

    def open(self, sealed: bytes, field: str) -> bytes:
        """Return what was sealed.

        Raises:
            CannotOpen: see there.
        """
        head, _, rest = sealed.partition(b":")
        key = self.keys.get(head[1:].decode("ascii", "replace"))
        if head[:1] != _FORMAT or key is None:
            raise CannotOpen(f"{field}: sealed with a key that is not on the ring.")
        try:
            return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], field.encode())
        except InvalidTag:
            raise CannotOpen(f"{field}: the sealed value is damaged or not this field's.") from None

    def sealed_with(self, sealed: bytes) -> str:
        """Return the name of the key that a value was sealed with."""
        return sealed.partition(b":")[0][1:].decode("ascii", "replace")

    def blind(self, value: str | bytes, purpose: str) -> bytes:
        """Return 32 bytes by which a value can be found but not guessed without the ring."""
        raw = value.encode() if isinstance(value, str) else value
        return hmac.new(self._derived(purpose), raw, hashlib.sha256).digest()

    def _derived(self, purpose: str) -> bytes:
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose.encode()).derive(self.index)


_RING: list[KeyRing] = []


def install(ring: KeyRing) -> None:
    """Use this ring in this process from now on."""
    _RING[:] = [ring]


def ring() -> KeyRing:
    """Return the ring in use.

    Raises:
        BadKeyRing: none was installed.
    """
    if not _RING:
        raise BadKeyRing("No key ring is installed: start through `fitcommons serve`.")
    return _RING[0]


class SealedText(TypeDecorator[str]):
    """A text that the database holds sealed. `field` is ``table.column``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Seal."""
        return None if value is None else ring().seal(value.encode(), self.field)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Open."""
        return None if value is None else ring().open(bytes(value), self.field).decode()


class SealedJson(TypeDecorator[Any]):
    """JSON that the database holds sealed. `field` is ``table.column``."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Seal."""
        if value is None:
            return None
        return ring().seal(json.dumps(value, ensure_ascii=False).encode(), self.field)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 (SQLAlchemy's signature)
        """Open."""
        return None if value is None else json.loads(ring().open(bytes(value), self.field))
