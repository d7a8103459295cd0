"""Who is calling: the requester whose key signed the request, or the sandbox's own.

Requests are signed with a requester's secret by AWS Signature Version 4. A session token is ignored: no
temporary keys are handed out here, so that one can only be left over from another account; whether the
signature covers it or not, it neither adds nor takes away anything.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.protocol.faults import Fault
from mturk_tasks.marketplace.server.keys import Keys
from mturk_tasks.marketplace.storage.schema import SANDBOX, requester
from mturk_tasks.marketplace.storage.store import Store

ALGORITHM: Final = "AWS4-HMAC-SHA256"
SERVICE: Final = "mturk-requester"
SKEW: Final = timedelta(minutes=5)
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_ENDING: Final = "aws4_request"
_MUST_BE_SIGNED: Final = ("host", "x-amz-date", "x-amz-target")
_PARTS: Final = ("Credential", "SignedHeaders", "Signature")
_KEY_ID: Final = re.compile(r"[!-+\--.0-~]{1,128}")  # printable, without comma and slash
_REGION: Final = re.compile(r"[a-z0-9-]{1,64}")  # us-east-1, or sandbox
_OF_PROXIES: Final = frozenset(("forwarded", "via", "x-real-ip"))


class MissingAuthenticationTokenException(Fault):
    """A request that is not signed."""

    dated = False


class IncompleteSignatureException(Fault):
    """A signature that lacks a part of what the scheme asks for."""

    dated = False


class InvalidSignatureException(Fault):
    """A signature that is not that of this request, now, with that key."""

    dated = False


class UnrecognizedClientException(Fault):
    """A key that nobody has, or whose requester may not call."""

    dated = False


@dataclass(frozen=True)
class Caller:
    """The requester who calls: the key that rows carry, and the public ID."""

    key: int
    requester_id: str


class Access:
    """Who may call; `private` says that only programs of this machine can reach the address.

    A private sandbox with no requester but its own takes any key for that one's, with any signature,
    unless a proxy forwarded the request: then it came from anywhere.
    """

    def __init__(self, store: Store, keys: Keys, *, private: bool) -> None:
        self._store = store
        self._keys = keys
        self._private = private and store.play

    def caller(self, request: SignedRequest, now: datetime) -> Caller:
        """Return who signed the request; `now` is the world's moment.

        Raise a Fault for a request that nobody signed, or nobody who may call.
        """
        claimed = claim(request.headers)
        anybody = self._anybody() if self._is_near(request.headers) else None
        if anybody:
            return anybody
        holder = self._keys.find(claimed.access_key_id, now)
        if holder is None:
            raise UnrecognizedClientException("The security token included in the request is invalid.")
        verify(request, claimed, holder.secret, now)
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


@dataclass(frozen=True)
class SignedRequest:
    """What a signature covers; path and query as they were sent, header names in small letters."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body_hash: str


@dataclass(frozen=True)
class Claim:
    """What the Authorization header says; `day` and `region` are of the credential's scope."""

    access_key_id: str
    day: str
    region: str
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def scope(self) -> str:
        """Return the scope as it stands in what is signed."""
        return f"{self.day}/{self.region}/{SERVICE}/{_ENDING}"


def body_hash(body: bytes) -> str:
    """Return the SHA-256 of a body, in hex."""
    return hashlib.sha256(body).hexdigest()


def claim(headers: Mapping[str, str]) -> Claim:
    """Return who says to have signed, before anything is checked.

    Raise MissingAuthenticationTokenException where nobody does, IncompleteSignatureException for a
    header that lacks a part, InvalidSignatureException for another service's scope.
    """
    scheme, _, rest = headers.get("authorization", "").strip().partition(" ")
    if scheme != ALGORITHM:
        raise MissingAuthenticationTokenException("Missing Authentication Token")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    for name in _PARTS:
        if not parts.get(name):
            raise IncompleteSignatureException(f"Authorization header requires '{name}' parameter.")
    key_id, *scope = parts["Credential"].split("/")
    if not _KEY_ID.fullmatch(key_id) or len(scope) != 4:
        raise IncompleteSignatureException("Credential must be a key's ID and a scope of four parts.")
    day, region, service, ending = scope
    if (service, ending) != (SERVICE, _ENDING) or not _REGION.fullmatch(region):
        raise InvalidSignatureException(
            f"Credential should be scoped to a region, to the service '{SERVICE}' and to '{_ENDING}'."
        )
    return Claim(key_id, day, region, tuple(parts["SignedHeaders"].split(";")), parts["Signature"])


def verify(request: SignedRequest, claimed: Claim, secret: str, now: datetime) -> None:
    """Return if the claim is true at the moment `now`, at most five minutes off.

    Raise IncompleteSignatureException where a header that matters is not signed, and
    InvalidSignatureException where the moment, the body or the signature is another.
    """
    for name in _MUST_BE_SIGNED:
        if name not in claimed.signed_headers:
            raise IncompleteSignatureException(f"'{name}' must be a SignedHeader in the Authorization.")
    _check_moment(request.headers.get("x-amz-date", ""), claimed.day, now)
    if request.headers.get("x-amz-content-sha256", request.body_hash) != request.body_hash:
        raise InvalidSignatureException("The value of x-amz-content-sha256 is not the hash of the body.")
    if not hmac.compare_digest(sign(request, claimed, secret).encode(), claimed.signature.encode()):
        raise InvalidSignatureException(
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method."
        )


def sign(request: SignedRequest, claimed: Claim, secret: str) -> str:
    """Return the signature that the claim would have if it were made with this secret."""
    digest = hashlib.sha256(_canonical(request, claimed.signed_headers).encode()).hexdigest()
    moment = request.headers.get("x-amz-date", "")
    key = f"AWS4{secret}".encode()
    for part in (claimed.day, claimed.region, SERVICE, _ENDING):
        key = _hmac(key, part)
    return _hmac(key, "\n".join((ALGORITHM, moment, claimed.scope, digest))).hex()


def _is_local(host: str) -> bool:
    """Say whether a Host header names this machine; a page that had its own name led here does not."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return is_loopback(name.strip("[]"))


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _canonical(request: SignedRequest, names: tuple[str, ...]) -> str:
    """Return the request in the one spelling that both sides sign; the body is the one that arrived."""
    pairs = sorted(pair.partition("=")[::2] for pair in request.query.split("&") if pair)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in names)
    path = quote(request.path or "/", safe="/~")
    return "\n".join((request.method, path, query, headers, ";".join(names), request.body_hash))


def _check_moment(stamp: str, day: str, now: datetime) -> None:
    try:
        signed = datetime.strptime(stamp, _STAMP).replace(tzinfo=timezone.utc)
    except ValueError:
        raise IncompleteSignatureException(
            "Date must be in ISO-8601 'basic format', as 20170117T000000Z, in the header X-Amz-Date."
        ) from None
    if day != stamp[:8]:
        raise InvalidSignatureException("Date in Credential scope does not match the day of X-Amz-Date.")
    if abs(now - signed) > SKEW:
        which = "Signature expired" if signed < now else "Signature not yet current"
        raise InvalidSignatureException(
            f"{which}: {stamp}; it is {now.strftime(_STAMP)}, give or take 5 min."
        )
