"""The one door: a request's target and body in, a status and a body out.

How the bytes arrive is no business of this module: in this process, or over HTTP.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from mturk_tasks.marketplace.api import operations, shapes
from mturk_tasks.marketplace.due import read_current, write_current
from mturk_tasks.marketplace.protocol import faults, limits
from mturk_tasks.marketplace.storage.schema import SANDBOX
from mturk_tasks.marketplace.storage.store import Store, retried

CONTENT_TYPE = "application/x-amz-json-1.1"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reply:
    """Hold an HTTP status and the JSON that goes with it."""

    status: int
    body: bytes


def handle(store: Store, target: str, body: bytes, now: datetime, requester: int = SANDBOX) -> Reply:
    """Answer one request: what is due is settled first, then all of it is done, or nothing.

    `target` is the `X-Amz-Target` header, or the operation's name alone; `requester` is the key of who
    asks. A success is on the disk
    when it is answered. Raise MTurkTasksError when the store itself cannot be used.
    """
    try:
        return Reply(200, _encode(_answer(store, _name(target), body, now, requester)))
    except faults.Fault as fault:
        return Reply(fault.status, _encode(fault.members(now)))


def _name(target: str) -> str:
    prefix, _, name = target.rpartition(".")
    if prefix not in ("", shapes.description()["metadata"]["targetPrefix"]):
        raise faults.UnknownOperationException(f"There is no operation {faults.cut(target)!r}.")
    return name


@retried
def _answer(store: Store, name: str, body: bytes, now: datetime, requester: int) -> dict[str, Any]:
    operation = operations.find(name)
    parameters = shapes.read_request(name, _decode(body))
    limits.check_texts(parameters)
    with (write_current if operation.writes else read_current)(store, now, requester) as transaction:
        answer = operation.answer(transaction, parameters)
        try:
            return shapes.write_answer(name, answer)
        except shapes.Misfit:
            _log.exception("the answer to %s does not fit the API's description", name)
            raise faults.ServiceFault("There was an error with this request.") from None


def _decode(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise faults.SerializationException("The body is not JSON.") from error
    if not isinstance(read, dict):
        raise faults.SerializationException("The body is not a JSON object.")
    return read


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


def _encode(members: Mapping[str, Any]) -> bytes:
    return json.dumps(members).encode()


# Let one boto3 client talk to a marketplace in this process instead of to a network.


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
        reply = handle(store, name, body, clock(), requester)
        headers = {"content-type": CONTENT_TYPE, "x-amzn-requestid": str(uuid.uuid4())}
        return AWSResponse(request.url, reply.status, headers, _Raw(reply.body))

    client.meta.events.register("before-send.mturk", answer)
