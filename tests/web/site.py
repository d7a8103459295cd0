"""A marketplace with a bare work page, on which the frame of a HIT stands as the real one shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, make_response, request

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.server import application
from mturk_tasks.marketplace.server.access import Access
from mturk_tasks.marketplace.server.keys import KeyFile, Keys
from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.web import groups
from mturk_tasks.marketplace.web.frames import embed, framing, submission, tokens
from mturk_tasks.marketplace.web.frames.tokens import FrameToken, Purpose
from mturk_tasks.marketplace.worker import work
from mturk_tasks.markup.answers import parse
from mturk_tasks.markup.layout import html_question
from tests.server.served import answering
from tests.stores import look

LAYOUTS = Path(__file__).parent / "layouts"
WORKER = "AWORKER1"
KIND = {
    "Title": "Name a colour",
    "Description": "One picture, one word",
    "Reward": "0.05",
    "AssignmentDurationInSeconds": 600,
    "LifetimeInSeconds": 86400,
    "MaxAssignments": 9,
}
PAGE = """<!doctype html><html lang="en"><head><title>Work</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta charset="utf-8">
<link rel="stylesheet" href="/static/frames/frames.css">
<link rel="stylesheet" href="/bare.css"><script src="/static/frames/drafts.js" defer></script></head>
<body><main><h1>Name a colour</h1>{}</main></body></html>"""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src https: 'self'"
)
STYLE = """body { margin: 0; } h1 { font-size: 1rem; margin: 0; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee } }"""


def html(page: str, height: int = 0) -> str:
    """Return the HTMLQuestion with a page."""
    question = html_question(page if "<form" in page or "<crowd-form" in page else f"<form>{page}</form>")
    return question.replace("<FrameHeight>0<", f"<FrameHeight>{height}<")


class Site:
    """The marketplace, what workers do in it, and what it keeps."""

    url: str
    shown: tuple[str, str]  # what a test has opened last: a HIT and its assignment
    victim: tuple[str, str]  # likewise, of somebody else

    def __init__(self, store: Store) -> None:
        self.store = store
        self.offset = timedelta()
        self.drafts: dict[str, Mapping[str, tuple[str, ...]]] = {}
        access = Access(store, Keys(store, KeyFile(Path("no.key"))), private=True)
        self.app = application.create(
            Market(store, access, lambda real: real + self.offset),
            [framing.blueprint(), self._pages()],
        )
        self.app.secret_key = "of the tests"
        self.app.extensions[submission.HOOK] = self._keep
        self._client = connect(None)
        attach(self._client, store, self.now)

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.offset

    def post(self, question: str) -> str:
        """Create a HIT and return its ID."""
        return str(self._client.create_hit(**KIND, Question=question)["HIT"]["HITId"])

    def accept(self, hit_id: str, worker: str = WORKER) -> str:
        """Return the ID of the assignment."""
        return work.accept(self.store, worker, hit_id, self.now()).assignment_id

    def begun(self, question: str) -> tuple[str, str]:
        """Return the IDs of a HIT and of its assignment."""
        hit_id = self.post(question)
        return hit_id, self.accept(hit_id)

    def token(
        self,
        hit_id: str,
        assignment_id: str | None = None,
        worker: str = WORKER,
        purpose: Purpose = tokens.SUBMIT,
        **ago: float,
    ) -> str:
        """Return a pass, as it was signed some time ago."""
        holder = FrameToken(hit_id, assignment_id, worker if assignment_id else None, purpose=purpose)
        with self.app.app_context():
            return tokens.sign(holder, datetime.now(timezone.utc) - timedelta(**ago))

    def page(self, hit_id: str, assignment_id: str = "", worker: str = WORKER) -> str:
        """Return the address of the work page, or of the preview without an assignment."""
        return f"{self.url}/work?hit={hit_id}&assignment={assignment_id}&worker={worker}"

    def answers(self, hit_id: str) -> list[dict[str, str]]:
        """Return what was submitted, one set of answers for each assignment."""
        found = self._client.list_assignments_for_hit(HITId=hit_id)["Assignments"]
        return [{one.question: one.flat for one in parse(each["Answer"])} for each in found]

    def hits(self) -> int:
        """Return how many HITs there are."""
        return int(self._client.list_hits()["NumResults"])

    def close(self) -> None:
        self._client.close()

    def _keep(self, holder: FrameToken, values: Mapping[str, tuple[str, ...]], now: datetime) -> None:
        name = holder.assignment or ""
        self.drafts[name] = {**self.drafts.get(name, {}), **values}

    def _pages(self) -> Blueprint:
        bare = Blueprint("bare", __name__)
        bare.add_url_rule("/work", "work", self._work)
        bare.add_url_rule("/bare.css", "css", lambda: Response(STYLE, content_type="text/css"))
        return bare

    def _work(self) -> Response:
        asked: Any = request.args
        seen = look(self.store, self.now(), groups.find_hit, asked["hit"])
        shown = embed.frame(
            seen.question,
            hit_id=asked["hit"],
            assignment_id=asked["assignment"] or None,
            worker_id=asked["worker"],
            address=request.host_url,
            reached_at=request.host_url,
            draft=self.drafts.get(asked["assignment"]),
        )
        response = make_response(PAGE.format(shown))
        response.set_cookie("session", "of the worker", samesite="Lax")
        response.headers["Content-Security-Policy"] = POLICY
        return response


@contextmanager
def running(store: Store) -> Iterator[Site]:
    """Serve a site over the store."""
    site = Site(store)
    with answering(site.app) as site.url:
        yield site
    site.close()
