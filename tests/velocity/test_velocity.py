from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mturk_tasks.errors import FileError
from mturk_tasks.velocity.merge import compile_template

CELLS = {"bird": "Tom & <Jerry>", "n": "5", "list": "a&b,c"}
PATH = Path("survey.question")


def fill(text: str, path: Path = PATH, cells=CELLS) -> str:
    return compile_template(text, CELLS, path).fill(cells)


def problems(text: str, path: Path = PATH, cells=CELLS) -> list[tuple[str, int | None, str]]:
    with pytest.raises(FileError) as refused:
        fill(text, path, cells)
    return [(problem.path.name, problem.line, problem.text) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("#foreach($x in $list.split(','))<i>$x</i>#end", "<i>a&amp;b</i><i>c</i>"),
        ("#set($b = '<b>' + $bird + '</b>')$b", "<b>Tom &amp; &lt;Jerry&gt;</b>"),
        ("$bird.replace('&', '<br/>')", "Tom <br/> &lt;Jerry&gt;"),
        ("$bird.replaceAll('<(.)', '<b>$1</b>')", "Tom &amp; <b>J</b>erry&gt;"),
        ("#set($b = [$bird])$b.get(0)", "Tom &amp; &lt;Jerry&gt;"),
        ("#set($t = '<i>X</i>')$t.replace('X', $bird)", "<i>Tom &amp; &lt;Jerry&gt;</i>"),
    ],
)
def test_what_is_made_of_a_cell_is_escaped_and_what_the_template_adds_is_not(template, text):
    assert fill(template) == text


@pytest.mark.parametrize("form", ["${bird.%s}", "${bird.%s()}", "$bird.%s()", "${bird.trim().%s()}"])
@pytest.mark.parametrize("name", ["__class__", "getClass", "format", "mro", "_values", "write"])
def test_what_is_inside_a_value_cannot_be_reached(form, name):
    ((_, line, _),) = problems(form % name)

    assert line == 1


def test_today_is_the_moment_that_was_given():
    moment = datetime(2026, 11, 23, 9, 5, tzinfo=timezone.utc)

    assert compile_template("$today", [], PATH, today=moment).fill({}) == "Mon Nov 23 09:05:00 UTC 2026"


def test_a_row_starts_with_nothing_of_the_row_before():
    template = compile_template("#if($n == 5)#set($x = 'five')#end[$!x]", CELLS, PATH)

    assert [template.fill({**CELLS, "n": n}) for n in ("5", "6")] == ["[five]", "[]"]


def test_a_value_in_braces_that_is_never_set_is_refused_and_not_shown():
    assert problems("#if($n == 6)#set($x = 1)#end\n${x}") == [(PATH.name, 2, "${x} has no value here")]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("#set($l = ['a'])\n$l.get(1)", ".get(1) reaches beyond '[a]'"),
        ("\n#if($bird > 3)#end", "needs a number, and 'Tom & <Jerry>' is none"),
        (
            "\n#foreach($x in [1..9999999])#end",
            "counts from 1 to 9999999; 100000 numbers at most are counted",
        ),
        ("\n$bird.split('(')", ".split() cannot use the pattern '('"),
        ("\n$n.get(0)", "'5' has no .get()"),
    ],
)
def test_what_a_row_cannot_do_is_said_with_the_line_of_the_template(template, said):
    ((_, line, text),) = problems(template)

    assert line == 2
    assert text.startswith(said)


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("#if($n == )x#end", "#if: "),
        ("#foreach($x of $list)#end", "#foreach: the word in is missing"),
        ("#set($x == 1)", "#set: the sign = is missing"),
        ("#foreach($x in [1..2])$x", "#foreach has no #end"),
        ("#if($n)" * 13 + "#end" * 13, "#if: stands within 12 others"),
    ],
)
def test_a_directive_that_cannot_be_read_is_refused(template, said):
    assert problems(template)[0][2].startswith(said)


def test_files_of_the_folder_are_brought_in_merged_or_as_they_are(tmp_path):
    (tmp_path / "part.vm").write_text("<$bird>")

    text = fill('#parse("part.vm") #include("part.vm")', tmp_path / "survey.question")

    assert text == "<Tom &amp; &lt;Jerry&gt;> <$bird>"


@pytest.mark.parametrize("word", ["parse", "include"])
@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "link"])
def test_a_file_outside_the_folder_is_refused(tmp_path, word, name):
    folder = tmp_path / "survey"
    folder.mkdir()
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")

    ((_, line, said),) = problems(f'\n#{word}("{name}")', folder / "survey.question")

    assert (line, "is outside the folder of the question" in said) == (2, True)


def test_a_file_that_brings_in_itself_is_refused(tmp_path):
    (tmp_path / "part.vm").write_text('\n#parse("part.vm")')

    assert problems('#parse("part.vm")', tmp_path / "survey.question") == [
        ("part.vm", 2, "#parse: part.vm brings in itself")
    ]


def test_a_problem_in_a_file_brought_in_names_that_file(tmp_path):
    (tmp_path / "part.vm").write_text("\n\n${x}")

    assert problems('#parse("part.vm")', tmp_path / "survey.question")[0][:2] == ("part.vm", 3)


def test_directives_inside_a_script_are_followed_and_its_own_code_stays():
    script = "<script>#if($n == 5)let a = `${b} $bird.push(1)`;#end $('#end')</script>"

    assert fill(script) == "<script>let a = `${b} $bird.push(1)`; $('#end')</script>"


PIECES = """
    #if( $n ) #end #else #set($x= #foreach($y in [1..3] #break #stop ## #* *#
    ( " ' ${ } .get(0) \\ == + && ! text ,
"""


@settings(deadline=None, max_examples=200, database=None)
@given(st.lists(st.sampled_from([*PIECES.split(), " in ", " ", "\n"]), max_size=25).map("".join))
def test_whatever_is_written_is_merged_or_refused_with_a_line(text):
    try:
        lines = [1 for _ in [fill(text)]]
    except FileError as error:
        lines = [problem.line or 0 for problem in error.problems]

    assert min(lines) >= 1
