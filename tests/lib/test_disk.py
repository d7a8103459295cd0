"""What is the user's own is readable by nobody else, from the first byte on."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest

from mturk_tasks.lib import disk

WRITING = """
import os, sys, pathlib
os.umask(int(sys.argv[1], 8))
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.store import Store
from sqlalchemy import text
path = pathlib.Path(sys.argv[2])
with opening.open_store(path) as store, store.writing() as db:
    db.execute(text("UPDATE meta SET play = play"))
    for each in sorted(path.parent.iterdir()):
        print(each.name, oct(each.stat().st_mode & 0o777))
"""


@pytest.fixture(params=[0o000, 0o022], ids=["umask 0", "umask 022"])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_that_is_made_is_its_owners(tmp_path, umask):
    disk.make_folder(tmp_path / "one" / "two")
    assert [mode(tmp_path / "one"), mode(tmp_path / "one" / "two")] == [0o700, 0o700]


def test_a_folder_that_is_there_stays_as_it_is(tmp_path):
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    disk.make_folder(tmp_path / "shared" / "own")
    assert mode(tmp_path / "shared") == 0o755


def test_a_file_that_is_there_stays_as_it_is(tmp_path, umask):
    (tmp_path / "old").write_text("x")
    (tmp_path / "old").chmod(0o644)
    disk.make_file(tmp_path / "old")
    assert (mode(tmp_path / "old"), (tmp_path / "old").read_text()) == (0o644, "x")


def test_a_link_to_nothing_leads_to_a_file_of_the_owners(tmp_path, umask):
    (tmp_path / "link").symlink_to(tmp_path / "behind")
    disk.make_file(tmp_path / "link")
    assert mode(tmp_path / "behind") == 0o600


def test_a_database_and_its_logs_are_the_owners(tmp_path, umask):
    command = [sys.executable, "-c", WRITING, oct(umask), str(tmp_path / "new" / "market.db")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split("\n")[:-1] == [f"market.db{log} 0o600" for log in ("", "-shm", "-wal")]
    assert mode(tmp_path / "new") == 0o700


def test_a_file_that_others_may_read_is_named_with_what_mends_it(tmp_path):
    tmp_path.chmod(0o755)
    for name in ("market.db", "my key", "closed"):
        (tmp_path / name).touch()
        (tmp_path / name).chmod(0o600 if name == "closed" else 0o640)
    said = disk.warning(tmp_path / name for name in ("market.db", "my key", "closed", "none"))
    subprocess.run(["sh", "-c", said.partition("type: ")[2]], check=True)

    assert said.startswith("market.db, my key may be read by others on this machine; type: chmod 600 ")
    assert [mode(tmp_path / name) for name in ("market.db", "my key")] == [0o600, 0o600]
    assert disk.warning([tmp_path / "market.db"]) == ""


def test_in_a_folder_of_the_owners_nobody_else_reads(tmp_path):
    (tmp_path / "market.db").touch(mode=0o644)
    tmp_path.chmod(0o700)
    assert disk.warning([tmp_path / "market.db"]) == ""


def test_a_file_that_is_created_is_its_owners_and_whole(tmp_path, umask):
    assert disk.create(tmp_path / "new" / "key", b"secret")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["key"]
    assert mode(tmp_path / "new" / "key") == 0o600
    assert (tmp_path / "new" / "key").read_bytes() == b"secret"


def test_a_file_that_another_process_created_first_stays(tmp_path):
    (tmp_path / "key").write_bytes(b"first")
    assert not disk.create(tmp_path / "key", b"second")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"first"]
