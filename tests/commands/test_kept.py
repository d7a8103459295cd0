"""Drafts, late answers and files on the requester's side."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from mturk_tasks.commands.surveys import late, load, results
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.commands.surveys.results import Besides
from mturk_tasks.errors import FileError, ServiceError, UsageError
from mturk_tasks.files import table
from mturk_tasks.marketplace.api import operations
from mturk_tasks.marketplace.storage import schema
from mturk_tasks.marketplace.worker import drafts, uploads, work
from mturk_tasks.markup.answers import build
from tests.bench import ANSWER, QUESTION, Crash

UPLOAD = QUESTION.replace(
    "<FreeTextAnswer/>",
    "<FileUploadAnswer><MaxFileSizeInBytes>99</MaxFileSizeInBytes><MinFileSizeInBytes>1</MinFileSizeInBytes>"
    "</FileUploadAnswer>",
)


@pytest.fixture
def hit_id(bench):
    load.run(bench.context(), LoadRequest())
    return bench.hits()[0]["HITId"]


@pytest.fixture
def type_in(bench, hit_id):
    """Let a worker accept the HIT and type something; return the assignment's ID."""

    def act(worker, text):
        assignment_id = bench.accept(worker, hit_id)
        drafts.save(bench.store, assignment_id, worker, {"q1": text}, bench.market.now())
        return assignment_id

    return act


@pytest.fixture
def submit_late(bench, hit_id):
    """Let a worker answer when the time is over; return the assignment's ID."""

    def act(worker, text="late owl"):
        assignment_id = bench.accept(worker, hit_id)
        bench.later(minutes=11)
        answer = ANSWER.format(text)
        assert work.submit(bench.store, assignment_id, worker, answer, bench.market.now()).late
        return assignment_id

    return act


@pytest.fixture
def send(bench):
    """Load a survey that asks for a file, and let workers send some."""
    bench.write("birds.question", UPLOAD)
    load.run(bench.context(), LoadRequest())
    hit_id = bench.hits()[0]["HITId"]

    def act(worker, content, name):
        assignment_id, now = bench.accept(worker, hit_id), bench.market.now()
        sent = uploads.store_file(bench.store, assignment_id, worker, "bird", name, "", content, now)
        work.submit(bench.store, assignment_id, worker, build([sent.answer]), now)
        return assignment_id

    return act


@pytest.fixture
def unknown(monkeypatch):
    """Make it a marketplace that has Amazon's operations alone."""
    ours = ("GetHITStates", "ListDrafts", "ListLateAnswers", "AcceptLateAnswer")
    others = {name: one for name, one in operations.OFFERED.items() if name not in ours}
    without = {**operations.description(), "operations": {name: {} for name in others}}
    monkeypatch.setattr(operations, "OFFERED", others)
    monkeypatch.setattr(operations, "description", lambda: without)


def drafts_of(bench):
    parsed = table.parse(bench.read("birds.drafts"), bench.folder / "birds.drafts")
    return [dict(zip(parsed.columns, row.cells, strict=True)) for row in parsed.rows]


def fetch(bench, **besides):
    return results.run(bench.context(), besides=Besides(**besides))


def test_drafts_are_written_with_what_became_of_them(bench, hit_id, type_in):
    first = type_in("AONE", "ow")
    work.give_back(bench.store, first, "AONE", bench.market.now())
    type_in("ATWO", 'ja"y\tor')
    summary = fetch(bench, drafts=True)
    returned, working = drafts_of(bench)

    assert (returned["hitid"], returned["assignmentid"], returned["workerid"]) == (hit_id, first, "AONE")
    assert (returned["draftstatus"], returned["Answer.bird"]) == ("returned", "ow")
    assert (working["draftstatus"], working["Answer.bird"]) == ("working", 'ja"y\tor')
    assert returned["savetime"].endswith(" 2026") or "UTC" in returned["savetime"]
    assert summary.counts["drafts"] == 2
    bench.later(minutes=11)
    fetch(bench, drafts=True)
    assert [one["draftstatus"] for one in drafts_of(bench)] == ["returned", "abandoned"]


def test_submitted_work_leaves_no_draft(bench, type_in):
    assignment_id = type_in("AONE", "ow")
    work.submit(bench.store, assignment_id, "AONE", ANSWER.format("owl"), bench.market.now())
    fetch(bench, drafts=True)

    assert bench.read("birds.drafts").splitlines() == [
        '"hitid"\t"assignmentid"\t"workerid"\t"draftstatus"\t"savetime"\t"Answer.bird"'
    ]


def test_drafts_that_cannot_be_told_again_stay(bench, hit_id, type_in):
    type_in("AONE", "ow")
    fetch(bench, drafts=True)
    before = bench.read("birds.drafts").splitlines()
    elsewhere = "\t".join(('"3HELSEWHERE"', '"3AELSEWHERE"', *before[1].split("\t")[2:]))
    bench.write("birds.drafts", "\n".join([*before, elsewhere]) + "\n")
    fetch(bench, drafts=True)

    assert sorted(bench.read("birds.drafts").splitlines()) == sorted([*before, elsewhere])


def test_a_file_of_something_else_is_not_overwritten_by_drafts(bench, type_in):
    type_in("AONE", "ow")
    bench.write("birds.drafts", "my first idea\n")

    with pytest.raises(FileError, match=r"birds\.drafts:1: is there and has no column hitid"):
        fetch(bench, drafts=True)
    assert bench.read("birds.drafts") == "my first idea\n"


def test_drafts_of_other_surveys_are_left_out(bench, type_in):
    type_in("AONE", "ow")
    load.run(bench.context(), LoadRequest(label="again"))
    results.run(bench.context(), "again", besides=Besides(drafts=True))

    assert len(bench.read("again.drafts").splitlines()) == 1


def test_without_the_option_no_drafts_are_written(bench, type_in):
    type_in("AONE", "ow")
    fetch(bench)
    assert not (bench.folder / "birds.drafts").exists()


def test_a_dry_run_writes_neither_drafts_nor_files(bench, type_in, submit_late):
    type_in("AONE", "ow")
    late_id = submit_late("ATWO")
    before = sorted(bench.folder.iterdir())
    results.run(bench.context(dry=True), besides=Besides(drafts=True, files=True))
    planned = late.accept(bench.context(dry=True), [late_id])

    assert sorted(bench.folder.iterdir()) == before
    assert planned.lines == ("Dry run: You are about to accept 1 late answer (at most $0.12 with fees).",)
    assert bench.statuses() == []


def test_a_marketplace_that_keeps_no_drafts_is_named_as_such(bench, hit_id, unknown):
    with pytest.raises(ServiceError, match="this marketplace tells requesters of no half-done answers"):
        fetch(bench, drafts=True)
    with pytest.raises(ServiceError, match="of no late answers; only one made by mturk-tasks does"):
        late.show(bench.context())
    fetch(bench)
    assert (bench.folder / "birds.results").exists()


def test_results_say_how_many_answers_came_late(bench, submit_late):
    assert fetch(bench).lines[-1].startswith("         Time elapsed")
    submit_late("AONE")

    assert fetch(bench).lines[-1] == "1 answer came late; inv late shows what to do."


def test_late_answers_are_listed(bench, hit_id, submit_late):
    assert late.show(bench.context()).lines == ("No late answers.",)
    assignment_id = submit_late("AONE")
    summary = late.show(bench.context())

    (one,) = summary.items
    assert (one["id"], one["hit"], one["worker"], one["answers"]) == (
        assignment_id, hit_id, "AONE", "bird=late owl",
    )  # fmt: skip
    assert "bird=late owl" in summary.lines[0]
    assert "0:01:0" in summary.lines[0]


def test_an_accepted_late_answer_is_in_the_results(bench, submit_late):
    assignment_id = submit_late("AONE")
    summary = late.accept(bench.context(), [assignment_id])
    fetch(bench)

    assert summary.counts == {"accepted": 1, "failed": 0}
    assert '"late owl"' in bench.read("birds.results")
    assert bench.statuses() == ["Submitted"]
    assert late.show(bench.context()).counts == {"late": 0}


def test_accepting_again_says_that_it_is_done(bench, submit_late, capsys):
    assignment_id = submit_late("AONE")
    late.accept(bench.context(), [assignment_id])

    assert late.accept(bench.context(), [assignment_id]).lines == ("Nothing is left to accept.",)
    assert f"[{assignment_id}] was submitted before" in capsys.readouterr().err


def test_what_is_no_late_answer_of_this_survey_is_refused(bench, hit_id):
    with pytest.raises(UsageError, match="no late answers of this survey: 3NONE"):
        late.accept(bench.context(), ["3NONE"])


def test_an_answer_that_has_no_place_is_reported(bench, hit_id, submit_late, capsys):
    first = submit_late("AONE")
    bench.accept("AONE", hit_id)
    second = submit_late("ATWO")
    bench.accept("AONE", hit_id)
    summary = late.accept(bench.context(), [first, second])

    assert (summary.counts, summary.exit_code) == ({"accepted": 1, "failed": 1}, 1)
    assert f"[{first}] not accepted:" in capsys.readouterr().err


@pytest.mark.parametrize("after", [False, True])
def test_a_call_that_was_lost_is_found_done_or_done_again(bench, submit_late, after):
    assignment_id = submit_late("AONE")
    context = bench.context()
    bench.strike.calls.clear()
    bench.strike.call, bench.strike.after = 3, after  # the list, the HIT's price, then the acceptance
    with pytest.raises(Crash):
        late.accept(context, [assignment_id])
    bench.strike.call = 0
    late.accept(bench.context(), [assignment_id])

    assert bench.statuses() == ["Submitted"]


def test_files_are_fetched_beside_the_results(bench, send):
    first = send("AONE", b"\x00owl", "../owl.jpg")
    second = send("ATWO", b"jay", "jay.jpg")
    summary = fetch(bench, files=True)
    folder = bench.folder / "birds.files"

    assert (folder / first / "bird-owl.jpg").read_bytes() == b"\x00owl"
    assert (folder / second / "bird-jay.jpg").read_bytes() == b"jay"
    assert '"owl.jpg"' in bench.read("birds.results")
    assert summary.counts["files"] == 2


def test_a_file_that_is_there_is_not_fetched_again(bench, send):
    file = bench.folder / "birds.files" / send("AONE", b"owl", "owl.jpg") / "bird-owl.jpg"
    fetch(bench, files=True)
    file.write_bytes(b"own")

    assert fetch(bench, files=True).counts["files"] == 0
    assert file.read_bytes() == b"own"


def test_a_file_of_another_size_is_left_alone_and_named(bench, send, capsys):
    file = bench.folder / "birds.files" / send("AONE", b"owl", "owl.jpg") / "bird-owl.jpg"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"mine, all of it")
    summary = fetch(bench, files=True)

    assert (summary.exit_code, file.read_bytes()) == (1, b"mine, all of it")
    assert "is not the file of 3 bytes that was sent" in capsys.readouterr().err


def test_a_survey_without_files_says_so(bench, hit_id):
    bench.submit("AONE", hit_id)
    assert fetch(bench, files=True).lines[-1] == "No files were sent."


def test_a_file_that_cannot_be_fetched_is_reported_and_the_others_are_there(bench, send, capsys):
    first = send("AONE", b"owl", "owl.jpg")
    send("ATWO", b"jay", "jay.jpg")
    with bench.store.writing() as db:
        db.execute(delete(schema.uploaded_file).where(schema.uploaded_file.c.worker == "ATWO"))
    summary = fetch(bench, files=True)

    assert (summary.exit_code, summary.counts["files"]) == (1, 1)
    assert (bench.folder / "birds.files" / first / "bird-owl.jpg").exists()
    assert "has no uploaded file for the question bird" in capsys.readouterr().err


def test_rehearsed_workers_send_files(bench, send):
    from mturk_tasks.commands.surveys import rehearse

    rehearse.run(bench.context(), rehearse.RehearseRequest(workers=2, seed=3))
    summary = fetch(bench, files=True)

    assert summary.counts["files"] == summary.counts["completed"] == 6
    assert all(file.suffix == ".txt" for file in (bench.folder / "birds.files").glob("*/*"))


def test_a_set_that_makes_way_takes_its_drafts_and_files_along(bench, send):
    file = bench.folder / "birds.files" / send("AONE", b"owl", "owl.jpg") / "bird-owl.jpg"
    fetch(bench, drafts=True, files=True)
    for hit in bench.hits():
        for done in bench.assignments(hit["HITId"]):
            bench.client.approve_assignment(AssignmentId=done["AssignmentId"])
        bench.client.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=0)
        bench.client.delete_hit(HITId=hit["HITId"])
    load.run(bench.context(), LoadRequest())

    assert not file.exists()
    assert len(list(bench.folder.glob("birds.*Z.files/*/bird-owl.jpg"))) == 1
    assert len(list(bench.folder.glob("birds.*Z.drafts"))) == 1
