"""What the samples hold, as the rest of the program reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mturk_tasks import scaffold
from mturk_tasks.files import inputs
from mturk_tasks.files import properties as property_files
from mturk_tasks.lib import text
from mturk_tasks.markup.documents import question_faults, question_identifiers
from mturk_tasks.markup.html_form import form_fields, page_of
from mturk_tasks.markup.question_form import FreeText, Question, Selections, read_question_form
from mturk_tasks.markup.xml import root_of
from mturk_tasks.velocity import merge
from mturk_tasks.vocabulary import properties
from mturk_tasks.vocabulary.properties import HitProperties

TEMPLATE = scaffold.template("hit")
SAMPLES = scaffold.samples()


def path_of(sample: str, kind: str) -> Path:
    (path,) = TEMPLATE.glob(f"*/_samples/{sample}/survey.{kind}")
    return path


def properties_of(sample: str) -> HitProperties:
    path = path_of(sample, "properties")
    read = property_files.parse(text.read(path))
    values, warnings = properties.read_hit(read.entries, path)
    assert not [*read.notes, *warnings]
    return values


def questions_of(sample: str) -> list[str]:
    """Return the question of each row."""
    table = inputs.read(path_of(sample, "input"))
    path = path_of(sample, "question")
    template = merge.compile_template(text.read_document(path).text, table.columns, path)
    assert not template.notes
    return [template.fill(row.cells) for row in table.rows]


def asked(sample: str) -> dict[str, Question]:
    return {
        question.identifier: question for question in read_question_form(questions_of(sample)[0]).questions
    }


def answers_of(kind: str) -> dict[str, Any]:
    text = (scaffold.template(kind) / "cookiecutter.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.mark.parametrize("kind", ["hit", "qual"])
def test_a_template_offers_exactly_the_samples_there_are(kind: str) -> None:
    answers = answers_of(kind)
    assert sorted(answers["sample"]) == scaffold.samples(kind)
    assert set(answers["__prompts__"]["sample"]) == {"__prompt__", *scaffold.samples(kind)}


@pytest.mark.parametrize("kind", ["hit", "qual"])
def test_every_answer_is_asked_for_in_words(kind: str) -> None:
    answers = answers_of(kind)
    assert set(answers["__prompts__"]) == {key for key in answers if not key.startswith("_")}


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_input_has_ten_rows_or_more_no_two_alike(sample: str) -> None:
    table = inputs.read(path_of(sample, "input"))
    assert not table.notes
    assert len(table.rows) >= 10
    assert len({row.cells["id"] for row in table.rows}) == len(table.rows)


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_input_makes_the_merge_escape(sample: str) -> None:
    cells = "".join(cell for row in inputs.read(path_of(sample, "input")).rows for cell in row.cells.values())
    assert {"&", "<", '"', "'"} <= set(cells)
    assert not cells.isascii()


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_row_makes_a_valid_question(sample: str) -> None:
    for question in questions_of(sample):
        assert question_faults(question) == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_column_is_used(sample: str) -> None:
    table = inputs.read(path_of(sample, "input"))
    used = {
        name
        for kind in ("question", "properties")
        for name in merge.compile_template(
            text.read(path_of(sample, kind)).text, table.columns, path_of(sample, kind)
        ).names
    }
    assert used == set(table.columns)


@pytest.mark.parametrize("sample", SAMPLES)
def test_properties_can_be_loaded_and_label_each_hit_by_a_column(sample: str) -> None:
    values = properties_of(sample)
    assert values.keywords
    assert "${id}" in values.annotation


def test_titles_tell_the_samples_apart() -> None:
    assert len({properties_of(sample).title for sample in SAMPLES}) == len(SAMPLES)


def test_categories_come_from_three_workers() -> None:
    assert {entry.key: entry.text for entry in properties_of("image_category").merged}["assignments"] == "3"


def test_selections_come_from_columns() -> None:
    selections = asked("simple_survey")["choice"].answer
    assert isinstance(selections, Selections)
    cells = inputs.read(path_of("simple_survey", "input")).rows[0].cells
    assert [selection.text for selection in selections.selections] == [
        cells[name] for name in ("first", "second", "third", "fourth")
    ]


def test_pictures_to_choose_from_come_from_columns() -> None:
    root = root_of(questions_of("best_image")[0])
    cells = inputs.read(path_of("best_image", "input")).rows[0].cells
    assert [url.text for url in root.iterfind(".//{*}Selection//{*}DataURL")] == [
        cells["image_a"],
        cells["image_b"],
    ]


def test_tags_have_limits_and_the_last_two_may_be_left_out() -> None:
    questions = asked("image_tagging")
    tags = [questions[f"tag{number}"] for number in range(1, 6)]
    assert [tag.required for tag in tags] == [True, True, True, False, False]
    for tag in tags:
        assert isinstance(tag.answer, FreeText)
        assert tag.answer.formats
        assert tag.answer.longest == 30


def test_an_external_address_carries_the_cells_back_out() -> None:
    table = inputs.read(path_of("external_hit", "input"))
    for row, question in zip(table.rows, questions_of("external_hit"), strict=True):
        address = root_of(question).findtext("{*}ExternalURL", "")
        assert parse_qs(urlsplit(address).query) == {
            "city": [row.cells["city"]],
            "planner": [row.cells["url"]],
        }


def test_a_form_asks_for_these_fields() -> None:
    assert question_identifiers(questions_of("html_form")[0]) == [
        "feeling",
        "speaks_of_quality",
        "speaks_of_use",
        "speaks_of_service",
        "again",
        "stars",
        "words",
    ]


def test_every_field_of_the_form_has_a_label() -> None:
    from lxml import html

    page = html.document_fromstring(page_of(questions_of("html_form")[0]))
    controls: Any = page.xpath("//input[@type != 'hidden'] | //select | //textarea")
    assert len(controls) == 4 + 3 + 3
    for control in controls:
        labelled = control.getparent().tag == "label" or page.xpath(f"//label[@for='{control.get('id')}']")
        assert labelled, control.get("name")


def test_the_form_loads_nothing_from_elsewhere() -> None:
    page = page_of(questions_of("html_form")[0])
    assert form_fields(page)
    assert " src=" not in page
    assert "<link" not in page


@pytest.mark.parametrize("sample", SAMPLES)
def test_addresses_are_those_kept_for_examples(sample: str) -> None:
    rows = inputs.read(path_of(sample, "input")).rows
    hosts = {urlsplit(cell).hostname for row in rows for cell in row.cells.values() if "://" in cell}
    assert all(host and host.endswith((".example.org", ".example.com")) for host in hosts)
