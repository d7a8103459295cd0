from __future__ import annotations

import json

import pytest

from mturk_tasks import scaffold
from mturk_tasks.commands import check, load
from mturk_tasks.errors import FileError
from mturk_tasks.files import survey
from mturk_tasks.report import machine

LAYOUT = '<p>${picture}</p>\n<input name="bird">\n'


def warned(bench, capsys) -> list[str]:
    capsys.readouterr()
    check.run(bench.desk())
    return [line.partition("birds.")[2] for line in capsys.readouterr().err.splitlines()]


def layout(bench, text: str) -> None:
    (bench.folder / "birds.question").unlink(missing_ok=True)
    bench.write("birds.html", text)


def test_a_survey_in_order_has_nothing_to_warn_of_and_a_cost(bench, capsys):
    summary = check.run(bench.desk())

    assert summary.lines == (
        "birds: nothing to warn of.",
        "3 HITs with 2 assignments each at $0.10 would cost at most $0.72 with fees.",
    )
    assert (summary.exit_code, summary.counts) == (0, {"hits": 3, "assignments": 6, "warnings": 0})
    assert capsys.readouterr().err == ""


def test_nothing_is_created_and_only_the_balance_is_asked_for(bench):
    check.run(bench.desk())

    assert bench.strike.calls == 1
    assert sorted(path.suffix for path in bench.folder.iterdir()) == [".input", ".properties", ".question"]


def test_an_unknown_column_is_refused(bench):
    layout(bench, "<p>${pciture}</p>")
    with pytest.raises(FileError, match=r"birds\.html:1: \$\{pciture\} names no column"):
        check.run(bench.desk())


def test_a_column_that_nothing_uses_is_told(bench, capsys):
    bench.write("birds.input", "picture\tplace\nowl.jpg\tgarden\n")
    assert warned(bench, capsys) == [
        "input: column 'place' is used neither in the question nor in the properties"
    ]


def test_a_column_of_the_annotation_alone_is_used(bench, capsys):
    layout(bench, '<input name="bird">')
    assert warned(bench, capsys) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<p>${picture}</p>", "html: the page has no field with a name"),
        ("<form>${picture}\n<input name='bird'></form>", "html: the page cannot be submitted"),
        (LAYOUT * 2, "html:4: a second field is named 'bird'"),
        (LAYOUT + "<!-- ## -->\n--><p>", "html:3: what follows ## is a remark"),
    ],
    ids=["no field", "no button", "one name twice", "a remark"],
)
def test_what_keeps_workers_from_answering_is_told_in_its_line(bench, capsys, text, said):
    layout(bench, text)

    (warning,) = warned(bench, capsys)
    assert warning.startswith(said)


@pytest.mark.parametrize(
    ("reference", "cell", "warnings"),
    [
        ("${picture}", 'owl "Bubo"', 1),
        ("$picture", "owl & jay", 1),
        ("${picture_raw}", 'owl "Bubo"', 0),
        ("${picture}", "owl.jpg", 0),
    ],
)
def test_a_cell_that_a_script_would_see_escaped_is_told(bench, capsys, reference, cell, warnings):
    layout(bench, f"{LAYOUT}<script>\nvar bird = '{reference}';</script>\n")
    bench.rows("jay.jpg", cell)
    said = warned(bench, capsys)

    assert len(said) == warnings
    assert all("html:4:" in line and "write ${picture_raw}" in line for line in said)


def test_each_bucket_of_images_is_named_once_with_its_rule(bench, capsys):
    bench.rows("https://aves.s3.amazonaws.com/owl.jpg", "https://aves.s3.amazonaws.com/jay.jpg")

    (warning,) = warned(bench, capsys)
    assert warning.startswith("question: images in the S3 bucket 'aves'")
    assert warning.endswith('"AllowedOrigins": ["*"], "ExposeHeaders": []}]')


def test_a_load_says_the_same_and_goes_on(bench, capsys):
    layout(bench, "<p>${picture}</p>")
    load.run(bench.desk(), load.Request())

    assert "warning: " in capsys.readouterr().err
    assert len(bench.hits()) == 3


def test_warnings_are_items_for_programs(bench):
    layout(bench, LAYOUT * 2)
    document = json.loads(machine.document("check", "sandbox", check.run(bench.desk())))

    (item,) = document["items"]
    assert (document["ok"], item["status"]) == (True, "warning")
    assert item["id"].endswith("birds.html:4")


@pytest.mark.parametrize("sample", scaffold.samples())
def test_our_own_samples_have_nothing_to_warn_of(bench, capsys, sample):
    (source,) = scaffold.template("hit").glob(f"*/_samples/{sample}")
    desk = bench.desk()
    desk.survey = survey.of_folder(source, "survey")

    assert check.run(desk).counts["warnings"] == 0
