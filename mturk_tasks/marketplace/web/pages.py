"""Pages from their templates, with what all of them show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask import Response, g, request
from markupsafe import Markup

from mturk_tasks.lib.money import format_usd
from mturk_tasks.marketplace.web import session
from mturk_tasks.marketplace.web.frames import embed, policy
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.markup.documents import kind_of
from mturk_tasks.markup.frames import read_frame
from mturk_tasks.markup.rendering import form
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.templates import environment
from mturk_tasks.markup.xml import FORBIDDEN
from mturk_tasks.vocabulary.environments import shows_http

if TYPE_CHECKING:
    from jinja2 import Environment

# What every page tells the browser it may not do.


_POLICY: Final = (
    "default-src 'self'; img-src 'self' https: http: data:; media-src 'self' https: http:; "
    "frame-src {frames}; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_FRAMES: Final = "'self' https: http://localhost:* http://127.0.0.1:*"  # as ExternalURL may begin
_INSECURE_FRAMES: Final = "'self' https: http:"  # where this site is over http too
_SAME: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
_OPENER: Final = "Cross-Origin-Opener-Policy"


def allow_frames(*, external: bool) -> None:
    """Let the page that is being made hold a question in a frame; an `external` one may open windows."""
    g.frames = True
    g.external = external


def protect(response: Response) -> Response:
    """Add the headers; a page is private unless it says otherwise."""
    frames = "'none'"
    if g.get("frames"):
        frames = _INSECURE_FRAMES if shows_http(policy.here()) else _FRAMES
    # with plain same-origin a study in a frame could open no window that it can speak with
    response.headers[_OPENER] = "same-origin-allow-popups" if g.get("external") else "same-origin"
    response.headers["Content-Security-Policy"] = _POLICY.format(frames=frames)
    for name, value in _SAME.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")
    return response


# What a worker looks for in a list: some words, since each of them costs time.


LONGEST: Final = 200  # characters
MOST: Final = 10  # words
_DIGITS: Final = 12  # characters of an amount


@dataclass(frozen=True)
class Sought:
    """The words that must all be found, the text they stand in, and whether more was asked for."""

    words: tuple[str, ...]
    text: str
    cut: bool


def read(asked: str) -> Sought:
    """Return what is looked for; characters that no text can hold are left out."""
    clean = FORBIDDEN.sub("", asked)
    words = clean[:LONGEST].split()
    cut = len(clean) > LONGEST or len(words) > MOST
    return Sought(tuple(words[:MOST]), " ".join(words[:MOST]) if cut else clean, cut)


def plain(asked: str) -> str:
    """Return a name that is looked for, without what no name can hold."""
    return FORBIDDEN.sub("", asked)[:LONGEST].strip()


def amount(asked: str) -> Decimal:
    """Return a least amount of dollars; 0 for what is none."""
    try:
        found = Decimal(asked.strip().removeprefix("$").replace(",", ".")[:_DIGITS] or 0)
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() and found > 0 else Decimal(0)


_HERE: Final = Path(__file__).parent / "pages"
NOTES: Final = frozenset(
    (
        *("all_taken", "returned", "none_left", "asked", "granted", "given_up", "test_over", "test_sent"),
        *("test_graded", "type_blocked", "kept", "password_changed", "deleted", "too_many_held"),
        *("signed_out", "unsent", "first_counts", "sent_away", "test_away", "test_before", "not_sent"),
    )
)
_UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def page(template: str, *, framed: bool = False, **values: Any) -> str:
    """Return a page; its note is named in the address, and is one of those there are.

    One that is `framed` gives the window to the frame in it.
    """
    said = request.args.get("said", "")
    return (
        _pages()
        .get_template(template)
        .render(
            person=g.get("person"),
            token=session.token() if "visitor" in g else "",
            here=request.path,
            framed=framed,
            sign_up=session.settings().sign_up,
            site=session.settings().name or text("site"),
            has_about=bool(session.settings().about),
            said=text("two_cookies") if g.get("unclear") else text(said) if said in NOTES else "",
            **values,
        )
    )


def question(
    document: str,
    *,
    hit_id: str,
    assignment_id: str | None = None,
    values: Values | None = None,
    errors: Mapping[str, Sequence[str]] | None = None,
    kept: Mapping[str, str] | None = None,
) -> str:
    """Return the question of a HIT as HTML that is safe, to be filled in where there is an assignment."""
    if is_form(document):
        preview = assignment_id is None
        return form.render(document, values=values, errors=errors or {}, kept=kept or {}, disabled=preview)
    allow_frames(external=is_external(document))
    return embed.frame(
        document,
        hit_id=hit_id,
        assignment_id=assignment_id,
        worker_id=None if assignment_id is None else session.person().worker_id,
        address=address(),
        reached_at=policy.reached(),
        draft=values,
    )


def own_window(document: str, *, hit_id: str, assignment_id: str) -> str:
    """Return where the page of an ExternalQuestion is done without a frame, empty for other questions."""
    if not is_external(document):
        return ""
    worker_id = session.person().worker_id
    return embed.own_window(
        document, hit_id=hit_id, assignment_id=assignment_id, worker_id=worker_id, address=address()
    )


def is_cramped(document: str) -> bool:
    """Say whether the page of an ExternalQuestion has no origin in its frame: its host is this site's."""
    page_at = read_frame(document).address
    return bool(page_at) and not policy.is_at_home(page_at, address(), policy.reached())


def address() -> str:
    """Return the address at which the browser knows this site."""
    return policy.here()


def is_form(document: str) -> bool:
    """Say whether a question is a QuestionForm, whose fields are the site's own."""
    return kind_of(document) == "QuestionForm"


def is_external(document: str) -> bool:
    """Say whether a question is an ExternalQuestion, whose page need not say that it has submitted."""
    return kind_of(document) == "ExternalQuestion"


def pages(number: int, each: int) -> int:
    """Return how many pages a list takes, at least one."""
    return max(1, -(-number // each))


def span(seconds: int) -> str:
    """Write a span of time in its two largest units, as `1 hour 30 minutes`."""
    parts = []
    for length, unit in _UNITS:
        number, seconds = divmod(max(seconds, 0), length)
        if number:
            parts.append(text(unit if number == 1 else f"{unit}s", number=number))
    return " ".join(parts[:2]) or text("seconds", number=0)


def moment(when: datetime) -> Markup:
    """Write a moment, in UTC; a script turns it into the reader's own time."""
    written = f"{when:%Y-%m-%d %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(f"{when:%Y-%m-%dT%H:%M:%SZ}", written)


def coming(when: datetime) -> Markup:
    """Write a moment to come as the worker's own clock will show it: a sandbox's clock may be ahead."""
    return moment(when - (session.now() - session.real()))


def money(amount: Decimal) -> str:
    """Write an amount of dollars."""
    return format_usd(amount)


@cache
def _pages() -> Environment:
    made = environment(_HERE, text)
    made.globals.update(enumerate=enumerate, longest_search=LONGEST, most_words=MOST)
    made.filters.update(span=span, moment=moment, coming=coming, money=money)
    return made
