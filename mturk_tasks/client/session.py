"""Build the one boto3 client of a run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

from mturk_tasks.client import pacing
from mturk_tasks.client.pacing import Pacer
from mturk_tasks.errors import (
    AlreadyExists,
    DoesNotExist,
    InsufficientFunds,
    InvalidState,
    MTurkTasksError,
    ServiceError,
    Unavailable,
    UsageError,
)

if TYPE_CHECKING:
    from urllib.request import OpenerDirector

    from botocore.loaders import Loader
    from botocore.session import Session

ATTEMPTS = 10
REGION = "us-east-1"
_PLACEHOLDER = "http://marketplace.invalid"
_NOBODY = {  # where botocore looks for each: its file, its variable, its default, a conversion
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


class Client(Protocol):
    """See a boto3 `mturk` client as the rest of the house does: its operations are looked up by name."""

    meta: Any

    def __getattr__(self, operation: str) -> Any:
        """Return the operation of that name."""
        ...


def connect(
    endpoint: str | None,
    *,
    threads: int = 1,
    keys: tuple[str, str] | None = None,
    rates: Path | None = None,
) -> Client:
    """Return a client for the API at `endpoint`, ready for that many threads.

    Without an endpoint nothing is signed and the caller attaches a transport: requests then never
    touch a network, nor the user's AWS configuration. Else credentials are boto3's own chain, and the
    `keys` (access key, secret key) where that has none. Calls keep to the rate that the service allows,
    which `rates` remembers. Raise
    Unavailable where that cannot be used, UsageError for an endpoint that is no address.
    """
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        region_name=REGION,
        retries={"mode": "standard", "total_max_attempts": 1},  # further ones are the pacer's alone
        max_pool_connections=max(threads, 10),
        signature_version=None if endpoint else UNSIGNED,
    )
    session = boto3.session.Session(botocore_session=_core(configured=True) if endpoint else _alone())
    try:
        own = _keys(keys) if endpoint and keys and session.get_credentials() is None else {}
        client: Client = session.client("mturk", endpoint_url=endpoint or _PLACEHOLDER, config=config, **own)
    except BotoCoreError as error:
        raise without_credentials(error) from error
    except ValueError as error:
        raise UsageError(f"{endpoint!r} is no address of a marketplace: {error}") from error
    client.meta.events.unregister("needs-retry.mturk", unique_id="retry-config-mturk")
    _pacer(endpoint, rates).attach(client.meta.events)
    return client


def _pacer(endpoint: str | None, rates: Path | None) -> Pacer:
    if endpoint is None or rates is None:
        return Pacer(attempts=ATTEMPTS)
    return Pacer(
        attempts=ATTEMPTS,
        remembered=pacing.remembered_rate(rates, endpoint),
        remember=partial(pacing.remember_rate, rates, endpoint),
    )


def _keys(keys: tuple[str, str]) -> dict[str, str]:
    return {"aws_access_key_id": keys[0], "aws_secret_access_key": keys[1]}


@cache
def _alone() -> Session:
    """Return the session of all clients without an endpoint, which nothing configures."""
    return _core(configured=False)


def _core(*, configured: bool) -> Session:
    """Return a session that knows our description, and of the user's profiles only when asked to."""
    import botocore.session

    core = botocore.session.Session(session_vars=None if configured else _NOBODY)
    core.register_component("data_loader", _description())
    return core


@cache
def _description() -> Loader:
    """Return what gives all sessions our description, which is read once."""
    from mturk_tasks.client.description import DescriptionLoader

    return DescriptionLoader()


def without_credentials(error: Exception) -> Unavailable:
    """Return the error that says what keys the user has to set."""
    return Unavailable(
        f"no usable credentials ({error}); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
        "or a profile in ~/.aws, to the keys the marketplace's operator gave you"
    )


# Call one operation, or page through a list, and name what goes wrong in our own words.


PAGE = 100
_PREFIX = "AWS.MechanicalTurk."
_STAMP = re.compile(r" \(\d+( s)?\)$")  # of the service's clock, at the end of its sentences
_REFUSED = re.compile(r'(The value "?.{200}).+?("? is (?:not valid|invalid) for )', re.DOTALL)


def call(client: Client, operation: str, **parameters: Any) -> dict[str, Any]:
    """Call an operation by its API name in snake_case and return its answer.

    Raise ServiceError, or one of its kinds, when the service refuses; Unavailable when it cannot be
    reached or the credentials are not accepted.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    given = {name: value for name, value in parameters.items() if value is not None}
    try:
        answer: dict[str, Any] = getattr(client, operation)(**given)
    except ClientError as error:
        raise refusal(operation, error.response) from error
    except BotoCoreError as error:
        raise _unusable(operation, error) from error
    return answer


def every(client: Client, operation: str, key: str, **parameters: Any) -> Iterator[dict[str, Any]]:
    """Yield every item that a list operation has under `key`, page after page to the end.

    A page is the last one where its member `More` says so. Of a service without that member it is the
    last when it is empty or has no token: a token comes with every page that holds something.
    """
    token = None
    while True:
        page = call(client, operation, MaxResults=PAGE, NextToken=token, **parameters)
        yield from page[key]
        token = page.get("NextToken")
        if not token or not page.get("More", bool(page[key])):
            return


def refusal(operation: str, response: dict[str, Any]) -> MTurkTasksError:
    """Return our error for an error answer; `TurkErrorCode` tells more than the type where it is there."""
    error = response.get("Error", {})
    code = response.get("TurkErrorCode") or error.get("Code", "")
    message = _STAMP.sub("", response.get("Message") or error.get("Message", ""))
    message = _REFUSED.sub(r"\1…\2", message, count=1)  # a service may show a whole document
    if code in _CREDENTIALS:
        return Unavailable(f"the service did not accept the credentials ({code}: {message})")
    if response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500 or code in _TRANSIENT:
        return Unavailable(f"the service did not do {operation}: {message or code}")
    return _kind(code.removeprefix(_PREFIX), message)(operation, code, message)


_CREDENTIALS = {
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "AWS.NotAuthorized",
    "AWS.BadCredentialSupplied",
}
_TRANSIENT = {"ThrottlingException", "ServiceFault", "RequestTimeout"}


def _kind(code: str, message: str) -> type[ServiceError]:
    if code == "InsufficientFunds":
        return InsufficientFunds
    if code.endswith("DoesNotExist"):
        return DoesNotExist
    if code.endswith("AlreadyExists") or "has already been processed" in message:
        return AlreadyExists
    if code.startswith("Invalid") and code.endswith("State"):
        return InvalidState
    return ServiceError


def _unusable(operation: str, error: Exception) -> MTurkTasksError:
    from botocore.exceptions import (
        NoCredentialsError,
        ParamValidationError,
        PartialCredentialsError,
        ProfileNotFound,
    )

    if isinstance(error, NoCredentialsError | PartialCredentialsError | ProfileNotFound):
        return without_credentials(error)
    if isinstance(error, ParamValidationError):
        return UsageError(f"{operation}: {error}")
    return Unavailable(f"the service cannot be reached ({error})")


# Fetch a file from an address that the service gave.


_SCHEMES: Final = ("https", "http", "data")  # never a file of the own machine
_PORTS: Final = {"http": 80, "https": 443}
_PATIENCE: Final = 60.0  # seconds without a byte


def fetch(address: str, size: int) -> bytes:
    """Return the content of an address that must have that many bytes.

    Raise Unavailable where it has not, or cannot be fetched, or leads to another place: a service tells
    where its files are, and no other machine is asked for its sake.
    """
    from http.client import HTTPException

    where = urlsplit(address)
    if where.scheme not in _SCHEMES:
        raise Unavailable(f"a file cannot be fetched from an address that begins with {where.scheme}:")
    try:
        with _opener().open(address, timeout=_PATIENCE) as answer:
            content: bytes = answer.read(size + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Unavailable(
            f"the file cannot be fetched from {where.netloc or 'its address'}: {error}"
        ) from error
    if len(content) != size:
        raise Unavailable(f"the file should have {size} bytes and has {_as_told(len(content), size)}")
    return content


def _opener() -> OpenerDirector:
    """Return what fetches, and follows an address to another one of the same scheme, host and port only."""
    from urllib.error import URLError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Near(HTTPRedirectHandler):
        def redirect_request(self, req: Request, *more: Any) -> Request | None:
            """Return the request that follows; raise URLError where it would go elsewhere."""
            target = str(more[-1])
            if _origin(req.full_url) != _origin(target):
                raise URLError(f"it leads on to {urlsplit(target).netloc or 'another place'}")
            return super().redirect_request(req, *more)

    return build_opener(Near)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    """Return scheme, host and port; a port that is left out is the scheme's own."""
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _as_told(found: int, size: int) -> str:
    return "more" if found > size else str(found)
