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


def refused(name, content, where, *words, id):  # noqa: A002  # as pytest calls it
    return pytest.param(name, content, where, words, id=id)


FILES = ("birds.input", "birds.properties", "birds.question")
WHOLE_FILES = [
    refused(name, content, f"{name}: ", word, id=f"{kind}-{name.split('.')[1]}")
    for name in FILES
    for kind, content, word in (
        ("missing", MISSING, "is not there"),
        ("directory", DIRECTORY, "is a directory; name a file"),
        ("empty", "", "is empty"),
        ("blank", "\n\n", "is empty"),
    )
]
INPUTS = [
    refused("birds.input", content, where, *words, id=id_)
    for id_, content, where, words in (
        ("header-only", "picture\n", "birds.input: ", ("no rows", "each row below it makes one HIT")),
        ("header-and-blank-lines", "picture\n\n\t\n", "birds.input: ", ("no rows",)),
        ("short-row", INPUT + "wren.jpg\n", "birds.input:4: ", ("has 1 of 2 cells", "its tab must be there")),
        ("filled-extra-cell", INPUT + "a\tb\tc\n", "birds.input:4: ", ("has 3 cells", "names 2 columns")),
        ("quote-that-never-closes", 'picture\nowl.jpg\n"jay.jpg\n', "birds.input:3: ", ("never closes", '""""')),
        ("quote-that-closes-early", 'picture\n"owl" jay\n', "birds.input:2: ", ("closing quote", '"""word""')),
        ("quote-that-swallows-rows", 'picture\towner\n"a\tb\nc\td\ne\tf"\tx\n', "birds.input:2: ", ("swallows",)),
        ("comma-separated", "picture,owner\nowl.jpg,Ada\n", "birds.input:1: ", ("tab-delimited",)),
        ("duplicate-column", "picture\tpicture\na\tb\n", "birds.input:1: ", ("two columns are named 'picture'",)),
        ("column-without-a-name", "picture\t\towner\na\tb\tc\n", "birds.input:1: ", ("column 2 has no name",)),
        ("zero-byte", "picture\nowl\0.jpg\n", "birds.input:2: ", ("NUL", "save the file as UTF-8")),
        ("control-character", "picture\nowl\x07.jpg\n", "birds.input:2: ", ("control character",)),
        ("half-of-utf-16", codecs.BOM_UTF16_LE + b"p\0i", "birds.input:1: ", ("save it as UTF-8",)),
        ("annotation-too-long", "picture\n" + 256 * "x" + "\n", "birds.input:2: ", ("256 characters", "255")),
    )
]
QUESTIONS = [
    refused("birds.question", content, where, *words, id=id_)
    for id_, content, where, words in (
        ("unknown-name", QUESTION.replace("${picture}", "${pitcure}"), "birds.question:6: ", ("has picture",)),
        ("broken-xml", QUESTION.replace("</Text>", ""), "birds.question:", ("Text",)),
        ("no-xml", "Which bird is it?", "birds.question:1: ", ()),
        ("doctype", QUESTION.replace("?>\n", '?>\n<!DOCTYPE x SYSTEM "x.dtd">\n', 1), "birds.question:2: ", ()),
        ("foreign-document", '<?xml version="1.0"?><Birds/>', "birds.question:1: ", ()),
        ("no-identifier", QUESTION.replace("Identifier>", "Identity>"), "birds.question:", ()),
        ("over-the-size-limit", QUESTION.replace("Which", 70_000 * "x"), "birds.question", ("65535",)),
        ("directive", QUESTION.replace("Which", "#if($picture) Which"), "birds.question:6: ", ("#if",)),
    )
]
VALUES = [
    refused("birds.properties", properties(key, value), f"birds.properties:{line}: ", *words, id=f"{key}={value}")
    for key, value, line, words in (
        ("reward", "0,06", 4, ("write it as 0.06 or $0.06",)),
        ("reward", "-1", 4, ("write it as",)),
        ("reward", "abc", 4, ("write it as",)),
        ("reward", "0.005", 4, ("write it as",)),
        ("assignments", "0", 5, ("write 1 to",)),
        ("assignments", "two", 5, ("no whole number",)),
        ("assignmentduration", "29", 7, ("write 30 to",)),
        ("assignmentduration", "1h", 7, ("no whole number of seconds",)),
        ("hitlifetime", "29", 8, ("write 30 to",)),
        ("autoapprovaldelay", "-1", 9, ("write 0 to",)),
        ("annotation", "${owner}", 6, ("names no column", "it has picture")),
        ("title", 129 * "x", 1, ("at most 128",)),
    )
]
KEYS = ("title", "description", "reward", "assignments", "assignmentduration", "hitlifetime", "autoapprovaldelay")
ABSENT = [
    refused("birds.properties", properties(key, None), "birds.properties: ", f"{key} is missing", id=f"no-{key}")
    for key in KEYS
]
BARE = [
    refused(
        "birds.properties", properties(key, ""), f"birds.properties:{line}: ", f"{key} is missing", id=f"bare-{key}"
    )
    for key, line in (("title", 1), ("reward", 4), ("assignments", 5))
]
MORE = [
    refused(
        "birds.properties",
        PROPERTIES + "qualification.1: 00000000000000000071\n",
        "birds.properties:10: ",
        "not supported yet",
        id="qualification",
    ),
    refused(
        "birds.properties", properties("title", "\\u12"), "birds.properties:1: ", "four digits", id="broken-escape"
    ),
]


@pytest.mark.parametrize(
    ("name", "content", "where", "words"),
    [*WHOLE_FILES, *INPUTS, *QUESTIONS, *VALUES, *ABSENT, *BARE, *MORE],
)
def test_a_file_that_cannot_be_used_is_named_and_nothing_is_spent(shell, home, name, content, where, words):
    put(shell.folder, name, content)
    before = snapshot(shell.folder, home)
    load = shell.inv("load")

    assert (load.code, load.out) == (2, "")
    assert load.err.startswith(f"error: {where}")
    assert all(word in load.err for word in words)
    assert "Traceback" not in load.err
    assert snapshot(shell.folder, home) == before


def test_the_mistakes_of_a_file_are_told_together(shell):
    put(shell.folder, "birds.properties", properties("reward", "abc").replace("assignments: 2", "assignments: 0"))
    load = shell.inv("load")

    assert [line.removeprefix("error: ").split(": ")[0] for line in load.err.splitlines()] == [
        "birds.properties:4",
        "birds.properties:5",
    ]


def accepted(name, content, hits, *notes, id):  # noqa: A002  # as pytest calls it
    return pytest.param(name, content, hits, notes, id=id)


TWO = "picture\nowl.jpg\njay.jpg\n"
ACCEPTED = [
    accepted("birds.input", "picture\n\nowl.jpg\n\n\t\njay.jpg\n\n", ["jay.jpg", "owl.jpg"], id="blank-lines"),
    accepted("birds.input", "picture\t\t\nowl.jpg\t\t\njay.jpg\t\n", ["jay.jpg", "owl.jpg"], id="empty-extra-cells"),
    accepted("birds.input", 'picture\n6" owl\n"a ""b"""\n', ['6" owl', 'a "b"'], id="quotes"),
    accepted("birds.input", codecs.BOM_UTF8 + TWO.encode(), ["jay.jpg", "owl.jpg"], id="utf-8-with-bom"),
    accepted("birds.input", "picture\nbøg\n".encode("utf-16"), ["bøg"], id="utf-16"),
    accepted("birds.input", TWO.replace("\n", "\r\n"), ["jay.jpg", "owl.jpg"], id="crlf"),
    accepted("birds.input", TWO.replace("\n", "\r"), ["jay.jpg", "owl.jpg"], id="cr"),
    accepted("birds.input", TWO.rstrip("\n"), ["jay.jpg", "owl.jpg"], id="no-last-line-end"),
    accepted(
        "birds.input",
        "picture\nowl\nbøg\n".encode("latin-1"),
        ["bøg", "owl"],
        "warning: birds.input:3: is not UTF-8",
        id="latin-1",
    ),
    accepted(
        "birds.input", TWO + "picture\n", ["jay.jpg", "owl.jpg"], "warning: birds.input:4: repeats", id="header-again"
    ),
]


@pytest.mark.parametrize(("name", "content", "hits", "notes"), ACCEPTED)
def test_an_input_in_another_dress_is_loaded(shell, sandbox, name, content, hits, notes):
    put(shell.folder, name, content)
    load = shell.inv("load")

    assert (load.code, sandbox.annotations()) == (0, hits)
    assert all(note in load.err for note in notes)
    assert load.err.count("warning") == len(notes)


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
        shutil.move(shell.folder / name, shell.folder / name.replace("birds", "owls"))
        shutil.copy(shell.folder / name.replace("birds", "owls"), shell.folder / name.replace("birds", "jays"))
    load = shell.inv("load")

    assert load.code == 2
    assert "jays, owls" in load.err
    assert "invoke.yaml" in load.err
