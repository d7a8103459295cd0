"""Access keys and the file that hides their secrets."""

from __future__ import annotations

import stat
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from mturk_tasks.errors import FileError
from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.server import keys as module
from mturk_tasks.marketplace.server.keys import KeyFile, Keys
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.schema import SANDBOX, access_key

NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)


@pytest.fixture
def store():
    with opening.open_store(None) as store:
        yield store


@pytest.fixture
def file(tmp_path):
    return KeyFile(tmp_path / "new" / "marketplace.key")


@pytest.fixture
def keys(store, file):
    return Keys(store, file)


def test_a_pair_is_found_by_its_id_with_its_secret(keys):
    pair = keys.add(SANDBOX, NOW)
    holder = keys.find(pair.access_key_id, NOW)

    assert (holder.key, holder.requester_id, holder.secret) == (SANDBOX, "ASANDBOX", pair.secret)


def test_no_two_pairs_are_alike_and_none_looks_like_amazons(keys):
    first, second = keys.add(SANDBOX, NOW), keys.add(SANDBOX, NOW)

    assert first.access_key_id != second.access_key_id
    assert first.secret != second.secret
    assert not first.access_key_id.startswith("AKIA")
    assert len(first.secret) == 40


def test_a_key_nobody_has_is_not_found(keys):
    assert keys.find("MTRKNOBODY", NOW) is None


def test_the_database_does_not_hold_the_secret(keys, store):
    pair = keys.add(SANDBOX, NOW)
    with store.reading() as db:
        row = db.execute(select(access_key)).one()

    assert pair.secret not in str(tuple(row))


def test_the_key_file_is_for_its_owner_alone(keys, file):
    keys.add(SANDBOX, NOW)

    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert list(file.path.parent.iterdir()) == [file.path]


def test_a_key_file_that_others_may_read_is_refused(keys, file):
    pair = keys.add(SANDBOX, NOW)
    file.path.chmod(0o640)

    with pytest.raises(FileError, match="may be read by others; type: chmod 600"):
        Keys(keys._store, file).find(pair.access_key_id, NOW)


def test_a_file_that_holds_no_key_is_refused(keys, file):
    file.path.parent.mkdir()
    file.path.write_text("secret")
    file.path.chmod(0o600)

    with pytest.raises(FileError, match="holds no key"):
        keys.add(SANDBOX, NOW)


def test_a_lost_key_file_is_not_replaced_by_a_new_one(store, keys, file):
    keys.add(SANDBOX, NOW)
    file.path.unlink()

    with pytest.raises(FileError, match="--key-file"):
        Keys(store, file).add(SANDBOX, NOW)
    assert not file.path.exists()


def test_another_marketplaces_key_file_is_told_from_the_right_one(store, keys, tmp_path):
    pair = keys.add(SANDBOX, NOW)
    other = KeyFile(tmp_path / "other.key")
    other.made()

    with pytest.raises(FileError, match="is not the key that hides"):
        Keys(store, other).find(pair.access_key_id, NOW)


@pytest.mark.long
def test_of_processes_that_make_the_key_file_at_once_one_makes_it(tmp_path):
    make = (
        "import pathlib, sys; from mturk_tasks.marketplace.server.keys import KeyFile; "
        "print(KeyFile(pathlib.Path(sys.argv[1])).made()._signing_key.hex())"
    )
    path = str(tmp_path / "marketplace.key")
    started = [
        subprocess.Popen([sys.executable, "-c", make, path], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    assert len({process.communicate(timeout=60)[0] for process in started}) == 1


def test_a_rotation_ends_the_old_key_at_once(keys):
    old = keys.add(SANDBOX, NOW)
    assert keys.find(old.access_key_id, NOW)
    new = keys.rotate(SANDBOX, NOW)

    assert keys.find(old.access_key_id, NOW) is None
    assert keys.find(new.access_key_id, NOW)


def test_a_rotation_may_let_the_old_key_go_on_for_a_while(keys):
    old = keys.add(SANDBOX, NOW)
    keys.rotate(SANDBOX, NOW, keep=HOUR)

    assert keys.find(old.access_key_id, NOW + HOUR - timedelta(seconds=1))
    assert keys.find(old.access_key_id, NOW + HOUR) is None


def test_a_second_rotation_does_not_lengthen_an_old_keys_life(keys):
    old = keys.add(SANDBOX, NOW)
    keys.rotate(SANDBOX, NOW, keep=HOUR)
    keys.rotate(SANDBOX, NOW, keep=2 * HOUR)

    assert keys.find(old.access_key_id, NOW + HOUR) is None


def test_a_rotation_made_elsewhere_is_seen_within_a_second(store, keys, file, monkeypatch):
    moment = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: moment)
    old = keys.add(SANDBOX, NOW)
    assert keys.find(old.access_key_id, NOW)
    Keys(store, file).rotate(SANDBOX, NOW)

    moment += 1.01
    assert keys.find(old.access_key_id, NOW) is None


def test_a_rotation_leaves_other_requesters_alone(store, keys):
    lab = requesters.add(store, "lab", NOW)
    theirs = keys.add(lab.key, NOW)
    keys.rotate(SANDBOX, NOW)

    assert keys.find(theirs.access_key_id, NOW).requester_id == lab.requester_id


def test_a_disabled_requesters_keys_are_not_found(store, keys):
    lab = requesters.add(store, "lab", NOW)
    pair = keys.add(lab.key, NOW)
    requesters.switch(store, "lab", NOW, disabled=True)
    assert keys.find(pair.access_key_id, NOW) is None
    requesters.switch(store, "lab", NOW, disabled=False)

    assert keys.find(pair.access_key_id, NOW)
