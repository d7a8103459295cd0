"""Who is calling: the requester whose key signed the request, or the sandbox's own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.server import signature
from mturk_tasks.marketplace.server.keys import Keys
from mturk_tasks.marketplace.storage.schema import SANDBOX, requester
from mturk_tasks.marketplace.storage.store import Store

_OF_PROXIES: Final = frozenset(("forwarded", "via", "x-real-ip"))


@dataclass(frozen=True)
class Caller:
    """The requester who calls: the key that rows carry, and the public ID."""

    key: int
    requester_id: str


class Access:
    """Tell who calls; `private` says that only programs of this machine can reach the address.

    A private sandbox with no requester but its own takes any key for that one's, with any signature,
    unless a proxy forwarded the request: then it came from anywhere.
    """

    def __init__(self, store: Store, keys: Keys, *, private: bool) -> None:
        self._store = store
        self._keys = keys
        self._private = private and store.play

    def caller(self, request: signature.Request, now: datetime) -> Caller:
        """Return who signed the request; `now` is the world's moment.

        Raise a Fault for a request that nobody signed, or nobody who may call.
        """
        claimed = signature.claim(request.headers)
        anybody = self._anybody() if self._is_near(request.headers) else None
        if anybody:
            return anybody
        holder = self._keys.find(claimed.access_key_id, now)
        if holder is None:
            raise signature.UnrecognizedClientException(
                "The security token included in the request is invalid."
            )
        signature.verify(request, claimed, holder.secret, now)
        return Caller(holder.key, holder.requester_id)

    def knows_host(self, host: str) -> bool:
        """Say whether the site is shown under a Host header: a private sandbox under this machine's names.

        Else a web page whose name is led here could read the site as its own (DNS rebinding).
        """
        return not self._private or _is_local(host)

    def open_to_any_key(self) -> bool:
        """Say whether any key is taken."""
        return self._private and self._anybody() is not None

    def checks_keys(self) -> bool:
        """Say whether every caller needs a key; no where that cannot be told."""
        try:
            return not self.open_to_any_key()
        except (MTurkTasksError, SQLAlchemyError):
            return False

    def _is_near(self, headers: Mapping[str, str]) -> bool:
        return self._private and _is_local(headers.get("host", "")) and not is_forwarded(headers)

    def _anybody(self) -> Caller | None:
        """Return the sandbox's own requester while there is no other."""
        columns = (requester.c.id, requester.c.requester_id, requester.c.disabled)
        with self._store.reading() as db:
            rows = db.execute(select(*columns).order_by(requester.c.id).limit(2)).all()
        if len(rows) != 1 or rows[0].id != SANDBOX or rows[0].disabled:
            return None
        return Caller(rows[0].id, rows[0].requester_id)


def is_loopback(host: str) -> bool:
    """Say whether an address can only be reached from this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_forwarded(headers: Iterable[str]) -> bool:
    """Say whether a proxy passed a request on, by the names of its headers."""
    names = {name.lower() for name in headers}
    return bool(names & _OF_PROXIES) or any(name.startswith("x-forwarded-") for name in names)


def _is_local(host: str) -> bool:
    """Say whether a Host header names this machine; a page that had its own name led here does not."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return is_loopback(name.strip("[]"))
