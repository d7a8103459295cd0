from __future__ import annotations

import os
from pathlib import Path

import pytest

from mturk_tasks.errors import FileError
from mturk_tasks.lib import disk


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_as_it_is_given(tmp_path):
    disk.write(tmp_path / "a.results", "é\r\n漢\n")

    assert (tmp_path / "a.results").read_bytes() == "é\r\n漢\n".encode()
    assert names(tmp_path) == ["a.results"]


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.results"
    path.write_text("a much longer text than the new one")

    disk.write(path, "new")

    assert path.read_text() == "new"
    assert names(tmp_path) == ["a.results"]


def test_who_reads_the_old_file_goes_on_reading_it(tmp_path):
    path = tmp_path / "a.results"
    path.write_text("old")

    with path.open() as reader:
        disk.write(path, "new")
        assert reader.read() == "old"


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444])
def test_permissions_are_kept(tmp_path, mode):
    path = tmp_path / "a.results"
    path.write_text("old")
    path.chmod(mode)

    disk.write(path, "new")

    assert path.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_new_file_has_the_permissions_the_mask_asks_for(tmp_path, mask, mode):
    before = os.umask(mask)
    try:
        disk.write(tmp_path / "a.results", "new")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)

    assert (tmp_path / "a.results").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("folder", ["file", "missing"])
def test_where_there_is_no_folder_nothing_can_be_written(tmp_path, folder):
    (tmp_path / "file").write_text("x")
    path = tmp_path / folder / "a.results"

    with pytest.raises(FileError, match="cannot be written: ") as refused:
        disk.write(path, "new")

    assert refused.value.problems[0].path == path
    assert names(tmp_path) == ["file"]


def test_a_directory_is_not_replaced(tmp_path):
    (tmp_path / "a.results").mkdir()

    with pytest.raises(FileError, match="cannot be written: "):
        disk.write(tmp_path / "a.results", "new")

    assert names(tmp_path) == ["a.results"]


def test_a_failure_while_writing_keeps_the_old_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "a.results"
    path.write_text("old")

    with pytest.raises(UnicodeEncodeError):
        disk.write(path, "half of it \ud800 and the rest")

    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.results"]


def test_a_disk_that_fails_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.results"
    path.write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(FileError, match="cannot be written: No space left on device"):
        disk.write(path, "new")

    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.results"]


def test_a_folders_names_can_be_made_durable(tmp_path, monkeypatch):
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))

    disk.sync_folder(tmp_path)

    assert synced == [tmp_path.stat().st_ino]


def test_a_file_is_taken_away_if_it_is_there(tmp_path):
    (tmp_path / "a.failure").write_text("x")

    disk.remove(tmp_path / "a.failure")
    disk.remove(tmp_path / "a.failure")

    assert names(tmp_path) == []


def test_what_cannot_be_taken_away_is_said(tmp_path):
    (tmp_path / "a.failure").mkdir()

    with pytest.raises(FileError, match=r"a\.failure: cannot be written: "):
        disk.remove(tmp_path / "a.failure")
