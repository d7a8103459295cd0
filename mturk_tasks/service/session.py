"""Build the one boto3 client of a run."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from mturk_tasks.errors import Unavailable, UsageError

if TYPE_CHECKING:
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


def connect(endpoint: str | None, *, threads: int = 1, keys: tuple[str, str] | None = None) -> Client:
    """Return a client for the API at `endpoint`, ready for that many threads.

    Without an endpoint nothing is signed and the caller attaches a transport: requests then never
    touch a network, nor the user's AWS configuration. Else credentials are boto3's own chain, and the
    `keys` (access key, secret key) where that has none. Raise
    Unavailable where that cannot be used, UsageError for an endpoint that is no address.
    """
    import boto3
    from botocore import UNSIGNED
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    config = Config(
        region_name=REGION,
        retries={"mode": "standard", "max_attempts": ATTEMPTS},
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
    return client


def _keys(keys: tuple[str, str]) -> dict[str, str]:
    return {"aws_access_key_id": keys[0], "aws_secret_access_key": keys[1]}


@cache
def _alone() -> Session:
    """Return the session of all clients without an endpoint, which nothing configures."""
    return _core(configured=False)


def _core(*, configured: bool) -> Session:
    """Return a session that knows our description, and of the user's profiles only when asked to."""
    import botocore.session

    from mturk_tasks.service.description import DescriptionLoader

    core = botocore.session.Session(session_vars=None if configured else _NOBODY)
    core.register_component("data_loader", DescriptionLoader())
    return core


def without_credentials(error: Exception) -> Unavailable:
    """Return the error that says what keys the user has to set."""
    return Unavailable(
        f"no usable credentials ({error}); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
        "or a profile in ~/.aws, to the keys the marketplace's operator gave you"
    )
