"""A served marketplace with real money in it, and two requesters with keys of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mturk_tasks.client.session import Client, connect
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.server.keys import Pair
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from tests.server.served import Served, serving

QUESTION = (
    '<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/'
    'HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html><html><body><form><input name="colour"></form>'
    "</body></html>]]></HTMLContent><FrameHeight>400</FrameHeight></HTMLQuestion>"
)
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("server") / "marketplace.key") as served:
        yield served


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opening.open_store(tmp_path / "market.db", play=False) as store:
        yield store


@pytest.fixture
def served(server: Served, store: Store) -> Served:
    server.offer(store, lambda real: real)
    return server


@pytest.fixture
def enter(served: Served, store: Store) -> Callable[[str], Pair]:
    """Enter a requester with money, and return the first pair of keys."""

    def add(name: str) -> Pair:
        added = requesters.add(store, name, NOW)
        requesters.fund(store, name, Decimal("100.00"), NOW)
        return served.keys.add(added.key, datetime.now(timezone.utc))

    return add


@pytest.fixture
def pair(enter: Callable[[str], Pair]) -> Pair:
    return enter("lab")


@pytest.fixture
def connected(served: Served) -> Iterator[Callable[[Pair], Client]]:
    """Make boto3 clients that sign with a pair; each is closed at the end."""
    made: list[Client] = []

    def make(pair: Pair) -> Client:
        made.append(connect(served.url, keys=(pair.access_key_id, pair.secret), threads=40))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(connected: Callable[[Pair], Client], pair: Pair) -> Client:
    return connected(pair)


@pytest.fixture
def question() -> str:
    return QUESTION


@pytest.fixture
def kind() -> dict[str, Any]:
    return {
        "Title": "Name a colour",
        "Description": "One picture, one word",
        "Reward": "0.05",
        "AssignmentDurationInSeconds": 600,
    }


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return where a marketplace of several processes is: the path of a file, or the URL of a database."""
    if request.param == "sqlite":
        return str(tmp_path / "market.db")
    return str(request.getfixturevalue("postgres"))
