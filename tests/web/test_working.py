"""Do a HIT: fill it in, hand it in, give it back; and what those who mean ill get out of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest

from mturk_tasks.marketplace.web.accounts import accounts
from mturk_tasks.markup.answers import parse
from tests.web.forms import PAGE, asked, choice, form, text

OWL = {"q1": "owl", "q2": "1"}


@pytest.fixture
def answers(client):
    """Return what was submitted for a HIT, by question."""

    def read(hit):
        found = client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]
        return [{one.question: one.values for one in parse(each["Answer"])} for each in found]

    return read


def test_an_answer_is_on_the_disk_before_the_receipt_is_shown(anna, post, answers):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    receipt = anna.post(f"{address}/submit", OWL).location

    assert answers(hit) == [{"bird": ("owl",), "colour": ("grey",)}]
    assert receipt == f"{address}/receipt"
    page = anna.see(receipt)
    assert address.removeprefix("/work/") in page
    assert "2026-03-01 12:00 UTC" in page


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_is_kept(anna, post, answers):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    sent = {"q1": "", "q2": "other", "q2-other": 'pied & "black"', "next": "1"}
    page = anna.see(anna.post(f"{address}/submit", sent).location)

    assert "One answer is not right yet" in page
    assert "This field is required." in page
    assert 'value="pied &amp; &#34;black&#34;"' in page
    assert 'value="other" aria-label="Other" checked' in page
    assert 'name="next" value="1" checked' in page
    assert answers(hit) == []


def test_a_page_with_mistakes_is_one_to_come_back_to_without_sending_anything_again(anna, post):
    address = anna.accept(post()["HITTypeId"])
    answer = anna.post(f"{address}/submit", {"q1": ""})

    assert (answer.status_code, answer.location) == (303, f"{address}?said=mistakes")
    assert "This field is required." not in anna.see(address)


def test_a_deadline_is_said_by_the_clock_of_the_worker_not_the_sandboxs(anna, post):
    page = anna.see(anna.accept(post(AssignmentDurationInSeconds=7200)["HITTypeId"]))
    (said,) = re.findall(r'until <time datetime="([^"]+)"', page)
    left = datetime.fromisoformat(said.replace("Z", "+00:00")) - datetime.now(timezone.utc)

    assert timedelta(minutes=119) < left <= timedelta(minutes=120)


def test_who_is_disabled_gives_back_what_was_held(anna, post, client, store, at):
    hit = post()
    anna.accept(hit["HITTypeId"])
    accounts.switch(store, "anna", at.now, disabled=True)

    assert client.get_hit(HITId=hit["HITId"])["HIT"]["NumberOfAssignmentsAvailable"] == 1


def test_a_second_submit_never_overwrites_the_first(anna, post, answers):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    anna.post(f"{address}/submit", OWL)
    again = anna.post(f"{address}/submit", {"q1": "crow"})

    assert again.location.startswith(f"{address}/receipt")
    assert "the first one counts; what you sent now was not taken" in anna.see(again.location)
    assert answers(hit) == [{"bird": ("owl",), "colour": ("grey",)}]


def test_a_submit_by_a_second_click_is_no_second_answer(anna, post):
    address = anna.accept(post()["HITTypeId"])
    anna.post(f"{address}/submit", OWL)

    assert anna.post(f"{address}/submit", OWL).location == f"{address}/receipt"


def test_what_was_typed_is_kept_on_the_server_after_a_mistake(anna, post):
    address = anna.accept(post()["HITTypeId"])
    anna.post(f"{address}/submit", {"q1": "", "q2": "1"})
    anna.post(f"{address}/submit", {"q1": "", "q2-other": "pied"})
    assert anna.get(f"{address}/submit").location == address
    page = anna.see(address)

    assert 'value="pied"' in page
    assert 'value="1" checked' not in page


def test_what_the_deadline_took_is_shown_and_can_be_sent_late(anna, post, client, at):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    anna.post(f"{address}/submit", {"q1": "", "q2": "other", "q2-other": 'pied & "black"'})
    draft = re.search(r'data-draft="([^"]+)"', anna.see(address))[1]
    assert anna.browser.post(draft, json={"values": {"q1": ["owl"]}}).status_code == 204
    at.later(minutes=11)
    page = anna.get(address)
    assert page.status_code == 410
    assert "You can still send what you filled in." in page.text
    assert re.search(r"<fieldset [^>]*disabled", page.text)
    sent = dict(re.findall(r'<input type="hidden" name="(q[^"]+)" value="([^"]*)">', page.text))
    answer = anna.post(f"{address}/submit", {name: unescape(value) for name, value in sent.items()})

    assert "It is kept and shown to the requester" in answer.text
    assert "was not submitted" not in answer.text
    (late,) = client.list_late_answers(HITId=hit["HITId"])["LateAnswers"]
    assert [one.values for one in parse(late["Answer"])] == [("owl",), ('pied & "black"',)]
    assert "You can still send" not in anna.see(address)


def test_what_the_deadline_took_half_done_is_mended_before_it_is_sent_late(anna, post, client, at):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    anna.post(f"{address}/submit", {"q1": "", "q2": "1"})
    at.later(minutes=11)
    page = anna.get(address)
    assert page.status_code == 410
    assert "does not yet fit what the HIT asks for" in page.text
    assert "This field is required." in page.text
    assert not re.search(r"<fieldset [^>]*disabled", page.text)
    assert "does not yet fit" in anna.post(f"{address}/submit", {"q1": "", "q2": "2"}).text
    assert client.list_late_answers(HITId=hit["HITId"])["LateAnswers"] == []
    assert "It is kept and shown to the requester" in anna.post(f"{address}/submit", OWL).text


def test_an_answer_that_is_too_large_as_it_is_stored_stays_on_its_page(anna, post, answers):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = f"{part.format('token', anna.token())}{part.format('q1', '&' * 900_000)}--x--"
    kind = "multipart/form-data; boundary=x"
    found = anna.browser.post(f"{address}/submit", data=body, content_type=kind)

    assert (found.status_code, "too large to be submitted" in found.text) == (413, True)
    assert "&amp;" * 900_000 in found.text
    assert answers(hit) == []


def test_what_the_deadline_took_is_found_on_the_dashboard_until_it_is_sent(anna, post, at):
    address = anna.accept(post()["HITTypeId"])
    anna.accept(post(Title="Nothing typed")["HITTypeId"])
    anna.post(f"{address}/submit", {"q1": "", "q2": "1"})
    at.later(minutes=11)
    page = anna.see("/dashboard")
    assert "Not submitted in time" in page
    assert f'href="{address}"' in page
    assert "Nothing typed" not in page
    anna.post(f"{address}/submit", OWL)

    assert "Not submitted in time" not in anna.see("/dashboard")


def shown_as(page):
    """Return the figures at the head of the dashboard."""
    return dict(re.findall(r"<div><dt>([^<]+)</dt><dd>([^<]+)</dd></div>", page.partition("totals")[2]))


def test_what_was_sent_late_stays_on_the_dashboard_whatever_becomes_of_it(anna, post, client, at):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    at.later(minutes=11)
    anna.post(f"{address}/submit", OWL)
    page = anna.see("/dashboard")

    assert "Sent late, waiting for the requester" in page
    assert f'href="{address}"' in page
    assert (shown_as(page)["Sent late"], shown_as(page)["Submitted"]) == ("1", "0")
    client.accept_late_answer(AssignmentId=address.rpartition("/")[2])
    page = anna.see("/dashboard")
    assert "the requester has accepted it" in page
    assert ("Sent late" in shown_as(page), shown_as(page)["Submitted"]) == (False, "1")
    assert "the requester has accepted it" in anna.see(f"{address}/receipt")


def test_a_late_answer_that_nobody_can_accept_any_more_is_said_not_to_be_accepted(anna, post, client, at):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    at.later(minutes=11)
    anna.post(f"{address}/submit", OWL)
    client.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=at.now)
    client.delete_hit(HITId=hit["HITId"])

    for path in ("/dashboard", "/dashboard/late", address):
        assert "Sent late, and not accepted" in anna.see(path)
    assert "Sent late" not in shown_as(anna.see("/dashboard"))


def test_a_late_answer_to_what_was_done_again_is_not_waiting(anna, post, at):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    at.later(minutes=11)
    anna.post(f"{address}/submit", OWL)
    anna.accept(hit["HITTypeId"])

    assert "Sent late, and not accepted" in anna.see("/dashboard")


def test_a_bonus_shows_its_reason_wherever_it_is_shown(anna, post, client):
    address = anna.accept(post()["HITTypeId"])
    anna.post(f"{address}/submit", OWL)
    assignment = address.rpartition("/")[2]
    client.approve_assignment(AssignmentId=assignment)
    worker = re.search(r"<code>(A\w+)</code>", anna.see("/account"))[1]
    for amount, reason in (("1.50", "Thank <you>"), ("0.25", "Once more")):
        client.send_bonus(WorkerId=worker, AssignmentId=assignment, BonusAmount=amount, Reason=reason)

    for path in ("/dashboard", "/dashboard/approved", f"{address}/receipt"):
        page = anna.see(path)
        assert "$1.75" in page
        assert re.search(r'\$1.50:</p>\s*<blockquote dir="auto">Thank &lt;you&gt;</blockquote>', page)
        assert "Once more" in page


def test_a_second_late_answer_is_said_not_to_be_taken(anna, post, client, at):
    address = anna.accept(post()["HITTypeId"])
    at.later(minutes=11)
    anna.post(f"{address}/submit", OWL)

    assert "the first one counts" in anna.post(f"{address}/submit", {"q1": "crow"}).text
    assert len(client.list_late_answers()["LateAnswers"]) == 1
    assert "the first one counts" not in anna.see(address)


def test_where_nothing_was_typed_nothing_is_offered_after_the_deadline(anna, post, at):
    address = anna.accept(post()["HITTypeId"])
    at.later(minutes=11)

    assert "You can still send" not in anna.see(address)


def test_after_the_deadline_an_answer_is_kept_as_late(anna, post, answers, at):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    at.later(minutes=11)
    answer = anna.post(f"{address}/submit", OWL)

    assert "It is kept and shown to the requester" in answer.text
    assert answers(hit) == []
    assert "The time is over" in anna.see(address)


def test_a_returned_hit_is_free_and_its_page_is_over(anna, post, client, answers):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    assert anna.post(f"{address}/return").location == f"/groups/{hit['HITTypeId']}?said=returned"

    assert client.get_hit(HITId=hit["HITId"])["HIT"]["NumberOfAssignmentsAvailable"] == 1
    assert anna.post(f"{address}/submit", OWL).status_code == 410
    assert answers(hit) == []
    assert anna.post(f"{address}/return").location == address
    assert anna.accept(hit["HITTypeId"]) != address


def test_another_workers_assignment_is_not_there(anna, visit, post, answers):
    hit = post(MaxAssignments=2)
    address = anna.accept(hit["HITTypeId"])
    eve = visit().sign_up("eve")

    for answer in (
        eve.get(address),
        eve.get(f"{address}/receipt"),
        eve.post(f"{address}/submit", OWL),
        eve.post(f"{address}/return"),
    ):
        assert answer.status_code == 404
    assert answers(hit) == []
    assert "Time left" in anna.see(address)


def test_a_hit_that_was_never_accepted_takes_no_answer(anna, post, answers):
    hit = post()
    for assignment in ("ASSIGNMENT_ID_NOT_AVAILABLE", hit["HITId"], "3NONE"):
        assert anna.post(f"/work/{assignment}/submit", OWL).status_code == 404
    assert answers(hit) == []


@pytest.mark.parametrize("token", [None, "", "0" * 64, "another's"])
def test_a_form_without_the_visitors_own_token_does_nothing(anna, visit, post, answers, token):
    hit = post(MaxAssignments=2)
    address = anna.accept(hit["HITTypeId"])
    forged = visit().sign_up("eve").token() if token == "another's" else token
    fields = OWL if forged is None else {**OWL, "token": forged}
    answer = anna.browser.post(f"{address}/submit", data=fields)

    assert answer.status_code == 403
    assert "What it sent now was not taken" in answer.text
    assert answers(hit) == []


def test_who_is_signed_out_submits_nothing(anna, visit, post, answers):
    hit = post()
    address = anna.accept(hit["HITTypeId"])

    assert visit().post(f"{address}/submit", OWL).location.startswith("/sign-in")
    assert answers(hit) == []


def test_a_form_larger_than_any_answer_is_refused(anna, post, answers):
    hit = post()
    address = anna.accept(hit["HITTypeId"])
    answer = anna.browser.post(f"{address}/submit", data={"token": "x", "q1": "x" * 2**21})

    assert answer.status_code == 413
    assert "larger than this address takes" in answer.text
    assert answers(hit) == []


def test_a_page_in_a_frame_is_not_submitted_as_a_form(anna, post, answers):
    hit = post(Question=PAGE)
    address = anna.accept(hit["HITTypeId"])

    assert 'id="answers"' not in anna.see(address)
    assert anna.post(f"{address}/submit", OWL).status_code == 400
    assert answers(hit) == []


def test_the_next_hit_is_accepted_by_itself(anna, post):
    hits = [post() for _ in range(2)]
    address = anna.accept(hits[0]["HITTypeId"])
    following = anna.post(f"{address}/submit", OWL, next="1").location
    page = anna.see(following)

    assert following.startswith("/work/")
    assert not following.startswith(address)
    assert f"{address}/receipt" in page
    assert 'name="next" value="1" checked' in page
    last = anna.post(f"{following.partition('?')[0]}/submit", OWL, next="1").location
    assert "No further HIT of this group is left" in anna.see(last)


def test_who_has_submitted_nothing_is_not_led_on(anna, visit, post, client):
    hits = [post(Question=PAGE) for _ in range(2)]
    address = anna.accept(hits[0]["HITTypeId"])

    assert anna.post(f"{address}/next", next="1").location == f"{address}?said=not_sent"
    assert visit().sign_up("ben").post(f"{address}/next", next="1").status_code == 404
    held = [client.get_hit(HITId=hit["HITId"])["HIT"]["NumberOfAssignmentsPending"] for hit in hits]
    assert sorted(held) == [0, 1]


def test_a_receipt_before_the_submit_leads_to_the_work(anna, post):
    address = anna.accept(post()["HITTypeId"])
    assert anna.get(f"{address}/receipt").location == address


def test_every_kind_of_answer_arrives(anna, post, answers):
    other = "<OtherSelection/>"
    questions = form(
        asked("line", text()),
        asked("story", text(lines=4)),
        asked("number", text("<IsNumeric/>")),
        asked("radio", choice("a", "b")),
        asked("drop", choice("a", "b", style="dropdown", other=other)),
        asked("boxes", choice("a", "b", "c", most=4, style="checkbox", other=other)),
        asked("list", choice("a", "b", "c", most=3, style="list")),
        asked("combo", choice("a", "b", "c", most=3, style="combobox")),
        asked("nothing", choice("a", "b")),
    )
    hit = post(Question=questions)
    address = anna.accept(hit["HITTypeId"])
    sent = {
        "q1": "one",
        "q2": "two\r\nlines\x0b",
        "q3": "1.5",
        "q4": "2",
        "q5": "other",
        "q5-other": "c",
        "q6": ["1", "3"],
        "q6-other": "d",
        "q7": ["2", "2"],
        "q8": ["1", "2"],
    }
    assert anna.post(f"{address}/submit", sent).status_code == 303

    assert answers(hit) == [
        {
            "line": ("one",),
            "story": ("two\nlines ",),
            "number": ("1.5",),
            "radio": ("b",),
            "drop": ("c",),
            "boxes": ("a", "c", "d"),
            "list": ("b",),
            "combo": ("a", "b"),
            "nothing": (),
        }
    ]


def test_markup_in_an_answer_is_shown_as_text(anna, post):
    address = anna.accept(post()["HITTypeId"])
    answer = anna.post(f"{address}/submit", {"q1": "", "q2": "other", "q2-other": '"><script>x</script>'})

    assert "<script>x" not in answer.text


def test_the_requesters_word_is_on_the_dashboard_as_text(anna, post, client):
    hits = [post(Title="Approved one"), post(Title="Rejected one")]
    for hit in hits:
        anna.post(f"{anna.accept(hit['HITTypeId'])}/submit", OWL)
    assert "Nothing waits" not in anna.see("/dashboard")
    ids = [
        client.list_assignments_for_hit(HITId=one["HITId"])["Assignments"][0]["AssignmentId"] for one in hits
    ]
    client.approve_assignment(AssignmentId=ids[0], RequesterFeedback="well <b>seen</b>")
    client.reject_assignment(AssignmentId=ids[1], RequesterFeedback="no owl")
    worker = client.get_assignment(AssignmentId=ids[0])["Assignment"]["WorkerId"]
    client.send_bonus(WorkerId=worker, AssignmentId=ids[0], BonusAmount="0.20", Reason="quick")
    page = anna.see("/dashboard")

    for said in ("well &lt;b&gt;seen&lt;/b&gt;", "no owl", "$0.25", "$0.20", "Nothing waits"):
        assert said in page
    assert "Approved one" in anna.see("/dashboard/approved")
    assert "Rejected one" in anna.see("/dashboard/rejected")
    assert anna.get("/dashboard/nonsense").location == "/dashboard"


def test_who_holds_as_many_hits_as_one_may_is_told_so(anna, post):
    (group,) = {post()["HITTypeId"] for _ in range(26)}
    held = [anna.accept(group) for _ in range(25)]

    assert "You hold as many HITs as one may" in anna.see(anna.accept(group))
    anna.post(f"{held[0]}/return")
    assert anna.accept(group).startswith("/work/")


def test_what_one_holds_is_found_again(anna, post):
    hit = post()
    address = anna.accept(hit["HITTypeId"])

    assert f'href="{address}"' in anna.see("/dashboard")
    for path in (f"/hits/{hit['HITId']}", f"/groups/{hit['HITTypeId']}"):
        assert f'href="{address}"' in anna.see(path)
        assert "Accept this HIT" not in anna.see(path)


def test_messages_are_read_on_the_dashboard_as_text(anna, client, store, at):
    from mturk_tasks.marketplace.web.accounts import accounts

    (made,) = accounts.listed(store, at.now)
    type_id = client.create_qualification_type(
        Name="<i>x</i>", Description="x", QualificationTypeStatus="Active"
    )["QualificationType"]["QualificationTypeId"]
    client.associate_qualification_with_worker(
        QualificationTypeId=type_id, WorkerId=made.worker_id, IntegerValue=3
    )

    for path in ("/dashboard", "/messages", "/qualifications"):
        assert "&lt;i&gt;x&lt;/i&gt;" in anna.see(path)
        assert "<i>" not in anna.see(path)
