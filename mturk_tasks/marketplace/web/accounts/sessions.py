"""Who is signed in: a row for each session, so that signing out ends it wherever its cookie is.

Moments are the world's: a sandbox whose clock is moved signs nobody out.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import Connection, bindparam, delete, func, insert, select, text

from mturk_tasks.marketplace.storage.schema import account, attempt, session, study, worker
from mturk_tasks.marketplace.storage.store import Store

# Passwords: which are good enough, and how they are kept.
#
# The hash is Argon2id with the lowest costs that OWASP's password storage cheat sheet gives.


SHORTEST: Final = 10  # characters
LONGEST: Final = 256
_AT_ONCE: Final = threading.BoundedSemaphore(4)  # a hash takes its memory, and there are many threads
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # tests put a cheap one in


def is_good(password: str) -> bool:
    """Say whether a password is neither too short nor too long."""
    return SHORTEST <= len(password) <= LONGEST


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Say whether a password is the one that was kept; where nothing was, it takes as long to say no."""
    try:
        with _AT_ONCE:
            return hasher.verify(kept or _nobodys(), password[: LONGEST + 1]) and bool(kept)
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return hasher.hash("nobody's")


# Secrets that people hold, in a cookie or a link: the database knows only their digests.


def new() -> str:
    """Return a secret nobody can guess, as it may stand in an address."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def form_token(visitor: str) -> str:
    """Return what the forms of a visitor carry; who does not know the cookie cannot make it."""
    return hmac.new(visitor.encode(errors="replace"), b"form", hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare two texts in a time that tells nothing of them."""
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


LASTS: Final = timedelta(days=14)


@dataclass(frozen=True)
class Person:
    """Who is signed in: the account's key, the name, and the worker ID; `test` for a test worker.

    A participant of a study reaches that `study` alone.
    """

    key: int
    name: str
    worker_id: str
    test: bool
    study: str | None = None


def begin(store: Store, account_key: int, now: datetime, study_key: int | None = None) -> str:
    """Begin a session and return its secret, which is known to the browser alone."""
    made = new()
    values = {
        "digest": digest(made),
        "account": account_key,
        "began": now,
        "ends": now + LASTS,
        "study": study_key,
    }
    with store.writing() as db:
        db.execute(delete(session).where(session.c.ends <= now))
        db.execute(insert(session), values)
    return made


_SIGNED_IN: Final = (
    select(
        account.c.id,
        account.c.name,
        account.c.worker_id,
        worker.c.tests_for.is_not(None),
        study.c.study_id,
    )
    .select_from(session)
    .join(account, session.c.account == account.c.id)
    .join(worker, account.c.worker_id == worker.c.worker_id)
    .outerjoin(study, session.c.study == study.c.id)
    .where(
        session.c.digest == bindparam("held"),
        session.c.ends > bindparam("now"),
        account.c.disabled.is_(False),
    )
)


def find(db: Connection, held: str, now: datetime) -> Person | None:
    """Return who holds a session's secret; None where it has ended, or the account is disabled."""
    row = db.execute(_SIGNED_IN, {"held": digest(held), "now": now}).one_or_none()
    return None if row is None else Person(*row)


def end(store: Store, held: str) -> None:
    """End one session."""
    with store.writing() as db:
        db.execute(delete(session).where(session.c.digest == digest(held)))


def end_all(db: Connection, account_key: int) -> None:
    """End every session of an account."""
    db.execute(delete(session).where(session.c.account == account_key))


# How often one may try from an address or at a name: counted in the database, for every process
# alike.
#
# Of an address of IPv6 the first half counts: the other half is anybody's choice, who has a line
# of their own.


SPAN: Final = timedelta(minutes=15)
MOST: Final = 10  # from one address at one name, or from a browser in which it was signed in to before
MOST_OF_NAME: Final = 100  # from wherever: fewer would let anybody lock anybody out
MOST_OF_ADDRESS: Final = 100  # wrong ones; a class sits behind one address
_LINE: Final = 64  # bits of an address of IPv6 that one subscriber shares
MOST_IN_STUDY: Final = 40  # new participants of one study from an address: a room of people, no made-up crowd
MOST_NEW: Final = 500  # accounts from an address; a lecture signs up at once
_ALONE: Final = text("LOCK TABLE attempt IN EXCLUSIVE MODE")


def begin_attempt(store: Store, name: str, address: str, now: datetime, browser: str = "") -> bool:
    """Count one more attempt at a name's password before it is made; say whether it may be made.

    `browser` names one in which that name was signed in to before: its own tries count there, and
    nobody else's. `now` is the world's moment. What is older than the span no longer counts.
    """
    if browser:
        return _begin(store, ((_browser(name, browser), MOST),), now)
    limits = ((_pair(name, address), MOST), (_name(name), MOST_OF_NAME), (_address(address), MOST_OF_ADDRESS))
    return _begin(store, limits, now)


def begin_sign_up(store: Store, address: str, now: datetime) -> bool:
    """Count one more account that is signed up for from an address; say whether it may be made."""
    return _begin(store, ((digest(f"new {_line(address)}"), MOST_NEW),), now)


def begin_participation(store: Store, study_key: int, address: str, now: datetime) -> bool:
    """Count somebody new in a study whose links are not signed; say whether they may come in."""
    line = _line(address)
    limits = ((digest(f"new in {study_key} {line}"), MOST_IN_STUDY), (digest(f"new {line}"), MOST_NEW))
    return _begin(store, limits, now)


def forget(store: Store, name: str, address: str, browser: str = "") -> None:
    """Take back the attempts from an address or a browser at a name, whose right password was given there.

    The name and the address go on counting the wrong ones of others.
    """
    with store.writing() as db:
        if browser:
            db.execute(delete(attempt).where(attempt.c.subject == _browser(name, browser)))
            return
        own = db.execute(delete(attempt).where(attempt.c.subject == _pair(name, address))).rowcount
        for subject in (_name(name), _address(address)):
            last = select(attempt.c.id).where(attempt.c.subject == subject).order_by(attempt.c.id.desc())
            db.execute(delete(attempt).where(attempt.c.id.in_(last.limit(own))))


def _begin(store: Store, limits: Sequence[tuple[str, int]], now: datetime) -> bool:
    with store.writing() as db:
        if store.locks:
            db.execute(_ALONE)
        db.execute(delete(attempt).where(attempt.c.time <= now - SPAN))
        for subject, most in limits:
            counted = select(func.count()).select_from(attempt).where(attempt.c.subject == subject)
            if db.execute(counted).scalar_one() >= most:
                return False
        db.execute(insert(attempt), [{"subject": subject, "time": now} for subject, _ in limits])
        return True


def _pair(name: str, address: str) -> str:
    return digest(f"pair {_line(address)} {name}")


def _browser(name: str, browser: str) -> str:
    return digest(f"browser {browser} {name}")


def _name(name: str) -> str:
    return digest(f"name {name}")


def _address(address: str) -> str:
    return digest(f"address {_line(address)}")


def _line(address: str) -> str:
    """Return what stands for an address: itself, or the network of one of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found) >> _LINE << _LINE, _LINE)))


def minutes(span: timedelta = SPAN) -> int:
    """Return how long to wait, in whole minutes."""
    return int(span.total_seconds()) // 60
