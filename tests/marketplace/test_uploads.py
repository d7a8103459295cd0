"""Files that workers send: limited, cleaned, kept, and handed to the requester of the HIT alone."""

from __future__ import annotations

from urllib.request import urlopen

import pytest
from sqlalchemy import select

from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.schema import uploaded_file
from mturk_tasks.marketplace.worker import answering, uploads, work
from mturk_tasks.markup.answers import Answer, build, parse
from mturk_tasks.markup.question_form import LARGEST_FILE
from tests.stores import look


@pytest.fixture
def held(store, post, at, upload_form):
    return work.accept(store, "AW1", post(Question=upload_form)["HITId"], at.now)


@pytest.fixture
def send(store, at, held):
    def act(content=b"a photo", name="owl.jpg", *, question="photo", worker="AW1", kind="image/jpeg"):
        place = (store, held.assignment_id, worker, question)
        return uploads.store_file(*place, name, kind, content, at.now)

    return act


@pytest.fixture
def url_of(client):
    def ask(assignment_id, question="photo"):
        answer = client.get_file_upload_url(AssignmentId=assignment_id, QuestionIdentifier=question)
        return answer["FileUploadURL"]

    return ask


def fetched(address):
    with urlopen(address) as answer:  # noqa: S310  # what the marketplace itself answered
        return answer.read()


def test_in_the_sandbox_the_address_holds_the_file(url_of, send_file):
    found = url_of(send_file(b"\x00\xffbytes", "öwl.jpg"))

    assert found.startswith("data:application/octet-stream;name=%C3%B6wl.jpg;base64,")
    assert fetched(found) == b"\x00\xffbytes"


def test_a_served_marketplace_gives_an_address_for_sixty_seconds(store, at, url_of, send_file):
    store.address = "https://market.example.org/"
    place, _, token = url_of(send_file()).rpartition("/")

    assert place == "https://market.example.org/uploaded"
    at.later(seconds=60)
    assert uploads.content_of(store, token, at.now) == ("owl.jpg", b"a photo")
    at.later(milliseconds=1)
    assert uploads.content_of(store, token, at.now) is None


def test_a_token_that_was_changed_opens_nothing(store, at, url_of, send_file):
    store.address = "https://market.example.org"
    file_id, until, signature = url_of(send_file()).rpartition("/")[2].split(".")
    other = url_of(send_file(b"other", worker_id="AW2")).rpartition("/")[2].split(".")[0]

    for token in (
        f"{file_id}.{int(until) + 1}.{signature}",
        f"{other}.{until}.{signature}",
        f"{file_id}.{until}.{'0' * 64}",
        f"{file_id}.{until}",
        "../sandbox.db",
        "",
    ):
        assert uploads.content_of(store, token, at.now) is None


def test_a_file_sent_again_replaces_the_first(store, at, held, send, url_of):
    send(b"first")
    second = send(b"second", "jay.jpg")
    work.submit(store, held.assignment_id, "AW1", build([second.answer]), at.now)

    assert fetched(url_of(held.assignment_id)) == b"second"
    assert look(store, at.now, uploads.files_of, held.assignment_id, "AW1") == {"photo": second}


@pytest.fixture
def kept_files(store):
    def read():
        with store.reading() as db:
            return sorted(db.execute(select(uploaded_file.c.content)).scalars())

    return read


def test_files_that_no_answer_names_do_not_pile_up(store, at, held, send, kept_files):
    taken = held
    for content in (b"one", b"two", b"three"):
        place = (store, taken.assignment_id, "AW1", "photo", "owl.jpg", "image/jpeg")
        uploads.store_file(*place, content, at.now)
        work.give_back(store, taken.assignment_id, "AW1", at.now)
        taken = work.accept(store, "AW1", held.hit_id, at.now)

    assert kept_files() == [b"three"]


def test_a_file_that_an_answer_names_stays_whatever_is_sent_late(store, at, held, send, url_of, kept_files):
    early = send(b"early")
    at.now = held.deadline
    again = work.accept(store, "AW1", held.hit_id, at.now)
    work.submit(store, again.assignment_id, "AW1", build([early.answer]), at.now)
    late = send(b"late")
    work.submit(store, held.assignment_id, "AW1", build([late.answer]), at.now)

    assert fetched(url_of(again.assignment_id)) == b"early"
    assert kept_files() == [b"early", b"late"]


def test_the_answer_names_the_file_by_its_key(client, send_file):
    done = client.get_assignment(AssignmentId=send_file())["Assignment"]
    (one,) = parse(done["Answer"])

    assert (one.file_name, one.file_size, one.flat) == ("owl.jpg", 7, "owl.jpg")


@pytest.mark.parametrize("size", [0, 2, 101, LARGEST_FILE + 1])
def test_a_file_has_the_size_that_the_form_asks_for(send, size):
    with pytest.raises(answering.Refused, match=f"the file has {size} bytes; it must have 3 to 100"):
        send(b"x" * size)


def test_no_file_is_larger_than_the_marketplace_takes(store, at, post, upload_form):
    generous = upload_form.replace(">100<", ">2000000000<")
    held = work.accept(store, "AW1", post(Question=generous)["HITId"], at.now)
    place = (store, held.assignment_id, "AW1", "photo", "a", "")
    uploads.store_file(*place, b"x" * LARGEST_FILE, at.now)
    with pytest.raises(answering.Refused, match=f"to {LARGEST_FILE}"):
        uploads.store_file(*place, b"x" * (LARGEST_FILE + 1), at.now)


def test_a_file_is_taken_only_where_one_is_asked_for(send):
    with pytest.raises(answering.Refused, match="no file is asked for under the name other"):
        send(question="other")


def test_a_page_takes_no_files(store, at, post):
    held = work.accept(store, "AW1", post()["HITId"], at.now)
    with pytest.raises(answering.Refused, match="no file is asked for"):
        uploads.store_file(store, held.assignment_id, "AW1", "colour", "a", "", b"abc", at.now)


def test_a_file_is_taken_only_from_who_holds_the_assignment(store, send, held, at):
    with pytest.raises(answering.Refused, match="does not hold"):
        send(worker="AW2")
    work.give_back(store, held.assignment_id, "AW1", at.now)
    with pytest.raises(answering.Refused, match="does not hold"):
        send()


def test_a_late_answer_has_its_file_and_takes_no_other(client, store, send, held, at, url_of):
    at.now = held.deadline
    work.submit(store, held.assignment_id, "AW1", build([send().answer]), at.now)
    with pytest.raises(answering.Refused, match="does not hold"):
        send(b"another")
    client.accept_late_answer(AssignmentId=held.assignment_id)

    assert fetched(url_of(held.assignment_id)) == b"a photo"


@pytest.mark.parametrize("name", ["../../owl.jpg", "C:\\owl.jpg", "/owl.jpg"])
def test_the_name_leads_to_no_other_folder(send, name):
    assert send(name=name).key.count("/") == 1
    assert send(name=name).name == "owl.jpg"


def test_a_file_sent_before_a_return_is_found_again(store, at, held, send, url_of):
    sent = send()
    work.give_back(store, held.assignment_id, "AW1", at.now)
    again = work.accept(store, "AW1", held.hit_id, at.now)
    assert look(store, at.now, uploads.files_of, again.assignment_id, "AW1") == {"photo": sent}
    assert look(store, at.now, uploads.files_of, again.assignment_id, "AW2") == {}

    work.submit(store, again.assignment_id, "AW1", build([sent.answer]), at.now)
    assert fetched(url_of(again.assignment_id)) == b"a photo"


def test_an_answer_cannot_name_the_file_of_somebody_else(store, at, post, send, upload_form):
    stolen = send().key
    held = work.accept(store, "AW2", post(Question=upload_form)["HITId"], at.now)
    answer = build([Answer("photo", file_key=stolen, file_size=7)])
    with pytest.raises(answering.Refused, match="photo: this file was not sent with it"):
        work.submit(store, held.assignment_id, "AW2", answer, at.now)


def test_a_file_cannot_be_fetched_before_the_answer_or_after_the_hit(client, send, held, send_file, refused):
    send()
    with refused("RequestError", code="AssignmentDoesNotExist"):
        client.get_file_upload_url(AssignmentId=held.assignment_id, QuestionIdentifier="photo")
    done = send_file(worker_id="AW5")
    client.approve_assignment(AssignmentId=done)
    hit_id = client.get_assignment(AssignmentId=done)["HIT"]["HITId"]
    client.delete_hit(HITId=hit_id)
    with refused("RequestError", code="InvalidHITState"):
        client.get_file_upload_url(AssignmentId=done, QuestionIdentifier="photo")


@pytest.mark.parametrize("address", ["sqlite"], indirect=True)
def test_a_copy_of_the_database_holds_the_files(store, tmp_path, at, held, send, url_of):
    work.submit(store, held.assignment_id, "AW1", build([send().answer]), at.now)
    store.address = "https://market.example.org"
    token = url_of(held.assignment_id).rpartition("/")[2]
    with opening.open_copy(tmp_path / "sandbox.db") as copy:
        assert uploads.content_of(copy, token, at.now) == ("owl.jpg", b"a photo")
