"""Which marketplace a set belongs to: nothing is said or done about HITs that were made in another one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import insert

from mturk_tasks.client.assignments import AccountBalance, Marketplace
from mturk_tasks.commands import batches
from mturk_tasks.commands.surveys import (
    bonus,
    cleanup,
    decide,
    extend,
    load,
    rehearse,
    results,
    review,
    status,
    update,
)
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import RecordsError
from mturk_tasks.marketplace.storage import schema
from mturk_tasks.tasks.bootstrap import Embedded

EVERY_COMMAND = {
    "status": status.run,
    "results": results.run,
    "review": review.run,
    "approve": decide.approve,
    "reject": decide.reject,
    "cleanup": lambda context: cleanup.run(context, expire=True, approve=True),
    "stop": cleanup.stop,
    "extend": lambda context: extend.run(context, extend.ExtendRequest(assignments=1)),
    "update": update.run,
    "rehearse": lambda context: rehearse.run(context, rehearse.RehearseRequest()),
    "load --resume": lambda context: load.run(context, LoadRequest(resume=True)),
}


def other(bench, name="other"):
    """A context in another sandbox, as somebody has who cloned the folder."""
    market = Embedded(bench.home / f"{name}.db", dry=False)
    return replace(bench.context(), connect=market.connect, clock=market.now, market=lambda: market)


def everything(bench):
    return {path.name: path.read_bytes() for path in bench.folder.iterdir()}


def forget_the_id(bench, label="birds"):
    """Make of a journal what an earlier version wrote: its first line names no marketplace."""
    first, *rest = bench.read(f"{label}.journal").splitlines()
    entry = {name: value for name, value in json.loads(first).items() if name != "marketplace"}
    bench.write(f"{label}.journal", "\n".join([json.dumps(entry), *rest]) + "\n")


@pytest.fixture
def worked(bench):
    load.run(bench.context(), LoadRequest())
    for hit in bench.hits():
        bench.submit("AONE", hit["HITId"])
    results.run(bench.context())
    return bench


def test_a_journal_names_its_marketplace_in_its_first_line(worked):
    first = json.loads(worked.read("birds.journal").splitlines()[0])
    assert first["marketplace"] == worked.client.get_account_balance()["MarketplaceId"]


def test_two_sandboxes_have_two_ids(bench):
    assert bench.context().marketplace.id != other(bench).marketplace.id


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_elsewhere_a_command_says_where_the_set_is_and_changes_nothing(worked, command, capsys):
    before = everything(worked)
    capsys.readouterr()
    with pytest.raises(
        RecordsError, match=r"birds was loaded into another marketplace \(sandbox, "
    ) as refused:
        EVERY_COMMAND[command](other(worked))

    assert refused.value.exit_code == 5
    assert everything(worked) == before
    said = capsys.readouterr()
    assert not any(word in said.out + said.err for word in ("eleted", "decided", "Retrieved"))


def test_a_success_file_beside_a_journal_of_elsewhere_is_refused_too(worked):
    with pytest.raises(RecordsError, match="loaded into another marketplace"):
        results.run(other(worked), success=worked.folder / "birds.success")


def test_a_results_file_beside_a_journal_of_elsewhere_is_refused_too(worked):
    with pytest.raises(RecordsError, match="loaded into another marketplace"):
        review.run(other(worked), resultsfile=worked.folder / "birds.results")


def test_a_load_elsewhere_sets_the_live_set_aside_and_says_so(worked, capsys):
    here = batches.find(worked.context()).hit_ids
    load.run(other(worked), LoadRequest())

    told = [line for line in capsys.readouterr().err.splitlines() if "set aside" in line]
    assert len(told) == 1
    assert worked.context().marketplace.id in told[0]
    assert "birds.sandbox.*" in told[0]
    assert batches.find(worked.context()).hit_ids == here


def test_a_dry_load_elsewhere_says_what_would_be_set_aside_and_moves_nothing(worked, capsys):
    before = everything(worked)
    load.run(replace(other(worked), dry=True), LoadRequest())

    assert "would be set aside as birds.sandbox.*" in capsys.readouterr().err
    assert everything(worked) == before


def test_sets_of_many_sandboxes_stand_beside_each_other_and_each_finds_its_own(worked):
    contexts = [worked.context(), other(worked, "two"), other(worked, "three"), other(worked, "four")]
    made = [batches.find(contexts[0]).hit_ids]
    for context in contexts[1:]:
        load.run(context, LoadRequest())
        made.append(batches.find(context).hit_ids)

    assert [batches.find(replace(context)).hit_ids for context in contexts] == made
    assert len(list(worked.folder.glob("birds*.journal"))) == 4
    assert (worked.folder / "birds.sandbox.results").exists()


def test_a_sandbox_that_was_deleted_and_made_anew_is_another_marketplace(worked):
    for path in worked.home.glob("sandbox.db*"):
        path.rename(path.with_name(f"old-{path.name}"))
    anew = other(worked, "sandbox-anew")

    with pytest.raises(RecordsError, match="loaded into another marketplace"):
        status.run(anew)


def test_neither_environment_nor_address_decides_where_the_journal_names_the_marketplace(worked):
    from mturk_tasks.vocabulary.environments import Environment

    moved = Environment("production", "https://new.example.org", "")
    assert status.run(replace(worked.context(), environment=moved)).counts["assignments_submitted"] == 3


def test_what_was_loaded_into_a_marketplace_that_was_imported_belongs_here(worked):
    here = other(worked)
    with here.market()._store().writing() as db:
        db.execute(insert(schema.former_marketplace).values(marketplace_id=worked.context().marketplace.id))

    assert batches.find(other(worked)).hit_ids == batches.find(worked.context()).hit_ids


def test_a_journal_without_an_id_belongs_where_its_hits_are_known(worked):
    forget_the_id(worked)

    assert status.run(worked.context()).counts["assignments_submitted"] == 3
    with pytest.raises(RecordsError, match="loaded into another marketplace"):
        status.run(other(worked))


def test_a_journal_without_an_id_whose_hits_were_deleted_here_belongs_here(worked):
    cleanup.run(worked.context(), approve=True, expire=True)
    forget_the_id(worked)

    assert status.run(worked.context()).counts["deleted"] == 3


def test_whether_hits_are_known_is_asked_until_the_first_that_is(worked):
    forget_the_id(worked)
    worked.strike.calls.clear()
    batches.find(worked.context())

    assert worked.strike.calls == ["GetAccountBalance", "GetHIT"]


@pytest.mark.parametrize("address", ["embedded", "https://foreign.example.org"])
def test_where_a_service_tells_no_id_environment_and_address_decide(worked, address):
    context = worked.context()
    context.account = AccountBalance(context.account.balance, Marketplace())
    context.environment = replace(context.environment, endpoint=address)
    if address == "embedded":
        assert len(batches.find(context).hit_ids) == 3
        return
    with pytest.raises(RecordsError, match="loaded into another marketplace"):
        batches.find(context)


def test_bonuses_of_a_file_are_known_as_paid_from_sets_of_this_marketplace_alone(worked):
    assignment = worked.assignments(worked.hits()[0]["HITId"])[0]["AssignmentId"]
    listed = f"workerid\tassignmentid\tamount\treason\nAONE\t{assignment}\t1.00\tThanks\n"
    path = worked.write("bonuses", listed)
    bonus.pay_file(worked.context(), path)
    load.run(other(worked), LoadRequest())

    assert bonus.pay_file(worked.context(), path).counts == {"paid": 0, "failed": 0}


UNKNOWN = "hitid\thittypeid\n3NOSUCHHIT0000000001\t3TYPE\n"


@pytest.mark.parametrize("command", ["results", "status", "approve", "cleanup", "stop", "extend"])
def test_hits_of_a_success_file_that_are_all_unknown_here_end_the_command(bench, command):
    bench.write("birds.success", UNKNOWN)
    before = everything(bench)
    with pytest.raises(RecordsError, match="1 HIT unknown here"):
        EVERY_COMMAND[command](bench.context())

    assert everything(bench) == before


@pytest.fixture
def partly_known(worked):
    """A success file of the old tools, one of whose IDs was mistyped."""
    (worked.folder / "birds.journal").unlink()
    (worked.folder / "birds.results").unlink()
    lines = worked.read("birds.success").splitlines()
    worked.write("birds.success", "\n".join([*lines[:3], "3NOSUCHHIT0000000001\t3TYPE"]) + "\n")
    return worked


def test_results_say_of_a_hit_that_it_is_unknown_here_and_not_that_it_was_retrieved(partly_known, capsys):
    summary = results.run(partly_known.context())

    assert "HIT 3/3, 3NOSUCHHIT0000000001, is unknown here" in capsys.readouterr().err
    assert any("1 HIT unknown here" in line for line in summary.lines)
    assert (summary.exit_code, summary.counts["deleted"], summary.counts["unknown"]) == (1, 0, 1)


def test_status_counts_unknown_hits_apart_from_deleted_ones(partly_known):
    summary = status.run(partly_known.context())

    assert "3: 2 assignable, 1 unknown here" in summary.lines[0]
    assert {"id": "3NOSUCHHIT0000000001", "status": "Unknown"} in summary.items


def test_a_cleanup_does_not_say_that_an_unknown_hit_was_deleted(partly_known):
    summary = cleanup.run(partly_known.context(), approve=True, expire=True)

    assert "  2 HITs have been deleted or were deleted previously." in summary.lines
    assert "  1 HIT unknown here." in summary.lines
    assert (summary.exit_code, summary.counts["unknown"]) == (1, 1)


def test_an_approval_counts_an_unknown_hit_as_failed(partly_known):
    summary = decide.approve(partly_known.context())

    assert (summary.counts, summary.exit_code) == ({"approved": 2, "failed": 1}, 1)


def test_an_extension_says_that_a_hit_is_unknown(partly_known):
    summary = extend.run(partly_known.context(), extend.ExtendRequest(hours=1))

    assert {"id": "3NOSUCHHIT0000000001", "status": "failed", "error": "is unknown here"} in summary.items
    assert "  1 HIT of them unknown here." in summary.lines


def test_a_review_says_of_results_that_their_hits_are_not_here(worked, capsys):
    worked.write("august.results", worked.read("birds.results"))
    summary = review.run(other(worked), resultsfile=worked.folder / "august.results")

    assert "3 assignments of HITs that are not here; left as they are." in capsys.readouterr().err
    assert (summary.exit_code, summary.counts["decided"], summary.counts["not_here"]) == (1, 0, 3)


def test_a_review_still_says_of_work_on_deleted_hits_that_it_was_decided_before(worked):
    cleanup.run(worked.context(), approve=True, expire=True)
    summary = review.run(worked.context())

    assert (summary.exit_code, summary.counts["decided"], summary.counts["not_here"]) == (0, 3, 0)
