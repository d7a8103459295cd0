"""A disk that is full, or that cannot be written: nothing is lost, and room is all it takes to go on."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess

import pytest

from tests.tasks.shell import Shell, ended, mark_first, pictures, snapshot

pytestmark = pytest.mark.crash

ROWS = 200
FULL = "No space left on device"


class Disk:
    """A small file system of its own, in memory."""

    def __init__(self, path):
        self.path = path
        path.mkdir()

    def mount(self, *options):
        return self._run("mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs")

    def remount(self, *options):
        assert self._run("mount", "-o", ",".join(("remount", *options))).returncode == 0

    def fill(self):
        """Leave not a byte free."""
        with (self.path / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))

    def free(self):
        (self.path / "filler").unlink()

    def unmount(self):
        self._run("umount", "--lazy")

    def _run(self, *words):
        return subprocess.run([*words, str(self.path)], capture_output=True, text=True, check=False)


@pytest.fixture
def disk(tmp_path):
    """Mount 64 KB; who runs the tests must be allowed to."""
    assert shutil.which("mount"), "these tests need the program mount"
    disk = Disk(tmp_path / "disk")
    tried = disk.mount("size=64k")
    if tried.returncode:
        pytest.skip(f"no file system can be mounted here: {tried.stderr.strip()}")
    yield disk
    disk.unmount()


@pytest.fixture
def small(disk, generated, monkeypatch, capsys):
    """A survey on the small disk."""
    folder = shutil.copytree(generated, disk.path / "birds", copy_function=shutil.copyfile)
    monkeypatch.chdir(folder)
    return Shell(folder, capsys)


def complete(shell, sandbox, rows):
    hits = sandbox.hits()
    assert sorted(hit["RequesterAnnotation"] for hit in hits) == pictures(rows)
    assert sorted(shell.receipt()) == sorted(hit["HITId"] for hit in hits)
    return True


@pytest.mark.parametrize("workers", ["1", "8"], ids=["one-at-a-time", "eight-at-once"])
def test_a_load_that_fills_the_disk_goes_on_when_there_is_room(small, disk, sandbox, workers):
    small.rows(ROWS)
    stopped = small.process("load", "--workers", workers)
    made = len(sandbox.hits())

    assert (stopped.code, "Traceback" in stopped.err) == (2, False), stopped
    assert f"birds.journal: cannot be written: {FULL}" in stopped.err
    assert 0 < made < ROWS

    disk.remount("size=1m")
    small.do("load", "--resume")
    assert complete(small, sandbox, ROWS)


def test_a_disk_that_is_full_from_the_start_stops_a_load_before_it_spends(small, disk, sandbox):
    disk.fill()
    stopped = small.process("load")

    assert (stopped.code, "Traceback" in stopped.err) == (2, False), stopped
    assert FULL in stopped.err
    assert sandbox.hits() == []

    disk.free()
    small.do("load", *(["--resume"] if (small.folder / "birds.journal").read_bytes() else []))
    assert len(sandbox.hits()) == 3


def test_results_that_do_not_fit_leave_the_old_ones_and_their_marks(small, disk):
    disk.remount("size=256k")
    for words in (("load",), ("rehearse",), ("results",)):
        small.do(*words)
    mark_first(small.folder / "birds.results")
    before = (small.folder / "birds.results").read_bytes()
    disk.fill()
    stopped = small.process("results")

    assert (stopped.code, "Traceback" in stopped.err) == (2, False), stopped
    assert f"birds.results: cannot be written: {FULL}" in stopped.err
    assert (small.folder / "birds.results").read_bytes() == before
    disk.free()
    assert small.inv("results").code == 0
    assert not list(small.folder.glob(".birds*"))


def test_a_decision_that_cannot_be_noted_is_not_taken(small, disk, sandbox):
    disk.remount("size=256k")
    for words in (("load",), ("rehearse",)):
        small.do(*words)
    disk.fill()
    room_in_journal = 4096 - (small.folder / "birds.journal").stat().st_size % 4096
    stopped = small.process("approve", "--force")

    assert (stopped.code in (1, 2), "Traceback" in stopped.err) == (True, False), stopped
    assert f"birds.journal: cannot be written: {FULL}" in stopped.err
    assert sandbox.statuses().count("Approved") <= room_in_journal // 100
    disk.free()
    small.do("approve", "--force")
    assert (sandbox.statuses(), sandbox.payments()) == (["Approved"] * 6, 6)


@pytest.mark.parametrize("command", ["load", "status"])
def test_a_home_on_a_disk_too_small_for_the_sandbox_is_told(shell, disk, monkeypatch, command):
    monkeypatch.setenv("MTURK_HOME", str(disk.path))
    before = snapshot(shell.folder)
    stopped = shell.process(command)

    assert (stopped.code, "Traceback" in stopped.err) == (4 if command == "load" else 5, False), stopped
    assert command == "status" or "the disk is full; make room and try again" in stopped.err
    assert snapshot(shell.folder) == before


@pytest.mark.parametrize("size", ["600k", "1m"])
def test_a_home_that_fills_up_in_mid_load_goes_on_when_there_is_room(shell, disk, sandbox, monkeypatch, size):
    monkeypatch.setenv("MTURK_HOME", str(disk.path / "home"))
    disk.remount(f"size={size}")
    shell.rows(400)
    stopped = shell.process("load")

    assert (stopped.code, "Traceback" in stopped.err) == (4, False), stopped
    assert "the disk is full; make room and try again" in stopped.err
    assert "inv load --resume" in stopped.err

    disk.remount("size=32m")
    assert ended(shell.start("load", "--resume")).code == 0
    assert complete(shell, type(sandbox)(disk.path / "home"), 400)


def locked(folder, disk):
    """Make a folder read-only, for root as well."""
    disk.remount("ro")
    with pytest.raises(OSError, match="Read-only"):
        (folder / "probe").touch()


def test_a_folder_that_cannot_be_written_stops_a_load_before_it_spends(small, disk, sandbox):
    locked(small.folder, disk)
    stopped = small.process("load")

    assert (stopped.code, stopped.err.count("Traceback")) == (2, 0), stopped
    assert "birds.journal: cannot be written: Read-only file system" in stopped.err
    assert sandbox.hits() == []


DECIDING = [("results",), ("review",), ("approve", "--force"), ("cleanup", "--expire", "--force")]


@pytest.mark.parametrize("words", DECIDING, ids=" ".join)
def test_a_folder_that_cannot_be_written_any_more_stops_every_decision(small, disk, sandbox, words):
    disk.remount("size=256k")
    for before in (("load",), ("rehearse", "--skip", "1"), ("results",)):
        small.do(*before)
    work = sandbox.statuses()
    locked(small.folder, disk)
    stopped = small.process(*words)

    assert (stopped.code, stopped.err.count("Traceback")) == (2, 0), stopped
    assert "cannot be written: Read-only file system" in stopped.err
    assert sandbox.statuses() == work
    assert small.process("status").code == 0


def test_a_home_that_cannot_be_written_is_told(shell, disk, monkeypatch):
    monkeypatch.setenv("MTURK_HOME", str(disk.path / "home"))
    locked(disk.path, disk)
    stopped = shell.process("load")

    assert (stopped.code, stopped.err.count("Traceback")) == (4, 0), stopped
    assert "Read-only file system" in stopped.err
    assert shell.files("journal", "success") == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_stops_a_load_before_it_spends(shell, sandbox):
    shell.folder.chmod(0o555)
    try:
        stopped = shell.process("load")
    finally:
        shell.folder.chmod(0o755)

    assert (stopped.code, stopped.err.count("Traceback")) == (2, 0), stopped
    assert sandbox.hits() == []
