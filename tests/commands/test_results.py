from __future__ import annotations

import pytest

from mturk_tasks.commands.surveys import cleanup, decide, load, results
from mturk_tasks.commands.surveys.decide import Choice
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.commands.surveys.result_rows import Layout
from mturk_tasks.errors import FileError, RecordsError
from mturk_tasks.files import results as results_file
from mturk_tasks.marketplace.web.accounts import accounts
from mturk_tasks.marketplace.worker import work
from mturk_tasks.vocabulary import columns
from tests.bench import ANSWER

PAGE = """\
<HTMLQuestion xmlns="http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2011-11-11/HTMLQuestion.xsd">
<HTMLContent><![CDATA[<!DOCTYPE html><html><body><form action="/mturk/externalSubmit" method="post">
<input name=" Reject "><input type="hidden" name="assignmentId"><input type="submit"></form></body></html>]]>
</HTMLContent>
<FrameHeight>0</FrameHeight></HTMLQuestion>
"""


@pytest.fixture
def loaded(bench):
    load.run(bench.context(), LoadRequest())
    return [hit["HITId"] for hit in bench.hits()]


def rows(bench):
    return list(results_file.read(bench.folder / "birds.results").rows)


def test_the_fixed_columns_come_first_and_in_their_old_order(bench, loaded):
    bench.submit("AONE", loaded[0])
    results.run(bench.context())
    header = bench.read("birds.results").splitlines()[0].replace('"', "").split("\t")

    assert tuple(header) == (*columns.RESULT, "Answer.bird")
    assert len(columns.RESULT) == 29


def test_a_hit_without_work_is_one_row_without_ids_as_the_old_program_wrote_it(bench, loaded):
    results.run(bench.context())
    cells = bench.read("birds.results").splitlines()[1].split("\t")

    assert cells[0] == f'"{loaded[0]}"'
    assert cells[17:] == [cells[17], "", "", *['""'] * 9, ""]  # the last one is that of the answers


def test_each_cell_of_a_row_with_work_stands_in_quotes_an_empty_one_too(bench, loaded):
    results.run(bench.context())
    add_column(bench, "notes")
    first = bench.submit("AONE", loaded[0], "owl")
    bench.submit("ATWO", loaded[0], "jay")
    decide.approve(bench.context(force=True), choice=Choice(assignments=[first]))
    results.run(bench.context())

    for line in bench.read("birds.results").splitlines()[1:3]:
        cells = line[1:-1].split('"\t"')
        assert len(cells) == 31
        assert all('"' not in cell for cell in cells)


def add_column(bench, name):
    file = results_file.read(bench.folder / "birds.results")
    answers = [name for name in file.columns if name.startswith("Answer.")]
    results_file.write(file.path, answers, file.rows, own=[name])


def test_submitted_work_has_no_deadline_as_the_old_program_told_none(bench, loaded):
    bench.submit("AONE", loaded[0])
    results.run(bench.context())

    assert rows(bench)[0]["deadline"] == ""


def test_a_file_of_an_earlier_version_keeps_its_rows_as_they_stand(bench, loaded):
    bench.submit("AONE", loaded[0], "an owl")
    results.run(bench.context())
    header, first, *_ = bench.read("birds.results").splitlines()
    earlier = "\t".join("" if cell == '""' else cell for cell in first.split("\t"))
    dated = earlier.replace('\t\t\t\t\t\t"an owl"', '\t\t\t"Mon Mar 02 10:01:20 UTC 2026"\t\t\t"an owl"')
    bench.write("birds.results", f"{header}\n{dated}\n")
    cleanup.run(bench.context(), approve=True, expire=True)
    results.run(bench.context())

    assert dated != earlier
    assert bench.read("birds.results").splitlines()[1] == dated


def test_each_assignment_is_a_row(bench, loaded):
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, loaded[0], f"{worker} says owl")
    results.run(bench.context())

    done = [(row["workerid"], row["Answer.bird"]) for row in rows(bench) if row["assignmentid"]]
    assert done == [("AONE", "AONE says owl"), ("ATWO", "ATWO says owl")]


def test_tabs_newlines_and_quotes_in_an_answer_come_back_as_they_were_typed(bench, loaded):
    typed = 'one\ttwo\nthree "four"'
    bench.submit("AONE", loaded[0], typed.replace('"', "&quot;"))
    results.run(bench.context())

    assert rows(bench)[0]["Answer.bird"] == typed


def test_values_are_written_as_the_old_program_wrote_them(bench, loaded):
    bench.submit("AONE", loaded[0])
    results.run(bench.context())
    row = rows(bench)[0]

    assert (row["reward"], row["assignments"], row["assignmentstatus"]) == ("$0.10", "2", "Submitted")
    assert row["viewhit"] == f"http://127.0.0.1:8017/mturk/manageHIT?HITId={loaded[0]}"
    assert row["hitlifetime"].split()[4] == "UTC"


def test_all_answers_stand_in_one_column_when_asked_for(bench, loaded):
    bench.submit("AONE", loaded[0], "an owl")
    results.run(bench.context(), layout=Layout(pairs=True))
    first, second = rows(bench)[:2]

    assert list(first)[-3:] == ["feedback", "reject", "answers[question_id answer_value]"]
    assert first["answers[question_id answer_value]"] == "bird=an owl"
    assert second["answers[question_id answer_value]"] == "none"


def test_marks_and_feedback_survive_a_second_fetch(bench, loaded):
    first = bench.submit("AONE", loaded[0])
    results.run(bench.context())
    mark(bench, first, reject="no", feedback="Look again, please.")
    bench.submit("ATWO", loaded[0])
    results.run(bench.context())

    kept = {row["assignmentid"]: (row["reject"], row["feedback"]) for row in rows(bench)}
    assert kept[first] == ("no", "Look again, please.")


def mark(bench, assignment_id, *, reject, feedback):
    file = results_file.read(bench.folder / "birds.results")
    changed = [
        {**row, "reject": reject, "feedback": feedback} if row["assignmentid"] == assignment_id else row
        for row in file.rows
    ]
    answers = [name for name in file.columns if name.startswith("Answer.")]
    results_file.write(file.path, answers, changed)


def test_rejected_work_carries_its_mark(bench, loaded):
    one = bench.submit("AONE", loaded[0])
    decide.reject(bench.context(comment="no bird"), choice=Choice(assignments=[one]))
    results.run(bench.context())

    assert (rows(bench)[0]["reject"], rows(bench)[0]["feedback"]) == ("y", "no bird")


def test_rows_of_deleted_hits_stay_as_they_were_fetched(bench, loaded):
    bench.submit("AONE", loaded[0], "an owl")
    results.run(bench.context())
    before = rows(bench)[0]
    cleanup.run(bench.context(), approve=True, expire=True)
    results.run(bench.context())

    assert rows(bench)[0] == before


def test_the_work_of_deleted_hits_is_not_lost_to_another_layout(bench, loaded):
    bench.submit("AONE", loaded[0])
    results.run(bench.context())
    cleanup.run(bench.context(), approve=True, expire=True)

    with pytest.raises(RecordsError, match="other layout"):
        results.run(bench.context(), layout=Layout(pairs=True))


def test_a_results_file_that_cannot_be_read_is_not_overwritten(bench, loaded):
    bench.write("birds.results", 'hitid\tassignmentid\n"3A\t"broken')
    with pytest.raises(FileError, match=r"birds\.results:2"):
        results.run(bench.context())

    assert bench.read("birds.results") == 'hitid\tassignmentid\n"3A\t"broken'


def test_more_work_than_a_page_is_fetched_to_the_end(bench):
    bench.set("assignments", "120")
    bench.rows("owl.jpg")
    load.run(bench.context(), LoadRequest())
    hit_id = bench.hits()[0]["HITId"]
    for number in range(105):
        bench.submit(f"AWORKER{number}", hit_id)

    assert results.run(bench.context()).counts["completed"] == 105
    assert len(rows(bench)) == 105


def test_the_summary_says_how_much_is_done_and_how_long_it_took(bench, loaded):
    assignment = bench.accept("AONE", loaded[0])
    bench.later(seconds=40)
    work.submit(bench.store, assignment, "AONE", ANSWER.format("owl"), bench.market.now())
    summary = results.run(bench.context())

    assert "Assignments completed: 1/6 (17%)" in summary.lines
    assert any("Average submit time: 40." in line for line in summary.lines)


def test_the_answers_of_test_workers_are_marked_by_their_worker_id_and_counted(bench, loaded):
    tess, _ = accounts.add(bench.store, "tess", bench.market.now(), tests_for="")
    bench.submit(tess.worker_id, loaded[0])
    bench.submit("AONE", loaded[0])
    summary = results.run(bench.context())

    assert "1 answer by test workers, ATEST…" in summary.lines
    assert summary.counts["tests"] == 1
    marked = [row["workerid"].startswith("ATEST") for row in rows(bench) if row["workerid"]]
    assert sorted(marked) == [False, True]


def test_nothing_loaded_has_no_results(bench):
    with pytest.raises(RecordsError, match="nothing was loaded as birds"):
        results.run(bench.context())


def test_a_dry_run_writes_no_results(bench, loaded):
    results.run(bench.context(dry=True))
    assert not (bench.folder / "birds.results").exists()


@pytest.mark.parametrize("name", ["birds.success", "birds.input.success"])
def test_hits_of_the_old_tools_are_found_by_their_success_file(bench, loaded, name):
    receipt = bench.read("birds.success")
    for file in ("birds.success", "birds.journal"):
        (bench.folder / file).unlink()
    bench.write(name, receipt)

    assert results.run(bench.context()).counts["assignments"] == 6
    assert bench.read(name) == receipt


def lines(bench, name="birds.results"):
    return bench.read(name).split("\n")[1:-1]


def fetch_once(bench, label, text):
    """Load the survey under a label, have one HIT done, and fetch it into a file of both labels."""
    load.run(bench.context(), LoadRequest(label=label))
    hit_id = (bench.folder / f"{label}.success").read_text().split("\n")[1].split("\t")[0]
    bench.submit("AONE", hit_id, text)
    return fetch_into_one(bench, label)


def fetch_into_one(bench, label):
    success, output = bench.folder / f"{label}.success", bench.folder / "all.results"
    return results.run(bench.context(), success=success, output=output)


def test_rows_of_other_hits_stay_to_the_byte_and_are_counted(bench):
    first = fetch_once(bench, "august", "an owl")
    august = lines(bench, "all.results")
    second = fetch_once(bench, "september", "a jay")

    assert lines(bench, "all.results")[: len(august)] == august
    assert "3 rows of 3 other HITs kept." in second.lines
    assert ("kept" in first.counts, second.counts["kept"], second.counts["completed"]) == (False, 3, 1)


def test_rows_of_other_hits_stay_where_they_stand(bench):
    fetch_once(bench, "august", "an owl")
    fetch_once(bench, "september", "a jay")
    both = lines(bench, "all.results")
    fetch_into_one(bench, "august")
    fetch_into_one(bench, "september")

    assert lines(bench, "all.results") == both


def test_work_that_the_service_does_not_tell_keeps_its_row(bench, loaded):
    done = bench.submit("AONE", loaded[0])
    results.run(bench.context())
    copied = lines(bench)[0].replace(done, "3ELSEWHERE")
    bench.write("birds.results", bench.read("birds.results") + copied + "\n")
    results.run(bench.context())

    assert copied in lines(bench)
    assert len(rows(bench)) == 4


def test_columns_of_the_requesters_own_stay(bench, loaded):
    done = bench.submit("AONE", loaded[0])
    results.run(bench.context())
    header, *body = bench.read("birds.results").splitlines()
    bench.write("birds.results", "\n".join([f"{header}\tnote", *(f"{line}\tmine" for line in body)]) + "\n")
    later = bench.submit("ATWO", loaded[0])
    results.run(bench.context())

    notes = [(row["assignmentid"], row["note"]) for row in rows(bench)]
    assert notes == [(done, "mine"), (later, ""), ("", "mine"), ("", "mine")]


def test_the_work_of_other_hits_is_not_lost_to_another_layout(bench):
    fetch_once(bench, "august", "an owl")
    before = bench.read("all.results")
    load.run(bench.context(), LoadRequest(label="september"))

    success, output = bench.folder / "september.success", bench.folder / "all.results"
    with pytest.raises(RecordsError, match="other layout"):
        results.run(bench.context(), success=success, output=output, layout=Layout(pairs=True))
    assert bench.read("all.results") == before


def test_work_of_deleted_hits_counts_as_done(bench, loaded):
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, loaded[0])
    before = results.run(bench.context()).lines
    cleanup.run(bench.context(), approve=True, expire=True)
    after = results.run(bench.context()).lines

    assert "Assignments completed: 2/6 (33%)" in before
    assert "Assignments completed: 2/6 (33%)" in after


def test_where_nothing_is_known_there_is_no_share(bench, loaded):
    cleanup.run(bench.context(), approve=True, expire=True)

    assert "Assignments completed: 0/0" in results.run(bench.context()).lines


def test_no_field_of_a_page_takes_the_place_of_a_fixed_column(bench):
    bench.write("birds.question", PAGE)
    load.run(bench.context(), LoadRequest())
    answer = ANSWER.format("owl").replace(">bird<", "> Reject <")
    held = bench.accept("AONE", bench.hits()[0]["HITId"])
    work.submit(bench.store, held, "AONE", answer, bench.market.now())
    results.run(bench.context(), layout=Layout(prefix=""))

    first = rows(bench)[0]
    assert (first["reject"], first["Answer. Reject "]) == ("", "owl")


def test_what_has_not_changed_is_not_fetched_again(bench):
    load.run(bench.context(), LoadRequest())
    first, second, _ = (hit["HITId"] for hit in bench.hits())
    for hit_id in (first, second):
        bench.submit("AONE", hit_id)
    results.run(bench.context())
    bench.submit("ATWO", second)
    bench.strike.calls.clear()

    results.run(bench.context())

    assert bench.strike.calls.count("ListAssignmentsForHIT") == 1
    assert len(rows(bench)) == 4


def test_a_decision_is_seen_where_the_answers_are_not_fetched_again(bench):
    load.run(bench.context(), LoadRequest(maxhits=1))
    assignment = bench.submit("AONE", bench.hits()[0]["HITId"])
    results.run(bench.context())
    bench.client.reject_assignment(AssignmentId=assignment, RequesterFeedback="no")

    results.run(bench.context())

    assert [row["assignmentstatus"] for row in rows(bench)] == ["Rejected"]


@pytest.mark.parametrize(
    "text", ["", "{}\n", '{"version": 1, "marketplace": "OTHER"}\n["H", "r", []]\n', "\x00"]
)
def test_a_copy_that_is_not_as_it_was_written_is_worth_nothing(bench, text):
    load.run(bench.context(), LoadRequest(maxhits=1))
    bench.submit("AONE", bench.hits()[0]["HITId"])
    results.run(bench.context())
    before = bench.read("birds.results")
    bench.write("birds.results.fetched", text)

    results.run(bench.context())

    assert bench.read("birds.results") == before


def test_rows_that_were_taken_out_come_back_without_a_fetch(bench):
    load.run(bench.context(), LoadRequest(maxhits=1))
    bench.submit("AONE", bench.hits()[0]["HITId"])
    results.run(bench.context())
    before = bench.read("birds.results")
    bench.write("birds.results", before.splitlines()[0] + "\n")

    results.run(bench.context())

    assert bench.read("birds.results") == before
