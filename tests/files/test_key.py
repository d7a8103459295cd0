from __future__ import annotations

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor

import pytest

from mturk_tasks.commands.journal import pseudonym
from mturk_tasks.errors import FileError

WORKER = "A1EXAMPLE"


@pytest.fixture
def key(tmp_path):
    return tmp_path / "home" / "journal.key"


def test_a_worker_keeps_the_same_pseudonym(key):
    first = pseudonym(key, WORKER)

    assert pseudonym(key, WORKER) == first
    assert len(first) == 64
    assert WORKER not in first


def test_the_key_is_made_once_for_this_user_alone(key):
    pseudonym(key, WORKER)
    made = key.read_bytes()

    pseudonym(key, "A2EXAMPLE")

    assert key.read_bytes() == made
    assert key.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in key.parent.iterdir()] == ["journal.key"]


def test_two_workers_have_two_pseudonyms(key):
    assert pseudonym(key, WORKER) != pseudonym(key, "A2EXAMPLE")


def test_two_keys_make_two_pseudonyms_of_one_worker(key, tmp_path):
    assert pseudonym(key, WORKER) != pseudonym(tmp_path / "other.key", WORKER)


def test_it_is_the_hmac_sha_256_under_the_key(key):
    key.parent.mkdir()
    key.write_text("0f" * 32 + "\n")

    assert pseudonym(key, WORKER) == hmac.new(b"\x0f" * 32, WORKER.encode(), hashlib.sha256).hexdigest()


def test_all_who_come_first_at_once_agree_on_one_key(key):
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: pseudonym(key, WORKER), range(32)))

    assert len(made) == 1
    assert [path.name for path in key.parent.iterdir()] == ["journal.key"]


@pytest.mark.parametrize(
    "content", ["", "not hex", "0f", "é" * 64], ids=["empty", "words", "short", "accents"]
)
def test_a_file_that_is_no_key_is_refused_and_kept(key, content):
    key.parent.mkdir()
    key.write_text(content, encoding="utf-8")

    with pytest.raises(FileError, match="key"):
        pseudonym(key, WORKER)

    assert key.read_text(encoding="utf-8") == content


def test_a_directory_is_no_key(tmp_path):
    with pytest.raises(FileError, match="cannot be read as the journal's key"):
        pseudonym(tmp_path, WORKER)


def test_where_a_key_cannot_be_kept_it_is_said(tmp_path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(FileError, match=r"journal\.key: cannot be "):
        pseudonym(tmp_path / "file" / "journal.key", WORKER)
