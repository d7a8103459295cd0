from __future__ import annotations

import io
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.web.frames import tokens
from mturk_tasks.marketplace.web.frames.submission import answers
from mturk_tasks.marketplace.web.frames.tokens import LIMIT
from mturk_tasks.marketplace.worker import work
from mturk_tasks.markup.answer_rules import MOST_FIELDS
from tests.web.forms import asked, choice, form
from tests.web.site import html

FORM = '<form><input name="colour"></form>'


@pytest.fixture
def begun(site):
    return site.begun(html(FORM))


@pytest.fixture
def send(site, visitor, begun):
    """Submit fields with the pass of the assignment; answer with the status and the page."""

    def post(fields, token=None, path="/mturk/externalSubmit", **more):
        found = visitor.post(f"/t/{token or site.token(*begun)}{path}", data=fields, **more)
        return found.status_code, found.text

    return post


@pytest.mark.parametrize(
    "path",
    [
        "/mturk/externalSubmit",
        "//mturk/externalSubmit",
        "/hit/mturk/externalSubmit",
        "/hit//mturk/externalSubmit",
    ],
)
def test_answers_are_stored_before_the_receipt(send, site, begun, path):
    hit_id, assignment_id = begun
    status, page = send({"assignmentId": assignment_id, "colour": "green"}, path=path)

    assert status == 200
    assert assignment_id in page
    assert site.answers(hit_id) == [{"colour": "green"}]


def test_values_of_one_name_are_joined_and_reserved_names_dropped(send, site, begun):
    hit_id, assignment_id = begun
    fields = {"colour": ["red", "blue"], "hitId": "x", "workerId": "y", "turkSubmitTo": "z", "B": ""}
    send({"assignmentId": assignment_id, **fields})

    assert site.answers(hit_id) == [{"colour": "red|blue", "B": ""}]


def test_the_query_may_hold_answers_too(send, site, begun):
    hit_id, assignment_id = begun
    send({"colour": "green"}, path=f"/mturk/externalSubmit?assignmentId={assignment_id}&shade=dark")

    assert site.answers(hit_id) == [{"shade": "dark", "colour": "green"}]


def test_a_form_that_asks_with_get_is_taken_and_a_look_is_not(visitor, site, begun):
    hit_id, assignment_id = begun
    address = f"/t/{site.token(*begun)}/mturk/externalSubmit?assignmentId={assignment_id}&colour=green"

    assert visitor.head(address).status_code == 405
    assert site.answers(hit_id) == []
    assert visitor.get(address).status_code == 200
    assert site.answers(hit_id) == [{"colour": "green"}]


def test_files_are_left_out_and_that_is_said(send, site, begun):
    hit_id, assignment_id = begun
    fields = {"assignmentId": assignment_id, "colour": "green", "photo": (io.BytesIO(b"x"), "../../a.png")}
    status, page = send(fields, content_type="multipart/form-data")

    assert (status, "Files cannot be sent" in page) == (200, True)
    assert site.answers(hit_id) == [{"colour": "green"}]


def test_what_xml_cannot_hold_is_replaced(send, site, begun):
    hit_id, assignment_id = begun
    send({"assignmentId": assignment_id, "colour": "a\x0bb <&> ]]>\ud7ff"})

    assert site.answers(hit_id) == [{"colour": "a\ufffdb <&> ]]>\ud7ff"}]


def test_a_long_text_arrives_whole_and_one_too_long_is_refused(send, site, begun):
    hit_id, assignment_id = begun
    too_long = {"assignmentId": assignment_id, "colour": "x" * LIMIT}

    assert send(too_long)[0] == 413
    assert send({"assignmentId": assignment_id, "colour": "x" * (LIMIT - 999)})[0] == 200
    assert len(site.answers(hit_id)[0]["colour"]) == LIMIT - 999


def test_a_long_text_of_several_parts_is_kept_within_the_same_limit(send, site, begun):
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    named = part.format("assignmentId", begun[1])
    kind = "multipart/form-data; boundary=x"

    assert send(f"{named}{part.format('colour', 'x' * LIMIT)}--x--", content_type=kind)[0] == 413
    assert send(f"{named}{part.format('colour', 'x' * 900_000)}--x--", content_type=kind)[0] == 200


def test_a_second_submit_leaves_the_first_one(send, site, begun):
    hit_id, assignment_id = begun
    send({"assignmentId": assignment_id, "colour": "green"})
    status, page = send({"assignmentId": assignment_id, "colour": "red"})

    assert (status, "submitted this HIT already" in page) == (409, True)
    assert site.answers(hit_id) == [{"colour": "green"}]


def test_a_preview_submits_nothing(send, site, begun):
    hit_id, _ = begun
    status, page = send({"assignmentId": "x", "colour": "green"}, token=site.token(hit_id))

    assert (status, "This is a preview" in page) == (403, True)


def test_a_form_speaks_for_no_other_assignment(send, site, begun):
    hit_id, _ = begun
    other = site.accept(hit_id, "AWORKER2")

    assert send({"assignmentId": other, "colour": "green"})[0] == 403
    assert send({"assignmentId": [begun[1], other], "colour": "green"})[0] == 403
    assert send({"colour": "green"})[0] == 403
    assert site.answers(hit_id) == []


def test_a_pass_for_somebody_elses_assignment_is_worth_nothing(send, site, begun):
    hit_id, assignment_id = begun
    token = site.token(hit_id, assignment_id, "AWORKER2")

    assert send({"assignmentId": assignment_id, "colour": "green"}, token=token)[0] == 409
    assert site.answers(hit_id) == []


def test_a_forged_and_an_old_pass_are_refused(send, site, begun):
    fields = {"assignmentId": begun[1], "colour": "green"}
    token = site.token(*begun)
    forged = site.token(begun[0]).rpartition(".")[0] + "." + token.rpartition(".")[2]

    assert send(fields, token=forged)[0] == 403
    assert send(fields, token="x")[0] == 403
    assert send(fields, token=site.token(*begun, days=32))[0] == 403
    assert site.answers(begun[0]) == []


def test_a_form_without_answers_is_told_so(send, begun):
    status, page = send({"assignmentId": begun[1], "hitId": "x"})
    assert (status, "nothing to submit" in page) == (400, True)


def test_after_the_deadline_answers_are_kept_as_late(send, site, begun):
    site.offset = timedelta(hours=1)
    status, page = send({"assignmentId": begun[1], "colour": "green"})

    assert (status, "Kept, though late" in page) == (200, True)
    assert site.answers(begun[0]) == []


@pytest.mark.parametrize("path", ["/mturk/externalSubmit", "/t/mturk/externalSubmit"])
def test_without_a_pass_the_requester_is_told_what_to_do(visitor, begun, path):
    found = visitor.post(path, data={"assignmentId": begun[1], "colour": "green"})
    assert (found.status_code, "turkSubmitTo" in found.text) == (403, True)


def test_a_database_that_does_not_answer_is_said_in_the_frame(send, site, begun, monkeypatch):
    def fail(*_, **__):
        raise MTurkTasksError("away")

    monkeypatch.setattr(work, "submit", fail)
    status, page = send({"assignmentId": begun[1], "colour": "green"})

    assert status == 503
    assert "it shows whether your answers have arrived" in page
    assert "Not submitted" not in page
    assert "away" not in page


@pytest.mark.long
def test_what_can_be_kept_as_a_draft_can_be_submitted(send, site, begun):
    words = "+" * (tokens.DRAFT_LIMIT - 100)  # three bytes each in a form
    assert send({"assignmentId": begun[1], "colour": words})[0] == 200


@pytest.mark.parametrize("host", ["a; sandbox allow-same-origin", 'a"><script>', "a b"])
def test_a_host_that_is_none_is_not_repeated(visitor, site, begun, host):
    found = visitor.get(f"/frame/{site.token(*begun, purpose='page')}", headers={"Host": host})
    assert host not in found.text
    assert host not in str(found.headers)


def test_an_answer_keeps_the_order_in_which_names_were_met():
    assert [one.question for one in answers([("b", "1"), ("a", "2"), ("b", "3")])] == ["b", "a"]


@pytest.mark.parametrize("purpose", ["draft", "page"])
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("start", ["/t/{}", "/t/{}/hit"])
def test_a_pass_to_another_end_submits_nothing(visitor, site, begun, purpose, method, start):
    token = site.token(*begun, purpose=purpose)
    address = f"{start.format(token)}/mturk/externalSubmit?assignmentId={begun[1]}&colour=green"
    found = visitor.open(address, method=method)

    assert (found.status_code, "This page cannot submit answers." in found.text) == (403, True)
    assert site.answers(begun[0]) == []
    assert site.drafts == {}


@pytest.mark.parametrize("place", ["/frame/{}", "/draft/{}"])
def test_a_pass_to_submit_opens_nothing_else(visitor, site, begun, place):
    method = "POST" if "draft" in place else "GET"
    found = visitor.open(place.format(site.token(*begun)), method=method, json={"values": {"a": ["b"]}})
    assert found.status_code == 403
    assert site.drafts == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_page_from_before_the_update_is_told_so_and_loses_nothing(visitor, site, begun, method):
    address = f"/t/{site.token(*begun, purpose='')}/mturk/externalSubmit?assignmentId={begun[1]}&colour=green"
    found = visitor.open(address, method=method)

    assert (found.status_code, "opened before the site was updated" in found.text) == (403, True)
    assert "What you filled in is kept" in found.text
    assert site.answers(begun[0]) == []
    assert site.drafts == {begun[1]: {"colour": ("green",)}}
    assert "updated" in visitor.get(f"/frame/{site.token(*begun, purpose='')}").text


CHOICE = form(asked("colour", choice("red", "blue"), required=True))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("fields", ["colour=' OR 1=1&hitid=x", "colour=red", "other=x"])
def test_a_form_of_the_sites_own_is_not_answered_by_the_frames_door(visitor, site, method, fields):
    hit_id, assignment_id = site.begun(CHOICE)
    address = f"/t/{site.token(hit_id, assignment_id)}/mturk/externalSubmit?assignmentId={assignment_id}"
    found = visitor.open(f"{address}&{fields}", method=method)

    assert (found.status_code, "do not fit what the HIT asks for" in found.text) == (400, True)
    assert site.answers(hit_id) == []


def written(kind, fields):
    """Return a body, and how it is written."""
    if kind == "urlencoded":
        return urlencode(fields), "application/x-www-form-urlencoded"
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    return f"{parts}--x--", "multipart/form-data; boundary=x"


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_an_answer_has_at_most_so_many_fields_and_they_are_kept(send, site, begun, kind):
    fields = {"assignmentId": begun[1], **{f"f{number}": "x" for number in range(MOST_FIELDS + 1)}}
    body, content_type = written(kind, fields)
    status, page = send(body, content_type=content_type)

    assert (status, "more than 2,000 answers" in page) == (413, True)
    assert len(site.drafts[begun[1]]) == MOST_FIELDS + 1
    del fields["f0"]
    body, content_type = written(kind, fields)
    assert send(body, content_type=content_type)[0] == 200


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_far_too_many_fields_are_not_even_read(send, site, begun, kind):
    fields = {"assignmentId": begun[1], **{f"f{number}": "" for number in range(10_100)}}
    body, content_type = written(kind, fields)

    assert send(body, content_type=content_type)[0] == 413
    assert site.answers(begun[0]) == []
    assert site.drafts == {}


def test_an_answer_is_measured_as_it_is_stored(send, site, begun):
    body, content_type = written("multipart", {"assignmentId": begun[1], "colour": "&" * 900_000})
    status, page = send(body, content_type=content_type)

    assert (status, "too large" in page, "is kept" in page) == (413, True, True)
    assert site.answers(begun[0]) == []
