"""The worker site over a marketplace in a file, a requester's client, and visitors with their cookies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.test import TestResponse

from mturk_tasks.client.session import Client, connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.server import application
from mturk_tasks.marketplace.server.access import Access
from mturk_tasks.marketplace.server.keys import KeyFile, Keys
from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web import site, submissions
from mturk_tasks.marketplace.web.frames import framing, submission
from mturk_tasks.marketplace.web.session import SiteSettings
from tests.server.served import answering
from tests.web.forms import FORM, KEY, TEST
from tests.web.tabs import PASSWORD, SIZES, Open

TOKEN = re.compile(r'name="token" value="(\w+)"')

Post = Callable[..., dict[str, Any]]


class At:
    """The marketplace's moment; a test moves it and nothing else does."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)


class Visitor:
    """A browser without scripts: it keeps its cookie and sends the token of the last page."""

    def __init__(self, app: Flask, address: str) -> None:
        self.browser: FlaskClient = app.test_client()
        self._from = {"REMOTE_ADDR": address}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.browser.get(path, environ_base=self._from, **options)

    def see(self, path: str) -> str:
        """Return the page that an address leads to in the end."""
        return self.get(path, follow_redirects=True).text

    def token(self) -> str:
        found = TOKEN.search(self.see("/sign-in"))
        assert found
        return found[1]

    def post(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form, and stay at what it answers."""
        data = {"token": self.token(), **(fields or {}), **more}
        return self.browser.post(path, data=data, environ_base=self._from)

    def sign_up(self, name: str = "anna") -> Visitor:
        assert self.post("/sign-up", name=name, password=PASSWORD).status_code == 303
        return self

    def accept(self, group_id: str) -> str:
        """Accept a HIT of a group, and return the address of its work page."""
        return str(self.post(f"/groups/{group_id}/accept").location)


@pytest.fixture
def at() -> At:
    return At()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opening.open_store(tmp_path / "sandbox.db") as store:
        yield store


@pytest.fixture
def settings() -> SiteSettings:
    return SiteSettings()


@pytest.fixture
def app(store: Store, at: At, settings: SiteSettings, tmp_path: Path) -> Flask:
    keys = Keys(store, KeyFile(tmp_path / "marketplace.key"))
    market = Market(store, Access(store, keys, private=True), lambda real: at.now)
    made = application.create(market, [framing.blueprint(), site.blueprint(settings)])
    made.secret_key = keys.derived("worker site")
    made.extensions[submission.HOOK] = submissions.save_draft
    return made


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The address of the site for a real browser."""
    with answering(app) as url:
        yield url


@pytest.fixture
def open_tab(fitting_browser: Browser, url: str) -> Iterator[Open]:
    """Open a tab of a browser of its own; what it complains of is an error."""
    contexts, complaints = [], []

    def open_one(*, scripts: bool = True, size: str = "phone", hostile: bool = False) -> Page:
        width, scheme = SIZES[size]
        shown: Any = {"color_scheme": scheme}
        context = fitting_browser.new_context(
            base_url=url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            **shown,
        )
        contexts.append(context)
        tab = context.new_page()
        if hostile:  # what the browser refuses it complains of
            return tab
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text) if "Refused" in said.text else None)
        return tab

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def visit(app: Flask) -> Callable[..., Visitor]:
    return lambda address="127.0.0.1": Visitor(app, address)


@pytest.fixture
def anna(visit: Callable[..., Visitor]) -> Visitor:
    """A worker who is signed in."""
    return visit().sign_up()


@pytest.fixture
def client(store: Store, at: At) -> Client:
    client = connect(None)
    attach(client, store, lambda: at.now)
    return client


@pytest.fixture
def post(client: Client) -> Post:
    """Make a HIT; keywords replace or add members of the request."""

    def make(**changes: Any) -> dict[str, Any]:
        members: dict[str, Any] = {
            "Title": "Name the bird",
            "Description": "One picture, one word",
            "Keywords": "birds, pictures",
            "Reward": "0.05",
            "AssignmentDurationInSeconds": 600,
            "LifetimeInSeconds": 3600,
            "Question": FORM,
        }
        hit: dict[str, Any] = client.create_hit(**{**members, **changes})["HIT"]
        return hit

    return make


@pytest.fixture
def qualify(client: Client) -> Callable[..., str]:
    """Make a qualification type with a test and return its ID; keywords replace members, None removes."""

    def make(**changes: Any) -> str:
        members: dict[str, Any] = {
            "Name": "Trees",
            "Description": "Knows trees",
            "QualificationTypeStatus": "Active",
            "Test": TEST,
            "TestDurationInSeconds": 300,
            "AnswerKey": KEY,
            **changes,
        }
        given = {name: value for name, value in members.items() if value is not None}
        return str(client.create_qualification_type(**given)["QualificationType"]["QualificationTypeId"])

    return make


def requires(type_id: str, *values: int, guarded: str = "Accept") -> list[dict[str, Any]]:
    """Return a requirement: the qualification, or at least so high a score."""
    comparator = {"Comparator": "GreaterThanOrEqualTo", "IntegerValues": list(values)}
    return [
        {
            "QualificationTypeId": type_id,
            "ActionsGuarded": guarded,
            **(comparator if values else {"Comparator": "Exists"}),
        }
    ]
