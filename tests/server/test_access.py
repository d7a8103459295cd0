"""Who may call: holders of keys, and anybody only at a sandbox that nobody else reaches."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.serve import Options
from mturk_tasks.marketplace.server.keys import Pair
from mturk_tasks.marketplace.storage import about, opening
from mturk_tasks.marketplace.storage.schema import SANDBOX
from tests.server.raw import authorization, call, send, signed

ANY = Pair("whatever", "anything")
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def sandbox(server, tmp_path):
    with opening.open_store(tmp_path / "sandbox.db") as store:
        server.offer(store, lambda real: real, private=True)
        yield store


def test_a_real_key_is_taken(served, pair):
    assert call(served.url, pair).json["AvailableBalance"] == "100.00"


def test_a_key_nobody_has_is_refused(served, pair):
    reply = call(served.url, ANY)

    assert (reply.status, reply.kind) == (400, "UnrecognizedClientException")


def test_a_wrong_secret_is_refused(served, pair):
    reply = call(served.url, Pair(pair.access_key_id, "wrong"))

    assert (reply.status, reply.kind) == (400, "InvalidSignatureException")
    assert pair.secret not in reply.body.decode()


def test_an_unsigned_request_is_refused(served, pair):
    headers = signed(served.url, pair)
    del headers["authorization"]
    reply = send(served.url, b"{}", headers)

    assert (reply.status, reply.kind) == (400, "MissingAuthenticationTokenException")


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_signature_is_refused(served, pair, minutes):
    when = datetime.now(timezone.utc) + timedelta(minutes=minutes)
    reply = send(served.url, b"{}", signed(served.url, pair, when=when))

    assert (reply.status, reply.kind) == (400, "InvalidSignatureException")


def test_a_changed_body_is_refused(served, pair):
    headers = signed(served.url, pair, "CreateWorkerBlock", b'{"WorkerId":"A1","Reason":"x"}')
    reply = send(served.url, b'{"WorkerId":"A2","Reason":"x"}', headers)

    assert reply.kind == "InvalidSignatureException"


def test_a_changed_operation_is_refused(served, pair):
    headers = {**signed(served.url, pair), "x-amz-target": "MTurkRequesterServiceV20170117.ListHITs"}

    assert send(served.url, b"{}", headers).kind == "InvalidSignatureException"


def test_a_query_that_was_not_signed_is_refused(served, pair):
    reply = send(served.url, b"{}", signed(served.url, pair), path="/?a=1")

    assert reply.kind == "InvalidSignatureException"


def test_a_body_that_was_not_hashed_is_refused(served, pair):
    headers = signed(served.url, pair, x_amz_content_sha256="UNSIGNED-PAYLOAD")

    assert send(served.url, b"{}", headers).kind == "InvalidSignatureException"


def test_a_disabled_requester_is_refused_and_let_in_again(served, store, pair):
    requesters.switch(store, "lab", NOW, disabled=True)
    refused = call(served.url, pair)
    requesters.switch(store, "lab", NOW, disabled=False)

    assert refused.kind == "UnrecognizedClientException"
    assert call(served.url, pair).status == 200


def test_after_a_rotation_the_new_key_is_taken_and_the_old_one_is_not(served, store, pair):
    owner = served.keys.find(pair.access_key_id, datetime.now(timezone.utc)).key
    new = served.keys.rotate(owner, datetime.now(timezone.utc))

    assert call(served.url, new).status == 200
    assert call(served.url, pair).kind == "UnrecognizedClientException"


def test_a_private_sandbox_takes_any_key_for_its_one_requester(server, sandbox):
    assert call(server.url, ANY).json["AvailableBalance"] == "10000.00"


def test_a_private_sandbox_takes_any_signature(server, sandbox):
    headers = {**signed(server.url, ANY), "x-amz-date": "20200101T000000Z"}

    assert send(server.url, b"{}", headers).status == 200


def test_a_private_sandbox_still_wants_some_key(server, sandbox):
    headers = signed(server.url, ANY)
    del headers["authorization"]

    assert send(server.url, b"{}", headers).kind == "MissingAuthenticationTokenException"


def test_with_a_requester_added_a_sandbox_takes_real_keys_only(server, sandbox):
    assert call(server.url, ANY).status == 200
    lab = requesters.add(sandbox, "lab", NOW)
    pair = server.keys.add(lab.key, datetime.now(timezone.utc))

    assert call(server.url, ANY).kind == "UnrecognizedClientException"
    assert call(server.url, pair).json["AvailableBalance"] == "10000.00"


def test_the_sandboxs_own_requester_can_be_given_a_key_then(server, sandbox):
    requesters.add(sandbox, "lab", NOW)
    own = server.keys.add(SANDBOX, datetime.now(timezone.utc))

    assert call(server.url, own).status == 200


def test_a_sandbox_whose_requester_is_disabled_takes_no_key(server, sandbox):
    requesters.switch(sandbox, "sandbox", NOW, disabled=True)

    assert call(server.url, ANY).kind == "UnrecognizedClientException"


def test_a_sandbox_that_others_reach_takes_real_keys_only(server, sandbox):
    server.offer(sandbox, lambda real: real, private=False)

    assert call(server.url, ANY).kind == "UnrecognizedClientException"


def test_a_signature_is_of_the_worlds_time_however_far_the_sandbox_is_ahead(server, sandbox):
    pair = server.keys.add(SANDBOX, datetime.now(timezone.utc))
    about.advance(sandbox, timedelta(days=10))
    server.offer(sandbox, lambda real: about.now(sandbox, real))
    stamp = call(server.url, pair, "GetHIT", b'{"HITId":"3NONE"}').json["Message"].split("(")[1].split()[0]

    assert call(server.url, pair).status == 200
    assert int(stamp) / 1000 > (datetime.now(timezone.utc) + timedelta(days=9)).timestamp()


@pytest.mark.parametrize("host", ["rebound.example.org", "rebound.example.org:8017", "10.0.0.1"])
def test_a_private_sandbox_is_not_fooled_by_a_name_that_leads_here(server, sandbox, host):
    headers = {name: value for name, value in signed(server.url, ANY).items() if name != "authorization"}
    headers["host"] = host
    headers["authorization"] = authorization(headers, ANY, b"{}")

    assert send(server.url, b"{}", headers).kind == "UnrecognizedClientException"


@pytest.mark.parametrize(
    "header",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"x-forwarded-proto": "https"},
        {"X-Forwarded-Anything": ""},
        {"Forwarded": "for=203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"X-Real-IP": "203.0.113.9"},
    ],
    ids=lambda header: next(iter(header)),
)
def test_a_private_sandbox_takes_no_key_from_behind_a_proxy(server, sandbox, header):
    reply = send(server.url, b"{}", {**signed(server.url, ANY), **header})

    assert reply.kind == "UnrecognizedClientException"


def test_a_real_key_is_taken_from_behind_a_proxy(server, sandbox):
    pair = server.keys.add(SANDBOX, datetime.now(timezone.utc))
    headers = {**signed(server.url, pair), "X-Forwarded-For": "203.0.113.9", "Via": "1.1 proxy"}

    assert send(server.url, b"{}", headers).status == 200


PAGES = ["/", "/sign-in", "/work/3ABC", "/files/site.css", "/nowhere"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", ["rebound.example.org", "10.0.0.1:8017", "127.0.0.1.example.org", ""])
def test_a_private_sandbox_shows_no_page_under_another_name(server, sandbox, path, host):
    reply = send(server.url, headers={"host": host}, method="GET", path=path)

    assert reply.status == 421
    assert "--public-url" in reply.body.decode()
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize("host", ["localhost:8017", "127.0.0.1", "127.1.2.3:80", "[::1]:8017"])
def test_a_private_sandbox_shows_its_pages_under_its_machines_names(server, sandbox, host):
    assert send(server.url, headers={"host": host}, method="GET", path="/sign-in").status == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_watches_a_private_sandbox_may_call_it_anything(server, sandbox, path):
    assert send(server.url, headers={"host": "watcher"}, method="GET", path=path).status == 200


def test_a_site_that_others_reach_is_shown_under_any_name(server, sandbox):
    server.offer(sandbox, lambda real: real, private=False)

    assert send(server.url, headers={"host": "market"}, method="GET", path="/sign-in").status == 200


def test_money_that_is_real_is_never_open_to_any_key(server, store):
    server.offer(store, lambda real: real, private=True)

    assert call(server.url, ANY).kind == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("options", "private"),
    [
        (Options("127.0.0.1", 0), True),
        (Options("localhost", 0), True),
        (Options("::1", 0), True),
        (Options("0.0.0.0", 0), False),  # noqa: S104  # just what is to be told apart
        (Options("192.0.2.1", 0), False),
        (Options("market.example.org", 0), False),
        (Options("127.0.0.1", 0, public_url="https://market.example.org"), False),
        (Options("127.0.0.1", 0, trusted_proxy="127.0.0.1"), False),
    ],
)
def test_only_this_machine_with_no_proxy_is_private(options, private):
    assert options.private is private


def test_requesters_do_not_see_each_others_hits(connected, enter, question):
    lab, clinic = connected(enter("lab")), connected(enter("clinic"))
    hit = lab.create_hit(
        Title="Birds", Description="One bird", Reward="0.05", LifetimeInSeconds=60,
        AssignmentDurationInSeconds=60, Question=question,
    )["HIT"]["HITId"]  # fmt: skip

    assert clinic.list_hits()["HITs"] == []
    for operation in ("get_hit", "delete_hit", "list_assignments_for_hit"):
        with pytest.raises(clinic.exceptions.RequestError, match=f"Hit {hit} does not exist"):
            getattr(clinic, operation)(HITId=hit)
    assert lab.get_hit(HITId=hit)["HIT"]["HITId"] == hit
