"""Strike before and after every single call, go on, and ask the marketplace what is there."""

from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import cleanup, decide, load, results, review
from mturk_tasks.commands.surveys.interrupted import CREATE, SKIP
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import RecordsError, Unavailable
from tests.bench import Crash, Strike
from tests.crashes import struck_at

pytestmark = pytest.mark.crash

LOAD = ["GetAccountBalance", "CreateHITType", *["CreateHITWithHITType"] * 3]
LOOKS = [
    "GetAccountBalance",
    "GetHITStates",
    *["ListAssignmentsForHIT"] * 3,
]  # a first page says that it is the last
APPROVE = [*LOOKS, *["ApproveAssignment"] * 4]
REVIEW = [*LOOKS, *["ApproveAssignment"] * 3, "RejectAssignment"]
CLEANUP = [
    *LOOKS,
    *["ApproveAssignment", "ApproveAssignment", "DeleteHIT"],
    *["UpdateExpirationForHIT", "ApproveAssignment", "DeleteHIT"] * 2,
    "GetHITStates",  # whether they are gone
]


def struck(bench, act):
    """Run a command that dies, and say whether it did; what follows is not struck."""
    try:
        act(bench.context())
    except Crash:
        return True
    finally:
        bench.strike = Strike()
    return False


@struck_at(LOAD)
def test_a_load_that_dies_is_resumed_to_one_hit_a_row(bench, call, after):
    bench.strike = Strike(call, after)
    assert struck(bench, lambda context: load.run(context, LoadRequest()))
    began = (bench.folder / "birds.journal").exists()
    load.run(bench.context(), LoadRequest(resume=began))

    assert sorted(hit["RequesterAnnotation"] for hit in bench.hits()) == ["jay.jpg", "owl.jpg", "wren.jpg"]
    receipt = [line.split("\t")[0] for line in bench.read("birds.success").splitlines()[1:]]
    assert sorted(receipt) == sorted(hit["HITId"] for hit in bench.hits())


def test_a_load_makes_the_calls_that_are_struck_here(bench):
    load.run(bench.context(), LoadRequest())
    assert bench.strike.calls == LOAD


def worked_on(bench):
    """Load, and have four assignments submitted."""
    load.run(bench.context(), LoadRequest())
    ids = [hit["HITId"] for hit in bench.hits()]
    for worker, hit_id in (("AONE", ids[0]), ("ATWO", ids[0]), ("AONE", ids[1]), ("ATWO", ids[2])):
        bench.submit(worker, hit_id)
    bench.strike.calls.clear()
    return ids


@struck_at(APPROVE)
def test_an_approval_that_dies_is_finished_with_every_assignment_paid_once(bench, call, after):
    worked_on(bench)
    bench.strike = Strike(call, after)
    assert struck(bench, decide.approve)
    decide.approve(bench.context())

    assert bench.statuses() == ["Approved"] * 4
    assert payments(bench) == 4
    assert unfinished(bench) == []


def payments(bench):
    from sqlalchemy import func, select

    from mturk_tasks.marketplace.storage import schema

    with bench.store.reading() as db:
        paid = select(func.count()).select_from(schema.ledger).where(schema.ledger.c.kind == "payment")
        return db.execute(paid).scalar_one()


def unfinished(bench):
    from mturk_tasks.commands import journal

    entries = journal.read(bench.folder / "birds.journal")
    return [item for action in ("approve", "reject") for item in journal.open_intents(entries, action)]


def test_an_approval_makes_the_calls_that_are_struck_here(bench):
    worked_on(bench)
    decide.approve(bench.context())
    assert bench.strike.calls == APPROVE


@struck_at(REVIEW, since=len(LOOKS) + 1)
def test_a_review_that_dies_is_finished_with_every_decision_once(bench, call, after):
    worked_on(bench)
    results.run(bench.context())
    mark_first(bench)
    bench.strike = Strike(call, after)
    assert struck(bench, review.run)
    review.run(bench.context())

    assert bench.statuses() == ["Approved"] * 3 + ["Rejected"]
    assert payments(bench) == 3
    assert unfinished(bench) == []


def mark_first(bench):
    lines = bench.read("birds.results").splitlines()
    cells = lines[1].split("\t")
    header = lines[0].split("\t")
    cells[header.index('"reject"')], cells[header.index('"feedback"')] = '"x"', '"That is no bird."'
    bench.write("birds.results", "\n".join([lines[0], "\t".join(cells), *lines[2:]]) + "\n")


@struck_at(CLEANUP)
def test_a_cleanup_that_dies_is_finished_with_every_hit_gone_and_paid_once(bench, call, after):
    worked_on(bench)
    bench.strike = Strike(call, after)
    assert struck(bench, lambda context: cleanup.run(context, approve=True, expire=True))
    summary = cleanup.run(bench.context(), approve=True, expire=True)

    assert bench.hits() == []
    assert payments(bench) == 4
    assert summary.exit_code == 0


def test_a_cleanup_makes_the_calls_that_are_struck_here(bench):
    worked_on(bench)
    cleanup.run(bench.context(), approve=True, expire=True)
    assert bench.strike.calls == CLEANUP


def test_a_connection_lost_in_the_middle_ends_the_load_and_keeps_what_is_there(bench):
    bench.strike = Strike(4, after=True, fault=lambda: Unavailable("the cable is out"))
    with pytest.raises(Unavailable, match="the cable is out"):
        load.run(bench.context(), LoadRequest())
    assert len(bench.read("birds.success").splitlines()) == 2

    bench.strike = Strike()
    load.run(bench.context(), LoadRequest(resume=True))
    assert len(bench.hits()) == 3


def a_day_later(bench, *, after):
    """Let a load die around its last HIT, and more than a day go by."""
    bench.set("hitlifetime", "864000")
    bench.strike = Strike(5, after)
    assert struck(bench, lambda context: load.run(context, LoadRequest()))
    bench.later(hours=25)


def test_a_day_later_a_hit_that_was_made_is_found_and_not_made_again(bench):
    a_day_later(bench, after=True)
    load.run(bench.context(), LoadRequest(resume=True))

    assert len(bench.hits()) == 3
    assert len(bench.read("birds.success").splitlines()) == 4


def test_a_day_later_a_hit_that_is_not_found_is_for_the_requester_to_decide(bench):
    a_day_later(bench, after=False)
    with pytest.raises(RecordsError, match="line 4"):
        load.run(bench.context(), LoadRequest(resume=True))

    assert len(bench.hits()) == 2


@pytest.mark.parametrize(("answer", "number"), [(CREATE, 3), (SKIP, 2)])
def test_the_requester_has_such_a_row_created_or_skipped(bench, answer, number):
    a_day_later(bench, after=False)
    load.run(bench.context(), LoadRequest(resume=True, uncertain=answer))

    assert len(bench.hits()) == number


def test_ctrl_c_writes_the_receipt_of_what_was_made(bench, capsys):
    bench.strike = Strike(4, fault=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        load.run(bench.context(), LoadRequest())

    assert len(bench.read("birds.success").splitlines()) == 2
    assert "inv load --resume" in capsys.readouterr().err
