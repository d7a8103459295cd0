import json
import re
import stat

import pytest
from lxml import html

from mturk_tasks.commands.surveys import load, report, results, review
from mturk_tasks.commands.surveys.load import LoadRequest
from mturk_tasks.commands.surveys.report import ReportRequest
from mturk_tasks.errors import FileError, UsageError
from tests.analysis.sets import results_file
from tests.bench import QUESTION

CHOICE = QUESTION.replace(
    "<FreeTextAnswer/>",
    "<SelectionAnswer><Selections>"
    "<Selection><SelectionIdentifier>owl</SelectionIdentifier><Text>An owl</Text></Selection>"
    "<Selection><SelectionIdentifier>jay</SelectionIdentifier><Text>A jay</Text></Selection>"
    "</Selections></SelectionAnswer>",
)


@pytest.fixture
def answered(bench):
    """Two of three rows are answered by two workers each, who differ on the second one."""
    load.run(bench.context(), LoadRequest())
    first, second, _ = (hit["HITId"] for hit in bench.hits())
    for worker, words in (("AONE", ("owl", "owl")), ("ATWO", ("owl", "jay"))):
        for hit_id, text in zip((first, second), words, strict=True):
            bench.submit(worker, hit_id, text)
    results.run(bench.context())
    return bench


def test_the_page_is_written_for_its_owner_alone(answered):
    (path,) = report.run(answered.context(), ReportRequest()).files

    assert path.name == "birds.report.html"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_figures_are_those_of_the_set(answered):
    said = report.run(answered.context(), ReportRequest()).data["report"]

    assert (said["answers"], said["wanted"], said["hits"], said["workers"]) == (4, 6, 3, 2)
    assert said["pay"] | {"hourly_median": 0, "hourly_lowest_quarter": 0} == {
        "paid": "0.00",
        "to_pay": "0.40",
        "bonuses": "0.00",
        "hourly_median": 0,
        "hourly_lowest_quarter": 0,
        "hourly_goal": None,
        "n": 0,
    }


def test_what_became_of_the_rest_is_asked_of_the_marketplace(answered):
    hit = answered.hits()[2]["HITId"]
    answered.accept("ATHREE", hit)
    answered.later(hours=1)

    said = report.run(answered.context(), ReportRequest()).data["report"]

    assert said["funnel"] == {"returned": 0, "abandoned": 1, "late": 0}


def test_where_workers_differ_comes_first_with_its_row(answered):
    answered.set("agreement", "bird")
    (item,) = report.run(answered.context(), ReportRequest()).data["report"]["items"]

    assert (item["row"], item["differing_percent"]) == (2, 100)
    assert [given["answers"]["bird"] for given in item["answers"]] == ["owl", "jay"]


def drawn(answered, question):
    """Write a report with another question in the folder; return what its items show of the form."""
    answered.write("birds.question", question)
    page = report.run(answered.context(), ReportRequest()).files[0].read_text(encoding="utf-8")
    shown = html.document_fromstring(page.encode()).findall(".//div[@class='form']")
    return [" ".join("".join(map(str, form.itertext())).split()) for form in shown]


def test_an_item_shows_the_form_that_workers_read_with_its_choices(answered):
    assert drawn(answered, CHOICE) == ["Question 1 Which bird is in jay.jpg? An owl A jay"]


def test_markup_of_a_form_is_read_and_never_followed(answered):
    formatted = "<FormattedContent><![CDATA[<p>Look</p><a href='http://x'>here</a>]]></FormattedContent>"
    text = "<Text>Which bird is in ${picture}?</Text>"

    (form,) = drawn(answered, CHOICE.replace(text, formatted + text))

    assert form == "Question 1 Look here Which bird is in jay.jpg? An owl A jay"


def test_a_form_too_long_for_a_report_is_left_to_the_preview(answered):
    assert not drawn(answered, CHOICE.replace("An owl", "An owl" * 1000))


def test_workers_are_numbered_unless_ids_are_asked_for(answered):
    page = report.run(answered.context(), ReportRequest()).files[0].read_text(encoding="utf-8")
    assert "AONE" not in page
    assert "W1" in page

    page = report.run(answered.context(), ReportRequest(ids=True)).files[0].read_text(encoding="utf-8")
    assert "AONE" in page


def test_what_is_paid_is_told_from_what_is_to_pay(answered):
    review.run(answered.context())
    results.run(answered.context())

    pay = report.run(answered.context(), ReportRequest()).data["report"]["pay"]

    assert (pay["paid"], pay["to_pay"]) == ("0.40", "0.00")


def test_a_results_file_alone_is_enough(bench, tmp_path):
    path = results_file(tmp_path, [{"Answer.colour": "red"}, {"Answer.colour": "blue"}], "old.results")

    said = report.run(bench.context(), ReportRequest(resultsfile=path)).data["report"]

    assert said["answers"] == 2
    assert any("no journal says" in note for note in said["notes"])
    assert (tmp_path / "old.report.html").exists()


def test_a_set_without_answers_has_a_report(bench):
    load.run(bench.context(), LoadRequest())
    results.run(bench.context())

    said = report.run(bench.context(), ReportRequest()).data["report"]

    assert (said["answers"], said["questions"][0]["n"], said["people"]) == (0, 0, [])


def test_without_results_it_is_said_how_to_fetch_them(bench):
    with pytest.raises(FileError, match="fetch the work with inv results"):
        report.run(bench.context(), ReportRequest())


def test_another_file_of_that_name_is_not_written_over(answered):
    answered.write("birds.report.html", "mine")

    with pytest.raises(FileError, match="is no report"):
        report.run(answered.context(), ReportRequest())


def test_a_dry_run_writes_nothing(answered):
    report.run(answered.context(dry=True), ReportRequest())

    assert not (answered.folder / "birds.report.html").exists()


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title></style></script><b>",
    "[link](http://evil.example)",
    "javascript:alert(1)",
    "{{ 7*7 }}",
)


def test_no_word_of_a_stranger_becomes_markup_or_an_address(bench, tmp_path):
    rows = [
        {"Answer.bird": attack, "workerid": f"A{n}", "Answer.<b>x": attack}
        for n, attack in enumerate(ATTACKS)
    ]
    path = results_file(tmp_path, rows, "old.results")

    (page,) = report.run(bench.context(), ReportRequest(resultsfile=path)).files
    text = page.read_text(encoding="utf-8")

    elements = list(html.document_fromstring(text.encode()).iter("*"))
    attributes = {name for element in elements for name in element.attrib}

    assert [element.tag for element in elements].count("script") == 1
    assert not {element.tag for element in elements} & {"img", "a", "iframe", "form", "link", "object", "b"}
    assert not {name for name in attributes if name in ("href", "src", "style") or str(name).startswith("on")}
    assert "49" not in [element.text for element in elements]


def test_the_page_allows_nothing_but_its_own_style_and_script(answered):
    page = report.run(answered.context(), ReportRequest()).files[0].read_text(encoding="utf-8")

    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_two_sets_stand_side_by_side(answered):
    load.run(answered.context(), LoadRequest(label="again"))
    results.run(answered.context(), "again")

    (path,) = report.run(answered.context(), ReportRequest(against="again")).files

    assert "Beside again" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("latex", "table"), [(False, "| bird | text | 4 |"), (True, r"bird & text & 4 &")])
def test_text_for_a_paper_has_paragraphs_and_a_table(answered, latex, table):
    (text,) = report.run(answered.context(), ReportRequest(text=True, latex=latex)).lines

    assert text.startswith("2 workers gave 4 answers of 6 wanted to 3 items")
    assert table in text
    assert not (answered.folder / "birds.report.html").exists()


@pytest.mark.parametrize(("latex", "written"), [(False, r"a\_b\|c"), (True, r"a\_b|c")])
def test_names_in_the_text_are_escaped(bench, tmp_path, latex, written):
    path = results_file(tmp_path, [{"Answer.a_b|c": "x"}], "old.results")

    (text,) = report.run(bench.context(), ReportRequest(resultsfile=path, text=True, latex=latex)).lines

    assert written in text


def test_a_paper_names_nobody(answered):
    with pytest.raises(UsageError, match="a paper names nobody"):
        report.run(answered.context(), ReportRequest(text=True, ids=True))


def test_every_figure_is_json(answered):
    assert json.loads(json.dumps(report.run(answered.context(), ReportRequest()).data))


def test_the_form_gives_choices_their_words(bench):
    bench.write("birds.question", CHOICE)
    load.run(bench.context(), LoadRequest())
    results.run(bench.context())

    (question,) = report.run(bench.context(), ReportRequest()).data["report"]["questions"]

    assert (question["kind"], question["text"]) == ("choice", "Which bird is in owl.jpg?")
    assert [value["label"] for value in question["values"]] == ["An owl", "A jay"]
