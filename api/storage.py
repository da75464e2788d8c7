"""Files, sealed, under a keyed digest of what they hold: in a folder, or in S3 for many machines.

Content is sealed with the key ring before it leaves this process, because a part's shape tells of
a body. The digest is keyed, so that nobody can ask storage whether it knows a file. A row in the
table of files is committed only after the content was stored; what nothing refers to is swept
away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import obstore
from obstore.store import LocalStore, ObjectStore, from_url
from sqlalchemy import delete, exists, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from api.settings import Settings
from registry import clock, crypto
from registry.files.model import StoredFile
from registry.fits.model import FitFile
from registry.jobs.model import Variant
from registry.requests.model import Picture

_FIELD = "files.content"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Storage:
    """Keeps files."""

    def __init__(self, store: ObjectStore) -> None:
        """Keep them in this store."""
        self._store = store

    @classmethod
    def of(cls, settings: Settings) -> Storage:
        """Return the storage that the settings name."""
        if settings.files_url is not None:
            return cls(from_url(settings.files_url))
        folder = settings.folder / "files"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(LocalStore(folder))

    def put(self, session: Session, data: bytes) -> bytes:
        """Store a file and note it; return its keyed digest.

        The same content is stored once. The row lies in the session's transaction.
        """
        return self.put_all(session, [data])[0]

    def put_all(self, session: Session, files: Sequence[bytes]) -> list[bytes]:
        """Store several files as `put` does; return their digests in order."""
        ring = crypto.ring()
        digests = [ring.blind(data, "files") for data in files]
        content = dict(zip(digests, files, strict=True))
        # The rows first, which holds off `sweep` and is seen by nobody before the commit; always
        # in the same order, so that two who store the same files do not wait for each other.
        for digest in sorted(content):
            row = {"digest": digest, "size": len(content[digest]), "stored_at": clock.now()}
            session.execute(
                insert(StoredFile)
                .values(row)
                .on_conflict_do_update(index_elements=["digest"], set_={"stored_at": clock.now()})
            )
        for digest, data in content.items():
            obstore.put(self._store, _path(digest), ring.seal(data, _FIELD))
        return digests

    def get(self, digest: bytes) -> bytes:
        """Return what is stored under a digest.

        Raises:
            FileNotFoundError: nothing is.
        """
        sealed = obstore.get(self._store, _path(digest)).bytes()
        return crypto.ring().open(bytes(sealed), _FIELD)

    def sweep(self, session: Session) -> int:
        """Delete files that nothing refers to any more; return how many."""
        used = or_(
            exists().where(FitFile.digest == StoredFile.digest),
            exists().where(Picture.file_digest == StoredFile.digest),
            exists().where(Variant.uploaded_digest == StoredFile.digest),
            exists().where(Variant.rebuilt_digest == StoredFile.digest),
        )
        unused = session.scalars(select(StoredFile.digest).where(~used)).all()
        swept = 0
        for digest in unused:
            # Locked first and looked at again: somebody may just have stored the same content.
            mine = select(StoredFile.digest).where(StoredFile.digest == digest)
            if session.scalar(mine.with_for_update(skip_locked=True)) is None:
                continue
            gone = delete(StoredFile).where(StoredFile.digest == digest, ~used)
            if session.scalar(gone.returning(StoredFile.digest)) is not None:
                obstore.delete(self._store, _path(digest))
                swept += 1
        return swept

    def sweep_strays(self, session: Session, before: datetime) -> int:
        """Delete content older than this whose row was never committed; return how many."""
        strays = 0
        for found in obstore.list(self._store):
            old = {
                bytes.fromhex(name): each["path"]
                for each in found
                if each["last_modified"] < before
                and _DIGEST.fullmatch(name := each["path"].rpartition("/")[2])
            }
            known = session.scalars(select(StoredFile.digest).where(StoredFile.digest.in_(old)))
            for path in set(old.values()) - {old[bytes(digest)] for digest in known}:
                obstore.delete(self._store, path)
                strays += 1
        return strays


def _path(digest: bytes) -> str:
    name = digest.hex()
    return f"{name[:2]}/{name}"
