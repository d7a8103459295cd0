from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError

from mturk_tasks.client.session import PAGE, call, connect, every, refusal
from mturk_tasks.errors import (
    AlreadyExists,
    DoesNotExist,
    InsufficientFunds,
    InvalidState,
    ServiceError,
    Unavailable,
    UsageError,
)

OURS = "AWS.MechanicalTurk."


def modelled(code: str, message: str = "no") -> dict[str, Any]:
    """Return a refusal as botocore gives it for an error of the description."""
    return {
        "Error": {"Code": "RequestError", "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": 400},
        "TurkErrorCode": code,
        "Message": message,
    }


def other(code: str, message: str = "no", status: int = 400) -> dict[str, Any]:
    """Return a refusal as botocore gives it for any other error."""
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("HITDoesNotExist", DoesNotExist),
        ("AssignmentDoesNotExist", DoesNotExist),
        ("QualificationTypeDoesNotExist", DoesNotExist),
        ("HITLayoutDoesNotExist", DoesNotExist),
        ("HitAlreadyExists", AlreadyExists),
        ("QualificationTypeAlreadyExists", AlreadyExists),
        ("InvalidHITState", InvalidState),
        ("InvalidAssignmentState", InvalidState),
        ("InvalidQualificationRequestState", InvalidState),
        ("InsufficientFunds", InsufficientFunds),
        ("InvalidParameterValue", ServiceError),
        ("InvalidMaximumAssignmentsIncrease", ServiceError),
        ("PermissionDeniedException", ServiceError),
    ],
)
def test_the_services_code_decides_the_kind_of_error(code, kind):
    error = refusal("create_hit", modelled(OURS + code, "so it is (1)"))

    assert type(error) is kind
    assert isinstance(error, ServiceError)
    assert (error.operation, error.code, error.message) == ("create_hit", OURS + code, "so it is")
    assert error.exit_code == 3


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ParameterValidationError", 'The value "A1" is not valid for the parameter WorkerId.'),
        ("ValidationException", "1 validation error detected: Value null at 'reason' failed"),
        ("RequestError", "There was an error with this request."),
        ("UnknownOperationException", ""),
    ],
)
def test_an_error_without_the_services_code_is_told_by_its_type(code, message):
    error = refusal("send_bonus", other(code, message))

    assert type(error) is ServiceError
    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize("stamp", [" (1619128282649)", " (1563504162075 s)"])
def test_the_stamp_of_the_services_clock_is_left_out(stamp):
    error = refusal("get_hit", other("RequestError", f"Hit 3H does not exist.{stamp}"))

    assert isinstance(error, ServiceError)
    assert error.message == "Hit 3H does not exist."


def test_of_a_refused_document_its_beginning_and_the_reason_are_told():
    end = '" is not valid for the parameter Question. Details: line 3: no such element.'
    error = refusal("create_hit", other("ParameterValidationError", f'The value "{"<x>" * 99}{end} (1 s)'))

    assert isinstance(error, ServiceError)
    assert error.message == f'The value "{("<x>" * 99)[:200]}…{end}'


def test_a_token_used_before_means_that_it_is_there_already():
    error = refusal(
        "send_bonus", other("RequestError", 'The idempotency token "x" has already been processed.')
    )

    assert type(error) is AlreadyExists


@pytest.mark.parametrize(
    "response",
    [
        other("UnrecognizedClientException"),
        other("InvalidSignatureException"),
        other("MissingAuthenticationTokenException"),
        modelled("AWS.NotAuthorized"),
        modelled("AWS.BadCredentialSupplied"),
    ],
    ids=lambda response: response.get("TurkErrorCode") or response["Error"]["Code"],
)
def test_refused_credentials_are_no_connection(response):
    error = refusal("get_hit", response)

    assert type(error) is Unavailable
    assert "did not accept the credentials" in str(error)
    assert error.exit_code == 4


@pytest.mark.parametrize(
    "response",
    [
        other("ThrottlingException", "Rate exceeded"),
        other("ServiceFault", "trouble", 500),
        other("RequestTimeout", "late"),
        other("503", "", 503),
    ],
    ids=["throttled", "fault", "timeout", "bare 503"],
)
def test_a_service_in_trouble_is_not_there(response):
    error = refusal("get_hit", response)

    assert type(error) is Unavailable
    assert "did not do get_hit: " in str(error)


class Raises:
    """Answer every operation with an error."""

    meta = None

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, _operation: str) -> Any:
        return self._refuse

    def _refuse(self, **_: Any) -> None:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [EndpointConnectionError(endpoint_url="http://x"), ConnectTimeoutError(endpoint_url="http://x")],
    ids=["refused", "late"],
)
def test_what_cannot_be_reached_is_unavailable(error):
    with pytest.raises(Unavailable, match="cannot be reached") as raised:
        call(Raises(error), "get_hit", HITId="3H")

    assert raised.value.__cause__ is error


@pytest.fixture
def answering():
    """Return a real client whose requests are answered here, and the requests it made."""

    def make(status: int, body: dict[str, Any]):
        client = connect(None)
        requests: list[Any] = []

        def answer(request: Any, **_: Any) -> AWSResponse:
            requests.append(request)
            answered = AWSResponse(request.url, status, {}, None)
            answered._content = json.dumps(body).encode()
            return answered

        client.meta.events.register("before-send.mturk", answer)
        return client, requests

    return make


def test_an_answer_is_returned_as_it_comes(answering):
    client, _ = answering(200, {"AvailableBalance": "10000.00"})

    assert call(client, "get_account_balance")["AvailableBalance"] == "10000.00"


def test_a_parameter_without_a_value_is_not_sent(answering):
    client, requests = answering(200, {"NumResults": 0, "HITs": []})

    call(client, "list_hits", MaxResults=5, NextToken=None)

    assert json.loads(requests[0].body) == {"MaxResults": 5}


def test_a_refusal_that_comes_over_the_wire_is_ours(answering):
    body = {
        "__type": "RequestError",
        "Message": "Hit 3H does not exist. (1)",
        "TurkErrorCode": "AWS.MechanicalTurk.HITDoesNotExist",
    }
    client, _ = answering(400, body)

    with pytest.raises(DoesNotExist, match=r"get_hit: Hit 3H does not exist\.$") as raised:
        call(client, "get_hit", HITId="3H")

    assert raised.value.code == "AWS.MechanicalTurk.HITDoesNotExist"


def test_a_parameter_that_does_not_fit_never_leaves(answering):
    client, requests = answering(200, {})

    with pytest.raises(UsageError, match="get_hit: "):
        call(client, "get_hit", HITId=7)

    assert requests == []


def test_without_credentials_it_is_said_which_to_set():
    client = connect("http://127.0.0.1:9")

    with pytest.raises(Unavailable, match="AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        call(client, "get_account_balance")


class Pages:
    """List HITs as the service does: a token with every page that holds something."""

    meta = None

    def __init__(self, count: int, *, tokens_to_the_end: bool = True) -> None:
        self.hits = [{"HITId": f"3{number}"} for number in range(count)]
        self.tokens_to_the_end = tokens_to_the_end
        self.asked: list[dict[str, Any]] = []

    def list_hits(self, **parameters: Any) -> dict[str, Any]:
        self.asked.append(parameters)
        begin = int(parameters.get("NextToken", "0"))
        page = self.hits[begin : begin + parameters["MaxResults"]]
        end = begin + len(page)
        answer: dict[str, Any] = {"HITs": page, "NumResults": len(page)}
        if page and (self.tokens_to_the_end or end < len(self.hits)):
            answer["NextToken"] = str(end)
        return answer

    def __getattr__(self, operation: str) -> Any:
        raise AttributeError(operation)


COUNTS = pytest.mark.parametrize("count", [0, 1, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE])


@COUNTS
@pytest.mark.parametrize(
    "tokens_to_the_end", [True, False], ids=["token always", "token while there is more"]
)
def test_a_list_is_read_to_its_end(count, tokens_to_the_end):
    client = Pages(count, tokens_to_the_end=tokens_to_the_end)

    assert list(every(client, "list_hits", "HITs")) == client.hits


@COUNTS
def test_every_page_is_asked_for_once(count):
    client = Pages(count)

    list(every(client, "list_hits", "HITs"))

    tokens = [asked.get("NextToken") for asked in client.asked]
    assert len(tokens) == len(set(tokens))
    assert tokens[0] is None
    assert {asked["MaxResults"] for asked in client.asked} == {PAGE}


def test_other_parameters_go_with_every_page():
    client = Pages(PAGE + 1)

    list(every(client, "list_hits", "HITs", Status="Reviewable"))

    assert [asked["Status"] for asked in client.asked] == ["Reviewable"] * 3


def test_a_page_is_asked_for_when_it_is_needed():
    client = Pages(3 * PAGE)
    hits = every(client, "list_hits", "HITs")

    assert [next(hits)["HITId"] for _ in range(PAGE)][-1] == f"3{PAGE - 1}"
    assert len(client.asked) == 1


def test_an_error_on_a_later_page_is_raised(monkeypatch):
    client = Pages(PAGE)
    client.hits = client.hits[:PAGE]
    listed = every(client, "list_hits", "HITs")
    for _ in range(PAGE):
        next(listed)
    failing: Any = Raises(EndpointConnectionError(endpoint_url="http://x"))
    monkeypatch.setattr(client, "list_hits", failing.list_hits)

    with pytest.raises(Unavailable):
        next(listed)
