"""What browsers are told about the pages in frames: what these may load, and that they have no origin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from flask import Response, current_app, make_response, request

from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.markup.templates import environment
from mturk_tasks.vocabulary.environments import is_another_host

PUBLIC_URL: Final = "PUBLIC_URL"  # of the application's configuration; without it each request says its own
SANDBOX: Final = "allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"
AT_HOME: Final = f"{SANDBOX} allow-same-origin allow-modals allow-downloads"
DEVICES: Final = "microphone; camera; fullscreen; autoplay; clipboard-write; display-capture"


def here() -> str:
    """Return where browsers find this site: its public address, else the one they ask at now."""
    public: str = current_app.config.get(PUBLIC_URL) or request.host_url
    return public.rstrip("/")


def reached() -> str:
    """Return where the browser that asks now has found this site."""
    return request.host_url.rstrip("/")


def is_at_home(address: str, site: str, reached_at: str) -> bool:
    """Say whether a requester's page keeps its own origin in a frame: it is at another host than we are.

    Hosts are compared and ports are not, as cookies do. A page at a host below, above or beside ours is at
    home too: our cookies are of our host alone and no script reads them, one that such a page sets makes two
    and signs nobody in, our pages stand in no frame, and any page may open a window of its own, in which it
    has its origin anyway.
    """
    return is_another_host(address, site, reached_at)


def guard_question(response: Response, site: str) -> Response:
    """Let a requester's page load what old layouts need, over https, and keep it without an origin.

    Pictures and sound may come over http too, as the web's older data sets do. The page's own
    address is sandboxed even where it is opened outside a frame.
    """
    ours = f"{site}/static/frames/"
    open_web = "https: data: blob:"
    return _guard(
        response,
        f"default-src {open_web}",
        f"script-src {open_web} {ours} 'unsafe-inline' 'unsafe-eval'",
        f"style-src {open_web} {ours} 'unsafe-inline'",
        f"img-src {open_web} http:",
        f"media-src {open_web} http:",
        "object-src 'none'",
    )


def guard_own(response: Response, site: str) -> Response:
    """Let one of our own pages inside a frame load our own script and style, and nothing else."""
    ours = f"{site}/static/frames/"
    return _guard(
        response,
        "default-src 'none'",
        f"script-src {ours}",
        f"style-src {ours}",
        "base-uri 'none'",
        "form-action 'none'",
    )


def _guard(response: Response, *directives: str) -> Response:
    policy = (*directives, "frame-ancestors 'self'", f"sandbox {SANDBOX}")
    response.headers["Content-Security-Policy"] = "; ".join(policy)
    response.headers["Referrer-Policy"] = "strict-origin"  # a pass stands in the address
    response.headers["Cache-Control"] = "no-store"
    return response


# The small page inside a frame that says what became of a submit, to the worker and to the work
# page.


STATUSES: Final = {
    "submitted": 200, "late": 200, "preview": 403, "another": 403, "unknown": 403,
    "expired": 403, "no_pass": 403, "outdated": 403, "other_end": 403,
    "gone": 404, "already": 409, "not_held": 409, "unavailable": 503,
    "nothing": 400, "invalid": 400, "too_large": 413, "too_many_fields": 413,
}  # fmt: skip
TITLED: Final = ("submitted", "late", "already", "unavailable")  # of the others nothing is kept


@dataclass(frozen=True)
class Outcome:
    """Say what became of a submit in a word, with the receipt where there is one."""

    reason: str
    assignment_id: str = ""
    submitted: datetime | None = None
    files: bool = False
    kept: bool = False  # as a draft


def outcome_page(outcome: Outcome) -> Response:
    """Return the page."""
    site = here()
    title = text(f"sent_title_{outcome.reason}" if outcome.reason in TITLED else "sent_title")
    template = environment(Path(__file__).parent, text).get_template("told.html")
    page = template.render(outcome=outcome, title=title, site=site)
    return guard_own(make_response(page, STATUSES[outcome.reason]), site)
