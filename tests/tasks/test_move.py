"""A survey moves from the sandbox to a served marketplace and back; each keeps its own sets."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

from mturk_tasks.marketplace.operator import requesters
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.worker import work
from tests.bench import ANSWER
from tests.server.served import serving

pytestmark = pytest.mark.walk


@pytest.fixture
def market(shell, tmp_path, monkeypatch):
    """A served marketplace with real money, configured as production, and the key of a requester in it."""
    now = datetime.now(timezone.utc)
    with opening.open_store(tmp_path / "market.db", play=False) as store, serving(tmp_path / "key") as served:
        served.offer(store, lambda real: real)
        lab = requesters.add(store, "lab", now)
        requesters.fund(store, "lab", Decimal("5.00"), now)
        pair = served.keys.add(lab.key, now)
        settings = f"mturk:\n  production:\n    endpoint: {served.url}\n"
        (shell.folder / "invoke.yaml").write_text(settings, encoding="utf-8")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", pair.access_key_id)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", pair.secret)
        yield store


def there(shell, *words):
    ended = shell.process(*words, "--production")
    assert ended.code == 0, ended
    return ended.out


def work_on(store, hit_ids):
    now = datetime.now(timezone.utc)
    for hit_id in hit_ids:
        for worker in ("AMOVER1", "AMOVER2"):
            held = work.accept(store, worker, hit_id, now)
            work.submit(store, held.assignment_id, worker, ANSWER.format("owl"), now)


def test_a_survey_moves_to_the_served_marketplace_and_back(shell, sandbox, market):
    shell.do("load")
    shell.do("rehearse")
    here = shell.receipt()

    there(shell, "load", "--force")
    assert shell.receipt("birds.sandbox") == here
    assert not set(shell.receipt()) & set(here)

    work_on(market, shell.receipt())
    there(shell, "results")
    there(shell, "approve", "--force")
    assert "$4.28" in there(shell, "account.balance")  # 6 rewards of $0.10 with the fee, from $5.00

    shell.do("results")
    assert shell.files("results") == ["birds.results", "birds.sandbox.results"]
    assert "AMOVER1" not in (shell.folder / "birds.sandbox.results").read_text(encoding="utf-8")
    assert "AMOVER1" in (shell.folder / "birds.results").read_text(encoding="utf-8")

    shell.do("cleanup", "--expire", "--approve", "--force")
    assert sandbox.hits() == []
    there(shell, "cleanup", "--force")
    shell.do("load")
    assert set(shell.receipt()) == {hit["HITId"] for hit in sandbox.hits()}


def test_without_a_key_nothing_is_loaded_and_no_set_is_moved(shell, market, monkeypatch):
    shell.do("load")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    ended = shell.process("load", "--production", "--force")

    assert ended.code == 4
    assert "did not accept the credentials (InvalidSignatureException" in ended.err
    assert shell.files("journal") == ["birds.journal"]
