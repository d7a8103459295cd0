from __future__ import annotations

import openpyxl
import pytest
from sqlalchemy import update

from mturk_tasks.commands.surveys import load, results, review
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.files import results as results_file
from mturk_tasks.marketplace.storage import schema
from mturk_tasks.markup.answers import Answer, build

ODD = "=cmd|' /C calc'!A0\twith\ntabs"


@pytest.fixture
def hit(bench):
    load.run(bench.context(), LoadRequest())
    return bench.hits()[0]["HITId"]


def fetched(bench, kind: str = "xlsx"):
    results.run(bench.context(), kinds=(kind,))
    return bench.folder / f"birds.results.{kind}"


def test_a_workbook_is_written_beside_the_results(bench, hit):
    bench.submit("AONE", hit, "=1+1")
    sheet = openpyxl.load_workbook(fetched(bench)).active
    names = [cell.value for cell in sheet[1]]

    assert sheet.cell(2, names.index("Answer.bird") + 1).value == "=1+1"
    assert sheet.cell(2, names.index("Input.picture") + 1).value == "owl.jpg"
    assert "Reject" not in names


def test_a_workbook_is_written_anew_with_new_work(bench, hit):
    for worker in ("AONE", "ATWO"):
        bench.submit(worker, hit)
        path = fetched(bench)

    assert openpyxl.load_workbook(path).active.max_row == 3
    assert len(list(bench.folder.glob("*.xlsx"))) == 1


def test_a_workbook_that_somebody_has_changed_is_kept(bench, hit, capsys):
    bench.submit("AONE", hit)
    book = openpyxl.load_workbook(fetched(bench))
    book.active["A2"] = "my note"
    book.save(bench.folder / "birds.results.xlsx")
    path = fetched(bench)
    (kept,) = set(bench.folder.glob("birds.results.*.xlsx"))

    assert openpyxl.load_workbook(kept).active["A2"].value == "my note"
    assert openpyxl.load_workbook(path).active["A2"].value == hit
    assert f"it is kept as {kept.name}" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["csv", "jsonl", "xlsx"])
def test_what_a_worker_names_stands_on_one_line_of_every_file(bench, hit, kind):
    bench.submit("AONE", hit)
    with bench.store.writing() as db:  # as a page in a frame may name its fields
        db.execute(update(schema.assignment).values(answer=build([Answer(ODD, free_text="x")])))
    path = fetched(bench, kind)
    name = "Answer.=cmd|' /C calc'!A0%09with%0Atabs"

    assert name in results_file.read(bench.folder / "birds.results").columns
    if kind == "xlsx":
        assert name in [cell.value for cell in openpyxl.load_workbook(path).active[1]]
    else:
        assert name in path.read_text().splitlines()[0]
    results.run(bench.context(), kinds=(kind,))
    review.run(bench.context())
    assert bench.statuses() == ["Approved"]
