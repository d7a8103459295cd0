from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import cleanup, decide, load, rehearse, results, review
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError, UsageError
from mturk_tasks.files import results as results_file
from mturk_tasks.files import table


@pytest.fixture
def work(bench):
    """Three pieces of submitted work, fetched into the results file."""
    load.run(bench.context(), LoadRequest())
    first, second, _ = [hit["HITId"] for hit in bench.hits()]
    ids = [bench.submit("AONE", first), bench.submit("ATWO", first), bench.submit("AONE", second)]
    results.run(bench.context())
    return ids


def mark(bench, assignment_id, sign="x", feedback="No bird."):
    file = results_file.read(bench.folder / "birds.results")
    rows = [
        {**row, "reject": sign, "feedback": feedback} if row["assignmentid"] == assignment_id else row
        for row in file.rows
    ]
    results_file.write(file.path, ["Answer.bird"], rows)


def status(bench, assignment_id):
    return bench.client.get_assignment(AssignmentId=assignment_id)["Assignment"]["AssignmentStatus"]


@pytest.mark.parametrize("sign", ["x", "n", "false", " ", "0"], ids=repr)
def test_any_mark_rejects_and_the_rest_is_approved(bench, work, sign):
    mark(bench, work[1], sign)
    summary = review.run(bench.context())

    assert [status(bench, one) for one in work] == ["Approved", "Rejected", "Approved"]
    assert summary.lines[1:4] == (
        "Assignments approved: 2/3 (67%)",
        "Assignments rejected: 1/3 (33%)",
        "Assignments failed: 0/3 (0%)",
    )


def test_work_submitted_after_the_file_was_fetched_is_left_alone(bench, work):
    late = bench.submit("ALATE", bench.hits()[2]["HITId"])
    review.run(bench.context())

    assert status(bench, late) == "Submitted"


def test_a_second_review_finds_everything_decided(bench, work):
    review.run(bench.context())
    summary = review.run(bench.context())

    assert (summary.exit_code, summary.counts["decided"]) == (0, 3)


def test_a_mark_on_work_that_is_paid_already_is_pointed_out(bench, work, capsys):
    decide.approve(bench.context())
    mark(bench, work[0])
    review.run(bench.context())

    assert f"[{work[0]}] is marked for rejection, but was approved before" in capsys.readouterr().err


def test_a_mark_without_a_reason_is_refused_before_any_decision(bench, work):
    mark(bench, work[0], feedback="")
    with pytest.raises(UsageError, match="needs a reason"):
        review.run(bench.context())
    assert bench.statuses() == ["Submitted"] * 3


def test_a_file_without_a_reject_column_asks_before_it_approves_all(bench, work):
    drop_reject_column(bench)
    with pytest.raises(UsageError, match="no column to mark rejections in"):
        review.run(bench.context(force=False))
    assert bench.statuses() == ["Submitted"] * 3

    review.run(bench.context(force=True))
    assert bench.statuses() == ["Approved"] * 3


def drop_reject_column(bench):
    file = results_file.read(bench.folder / "birds.results")
    header = [name for name in file.columns if name != "reject"]
    rows = [[row[name] for name in header] for row in file.rows]
    file.path.write_text(table.format_quoted(header, rows), encoding="utf-8")


def test_work_nobody_knows_is_counted_as_failed(bench, work):
    text = bench.read("birds.results").replace(work[0], "3NOSUCHASSIGNMENT")
    bench.write("birds.results", text)
    summary = review.run(bench.context())

    assert (summary.exit_code, summary.counts["failed"], summary.counts["approved"]) == (1, 1, 2)


def test_after_the_cleanup_all_of_it_was_decided_before(bench, work):
    cleanup.run(bench.context(), approve=True, expire=True)
    summary = review.run(bench.context())

    assert (summary.exit_code, summary.counts["decided"]) == (0, 3)


def test_a_results_file_without_work_says_what_to_do(bench):
    load.run(bench.context(), LoadRequest())
    results.run(bench.context())
    with pytest.raises(FileError, match="lists no submitted work"):
        review.run(bench.context())


def test_a_missing_results_file_says_so(bench):
    load.run(bench.context(), LoadRequest())
    with pytest.raises(FileError, match=r"birds\.results: is not there"):
        review.run(bench.context())


def test_work_of_people_is_asked_about(bench, work):
    with pytest.raises(UsageError, match=r"about to approve 3 assignment\(s\)\. .* needs a confirmation"):
        review.run(bench.context(force=False))
    assert bench.statuses() == ["Submitted"] * 3


def test_simulated_work_is_not_asked_about(bench):
    load.run(bench.context(), LoadRequest())
    rehearse.run(bench.context(), rehearse.RehearseRequest())
    results.run(bench.context())
    review.run(bench.context(force=False))

    assert bench.statuses() == ["Approved"] * 6


def test_one_person_among_simulated_workers_is_asked_about(bench, work):
    rehearse.run(bench.context(), rehearse.RehearseRequest())
    results.run(bench.context())
    decide.approve(bench.context(), choice=decide.Choice(assignments=work[:2]))

    with pytest.raises(UsageError, match=r"about to approve 4 assignment\(s\)"):
        review.run(bench.context(force=False))


def test_the_old_command_never_asks(bench, work):
    review.run(bench.context(force=False), resultsfile=bench.folder / "birds.results", asks=False)
    assert bench.statuses() == ["Approved"] * 3


def test_the_old_command_pays_nothing_by_a_file_without_marks(bench, work):
    rename_reject_column(bench, "rejected")
    with pytest.raises(UsageError, match=r"'rejected' is none\. Name the column of marks reject"):
        review.run(bench.context(), resultsfile=bench.folder / "birds.results", asks=False)
    assert bench.statuses() == ["Submitted"] * 3


def rename_reject_column(bench, name):
    bench.write("birds.results", bench.read("birds.results").replace('"reject"', f'"{name}"', 1))


def test_a_dry_run_says_that_a_misspelt_column_holds_no_marks(bench, work):
    rename_reject_column(bench, "rejected")
    said = "\n".join(review.run(bench.context(dry=True)).lines)

    assert "birds.results has no column to mark rejections in; 'rejected' is none." in said
    assert "The real run asks whether to go on." in said


def test_a_dry_run_names_the_rejections_without_feedback(bench, work):
    mark(bench, work[1], feedback="")
    summary = review.run(bench.context(dry=True))

    assert summary.exit_code == 0
    assert summary.lines[0].startswith("Dry run: You are about to approve 2 assignment(s) and reject 1")
    assert any(line.startswith(f"1 rejection without feedback: {work[1]}; ") for line in summary.lines)


def test_submitted_work_without_a_row_is_counted(bench, work, capsys):
    lines = bench.read("birds.results").splitlines(keepends=True)
    bench.write("birds.results", "".join(line for line in lines if work[0] not in line))
    summary = review.run(bench.context())

    assert "1 submitted assignment is not in birds.results: undecided" in capsys.readouterr().err
    assert summary.counts["left_out"] == 1
    assert status(bench, work[0]) == "Submitted"


@pytest.mark.parametrize("sign", ["0", "FALSE", "no", " ", "n", "-"], ids=repr)
def test_a_mark_that_may_mean_no_is_warned_about(bench, work, capsys, sign):
    mark(bench, work[1], sign)
    review.run(bench.context(dry=True))

    said = capsys.readouterr().err
    assert f"birds.results:3: {sign!r} under reject is a mark and rejects {work[1]}" in said


@pytest.mark.parametrize("sign", ["x", "y", "1", "yes", "not a bird", "nonsense"])
def test_a_mark_that_can_only_mean_yes_is_not(bench, work, capsys, sign):
    mark(bench, work[1], sign)
    review.run(bench.context(dry=True))

    assert "is a mark and rejects" not in capsys.readouterr().err


def test_a_dry_run_decides_nothing(bench, work):
    review.run(bench.context(dry=True))
    assert bench.statuses() == ["Submitted"] * 3
