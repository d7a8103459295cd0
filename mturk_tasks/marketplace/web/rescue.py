"""An answer whose form cannot be taken, out of date or too large: nothing is submitted, nothing is lost."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Final

from flask import abort, g, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from mturk_tasks.marketplace.web import gate, keeping, qualified, sizes, working
from mturk_tasks.marketplace.web.frames import passes
from mturk_tasks.marketplace.web.frames.passes import Invalid, Pass
from mturk_tasks.marketplace.web.gate import Page
from mturk_tasks.markup.rendering.fields import Values
from mturk_tasks.markup.rendering.hints import size
from mturk_tasks.vocabulary.texts import text

_FORMS: Final[dict[str, Callable[[Values, str], Page]]] = {
    "site.submit": working.again,
    "site.test": qualified.again,
}
_LONGEST: Final = 8 * sizes.FORM  # bytes of a field that is shown again
_PARTS: Final = 1000
_BEGINNING: Final = 4096  # bytes
_CARRIED: Final = re.compile(rf'name="{keeping.DRAFT_FIELD}"\r\n\r\n([\w.-]+)\r\n'.encode())


def admit() -> Page | None:
    """Let a form go on that carries the visitor's own token, and answers of who is signed in.

    What other answers were filled in with is kept as the draft that their page might save, and shown
    to its worker; every other form is refused.
    """
    if request.method != "POST":
        return None
    try:
        ours = gate.is_ours()
    except RequestEntityTooLarge:
        return _instead(_texts(), 413) or abort(413)
    if ours and (g.person is not None or request.endpoint not in _FORMS):
        return None
    instead = _instead(request.form.to_dict(flat=False), 403)
    if instead is None and not ours:
        abort(403)
    return instead


def _instead(values: Values, status: int) -> Page | None:
    """Return what is shown in place of a form that was not taken; None where its pass allows nothing."""
    holder = _holder(values)
    document = keeping.document_of(holder) if holder else ""
    if holder is None or not document:
        return None
    kept = keeping.keep(holder, document, values)
    if g.person is None:
        page = request.path.removesuffix("/submit")
        return gate.go("sign_in", next=f"{page}?said=unsent", said="signed_out") if kept else None
    if g.person.worker_id != holder.worker:
        return None
    told = _told(status) if kept else f"{_told(status)} {text('draft_failed')}"
    shown = _FORMS[request.endpoint or ""](values, told)
    return (shown, status) if isinstance(shown, str) else shown


def _holder(values: Values) -> Pass | None:
    """Return the pass that a form carries, if it is one for this address."""
    if request.endpoint not in _FORMS:
        return None
    try:
        carried = next(iter(values.get(keeping.DRAFT_FIELD, ())), "")
        holder = passes.read(carried, gate.real(), passes.DRAFT, passes.UNNAMED)
    except Invalid:
        return None
    wanted = (request.view_args or {}).get("assignment_id")
    return holder if holder.assignment == wanted and (wanted or holder.request) else None


def _told(status: int) -> str:
    if status == 403:
        return text("was_stale")
    limit = request.max_content_length or sizes.FORM
    return text("was_too_large", limit=size(limit), texts=size(sizes.FORM))


def _texts() -> Values:
    """Return the texts of a form that is too large; its files are passed over.

    The pass stands at its beginning: without a good one the rest is not worth reading.
    """
    body = request.environ["wsgi.input"]
    body.seek(0)  # some of it may have been read
    found = _CARRIED.search(body.read(_BEGINNING))
    if found is None or _holder({keeping.DRAFT_FIELD: [found[1].decode()]}) is None:
        return {}
    body.seek(0)
    parser = FormDataParser(lambda *_, **__: _Nowhere(), _LONGEST, max_form_parts=_PARTS)
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
