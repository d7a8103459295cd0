"""Options and settings that cannot be used are told in a sentence, and nothing is done."""

from __future__ import annotations

import pytest

from mturk_tasks.client import session
from tests.tasks.shell import snapshot

NOBODY = "http://127.0.0.1:9"  # the port of a service that no machine runs any more


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("load", "--maxhits", "abc"), "--maxhits takes a whole number, not 'abc'"),
        (("load", "--maxhits", "0"), "--maxhits takes a number from 1 on"),
        (("load", "--workers", "x"), "--workers takes a whole number, not 'x'"),
        (("load", "--workers", "0"), "--workers takes a number from 1 on"),
        (("load", "--uncertain", "maybe"), "--uncertain takes one of create, skip"),
        (("load", "--resume", "--append"), "exclude each other"),
        (("load", "--sandbox", "--production"), "--sandbox and --production exclude each other"),
        (("load", "--label", "a/"), "cannot name files"),
        (("load", "--label", "a?"), "cannot name files"),
        (("status", "--label", "-x"), "cannot name files"),
        (("rehearse", "--workers", "none"), "--workers takes a whole number"),
        (("rehearse", "--workers", "0"), "--workers takes a number from 1 on"),
        (("rehearse", "--seed", "-1"), "--seed takes a number from 0 on"),
        (("rehearse", "--skip", "1.5"), "--skip takes a whole number"),
        (("load", "--production"), "name its address in invoke.yaml"),
        (("rehearse", "--production"), "no production marketplace is configured"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_an_option_that_cannot_be_used_does_nothing(shell, home, words, told):
    before = snapshot(shell.folder, home)
    ended = shell.inv(*words)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: ")
    assert told in ended.err
    assert snapshot(shell.folder, home) == before


def test_a_label_in_a_folder_that_is_not_there_stops_a_load_before_it_spends(shell, sandbox):
    load = shell.inv("load", "--label", "nowhere/birds")

    assert load.code == 2
    assert "leads to a folder that is not there: " in load.err
    assert sandbox.hits() == []


def settings(shell, text):
    (shell.folder / "invoke.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("mturk: {environment: moon}", "environment 'moon' is not known; write sandbox or production"),
        ("mturk: {environment: production}", "no production marketplace is configured"),
        ("mturk: {layout: 2}", "this folder has layout 2; update mturk-tasks"),
        ("mturk: {layout: two}", "layout: takes a whole number, not 'two'"),
        ("mturk: {workers: many}", "workers: takes a whole number, not 'many'"),
        ("mturk: {fee: much}", "fee: takes a share such as 0.2"),
        ("mturk: {fee: 20}", "fee: takes a share from 0 to 1"),
        ("mturk: {sandbox: {endpoint: nowhere}}", "'nowhere' is no address of a marketplace"),
        ("mturk: {sandbox: {endpoint: 'http://[::1'}}", "is no address of a marketplace"),
        ("mturk: {name: owls}", "owls.input: is not there"),
    ],
)
def test_a_setting_that_cannot_be_used_does_nothing(shell, home, text, told):
    settings(shell, text)
    before = snapshot(shell.folder, home)
    ended = shell.inv("load")

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert snapshot(shell.folder, home) == before


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("mturk:\n", "invoke.yaml:1: mturk: has no settings below it"),
        ("mturk: sandbox\n", "invoke.yaml:1: mturk: has no settings below it"),
        ("mturk:\n  production:\n", "invoke.yaml:2: mturk: production: has no settings below it"),
        ("mturk: {sandbox: 'http://localhost'}\n", "invoke.yaml:1: mturk: sandbox: has no settings below it"),
        ("- mturk\n", "invoke.yaml: holds no settings"),
        ("mturk:\n  name: birds\n layout: 1\n", "invoke.yaml:3: is no YAML"),
        ("mturk:\n\tname: birds\n", "invoke.yaml:2: is no YAML"),
        ("mturk:\n  name: [birds]\n", "invoke.yaml:2: a list or a section stands where one value belongs"),
        ("mturk:\n  layout: 1\nrun: !!int x\n", "invoke.yaml: is no YAML"),
    ],
)
@pytest.mark.parametrize("words", [("load",), ("--list",)], ids=" ".join)
def test_a_settings_file_that_cannot_be_read_is_told_with_its_line(shell, home, words, text, where):
    settings(shell, text)
    ended = shell.inv(*words)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"error: {where}")
    assert not home.exists()


def test_a_folder_without_a_settings_file_works(shell, sandbox):
    (shell.folder / "invoke.yaml").unlink()

    assert shell.inv("load").code == 0
    assert len(sandbox.hits()) == 3


def test_settings_that_stand_there_empty_are_as_if_they_were_not_there(shell, sandbox):
    settings(shell, "mturk:\n  layout:\n  name:\n  environment:\n  workers:\n  comment:\n  fee:\n")

    assert shell.inv("load").code == 0
    assert len(sandbox.hits()) == 3


def test_an_address_that_is_none_is_refused_where_production_is_asked_for(shell):
    settings(shell, "mturk: {production: {endpoint: 'ftp://example.org'}}")
    ended = shell.inv("load", "--production")

    assert ended.code == 2
    assert "write http://… or https://…" in ended.err


def test_settings_are_read_from_the_folder_that_is_named(shell, tmp_path, monkeypatch):
    settings(shell, "mturk: {environment: moon}")
    monkeypatch.chdir(tmp_path)

    assert "'moon'" in shell.inv("--search-root", "birds", "load").err


def test_a_variable_wins_over_the_settings_file_and_an_option_over_both(shell, sandbox, monkeypatch):
    settings(shell, "mturk: {environment: production}")
    monkeypatch.setenv("INVOKE_MTURK_ENVIRONMENT", "moon")
    assert "'moon'" in shell.inv("load").err

    assert shell.inv("load", "--sandbox").code == 0
    assert len(sandbox.hits()) == 3


@pytest.fixture
def nobody_there(shell, monkeypatch):
    """Production at an address where nobody listens; a client gives up after two attempts."""
    settings(shell, f"mturk: {{production: {{endpoint: '{NOBODY}'}}}}")
    monkeypatch.setattr(session, "ATTEMPTS", 2)
    return monkeypatch


@pytest.mark.parametrize("command", [("load", "--force"), ("load",), ("--dry", "load")], ids=" ".join)
def test_without_keys_production_says_which_to_set(shell, home, nobody_there, command):
    before = snapshot(shell.folder, home)
    ended = shell.inv(*command, "--production")

    assert ended.code == 4
    assert ended.err.startswith(f"production: {NOBODY}\nerror: no usable credentials")
    assert "AWS_ACCESS_KEY_ID" in ended.err
    assert snapshot(shell.folder, home) == before


def test_where_nobody_listens_it_says_that_the_service_cannot_be_reached(shell, home, nobody_there):
    nobody_there.setenv("AWS_ACCESS_KEY_ID", "key")
    nobody_there.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    before = snapshot(shell.folder, home)
    ended = shell.inv("load", "--production", "--force")

    assert ended.code == 4
    assert "error: the service cannot be reached" in ended.err
    assert snapshot(shell.folder, home) == before


def test_rehearsals_are_refused_on_production_without_a_call(shell, nobody_there):
    ended = shell.inv("rehearse", "--production")

    assert ended.code == 2
    assert "embedded sandbox only" in ended.err
