from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from mturk_tasks.errors import FileError
from mturk_tasks.velocity.merge import compile_template, plain, xml
from mturk_tasks.velocity.methods import urlencode

PATH = Path("survey.question")
CELLS = {"bird": "Tom & <Jerry>", "image-n": "7", "a b": "blank", "url": "http://x/?a=1&b=é c"}
QUICK = settings(deadline=None, max_examples=150, database=None)


def fill(text: str, cells=CELLS, **options) -> str:
    return compile_template(text, cells, PATH, **options).fill(cells)


def notes(text: str) -> list[tuple[int | None, str]]:
    return [(note.line, note.text) for note in compile_template(text, CELLS, PATH).notes]


def problems(text: str, **options) -> list[tuple[int | None, str]]:
    with pytest.raises(FileError) as refused:
        compile_template(text, CELLS, PATH, **options)
    return [(problem.line, problem.text) for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("${bird}", "Tom &amp; &lt;Jerry&gt;"),
        ("$bird", "Tom &amp; &lt;Jerry&gt;"),
        ("a $bird, b", "a Tom &amp; &lt;Jerry&gt;, b"),
        ("$!bird", "Tom &amp; &lt;Jerry&gt;"),
        ("$!{bird}", "Tom &amp; &lt;Jerry&gt;"),
        ("${bird_raw}", "Tom & <Jerry>"),
        ("$bird_raw", "Tom & <Jerry>"),
        ("${image-n}px", "7px"),
        ("${a b}", "blank"),
        ("${url}", "http://x/?a=1&amp;b=é c"),
        ("${helper.urlencode($url)}", "http%3A%2F%2Fx%2F%3Fa%3D1%26b%3D%C3%A9+c"),
        ("$helper.urlencode($url)", "http%3A%2F%2Fx%2F%3Fa%3D1%26b%3D%C3%A9+c"),
        ("${helper.urlencode( ${url_raw} )}", "http%3A%2F%2Fx%2F%3Fa%3D1%26b%3D%C3%A9+c"),
        ("$bird$bird", "Tom &amp; &lt;Jerry&gt;" * 2),
        (r"\$bird \${bird}", "$bird ${bird}"),
    ],
)
def test_a_reference_is_filled(template, filled):
    assert fill(template) == filled
    assert notes(template) == []


@pytest.mark.parametrize(
    "text",
    [
        "$5.00",
        "#FFFFFF",
        'href="#end"',
        "$.ajax({",
        "100 $",
        "$1st",
        "a # b",
        "$$",
        "{bird}",
        "helper.urlencode(x)",
    ],
)
def test_what_only_looks_like_a_reference_stays(text):
    assert fill(text) == text
    assert notes(text) == []


def test_a_filled_cell_is_not_filled_again():
    assert fill("${a}", {"a": "${b} $b", "b": "no"}) == "${b} $b"


def test_a_column_named_raw_is_itself():
    assert fill("${a_raw}", {"a": "1", "a_raw": "<2>"}) == "&lt;2&gt;"


def test_a_template_names_the_columns_it_uses():
    used = compile_template("$bird ${url_raw} $helper.urlencode($url) $nobody", CELLS, PATH).names

    assert used == {"bird", "url"}


def test_cells_are_written_as_they_are_where_no_xml_is():
    assert fill("${bird} $bird_raw", write=plain) == "Tom & <Jerry> Tom & <Jerry>"


def test_an_unknown_reference_in_braces_is_refused_in_its_line():
    ((line, said),) = problems("<a>\n${brid}\n</a>")

    assert line == 2
    assert said == "${brid} names no column of the input; it has 'a b', bird, image-n, url"


@pytest.mark.parametrize("text", ["${helper.urlencode($brid)}", "${helper.urlencode(${brid})}", "${ bird }"])
def test_an_unknown_name_inside_the_helper_or_blanks_is_refused(text):
    assert len(problems(text)) == 1


@pytest.mark.parametrize("text", ["${brid}", "a ${brid.length()} b", "${helper.urlencode($brid)}"])
def test_where_unknown_names_are_kept_they_stay_with_a_note(text):
    made = compile_template(text, ["bird"], PATH, keeps_unknown=True)

    assert made.fill({"bird": "robin"}) == text
    assert [note.text.partition(" of the input")[0] for note in made.notes] == [
        f"{text.removeprefix('a ').removesuffix(' b')} names no column"
    ]


def test_where_unknown_names_are_kept_a_column_used_wrongly_is_refused_still():
    with pytest.raises(FileError, match=r"calls \.sing"):
        compile_template("${bird.sing()}", ["bird"], PATH, keeps_unknown=True)


def test_blanks_around_a_columns_name_are_pointed_out():
    with pytest.raises(FileError, match=r"it has lang, 'tweet ' with a blank at its end$"):
        compile_template("${tweet}", ["lang", "tweet "], PATH)


def test_lines_are_counted_from_where_the_template_begins():
    assert [line for line, _ in problems("${x}\n\n${y}", first_line=7)] == [7, 9]


def test_a_bare_unknown_reference_stays_with_a_note():
    assert fill("a\n$brid") == "a\n$brid"
    assert notes("a\n$brid") == [(2, "$brid is no column and stays as it is")]


@pytest.mark.parametrize("text", ["$!brid", "$!{brid}"])
def test_a_quiet_unknown_reference_is_empty(text):
    assert fill(f"a{text} b") == "a b"
    assert notes(text) == []


def test_a_column_with_a_member_stays_with_a_note_on_how_to_merge_it():
    assert fill("$bird.jpg") == "$bird.jpg"
    assert notes("$bird.jpg") == [(1, "$bird.jpg stays as it is; write ${bird}.jpg to merge the column")]


def test_a_full_stop_after_a_column_ends_the_sentence():
    assert fill("The $image-n.", {"image-n": "wren"}) == "The wren."


def test_in_a_script_unknown_references_stay_with_one_note():
    text = "<script>\nlet a = `${x}`; $y; ${z}\n</script>"

    assert fill(text) == text
    assert notes(text) == [(2, "${x} is no column and stays as it is inside <script>")]


def test_in_a_script_columns_are_filled():
    assert fill("<SCRIPT src='a'>let n = ${image-n};</SCRIPT >") == "<SCRIPT src='a'>let n = 7;</SCRIPT >"


def test_after_a_script_the_rules_hold_again():
    assert problems("<script>${x}</script>\n${y}")[0][0] == 2


@pytest.mark.parametrize("word", ["macro", "define", "evaluate", "literal"])
@pytest.mark.parametrize("form", ["#%s($n)", "#{%s} ($n)", "#%s ($n)"])
def test_a_directive_that_is_not_followed_is_refused_in_its_line(word, form):
    text = form % word
    ((line, said),) = problems(f"<a>\n{text}")

    assert line == 2
    assert said.startswith(f"#{word}: is not supported; ")
    assert fill(f"<script>{text}</script>") == f"<script>{text}</script>"


def test_every_problem_is_said_at_once_by_line():
    assert [line for line, _ in problems("#if($bird)\n${x}\n#set($y 1)\n${z}")] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("value", "written"), [("a < b & c > d", "a &lt; b &amp; c &gt; d"), ('"x"', "&quot;x&quot;"), ("é", "é")]
)
def test_a_cell_is_escaped_for_xml(value, written):
    assert xml(value) == written


VALUES = st.text(st.sampled_from(list("$#{}\\<>&\"'% +é漢🐦")) | st.characters(codec="utf-8"))
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True).filter(
    lambda name: not name.endswith("_raw")
)
LITERALS = st.text(st.characters(codec="utf-8", exclude_characters="$#\\<"))


FORMS = {
    "${%s}": xml,
    "${%s_raw}": plain,
    "$!{%s}": xml,
    "${helper.urlencode($%s)}": urlencode,
    "$helper.urlencode(${%s});": lambda cell: urlencode(cell) + ";",  # else what follows may be a call
}


@pytest.mark.long
@QUICK
@given(st.data())
def test_literals_and_references_give_literals_and_cells(data):
    cells = data.draw(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), label="cells")
    part = st.tuples(LITERALS, st.sampled_from(sorted(FORMS)), st.sampled_from(sorted(cells)))
    parts = data.draw(st.lists(part, max_size=6), label="parts")

    filled = fill("".join(literal + form % name for literal, form, name in parts), cells)

    assert filled == "".join(literal + FORMS[form](cells[name]) for literal, form, name in parts)


@QUICK
@given(st.text(st.characters(codec="utf-8", exclude_characters="$#")))
def test_text_without_references_passes_untouched(text):
    template = compile_template(text, ["bird"], PATH)

    assert template.fill({"bird": "robin"}) == text
    assert (template.names, template.notes) == (frozenset(), ())


@QUICK
@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"))
)
def test_a_filled_cell_is_text_to_who_parses_the_document(value):
    filled = fill('<a b="${cell}">${cell}</a>', {"cell": value})

    element = etree.fromstring(filled)

    assert (element.text or "") == value
    assert element.get("b") == value


@QUICK
@given(VALUES)
def test_an_encoded_cell_decodes_to_the_cell(value):
    assert unquote_plus(fill("$helper.urlencode($cell)", {"cell": value})) == value


PARTS = ["a <b> ", "$one", "${two}", "${one_raw}", "$!{two}", "\n", "&amp;"]


@QUICK
@given(st.lists(st.sampled_from(PARTS)), st.text(), st.text())
def test_a_text_of_names_alone_is_filled_as_one_with_directives_is(parts, one, two):
    text, cells = "".join(parts), {"one": one, "two": two}

    assert fill(text, cells) == fill(f"{text}#if(1 == 2)x#end", cells)
