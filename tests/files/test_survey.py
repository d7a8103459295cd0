from __future__ import annotations

import pytest

from mturk_tasks.errors import FileError, UsageError
from mturk_tasks.files import survey


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "birds"
    made.mkdir()
    return made


def put(folder, *names: str) -> None:
    for name in names:
        (folder / name).touch()


def test_a_survey_is_three_files(folder):
    birds = survey.of_folder(folder, "birds")

    assert birds.input == folder / "birds.input"
    assert birds.properties == folder / "birds.properties"
    assert birds.question == folder / "birds.question"


@pytest.mark.parametrize(
    ("files", "name", "found"),
    [
        pytest.param([], "", "birds", id="none there: the folder's name"),
        pytest.param(["gulls.properties"], "", "gulls", id="the only one"),
        pytest.param(["mturk.properties"], "", "birds", id="an old configuration is no survey"),
        pytest.param(["mturk.properties", "gulls.properties"], "", "gulls", id="beside an old configuration"),
        pytest.param(["a.properties", "birds.properties"], "", "birds", id="of several, the folder's name"),
        pytest.param(["a.properties", "b.properties"], "b", "b", id="the one named"),
        pytest.param(["a.properties"], "c", "c", id="the one named, though it is not there yet"),
    ],
)
def test_the_survey_of_a_folder_is_found(folder, files, name, found):
    put(folder, *files)

    assert survey.find(folder, name) == survey.of_folder(folder, found)


def test_the_working_folder_is_called_by_its_own_name(folder, monkeypatch):
    monkeypatch.chdir(folder)

    assert survey.find(folder.relative_to(folder)).name == "birds"


def test_several_surveys_of_other_names_must_be_told_apart(folder):
    put(folder, "b.properties", "a.properties")

    with pytest.raises(UsageError, match=r"holds several surveys \(a, b\).*mturk: name: a"):
        survey.find(folder)


@pytest.mark.parametrize(
    ("files", "rows", "question", "doubles"),
    [
        (["birds.csv", "birds.html"], "birds.csv", "birds.html", []),
        (["birds.csv", "birds.question"], "birds.csv", "birds.question", []),
        (["birds.input", "birds.html"], "birds.input", "birds.html", []),
        (["birds.input", "birds.csv", "birds.html"], "birds.input", "birds.html", ["birds.csv"]),
        (
            ["birds.html", "birds.question", "birds.results.csv"],
            "birds.input",
            "birds.question",
            ["birds.html"],
        ),
    ],
    ids=["both", "an input", "a layout", "two inputs", "two questions"],
)
def test_files_of_the_web_site_are_found_where_ours_are_not(folder, files, rows, question, doubles):
    put(folder, *files)
    birds = survey.of_folder(folder, "birds")

    assert (birds.input.name, birds.question.name) == (rows, question)
    assert [path.name for path in birds.doubles] == doubles


def test_a_set_has_its_receipt_first_and_its_journal_last(folder):
    files = survey.set_files(folder, "second wave")

    assert [path.name.removeprefix("second wave.") for path in files.all] == [
        "success",
        "failure",
        "results",
        "results.csv",
        "results.jsonl",
        "results.xlsx",
        "results.tidy.csv",
        "results.parquet",
        "results.fetched",
        "drafts",
        "files",
        "report.html",
        "labels.csv",
        "votes.csv",
        "quality.csv",
        "dataset",
        "dataset.zip",
        "participants.csv",
        "links.csv",
        "links.html",
        "prolific.yaml",
        "journal",
    ]
    assert {path.parent for path in files.all} == {folder}


@pytest.mark.parametrize("label", ["birds", "2", "wave-2", "wave_2.sandbox", "a b", "märz", "me@home"])
def test_a_label_may_be_part_of_a_file_name(folder, label):
    assert survey.set_files(folder, label).label == label


def test_a_label_may_lead_to_another_folder(folder):
    files = survey.set_files(folder, "exp/size")
    assert files.success == folder / "exp" / "size.success"


@pytest.mark.parametrize("label", ["", "..", "a/", ".hidden", "-x", " x", "a\nb", "a\tb", "a*", "a\0"])
def test_any_other_label_is_refused(folder, label):
    with pytest.raises(UsageError, match="cannot name files"):
        survey.set_files(folder, label)


@pytest.mark.parametrize(
    "content",
    [
        "hitid\thittypeid\n3A\t3T\n3B\t3T\n",
        "hittypeid\thitid\n3T\t3A\n3T\t3B\n",
        '"hitid"\t"hittypeid"\r\n"3A"\t"3T"\r\n"3B"\t"3T"\r\n',
        "HITId\tHITTypeId\n3A\t3T\n3B\t3T\n",
        "hitid\n 3A \n\n3B\n",
        "hitid\thittypeid\n3A\t3T\nhitid\thittypeid\n3B\t3T\n3A\t3T\n",
        "\ufeffhitid\thittypeid\r\n3A\t3T\r\n3B\t3T\r\n",
    ],
    ids=["plain", "other order", "quotes", "capitals", "one column", "put together", "from a spreadsheet"],
)
def test_the_ids_of_a_success_file_are_read_each_once(folder, content):
    path = folder / "birds.success"
    path.write_text(content, newline="")

    assert survey.read_success(path) == ["3A", "3B"]


def test_a_success_file_in_utf_16_is_read(folder):
    path = folder / "birds.success"
    path.write_bytes("hitid\thittypeid\r\n3A\t3T\r\n".encode("utf-16"))

    assert survey.read_success(path) == ["3A"]


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("hitid\thittypeid\n3A\t3T\n\t3T\n3B\t3T\n", 3, "has no hitid"),
        ('hitid\thittypeid\n3A\t"3T\n3B\t3T"\n', 2, "swallows rows below"),
        ('hitid\thittypeid\n3A\t3T\n3B\t"3T\n', 3, "never closes"),
    ],
    ids=["no ID", "two rows in one cell", "odd quote"],
)
def test_a_success_file_that_would_lose_a_hit_is_refused_in_its_line(folder, content, line, what):
    path = folder / "birds.success"
    path.write_text(content)

    with pytest.raises(FileError, match=f":{line}: .*{what}"):
        survey.read_success(path)


def test_a_success_file_needs_its_column(folder):
    path = folder / "birds.success"
    path.write_text("3A\t3T\n3B\t3T\n")

    with pytest.raises(FileError, match=":1: has no column hitid"):
        survey.read_success(path)
