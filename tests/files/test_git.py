from __future__ import annotations

import pytest

from mturk_tasks.files.git import commit
from tests.files.traps import TRAPS, committed, git


@pytest.fixture
def survey(tmp_path):
    """Return a survey folder inside a repository, committed."""
    folder = tmp_path / "repository" / "survey"
    folder.mkdir(parents=True)
    (folder / "survey.input").write_text("bird\nrobin\n")
    committed(folder.parent)
    return folder


def found(survey, *names: str):
    """Return what is found of the input, or of other files."""
    return commit(survey, [survey / name for name in names or ("survey.input",)])


def test_a_clean_folder_is_at_its_commit(survey):
    assert found(survey).id == git(survey, "rev-parse", "HEAD")
    assert found(survey).dirty is False


def test_a_changed_file_makes_it_dirty(survey):
    (survey / "survey.input").write_text("bird\nwren\n")

    assert found(survey).dirty is True


@pytest.mark.parametrize("name", ["survey.question", "-survey.question", ":(top)survey", "Frage ü.question"])
def test_a_file_that_is_not_in_the_commit_makes_it_dirty(survey, name):
    (survey / name).write_text("x")

    assert found(survey, "survey.input", name).dirty is True
    committed(survey.parent)
    assert found(survey, "survey.input", name).dirty is False


def test_a_file_that_is_gone_makes_it_dirty(survey):
    (survey / "survey.input").unlink()

    assert found(survey).dirty is True


def test_a_file_that_never_was_does_not(survey):
    assert found(survey, "survey.input", "survey.answer").dirty is False


def test_files_that_are_not_asked_about_do_not(survey):
    (survey / "notes").write_text("x")
    (survey.parent / "elsewhere").write_text("x")

    assert found(survey).dirty is False


@pytest.mark.parametrize(
    ("attributes", "content"),
    [
        ("*.input filter=lfs", "bird\nwren\n"),
        ("*.input ident", "bird\n$Id: 3 $\n"),
        ("*.input working-tree-encoding=UTF-16", "bird\n"),
        ("*.input text", "bird\r\nrobin\r\n"),
        ("*.input text=auto", "bird\r\nrobin\r\n"),
        ("*.input eol=crlf", "bird\r\nrobin\r\n"),
    ],
)
def test_a_file_that_git_would_convert_is_not_compared(survey, attributes, content):
    (survey / ".gitattributes").write_text(attributes + "\n")
    (survey / "survey.input").write_bytes(content.encode())

    assert (found(survey).dirty, found(survey).uncompared) == (None, ("survey.input",))


@pytest.mark.parametrize("attributes", ["", "*.input -text", "*.input text"])
def test_the_line_ends_of_a_configuration_count_where_no_attribute_says_otherwise(survey, attributes):
    git(survey, "config", "core.autocrlf", "true")
    (survey / ".gitattributes").write_text(attributes + "\n")
    (survey / "survey.input").write_bytes(b"bird\r\nrobin\r\n")

    assert found(survey).dirty is (True if "-text" in attributes else None)


def test_a_change_without_such_line_ends_is_a_change(survey):
    git(survey, "config", "core.autocrlf", "true")
    (survey / "survey.input").write_text("bird\nwren\n")

    assert found(survey).dirty is True


def test_a_change_counts_beside_a_file_that_is_not_compared(survey):
    (survey / ".gitattributes").write_text("*.input filter=lfs\n")
    (survey / "survey.input").write_text("x")
    (survey / "survey.question").write_text("x")
    both = found(survey, "survey.input", "survey.question")

    assert (both.dirty, both.uncompared) == (True, ("survey.input",))


def test_a_link_in_the_commit_is_not_compared(survey):
    (survey / "survey.question").symlink_to("survey.input")
    committed(survey.parent)

    assert found(survey, "survey.question").uncompared == ("survey.question",)


def test_another_repository_in_the_environment_is_not_meant(survey, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))

    assert found(survey).dirty is False


def test_outside_a_repository_there_is_no_commit(tmp_path):
    assert commit(tmp_path) is None


def test_before_the_first_commit_there_is_none(tmp_path):
    git(tmp_path, "init", "-q")

    assert commit(tmp_path) is None


def test_without_git_there_is_none(survey, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert commit(survey) is None


def test_in_a_folder_that_is_gone_there_is_none(tmp_path):
    assert commit(tmp_path / "gone") is None


@pytest.mark.parametrize("name", TRAPS)
def test_git_starts_nothing_that_the_folder_names(survey, tmp_path, name):
    mark = tmp_path / "mark"
    TRAPS[name].lay(survey.parent, f"touch {mark}")
    (survey / "survey.input").write_text("bird\nraven\n")

    assert found(survey).id
    assert not mark.exists()


@pytest.mark.parametrize("name", TRAPS)
def test_git_would_start_it_for_a_careless_program(survey, tmp_path, name):
    mark = tmp_path / "mark"
    TRAPS[name].lay(survey.parent, f"touch {mark}")
    (survey / "survey.input").write_text("bird\nraven\n")
    TRAPS[name].spring(survey.parent)

    assert mark.exists()
