"""Commands that are final, or that cost real money, ask first."""

from __future__ import annotations

import pytest

from mturk_tasks.client.session import connect
from mturk_tasks.marketplace.api.endpoint import attach
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.tasks.bootstrap import Embedded
from tests.server.served import offering
from tests.tasks.shell import REASON, mark_first, snapshot
from tests.tasks.terminal import CTRL_C, CTRL_D, ENTER, at_terminal

pytestmark = pytest.mark.walk

PROMPT = "To confirm this operation, please press ENTER"
ASKING = [("approve",), ("reject",), ("cleanup", "--approve")]


@pytest.fixture
def worked(shell):
    """Have every assignment submitted, and the first marked for rejection."""
    for words in (("load",), ("rehearse",), ("results",)):
        shell.do(*words)
    mark_first(shell.folder / "birds.results")
    return shell


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
def test_where_nobody_is_there_to_ask_nothing_is_done(worked, sandbox, home, words):
    before = snapshot(worked.folder, home)
    ended = worked.inv(*words)

    assert ended.code == 2
    assert "You are about to" in ended.err
    assert "add --force" in ended.err
    assert snapshot(worked.folder, home) == before
    assert sandbox.statuses() == ["Submitted"] * 6


@pytest.mark.parametrize(
    ("words", "statuses"),
    [
        (("approve", "--force"), ["Approved"] * 5 + ["Submitted"]),
        (("reject", "--force"), ["Rejected"] + ["Submitted"] * 5),
        (("cleanup", "--approve", "--force"), []),
        (("review",), ["Approved"] * 5 + ["Rejected"]),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_with_force_and_where_no_question_belongs_it_is_done(worked, sandbox, words, statuses):
    assert worked.inv(*words).code == 0
    assert sandbox.statuses() == statuses


@pytest.mark.parametrize("keys", [ENTER, "Yes" + ENTER], ids=["enter", "yes"])
def test_enter_and_yes_go_on(worked, sandbox, keys):
    ended = at_terminal(worked.folder, "approve", prompt=PROMPT, keys=keys)

    assert ended.code == 0, ended
    assert "You are about to approve 5 assignment(s). At most $0.60 with fees." in ended.out
    assert sandbox.statuses() == ["Approved"] * 5 + ["Submitted"]


@pytest.mark.parametrize(
    ("keys", "code"), [("n" + ENTER, 1), (CTRL_D, 1), (CTRL_C, 130)],
    ids=["n", "end-of-input", "ctrl-c"],
)  # fmt: skip
def test_any_other_answer_does_nothing(worked, sandbox, keys, code):
    before = snapshot(worked.folder)
    ended = at_terminal(worked.folder, "cleanup", "--approve", prompt=PROMPT, keys=keys)

    assert (ended.code, "Traceback" in ended.out) == (code, False), ended
    assert snapshot(worked.folder) == before
    assert sandbox.statuses() == ["Submitted"] * 6


def test_a_reason_for_rejections_is_asked_for_once(worked, sandbox):
    mark_first(worked.folder / "birds.results", reason="")
    comment = "If you would like to supply a comment"
    ended = at_terminal(worked.folder, "reject", "--force", prompt=comment, keys=REASON + ENTER)

    assert ended.code == 0, ended
    assert ended.out.count(comment) == 1
    assert sandbox.statuses() == ["Rejected"] + ["Submitted"] * 5


@pytest.mark.parametrize("command", ["review", "reject"])
def test_without_a_reason_nothing_is_decided_and_the_question_says_so(worked, sandbox, command):
    mark_first(worked.folder / "birds.results", reason="")
    ended = at_terminal(worked.folder, command, "--force", prompt="An empty line ends this", keys=ENTER)

    assert (ended.code, "If not, just hit ENTER" in ended.out) == (2, False), ended
    assert "1 rejection without feedback: " in ended.out
    assert sandbox.statuses() == ["Submitted"] * 6


def test_a_load_into_the_sandbox_asks_nothing(shell, sandbox):
    ended = at_terminal(shell.folder, "load", prompt="Successfully loaded 3 HITs.", keys="")

    assert ended.code == 0, ended
    assert PROMPT not in ended.out
    assert len(sandbox.hits()) == 3


def test_a_terminal_shows_a_line_for_each_hit_above_the_bar(shell):
    shell.rows(30)
    ended = at_terminal(shell.folder, "load", prompt="Successfully loaded 30 HITs.", keys="")

    assert ended.out.count("Created HIT ") == 30
    assert "30/30" in ended.out


@pytest.fixture
def production(shell, tmp_path, monkeypatch):
    """A marketplace with real money in it, at an address; its requester's HITs."""
    with opening.open_store(tmp_path / "production.db") as store, offering(store) as address:
        settings = f"mturk:\n  production:\n    endpoint: {address}\n"
        (shell.folder / "invoke.yaml").write_text(settings, encoding="utf-8")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        client = connect(None)
        attach(client, store, Embedded(tmp_path / "clock.db", dry=True).now)
        yield address, lambda: client.list_hits(MaxResults=100)["HITs"]


def test_a_load_on_production_asks_and_names_the_place_in_its_first_line_and_in_the_question(
    shell, production
):
    address, hits = production
    load = shell.process("load", "--production")

    assert load.code == 2
    assert load.err.startswith(f"production: {address}\nerror: 3 HITs with 2 assignments each")
    assert f"(production: {address}) This needs a confirmation" in load.err
    assert (hits(), shell.files("journal", "success")) == ([], [])


@pytest.mark.parametrize(("keys", "code", "number"), [(ENTER, 0, 3), ("n" + ENTER, 1, 0)], ids=["enter", "n"])
def test_a_load_on_production_does_as_it_is_answered(shell, production, keys, code, number):
    _, hits = production
    ended = at_terminal(shell.folder, "load", "--production", prompt=PROMPT, keys=keys)

    assert ended.code == code, ended
    assert len(hits()) == number


def test_production_and_sandbox_keep_their_sets_apart(shell, sandbox, production):
    address, hits = production
    shell.do("load")
    there = shell.process("load", "--production", "--force")

    assert there.code == 0, there
    assert (len(hits()), len(sandbox.hits())) == (3, 3)
    assert shell.files("journal") == ["birds.journal", "birds.sandbox.journal"]
    assert set(shell.receipt()) == {hit["HITId"] for hit in hits()}
    assert set(shell.receipt("birds.sandbox")) == {hit["HITId"] for hit in sandbox.hits()}
    assert f"production ({address})" in shell.process("status", "--production").out
    assert "sandbox (embedded)" in shell.do("status")


def test_what_is_left_of_a_load_on_production_is_made_by_resume(shell, production):
    _, hits = production
    first = shell.process("load", "--production", "--force", "--maxhits", "2")
    rest = shell.process("load", "--production", "--force", "--resume")

    assert (first.code, rest.code) == (0, 0), rest
    assert sorted(hit["RequesterAnnotation"] for hit in hits()) == ["jay.jpg", "owl.jpg", "wren.jpg"]
