"""Plain words that simulated workers answer with, chosen by what a field is called."""

from __future__ import annotations

from random import Random
from typing import Final

_BY_NAME: Final = {
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


_MOST_PATIENT: Final = 10_000  # characters; nobody writes more, whatever a form asks for


def words(name: str, random: Random) -> str:
    """Return a word or a few, fit for a field of that name."""
    lowered = name.lower()
    for hints, phrases in _BY_NAME.items():
        if any(hint in lowered for hint in hints):
            return random.choice(phrases)
    return random.choice(_SENTENCES if random.random() < 0.6 else _SHORT)


def of_length(text: str, shortest: int, longest: int | None, random: Random) -> str:
    """Return the text made longer by sentences, or shorter by whole words where that can be."""
    shortest = min(shortest, _MOST_PATIENT)
    while len(text) < shortest:
        text = f"{text} {random.choice(_SENTENCES)}".strip()
    if longest is None or len(text) <= longest:
        return text
    cut = text[:longest]
    whole_words = cut.rpartition(" ")[0] if text[longest] != " " else cut
    shorter = (whole_words.rstrip(" ."), cut.rstrip())
    return next((one for one in shorter if len(one) >= shortest), cut)
