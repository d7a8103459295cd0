"""Files sent with an answer, through the site's own door; and what a bad one gets out of it."""

from __future__ import annotations

import io
import re
from urllib.parse import urlsplit

import pytest

from mturk_tasks.markup.answers import parse
from mturk_tasks.markup.question_form import LARGEST_FILE
from tests.web.forms import asked, form, text

PHOTO = (
    "<FileUploadAnswer><MaxFileSizeInBytes>2000000000</MaxFileSizeInBytes>"
    "<MinFileSizeInBytes>1</MinFileSizeInBytes></FileUploadAnswer>"
)
LARGE = b"owl" * 1_000_000


@pytest.fixture
def work(anna, post):
    """Return the address of the work page of a HIT that asks for a photo and a word."""
    return anna.accept(post(Question=form(asked("photo", PHOTO), asked("word", text())))["HITTypeId"])


@pytest.fixture
def send(anna, work):
    return lambda content, name, word="owl": upload(anna, work, content, name, word)


def upload(visitor, work, content, name, word):
    """Send the form as a browser does, with a quote in a file's name written as %22."""
    fields = {"token": visitor.token(), "q2": word}
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in fields.items()]
    quoted = name.replace('"', "%22")
    file = (
        f'Content-Disposition: form-data; name="q1"; filename="{quoted}"\r\nContent-Type: image/jpeg\r\n\r\n'
    )
    bodies = [*(part.encode() for part in parts), file.encode() + content]
    body = b"".join(b"--limit\r\n" + one + b"\r\n" for one in bodies) + b"--limit--\r\n"
    return visitor.browser.post(
        f"{work}/submit", data=body, content_type="multipart/form-data; boundary=limit"
    )


@pytest.fixture
def fetched(anna, work, client, store):
    """Ask for the file as its requester, and return what the marketplace answers."""

    def act():
        store.address = "https://market.example.org"
        named = {"AssignmentId": work.removeprefix("/work/"), "QuestionIdentifier": "photo"}
        url = client.get_file_upload_url(**named)["FileUploadURL"]
        return anna.get(urlsplit(url).path)

    return act


def test_a_large_file_arrives_whole(send, fetched, client, work):
    assert send(LARGE, "owl.jpg").location == f"{work}/receipt"

    assert fetched().data == LARGE
    done = client.get_assignment(AssignmentId=work.removeprefix("/work/"))["Assignment"]
    assert parse(done["Answer"])[0].file_size == 3_000_000


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\\\windows\\\\win.ini", "win.ini"),
        ('"><script>alert(1)</script>.jpg', "script"),
    ],
)
def test_the_name_of_a_file_is_no_path_and_no_markup(send, fetched, client, work, anna, name, kept):
    send(b"owl", name)
    said = fetched().headers["Content-Disposition"]

    assert said.startswith("attachment; filename*=UTF-8''")
    assert kept in said
    assert not set('/\\<>"') & set(said.removeprefix("attachment; filename*=UTF-8''"))
    answer = client.get_assignment(AssignmentId=work.removeprefix("/work/"))["Assignment"]["Answer"]
    assert "<script" not in answer
    assert "<script>alert" not in anna.see(f"{work}/receipt")


def test_a_page_that_calls_itself_a_picture_is_handed_out_as_bytes(send, fetched):
    send(b"<script>alert(1)</script>", "owl.jpg")
    answer = fetched()

    assert answer.content_type == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_is_too_large_is_said_beside_its_field_and_the_rest_is_kept(send, client, work):
    answer = send(b"x" * (LARGEST_FILE + 1), "owl.jpg")

    assert answer.status_code == 422
    assert 'value="owl"' in answer.text
    assert client.list_hits()["HITs"][0]["NumberOfAssignmentsPending"] == 1


def test_a_body_larger_than_any_file_is_refused(send):
    assert send(b"x" * (LARGEST_FILE * 2), "owl.jpg").status_code == 413


def test_a_file_is_kept_while_the_rest_is_corrected(anna, post, client):
    questions = form(asked("photo", PHOTO), asked("word", text(), required=True))
    work = anna.accept(post(Question=questions)["HITTypeId"])
    again = upload(anna, work, b"owl", "owl.jpg", word="")
    assert "The file “owl.jpg” has arrived" in anna.see(again.location)
    assert anna.post(f"{work}/submit", {"q2": "owl"}).location == f"{work}/receipt"

    answer = client.get_assignment(AssignmentId=work.removeprefix("/work/"))["Assignment"]["Answer"]
    assert parse(answer)[0].file_name == "owl.jpg"


def test_a_late_answer_has_the_files_that_came_with_it_and_before(anna, post, client, at):
    questions = form(asked("photo", PHOTO), asked("word", text(), required=True), asked("other", PHOTO))
    work = anna.accept(post(Question=questions)["HITTypeId"])
    upload(anna, work, b"owl", "owl.jpg", word="")
    at.later(minutes=11)
    assert "owl.jpg" in anna.see(work)
    late = {"q2": "owl", "q3": (io.BytesIO(b"jay"), "jay.jpg")}
    assert "It is kept and shown to the requester" in anna.post(f"{work}/submit", late).text

    answer = client.list_late_answers()["LateAnswers"][0]["Answer"]
    assert [one.file_name or one.free_text for one in parse(answer)] == ["owl.jpg", "owl", "jay.jpg"]


def test_a_late_file_that_is_too_large_leaves_the_rest_to_be_sent(anna, post, client, at):
    tiny = PHOTO.replace("2000000000", "2")
    work = anna.accept(post(Question=form(asked("photo", tiny), asked("word", text())))["HITTypeId"])
    at.later(minutes=11)
    page = upload(anna, work, b"owl", "owl.jpg", word="owl").text
    assert "A file of at most 2 bytes." in page
    assert client.list_late_answers()["LateAnswers"] == []

    assert re.search('<input[^>]* name="q2"[^>]* value="owl"', page)
    assert "It is kept and shown" in anna.post(f"{work}/submit", q2="owl").text


def test_who_is_not_signed_in_sends_no_large_body(visit, work):
    assert upload(visit(), work, LARGE, "owl.jpg", word="owl").status_code == 413


def test_the_address_of_a_file_ends(send, fetched, at, anna, client, work, store):
    send(b"owl", "owl.jpg")
    store.address = "https://market.example.org"
    named = {"AssignmentId": work.removeprefix("/work/"), "QuestionIdentifier": "photo"}
    path = urlsplit(client.get_file_upload_url(**named)["FileUploadURL"]).path
    at.later(seconds=61)

    assert anna.get(path).status_code == 404
