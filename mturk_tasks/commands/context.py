"""What every use case works with: where it is, whom it speaks to, and what it may do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Final, Protocol, TypeVar

from mturk_tasks.client import assignments
from mturk_tasks.client.assignments import AccountBalance, Marketplace
from mturk_tasks.client.session import Client
from mturk_tasks.commands.runner import Item, Outcome, Outcomes, Result
from mturk_tasks.commands.runner import run as run_batch
from mturk_tasks.console import console
from mturk_tasks.console.console import Console
from mturk_tasks.errors import (
    FileError,
    InsufficientFunds,
    MTurkTasksError,
    Problem,
    ServiceError,
    Unavailable,
)
from mturk_tasks.files import survey
from mturk_tasks.files.survey import Definition, Survey
from mturk_tasks.lib.money import FeeTable, describe_fee
from mturk_tasks.vocabulary.environments import PRODUCTION, Environment, Site
from mturk_tasks.vocabulary.evaluation import Thresholds

_COMMENT: Final = (
    "If you would like to supply a comment to the worker(s), please type it below then press ENTER. "
)
_MAY_BE_EMPTY: Final = "If not, just hit ENTER:\n"
_NEEDED: Final = "An empty line ends this, and nothing is decided:\n"


class Rehearsed(Protocol):
    """See what simulated workers did, between which moments, and what could not be done as it should."""

    @property
    def submitted(self) -> int: ...  # noqa: D102  # the class says what these are
    @property
    def returned(self) -> int: ...  # noqa: D102  # likewise
    @property
    def began(self) -> datetime: ...  # noqa: D102  # likewise
    @property
    def ended(self) -> datetime: ...  # noqa: D102  # likewise
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102  # likewise


class Candidates(Protocol):
    """See how many simulated workers were given a qualification, wait for it, or may not ask."""

    @property
    def granted(self) -> int: ...  # noqa: D102  # the class says what these are
    @property
    def waiting(self) -> int: ...  # noqa: D102  # likewise
    @property
    def refused(self) -> int: ...  # noqa: D102  # likewise


class Market(Protocol):
    """See the embedded marketplace where a command must know more of it than its API tells."""

    def now(self) -> datetime:
        """Return the sandbox's own time."""
        ...

    def ahead(self) -> float:
        """Return by how many seconds that time is ahead."""
        ...

    def rehearse(self, hit_ids: Sequence[str], *, workers: int, seed: int, skip: int) -> Rehearsed:
        """Let simulated workers take part."""
        ...

    def rehearse_requests(
        self, type_id: str, *, workers: int, seed: int, known: Mapping[str, str]
    ) -> Candidates:
        """Let simulated workers ask for a qualification; `known` are right answers by question."""
        ...


@dataclass(frozen=True)
class CommandSettings:
    """What `invoke.yaml` says beside where to act.

    `comment` is the reason of rejections that have none, `last_comment` the one where nobody gives any.
    `fee` is what a service takes that does not tell it; `quality` says from when on work is worth a look.
    """

    name: str = ""
    comment: str = ""
    last_comment: str = ""
    fee: FeeTable | None = None
    quality: Thresholds = field(default_factory=Thresholds)


@dataclass
class CommandContext:
    """One command's view of the world; tests put other parts in.

    `market` is None where the marketplace is not embedded. `dry` allows only calls that read and
    writes no file.
    """

    folder: Path
    home: Path
    environment: Environment
    connect: Callable[[], Client]
    clock: Callable[[], datetime]
    console: Console
    settings: CommandSettings = field(default_factory=CommandSettings)
    workers: int = 1
    force: bool = False
    dry: bool = False
    market: Callable[[], Market] | None = None

    @cached_property
    def client(self) -> Client:
        """Return the one client of this command, made at its first call."""
        return self.connect()

    @cached_property
    def account(self) -> AccountBalance:
        """Return the requester's account as it was when this command first asked."""
        return assignments.get_account(self.client)

    @cached_property
    def marketplace(self) -> Marketplace:
        """Return what the marketplace tells of itself; nothing where it does not tell balances."""
        try:
            return self.account.marketplace
        except ServiceError:
            return Marketplace()

    @cached_property
    def site(self) -> Site:
        """Return the worker site, where links lead; only a marketplace in this process is asked for it."""
        return self.environment.site_of(self.marketplace.address if self.environment.embedded else "")

    @cached_property
    def fee(self) -> FeeTable:
        """Return what the marketplace takes; where it does not tell, what is configured, else Amazon's."""
        told, configured = self.marketplace.fee, self.settings.fee
        if told and configured and told != configured:
            self.console.note(
                "warning: mturk: fee: in invoke.yaml is not used; "
                f"the marketplace tells its fee itself: {describe_fee(told)}"
            )
        return told or configured or FeeTable()

    @cached_property
    def survey(self) -> Survey:
        """Return the survey of the folder."""
        return survey.find(self.folder, self.settings.name)

    @cached_property
    def definition(self) -> Definition:
        """Return what makes up the qualification of the folder."""
        return survey.find_definition(self.folder, self.settings.name)

    @property
    def on_production(self) -> bool:
        """Say whether money and people are real."""
        return self.environment.name == PRODUCTION

    def each(
        self, items: Sequence[Item], act: Callable[[Item], Result], *fatal: type[MTurkTasksError]
    ) -> Iterator[Outcome[Item, Result]]:
        """Return the outcomes of `act` for the items as they come, in order.

        What leaves nothing more to be done is raised: no service, no disk for the journal, and the
        `fatal` kinds.
        """
        return run_batch(items, act, workers=self.workers, fatal=(Unavailable, FileError, *fatal))

    def perform(
        self,
        items: Sequence[Item],
        act: Callable[[Item], Result],
        line: Callable[[Outcome[Item, Result], int], str],
        *fatal: type[MTurkTasksError],
        progress: str = "",
    ) -> Outcomes[Item, Result]:
        """Act on each item, write the line about it unless it is empty, and return the outcomes.

        A line is made of the outcome and its number, from 1 on. What was done is a step of the `progress`,
        what failed a note. Raise what `each` raises.
        """
        outcomes: Outcomes[Item, Result] = Outcomes()
        with self.console.progress(len(items) if progress else 0, progress) as step:
            for outcome in self.each(items, act, *fatal):
                outcomes.append(outcome)
                if text := line(outcome, len(outcomes)):
                    (step if outcome.ok else self.console.note)(text)
        return outcomes

    def require_funds(self, action: str, cost: Decimal, refusal: str) -> None:
        """Raise InsufficientFunds, with the refusal, where the account does not cover the cost."""
        if cost and cost > self.account.balance:
            raise InsufficientFunds(action, "InsufficientFunds", refusal)

    def confirm(self, plan: str, heading: str = "") -> None:
        """Show a plan, below the heading if any, and ask whether to go on; `--force` has said so already.

        On production the plan ends with the address: a folder may have named it.
        """
        if self.on_production:
            plan = f"{plan} (production: {self.environment.endpoint})"
        if not self.force:
            self.console.confirm(plan, heading)
            return
        if heading:
            self.console.say(heading)
        self.console.note(plan)

    def ask_comment(self, *, needed: bool = False) -> str:
        """Return the comment for Workers that is typed when asked for; empty where nobody is to be asked.

        The question says what an empty line does: where a comment is `needed`, nothing is done without.
        """
        if not self.console.attended or (self.force and self.settings.last_comment):
            return ""
        return self.console.ask(_COMMENT + (_NEEDED if needed else _MAY_BE_EMPTY)).strip()

    def announce(self, plan: str) -> None:
        """Show a plan; on production, where money and people are real, ask whether to go on with it."""
        if self.on_production:
            self.confirm(plan)
        else:
            self.console.note(plan)

    def introduce(self, survey: Survey) -> None:
        """Say which files a command reads, in the words of the reference."""
        self.console.say("--[Initializing]----------")
        self.console.say(f" Input: {survey.input}")
        self.console.say(f" Properties: {survey.properties}")
        self.console.say(f" Question File: {survey.question}")

    def warn(self, notes: Sequence[Problem]) -> None:
        """Say what is odd but does not stop the command; of alike notes the first."""
        for line in console.problem_lines(notes):
            self.console.note(f"warning: {line}")


# Find out everything that is wrong with several files before saying any of it.


Value = TypeVar("Value")


class ProblemCollector:
    """Take steps one after the other and keep what each finds wrong, to say it all at once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def __call__(self, step: Callable[[], Value]) -> Value | None:
        """Return what a step returns, None where it finds something wrong."""
        try:
            return step()
        except FileError as error:
            self.problems += error.problems
            return None

    def error(self) -> FileError:
        """Return all of it as one error."""
        return FileError(*self.problems)
