"""What the form in a frame submits: read, decided, handed in, and said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any, Final

from flask import Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from mturk_tasks.marketplace.server.market import Market
from mturk_tasks.marketplace.storage.transactions import read_transaction
from mturk_tasks.marketplace.web.frames import tokens
from mturk_tasks.marketplace.web.frames.policy import Outcome, outcome_page
from mturk_tasks.marketplace.web.frames.tokens import FrameToken, Invalid
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.marketplace.worker import answering, work
from mturk_tasks.marketplace.worker.answering import Refused
from mturk_tasks.markup.answers import SEPARATOR, Answer, build
from mturk_tasks.markup.rules import RESERVED
from mturk_tasks.markup.xml import FORBIDDEN

# Half-done answers, which the page sends on while they are typed, from a form of its own or a
# frame.


HOOK: Final = "save_draft"  # the application's extension of this name keeps drafts; without it none is kept

Values = Mapping[str, tuple[str, ...]]
SaveDraft = Callable[[FrameToken, Values, datetime], None]


def save(token: str) -> Response:
    """Keep the values of a form, `{"values": {name: [value, ...]}}`, for the assignment or test of a pass."""
    now = datetime.now(timezone.utc)
    try:
        holder = tokens.read(token, now, tokens.DRAFT, tokens.UNNAMED)
        values = read_values(_body())
    except Invalid:
        return Response(status=403)
    except RequestEntityTooLarge:
        return refusal("draft_too_large", 413)
    if holder.assignment is None and holder.request is None:
        return Response(status=403)
    if values is None:
        return refusal("draft_unreadable", 400)
    hook: SaveDraft | None = current_app.extensions.get(HOOK)
    try:
        if hook is not None:
            hook(holder, values, current_app.extensions["market"].clock(now))
    except Refused as refused:
        word = {"too large": "draft_too_large", "too many": "draft_too_many"}.get(refused.reason)
        return refusal(word, 413) if word else Response(status=409)
    return Response(status=204)


def refusal(word: str, status: int) -> Response:
    """Say why nothing was kept; the page shows the sentence."""
    return Response(text(word), status, content_type="text/plain; charset=utf-8")


def read_values(body: Any) -> Values | None:
    """Return the values in a message of the form it must have, else None."""
    values = body.get("values") if isinstance(body, dict) else None
    if not isinstance(values, dict):
        return None
    for several in values.values():
        if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
            return None
    return {name: tuple(several) for name, several in values.items()}


def _body() -> Any:
    """Return what was sent as JSON, None for anything else."""
    request.max_content_length = tokens.DRAFT_LIMIT
    try:
        return request.get_json(silent=True) if request.is_json and request.get_data() else None
    except RecursionError:  # brackets in brackets in brackets
        return None


_PARTS: Final = 10_000  # fields of a form
_ASSIGNMENT: Final = "assignmentId"
_WORDS: Final[Mapping[str, str]] = {
    "invalid": "invalid",
    "too many fields": "too_many_fields",
    "too large": "too_large",
}
_NO_CHARACTER: Final = "\ufffd"  # stands for what XML cannot hold

Sent = list[tuple[str, str]]


def submit(token: str) -> Response:
    """Take the answers for the assignment that the pass names; the page says what became of them."""
    if request.method == "HEAD":
        return Response(status=405)  # who only asks does not submit
    now = datetime.now(timezone.utc)
    try:
        holder = tokens.read(token, now, tokens.SUBMIT, tokens.UNNAMED)
    except Invalid as invalid:
        return outcome_page(Outcome(invalid.reason))
    try:
        sent, files = _sent()
        reason = objection(holder, sent)
    except RequestEntityTooLarge:
        sent, files, reason = [], False, "too_large"
    if reason:
        return outcome_page(_before(holder, now) or Outcome(reason))
    if holder.purpose == tokens.UNNAMED:  # of a page that was opened before the site was updated
        return outcome_page(_before(holder, now) or _keep(holder, sent, now, "outdated"))
    return outcome_page(_hand_in(holder, sent, files, now))


def arrived(token: str) -> Response:
    """Say whether an answer to the assignment of a pass is there, late or in time: 204 if so, else 404."""
    now = datetime.now(timezone.utc)
    try:
        holder = tokens.read(token, now, tokens.DRAFT, tokens.UNNAMED)
    except Invalid:
        return Response(status=403)
    status = 404 if _before(holder, now) is None else 204
    return Response(status=status, headers={"Cache-Control": "no-store"})


def without_pass() -> Response:
    """Refuse what is sent without a pass, and say what its requester should do."""
    return outcome_page(Outcome("no_pass"))


def objection(holder: FrameToken, sent: Sent) -> str:
    """Return why the fields cannot be taken as answers for this pass, empty if they can."""
    if holder.assignment is None:
        return "preview"
    named = {value for name, value in sent if name == _ASSIGNMENT}
    if named != {holder.assignment}:
        return "another"
    return "" if answers(sent) else "nothing"


def answers(sent: Iterable[tuple[str, str]]) -> list[Answer]:
    """Return the answers in the fields of a form, in order of their first appearance.

    Names that the marketplace uses itself are left out. Values of one name are joined by `|`; Amazon
    kept only one of them.
    """
    values: dict[str, list[str]] = {}
    for name, value in sent:
        if name and name not in RESERVED:
            values.setdefault(_storable(name), []).append(_storable(value))
    return [Answer(name, SEPARATOR.join(several)) for name, several in values.items()]


def _storable(text: str) -> str:
    return FORBIDDEN.sub(_NO_CHARACTER, text)


def _sent() -> tuple[Sent, bool]:
    """Return the fields of the query and of the body, and whether there were files too.

    Raise RequestEntityTooLarge for a body above the limit, and for far more fields than are kept.
    """
    request.max_content_length = request.max_form_memory_size = tokens.LIMIT
    request.max_form_parts = _PARTS
    if request.query_string.count(b"&") >= _PARTS:
        raise RequestEntityTooLarge
    fields = [*request.args.items(multi=True), *request.form.items(multi=True)]
    return fields, any(file.filename for file in request.files.values())


def _hand_in(holder: FrameToken, sent: Sent, files: bool, now: datetime) -> Outcome:
    """Submit the answers; what is said of the time is what the database holds afterwards."""
    market: Market = current_app.extensions["market"]
    moment = market.clock(now)
    assignment_id, worker = holder.assignment or "", holder.worker or ""
    try:
        kept = work.submit(market.store, assignment_id, worker, build(answers(sent)), moment)
    except answering.Refused as refused:
        return _before(holder, now) or _keep(holder, sent, now, _WORDS.get(refused.reason, "not_held"))
    return Outcome("late" if kept.late else "submitted", assignment_id, kept.time, files)


def _before(holder: FrameToken, now: datetime) -> Outcome | None:
    """Return what became of an answer that is there already, late or in time; that comes before a refusal."""
    market: Market = current_app.extensions["market"]
    assignment_id = holder.assignment or ""
    with read_transaction(market.store, market.clock(now)) as transaction:
        receipt = work.receipt(transaction, assignment_id, holder.worker or "")
    return Outcome("already", assignment_id, receipt.time) if receipt else None


def _keep(holder: FrameToken, sent: Sent, now: datetime, reason: str) -> Outcome:
    """Keep what cannot be handed in as a draft, where it can be one, and say why it was not handed in."""
    fields: dict[str, list[str]] = {}
    for name, value in sent:
        if name and name not in RESERVED:
            fields.setdefault(name, []).append(value)
    hook: SaveDraft | None = current_app.extensions.get(HOOK)
    market: Market = current_app.extensions["market"]
    if hook is None or reason == "not_held":
        return Outcome(reason)
    try:
        hook(holder, {name: tuple(values) for name, values in fields.items()}, market.clock(now))
    except answering.Refused:
        return Outcome(reason)
    return Outcome(reason, kept=True)
