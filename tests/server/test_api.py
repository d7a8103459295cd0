"""The API at its address: what HTTP asks of it, and what boto3 makes of its answers."""

from __future__ import annotations

import gzip
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from flask import Blueprint

from mturk_tasks.marketplace.api import operations
from mturk_tasks.marketplace.server import application
from mturk_tasks.marketplace.storage import about
from tests.server.raw import TARGET, call, send, signed


def test_an_answer_has_an_id_of_its_own(client):
    ids = [client.get_account_balance()["ResponseMetadata"]["RequestId"] for _ in range(2)]

    assert len({uuid.UUID(one) for one in ids}) == 2


def test_a_refusal_has_an_id_too(served):
    assert uuid.UUID(send(served.url, b"{}").headers["x-amzn-requestid"])


def test_boto3_reads_a_refusal_with_its_code(client):
    with pytest.raises(client.exceptions.RequestError) as caught:
        client.get_hit(HITId="3NONE")

    assert caught.value.response["TurkErrorCode"] == "AWS.MechanicalTurk.HITDoesNotExist"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_the_content_type_is_amazons(served, pair):
    assert call(served.url, pair).headers["content-type"] == "application/x-amz-json-1.1"


@pytest.mark.parametrize(
    "given",
    [
        "application/x-amz-json-1.1",
        "application/x-amz-json-1.0",
        "application/json",
        "application/json; charset=utf-8",
        "Application/X-AMZ-JSON-1.1",
    ],
)
def test_a_content_type_that_sdks_send_is_taken(served, pair, given):
    assert send(served.url, b"{}", signed(served.url, pair, content_type=given)).status == 200


@pytest.mark.parametrize("given", ["application/x-www-form-urlencoded", "text/plain", "text/xml", ""])
def test_another_content_type_is_refused(served, pair, given):
    reply = send(served.url, b"{}", signed(served.url, pair, content_type=given))

    assert (reply.status, reply.kind) == (415, "UnsupportedMediaType")


@pytest.mark.parametrize("operation", ["NoSuchThing", "", "getHIT"])
def test_an_unknown_operation_is_told_so(served, pair, operation):
    reply = call(served.url, pair, operation)

    assert (reply.status, reply.kind) == (400, "UnknownOperationException")


def test_another_services_target_is_an_unknown_operation(served, pair):
    headers = signed(served.url, pair, x_amz_target="DynamoDB_20120810.GetItem")

    assert send(served.url, b"{}", headers).kind == "UnknownOperationException"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b"<xml/>", gzip.compress(b"{}", mtime=0), b"[" * 100_000]
)
def test_a_body_that_is_no_json_object_is_told_so(served, pair, body):
    reply = call(served.url, pair, body=body)

    assert (reply.status, reply.kind) == (400, "SerializationException")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_another_method_is_not_allowed(served, method):
    reply = send(served.url, method=method)

    assert reply.status == 405
    assert "POST" in reply.headers["allow"].split(", ")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/x", 404), ("POST", "/x", 405), ("GET", "/../etc/passwd", 404)]
)
def test_another_path_is_not_found(served, method, path, status):
    assert send(served.url, method=method, path=path).status == status


def test_the_process_says_that_it_is_alive_and_ready(served):
    assert send(served.url, method="GET", path="/healthz").json == {"alive": True}
    assert send(served.url, method="GET", path="/readyz").json["ready"] is True


def test_who_asks_whether_it_is_ready_is_told_which_marketplace_it_is_and_its_fee(served, store):
    about.set_fee(store, "0.1")
    with store.reading() as db:
        own = about.read(db).marketplace_id

    ready = send(served.url, method="GET", path="/readyz").json
    assert ready == {"ready": True, "marketplace": own, "fee": "0.1"}


def test_a_database_that_is_gone_is_not_ready_and_the_process_is_alive(served, store):
    with store.writing() as db:
        db.exec_driver_sql("ALTER TABLE meta RENAME TO meta_gone")

    ready = send(served.url, method="GET", path="/readyz")

    assert (ready.status, ready.json) == (503, {"ready": False})
    assert send(served.url, method="GET", path="/healthz").status == 200


def test_what_goes_wrong_here_is_a_service_fault_without_its_text(served, pair, monkeypatch):
    def mistaken(context, parameters):
        raise RuntimeError("the password is 1234")

    wrong = operations.Operation(mistaken, writes=False)
    monkeypatch.setattr(operations, "OFFERED", {"GetAccountBalance": wrong})
    reply = call(served.url, pair)

    assert (reply.status, reply.kind) == (500, "ServiceFault")
    assert reply.json["Message"].startswith("There was an error with this request. (")
    assert "1234" not in reply.body.decode()


def test_a_full_disk_is_a_service_fault_that_clients_try_again(served, store, pair):
    with store.writing() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar()
        db.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    body = json.dumps({"WorkerId": "A1", "Reason": "r" * 60_000}).encode()
    reply = call(served.url, pair, "CreateWorkerBlock", body)

    assert (reply.status, reply.kind) == (503, "ServiceFault")
    assert "disk" not in reply.body.decode()


def test_pages_of_others_have_a_place_beside_the_api(served):
    pages = Blueprint("site", __name__)
    pages.add_url_rule("/", "home", lambda: "Work to do", methods=["GET"])
    page = application.create(served.market, [pages]).test_client().get("/")

    assert (page.status_code, page.text) == (200, "Work to do")


@pytest.mark.long
def test_dozens_of_callers_at_once_are_all_answered(client, kind, question):
    def act(number):
        made = client.create_hit(
            **kind, LifetimeInSeconds=60, Question=question, RequesterAnnotation=str(number)
        )
        return client.get_hit(HITId=made["HIT"]["HITId"])["HIT"]["RequesterAnnotation"]

    with ThreadPoolExecutor(40) as pool:
        assert list(pool.map(act, range(80))) == [str(number) for number in range(80)]


def test_of_callers_who_spend_the_same_money_only_the_first_are_served(client, kind, question):
    def act(_):
        try:
            client.create_hit(**{**kind, "Reward": "20.00"}, LifetimeInSeconds=60, Question=question)
        except ClientError as error:
            return error.response.get("TurkErrorCode")
        return "made"

    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(act, range(10)))

    assert outcomes.count("made") == 4  # at $24.00 with the fee, from $100.00
    assert set(outcomes) == {"made", "AWS.MechanicalTurk.InsufficientFunds"}


def test_a_target_is_not_guessed_from_the_body(served, pair):
    headers = signed(served.url, pair, x_amz_target=TARGET)

    assert send(served.url, b'{"Operation":"GetAccountBalance"}', headers).status == 400
