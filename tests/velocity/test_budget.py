"""A template takes as much as its rows need, and no more than there is."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.velocity import values
from mturk_tasks.velocity.merge import compile_template
from mturk_tasks.velocity.values import TooMuch

PATH = Path("survey.question")
CELLS = {"x": "a" * 40 + "c", "n": "9" * 5000, "list": ",".join("ab" * 50)}


def refusal(template: str) -> str:
    """Return how a template is refused, which must not take long."""
    with pytest.raises(FileError) as refused:
        compile_template(f"first line\n{template}", CELLS, PATH).fill(CELLS)
    assert refused.value.problems[0].line == 2, refused.value
    return str(refused.value)


def doubled(start: str, step: str, times: int) -> str:
    return "".join((start, *[step] * times, "$t"))


@pytest.mark.parametrize(
    "template",
    [
        doubled("#set($t = $x)", '#set($t = "$t$t")', 40),
        doubled("#set($t = $x)", "#set($t = $t + $t)", 40),
        doubled("#set($t = $x)", "#set($t = $t.replace('a', $t))", 9),
        doubled("#set($t = $x)", "#set($t = $t.replaceAll('a', $t))", 9),
        doubled("#set($t = $x)", "#set($t = $t.replaceAll('(.+)', '$1$1'))", 40),
        doubled("#set($t = [$x])", "#set($t = [$t, $t])", 40),
        "#foreach($i in [1..100000])aaaaaaaaaaaaaaaaaaaa$i#end",
    ],
)
def test_a_text_does_not_grow_without_end(template):
    assert re.search("makes (a text|texts) of more than", refusal(template))


def test_many_long_texts_are_counted_together():
    longer = doubled("#set($t = $x)", '#set($t = "$t$t")', 14).removesuffix("$t")

    assert "more than 20000000 characters" in refusal(
        f'{longer}#foreach($i in [1..90000])#set($u = "$t.")#end'
    )


def test_loops_within_loops_come_to_an_end():
    loops = "#foreach($i in [1..2000])#foreach($j in [1..2000])#end#end"

    assert "takes" in refusal(loops)


@pytest.mark.parametrize("numbers", ["[1..1000000000]", "[1..9223372036854775807]"])
def test_a_range_has_its_limit(numbers):
    assert "100000 numbers at most" in refusal(f"#foreach($i in {numbers})x#end")


@pytest.mark.parametrize(
    "template",
    [
        doubled("#set($t = 10)", "#set($t = $t * $t)", 14),
        doubled("#set($t = 10.5)", "#set($t = $t * $t)", 14),
        "#set($t = $n * 1)$t",
        f"#set($t = {'9' * 5000})$t",
    ],
)
def test_a_number_is_no_larger_than_in_java(template):
    assert any(what in refusal(template) for what in ("makes a number", "too large"))


@pytest.mark.parametrize(
    "call", ["replaceAll('(a|aa)+$', 'b')", "replaceAll('(a|a|aa)+$', 'b')", "split('(a|aa)+$')"]
)
def test_a_pattern_that_takes_ages_is_given_up(call, monkeypatch):
    monkeypatch.setattr(values, "SECONDS", 0.1)
    began = time.monotonic()

    assert "too long" in refusal(f"$x.{call}")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "(" * 450 + "a" + ")" * 450, "a" * 1001])
def test_a_pattern_is_not_too_large(pattern):
    assert "has a pattern that" in refusal(f"$x.replaceAll('{pattern}', 'b')")


@pytest.mark.parametrize(
    "template",
    [
        f"#set($t = {'(' * 300}1{')' * 300})$t",
        f"#set($t = {'[' * 300}1{']' * 300})$t",
        f"#set($t = {'+'.join('1' * 300)})$t",
        f"#if({'&&'.join(['$x'] * 300)})y#end",
        f"$x{'.trim()' * 300}",
    ],
)
def test_values_nest_only_so_deep(template):
    assert "give names to parts with #set" in refusal(template)


def test_a_list_that_nests_without_end_is_refused():
    assert "nests values too deep" in refusal("#set($t = [1])#foreach($i in [1..5000])#set($t = [$t])#end$t")


def test_a_condition_may_be_turned_as_often_as_one_likes():
    turned = [
        compile_template(f"#if({'!' * n}$x)yes#{{else}}no#end", CELLS, PATH).fill(CELLS)
        for n in (1, 2, 3, 300)
    ]

    assert turned == ["no", "yes", "no", "yes"]


def test_a_template_has_no_more_references_than_can_be_merged():
    with pytest.raises(FileError, match="leave some out"):
        compile_template("$x" * 20_000, CELLS, PATH)


@pytest.mark.parametrize("text", ["<script " * 60_000, "\\\\" * 200_000, '#set($x="' * 1000, "#if(" * 5_000])
def test_reading_a_template_takes_no_more_time_than_its_length_asks_for(text):
    began = time.monotonic()
    with suppress(FileError):
        assert compile_template(text, CELLS, PATH).fill(CELLS)
    assert time.monotonic() - began < 3 * values.SECONDS  # reading, and translating what was read


def test_ten_thousand_honest_rows_are_merged():
    template = "<p>$x ${helper.urlencode($x)}</p>" + "#foreach($i in $list.split(','))<li>$i</li>#end"
    honest = compile_template(template, CELLS, PATH)
    began = time.monotonic()
    for number in range(200):
        honest.fill({**CELLS, "x": f"owl-{number}.jpg"})

    assert (time.monotonic() - began) * 50 < values.LOAD_SECONDS


def test_the_rows_of_a_load_have_a_budget_together(monkeypatch):
    monkeypatch.setattr(
        values.Load, "__init__", lambda self: self.__dict__.update(seconds=60.0, characters=100)
    )
    template = compile_template("$x", CELLS, PATH)
    template.fill(CELLS)

    with pytest.raises(TooMuch):
        [template.fill(CELLS) for _ in range(3)]


def test_each_row_begins_anew():
    template = compile_template("#foreach($i in [1..90000])#end$x", CELLS, PATH)

    assert [template.fill(CELLS) for _ in range(6)] == [CELLS["x"]] * 6


def test_a_row_that_takes_too_much_ends_the_load(tmp_path):
    from mturk_tasks.commands.surveys.plan import prepare
    from mturk_tasks.files import survey
    from tests.bench import PROPERTIES, QUESTION

    growing = doubled("#set($t = $picture)", '#set($t = "$t$t")', 40)
    (tmp_path / "s.properties").write_text(PROPERTIES)
    (tmp_path / "s.question").write_text(QUESTION.replace("${picture}", growing))
    (tmp_path / "s.input").write_text("picture\n\nowl\n" + "jay\n" * 300)

    with pytest.raises(FileError, match=r"s.question:6: makes a text of .* \(with line 3 of s.input\)"):
        prepare(survey.find(tmp_path))


def test_a_number_of_many_decimals_is_one():
    assert (
        compile_template("#set($t = 3.14159265358979323846 * 2)$t", CELLS, PATH)
        .fill(CELLS)
        .startswith("6.28")
    )
