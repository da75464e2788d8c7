"""Sealed fields open for the ring that sealed them, in their own place, and nowhere else."""

import os

import pytest

from registry.crypto import BadKeyRing, CannotOpen, KeyRing


def test_what_is_sealed_opens_again_and_never_looks_the_same() -> None:
    """Two seals of one text differ, and both open."""
    ring = KeyRing.fresh()
    one, two = (ring.seal(b"152 mm", "fits.entries") for _ in range(2))
    assert one != two
    assert b"152" not in one
    assert ring.open(one, "fits.entries") == ring.open(two, "fits.entries") == b"152 mm"


def test_a_value_moved_to_another_field_does_not_open() -> None:
    """The field's name belongs to the seal."""
    ring = KeyRing.fresh()
    with pytest.raises(CannotOpen):
        ring.open(ring.seal(b"x", "people.name"), "people.email")


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    """Rotation: the first key of the ring seals, all of them open; the index stays."""
    old = KeyRing.fresh()
    sealed = old.seal(b"x", "people.name")
    new = KeyRing.parse(f"k2:{_base64(os.urandom(32))},{old.text()}")
    assert new.open(sealed, "people.name") == b"x"
    assert new.sealed_with(new.seal(b"x", "people.name")) == "k2"
    assert new.blind("a@b.org", "email") == old.blind("a@b.org", "email")


@pytest.mark.parametrize("text", ["", "k1:AAAA", "index:", "k1:%%%,index:%%%"])
def test_a_bad_ring_is_refused(text: str) -> None:
    """A ring without an index, or with a key of the wrong length, is no ring."""
    with pytest.raises(BadKeyRing):
        KeyRing.parse(text)


def _base64(key: bytes) -> str:
    import base64

    return base64.b64encode(key).decode()
