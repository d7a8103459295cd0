"""Access keys: pairs of an ID that everybody may see and a secret that only the requester knows.

A signature can only be checked by somebody who has the secret, so that secrets are stored, encrypted.
Keys live in the world's time, whatever the sandbox's own clock says.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from string import ascii_uppercase, digits
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import exists, false, insert, or_, select, update

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.lib import disk
from mturk_tasks.marketplace.storage.schema import access_key, requester
from mturk_tasks.marketplace.storage.store import Store

_OF_OTHERS: Final = 0o077
_REMEMBERED: Final = 1.0  # seconds until a rotation made elsewhere is seen here
_PREFIX: Final = "MTRK"  # not Amazon's AKIA: nobody should take one for the other
_LENGTH: Final = 16
_SECRET_BYTES: Final = 30  # 40 characters, as Amazon's have


@dataclass(frozen=True)
class Pair:
    """One access key with its secret; it is shown once."""

    access_key_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Holder:
    """Whose key it is, by the key of the row and the public ID, and what it signs with."""

    key: int
    requester_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class Known:
    """What may be told of an access key; `ended` is None for one that goes on."""

    access_key_id: str
    requester: int
    created: datetime
    ended: datetime | None


class Keys:
    """The access keys of a marketplace; `now` is the world's moment throughout."""

    def __init__(self, store: Store, file: KeyFile) -> None:
        self._store = store
        self._file = file
        self._recent: dict[str, tuple[float, datetime | None, Holder]] = {}

    def prepare(self) -> None:
        """Make the key file if it is still to be made; raise FileError where it cannot be, or is lost."""
        self._cipher()

    def add(self, owner: int, now: datetime) -> Pair:
        """Give a requester, by the key of the row, one more pair."""
        return self.rotate(owner, now, keep=None)

    def rotate(self, owner: int, now: datetime, keep: timedelta | None = timedelta(0)) -> Pair:
        """Give a requester a new pair and end the others, at once or when `keep` has passed.

        None leaves the others as they are.
        """
        pair = Pair(_new_id(), secrets.token_urlsafe(_SECRET_BYTES))
        hidden = self._cipher().encrypt(pair.secret.encode()).decode()
        row = {"access_key_id": pair.access_key_id, "requester": owner, "secret": hidden, "created": now}
        with self._store.writing() as db:
            if keep is not None:
                lasting = or_(access_key.c.ended.is_(None), access_key.c.ended > now + keep)
                others = update(access_key).where(access_key.c.requester == owner, lasting)
                db.execute(others.values(ended=now + keep))
            db.execute(insert(access_key), row)
        self._recent.clear()
        return pair

    def find(self, access_key_id: str, now: datetime) -> Holder | None:
        """Return whose key it is; None for one that is unknown or ended, or whose requester is disabled.

        What changes elsewhere is seen within a second. Raise FileError where the secret cannot be read.
        """
        seen, ended, holder = self._recent.get(access_key_id) or (0.0, None, None)
        if holder is None or time.monotonic() - seen > _REMEMBERED:
            ended, holder = self._look_up(access_key_id)
        return holder if ended is None or now < ended else None

    def listed(self) -> list[Known]:
        """Return every key, the first made first."""
        columns = (access_key.c.access_key_id, access_key.c.requester, access_key.c.created)
        query = select(*columns, access_key.c.ended).order_by(access_key.c.id)
        with self._store.reading() as db:
            return [Known(*row) for row in db.execute(query)]

    def derived(self, purpose: str) -> bytes:
        """Return a secret for another purpose, the same in every process that has the key file."""
        self._file.made()
        return hmac.digest(self._file.path.read_bytes().strip(), purpose.encode(), "sha256")

    def check(self) -> None:
        """Raise FileError where there are keys whose secrets cannot be read with the key file."""
        with self._store.reading() as db:
            hidden = db.execute(select(access_key.c.secret).limit(1)).scalar_one_or_none()
        if hidden is not None:
            self._reveal(hidden)

    def _look_up(self, access_key_id: str) -> tuple[datetime | None, Holder | None]:
        columns = (requester.c.id, requester.c.requester_id, access_key.c.secret, access_key.c.ended)
        query = select(*columns).join_from(access_key, requester)
        named = query.where(access_key.c.access_key_id == access_key_id, requester.c.disabled.is_(false()))
        with self._store.reading() as db:
            row = db.execute(named).one_or_none()
        if row is None:
            self._recent.pop(access_key_id, None)
            return None, None
        holder = Holder(row.id, row.requester_id, self._reveal(row.secret))
        self._recent[access_key_id] = (time.monotonic(), row.ended, holder)
        return row.ended, holder

    def _reveal(self, hidden: str) -> str:
        cipher = self._file.cipher()
        if cipher is None:
            raise self._lost()
        try:
            return cipher.decrypt(hidden).decode()
        except InvalidToken as error:
            raise self._lost() from error

    def _cipher(self) -> Fernet:
        """Return the cipher; a new one only while nothing was encrypted with another."""
        with self._store.reading() as db:
            in_use = db.execute(select(exists(select(access_key.c.id)))).scalar_one()
        if not in_use:
            return self._file.made()
        self.check()
        return self._file.made()

    def _lost(self) -> FileError:
        text = "is not the key that hides this marketplace's secrets; name that one with --key-file"
        return FileError(Problem(self._file.path, None, text))


@dataclass(frozen=True)
class KeyFile:
    """The file whose key encrypts the requesters' secrets; it belongs in no database and no backup."""

    path: Path

    def cipher(self) -> Fernet | None:
        """Return the cipher, None where there is no file.

        Raise FileError for a file that others may read, or that holds no key.
        """
        try:
            exposed = self.path.stat().st_mode & _OF_OTHERS
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._fault(f"cannot be read as the marketplace's key: {error}") from error
        if exposed:
            raise self._fault(f"may be read by others; type: chmod 600 {self.path}")
        try:
            return Fernet(text.strip())
        except ValueError as error:
            raise self._fault("holds no key of a marketplace") from error

    def made(self) -> Fernet:
        """Return the cipher, making the file where there is none.

        Of two processes that make it at once, the first one's counts. Raise FileError where it
        cannot be written.
        """
        cipher = self.cipher()
        if cipher is None:
            try:
                disk.create(self.path, Fernet.generate_key() + b"\n")
            except OSError as error:
                raise self._fault(f"cannot be written: {error.strerror or error}") from error
            cipher = self.cipher()
        if cipher is None:
            raise self._fault("cannot be read as the marketplace's key: it is a link to nothing")
        return cipher

    def _fault(self, text: str) -> FileError:
        return FileError(Problem(self.path, None, text))


def _new_id() -> str:
    return _PREFIX + "".join(secrets.choice(ascii_uppercase + digits) for _ in range(_LENGTH))
