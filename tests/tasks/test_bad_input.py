"""Whatever is wrong with the three files is told with file and line, before anything is spent."""

from __future__ import annotations

import codecs
import shutil

import pytest

from tests.bench import PROPERTIES, QUESTION
from tests.tasks.shell import snapshot

INPUT = "picture\towner\nowl.jpg\tAda\njay.jpg\tBob\n"
DIRECTORY = object()
MISSING = object()


def put(folder, name, content):
    """Put text, bytes, a directory or nothing where a file of the survey was."""
    path = folder / name
    path.unlink()
    if content is DIRECTORY:
        path.mkdir()
    elif content is not MISSING:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def properties(key, value):
    """Return the properties with another value in the line of a key; None leaves the line out."""
    lines = PROPERTIES.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
    lines[at : at + 1] = [] if value is None else [f"{key}: {value}"]
    return "\n".join(lines) + "\n"


FILES = ("birds.input", "birds.properties", "birds.question")
WHOLE_FILES = [
    pytest.param(name, content, None, (word,), id=f"{kind}-{name.split('.')[1]}")
    for name in FILES
    for kind, content, word in (
        ("missing", MISSING, "is not there"),
        ("directory", DIRECTORY, "is a directory; name a file"),
        ("empty", "", "is empty"),
        ("blank", "\n\n", "is empty"),
    )
]
INPUTS = [
    ("header-only", "picture\n", None, ("no rows", "each row below it makes one HIT")),
    ("header-and-blank-lines", "picture\n\n\t\n", None, ("no rows",)),
    ("short-row", INPUT + "wren.jpg\n", 4, ("has 1 of 2 cells", "its tab must be there")),
    ("filled-extra-cell", INPUT + "a\tb\tc\n", 4, ("has 3 cells", "names 2 columns")),
    ("quote-that-never-closes", 'picture\nowl.jpg\n"jay.jpg\n', 3, ("never closes", '"say ""hi"""')),
    ("quote-that-closes-early", 'picture\n"owl" jay\n', 2, ("closing quote", '"""word""')),
    ("quote-that-swallows-rows", 'picture\towner\n"a\tb\nc\td\ne\tf"\tx\n', 2, ("swallows", '"say ""hi"""')),
    ("comma-separated", "picture,owner\nowl.jpg,Ada\n", 1, ("tab-delimited",)),
    ("duplicate-column", "picture\tpicture\na\tb\n", 1, ("two columns are named 'picture'",)),
    ("column-without-a-name", "picture\t\towner\na\tb\tc\n", 1, ("column 2 has no name",)),
    ("zero-byte", "picture\nowl\0.jpg\n", 2, ("NUL", "save the file as UTF-8")),
    ("control-character", "picture\nowl\x07.jpg\n", 2, ("control character",)),
    ("half-of-utf-16", codecs.BOM_UTF16_LE + b"p\0i", 1, ("save it as UTF-8",)),
    ("annotation-too-long", "picture\n" + 256 * "x" + "\n", 2, ("256 characters", "255")),
]
QUESTIONS = [
    ("unknown-name", QUESTION.replace("${picture}", "${pitcure}"), 6, ("it has picture",)),
    ("broken-xml", QUESTION.replace("</Text>", ""), 6, ("Text",)),
    ("no-xml", "Which bird is it?", 1, ()),
    ("doctype", QUESTION.replace("?>\n", '?>\n<!DOCTYPE x SYSTEM "x.dtd">\n', 1), 2, ("DOCTYPE",)),
    ("foreign-document", '<?xml version="1.0"?><Birds/>', 1, ()),
    ("no-identifier", QUESTION.replace("Identifier>", "Identity>"), 4, ("QuestionIdentity",)),
    ("over-the-size-limit", QUESTION.replace("Which", 70_000 * "x"), None, ("65535",)),
    ("directive", QUESTION.replace("Which", "#parse('other.txt') Which"), 6, ("#parse",)),
]
VALUES = [
    ("reward", "0,06", 4, "write it as 0.06 or $0.06"),
    ("reward", "-1", 4, "write it as 0.06 or $0.06"),
    ("reward", "abc", 4, "write it as 0.06 or $0.06"),
    ("reward", "0.005", 4, "write it as 0.06 or $0.06"),
    ("reward", "", 4, "reward is missing"),
    ("assignments", "0", 5, "write 1 to"),
    ("assignments", "two", 5, "no whole number"),
    ("assignmentduration", "29", 7, "write 30 to"),
    ("assignmentduration", "1h", 7, "no whole number of seconds"),
    ("hitlifetime", "29", 8, "write 30 to"),
    ("autoapprovaldelay", "-1", 9, "write 0 to"),
    ("annotation", "${picture.sing()}", 6, "calls .sing()"),
    ("title", 129 * "x", 1, "at most 128"),
    ("title", "", 1, "title is missing"),
    ("title", "\\u12", 1, "four digits"),
]
REQUIRED = "title description reward assignments assignmentduration hitlifetime autoapprovaldelay"
WRONG = [
    *WHOLE_FILES,
    *(pytest.param("birds.input", text, line, words, id=id_) for id_, text, line, words in INPUTS),
    *(pytest.param("birds.question", text, line, words, id=id_) for id_, text, line, words in QUESTIONS),
    *(
        pytest.param("birds.properties", properties(key, value), line, (word,), id=f"{key}={value[:9]}")
        for key, value, line, word in VALUES
    ),
    *(
        pytest.param("birds.properties", properties(key, None), None, (f"{key} is missing",), id=f"no-{key}")
        for key in REQUIRED.split()
    ),
]


@pytest.mark.parametrize(("name", "content", "line", "words"), WRONG)
def test_a_file_that_cannot_be_used_is_named_and_nothing_is_spent(shell, home, name, content, line, words):
    put(shell.folder, name, content)
    before = snapshot(shell.folder, home)
    load = shell.inv("load")

    assert (load.code, load.out) == (2, "")
    assert load.err.startswith(f"error: {name}:{line}: " if line else f"error: {name}: ")
    assert all(word in load.err for word in words)
    assert "Traceback" not in load.err
    assert snapshot(shell.folder, home) == before


def test_the_mistakes_of_a_file_are_told_together(shell):
    text = properties("reward", "abc").replace("assignments: 2", "assignments: 0")
    put(shell.folder, "birds.properties", text)
    load = shell.inv("load")

    assert [line.removeprefix("error: ").split(": ")[0] for line in load.err.splitlines()] == [
        "birds.properties:4",
        "birds.properties:5",
    ]


TWO = "picture\nowl.jpg\njay.jpg\n"
BOTH = ["jay.jpg", "owl.jpg"]
ACCEPTED = [
    pytest.param("picture\n\nowl.jpg\n\n\t\njay.jpg\n\n", BOTH, "", id="blank-lines"),
    pytest.param("picture\t\t\nowl.jpg\t\t\njay.jpg\t\n", BOTH, "", id="empty-extra-cells"),
    pytest.param('picture\n6" owl\n"a ""b"""\n', ['6" owl', 'a "b"'], "", id="quotes"),
    pytest.param(codecs.BOM_UTF8 + TWO.encode(), BOTH, "", id="utf-8-with-bom"),
    pytest.param("picture\nbøg\n".encode("utf-16"), ["bøg"], "", id="utf-16"),
    pytest.param(TWO.replace("\n", "\r\n"), BOTH, "", id="crlf"),
    pytest.param(TWO.replace("\n", "\r"), BOTH, "", id="cr"),
    pytest.param(TWO.rstrip("\n"), BOTH, "", id="no-last-line-end"),
    pytest.param("picture\nowl\nbøg\n".encode("latin-1"), ["bøg", "owl"], "birds.input:3: ", id="latin-1"),
    pytest.param(TWO + "picture\n", BOTH, "birds.input:4: repeats", id="header-again"),
]


@pytest.mark.parametrize(("content", "hits", "warned"), ACCEPTED)
def test_an_input_in_another_dress_is_loaded(shell, sandbox, content, hits, warned):
    put(shell.folder, "birds.input", content)
    load = shell.inv("load")

    assert (load.code, sandbox.annotations()) == (0, hits)
    assert load.err.count("warning: ") == load.err.count(f"warning: {warned}") == (1 if warned else 0)


@pytest.mark.parametrize(
    ("key", "value", "reward"),
    [
        ("reward", "$0.06", "0.06"),
        ("reward", ".5", "0.50"),
        ("reward", "0.06 USD", "0.06"),
        ("reward", "0.06   ", "0.06"),
        ("assignments", "2  ", "0.10"),
    ],
)
def test_a_value_written_another_way_is_read(shell, sandbox, key, value, reward):
    put(shell.folder, "birds.properties", properties(key, value))

    assert shell.inv("load").code == 0
    assert {(hit["Reward"], hit["MaxAssignments"]) for hit in sandbox.hits()} == {(reward, 2)}


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("colour: red", "warning: birds.properties:10: 'colour'"),
        ("reward: 0.10", "warning: birds.properties:10: reward stood in line 4"),
        ("keywords: c:\\\\temp", ""),
        ("keywords: c:\\temp", "warning: birds.properties:10: keywords: a backslash"),
    ],
    ids=["unknown", "repeated", "backslash", "backslash-that-vanishes"],
)
def test_an_odd_line_among_the_properties_is_a_warning(shell, sandbox, line, note):
    put(shell.folder, "birds.properties", PROPERTIES + line + "\n")
    load = shell.inv("load")

    assert (load.code, len(sandbox.hits())) == (0, 3)
    assert note in load.err


def test_properties_of_a_spreadsheet_and_a_windows_editor_are_read(shell, sandbox):
    put(shell.folder, "birds.properties", PROPERTIES.replace("\n", "\r\n").encode("utf-8-sig"))
    put(shell.folder, "birds.question", QUESTION.replace("UTF-8", "UTF-16").encode("utf-16"))

    assert shell.inv("load").code == 0
    assert "Which bird is in owl.jpg?" in sandbox.hits()[0]["Question"]


def test_a_folder_without_any_of_the_three_files_says_which_are_missing(shell):
    for name in FILES:
        (shell.folder / name).unlink()
    load = shell.inv("load")

    assert load.code == 2
    assert all(f"{name}: is not there" in load.err for name in FILES)


def test_two_surveys_in_one_folder_ask_which(shell):
    for name in FILES:
        shutil.copy(shell.folder / name, shell.folder / name.replace("birds", "owls"))
        shutil.move(shell.folder / name, shell.folder / name.replace("birds", "jays"))
    load = shell.inv("load")

    assert load.code == 2
    assert "jays, owls" in load.err
    assert "invoke.yaml" in load.err
