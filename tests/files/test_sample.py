from __future__ import annotations

import pytest

from mturk_tasks.errors import FileError, UsageError
from mturk_tasks.files import inputs


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "birds"
    made.mkdir()
    for name, text in (("input", "bird\nrobin\n"), ("properties", "title: x\n"), ("question", "<a/>")):
        (made / f"birds.{name}").write_text(text, encoding="utf-8")
    return made


def test_a_survey_folder_gives_its_three_files(folder):
    for left in ("birds.success", "birds.journal", "birds.results", "run.sh", "mturk.properties"):
        (folder / left).touch()

    assert inputs.of_folder(folder) == (
        "birds",
        {"input": b"bird\nrobin\n", "properties": b"title: x\n", "question": b"<a/>"},
    )


def test_properties_of_the_old_tools_become_utf_8(folder):
    (folder / "birds.properties").write_bytes("title: Vögel\n".encode("cp1252"))

    assert inputs.of_folder(folder)[1]["properties"].decode() == "title: Vögel\n"


def test_what_is_missing_is_said_all_at_once(folder):
    (folder / "birds.input").unlink()
    (folder / "birds.question").write_bytes(b"")

    with pytest.raises(FileError) as refused:
        inputs.of_folder(folder)
    assert [problem.text for problem in refused.value.problems] == ["is not there", "is empty"]


def test_a_file_that_is_there_twice_is_refused(folder):
    (folder / "birds.html").write_text("<p>", encoding="utf-8")

    with pytest.raises(FileError, match=r"birds\.html: says the same as another file there"):
        inputs.of_folder(folder)


def test_what_is_no_folder_is_refused(folder):
    with pytest.raises(FileError, match="is no folder of a survey"):
        inputs.of_folder(folder / "birds.input")


def test_of_several_surveys_none_is_chosen(folder):
    (folder / "birds.properties").rename(folder / "a.properties")
    (folder / "b.properties").touch()

    with pytest.raises(UsageError, match="holds several surveys"):
        inputs.of_folder(folder)


def test_a_layout_and_its_rows_are_taken_as_they_are(tmp_path):
    layout, rows = tmp_path / "page.htm", tmp_path / "batch 7.csv"
    layout.write_bytes(b"<p>\r\n")
    rows.write_bytes(b"a,b\r\n1,2\r\n")

    assert inputs.of_page(layout, rows) == ("page.htm", {"html": b"<p>\r\n", "csv": b"a,b\r\n1,2\r\n"})


def test_rows_that_cannot_be_read_are_refused_at_once(tmp_path):
    (tmp_path / "page.html").write_bytes(b"<p>")
    (tmp_path / "rows.csv").write_bytes(b"a,b\n1\n")

    with pytest.raises(FileError, match=r"rows\.csv:2: has 1 of 2 cells"):
        inputs.of_page(tmp_path / "page.html", tmp_path / "rows.csv")
