"""A marketplace with real money, served by processes, and the proof that it has lost nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mturk_tasks.client.session import Client, connect
from mturk_tasks.lib.money import FeeTable
from mturk_tasks.marketplace.operator import checks, requesters
from mturk_tasks.marketplace.server.keys import KeyFile, Keys, Pair
from mturk_tasks.marketplace.storage import opening
from mturk_tasks.marketplace.storage.schema import assignment, bonus, hit
from mturk_tasks.marketplace.storage.store import Store
from mturk_tasks.vocabulary.statuses import APPROVED, REJECTED, SUBMITTED
from tests.postgres import emptied
from tests.server.bustle import Caller
from tests.server.processes import Process

DEPOSIT = Decimal("1000.00")
REWARD = Decimal("0.05")
BONUS = Decimal("0.01")
FEES = FeeTable()


class Market:
    """What is served, by which processes, and to whom."""

    def __init__(self, store: Store, servers: Sequence[Process], pair: Pair) -> None:
        self.store = store
        self.servers = servers
        self.pair = pair
        self.clients: list[Client] = [
            connect(server.url, keys=(pair.access_key_id, pair.secret), threads=40) for server in servers
        ]

    def callers(self, count: int, kind: dict[str, Any], question: str) -> list[Caller]:
        """Return programs of one requester, each of which calls the next server."""
        made = self.clients[0].create_hit_type(**{**kind, "Reward": str(REWARD)})
        new = {"HITTypeId": made["HITTypeId"], "LifetimeInSeconds": 3600, "Question": question}
        return [
            Caller(self.clients[number % len(self.clients)], f"caller{number}", new)
            for number in range(count)
        ]

    def must_hold(self, callers: Sequence[Caller], submitted: Sequence[str]) -> None:
        """Hold all that requesters and workers were told against what is there: that, and nothing else."""
        self._must_hold_hits(callers)
        self._must_hold_work(callers, submitted)
        self._must_hold_money(callers)
        assert checks.check(self.store) == []

    def _must_hold_hits(self, callers: Sequence[Caller]) -> None:
        with self.store.reading() as db:
            kept = db.execute(select(hit.c.annotation, hit.c.hit_id)).all()
        told = [pair for caller in callers for pair in caller.hits.items()]
        assert sorted(tuple(row) for row in kept) == sorted(told)

    def _must_hold_work(self, callers: Sequence[Caller], submitted: Sequence[str]) -> None:
        told = {
            **dict.fromkeys(submitted, SUBMITTED),
            **{one: APPROVED for caller in callers for one in caller.approved},
            **{one: REJECTED for caller in callers for one in caller.rejected},
        }
        with self.store.reading() as db:
            offered = {row.id: row.max_assignments for row in db.execute(select(hit))}
            kept = db.execute(select(assignment)).all()
        assert {row.assignment_id: row.status for row in kept} == told
        assert all(count <= offered[key] for key, count in Counter(row.hit for row in kept).items())

    def _must_hold_money(self, callers: Sequence[Caller]) -> None:
        """What the requester has, and what is set aside, to the cent."""
        with self.store.reading() as db:
            rewarded = db.execute(select(bonus.c.assignment)).all()
            maxima = db.execute(select(hit.c.max_assignments)).scalars().all()
            kept = db.execute(select(assignment.c.assignment_id, hit.c.max_assignments).join(hit)).all()
        places = {row.assignment_id: row.max_assignments for row in kept}
        approved, rejected, bonuses = (
            [one for caller in callers for one in getattr(caller, name)]
            for name in ("approved", "rejected", "bonuses")
        )
        assert len(rewarded) == len(bonuses) == len(set(bonuses))
        back = sum(price(places[one]) for one in rejected)
        paid = sum(price(places[one]) for one in approved)
        cover = sum(maximum * price(maximum) for maximum in maxima)
        spent = len(bonuses) * (BONUS + FEES.on_bonus(BONUS))
        assert self.clients[-1].get_account_balance()["AvailableBalance"] == str(
            DEPOSIT - cover + back - spent
        )
        assert self.clients[-1].get_account_balance()["OnHoldBalance"] == str(cover - back - paid)


def price(places: int) -> Decimal:
    """Return what an assignment costs, of a HIT that was made with so many."""
    return REWARD + FEES.on_reward(REWARD, places)


@contextmanager
def served_market(folder: Path, address: str, servers: int, *, quiet: bool = True) -> Iterator[Market]:
    """Serve a new marketplace at an address by that many processes, which end in order.

    `quiet` says that they have no trouble to tell of.
    """
    log = folder / "log"
    with (
        emptied(address, play=False)
        if "://" in address
        else opening.open_store(Path(address), play=False) as store
    ):
        pair = _fund(store, folder / "marketplace.key")
        with ExitStack() as stack:
            started = []
            for _ in range(servers):
                started.append(Process(folder, log, "--database", address))
                stack.callback(started[-1].kill)
            market = Market(store, started, pair)
            for client in market.clients:
                stack.callback(client.close)
            yield market
            assert [server.stop() for server in started] == [0] * servers
    assert "Traceback" not in log.read_text()
    assert '"level"' not in log.read_text() or not quiet


def _fund(store: Store, key_file: Path) -> Pair:
    now = datetime.now(timezone.utc)
    key = requesters.add(store, "ada", now).key
    requesters.fund(store, "ada", DEPOSIT, now)
    return Keys(store, KeyFile(key_file)).add(key, now)
