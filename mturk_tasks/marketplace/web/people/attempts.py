"""How often one may try from an address or at a name: counted in the database, for every process alike.

Of an address of IPv6 the first half counts: the other half is anybody's choice, who has a line of their own.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select, text

from mturk_tasks.marketplace.storage.schema import attempt
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web.people.secret import digest

SPAN: Final = timedelta(minutes=15)
MOST: Final = 10  # from one address at one name, or from a browser in which it was signed in to before
MOST_OF_NAME: Final = 100  # from wherever: fewer would let anybody lock anybody out
MOST_OF_ADDRESS: Final = 100  # wrong ones; a class sits behind one address
_LINE: Final = 64  # bits of an address of IPv6 that one subscriber shares
MOST_NEW: Final = 500  # accounts from an address; a lecture signs up at once
_ALONE: Final = text("LOCK TABLE attempt IN EXCLUSIVE MODE")


def begin(store: Store, name: str, address: str, now: datetime, browser: str = "") -> bool:
    """Count one more attempt at a name's password before it is made; say whether it may be made.

    `browser` names one in which that name was signed in to before: its own tries count there, and
    nobody else's. `now` is the world's moment. What is older than the span no longer counts.
    """
    if browser:
        return _begin(store, ((_browser(name, browser), MOST),), now)
    limits = ((_pair(name, address), MOST), (_name(name), MOST_OF_NAME), (_address(address), MOST_OF_ADDRESS))
    return _begin(store, limits, now)


def begin_new(store: Store, address: str, now: datetime) -> bool:
    """Count one more account that is signed up for from an address; say whether it may be made."""
    return _begin(store, ((digest(f"new {_line(address)}"), MOST_NEW),), now)


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
