"""All that commands write in the user's own directory is the user's alone, whatever the umask says."""

from __future__ import annotations

import os
import stat

import pytest

pytestmark = pytest.mark.walk


@pytest.fixture(params=[0o000, 0o022], ids=["umask 0", "umask 022"])
def _umask(request):
    before = os.umask(request.param)
    yield
    os.umask(before)


@pytest.mark.usefixtures("_umask")
def test_nobody_else_reads_what_stands_in_the_users_directory(shell, mturk, home, monkeypatch):
    market = ("--database", str(home / "served" / "market.db"))
    assert mturk("marketplace.requester-add", "lab", *market).code == 0
    assert mturk("marketplace.backup", *market).code == 0
    assert (
        mturk("marketplace.export", "--requester", "lab", "--to", str(home / "lab.jsonl"), *market).code == 0
    )
    monkeypatch.chdir(shell.folder)
    shell.do("load")
    shell.do("rehearse")
    shell.do("results")
    shell.do("approve", "--force")
    shell.do("account.reset", "--force")

    modes = {str(path.relative_to(home)): stat.S_IMODE(path.stat().st_mode) for path in home.rglob("*")}
    folders = {name for name in modes if (home / name).is_dir()}
    assert {"journal.key", "sandbox.db", "sandbox.db-wal", "marketplace.key", "journal"} <= modes.keys()
    assert folders == {"served", "journal"}
    assert modes == {name: 0o700 if name in folders else 0o600 for name in modes}
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
