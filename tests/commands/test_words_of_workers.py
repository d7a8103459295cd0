"""What a worker types stops nothing: a file that was written here is read as it was written."""

from __future__ import annotations

import csv
import io
from xml.sax.saxutils import escape

import pytest

from mturk_tasks.commands.surveys import decide, load, results, review
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.errors import FileError
from mturk_tasks.files import results as results_file

TABS = "begin\n" + "\n".join("\t" * number for number in range(10, 120)) + "\nend"
AWKWARD = {
    "lines of tabs": TABS,
    "quotes": 'say "hi"\n"\n""\t"',
    "a lone quote": '"',
    "line ends": "a\nb\r\nc\rd\n",
    "separators": "a\u2028b\u2029c\x85d",
    "an open quote and a tab": '\t"\n\t"',
}


@pytest.fixture
def hit_ids(bench):
    load.run(bench.context(), LoadRequest())
    return [hit["HITId"] for hit in bench.hits()]


def submit(bench, worker, hit_id, text):
    typed = escape(text).replace("\r", "&#13;")
    return bench.submit(worker, hit_id, typed)


def path(bench):
    return bench.folder / "birds.results"


def answer_of(bench, assignment_id):
    return next(
        row["Answer.bird"]
        for row in results_file.read(path(bench)).rows
        if row["assignmentid"] == assignment_id
    )


def resave(bench, change=dict):
    """Save the file as a spreadsheet does: quotes only where they cannot be left out."""
    rows = [change(row) for row in results_file.read(path(bench)).rows]
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, list(rows[0]), delimiter="\t")
    writer.writeheader()
    writer.writerows(rows)
    path(bench).write_text(file.getvalue(), encoding="utf-8", newline="")


def marking(assignment_id):
    return lambda row: {
        **row,
        **({"reject": "x", "feedback": "No."} if row["assignmentid"] == assignment_id else {}),
    }


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("saved", [False, True], ids=["as written", "saved by a spreadsheet"])
def test_a_round_goes_through_whatever_was_typed(bench, hit_ids, text, saved):
    good, bad = submit(bench, "AONE", hit_ids[0], text), submit(bench, "ATWO", hit_ids[0], text)
    results.run(bench.context())
    assert answer_of(bench, good) == text
    if saved:
        resave(bench, marking(bad))
    else:
        rows = [marking(bad)(row) for row in results_file.read(path(bench)).rows]
        results_file.write(path(bench), ["Answer.bird"], rows)
    review.run(bench.context())
    later = submit(bench, "ATHREE", hit_ids[1], text)
    decide.approve(bench.context())
    results.run(bench.context(), kinds=("csv",))
    results.run(bench.context(), kinds=("csv",))

    assert bench.statuses() == ["Approved", "Approved", "Rejected"]
    assert [answer_of(bench, one) for one in (good, bad, later)] == [text] * 3


def test_an_answer_that_looks_like_a_row_of_later_work_stops_nothing(bench, hit_ids):
    later = bench.accept("AONE", hit_ids[1])
    forged = f"x\n{hit_ids[1]}" + "\t" * 18 + later + "\t" * 11 + "\ny"
    first = submit(bench, "AONE", hit_ids[0], forged)
    results.run(bench.context())
    resave(bench)
    second = finish(bench, later)
    review.run(bench.context())
    results.run(bench.context())

    assert answer_of(bench, first) == forged
    assert answer_of(bench, second) == "owl"


def finish(bench, assignment_id):
    from mturk_tasks.marketplace.worker import work
    from tests.bench import ANSWER

    work.submit(bench.store, assignment_id, "AONE", ANSWER.format("owl"), bench.market.now())
    return assignment_id


@pytest.mark.parametrize("act", [review.run, decide.approve, decide.reject, results.run])
def test_a_quote_typed_into_an_answer_is_told_before_marks_are_lost(bench, hit_ids, act):
    """The rows below it have become part of one cell: their work would be paid in spite of its marks."""
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, hit_ids[0])
    results.run(bench.context())
    resave(bench, lambda row: {**row, "Answer.bird": row["Answer.bird"] and "owl!"})
    first, second = path(bench).read_text(encoding="utf-8").split("owl!")[:2]
    path(bench).write_text(f'{first}"owl{second}owl"\n', encoding="utf-8")

    with pytest.raises(FileError, match=r"birds\.results:2: a quote opened here swallows whole rows"):
        act(bench.context())
    assert bench.statuses() == ["Submitted"] * 2
