"""Files of the web site's requesters: an HTML layout, a comma-separated input, its batch download."""

from __future__ import annotations

import csv
import json

import pytest

from mturk_tasks.commands.surveys import cleanup, decide, load, rehearse, results, review
from mturk_tasks.errors import FileError, RecordsError, ServiceError
from mturk_tasks.files import exports
from mturk_tasks.files import results as results_file
from mturk_tasks.markup.frames import read_frame

pytestmark = pytest.mark.walk

LAYOUT = '<h1>${picture}</h1>\n<p>${where}</p>\n<input name="bird">\n'
ROWS = 'picture,where\nowl.jpg,"barn, roof"\njay.jpg,<wood>\nwren.jpg,\n'


@pytest.fixture
def project(bench):
    """A survey as it was on the web site: no tabs, no XML."""
    for name in ("birds.question", "birds.input"):
        (bench.folder / name).unlink()
    bench.write("birds.html", LAYOUT)
    bench.write("birds.csv", ROWS)
    return bench


def loaded(bench) -> list[str]:
    load.run(bench.context(), load.LoadRequest())
    return [line.split("\t")[0] for line in bench.read("birds.success").splitlines()[1:]]


def downloaded(bench) -> list[dict[str, str]]:
    results.run(bench.context(), kinds=("csv",))
    with (bench.folder / "birds.results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mark(bench, assignment_id: str, **marks: str) -> None:
    rows = [row | marks if row["AssignmentId"] == assignment_id else row for row in downloaded(bench)]
    with (bench.folder / "birds.results.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_a_project_of_the_web_site_is_loaded(project):
    hit_ids = loaded(project)
    questions = {hit["HITId"]: hit["Question"] for hit in project.hits()}

    page = read_frame(questions[hit_ids[1]]).page
    assert "<h1>jay.jpg</h1>\n<p><wood></p>" in page
    assert '<button type="submit"' in page


def test_a_cell_goes_in_as_it_is_whether_or_not_it_is_asked_for_raw(project):
    project.write("birds.html", LAYOUT.replace("${where}", "${where_raw}"))
    loaded(project)

    assert any("<p><wood></p>" in hit["Question"] for hit in project.hits())


def test_a_field_that_stands_in_a_cell_is_answered_by_simulated_workers(project):
    project.write("birds.html", "<h1>${picture}</h1>\n${where}\n")
    project.write("birds.csv", 'picture,where\nowl.jpg,"<input name=""nest""><input name=""call"">"\n')
    loaded(project)
    rehearse.run(project.context(), rehearse.RehearseRequest(workers=1))

    (row,) = downloaded(project)
    assert row["Answer.nest"]
    assert row["Answer.call"]


@pytest.mark.parametrize(
    ("layout", "cell", "expected"),
    [
        ("<p title=${where}>", "[[1]]", "<p title=[[1]]>"),
        ("<p>a${where}>b", "]]", "<p>a]]>b"),
        ("<script>x = '${where}';</script>", "]]>&amp;<b>", "<script>x = ']]>&amp;<b>';</script>"),
    ],
)
def test_what_ends_a_cdata_section_comes_through_wherever_it_comes_from(project, layout, cell, expected):
    project.write("birds.html", f"{layout}<input name='bird'>")
    project.write("birds.csv", f"picture,where\nowl.jpg,{cell}\n")
    loaded(project)

    (hit,) = project.hits()
    assert expected in read_frame(hit["Question"]).page


def test_a_document_in_a_file_called_html_stays_one(project):
    (project.folder / "birds.html").unlink()
    project.write("birds.html", '<HTMLQuestion xmlns="x">\n</HTMLQuestion>')

    with pytest.raises(FileError, match=r"birds\.html:1: .*needs xmlns"):
        loaded(project)


@pytest.mark.parametrize(
    ("name", "stands_beside"), [("birds.input", "birds.csv"), ("birds.question", "birds.html")]
)
def test_two_files_for_one_thing_are_refused(project, name, stands_beside):
    project.write(name, "picture\n")
    with pytest.raises(FileError, match=rf"{stands_beside}: stands beside {name}"):
        loaded(project)


def test_two_inputs_do_not_keep_from_fetching_the_work(project):
    loaded(project)
    project.rows("owl.jpg")

    assert results.run(project.context()).counts["assignments"] == 6


def test_rows_that_fail_go_into_the_failure_file_as_they_stand(project):
    project.strike.call = 3  # after the balance and the HIT type, the first row
    project.strike.fault = lambda: ServiceError("create_hit", "No", "no owls")
    loaded(project)

    assert project.read("birds.failure") == 'picture,where\nowl.jpg,"barn, roof"\n'


def test_a_download_has_each_answer_with_its_input(project):
    hit_ids = loaded(project)
    project.submit("AONE", hit_ids[0], "owl")
    project.submit("ATWO", hit_ids[1], "jay")

    rows = downloaded(project)
    assert [(row["Input.picture"], row["Input.where"], row["Answer.bird"]) for row in rows] == [
        ("owl.jpg", "barn, roof", "owl"),
        ("jay.jpg", "<wood>", "jay"),
    ]
    assert list(rows[0])[-5:] == ["Input.picture", "Input.where", "Answer.bird", "Approve", "Reject"]
    assert (rows[0]["Reward"], rows[0]["AssignmentStatus"]) == ("$0.10", "Submitted")


def test_json_lines_say_the_same_as_the_csv(project):
    project.submit("AONE", loaded(project)[0])
    rows = downloaded(project)
    results.run(project.context(), kinds=("jsonl",))

    assert [json.loads(line) for line in project.read("birds.results.jsonl").splitlines()] == rows


def test_the_results_file_is_written_too_and_keeps_its_marks(project):
    hit_ids = loaded(project)
    project.submit("AONE", hit_ids[0])
    results.run(project.context())
    path = project.folder / "birds.results"
    before = results_file.read(path)
    results_file.write(path, ["Answer.bird"], [{**row, "reject": "x"} for row in before.rows])
    project.submit("ATWO", hit_ids[0])
    downloaded(project)

    assert [row["reject"] for row in results_file.read(path).rows if row["assignmentid"]] == ["x", ""]


def test_work_on_deleted_hits_is_in_the_download(project):
    project.submit("AONE", loaded(project)[0])
    results.run(project.context())
    cleanup.run(project.context(), approve=True, expire=True)

    (row,) = downloaded(project)
    assert (row["WorkerId"], row["Input.picture"]) == ("AONE", "owl.jpg")


def test_inputs_that_are_no_longer_there_stay_blank(project):
    hit_ids = loaded(project)
    for hit_id in hit_ids[:2]:
        project.submit("AONE", hit_id)
    project.write("birds.csv", "picture,where\njay.jpg,<wood>\n")

    assert [row["Input.picture"] for row in downloaded(project)] == ["", "jay.jpg"]


def test_without_the_input_its_columns_are_left_out_and_that_is_said(project, capsys):
    project.submit("AONE", loaded(project)[0])
    (project.folder / "birds.csv").unlink()

    (row,) = downloaded(project)
    assert [name for name in row if name.startswith("Input.")] == []
    assert "the columns of the input are left out" in capsys.readouterr().err


def test_marks_in_a_download_survive_the_next_one(project):
    one = project.submit("AONE", loaded(project)[0])
    mark(project, one, Approve="x")

    assert [row["Approve"] for row in downloaded(project)] == ["x"]


@pytest.mark.parametrize("decide_all", [review.run, decide.approve], ids=["review", "approve"])
def test_work_marked_for_rejection_in_a_download_alone_is_not_approved(project, decide_all):
    one = project.submit("AONE", loaded(project)[0])
    mark(project, one, Reject="No bird.")

    with pytest.raises(
        RecordsError, match=r"1 rejection marked in .*birds\.results\.csv and not in birds\.r"
    ):
        decide_all(project.context())
    assert project.statuses() == ["Submitted"]


def test_decided_work_may_keep_its_mark_in_the_download(project):
    one = project.submit("AONE", loaded(project)[0])
    decide.approve(project.context())
    mark(project, one, Reject="too late")

    assert review.run(project.context()).counts["decided"] == 1


def test_a_download_that_cannot_be_read_stays_and_nothing_is_fetched(project):
    loaded(project)
    project.write("birds.results.csv", "AssignmentId,Reject\n1,2,3\n")

    with pytest.raises(FileError, match=r"birds\.results\.csv:2: has 3 cells"):
        results.run(project.context(), kinds=("csv",))
    assert not (project.folder / "birds.results").exists()


def test_a_dry_run_writes_no_download(project):
    loaded(project)
    results.run(project.context(dry=True), kinds=("csv",))

    assert not (project.folder / "birds.results.csv").exists()


def test_the_download_goes_aside_with_its_set(project):
    project.submit("AONE", loaded(project)[0])
    downloaded(project)
    cleanup.run(project.context(), approve=True, expire=True)
    load.run(project.context(), load.LoadRequest())

    aside = [path.name for path in project.folder.glob("birds.2*.results.csv")]
    assert len(aside) == 1
    assert not (project.folder / "birds.results.csv").exists()


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_download_drops_no_row_and_no_column_that_it_holds(project, kind):
    hit_ids = loaded(project)
    first = project.submit("AONE", hit_ids[0])
    results.run(project.context(), kinds=(kind,))
    path = project.folder / f"birds.results.{kind}"
    rows = exports.marks(path)
    cells = {**rows[first], "note": "mine"}
    exports.write_export(path, list(cells), [cells, cells | {"AssignmentId": "3ELSEWHERE", "Input.old": "x"}])
    project.submit("ATWO", hit_ids[0])
    results.run(project.context(), kinds=(kind,))

    found = exports.marks(path)
    assert (len(found), found[first]["note"]) == (3, "mine")
    assert (found["3ELSEWHERE"]["note"], found["3ELSEWHERE"]["Answer.bird"]) == ("mine", "owl")
    assert list(found[first])[-2:] == ["Approve", "Reject"]
