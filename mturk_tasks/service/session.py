"""Build the one boto3 client of a run."""

from __future__ import annotations

from typing import Any, Protocol

ATTEMPTS = 10
REGION = "us-east-1"
_PLACEHOLDER = "http://marketplace.invalid"


class Client(Protocol):
    """See a boto3 `mturk` client as the rest of the house does: its operations are looked up by name."""

    meta: Any

    def __getattr__(self, operation: str) -> Any:
        """Return the operation of that name."""
        ...


def connect(endpoint: str | None, *, threads: int = 1) -> Client:
    """Return a client for the API at `endpoint`, ready for that many threads.

    Without an endpoint nothing is signed and the caller attaches a transport: requests then never
    touch a network. Credentials are boto3's own chain.
    """
    import boto3
    import botocore.session
    from botocore import UNSIGNED
    from botocore.config import Config

    from mturk_tasks.service.description import DescriptionLoader

    core = botocore.session.Session()
    core.register_component("data_loader", DescriptionLoader())
    config = Config(
        region_name=REGION,
        retries={"mode": "standard", "max_attempts": ATTEMPTS},
        max_pool_connections=max(threads, 10),
        signature_version=None if endpoint else UNSIGNED,
    )
    session = boto3.session.Session(botocore_session=core)
    client: Client = session.client("mturk", endpoint_url=endpoint or _PLACEHOLDER, config=config)
    return client
