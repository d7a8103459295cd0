"""Let one boto3 client talk to a marketplace in this process instead of to a network."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from mturk_tasks.marketplace import wire
from mturk_tasks.marketplace.storage.schema import SANDBOX
from mturk_tasks.marketplace.storage.store import Store


class _Raw:
    """Hand a body over as botocore reads one from a connection."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.body


def attach(client: Any, store: Store, clock: Callable[[], datetime], requester: int = SANDBOX) -> None:
    """Answer every request of this client, and of no other, from the store.

    `clock` returns the marketplace's present moment, `requester` is the key of who asks. botocore
    checks, retries and reads as ever.
    """

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        target = request.headers["X-Amz-Target"]
        body = request.body.encode() if isinstance(request.body, str) else request.body
        name = target.decode() if isinstance(target, bytes) else target
        reply = wire.handle(store, name, body, clock(), requester)
        headers = {"content-type": wire.CONTENT_TYPE, "x-amzn-requestid": str(uuid.uuid4())}
        return AWSResponse(request.url, reply.status, headers, _Raw(reply.body))

    client.meta.events.register("before-send.mturk", answer)
