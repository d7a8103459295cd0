from __future__ import annotations

import uuid

import pytest
from botocore.awsrequest import AWSResponse

from mturk_tasks.client.session import connect
from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.storage import opening

EMBEDDED = pytest.mark.parametrize("door", ["embedded"], indirect=True)
BOTH = pytest.mark.parametrize(
    "address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


class Empty:
    def stream(self, *_, **__):
        yield b"{}"


NOTHING = AWSResponse("http://nowhere.invalid", 200, {}, Empty())


@EMBEDDED
@BOTH
def test_every_answer_has_an_id_of_its_own(client):
    first, second = (client.list_hits()["ResponseMetadata"]["RequestId"] for _ in range(2))

    assert uuid.UUID(first) != uuid.UUID(second)


@EMBEDDED
@BOTH
def test_another_client_is_not_attached(client, store, at):
    seen = []
    other = connect(None)

    def answer(request, **_):
        seen.append(request)
        return NOTHING

    other.meta.events.register("before-send.mturk", answer)

    other.get_account_balance()

    assert len(seen) == 1
    assert client.get_account_balance()["AvailableBalance"] == "10000.00"
    assert len(seen) == 1


def test_two_clients_reach_two_marketplaces(at):
    clients = []
    with opening.open_store(None) as one, opening.open_store(None) as other:
        for store in (one, other):
            clients.append(connect(None))
            attach(clients[-1], store, lambda: at.now)
        clients[0].create_worker_block(WorkerId="AW1", Reason="r")

        assert [client.list_worker_blocks()["NumResults"] for client in clients] == [1, 0]


@EMBEDDED
@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_store_that_cannot_be_used_is_a_sentence_not_a_retry(client, store):
    with store.writing() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    with pytest.raises(MTurkTasksError, match="the disk is full"):
        client.create_worker_block(WorkerId="AW1", Reason="r" * 60_000)


@EMBEDDED
@BOTH
def test_errors_the_description_knows_carry_the_services_code(client):
    with pytest.raises(client.exceptions.RequestError) as caught:
        client.get_hit(HITId="3NONE")

    assert caught.value.response["TurkErrorCode"] == "AWS.MechanicalTurk.HITDoesNotExist"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert str(caught.value).startswith(
        "An error occurred (RequestError) when calling the GetHIT operation: Hit 3NONE does not exist. ("
    )
