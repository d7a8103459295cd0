"""A form that cannot be taken, out of date or too large: nothing is lost, and what arrived before is told."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from typing import Final

from flask import abort, g, redirect, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from mturk_tasks.marketplace.web import limits, session, submissions
from mturk_tasks.marketplace.web.frames import tokens
from mturk_tasks.marketplace.web.frames.tokens import FrameToken, Invalid
from mturk_tasks.marketplace.web.session import Page
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.marketplace.worker import qualifications, work
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.form import size

Pages = Mapping[str, Callable[[Values, str], Page]]  # how a page of answers is shown again, by its endpoint
_ANSWERS: Final = ("site.submit", "site.test")
_ONWARD: Final = "site.onward"  # from a page in a frame, which needs no session to submit
_CARRYING: Final = (*_ANSWERS, _ONWARD)  # the pass of a draft
_PARTS: Final = 1000
_BEGINNING: Final = 4096  # bytes
_CARRIED: Final = re.compile(rf'name="{submissions.DRAFT_FIELD}"\r\n\r\n([\w.-]+)\r\n'.encode())


def admit(pages: Pages) -> Page | None:
    """Let a form go on that carries the visitor's own token, and answers of who is signed in.

    Where the answer is on the disk already, that is said. What other answers were filled in with is kept
    as the draft that their page might save, and shown to its worker by one of the `pages`; every other form
    is refused.
    """
    if request.method != "POST":
        return None
    try:
        ours = session.is_ours()
    except RequestEntityTooLarge:
        return _instead(pages, _texts(), 413) or abort(413)
    if ours and (g.person is not None or request.endpoint not in _CARRYING):
        return None
    if request.endpoint == "site.sign_out" and g.person is None:
        return session.go("sign_in")  # in another tab, or by time
    instead = _instead(pages, request.form.to_dict(flat=False), 403)
    if instead is None and not ours:
        abort(403)
    return instead


def _instead(pages: Pages, values: Values, status: int) -> Page | None:
    """Return what is shown in place of a form that was not taken; None where its pass allows nothing."""
    holder = _holder(values)
    if holder is None:
        return None
    if _has_arrived(holder):
        return _told_as_arrived(pages, holder, values)
    if request.endpoint == _ONWARD:
        return (
            None
            if _is_anothers(holder)
            else session.go("work", assignment_id=holder.assignment, said="not_sent")
        )
    document = submissions.document_of(holder) if request.endpoint in _ANSWERS else ""
    if not document:
        return None
    kept = submissions.keep(holder, document, values)
    if g.person is None:
        page = request.path.removesuffix("/submit")
        return session.go("sign_in", next=f"{page}?said=unsent", said="signed_out") if kept else None
    if _is_anothers(holder):
        return None
    told = _told(status) if kept else f"{_told(status)} {text('draft_failed')}"
    shown = pages[request.endpoint or ""](values, told)
    return (shown, status) if isinstance(shown, str) else shown


def _holder(values: Values) -> FrameToken | None:
    """Return the pass that a form carries, if it is one for this address."""
    if request.endpoint not in _CARRYING:
        return None
    try:
        carried = next(iter(values.get(submissions.DRAFT_FIELD, ())), "")
        holder = tokens.read(carried, session.real(), tokens.DRAFT, tokens.UNNAMED)
    except Invalid:
        return None
    wanted = (request.view_args or {}).get("assignment_id")
    return holder if holder.assignment == wanted and (wanted or holder.request) else None


def _has_arrived(holder: FrameToken) -> bool:
    """Say whether an answer to the HIT or the test is on the disk, in time or late."""
    worker_id = holder.worker or ""
    if holder.request:
        return qualifications.is_answered(session.transaction(), holder.request, worker_id)
    return work.receipt(session.transaction(), holder.assignment or "", worker_id) is not None


def _is_anothers(holder: FrameToken) -> bool:
    return g.person is not None and g.person.worker_id != holder.worker


def _told_as_arrived(pages: Pages, holder: FrameToken, values: Values) -> Page:
    """Lead to the answer that is there; who is not its worker is told that it is, and no more."""
    page = request.path.rpartition("/")[0]  # of the assignment, or of the qualification
    if g.person is None:
        return session.go("sign_in", next=page, said="test_away" if holder.request else "sent_away")
    if _is_anothers(holder):
        session.committed("sent_elsewhere")
        abort(403)
    return pages[request.endpoint or ""](values, "") if request.endpoint in _ANSWERS else redirect(page, 303)


def _told(status: int) -> str:
    if status == 403:
        return text("was_stale")
    limit = request.max_content_length or limits.FORM
    return text("was_too_large", limit=size(limit), texts=size(limits.FORM))


def _texts() -> Values:
    """Return the texts of a form that is too large; its files are passed over.

    The pass stands at its beginning: without a good one the rest is not worth reading.
    """
    if request.mimetype != limits.MULTIPART:
        return {}
    body = request.environ["wsgi.input"]
    body.seek(0)  # some of it may have been read
    found = _CARRIED.search(body.read(_BEGINNING))
    if found is None or _holder({submissions.DRAFT_FIELD: [found[1].decode()]}) is None:
        return {}
    body.seek(0)
    parser = FormDataParser(lambda *_, **__: _Nowhere(), limits.TEXTS, max_form_parts=_PARTS)
    try:
        _, texts, _ = parser.parse_from_environ(request.environ)
    except RequestEntityTooLarge:
        return {}
    return texts.to_dict(flat=False)


class _Nowhere(io.BytesIO):
    """A file that nobody wants."""

    def write(self, data: object) -> int:
        """Forget the data."""
        return 0
