"""Stored files: the row says that the content is in storage, sealed, under its digest."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, Created


class StoredFile(Base):
    """A file's keyed digest and size. Rows are made after the content was stored."""

    __tablename__ = "files"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    stored_at: Mapped[Created]
