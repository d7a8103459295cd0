"""What simulated workers are like, by seed: where they live, what they have done, choose and write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from string import ascii_uppercase, digits
from typing import Final

from mturk_tasks.marketplace.records import workers
from mturk_tasks.marketplace.records.workers import Profile
from mturk_tasks.marketplace.storage.store import Store, retried
from mturk_tasks.marketplace.storage.transactions import write_transaction

_HOMES: Final = (
    ("US", "CA"),
    ("US", "TX"),
    ("US", "NY"),
    ("US", "FL"),
    ("IN", None),
    ("GB", None),
    ("BR", None),
)
_HOME_WEIGHTS: Final = (5, 4, 4, 3, 5, 2, 1)  # as many of each
_MOST_DONE: Final = 5000  # assignments before
_WORST: Final = 0.88  # share of them that was approved
_NEWCOMERS: Final = 0.2  # share of workers who have done nothing yet
_MASTERS: Final = 0.1
_ADULTS: Final = 0.5
_HABIT: Final = 0.7  # how often a worker chooses what most others choose
_WORDS_BY_NAME: Final = {
    ("mail",): ("ana@example.org", "ben.ito@example.org", "chloe_m@example.org", "dev@example.com"),
    ("url", "link", "website", "homepage"): (
        "https://example.org/",
        "https://example.org/about",
        "https://www.example.com/page?id=7",
    ),
    ("city", "town"): ("Lisbon", "Nairobi", "Osaka", "Quito", "Toronto"),
    ("country", "nation"): ("Portugal", "Kenya", "Japan", "Ecuador", "Canada"),
    ("tag", "keyword", "label", "word"): (
        "tree", "river", "bicycle", "sunset", "dog", "street", "bread", "window", "harbour", "snow",
    ),
    ("color", "colour"): ("blue", "dark green", "red", "yellow", "grey"),
    ("phone", "tel"): ("555 0102", "555 0117", "555 0143"),
    ("name",): ("Ana", "Ben", "Chloe", "Dev", "Emeka", "Farah", "Goran"),
    ("job", "work", "occupation"): ("nurse", "teacher", "carpenter", "student", "driver"),
}  # fmt: skip
_SENTENCES: Final = (
    "It was easy to read.",
    "I liked the first one better.",
    "The picture is a little dark.",
    "Nothing to add.",
    "The instructions were clear.",
    "I had to look twice.",
    "The colours look natural.",
    "It reminds me of my home town.",
    "I am not quite sure about this one.",
    "The second part took longer.",
)
_SHORT: Final = ("yes", "fine", "good", "not sure", "quite good", "clear", "very nice", "a bit slow")
_MOST_WRITTEN: Final = 10_000  # characters; nobody writes more, whatever a form asks for


def worker_id(seed: int, number: int) -> str:
    """Return the ID of the n-th simulated worker of a seed; other seeds have other workers."""
    chance = Random(f"{seed} worker {number}")  # noqa: S311  # the same for the same seed, on purpose
    return "A" + "".join(chance.choices(ascii_uppercase + digits, k=13))


def profile_of(seed: int, worker_id: str) -> Profile:
    """Return a simulated worker's profile, the same for the same seed."""
    chance = Random(f"{seed} {worker_id} profile")  # noqa: S311  # a person made up, not a secret
    (home,) = chance.choices(_HOMES, _HOME_WEIGHTS)
    submitted = 0 if chance.random() < _NEWCOMERS else chance.randint(1, _MOST_DONE)
    return Profile(
        country=home[0],
        subdivision=home[1],
        adult=chance.random() < _ADULTS,
        master=chance.random() < _MASTERS,
        submitted_before=submitted,
        approved_before=round(submitted * chance.uniform(_WORST, 1)),
    )


@retried
def enrol(store: Store, worker_ids: Iterable[str], seed: int, now: datetime) -> None:
    """Make simulated workers known, new ones with a profile; what was said of others stays."""
    with write_transaction(store, now) as transaction:
        for worker_id in worker_ids:
            if workers.enrol(transaction, worker_id, simulated=True):
                workers.write(transaction, worker_id, profile_of(seed, worker_id))


@dataclass(frozen=True)
class Mood:
    """What decides a worker's answers to one HIT: chance of their own, and a leaning that all share.

    Most workers choose alike, some their own way. Every worker draws the same numbers from `shared`, in
    the same order.
    """

    own: Random
    shared: Random

    @classmethod
    def of(cls, seed: int, worker: str, hit: int) -> Mood:
        """Return the mood of a worker at the n-th HIT; the same arguments give the same answers."""
        return cls(Random(f"{seed} {worker} {hit}"), Random(f"{seed} {hit}"))  # noqa: S311  # not for secrets

    def one(self, options: Sequence[str]) -> str:
        """Return one of the options."""
        favourite = self.shared.choice(options)
        return favourite if self.own.random() < _HABIT else self.own.choice(options)

    def some(self, options: Sequence[str], least: int, most: int) -> tuple[str, ...]:
        """Return `least` to `most` of the options, in their order; rarely many more than needed."""
        favourites = self.shared.sample(options, len(options))
        least, most = min(least, len(options)), min(most, len(options), least + 2)
        count = self.own.randint(least, max(least, most))
        order = favourites if self.own.random() < _HABIT else self.own.sample(options, len(options))
        chosen = set(order[:count])
        return tuple(option for option in options if option in chosen)


def words(name: str, random: Random) -> str:
    """Return a word or a few, fit for a field of that name."""
    lowered = name.lower()
    for hints, phrases in _WORDS_BY_NAME.items():
        if any(hint in lowered for hint in hints):
            return random.choice(phrases)
    return random.choice(_SENTENCES if random.random() < 0.6 else _SHORT)


def of_length(text: str, shortest: int, longest: int | None, random: Random) -> str:
    """Return the text made longer by sentences, or shorter by whole words where that can be."""
    shortest = min(shortest, _MOST_WRITTEN)
    while len(text) < shortest:
        text = f"{text} {random.choice(_SENTENCES)}".strip()
    if longest is None or len(text) <= longest:
        return text
    cut = text[:longest]
    whole_words = cut.rpartition(" ")[0] if text[longest] != " " else cut
    shorter = (whole_words.rstrip(" ."), cut.rstrip())
    return next((text for text in shorter if len(text) >= shortest), cut)
