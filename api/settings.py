"""Settings: from the environment (FITCOMMONS_…, DATABASE_URL), with safe defaults for one machine.

A start that would be unsafe is refused, with what to change.
"""

from __future__ import annotations

import ipaddress
import os
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry.crypto import KeyRing


class UnsafeStart(Exception):
    """The service would run in a way that endangers people; the message says how to change it."""


class Settings(BaseSettings):
    """What the service is started with.

    Attributes:
        database_url: PostgreSQL of yours; without it one is started in the data folder.
        data_dir: where database, files and keys of one machine are.
        files_url: storage of many machines, such as ``s3://bucket/path``; else the data folder.
        keys: the key ring, as `registry.crypto.KeyRing.parse` reads it; else a file of the data
            folder, made at the first start.
        host, port: where it listens.
        public_url: its address for people; https unless it listens on this machine alone.
        trusted_proxy: whether the address of a client is told by a proxy of yours.
        debug: tell details of our own mistakes. Never in public.
        most_waiting_fits: with more in the queue, new ones are told to come back.
        fit_seconds, fit_megabytes: what making one fit may take.
        preview_children: how many processes a web server keeps for models to look at.
        preview_seconds: what making one such model may take.
        web: how many web servers `serve` keeps running; as many as there are processors, four at
            most, unless you say.
        workers: how many worker processes `serve` keeps running.
        proof_people: for how many people (or settings) a design's version is proved.
        proof_seconds: after which a proof is given up.
        mail_url: where mail is handed over, ``smtp://name:password@host:587``, or ``smtps`` with
            port 465; without it nothing is mailed.
        mail_from: who it is from, such as ``fitcommons <hello@example.org>``.
    """

    model_config = SettingsConfigDict(env_prefix="FITCOMMONS_", extra="ignore")

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    data_dir: Path | None = None
    files_url: str | None = None
    keys: SecretStr | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None
    trusted_proxy: bool = False
    debug: bool = False
    most_waiting_fits: int = 50
    fit_seconds: int = 300
    fit_megabytes: int = 6144
    proof_people: int = Field(default=200, ge=1)
    proof_seconds: int = Field(default=7200, ge=1)
    preview_children: int = Field(default=2, ge=1, le=8)
    preview_seconds: float = Field(default=15.0, gt=0)
    mail_url: SecretStr | None = None
    mail_from: str | None = None
    web: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), ge=1, le=64)
    workers: int = 1

    @cached_property
    def folder(self) -> Path:
        """The data folder.

        Raises:
            UnsafeStart: root would keep it in a home folder, which the embedded database opens
                to everybody.
        """
        is_root = hasattr(os, "geteuid") and os.geteuid() == 0
        if self.data_dir is None:
            return (
                Path("/var/lib/fitcommons")
                if is_root
                else Path(platformdirs.user_data_dir("fitcommons"))
            )
        folder = self.data_dir.expanduser().resolve()
        if is_root and self.database_url is None and folder.is_relative_to(Path.home()):
            raise UnsafeStart(
                f"FITCOMMONS_DATA_DIR is {folder}. Run by root, the embedded database opens every "
                "folder above its data to everybody. Choose a folder outside of your home, such as "
                "/var/lib/fitcommons, or start as an ordinary user."
            )
        return folder

    @property
    def listens_to_all(self) -> bool:
        """Whether other machines can reach it."""
        if self.host == "localhost":
            return False
        try:
            return not ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return True

    @property
    def url(self) -> str:
        """The address for people, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    def check(self) -> None:
        """Refuse what is unsafe.

        Raises:
            UnsafeStart: all reasons at once.
        """
        wrong = self._wrong_with_mail()
        if self.listens_to_all:
            if self.debug:
                wrong.append("FITCOMMONS_DEBUG is on and other machines can reach it: unset it.")
            if self.keys is None:
                wrong.append(
                    "Other machines can reach it, but the keys lie beside the data: set "
                    "FITCOMMONS_KEYS, from a place that backups of the database do not include."
                )
            if not self.url.startswith("https://"):
                wrong.append(
                    "Other machines can reach it without https: set FITCOMMONS_PUBLIC_URL to its "
                    "https address and put a proxy with a certificate before it."
                )
        if wrong:
            raise UnsafeStart("\n".join(wrong))

    def _wrong_with_mail(self) -> list[str]:
        if self.mail_url is None:
            return []
        wrong = []
        to = urlsplit(self.mail_url.get_secret_value())
        if to.scheme not in ("smtp", "smtps") or not to.hostname:
            wrong.append("FITCOMMONS_MAIL_URL must be smtp://name:password@host:587 or smtps://….")
        if "@" not in (self.mail_from or ""):
            wrong.append("Mail needs FITCOMMONS_MAIL_FROM: who it is from, with an address.")
        return wrong

    def key_ring(self) -> KeyRing:
        """Return the key ring; on one machine, make it at the first start.

        Raises:
            BadKeyRing: it cannot be read.
        """
        if self.keys is not None:
            return KeyRing.parse(self.keys.get_secret_value())
        file = self.folder / "keys"
        if not file.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            # Made with its rights, not given them afterwards; never over another's.
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as to:
                to.write(KeyRing.fresh().text())
        return KeyRing.parse(file.read_text())
