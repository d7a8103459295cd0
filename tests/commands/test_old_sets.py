"""A load where the old tools left their receipts: what is of Amazon's time makes way, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mturk_tasks.commands import batches
from mturk_tasks.commands.surveys import load, results
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, RecordsError, Unavailable
from tests.bench import Strike

RECEIPT = "hitid\thittypeid\n3AMAZON1\t3TYPE\n3AMAZON2\t3TYPE\n"
RESULTS = "hitid\tassignmentid\treject\n3AMAZON1\t3WORK\t\n"


@pytest.fixture
def old(bench):
    bench.write("birds.success", RECEIPT)
    bench.write("birds.results", RESULTS)
    return bench


def aside(capsys):
    return [line for line in capsys.readouterr().err.splitlines() if "set aside" in line]


def test_an_old_set_of_which_no_hit_is_known_makes_way_whole(old, capsys):
    load.run(old.context(), LoadRequest())

    assert aside(capsys) == [
        "note: birds.success, birds.results of the old tools (2 HITs, none known here) "
        "are set aside as birds.amazon.*"
    ]
    assert (old.read("birds.amazon.success"), old.read("birds.amazon.results")) == (RECEIPT, RESULTS)
    assert len(old.hits()) == 3
    assert batches.find(old.context()).journaled


def test_what_was_set_aside_before_is_not_overwritten(old):
    old.write("birds.amazon.results", "kept")
    load.run(old.context(), LoadRequest())

    assert old.read("birds.amazon.results") == "kept"
    assert old.read("birds.amazon.2.success") == RECEIPT


def test_one_known_hit_keeps_the_old_set_where_it_is(bench):
    load.run(bench.context(), LoadRequest())
    (bench.folder / "birds.journal").unlink()
    receipt = bench.read("birds.success") + "3AMAZON1\t3TYPE\n"
    bench.write("birds.success", receipt)

    with pytest.raises(RecordsError, match=r"birds\.success names HITs that are known here"):
        load.run(bench.context(), LoadRequest())
    assert (bench.read("birds.success"), len(bench.hits())) == (receipt, 3)


def test_without_a_connection_an_old_set_stays(old):
    old.strike = Strike(2, fault=lambda: Unavailable("the cable is out"))  # the first asks for the ID
    with pytest.raises(Unavailable):
        load.run(old.context(), LoadRequest())
    assert old.read("birds.success") == RECEIPT


def test_a_dry_load_says_what_would_make_way_and_moves_nothing(old, capsys):
    load.run(replace(old.context(), dry=True), LoadRequest())

    assert "would be set aside as birds.amazon.*" in capsys.readouterr().err
    assert old.read("birds.success") == RECEIPT


@pytest.mark.parametrize("receipt", ["", "hitid\thittypeid\n"], ids=["empty", "header"])
def test_a_receipt_that_names_no_hit_makes_way(bench, receipt, capsys):
    bench.write("birds.success", receipt)
    load.run(bench.context(), LoadRequest())

    assert "birds.success of the old tools (no HIT) is set aside" in "".join(aside(capsys))
    assert len(bench.hits()) == 3


def test_where_the_receipt_names_no_hit_the_results_beside_it_count(bench):
    load.run(bench.context(), LoadRequest())
    results.run(bench.context())
    (bench.folder / "birds.journal").unlink()
    bench.write("birds.success", "")

    with pytest.raises(RecordsError, match="known here"):
        load.run(bench.context(), LoadRequest())


def test_a_receipt_that_cannot_be_read_stops_the_load(bench):
    bench.write("birds.success", "3AMAZON1\n")
    with pytest.raises(FileError, match=r"has no column hitid\n.*may name HITs that are still here"):
        load.run(bench.context(), LoadRequest())
    assert bench.hits() == []


def test_the_name_of_a_receipt_without_a_label_makes_way_too(bench, capsys):
    bench.write("birds.input.success", RECEIPT)
    bench.write("birds.results", RESULTS)
    load.run(bench.context(), LoadRequest())

    assert "set aside as birds.amazon.* and birds.input.amazon.*" in "".join(aside(capsys))
    assert bench.read("birds.input.amazon.success") == RECEIPT
    assert bench.read("birds.amazon.results") == RESULTS


def test_a_script_that_asks_for_that_name_gets_the_new_set(bench):
    load.run(bench.context(), LoadRequest())
    assert len(batches.find(bench.context(), success=bench.folder / "birds.input.success").hit_ids) == 3


def test_nothing_is_resumed_of_an_old_set(old):
    with pytest.raises(RecordsError, match="nothing was loaded as birds"):
        load.run(old.context(), LoadRequest(resume=True))
    assert old.read("birds.success") == RECEIPT
