from __future__ import annotations

import codecs

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.lib import text


@pytest.fixture
def file(tmp_path):
    return tmp_path / "survey.input"


def complaint(path) -> str:
    with pytest.raises(FileError) as refused:
        text.read(path)
    (problem,) = refused.value.problems
    assert problem.path == path
    return f"{problem.line}: {problem.text}"


def test_a_file_that_is_not_there_is_named(file):
    assert complaint(file) == "None: is not there"


def test_a_directory_is_no_file(tmp_path):
    assert complaint(tmp_path) == "None: is a directory; name a file"


def test_a_file_below_a_file_cannot_be_read(file):
    file.write_text("x")

    assert complaint(file / "deeper").startswith("None: cannot be read: ")


@pytest.mark.parametrize("content", [b"", b"\n", b" \t\r\n \n"], ids=["nothing", "a line end", "blanks"])
def test_a_file_without_text_is_empty(file, content):
    file.write_bytes(content)

    assert complaint(file) == "None: is empty"


def test_a_nul_character_is_refused_in_its_line(file):
    file.write_bytes(b"bird\nrobin\nwr\0en\n")

    assert complaint(file).startswith("3: holds a NUL character")


def test_utf_16_without_its_mark_is_refused(file):
    file.write_bytes("bird\nrobin\n".encode("utf-16-le"))

    assert "save the file as UTF-8" in complaint(file)


@pytest.mark.parametrize(
    "written",
    [
        "naïve €5 漢字 🐦\n".encode(),
        codecs.BOM_UTF8 + "naïve €5 漢字 🐦\n".encode(),
        codecs.BOM_UTF16_LE + "naïve €5 漢字 🐦\n".encode("utf-16-le"),
        codecs.BOM_UTF16_BE + "naïve €5 漢字 🐦\n".encode("utf-16-be"),
    ],
    ids=["UTF-8", "UTF-8 with its mark", "UTF-16 LE", "UTF-16 BE"],
)
def test_text_is_the_same_in_every_unicode_encoding(file, written):
    file.write_bytes(written)

    assert text.read(file) == text.Source(file, "naïve €5 漢字 🐦\n")


@pytest.mark.parametrize(
    ("written", "said"),
    [("café\n".encode("latin-1"), "café\n"), ("“café” €5\n".encode("cp1252"), "“café” €5\n")],
    ids=["Latin-1", "Windows-1252"],
)
def test_an_old_code_page_is_read_with_a_note(file, written, said):
    file.write_bytes(b"first\n" + written)

    source = text.read(file)

    assert source.text == "first\n" + said
    (note,) = source.notes
    assert note.line == 2
    assert "Windows-1252" in note.text


def test_bytes_of_no_encoding_are_refused_in_their_line(file):
    file.write_bytes(b"first\nsecond \x81\n")

    assert complaint(file) == "2: is text in no known encoding; save it as UTF-8"


def test_a_torn_utf_16_file_is_refused(file):
    file.write_bytes(codecs.BOM_UTF16_LE + "bird".encode("utf-16-le") + b"x")

    assert "no known encoding" in complaint(file)


def test_line_ends_stay_as_they_are(file):
    file.write_bytes(b"a\r\nb\rc\n")

    assert text.read(file).text == "a\r\nb\rc\n"


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_document_declares_the_encoding_it_then_has(file, encoding, quote):
    declaration = f"<?xml version='1.0' encoding = {quote}%s{quote}?>"
    file.write_bytes((declaration % encoding + "\n<Text>é</Text>").encode(encoding))

    assert text.read_document(file).text == declaration % "UTF-8" + "\n<Text>é</Text>"


@pytest.mark.parametrize("document", ["<Text/>", '<?xml version="1.0"?>\n<Text encoding="x"/>', "\n<Text/>"])
def test_a_document_that_declares_nothing_stays_as_it_is(file, document):
    file.write_text(document)

    assert text.read_document(file).text == document


def test_blank_lines_above_a_declaration_move_below_it(file):
    file.write_text('\n\n<?xml version="1.0" encoding="x"?>\n<Text/>')

    document = text.read_document(file).text

    assert document == '<?xml version="1.0" encoding="UTF-8"?>\n\n\n<Text/>'
    assert document.splitlines().index("<Text/>") == 3
