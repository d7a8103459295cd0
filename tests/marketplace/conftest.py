"""A marketplace in a file, a boto3 client attached to it, and a clock that tests move."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from mturk_tasks.client.session import Client, connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.schema import SANDBOX
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.worker import uploads, work
from mturk_tasks.markup.answers import build
from tests.postgres import emptied
from tests.server.served import Served, serving

_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
QUESTION = (
    f'<HTMLQuestion xmlns="{_SCHEMAS}/2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html>'
    '<html><body><form><input name="colour"></form></body></html>]]></HTMLContent>'
    "<FrameHeight>400</FrameHeight></HTMLQuestion>"
)
ANSWER = (
    f'<?xml version="1.0" encoding="UTF-8"?><QuestionFormAnswers xmlns="{_SCHEMAS}/2005-10-01/'
    'QuestionFormAnswers.xsd"><Answer><QuestionIdentifier>colour</QuestionIdentifier>'
    "<FreeText>green</FreeText></Answer></QuestionFormAnswers>"
)
TYPE: dict[str, Any] = {
    "Title": "Name a colour",
    "Description": "One picture, one word",
    "Reward": "0.05",
    "AssignmentDurationInSeconds": 600,
}
HIT: dict[str, Any] = {"LifetimeInSeconds": 3600, "Question": QUESTION}

TEST = (
    f'<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd"><Question>'
    "<QuestionIdentifier>tree</QuestionIdentifier><QuestionContent><Text>Which?</Text></QuestionContent>"
    "<AnswerSpecification><SelectionAnswer><Selections>"
    "<Selection><SelectionIdentifier>oak</SelectionIdentifier><Text>Oak</Text></Selection>"
    "<Selection><SelectionIdentifier>ash</SelectionIdentifier><Text>Ash</Text></Selection>"
    "</Selections></SelectionAnswer></AnswerSpecification></Question></QuestionForm>"
)
KEY = (
    f'<AnswerKey xmlns="{_SCHEMAS}/2005-10-01/AnswerKey.xsd"><Question>'
    "<QuestionIdentifier>tree</QuestionIdentifier><AnswerOption><SelectionIdentifier>oak"
    "</SelectionIdentifier><AnswerScore>7</AnswerScore></AnswerOption></Question></AnswerKey>"
)

Answer = dict[str, Any]
Post = Callable[..., Answer]
Do = Callable[..., str]
Refused = Callable[..., AbstractContextManager[None]]
Opening = Callable[[bool], Store]


class At:
    """The marketplace's moment; a test moves it and nothing else does."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def at() -> At:
    return At()


_PLACES = ("door", "address")
_TRIED = [("embedded", "sqlite"), ("http", "postgresql")]  # HTTP beside SQLite is what tests/server tries
_COSTS = {"http": pytest.mark.walk, "postgresql": pytest.mark.postgres}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try each door and each database, but not each with each; a test's own mark may have chosen one."""
    marks = [mark.args for mark in metafunc.definition.iter_markers("parametrize")]
    chosen = {name: values for name, values, *_ in marks if name in _PLACES}
    open_names = [name for name in _PLACES if name in metafunc.fixturenames and name not in chosen]
    if not open_names:
        return
    pairs = [dict(zip(_PLACES, pair, strict=True)) for pair in _TRIED]
    fitting = [pair for pair in pairs if all(pair[name] in values for name, values in chosen.items())]
    tried = [[pair[name] for name in open_names] for pair in fitting]
    costs = [[_COSTS[value] for value in values if value in _COSTS] for values in tried]
    params = [pytest.param(*values, marks=marks) for values, marks in zip(tried, costs, strict=True)]
    metafunc.parametrize(open_names, params, indirect=True)


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where the marketplace is: the path of a file, or the URL of a server's database."""
    if request.param == "sqlite":
        return str(tmp_path / "sandbox.db")
    return str(request.getfixturevalue("postgres"))


@pytest.fixture
def reopening(address: str) -> Opening:
    """Open an empty marketplace with play money or real money."""
    if "://" in address:
        return lambda play: emptied(address, play=play)
    return lambda play: opening.open_store(Path(address), play=play)


@pytest.fixture
def store(reopening: Opening) -> Iterator[Store]:
    with reopening(True) as store:
        yield store


@pytest.fixture(scope="session")
def _busy_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, datetime]:
    """Return a marketplace in which everything has happened, and its moment; filling it takes its time."""
    from tests.marketplace.busy import enter, fill  # which imports this module

    path, at = tmp_path_factory.mktemp("busy") / "market.db", At()
    with opening.open_store(path, play=False) as store:
        fill(store, enter(store, at, "ada"), at)
    return path, at.now


@pytest.fixture
def filled(_busy_file: tuple[Path, datetime], tmp_path: Path, at: At) -> Iterator[Store]:
    """Open a copy of a marketplace of real money in which all has happened to requester ada."""
    original, at.now = _busy_file
    with opening.open_store(Path(shutil.copy(original, tmp_path))) as store:
        yield store


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose marketplace every test exchanges for its own."""
    with serving(tmp_path_factory.mktemp("served") / "marketplace.key") as served:
        yield served


@pytest.fixture
def door(request: pytest.FixtureRequest) -> str:
    """By which of its doors a test comes to the marketplace."""
    return str(request.param)


@pytest.fixture
def connected(door: str, request: pytest.FixtureRequest, store: Store, at: At) -> Iterator[Client]:
    if door == "embedded":
        client = connect(None)
        attach(client, store, lambda: at.now)
        yield client
        return
    served: Served = request.getfixturevalue("served")
    served.offer(store, lambda real: at.now)
    pair = served.keys.add(SANDBOX, datetime.now(timezone.utc))
    client = connect(served.url, keys=(pair.access_key_id, pair.secret))
    yield client
    client.close()


@pytest.fixture
def client(connected: Client, caplog: pytest.LogCaptureFixture) -> Iterator[Client]:
    yield connected
    mistakes = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not mistakes, "an answer did not fit the API's description"


@pytest.fixture
def question() -> str:
    return QUESTION


@pytest.fixture
def answer() -> str:
    return ANSWER


@pytest.fixture
def kind() -> dict[str, Any]:
    return dict(TYPE)


@pytest.fixture
def post(client: Client) -> Post:
    """Make a HIT; keywords replace or add members of the request."""

    def make(**changes: Any) -> Answer:
        hit: Answer = client.create_hit(**{**TYPE, **HIT, **changes})["HIT"]
        return hit

    return make


@pytest.fixture
def test_form() -> str:
    return TEST


@pytest.fixture
def answer_key() -> str:
    return KEY


@pytest.fixture
def qualify(client: Client) -> Do:
    """Make a qualification type and return its ID; keywords replace or add members of the request."""

    def make(**changes: Any) -> str:
        settings = {"Name": "Trees", "Description": "Knows trees", "QualificationTypeStatus": "Active"}
        made = client.create_qualification_type(**{**settings, **changes})
        return str(made["QualificationType"]["QualificationTypeId"])

    return make


@pytest.fixture
def get(client: Client) -> Callable[[str], Answer]:
    def read(hit_id: str) -> Answer:
        hit: Answer = client.get_hit(HITId=hit_id)["HIT"]
        return hit

    return read


@pytest.fixture
def do(store: Store, at: At) -> Do:
    """Let a worker accept a HIT and submit an answer; return the assignment's ID."""

    def act(hit_id: str, worker_id: str = "AWORKER1", answer: str = ANSWER) -> str:
        accepted = work.accept(store, worker_id, hit_id, at.now)
        work.submit(store, accepted.assignment_id, worker_id, answer, at.now)
        return accepted.assignment_id

    return act


UPLOAD = (
    f'<QuestionForm xmlns="{_SCHEMAS}/2017-11-06/QuestionForm.xsd"><Question>'
    "<QuestionIdentifier>photo</QuestionIdentifier><QuestionContent><Text>Which?</Text></QuestionContent>"
    "<AnswerSpecification><FileUploadAnswer><MaxFileSizeInBytes>100</MaxFileSizeInBytes>"
    "<MinFileSizeInBytes>3</MinFileSizeInBytes></FileUploadAnswer></AnswerSpecification></Question>"
    "</QuestionForm>"
)


@pytest.fixture
def upload_form() -> str:
    return UPLOAD


@pytest.fixture
def send_file(store: Store, at: At, post: Post) -> Do:
    """Let a worker answer a HIT with a file; return the assignment's ID."""

    def act(content: bytes = b"a photo", name: str = "owl.jpg", worker_id: str = "AW1") -> str:
        held = work.accept(store, worker_id, post(Question=UPLOAD)["HITId"], at.now)
        place = (store, held.assignment_id, worker_id, "photo")
        sent = uploads.store_file(*place, name, "image/jpeg", content, at.now)
        work.submit(store, held.assignment_id, worker_id, build([sent.answer]), at.now)
        return held.assignment_id

    return act


@pytest.fixture
def submit_late(store: Store, at: At, post: Post) -> Do:
    """Let a worker answer a HIT when the time is over; return the assignment's ID."""

    def act(hit_id: str = "", worker_id: str = "ALATE", answer: str = ANSWER) -> str:
        held = work.accept(store, worker_id, hit_id or post()["HITId"], at.now)
        at.now = max(at.now, held.deadline)
        assert work.submit(store, held.assignment_id, worker_id, answer, at.now).late
        return held.assignment_id

    return act


@pytest.fixture
def refused() -> Refused:
    """Expect a refusal of that type, with that text in its message and that TurkErrorCode."""

    @contextmanager
    def expect(kind: str, text: str = "", code: str | None = None) -> Iterator[None]:
        with pytest.raises(ClientError) as caught:
            yield
        response = caught.value.response
        assert response["Error"]["Code"] == kind
        assert text in response["Error"]["Message"]
        if code is not None:
            assert response["TurkErrorCode"] == f"AWS.MechanicalTurk.{code}"

    return expect
