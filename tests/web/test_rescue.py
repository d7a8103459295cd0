"""A form that is out of date or too large is not taken, and what it was filled in with is not lost."""

from __future__ import annotations

import io
import re
from urllib.error import HTTPError
from urllib.parse import unquote
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import delete
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from mturk_tasks.errors import MTurkTasksError
from mturk_tasks.marketplace.storage.schema import session
from mturk_tasks.marketplace.web import work_pages
from mturk_tasks.markup.question_form import LARGEST_FILE
from tests.web.forms import PAGE, asked, choice, form, text
from tests.web.tabs import PASSWORD

HIDDEN = re.compile(r'<input type="hidden" name="([\w-]+)" value="([^"]+)">')
FILE = (
    f"<FileUploadAnswer><MaxFileSizeInBytes>{LARGEST_FILE}</MaxFileSizeInBytes>"
    "<MinFileSizeInBytes>1</MinFileSizeInBytes></FileUploadAnswer>"
)
STORY = "a long story"
AWAY = "You are not signed in any more, so nothing was submitted."
UNSENT = "Nothing is submitted yet."


def hidden(visitor, address):
    """Return what the form of a page carries: its token, and the pass of its draft."""
    main = visitor.see(address).partition("<main")[2]
    return dict(HIDDEN.findall(main.partition('class="return"')[0]))


def action(visitor, address):
    """Return where the form of a page is sent."""
    return re.search(r'action="(/(?:work|qualifications)/\w+/(?:submit|test)[^"]*)"', visitor.see(address))[1]


def send(visitor, address, fields, **files):
    boundary, body = encode_multipart({**fields, **files})
    return visitor.browser.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def file(content, name):
    return FileStorage(io.BytesIO(content), name)


def sign_in(visitor, name="anna"):
    return visitor.post("/sign-in", name=name, password=PASSWORD)


@pytest.fixture
def hit(post):
    return post()


@pytest.fixture
def work(anna, hit):
    return anna.accept(hit["HITTypeId"])


@pytest.fixture
def submitted(client, hit):
    return lambda: client.list_assignments_for_hit(HITId=hit["HITId"])["Assignments"]


def test_after_a_new_sign_in_elsewhere_the_form_is_shown_again_as_it_was(anna, work, submitted):
    old = hidden(anna, work)
    anna.post("/sign-out")
    sign_in(anna)
    answer = send(anna, f"{work}/submit", {**old, "q1": STORY, "q2": "2"})

    assert answer.status_code == 403
    assert submitted() == []
    assert "You signed in or out since this page was opened" in answer.text
    assert f'value="{STORY}"' in answer.text
    fresh = dict(HIDDEN.findall(answer.text))
    assert send(anna, f"{work}/submit", {**fresh, "q1": STORY}).location == f"{work}/receipt"


def test_what_is_shown_again_is_kept_on_the_server_too(anna, work):
    old = hidden(anna, work)
    send(anna, f"{work}/submit", {**old, "token": "0" * 64, "q1": STORY, "q2": "2"})
    send(anna, f"{work}/submit", {**old, "token": "0" * 64, "q1": STORY})
    page = anna.see(work)

    assert f'value="{STORY}"' in page
    assert "checked" not in page


@pytest.mark.parametrize("how", ["signed out", "session over"])
def test_who_is_signed_in_no_more_finds_it_after_the_sign_in(anna, work, submitted, store, how):
    old = hidden(anna, work)
    if how == "signed out":
        anna.post("/sign-out")
    else:
        with store.writing() as db:
            db.execute(delete(session))
    led = send(anna, f"{work}/submit", {**old, "q1": STORY}).location

    assert led.startswith("/sign-in?")
    assert AWAY in anna.see(led)
    wanted = re.search(r'name="next" value="([^"]+)"', anna.see(led))[1]
    page = anna.see(anna.post("/sign-in", name="anna", password=PASSWORD, next=wanted).location)
    assert UNSENT in page
    assert f'value="{STORY}"' in page
    assert submitted() == []


def test_without_a_good_pass_nothing_is_kept(anna, visit, post, work, hit):
    old = {**hidden(anna, work), "token": "0" * 64}
    other = hidden(anna, anna.accept(post(Title="another")["HITTypeId"]))["draft-pass"]
    for carried in ("", "x", old["draft-pass"][:-4] + "AAAA", other):
        answer = send(anna, f"{work}/submit", {**old, "draft-pass": carried, "q1": STORY})
        assert answer.status_code == 403
        assert "What it sent now was not taken" in answer.text
    assert STORY not in anna.see(work)


def test_another_workers_pass_opens_nothing_of_theirs(anna, visit, work, submitted):
    old = hidden(anna, work)
    eve = visit().sign_up("eve")
    answer = send(eve, f"{work}/submit", {**old, "q1": STORY})

    assert answer.status_code == 403
    assert STORY not in answer.text
    assert "What about the bird?" not in answer.text
    assert submitted() == []


def test_a_pass_writes_nothing_where_the_answer_is_there(anna, work, submitted):
    old = hidden(anna, work)
    anna.post(f"{work}/submit", q1="owl")
    answer = send(anna, f"{work}/submit", {**old, "token": "0" * 64, "q1": STORY})

    assert answer.location.startswith(f"{work}/receipt")
    assert STORY not in submitted()[0]["Answer"]


ARRIVED = "Your answer has arrived and is kept"


def leave(visitor, how, store):
    """End the session as it may end while a page is open."""
    if how == "signed out":
        visitor.post("/sign-out")
    elif how == "cookie gone":
        visitor.browser.delete_cookie("mturk")
    elif how == "session over":
        with store.writing() as db:
            db.execute(delete(session))
    else:
        visitor.post("/sign-out")
        sign_in(visitor)


HOW = ["signed out", "cookie gone", "session over", "signed in anew"]


@pytest.fixture
def framed(anna, post):
    """The work page of a HIT whose own page submits by itself, and what does that."""
    work = anna.accept(post(Question=PAGE, Title="Rate a page")["HITTypeId"])
    address = re.search(r"turkSubmitTo=([^\"&]+)", anna.see(work))[1]
    path = unquote(address).partition("localhost")[2] + "/mturk/externalSubmit"
    fields = {"assignmentId": work.rpartition("/")[2], "rating": "3"}
    return work, lambda: anna.browser.post(path, data=fields)


@pytest.mark.parametrize("how", HOW)
def test_what_a_frame_submitted_is_told_as_submitted_whatever_became_of_the_session(anna, framed, store, how):
    work, submit = framed
    old = hidden(anna, work)
    leave(anna, how, store)
    assert submit().status_code == 200
    led = anna.post(f"{work}/next", old)

    assert led.status_code == 303
    page = anna.see(led.location)
    assert ("Your answer is submitted and kept" if how == "signed in anew" else ARRIVED) in page
    sign_in(anna)
    assert "Receipt" in anna.see(work)


@pytest.mark.parametrize("how", HOW)
def test_what_no_frame_submitted_is_not_told_as_submitted(anna, framed, store, how):
    work, _ = framed
    old = hidden(anna, work)
    leave(anna, how, store)
    page = anna.see(anna.post(f"{work}/next", old).location)

    assert ARRIVED not in page
    sign_in(anna)
    assert "Time left" in anna.see(work)


@pytest.mark.parametrize("how", HOW)
def test_a_second_click_is_told_what_the_first_one_did(anna, work, submitted, store, how):
    old = hidden(anna, work)
    anna.post(f"{work}/submit", q1="owl", q2="2")
    leave(anna, how, store)
    led = send(anna, f"{work}/submit", {**old, "q1": "owl", "q2": "2"})

    assert led.status_code == 303
    page = anna.see(led.location)
    assert ("Your answer is submitted and kept" if how == "signed in anew" else ARRIVED) in page
    assert len(submitted()) == 1


def test_an_answer_after_the_deadline_is_told_as_arrived_too(anna, framed, at):
    work, submit = framed
    old = hidden(anna, work)
    anna.post("/sign-out")
    at.later(hours=1)
    submit()

    assert ARRIVED in anna.see(anna.post(f"{work}/next", old).location)
    sign_in(anna)
    assert "Your answer came after the time was over" in anna.see(work)


def test_who_signed_in_as_another_is_told_that_it_arrived(anna, framed, visit):
    work, submit = framed
    old = hidden(anna, work)
    visit().sign_up("eve")
    anna.post("/sign-out")
    sign_in(anna, "eve")
    submit()
    answer = anna.post(f"{work}/next", old)

    assert answer.status_code == 403
    assert ARRIVED in answer.text
    assert "was not taken" not in answer.text


@pytest.mark.parametrize("how", HOW)
def test_a_test_that_was_handed_in_is_told_as_handed_in(anna, testing, store, how):
    old = hidden(anna, testing)
    anna.post(testing, {"q1": ["1", "2"], "q2": STORY})
    leave(anna, how, store)
    page = anna.see(send(anna, testing, {**old, "q1": ["1", "2"], "q2": STORY}).location)

    assert ("The test was handed in before" if how == "signed in anew" else "Your test was handed in") in page


def test_trouble_after_an_answer_is_on_the_disk_does_not_hide_that(anna, work, submitted, monkeypatch):
    def fail(*_, **__):
        raise MTurkTasksError("away")

    monkeypatch.setattr(work_pages, "_after_submit", fail)
    answer = anna.post(f"{work}/submit", q1="owl", q2="2")

    assert answer.status_code == 503
    assert "Your answer is submitted and kept." in answer.text
    assert "try again" not in answer.text
    assert len(submitted()) == 1


def test_who_is_signed_out_already_signs_out_without_a_word(anna):
    anna.browser.delete_cookie("mturk")
    assert anna.browser.post("/sign-out", data={"token": "0" * 64}).location == "/sign-in"


def test_a_file_that_comes_with_a_stale_form_is_kept(anna, post):
    work = anna.accept(post(Question=form(asked("photo", FILE, required=True)))["HITTypeId"])
    old = {**hidden(anna, work), "token": "0" * 64}
    answer = send(anna, f"{work}/submit", old, q1=file(b"owl", "owl.jpg"))

    assert "The file “owl.jpg” has arrived" in answer.text
    assert anna.post(f"{work}/submit").location == f"{work}/receipt"


@pytest.fixture
def two_photos(anna, post):
    questions = form(asked("note", text()), asked("one", FILE), asked("two", FILE), asked("end", text()))
    return anna.accept(post(Question=questions)["HITTypeId"])


@pytest.mark.long
def test_a_form_takes_as_many_large_files_as_it_asks_for(anna, two_photos):
    large = b"x" * LARGEST_FILE
    fields = hidden(anna, two_photos)
    answer = send(anna, f"{two_photos}/submit", fields, q2=file(large, "a.jpg"), q3=file(large, "b.jpg"))

    assert answer.location == f"{two_photos}/receipt"


def test_of_a_body_that_is_too_large_the_texts_are_shown_again(anna, two_photos):
    large = file(b"x" * (3 * LARGEST_FILE), "a.jpg")
    fields = {**hidden(anna, two_photos), "q1": STORY, "q4": "the end"}
    answer = send(anna, f"{two_photos}/submit", fields, q2=large)

    assert answer.status_code == 413
    assert "at most 64 MB, of which 1 MB are text" in answer.text
    for page in (answer.text, anna.see(two_photos)):
        assert f'value="{STORY}"' in page
        assert 'value="the end"' in page


@pytest.mark.long
def test_the_server_itself_lets_a_large_body_come_so_far(anna, two_photos, url):
    photos = {"q2": file(b"x" * (3 * LARGEST_FILE), "a.jpg")}
    boundary, body = encode_multipart({**hidden(anna, two_photos), "q1": STORY, **photos})
    headers = {
        "Cookie": f"mturk={anna.browser.get_cookie('mturk').value}",
        "Content-Type": f"multipart/form-data; boundary={boundary}",
    }
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(f"{url}{action(anna, two_photos)}", body, headers))  # noqa: S310  # our own server

    assert caught.value.code == 413
    assert f'value="{STORY}"' in caught.value.read().decode()


def test_a_text_too_long_to_be_kept_is_on_the_page_at_least(anna, work, submitted):
    fields = {**hidden(anna, work), "q1": "owl " * 2**19}
    answer = send(anna, f"{work}/submit", fields)

    assert answer.status_code == 413
    assert "it is on this page only" in answer.text
    assert fields["q1"] in answer.text
    assert submitted() == []


def test_a_large_body_of_who_is_signed_out_keeps_its_texts(anna, two_photos):
    fields = {**hidden(anna, two_photos), "q1": STORY}
    anna.post("/sign-out")
    answer = send(anna, f"{two_photos}/submit", fields, q2=file(b"x" * 3_000_000, "a.jpg"))
    assert answer.location.startswith("/sign-in?")
    sign_in(anna)

    assert f'value="{STORY}"' in anna.see(two_photos)


def test_a_large_body_without_a_pass_is_told_the_limit(anna, two_photos):
    answer = send(anna, f"{two_photos}/submit", {}, q2=file(b"x" * (3 * LARGEST_FILE), "a.jpg"))

    assert answer.status_code == 413
    assert "larger than this address takes: at most 64 MB" in answer.text


def test_a_form_that_may_ask_for_more_than_fits_says_so_before(anna, post, two_photos):
    many = form(*(asked(f"photo{number}", FILE) for number in range(6)))
    work = anna.accept(post(Question=many, Title="many")["HITTypeId"])

    assert "All files together: at most 128 MB at once." in anna.see(work)
    assert "All files together" not in anna.see(two_photos)


@pytest.fixture
def testing(anna, qualify):
    several = choice("oak", "ash", "elm", fewest=2, most=3, style="checkbox")
    type_id = qualify(Test=form(asked("tree", several), asked("why", text())), AnswerKey=None)
    return str(anna.post(f"/qualifications/{type_id}/request").location)


def test_a_stale_test_is_shown_again_as_it_was(anna, testing, client):
    old = hidden(anna, testing)
    anna.post("/sign-out")
    sign_in(anna)
    answer = send(anna, testing, {**old, "q1": ["1", "2"], "q2": STORY})

    assert answer.status_code == 403
    assert f'value="{STORY}"' in answer.text
    assert f'value="{STORY}"' in anna.see(testing)
    assert client.list_qualification_requests()["QualificationRequests"] == []


def test_a_test_of_who_is_signed_out_is_found_after_the_sign_in(anna, testing):
    old = hidden(anna, testing)
    anna.post("/sign-out")
    assert AWAY in anna.see(send(anna, testing, {**old, "q2": STORY}).location)
    sign_in(anna)

    assert f'value="{STORY}"' in anna.see(testing)


def test_a_test_with_a_mistake_is_kept(anna, testing):
    assert anna.post(testing, {"q1": "1", "q2": STORY}).location.endswith("said=mistakes")
    assert f'value="{STORY}"' in anna.see(testing)
