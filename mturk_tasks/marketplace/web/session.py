"""Who comes in: the visitor's cookie, the session behind it, and the token that every form carries."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

from flask import Response, current_app, g, redirect, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from mturk_tasks.marketplace.due import read_current
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.studies import progress
from mturk_tasks.marketplace.web import limits
from mturk_tasks.marketplace.web.accounts import sessions

if TYPE_CHECKING:
    from mturk_tasks.marketplace.server.market import Market

# Browsers in which somebody has signed in before, whom the wrong tries of others do not lock
# out.
#
# The cookie that says so is no session: it opens nothing, and outlives signing out.


LASTS: Final = timedelta(days=400)  # browsers keep no cookie for longer
_MOST: Final = 10  # accounts: those who signed in last at a computer that many share
_SALT: Final = "mturk-tasks.browser"


@dataclass(frozen=True)
class Browser:
    """Name a browser, by which its wrong tries are counted, and the accounts that were signed in to in it."""

    name: str
    accounts: tuple[int, ...]


def read(cookie: str) -> Browser | None:
    """Return what a cookie says; None unless we wrote it."""
    try:
        name, accounts = _serializer().loads(cookie)
    except BadSignature:
        return None
    return Browser(name, tuple(accounts))


def write(before: Browser | None, account_key: int) -> str:
    """Return the cookie of a browser in which an account was signed in to just now."""
    name = before.name if before else secrets.token_urlsafe(16)
    others = [one for one in (before.accounts if before else ()) if one != account_key]
    return str(_serializer().dumps([name, [account_key, *others][:_MOST]]))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=_SALT)


Answer = TypeVar("Answer", bound=BaseResponse)
SignUp = Literal["open", "invitation", "closed"]
Page = str | tuple[str, int] | BaseResponse
_LAST_PAGE: Final = 1_000_000
_LONGEST: Final = 2000  # characters of an address to go on to
_WITH_FILES: Final = "site.submit"
_OF_STUDY: Final = tuple(
    f"site.study{part}" for part in ("", "_start", "_consent", "_next", "_keep", "_leave")
)
_WORK_OF_STUDY: Final = tuple(
    f"site.{name}" for name in ("work", "submit", "submitted", "onward", "give_back", "receipt")
)
_SECRET: Final = re.compile(r"[\w-]{43}", re.ASCII)
_LOCAL: Final = re.compile(r"/(?:[^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?")
_SESSION: Final = "mturk"
_BROWSER: Final = "mturk-browser"
_ALONE: Final = "__Host-"  # a browser takes a name that begins so only with Secure, and from this host alone


@dataclass(frozen=True)
class SiteSettings:
    """How the site is served: who may sign up, its address for the outside world, whether behind a proxy.

    `name` is what it is called, and `about` the text of whoever runs it; either may be empty. Where it
    has no `studies`, nobody comes to one by its link.
    """

    sign_up: SignUp = "open"
    public_url: str = ""
    proxied: bool = False
    name: str = ""
    about: str = ""
    studies: bool = True

    @property
    def secure(self) -> bool:
        """Say whether browsers come over https."""
        return self.public_url.startswith("https://")


def settings() -> SiteSettings:
    """Return the settings of the site that is asked."""
    return cast("SiteSettings", current_app.extensions["site"])


def store() -> Store:
    """Return the store of the marketplace that is asked, to act on: what is read afterwards is read anew."""
    finish_reading()
    return _market().store


def transaction() -> Transaction:
    """Return the transaction in which this request reads: all it shows is of one state and one moment."""
    if "transaction" not in g:
        g.reading = ExitStack()
        g.transaction = g.reading.enter_context(read_current(_market().store, now()))
    return cast("Transaction", g.transaction)


def finish_reading(_: BaseException | None = None) -> None:
    """End the transaction in which this request has read so far."""
    if g.pop("transaction", None) is not None:
        g.pop("reading").close()


def real() -> datetime:
    """Return the world's moment."""
    return datetime.now(timezone.utc)


def now() -> datetime:
    """Return the marketplace's moment, the same for the whole request."""
    if "now" not in g:
        g.now = _market().clock(real())
    return cast("datetime", g.now)


def person() -> sessions.Person:
    """Return who is signed in, behind `signed_in`."""
    return cast("sessions.Person", g.person)


def enter() -> None:
    """Find out who asks, and how much they may send."""
    size = limits.of_form(request.endpoint, request.mimetype)
    request.max_content_length = request.max_form_memory_size = size
    held = request.cookies.getlist(_named(_SESSION))
    g.unclear = len(held) > 1  # a neighbouring host's page set one; which, nobody can say
    g.known = not g.unclear and bool(_SECRET.fullmatch("".join(held)))
    g.visitor = held[0] if g.known else sessions.new()
    g.person = _allowed(sessions.find(transaction().db, g.visitor, real())) if g.known else None
    if _may_send_files():
        assignment_id = (request.view_args or {})["assignment_id"]
        request.max_content_length = limits.allowed(transaction(), g.person.worker_id, assignment_id)


def _allowed(person: sessions.Person | None) -> sessions.Person | None:
    """Return who is signed in; at any other page than the study's own a participant is nobody."""
    if person is None or person.study is None:
        return person
    asked = request.view_args or {}
    if request.endpoint in _OF_STUDY:
        return person if asked["study_id"] == person.study else None
    if request.endpoint not in _WORK_OF_STUDY:
        return None
    own = progress.find_study(transaction(), person.study)
    inside = own is not None and progress.is_in_study(transaction(), own, asked["assignment_id"])
    return person if inside else None


def is_ours() -> bool:
    """Say whether a form carries the visitor's own token; raise RequestEntityTooLarge for too large a one."""
    return sessions.same(request.form.get("token", ""), token())


def _may_send_files() -> bool:
    """Say whether a large answer comes as a form with files, whose other fields keep their own limit."""
    with_files = request.endpoint == _WITH_FILES and request.mimetype == limits.MULTIPART
    length = request.content_length
    return g.person is not None and with_files and (length is None or length > limits.FORM)


def token() -> str:
    """Return what the visitor's forms carry."""
    return sessions.form_token(g.visitor)


def leave(response: Response) -> Response:
    """Give a new visitor a cookie, which lasts until the browser is closed.

    Only with a page that was asked for: a form of another site comes without the session's cookie, which
    a new one would replace.
    """
    asked_for = request.method == "GET" and response.status_code < 400
    if asked_for and not g.get("known", True) and not g.unclear and "Set-Cookie" not in response.headers:
        _set(response, _SESSION, g.visitor)
    return response


def sign_in(response: Answer, account_key: int, *, study: int | None = None) -> Answer:
    """Begin a session, of a participant in that study if one is given.

    What the visitor held before is worth nothing then.
    """
    if g.known:
        sessions.end(store(), g.visitor)
    made = sessions.begin(store(), account_key, real(), study)
    _set(response, _SESSION, made, sessions.LASTS)
    if study is not None:
        return response
    _set(response, _BROWSER, write(browser(), account_key), LASTS)
    return response


def set_cookie(response: BaseResponse, name: str, value: str) -> None:
    """Give the browser a cookie of the site's, which lasts until it is closed."""
    _set(response, name, value)


def cookie(name: str) -> str:
    """Return a cookie of the site's, empty where there is none."""
    return request.cookies.get(_named(name), "")


def browser() -> Browser | None:
    """Return the browser that asks, if somebody has signed in there before."""
    held = request.cookies.getlist(_named(_BROWSER))
    return read(held[0]) if len(held) == 1 else None


def sign_out(response: BaseResponse) -> BaseResponse:
    """End the session here and in the browser."""
    sessions.end(store(), g.visitor)
    response.delete_cookie(
        _named(_SESSION), path="/", secure=settings().secure, httponly=True, samesite="Lax"
    )
    return response


def signed_in(view: Callable[..., Page]) -> Callable[..., Page]:
    """Show a page only to who is signed in; others are asked to do so first."""

    @wraps(view)
    def guarded(**values: Any) -> Page:
        if g.person is not None:
            return view(**values)
        page = request.path.rpartition("/")[0] or "/"  # that a form stands on
        wanted = request.full_path.rstrip("?") if request.method == "GET" else page
        return redirect(url_for("site.sign_in", next=wanted), 303)

    return guarded


def committed(key: str) -> None:
    """Remember what is on the disk, as a key of the texts: whatever goes wrong now, the page says so."""
    g.committed = key


def local(address: str) -> str:
    """Return an address of this site to go on to; anything else leads to its first page."""
    return address if len(address) <= _LONGEST and _LOCAL.fullmatch(address) else "/"


def page_number() -> int:
    """Return which page of a list is asked for; the first for what is no number of one."""
    number = request.args.get("page", 1, type=int)
    return number if 1 <= number <= _LAST_PAGE else 1


def go(endpoint: str, **values: Any) -> BaseResponse:
    """Lead on to another page after something was done."""
    return redirect(url_for(f"site.{endpoint}", **values), 303)


def _named(cookie: str) -> str:
    return _ALONE + cookie if settings().secure else cookie


def _set(response: BaseResponse, cookie: str, value: str, lasts: timedelta | None = None) -> None:
    response.set_cookie(
        _named(cookie),
        value,
        max_age=lasts,
        path="/",
        secure=settings().secure,
        httponly=True,
        samesite="Lax",
    )


def _market() -> Market:
    return cast("Market", current_app.extensions["market"])
