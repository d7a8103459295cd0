from __future__ import annotations

import json

import pytest

from mturk_tasks.commands.surveys import cleanup, load
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, InsufficientFunds, RecordsError, UsageError
from tests.bench import Crash


def test_each_row_becomes_a_hit_with_its_cells(bench):
    load.run(bench.context(), LoadRequest())

    assert [hit["RequesterAnnotation"] for hit in bench.hits()] == ["owl.jpg", "jay.jpg", "wren.jpg"]
    assert "Which bird is in owl.jpg?" in bench.hits()[0]["Question"]


def test_the_receipt_lists_hits_and_their_type_in_row_order(bench):
    load.run(bench.context(), LoadRequest())

    expected = [f"{hit['HITId']}\t{hit['HITTypeId']}" for hit in bench.hits()]
    assert bench.read("birds.success").splitlines() == ["hitid\thittypeid", *expected]


def test_properties_reach_the_service(bench):
    bench.set("reward", "$0.06")
    load.run(bench.context(), LoadRequest())
    hit = bench.hits()[0]

    assert (hit["Reward"], hit["MaxAssignments"], hit["AssignmentDurationInSeconds"]) == ("0.06", 2, 600)
    assert (hit["Expiration"] - hit["CreationTime"]).total_seconds() == 86400


def test_cells_are_escaped_in_the_question_and_plain_in_the_annotation(bench):
    bench.rows('"Tom & ""Jerry"" <1>"')
    load.run(bench.context(), LoadRequest())
    hit = bench.hits()[0]

    assert "Tom &amp; &quot;Jerry&quot; &lt;1&gt;" in hit["Question"]
    assert hit["RequesterAnnotation"] == 'Tom & "Jerry" <1>'


def test_every_call_that_spends_has_its_intent_on_disk_before_it(bench):
    bench.strike.call, bench.strike.after = 3, False  # balance, type, first HIT
    with pytest.raises(Crash):
        load.run(bench.context(), LoadRequest())
    last = json.loads(bench.read("birds.journal").splitlines()[-1])

    assert (last["event"], last["action"], last["row"]) == ("intent", "create", 1)
    assert bench.hits() == []


def test_a_second_load_is_refused_and_touches_nothing(bench):
    load.run(bench.context(), LoadRequest())
    receipt = bench.read("birds.success")

    with pytest.raises(RecordsError, match="3 HITs of the load birds"):
        load.run(bench.context(), LoadRequest())
    assert bench.read("birds.success") == receipt
    assert len(bench.hits()) == 3


def test_another_label_makes_another_set(bench):
    load.run(bench.context(), LoadRequest())
    load.run(bench.context(), LoadRequest(label="again"))

    assert len(bench.hits()) == 6
    assert (bench.folder / "again.success").exists()


def test_maxhits_creates_the_first_rows_and_resume_the_others(bench):
    first = load.run(bench.context(), LoadRequest(maxhits=2))
    rest = load.run(bench.context(), LoadRequest(resume=True))

    assert (first.counts["created"], first.counts["left"], rest.counts["created"]) == (2, 1, 1)
    assert len(bench.read("birds.success").splitlines()) == 4


def test_resume_of_a_whole_load_creates_nothing(bench):
    load.run(bench.context(), LoadRequest())
    summary = load.run(bench.context(), LoadRequest(resume=True))

    assert (summary.counts["created"], summary.exit_code, len(bench.hits())) == (0, 0, 3)


@pytest.mark.parametrize("name", ["birds.input", "birds.properties", "birds.question"])
def test_resume_with_a_changed_file_is_refused_by_its_name(bench, name):
    load.run(bench.context(), LoadRequest(maxhits=1))
    bench.write(name, bench.read(name).replace("wren", "robin").replace("bird", "fowl"))

    with pytest.raises(RecordsError, match=name):
        load.run(bench.context(), LoadRequest(resume=True))
    assert len(bench.hits()) == 1


def test_resume_notices_a_change_in_a_file_that_the_question_brings_in(bench):
    bench.write("birds.question", bench.read("birds.question").replace("Which bird", '#include("ask.vm")'))
    bench.write("ask.vm", "Which bird")
    load.run(bench.context(), LoadRequest(maxhits=1))
    bench.write("ask.vm", "What fowl")

    with pytest.raises(RecordsError, match=r"birds\.question"):
        load.run(bench.context(), LoadRequest(resume=True))


def test_append_creates_only_the_rows_that_were_added_wherever_they_stand(bench):
    load.run(bench.context(), LoadRequest())
    bench.rows("eagle.jpg", "owl.jpg", "jay.jpg", "wren.jpg", "owl.jpg")
    summary = load.run(bench.context(), LoadRequest(append=True))

    assert summary.counts["created"] == 2
    assert [hit["RequesterAnnotation"] for hit in bench.hits()][3:] == ["eagle.jpg", "owl.jpg"]


def test_append_keeps_the_earlier_receipt(bench):
    load.run(bench.context(), LoadRequest())
    before = set(bench.read("birds.success").splitlines())
    bench.rows("owl.jpg", "jay.jpg", "wren.jpg", "robin.jpg")
    load.run(bench.context(), LoadRequest(append=True))

    assert before < set(bench.read("birds.success").splitlines())


def test_append_refuses_a_changed_question(bench):
    load.run(bench.context(), LoadRequest())
    bench.write("birds.question", bench.read("birds.question").replace("Which", "What"))

    with pytest.raises(RecordsError, match=r"birds\.question changed"):
        load.run(bench.context(), LoadRequest(append=True))


@pytest.mark.parametrize(
    "request_", [LoadRequest(resume=True), LoadRequest(append=True)], ids=["resume", "append"]
)
def test_nothing_loaded_cannot_be_continued(bench, request_):
    with pytest.raises(RecordsError, match="nothing was loaded as birds"):
        load.run(bench.context(), request_)


def test_resume_and_append_exclude_each_other(bench):
    with pytest.raises(UsageError, match="exclude each other"):
        load.run(bench.context(), LoadRequest(resume=True, append=True))


def test_a_set_whose_hits_are_all_deleted_makes_way(bench):
    load.run(bench.context(), LoadRequest())
    cleanup.run(bench.context(), expire=True)
    load.run(bench.context(), LoadRequest())
    aside = [path.name for path in bench.folder.glob("birds.2*.success")]

    assert len(aside) == 1
    assert len(bench.hits()) == 3


def test_hits_that_are_gone_for_another_reason_make_way_too(bench):
    load.run(bench.context(), LoadRequest())
    for hit in bench.hits():
        bench.client.update_expiration_for_hit(HITId=hit["HITId"], ExpireAt=0)
        bench.client.delete_hit(HITId=hit["HITId"])

    assert load.run(bench.context(), LoadRequest()).counts["created"] == 3


def test_rows_the_service_refuses_stand_verbatim_in_the_failure_file(bench, monkeypatch):
    bench.rows("owl.jpg", '"jay ""the blue"""', "wren.jpg")
    refuse_row(bench, 2)
    summary = load.run(bench.context(), LoadRequest())

    assert bench.read("birds.failure") == 'picture\n"jay ""the blue"""\n'
    assert (summary.counts["created"], summary.counts["failed"], summary.exit_code) == (2, 1, 1)


def test_a_refused_row_is_created_by_resume_and_the_failure_file_goes(bench):
    refuse_row(bench, 2)
    load.run(bench.context(), LoadRequest())
    bench.strike.call = 0
    load.run(bench.context(), LoadRequest(resume=True))

    assert len(bench.hits()) == 3
    assert not (bench.folder / "birds.failure").exists()


def refuse_row(bench, row):
    """Have the service refuse the HIT of one row, as it would a question it does not like."""
    from mturk_tasks.errors import ServiceError

    bench.strike.call = row + 2
    bench.strike.fault = lambda: ServiceError("create_hit_with_hit_type", "Refused", "not this one")


def test_several_workers_give_outcomes_in_row_order(bench, capsys):
    bench.rows(*(f"bird {number}.jpg" for number in range(20)))
    load.run(bench.context(workers=8), LoadRequest())
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Created HIT")]

    assert [line.split(":")[0] for line in said] == [f"Created HIT {number}" for number in range(1, 21)]
    assert len(bench.read("birds.success").splitlines()) == 21


def test_a_dry_run_creates_nothing_and_writes_no_file(bench):
    before = sorted(bench.folder.iterdir())
    summary = load.run(bench.context(dry=True), LoadRequest())

    assert summary.counts == {"planned": 3, "assignments": 6}
    assert sorted(bench.folder.iterdir()) == before
    assert not bench.home.exists()


def test_more_than_the_balance_is_refused_before_the_first_hit(bench):
    bench.set("reward", "9000.00")
    with pytest.raises(InsufficientFunds, match=r"at most \$64800.00 with fees; there is \$10000.00"):
        load.run(bench.context(), LoadRequest())

    assert bench.hits() == []
    assert not (bench.folder / "birds.journal").exists()


def test_mistakes_of_all_files_are_told_at_once(bench):
    bench.set("reward", "abc")
    bench.rows("owl.jpg", "jay.jpg\textra")
    bench.write("birds.question", "")
    with pytest.raises(FileError) as caught:
        load.run(bench.context(), LoadRequest())

    told = [(problem.path.name, problem.line) for problem in caught.value.problems]
    assert told == [("birds.properties", 9), ("birds.input", 3), ("birds.question", None)]


def test_a_row_that_breaks_the_question_is_named(bench):
    bench.write("birds.question", bench.read("birds.question").replace("${picture}", "${picture_raw}"))
    bench.rows("owl.jpg", "a < b", "wren.jpg")

    with pytest.raises(FileError, match=r"birds.question:6: .*with line 3 of birds.input"):
        load.run(bench.context(), LoadRequest())


def test_a_journal_says_which_commit_was_loaded(bench):
    load.run(bench.context(), LoadRequest())
    entry = json.loads(bench.read("birds.journal").splitlines()[1])

    assert (entry["event"], entry["rows"], entry["commit"]) == ("load", 3, None)
    assert set(entry["digests"]) == {"input", "properties", "question"}


def test_a_load_that_runs_keeps_a_second_one_out(bench):
    from mturk_tasks.commands.journal import Journal

    load.run(bench.context(), LoadRequest(maxhits=1))
    with Journal(bench.folder / "birds.journal"), pytest.raises(RecordsError, match="at work"):
        load.run(bench.context(), LoadRequest(resume=True))


def test_success_files_of_the_old_tools_are_never_written(bench):
    bench.write("birds.success", "hitid\thittypeid\n3ABC\t3DEF\n")
    load.run(bench.context(), LoadRequest())

    assert bench.read("birds.amazon.success") == "hitid\thittypeid\n3ABC\t3DEF\n"
    assert len(bench.hits()) == 3


def test_a_hit_without_agreement_is_offered_on_by_the_marketplace_itself(bench):
    bench.set("agreement", "bird\nagreement.most: 3")
    load.run(bench.context(), LoadRequest(maxhits=1))
    (hit,) = bench.hits()

    bench.submit("AONE", hit["HITId"], "owl")
    bench.submit("ATWO", hit["HITId"], "jay")

    (after,) = bench.hits()
    assert (after["MaxAssignments"], after["NumberOfAssignmentsAvailable"]) == (3, 1)


def test_the_cost_counts_what_may_be_asked_for_without_agreement(bench):
    bench.set("agreement", "bird\nagreement.most: 5")

    summary = load.run(bench.context(dry=True), LoadRequest())

    assert summary.facts["cost"] == "1.80"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("bird\nagreement.most: 2", "leaves nothing to offer beside assignments: 2"),
        ("bird\nagreement.most: 10", "is too many; a HIT that begins with fewer than 10 can have 9"),
        ("\nagreement.most: 3", "compares nothing; name questions"),
        ("bird\nagreement.bar: 100", "write 1 to 99 percent"),
    ],
)
def test_agreement_that_cannot_be_is_refused_with_its_line(bench, lines, said):
    bench.set("agreement", lines)

    with pytest.raises(FileError, match=said) as refused:
        load.run(bench.context(), LoadRequest())

    assert "birds.properties:11:" in str(refused.value)
