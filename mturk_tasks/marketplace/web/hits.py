"""Find a HIT: the groups, the preview of one, and the old addresses that lead to both."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import Blueprint, abort, request

from mturk_tasks.marketplace.web import groups, listing, pages, session
from mturk_tasks.marketplace.web.session import Page, go, signed_in
from mturk_tasks.marketplace.worker import answering, record, work

PAGE: Final = 20


def add_to(site: Blueprint) -> None:
    """Add the pages."""
    site.add_url_rule("/", "home", _home, methods=["GET"])
    site.add_url_rule("/groups/<group_id>", "group", _group, methods=["GET"])
    site.add_url_rule("/groups/<group_id>/accept", "accept", _accept, methods=["POST"])
    site.add_url_rule("/hits/<hit_id>", "hit", _hit, methods=["GET"])
    site.add_url_rule("/mturk/preview", "old_preview", _old_preview, methods=["GET"])
    site.add_url_rule("/mturk/manageHIT", "old_manage", _old_manage, methods=["GET"])
    site.add_url_rule("/projects/<group_id>/tasks", "old_project", _old_project, methods=["GET"])
    site.add_url_rule("/mturk/requestqualification", "old_request", _old_request, methods=["GET"])


@signed_in
def _home() -> Page:
    sought = pages.read(request.args.get("words", ""))
    wanted = _wanted(sought)
    worker_id, transaction = session.person().worker_id, session.transaction()
    number = session.page_number()
    listed = listing.page(transaction, worker_id, wanted, number, PAGE)
    asked = {
        "words": sought.text,
        "requester": wanted.requester,
        "reward": str(wanted.reward or ""),
        "sort": wanted.sort,
        "qualified": "1" if wanted.qualified else "",
    }
    return pages.page(
        "groups.html",
        listed=listed,
        sought=sought,
        wanted=wanted,
        sorts=listing.SORTS,
        requesters=sorted({group.kind.requester for group in listed.seen} | {wanted.requester} - {""}),
        page_number=number,
        pages=pages.pages(listed.fitting, PAGE) if listed.whole else None,
        query=urlencode({name: value for name, value in asked.items() if value}) + "&",
    )


def _wanted(sought: pages.Sought) -> listing.Wanted:
    """Return what is asked for in the address; what makes no sense there is not asked for."""
    sort = request.args.get("sort", "")
    return listing.Wanted(
        sought.words,
        pages.plain(request.args.get("requester", "")),
        pages.amount(request.args.get("reward", "")),
        request.args.get("qualified") == "1",
        sort if sort in listing.SORTS else listing.SORTS[0],
    )


@signed_in
def _group(group_id: str) -> Page:
    kind = groups.find_kind(session.transaction(), group_id)
    if kind is None:
        abort(404)
    found = work.available(
        session.transaction(), session.person().worker_id, limit=1, hit_type_id=kind.hit_type_id
    )
    return _preview(kind, groups.find_hit(session.transaction(), found[0]) if found else None)


@signed_in
def _hit(hit_id: str) -> Page:
    found = groups.find_hit(session.transaction(), hit_id)
    if found is None:
        abort(404)
    return _preview(found.kind, found)


def _preview(kind: groups.Kind, hit: groups.Hit | None) -> Page:
    """Return the page of a type with one of its HITs; who may not see it is told why."""
    worker_id = session.person().worker_id
    verdict = groups.judge(session.transaction(), worker_id, kind)
    question = None
    if hit is not None and not verdict.blocked and groups.may_preview(session.transaction(), worker_id, kind):
        question = pages.question(hit.question, hit_id=hit.hit_id)
    return pages.page(
        "preview.html",
        kind=kind,
        hit=hit,
        verdict=verdict,
        question=question,
        framed=bool(question) and hit is not None and not pages.is_form(hit.question),
        external=hit is not None and pages.is_external(hit.question),
        held=record.held_of_type(session.transaction(), worker_id, kind.hit_type_id),
    )


@signed_in
def _accept(group_id: str) -> Page:
    """Accept the HIT that was previewed, or another of its group where that is taken.

    From the list, where none was, one that is held already is gone on with: a second click takes no second.
    """
    worker_id, wanted = session.person().worker_id, request.form.get("hit", "")
    try:
        accepted = _accepted(worker_id, group_id, wanted)
    except answering.Refused as refused:  # the page says why, but for what is no matter of this group
        return go("group", group_id=group_id, said="too_many_held" if refused.reason == "too many" else None)
    if accepted is None:
        kind = groups.find_kind(session.transaction(), group_id)
        free = kind is not None and groups.judge(session.transaction(), worker_id, kind).qualified
        return go("group", group_id=group_id, said="all_taken" if free else None)
    return go("work", assignment_id=accepted)


def _accepted(worker_id: str, group_id: str, wanted: str) -> str | None:
    kind = groups.find_kind(session.transaction(), group_id)
    if kind is None:
        abort(404)
    previewed = groups.find_hit(session.transaction(), wanted)
    if previewed is not None and previewed.kind.hit_type_id == kind.hit_type_id:
        held = record.held_of(session.transaction(), worker_id, wanted)
        if held:  # in another tab, or by a second click
            return held
        try:
            return work.accept(session.store(), worker_id, wanted, session.now()).assignment_id
        except answering.Refused as refused:
            if refused.reason not in ("full", "expired", "repeated"):
                raise
        held = record.held_of(session.transaction(), worker_id, wanted)
        if held:  # by the other of two clicks at one moment
            return held
    elif request.form.get("from") == "list":
        held = record.held_of_kind(session.transaction(), worker_id, kind.hit_type_id)
        if held:
            return held
    another = work.accept_any(session.store(), worker_id, kind.hit_type_id, session.now())
    return another.assignment_id if another else None


def _old_preview() -> Page:
    return go("group", group_id=request.args.get("groupId") or abort(404))


def _old_manage() -> Page:
    """Lead from the address in results files, where requesters had a page, to the page of the HIT."""
    return go("hit", hit_id=request.args.get("HITId") or abort(404))


def _old_project(group_id: str) -> Page:
    return go("group", group_id=group_id)


def _old_request() -> Page:
    return go("qualification", type_id=request.args.get("qualificationId") or abort(404))
