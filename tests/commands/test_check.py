from __future__ import annotations

import json
import re

import pytest

from mturk_tasks import scaffold
from mturk_tasks.commands.surveys import check, load
from mturk_tasks.console import summary
from mturk_tasks.errors import FileError
from mturk_tasks.files import survey
from mturk_tasks.markup.layout import html_question

LAYOUT = '<p>${picture}</p>\n<input name="bird">\n'


def warned(bench, capsys) -> list[str]:
    capsys.readouterr()
    check.run(bench.context())
    return [line.partition("birds.")[2] for line in capsys.readouterr().err.splitlines()]


def layout(bench, text: str) -> None:
    (bench.folder / "birds.question").unlink(missing_ok=True)
    bench.write("birds.html", text)


def test_a_survey_in_order_has_nothing_to_warn_of_and_a_cost(bench, capsys):
    summary = check.run(bench.context())

    assert summary.lines == (
        "birds: nothing to warn of.",
        "3 HITs with 2 assignments each at $0.10 would cost at most $0.72 with fees.",
    )
    assert (summary.exit_code, summary.counts) == (0, {"hits": 3, "assignments": 6, "warnings": 0})
    assert capsys.readouterr().err == ""


def test_nothing_is_created_and_only_the_balance_is_asked_for(bench):
    check.run(bench.context())

    assert bench.strike.calls == ["GetAccountBalance"]
    assert sorted(path.suffix for path in bench.folder.iterdir()) == [".input", ".properties", ".question"]


def document(bench, page: str) -> None:
    bench.write("birds.question", html_question(page))


def test_an_unknown_column_is_refused(bench):
    layout(bench, "<p>${pciture}</p>")
    with pytest.raises(FileError, match=r"birds\.html:1: \$\{pciture\} names no column"):
        check.run(bench.context())


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
        ("<p>${picture}<script src='birds.js'></script></p>", "html: the page has no field with a name"),
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
    document(bench, f"<form>{LAYOUT}<button>Go</button><script>\nvar bird = '{reference}';</script></form>\n")
    bench.rows("jay.jpg", cell)
    said = warned(bench, capsys)

    assert len(said) == warnings
    assert all("question:4:" in line and "write ${picture_raw}" in line for line in said)


def test_each_bucket_of_images_is_named_once_with_its_rule(bench, capsys):
    bench.rows("https://aves.s3.amazonaws.com/owl.jpg", "https://aves.s3.amazonaws.com/jay.jpg")

    (warning,) = warned(bench, capsys)
    assert warning.startswith("question: images in the S3 bucket 'aves'")
    assert warning.endswith('"AllowedOrigins": ["*"], "ExposeHeaders": []}]')


def test_a_load_says_the_same_and_goes_on(bench, capsys):
    layout(bench, LAYOUT * 2)
    load.run(bench.context(), load.LoadRequest())

    assert "warning: " in capsys.readouterr().err
    assert len(bench.hits()) == 3


def test_warnings_are_items_for_programs(bench):
    layout(bench, LAYOUT * 2)
    document = json.loads(summary.document("check", "sandbox", check.run(bench.context())))

    (item,) = document["items"]
    assert (document["ok"], item["status"]) == (True, "warning")
    assert item["id"].endswith("birds.html:4")


@pytest.mark.parametrize("cell", ["<b>owl</b>", "a &amp; b", "</p>", "&#8217;", "<!-- x -->"])
def test_a_column_with_markup_is_told_with_what_is_made_of_it(bench, capsys, cell):
    bench.rows("jay.jpg", cell)
    (escaped,) = warned(bench, capsys)
    layout(bench, LAYOUT)
    (raw,) = warned(bench, capsys)

    assert escaped.startswith("input:3: column 'picture' holds markup, which workers read as text")
    assert "${picture_raw}" in escaped
    assert raw.startswith("input:3: column 'picture' holds markup, which is taken as it is;")


@pytest.mark.parametrize("cell", ["1 < 2 > 0", "AT&T", "a <- b", "x & y; z"])
def test_a_cell_with_signs_alone_holds_no_markup(bench, capsys, cell):
    bench.rows(cell)
    assert warned(bench, capsys) == []


def test_a_column_that_is_put_in_raw_is_no_news(bench, capsys):
    document(bench, "<form><p>${picture_raw}</p><input name='bird'><button>Go</button></form>")
    bench.rows("<b>owl</b>")

    assert warned(bench, capsys) == []


def test_rows_that_say_the_same_are_pointed_out(bench, capsys):
    bench.rows("owl.jpg", "jay.jpg", "owl.jpg")
    (one,) = warned(bench, capsys)
    bench.rows("owl.jpg", "owl.jpg", "owl.jpg")
    (several,) = warned(bench, capsys)

    assert one.startswith(
        "input:4: says the same as a row above it; each row is a HIT of its own and paid for"
    )
    assert several.startswith("input:3: 2 rows say the same as rows above them (lines 3, 4);")


HINDERED = {
    "a drawing tool": (
        "<crowd-form>${picture}\n<crowd-polygon name='p'></crowd-polygon></crowd-form>",
        r"birds\.html:2: workers of this marketplace cannot draw in a crowd-polygon yet; nobody could submit",
    ),
    "a list": (
        "<crowd-form>${picture}\n<crowd-classifier name=c categories='[Yes, No]'></crowd-classifier>"
        "</crowd-form>",
        r"birds\.html:2: the categories of a crowd-classifier cannot be read: \[Yes, No\]; write them as",
    ),
    "no field": (
        "<p>${picture}</p>",
        r"birds\.html: the page has no field with a name.* nobody could submit",
    ),
}


@pytest.mark.parametrize(("text", "said"), HINDERED.values(), ids=HINDERED)
def test_a_hit_that_nobody_can_submit_is_refused_unless_it_is_wanted_anyway(bench, capsys, text, said):
    layout(bench, text)
    for refusing in (
        lambda: check.run(bench.context()),
        lambda: load.run(bench.context(), load.LoadRequest()),
    ):
        with pytest.raises(FileError, match=said):
            refusing()
    assert bench.hits() == []

    load.run(bench.context(), load.LoadRequest(anyway=True))
    assert len(bench.hits()) == 3
    assert re.search(said, capsys.readouterr().err)


def test_a_list_that_one_row_makes_unreadable_is_found_among_many(bench):
    page = '<crowd-form><crowd-classifier name=c categories="${picture}"></crowd-classifier></crowd-form>'
    layout(bench, page)
    bench.rows(*(f"['owl', 'bird {number}']" for number in range(40)), "['owl'")

    with pytest.raises(FileError, match=r"cannot be read: \['owl';.*\(with line 42 of birds\.input\)"):
        check.run(bench.context())


@pytest.mark.parametrize("key", ["title", "description", "keywords"])
def test_what_a_new_folder_leaves_to_its_author_is_asked_for(bench, key):
    bench.set(key, "TODO")
    for refusing in (
        lambda: check.run(bench.context()),
        lambda: load.run(bench.context(), load.LoadRequest(anyway=True)),
    ):
        with pytest.raises(FileError, match=rf"birds\.properties:9: {key} is still TODO"):
            refusing()


@pytest.mark.parametrize("sample", scaffold.samples())
def test_our_own_samples_have_nothing_to_warn_of(bench, capsys, sample):
    (source,) = scaffold.template("hit").glob(f"*/_samples/{sample}")
    context = bench.context()
    context.survey = survey.of_folder(source, "survey")

    assert check.run(context).counts["warnings"] == 0
