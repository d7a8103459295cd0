"""The pages of a study: what it is, consent, HIT after HIT, and the end with its code."""

from __future__ import annotations

from contextlib import suppress
from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, current_app, g, redirect, request
from itsdangerous import BadSignature, URLSafeSerializer

from mturk_tasks.marketplace.storage.transactions import Transaction
from mturk_tasks.marketplace.studies import links, participants, progress
from mturk_tasks.marketplace.studies.participants import Arrival
from mturk_tasks.marketplace.studies.progress import Participant
from mturk_tasks.marketplace.studies.studies import (
    DECLINED,
    FINISHED,
    LEFT,
    SCREENED_OUT,
    StudyRow,
    consent_text,
    known_worker,
    requester_name,
)
from mturk_tasks.marketplace.web import guesses, session
from mturk_tasks.marketplace.web.accounts import accounts, sessions
from mturk_tasks.marketplace.web.pages import page
from mturk_tasks.marketplace.web.session import Page, go
from mturk_tasks.marketplace.web.texts import text
from mturk_tasks.markup import consent
from mturk_tasks.vocabulary.recruitment import DONE, SOURCES, way_back

_COOKIE: Final = "mturk-arrival"
_SALT: Final = "mturk-tasks.arrival"
_LEADS_ON: Final = 15  # seconds after which the last page goes on by itself
_RESUME: Final = "resume"  # in the link that a phone reads from another browser's screen
_LONGEST: Final = 128  # characters of what a source's link tells beside the ID
_REASONS: Final = {
    "closed": "late",
    "late": "late",
    "full": "full",
    "blocked": "excluded",
    "excluded": "excluded",
}  # which code is told


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/s/<study_id>", "study", _study, methods=["GET"])
    site.add_url_rule("/s/<study_id>/start", "study_start", _start, methods=["POST"])
    site.add_url_rule("/s/<study_id>/consent", "study_consent", _consent, methods=["POST"])
    site.add_url_rule("/s/<study_id>/next", "study_next", _next, methods=["POST"])
    site.add_url_rule("/s/<study_id>/keep", "study_keep", _keep, methods=["GET", "POST"])
    site.add_url_rule("/s/<study_id>/leave", "study_leave", _leave, methods=["POST"])


def go_on(study_id: str) -> Page:
    """Lead a participant on: to the HIT that they hold, to another one, or to the end."""
    worker_id = session.person().worker_id
    if progress.is_screened_out(session.transaction(), _found(study_id), worker_id):
        participants.finish(session.store(), study_id, worker_id, session.now(), state=SCREENED_OUT)
        return go("study", study_id=study_id)
    following = participants.next_assignment(session.store(), study_id, worker_id, session.now())
    if following is not None:
        return go("work", assignment_id=following)
    own = _found(study_id)
    if progress.read(session.transaction(), own, worker_id).done:
        participants.finish(session.store(), study_id, worker_id, session.now())
        return go("study", study_id=study_id)
    shut_out = participants.is_excluded(session.transaction(), own, worker_id)
    return _ending(own, "excluded" if shut_out else "full")


def _study(study_id: str) -> Page:
    own = _found(study_id)
    source = SOURCES[own.source]
    if any(name in request.args for name in source.parameters if name):
        return _arrive(own)
    if request.args:
        return go("study", study_id=study_id)
    mine = _mine(own)
    if mine is not None:
        return _where_they_are(own, mine)
    arrival = _arrival(study_id)
    if source.identifies and arrival is None:
        return _told(own, "study_no_id", 403)
    if _has_come(session.transaction(), own, arrival or Arrival()):
        return _asked_to_resume(own, resume=_told_by_link(study_id)[1])
    why = participants.refusal(session.transaction(), own)
    if why is not None:
        return _ending(own, why)
    asker = requester_name(session.transaction(), own)
    return page("study.html", study=own, part="welcome", asker=asker)


def _arrive(own: StudyRow) -> Page:
    """Take the ID out of the address, where it would stand in logs and in what the next page is told."""
    source = SOURCES[own.source]
    who, of, by = (request.args.get(name, "") if name else "" for name in source.parameters)
    if source.signed:
        who = links.holder(session.transaction(), own, who) or ""
        if not who:
            return _told(own, "study_bad_link", 403)
    if not source.accepts(who):
        return _told(own, "study_bad_id", 400)
    response = redirect(f"/s/{own.study_id}", 303)
    resume = request.args.get(_RESUME, "")[:_LONGEST]
    value = _serializer().dumps([own.study_id, who, of[:_LONGEST], by[:_LONGEST], resume])
    session.set_cookie(response, _COOKIE, str(value))
    return response


def _start(study_id: str) -> Page:
    """Let who pressed the button take part: a preview by a program presses none, and takes no place."""
    own = _found(study_id)
    arrival = _arrival(study_id)
    if SOURCES[own.source].identifies and arrival is None:
        return _told(own, "study_no_id", 403)
    resume = request.form.get("resume", "").strip()
    subject = f"study {own.id} {arrival.external_id if arrival else ''}"
    if resume and not sessions.begin_attempt(session.store(), subject, guesses.address(), session.real()):
        return _asked_to_resume(own, "study_too_many", 429)
    signed = SOURCES[own.source].signed
    if not (resume or signed) and not sessions.begin_participation(
        session.store(), own.id, guesses.address(), session.real()
    ):
        return _told(own, "study_too_many", 429)
    try:
        worker_id, code = participants.enter(
            session.store(),
            study_id,
            arrival or Arrival(),
            session.now(),
            resume=resume,
            make_worker=accounts.enter_participant,
        )
    except participants.Refused as refused:
        if refused.reason == "needs_resume":
            return _asked_to_resume(own, "study_wrong_resume" if resume else "", 422 if resume else 200)
        if refused.reason == "revoked":
            return _told(own, "study_bad_link", 403)
        return _ending(own, refused.reason)
    key = accounts.key_of_worker(session.store(), worker_id)
    if not code or signed or not SOURCES[own.source].identifies:
        return session.sign_in(redirect(f"/s/{study_id}", 303), key, study=own.id)
    drawn = _drawn(own, arrival or Arrival(), code)
    written = page("study.html", study=own, part="started", resume=code, drawn=drawn)
    return session.sign_in(Response(written), key, study=own.id)


def _consent(study_id: str) -> Page:
    own, mine = _taking_part(study_id)
    if own.consent is None:
        return go("study", study_id=study_id)
    if request.form.get("agree") != "1":
        participants.decline(session.store(), study_id, mine.worker, session.now())
        return go("study", study_id=study_id)
    if request.form.get("digest") == own.consent:  # the text that was shown is the one that counts
        participants.agree(session.store(), study_id, mine.worker, own.consent, session.now())
    return go("study", study_id=study_id)


def _next(study_id: str) -> Page:
    own, mine = _taking_part(study_id)
    if not _agreed(own, mine):
        return go("study", study_id=study_id)
    try:
        participants.keep_place(session.store(), study_id, mine.worker, session.now())
    except participants.Refused as refused:
        return _ending(own, refused.reason)
    return go_on(study_id)


def _leave(study_id: str) -> Page:
    _, mine = _taking_part(study_id)
    participants.leave(session.store(), study_id, mine.worker, session.now())
    return go("study", study_id=study_id)


def _where_they_are(own: StudyRow, mine: Participant) -> Page:
    if mine.state == FINISHED:
        return _ending(own, DONE, mine)
    if mine.state == DECLINED:
        return _ending(own, "noconsent", mine)
    if mine.state == SCREENED_OUT:
        return _ending(own, "screenout", mine)
    if mine.state == LEFT:
        return _told(own, "study_left", 200)
    if not _agreed(own, mine):
        written = consent.render(consent_text(session.transaction(), own.consent or ""))
        return page("study.html", study=own, part="consent", consent=written)
    way = progress.read(session.transaction(), own, mine.worker)
    return page("study.html", study=own, part="go_on", done=way.done, held=way.held)


def _agreed(own: StudyRow, mine: Participant) -> bool:
    """Say whether somebody has agreed to the text as it stands; a changed one asks again."""
    return own.consent is None or mine.consent == own.consent


def _ending(own: StudyRow, ending: str, mine: Participant | None = None) -> Page:
    """Return the page of an end, with the code that belongs to it."""
    code = own.code(_REASONS.get(ending, ending))
    arrival = _arrival(own.study_id)
    external_id = mine.external_id if mine else arrival.external_id if arrival else ""
    address = way_back(own.source, own.back, code=code, external_id=external_id) if code else ""
    leads_on = bool(address) and SOURCES[own.source].leads_on
    written = page(
        "study.html",
        study=own,
        part="end",
        ended_well=ending == DONE,
        ending=ending,
        code=code,
        address=address,
        seconds=_LEADS_ON if leads_on else 0,
        may_keep=mine is not None and _may_keep_account(own, mine),
    )
    response = Response(written, 200 if mine or ending == DONE else 403)
    if leads_on:  # by a header, for browsers whose scripts are off
        response.headers["Refresh"] = f"{_LEADS_ON}; url={address}"
    return response


def _may_keep_account(own: StudyRow, mine: Participant) -> bool:
    """Say whether a participant may make an account: where anybody may, and it is theirs and has none yet."""
    if session.settings().sign_up != "open":
        return False
    proven = progress.is_proven(session.transaction(), own, mine.worker)
    return proven and accounts.is_without_password(session.store(), session.person().key)


def _keep(study_id: str) -> Page:
    """Make an account of a participant's, with what they have done under its worker ID."""
    own, mine = _taking_part(study_id)
    if not _may_keep_account(own, mine):
        return go("study", study_id=study_id)
    if request.method == "GET":
        return _asked_to_keep(own)
    name, password = request.form.get("name", ""), request.form.get("password", "")
    if not sessions.begin_sign_up(session.store(), guesses.address(), session.real()):
        return _asked_to_keep(own, "study_too_many", 429)
    key = session.person().key
    try:
        accounts.keep(session.store(), key, name, password)
    except accounts.Refused as refused:
        return _asked_to_keep(own, refused.reason, 422)
    return session.sign_in(go("home"), key)


def _asked_to_keep(own: StudyRow, error: str = "", status: int = 200) -> Page:
    told = text(error, shortest=sessions.SHORTEST) if error else ""
    written = page("study.html", study=own, part="keep", error=told, shortest=sessions.SHORTEST)
    return written, status


def _asked_to_resume(own: StudyRow, error: str = "", status: int = 200, *, resume: str = "") -> Page:
    told = text(error) if error else ""
    return page("study.html", study=own, part="resume", error=told, resume=resume), status


def _told(own: StudyRow, key: str, status: int) -> Page:
    return page("study.html", study=own, part="told", told=text(key, source=own.source.title())), status


def _found(study_id: str) -> StudyRow:
    if not session.settings().studies:
        abort(404)
    return progress.find_study(session.transaction(), study_id) or abort(404)


def _mine(own: StudyRow) -> Participant | None:
    """Return the participant whose browser asks, None for anybody else."""
    person = g.person
    if person is None or person.study != own.study_id:
        return None
    return progress.find(session.transaction(), own, person.worker_id)


def _taking_part(study_id: str) -> tuple[StudyRow, Participant]:
    own = _found(study_id)
    return own, _mine(own) or abort(403)


def _has_come(transaction: Transaction, own: StudyRow, arrival: Arrival) -> bool:
    """Say whether somebody with this ID takes part already, and must show that it is them."""
    source = SOURCES[own.source]
    if source.signed or not source.identifies:
        return False
    worker_id = known_worker(transaction, own, arrival.external_id)
    return worker_id is not None and progress.find(transaction, own, worker_id) is not None


def _arrival(study_id: str) -> Arrival | None:
    """Return who the link said that the visitor is; None unless it was a link to this study."""
    return _told_by_link(study_id)[0]


def _told_by_link(study_id: str) -> tuple[Arrival | None, str]:
    """Return the same with the code to go on by, where the link had one."""
    with suppress(BadSignature, ValueError):
        of, who, by_study, by_session, resume = _serializer().loads(session.cookie(_COOKIE))
        if of == study_id:
            return Arrival(who, by_study, by_session), resume
    return None, ""


def _drawn(own: StudyRow, arrival: Arrival, resume: str) -> str:
    """Return a QR code of the link by which a phone goes on."""
    from mturk_tasks.markup.drawing import qr_code

    base = session.settings().public_url or request.host_url
    names = SOURCES[own.source].parameters
    told = {name: value for name, value in zip(names, arrival, strict=True) if name and value}
    query = urlencode({**told, _RESUME: resume})
    return qr_code(f"{base.rstrip('/')}/s/{own.study_id}?{query}")


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=_SALT)
