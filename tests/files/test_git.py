from __future__ import annotations

import subprocess

import pytest

from mturk_tasks.files.git import commit


def git(folder, *words: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    ended = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout.strip()


@pytest.fixture
def survey(tmp_path):
    """Return a survey folder inside a repository, committed."""
    folder = tmp_path / "repository" / "survey"
    folder.mkdir(parents=True)
    (folder / "survey.input").write_text("bird\nrobin\n")
    git(folder.parent, "init", "-q")
    git(folder.parent, "add", ".")
    git(folder.parent, "commit", "-q", "-m", "A survey")
    return folder


def test_a_clean_folder_is_at_its_commit(survey):
    found = commit(survey)

    assert found is not None
    assert found.id == git(survey, "rev-parse", "HEAD")
    assert not found.dirty


def test_a_changed_file_makes_it_dirty(survey):
    (survey / "survey.input").write_text("bird\nwren\n")

    assert commit(survey).dirty


def test_a_new_file_makes_it_dirty(survey):
    (survey / "notes").write_text("x")

    assert commit(survey).dirty


def test_a_change_elsewhere_in_the_repository_does_not(survey):
    (survey.parent / "elsewhere").write_text("x")

    assert not commit(survey).dirty


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
