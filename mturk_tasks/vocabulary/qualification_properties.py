"""The properties file of a qualification as values: which keys there are, and what fits in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.vocabulary import entries as reading
from mturk_tasks.vocabulary.entries import LARGEST, Key, one_of, text, whole
from mturk_tasks.vocabulary.statuses import ACTIVE, INACTIVE

RETRY_DELAY: Final = 259_200
TEST_DURATION: Final = 10_800


@dataclass(frozen=True)
class QualificationProperties:
    """What a properties file says of a qualification type, defaults filled in; durations are seconds.

    `given` are the keys that stand in the file. The test duration counts where there is a test, the
    granted value where the qualification is granted on request.
    """

    name: str
    description: str
    keywords: str
    retrydelayinseconds: int
    testdurationinseconds: int
    autogranted: bool
    autograntedvalue: int
    status: str
    given: frozenset[str]


def _flag(said: str) -> bool:
    return one_of("true", "false")(said) == "true"


_KEYS: Final = {
    "name": Key(str.strip, "name: Knows garden birds"),
    "description": Key(text(2000), "description: Ten pictures, ten names"),
    "keywords": Key(text(1000), default=""),
    "retrydelayinseconds": Key(whole(0, LARGEST, "seconds"), default=RETRY_DELAY),
    "testdurationinseconds": Key(whole(1, LARGEST, "seconds"), default=TEST_DURATION),
    "autogranted": Key(_flag, default=False),
    "autograntedvalue": Key(whole(-LARGEST - 1, LARGEST), default=1),
    "status": Key(one_of(ACTIVE, INACTIVE), default=ACTIVE),
}
REQUIRED: Final = tuple(name for name, key in _KEYS.items() if key.example)


def read(
    entries: Iterable[tuple[int, str, str]], path: Path
) -> tuple[QualificationProperties, list[Problem]]:
    """Return the properties, and warnings about keys that are unknown, stand there twice or do nothing.

    An entry is a line, a key and a text. Raise FileError with every mistake at once.
    """
    found, warnings = reading.last(entries, lambda key: key in _KEYS, "a qualification", path)
    values, problems = reading.values(found, _KEYS, path)
    if problems:
        raise FileError(*problems)
    if found.get("autograntedvalue") and not values["autogranted"]:
        said = "autograntedvalue counts for nothing without autogranted: true"
        warnings.append(Problem(path, found["autograntedvalue"].line, said))
    given = frozenset(name for name, entry in found.items() if entry.text.strip())
    return QualificationProperties(**values, given=given), warnings
