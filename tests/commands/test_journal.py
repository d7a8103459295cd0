from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from mturk_tasks.commands import journal
from mturk_tasks.commands.journal import DONE, FAILED, Journal
from mturk_tasks.errors import FileError, RecordsError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "survey.journal"


def test_entries_are_read_in_the_order_they_were_written(path):
    with Journal(path) as book:
        book.note("load", rows=2)
        book.intend("create", "a", row=1)
        book.conclude("create", "a", DONE, hit_id="3H")

    assert journal.read(path) == [
        {"event": "load", "rows": 2},
        {"event": "intent", "action": "create", "item": "a", "row": 1},
        {"event": "outcome", "action": "create", "item": "a", "status": "done", "hit_id": "3H"},
    ]


def test_what_is_there_already_stays(path):
    for number in range(3):
        with Journal(path) as book:
            book.note("load", number=number)

    assert [entry["number"] for entry in journal.read(path)] == [0, 1, 2]


def test_without_a_file_there_are_no_entries(path):
    assert journal.read(path) == []


@pytest.mark.parametrize("text", ["a\nb\r\nc", "a\u2028b\u2029c\x85d\x0be\x1ef", "é漢🐦", '"\\{'])
def test_any_text_keeps_to_its_line(path, text):
    with Journal(path) as book:
        book.note("load", text=text)
        book.note("end")

    assert [entry.get("text") for entry in journal.read(path)] == [text, None]
    assert path.read_bytes().count(b"\n") == 2


def test_a_line_is_on_disk_when_its_call_returns(path):
    synced: list[bytes] = []

    with Journal(path, sync=lambda handle: synced.append(path.read_bytes())) as book:
        book.note("first")
        assert synced == [b'{"event": "first"}\n']
        book.intend("create", "a")
        assert len(synced) == 2
        assert b"intent" in synced[-1]


def test_the_real_disk_is_what_is_synced_unless_told_otherwise(path, monkeypatch):
    with Journal(path) as book:
        assert book._sync_file is os.fsync


def test_threads_that_write_while_the_disk_is_busy_share_the_next_trip(path):
    trips: list[int] = []

    def sync(handle: int) -> None:
        """Come back when all have written, as a slow disk would."""
        deadline = time.monotonic() + 20
        while path.read_bytes().count(b"\n") < 16 and time.monotonic() < deadline:
            time.sleep(0.001)
        trips.append(path.read_bytes().count(b"\n"))

    with Journal(path, sync=sync) as book, ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda number: book.note("load", number=number), range(16)))

    assert 1 <= len(trips) <= 2
    assert {entry["number"] for entry in journal.read(path)} == set(range(16))


def test_a_disk_of_five_milliseconds_is_asked_less_often_than_there_are_lines(path):
    on_disk: list[bytes] = [b""]

    def sync(handle: int) -> None:
        content = path.read_bytes()
        time.sleep(0.005)
        on_disk.append(content)

    def write(number: int) -> bool:
        book.intend("create", f"<{number}>")
        return f"<{number}>".encode() in on_disk[-1]

    with Journal(path, sync=sync) as book, ThreadPoolExecutor(16) as pool:
        assert all(pool.map(write, range(160)))

    assert len(on_disk) - 1 <= 80
    assert len(journal.read(path)) == 160


def test_threads_never_tear_each_others_lines(path):
    long = "x" * 20_000

    with Journal(path, sync=lambda handle: None) as book, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: book.note("load", number=number, text=long), range(64)))

    assert sorted(entry["number"] for entry in journal.read(path)) == list(range(64))


@pytest.mark.parametrize("torn", [b'{"event": "out', b"{", '{"text": "é'.encode()[:-1], b'{"event": "load"}'])
def test_a_line_without_its_end_does_not_count(path, torn):
    path.write_bytes(b'{"event": "load"}\n' + torn)

    assert journal.read(path) == [{"event": "load"}]


def test_writing_goes_on_after_a_torn_line(path):
    path.write_bytes(b'{"event": "load"}\n{"event": "out')

    with Journal(path) as book:
        book.note("resume")

    assert journal.read(path) == [{"event": "load"}, {"event": "resume"}]


def test_a_journal_that_is_one_torn_line_begins_anew(path):
    path.write_bytes(b'{"event"')

    with Journal(path) as book:
        book.note("load")

    assert path.read_bytes() == b'{"event": "load"}\n'


@pytest.mark.parametrize("line", [b"no json", b"[1]", b"3", b"", b'"\xff"', b"<<<<<<< HEAD"])
def test_a_line_that_is_no_entry_puts_the_records_in_doubt(path, line):
    path.write_bytes(b'{"event": "load"}\n' + line + b'\n{"event": "load"}\n')

    with pytest.raises(RecordsError, match=":2: is no line of a journal"):
        journal.read(path)


def test_a_directory_is_no_journal(tmp_path):
    with pytest.raises(FileError, match="cannot be read"):
        journal.read(tmp_path)
    with pytest.raises(FileError, match="cannot be written"):
        Journal(tmp_path)


def test_a_journal_in_no_folder_cannot_be_written(tmp_path):
    with pytest.raises(FileError, match="cannot be written"):
        Journal(tmp_path / "gone" / "survey.journal")


def test_a_disk_that_fails_is_said_before_anything_is_done(path):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(FileError, match="No space left on device"), Journal(path, sync=full) as book:
        book.intend("create", "a")


LIMITED = """
import resource, signal, sys
from pathlib import Path
from mturk_tasks.commands.journal import Journal
from mturk_tasks.errors import FileError

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
with Journal(Path(sys.argv[1])) as book:
    try:
        for number in range(100):
            book.note("load", number=number)
    except FileError as error:
        print(number, error)
"""


def run(program: str, path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_what_a_full_disk_leaves_is_the_whole_lines_before(path):
    said, _ = run(LIMITED, path).communicate(timeout=60)

    failed = int(said.split()[0])
    assert "cannot be written" in said
    assert [entry["number"] for entry in journal.read(path)] == list(range(failed))


HOLDER = """
import sys
from pathlib import Path
from mturk_tasks.commands.journal import Journal

with Journal(Path(sys.argv[1])) as book:
    book.note("held")
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def held(path):
    """Let another process hold the journal."""
    with run(HOLDER, path) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


def test_a_second_process_is_refused(path, held):
    with pytest.raises(RecordsError, match="another command is at work on these HITs"):
        Journal(path)

    assert path.read_bytes() == b'{"event": "held"}\n'


def test_a_second_process_may_read(path, held):
    assert journal.read(path) == [{"event": "held"}]


def test_a_process_that_was_killed_holds_nothing(path, held):
    held.kill()
    held.wait(60)

    with Journal(path) as book:
        book.note("mine")

    assert [entry["event"] for entry in journal.read(path)] == ["held", "mine"]


def test_one_that_was_closed_can_be_opened_again(path):
    first = Journal(path)
    with pytest.raises(RecordsError):
        Journal(path)
    first.close()

    Journal(path).close()


def test_a_refused_journal_leaves_a_torn_line_to_its_owner(path, held):
    with path.open("ab") as file:
        file.write(b'{"event": "being writ')

    with pytest.raises(RecordsError):
        Journal(path)

    assert path.read_bytes().endswith(b"being writ")


def intent(item: str, action: str = "create", **details):
    return {"event": "intent", "action": action, "item": item, **details}


def outcome(item: str, status: str, action: str = "create", **details):
    return {"event": "outcome", "action": action, "item": item, "status": status, **details}


STORY = [
    {"event": "load", "rows": 4},
    intent("a", number=1),
    intent("b", number=2),
    outcome("a", DONE, hit_id="3A"),
    outcome("b", FAILED),
    intent("b", number=3),
    intent("c", number=4),
    intent("c", number=5),
    intent("a", "approve"),
    outcome("d", FAILED),
    outcome("d", DONE, hit_id="3D"),
    outcome("a", FAILED, error="exists"),
]


def test_the_latest_outcome_of_each_item_counts():
    found = journal.outcomes(STORY, "create")

    assert {item: entry["status"] for item, entry in found.items()} == {"a": FAILED, "b": FAILED, "d": DONE}


def test_what_was_done_stays_done_whatever_came_after():
    found = journal.done(STORY, "create")

    assert {item: entry["hit_id"] for item, entry in found.items()} == {"a": "3A", "d": "3D"}


def test_an_intent_without_an_outcome_is_open_since_it_was_first_said():
    found = journal.open_intents(STORY, "create")

    assert {item: entry["number"] for item, entry in found.items()} == {"b": 3, "c": 4}


def test_actions_do_not_mix():
    assert list(journal.open_intents(STORY, "approve")) == ["a"]
    assert journal.done(STORY, "approve") == journal.outcomes(STORY, "approve") == {}


def test_matching_entries_have_all_the_values():
    assert journal.matching(STORY, event="load") == [STORY[0]]
    assert journal.matching(STORY, item="a", action="create", status=DONE) == [STORY[3]]
    assert journal.matching(STORY, item="a", status=None, event="intent") == [STORY[1], STORY[8]]
    assert journal.matching(STORY, event="bonus") == []


def test_a_line_is_json_that_other_programs_can_read(path):
    with Journal(path) as book:
        book.note("load", title="Vögel 漢")

    assert json.loads(path.read_text(encoding="utf-8")) == {"event": "load", "title": "Vögel 漢"}
    assert "Vögel 漢" in path.read_text(encoding="utf-8")


def test_no_thread_waits_for_a_line_that_is_on_disk_already(path):
    """The second writer's line goes out with the first one's trip when it was written before it."""
    trips: list[int] = []

    with Journal(path, sync=lambda handle: trips.append(1)) as book:
        with book._syncing:
            writers = [threading.Thread(target=book.note, args=("load",)) for _ in range(5)]
            for writer in writers:
                writer.start()
            while path.read_bytes().count(b"\n") < 5:
                time.sleep(0.001)
        for writer in writers:
            writer.join()

    assert len(trips) == 1
