from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from mturk_tasks.commands.surveys import preview
from mturk_tasks.commands.surveys.preview import PreviewRequest, span
from mturk_tasks.errors import FileError, UsageError
from tests.bench import QUESTION, Bench

DATA = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"
PAGE = (
    f'<HTMLQuestion xmlns="{DATA}/2011-11-11/HTMLQuestion.xsd"><HTMLContent><![CDATA[<!DOCTYPE html>'
    "<p title=\"${picture}\">It's a 'bird' &amp; \"more\"</p><input name='bird'>]]></HTMLContent>"
    "<FrameHeight>450</FrameHeight></HTMLQuestion>"
)
EXTERNAL = (
    f'<ExternalQuestion xmlns="{DATA}/2006-07-14/ExternalQuestion.xsd">'
    "<ExternalURL>https://example.org/bird?picture=${picture}</ExternalURL>"
    "<FrameHeight>0</FrameHeight></ExternalQuestion>"
)


def seen(bench: Bench, request: PreviewRequest | None = None) -> html.HtmlElement:
    """Preview, and return the page."""
    (file,) = preview.run(bench.context(), request or PreviewRequest()).files
    return html.document_fromstring(file.read_text(encoding="utf-8"))


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_the_offer_is_shown_as_a_worker_is_told_it(bench):
    header = seen(bench).find(".//header")
    terms = {words(one.find("dt")): words(one.find("dd")) for one in header.findall("dl/div")}

    assert words(header.find("h1")) == "Name the bird"
    assert "One picture, one name" in words(header)
    assert terms == {"Reward": "$0.10", "Time allotted": "10 minutes", "Keywords": "birds, pictures"}


def test_the_first_row_is_shown_with_its_cells(bench):
    page = seen(bench)

    assert [words(one) for one in page.iterfind(".//h2")] == ["Row 1 of 3"]
    assert "Which bird is in owl.jpg?" in words(page)
    assert page.find(".//textarea") is not None


def test_another_row_is_shown_by_its_number(bench):
    page = seen(bench, PreviewRequest(row=3))
    assert ("Row 3 of 3" in words(page), "wren.jpg" in words(page), "owl.jpg" in words(page)) == (
        True,
        True,
        False,
    )


def test_all_rows_are_shown_with_links_from_one_to_the_other(bench):
    page = seen(bench, PreviewRequest(every=True))
    targets = {one.get("href") for one in page.iterfind(".//nav//a")}

    assert [one.get("id") for one in page.iterfind(".//section[@class='row']")] == ["row-1", "row-2", "row-3"]
    assert targets == {"#row-1", "#row-2", "#row-3"}
    assert len({one.get("name") for one in page.iterfind(".//textarea")}) == 3


def test_maxhits_limits_all_rows(bench):
    assert preview.run(bench.context(), PreviewRequest(every=True, maxhits=2)).counts == {"previewed": 2}


@pytest.mark.parametrize(
    ("request_", "match"),
    [
        (PreviewRequest(row=4), "3 rows; there is no row 4"),
        (PreviewRequest(row=1, every=True), "exclude each other"),
    ],
    ids=["no such row", "row and all"],
)
def test_a_row_that_is_not_there_is_refused_and_nothing_is_written(bench, request_, match):
    with pytest.raises(UsageError, match=match):
        preview.run(bench.context(), request_)
    assert not (bench.folder / "preview.html").exists()


def test_nothing_is_called_and_nothing_is_noted(bench):
    bench.strike.call = 1
    preview.run(bench.context(), PreviewRequest())

    assert bench.strike.calls == []
    assert not bench.home.exists()
    assert sorted(path.suffix for path in bench.folder.iterdir()) == [
        ".html",
        ".input",
        ".properties",
        ".question",
    ]


def test_a_dry_run_writes_no_page(bench):
    summary = preview.run(bench.context(dry=True), PreviewRequest())

    assert "would show 1 HIT" in summary.lines[0]
    assert not (bench.folder / "preview.html").exists()


def test_the_lines_that_scripts_look_for_are_said_in_their_order(bench, capsys):
    preview.run(bench.context(), PreviewRequest(file=bench.folder / "look.html"))

    assert re.sub(r"/\S*/", "", capsys.readouterr().out).splitlines() == [
        "--[Initializing]----------",
        " Input: birds.input",
        " Properties: birds.properties",
        " Question File: birds.question",
        " Preview mode enabled",
        " Preview file: look.html",
        "--[Previewing HITs]----------",
    ]


def test_a_preview_is_written_over_an_older_one(bench):
    preview.run(bench.context(), PreviewRequest())
    bench.rows("eagle.jpg")

    assert "eagle.jpg" in words(seen(bench))


@pytest.mark.parametrize("name", ["birds.question", "page.html"])
def test_no_other_file_is_written_over(bench, name):
    bench.write("page.html", "<!doctype html>\n<p>Weeks of work</p>")
    before = bench.read(name)

    with pytest.raises(FileError, match="is no preview"):
        preview.run(bench.context(), PreviewRequest(file=bench.folder / name))
    assert bench.read(name) == before


def test_a_folder_in_place_of_the_page_is_an_error_with_its_name(bench):
    (bench.folder / "preview.html").mkdir()
    with pytest.raises(FileError, match=r"preview\.html: cannot be written"):
        preview.run(bench.context(), PreviewRequest())


def test_a_survey_that_cannot_be_loaded_cannot_be_previewed(bench):
    bench.write("birds.question", QUESTION.replace("</Question>", "", 1))
    with pytest.raises(FileError, match=r"birds\.question"):
        preview.run(bench.context(), PreviewRequest())


def test_markup_in_properties_and_cells_is_shown_as_text(bench):
    bench.set("title", "<script>alert(1)</script>")
    bench.rows('"<img src=x onerror=alert(1)>"')
    page = seen(bench)

    assert words(page.find(".//h1")) == "<script>alert(1)</script>"
    assert page.xpath("//script | //img | //@onerror") == []


def test_an_html_question_stands_in_a_sandboxed_frame(bench):
    bench.write("birds.question", PAGE)
    frame = seen(bench).find(".//iframe")

    assert (frame.get("sandbox"), frame.get("height")) == ("allow-scripts allow-forms", "450")
    assert frame.get("srcdoc") == (
        "<!DOCTYPE html><p title=\"owl.jpg\">It's a 'bird' &amp; \"more\"</p><input name='bird'>"
    )


def test_an_external_question_is_a_frame_and_its_address(bench):
    bench.write("birds.question", EXTERNAL)
    page = seen(bench)
    address = page.find(".//iframe").get("src")

    assert address.startswith(
        "https://example.org/bird?picture=owl.jpg&assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE"
    )
    assert address in words(page)
    assert page.find(".//iframe").get("sandbox") == "allow-scripts allow-forms"


@pytest.mark.parametrize("request_", [PreviewRequest(row=2), PreviewRequest(every=True)], ids=["row", "all"])
def test_what_chooses_a_preview_is_refused_where_hits_would_be_created(bench, request_):
    with pytest.raises(UsageError, match="add --preview"):
        preview.pass_over(bench.context(), request_)


def test_a_preview_file_alone_is_noted_and_not_written(bench, capsys):
    preview.pass_over(bench.context(), PreviewRequest(file=Path("look.html")))
    assert "look.html is not written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (30, "30 seconds"),
        (90, "1 minute 30 seconds"),
        (3600, "1 hour"),
        (5400, "1 hour 30 minutes"),
        (86400 + 7200 + 60, "1 day 2 hours"),
    ],
)
def test_a_time_is_told_in_its_two_largest_units(seconds, expected):
    assert span(seconds) == expected
