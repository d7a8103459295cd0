from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from mturk_tasks.client.session import connect
from mturk_tasks.errors import Unavailable, UsageError

ENDPOINT = "https://market.example.org"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}


def sent(client: Any) -> Any:
    """Return the request of one call, which is answered here."""
    requests = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        requests.append(request)
        answered = AWSResponse(request.url, 200, {}, None)
        answered._content = b"{}"
        return answered

    client.meta.events.register("before-send.mturk", answer)
    client.get_account_balance()
    (request,) = requests
    return request


@pytest.fixture
def keys(monkeypatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


def test_with_an_endpoint_requests_go_there_signed(keys):
    request = sent(connect(ENDPOINT))

    assert request.url == f"{ENDPOINT}/"
    assert request.headers["X-Amz-Target"].endswith(b".GetAccountBalance")
    assert b"Credential=AKIDEXAMPLE/" in request.headers["Authorization"]
    assert b"/us-east-1/mturk-requester/aws4_request" in request.headers["Authorization"]


def test_without_an_endpoint_nothing_is_signed(keys):
    request = sent(connect(None))

    assert "Authorization" not in request.headers


def test_without_an_endpoint_no_credentials_are_needed():
    assert sent(connect(None)).method == "POST"


def test_without_a_transport_a_request_has_nowhere_to_go():
    """The name under `.invalid` exists nowhere, so that a forgotten transport cannot reach anybody."""
    assert connect(None).meta.endpoint_url.endswith(".invalid")


@pytest.mark.parametrize(("threads", "pool"), [(1, 10), (10, 10), (32, 32)])
def test_there_is_a_connection_for_every_thread(threads, pool):
    assert connect(None, threads=threads).meta.config.max_pool_connections == pool


def test_boto3_itself_tries_once():
    client = connect(None)
    refused = AWSResponse("http://x", 400, {}, None)
    refused._content = b'{"__type": "RequestError", "message": "No."}'
    client.meta.events.register("before-send.mturk", lambda **_: refused)

    with pytest.raises(client.exceptions.RequestError, match=r"operation: No[.]$"):  # no word of retries
        client.get_account_balance()


def test_it_is_a_real_client_with_pages():
    client = connect(None)

    assert client.meta.service_model.api_version == "2017-01-17"
    assert len(client.meta.service_model.operation_names) == 39 + 13  # Amazon's and our own
    assert client.can_paginate("list_assignments_for_hit")
    assert not client.can_paginate("get_hit")


def test_the_modelled_errors_are_there():
    assert {"RequestError", "ServiceFault"} <= set(dir(connect(None).exceptions))


def test_an_unknown_profile_is_said(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(Unavailable, match="no usable credentials"):
        connect(ENDPOINT)


@pytest.mark.parametrize("how", ["profile", "broken"])
def test_the_users_aws_configuration_does_not_touch_the_embedded_marketplace(monkeypatch, tmp_path, how):
    if how == "profile":
        monkeypatch.setenv("AWS_PROFILE", "nobody")
    else:
        (tmp_path / "config").write_text("[default\nregion")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    assert "Authorization" not in sent(connect(None)).headers


def test_a_broken_configuration_is_said(monkeypatch, tmp_path):
    (tmp_path / "config").write_text("[default\nregion")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))

    with pytest.raises(Unavailable, match="no usable credentials"):
        connect(ENDPOINT)


@pytest.mark.parametrize("endpoint", ["http://a b", "http://-", "market"])
def test_an_endpoint_that_is_no_address_is_refused(endpoint):
    with pytest.raises(UsageError, match="is no address of a marketplace"):
        connect(endpoint)


def test_the_variable_does_not_move_a_client_that_was_given_its_endpoint(monkeypatch, keys):
    monkeypatch.setenv("AWS_ENDPOINT_URL_MTURK", "https://other.example.org")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://other.example.org")

    assert connect(ENDPOINT).meta.endpoint_url == ENDPOINT
    assert "other" not in connect(None).meta.endpoint_url


def test_credentials_may_stand_in_a_profile(monkeypatch, tmp_path):
    (tmp_path / "credentials").write_text("[lab]\naws_access_key_id = AKIDLAB\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "lab")

    assert b"Credential=AKIDLAB/" in sent(connect(ENDPOINT)).headers["Authorization"]


def test_importing_the_room_loads_no_boto3():
    program = "import sys, mturk_tasks.client.session; print({'boto3', 'botocore'} & set(sys.modules))"
    root = Path(__file__).parents[2]

    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=os.environ, capture_output=True, text=True, check=True
    )

    assert ended.stdout.strip() == "set()"
