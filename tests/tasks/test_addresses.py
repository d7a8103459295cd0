"""Where keys may go when a folder names the marketplace: never over plain http to another machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tasks.shell import Ended, Shell

Mturk = Callable[..., Ended]
FAR = "http://market.example.org:8017"
OTHERS = [
    "http://192.0.2.1",
    "http://localhost.example.org",
    "http://127.0.0.1.example.org",
    "HTTP://192.0.2.1",
]
HERE = ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "https://market.example.org"]


def settings(folder: Path, address: str, environment: str = "production") -> None:
    text = f"mturk:\n  layout: 1\n  {environment}:\n    endpoint: '{address}'\n"
    (folder / "invoke.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("address", [FAR, *OTHERS])
def test_a_folder_cannot_have_keys_sent_unencrypted_to_another_machine(shell: Shell, address: str) -> None:
    settings(shell.folder, address)
    ended = shell.inv("status", "--production")

    assert (ended.code, ended.out) == (2, "")
    assert f"error: invoke.yaml:4: names {address}, to which your keys would go unencrypted" in ended.err
    assert f"name it yourself: export AWS_ENDPOINT_URL_MTURK={address}" in ended.err


def test_nor_can_it_as_a_sandbox(shell: Shell) -> None:
    settings(shell.folder, FAR, "sandbox")
    assert "error: invoke.yaml:4: names " in shell.inv("load").err


def test_nor_can_a_folder_above(shell: Shell, mturk: Mturk, monkeypatch: pytest.MonkeyPatch) -> None:
    settings(shell.folder, FAR)
    (shell.folder / "below").mkdir()
    monkeypatch.chdir(shell.folder / "below")

    assert "error: ../invoke.yaml:4: names " in mturk("account.balance", "--production").err


def test_nor_can_an_old_configuration(mturk: Mturk, tmp_path: Path) -> None:
    text = f"# keys\naccess_key=OLD\nsecret_key=old\nservice_url={FAR}/\n"
    (tmp_path / "mturk.properties").write_text(text, encoding="utf-8")
    ended = mturk("getBalance")

    assert ended.code == 2
    assert f"error: mturk.properties:4: names {FAR}" in ended.err


@pytest.mark.parametrize("address", HERE)
def test_this_machine_and_an_encrypted_address_may_be_named(shell: Shell, address: str) -> None:
    settings(shell.folder, address)
    ended = shell.inv("account.balance", "--production")

    assert ended.code == 4  # as far as the keys, of which there are none here
    assert "no usable credentials" in ended.err


@pytest.mark.parametrize("own", ["AWS_ENDPOINT_URL_MTURK", "INVOKE_MTURK_PRODUCTION_ENDPOINT", "file"])
def test_the_user_may_name_any_address(shell: Shell, monkeypatch: pytest.MonkeyPatch, own: str) -> None:
    settings(shell.folder, FAR)
    if own == "file":
        text = f"mturk: {{production: {{endpoint: '{FAR}'}}}}\n"
        Path("~/.invoke.yaml").expanduser().write_text(text, encoding="utf-8")
    else:
        monkeypatch.setenv(own, FAR)

    assert "no usable credentials" in shell.inv("account.balance", "--production").err


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1@192.0.2.1", "http://192.0.2.1\\\\@127.0.0.1", "https://a b", "https://a\u202eb", "https://a\x1b[2K"],
)  # fmt: skip
def test_an_address_that_two_readers_could_take_for_two_is_none(shell: Shell, address: str) -> None:
    settings(shell.folder, "x")
    text = (shell.folder / "invoke.yaml").read_text(encoding="utf-8")
    escaped = address.replace("\x1b", "\\e").replace("'", "")
    (shell.folder / "invoke.yaml").write_text(text.replace("'x'", f'"{escaped}"'), encoding="utf-8")
    ended = shell.inv("account.balance", "--production")

    assert ended.code == 2
    assert "is no address of a marketplace" in ended.err
