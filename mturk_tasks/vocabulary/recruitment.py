"""Where participants of a study come from: what their links carry, and how they are sent back."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from string import ascii_uppercase, digits
from typing import Any, Final
from urllib.parse import quote, urlsplit

from mturk_tasks.errors import Problem
from mturk_tasks.vocabulary import entries as reading
from mturk_tasks.vocabulary.entries import Entry, Key, one_of, whole

DONE: Final = "done"
ENDINGS: Final = (
    DONE,
    "screenout",
    "noconsent",
    "full",
    "late",
    "excluded",
)  # each may have a code of its own
MOST_HITS: Final = 1000
_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Source:
    """A place that people come from.

    Its links carry three `parameters`: who somebody is, and, where the source tells them, of which study and
    session; `placeholders` are what the source puts them in place of. An ID that does not match `form` is
    refused. `back` is where people are sent with their code. Where IDs are the source's own everywhere,
    they are `worldwide`; else they belong to the requester. Where links are `signed`, each is one person's:
    the marketplace made the first parameter. Where a source wants it, the last page `leads_on` by itself.
    `there` says what to choose on the source's own pages.
    """

    name: str
    parameters: tuple[str, str, str] = ("", "", "")
    placeholders: tuple[str, str, str] = ("", "", "")
    form: str = r"[A-Za-z0-9_.@+-]{1,128}"
    back: str = ""
    worldwide: bool = False
    signed: bool = False
    leads_on: bool = False
    there: str = ""

    @property
    def identifies(self) -> bool:
        """Say whether links carry an ID; where they do not, everybody who opens one is somebody new."""
        return bool(self.parameters[0])

    def query(self) -> str:
        """Return what to put behind a study's address at the source."""
        pairs = zip(self.parameters, self.placeholders, strict=True)
        return "&".join(f"{name}={placeholder}" for name, placeholder in pairs if name)

    def accepts(self, external_id: str) -> bool:
        """Say whether an ID has the form of the source's."""
        return bool(re.fullmatch(self.form, external_id))


SOURCES: Final[Mapping[str, Source]] = {
    source.name: source
    for source in (
        Source(
            "prolific",
            ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID"),
            ("{{%PROLIFIC_PID%}}", "{{%STUDY_ID%}}", "{{%SESSION_ID%}}"),
            form=r"[0-9a-f]{24}",
            back="https://app.prolific.com/submissions/complete?cc={code}",
            worldwide=True,
            leads_on=True,
            there="record IDs by URL parameters; confirm completion by redirect, with the code",
        ),
        Source(
            "connect",
            ("participantId", "projectId", "assignmentId"),
            ("%participantId%", "%projectId%", "%assignmentId%"),
            form=r"[A-Za-z0-9-]{8,64}",
            worldwide=True,
            there="add the URL parameters; write the redirect address that it shows as recruit.return",
        ),
        Source(
            "sona",
            ("id", "", ""),
            ("%SURVEY_CODE%", "", ""),
            form=r"[0-9]{1,12}",
            there="write its client-side completion URL as recruit.return, with {id} for the survey code",
        ),
        Source("class", ("ticket", "", ""), ("", "", ""), signed=True),
        Source("link"),
    )
}


@dataclass(frozen=True)
class Recruitment:
    """What the properties say of a study.

    `codes` are those of the ways in which it can end; whoever gives one of the answers of `screenout`, each a
    question and a value, does no more of it. `hits` is how many HITs somebody does, `participants` how many
    take part at most, `minutes` after how many without an answer a place is free again, `estimate` how many
    minutes somebody is told that it takes. `back` is the address of return; `{code}` and `{id}` in it are
    filled in.
    """

    source: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    screenout: tuple[tuple[str, str], ...] = ()
    hits: int = 1
    participants: int | None = None
    minutes: int = 60
    estimate: int | None = None
    until: date | None = None
    back: str = ""
    consent: str = ""
    consent_line: int = 0


def _code(text: str) -> str:
    if not _CODE.fullmatch(text.strip()):
        raise ValueError(f"{text.strip()!r} is no code; write 1 to 64 letters, digits, - and _")
    return text.strip()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no day; write it as 2027-01-31") from None


def _answers(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=") for part in text.split(",")]
    if any(not (name.strip() and equals and value.strip()) for name, equals, value in pairs):
        raise ValueError(
            f"{text.strip()!r} is no list of answers; write questions and values, as adult=no, age=5"
        )
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _address(text: str) -> str:
    address = text.strip()
    if urlsplit(address).scheme != "https" or not urlsplit(address).netloc:
        raise ValueError(
            f"{address!r} is no address of return; write https://…, with {{code}} where that belongs"
        )
    return address


_KEYS: Final = {
    "recruit": Key(one_of(*SOURCES)),
    "recruit.code": Key(_code),
    **{f"recruit.code.{ending}": Key(_code) for ending in ENDINGS[1:]},
    "recruit.screenout": Key(_answers, default=()),
    "recruit.hits": Key(whole(1, MOST_HITS, "HITs"), default=1),
    "recruit.participants": Key(whole(1, 1_000_000, "participants")),
    "recruit.minutes": Key(whole(1, 10_080, "minutes"), default=60),
    "recruit.estimate": Key(whole(1, 10_080, "minutes")),
    "recruit.until": Key(_day),
    "recruit.return": Key(_address),
    "consent": Key(str.strip),
}


def concerns(key: str) -> bool:
    """Say whether a key is one of these."""
    return key in _KEYS


def read(found: Mapping[str, Entry], path: Path) -> tuple[Recruitment, list[Problem]]:
    """Return what the entries say, and what does not fit."""
    values: dict[str, Any]
    values, problems = reading.values(found, _KEYS, path)
    codes = {ending: values.get(f"recruit.code.{ending}") for ending in ENDINGS[1:]}
    codes[DONE] = values.get("recruit.code")
    return Recruitment(
        source=values.get("recruit") or "",
        codes={ending: code for ending, code in codes.items() if code},
        screenout=values.get("recruit.screenout", ()),
        hits=values.get("recruit.hits", 1),
        participants=values.get("recruit.participants"),
        minutes=values.get("recruit.minutes", 60),
        estimate=values.get("recruit.estimate"),
        until=values.get("recruit.until"),
        back=values.get("recruit.return") or "",
        consent=values.get("consent") or "",
        consent_line=found["consent"].line if "consent" in found else 0,
    ), problems


def new_code() -> str:
    """Return a completion code nobody can guess, easy to type."""
    alphabet = "".join(sorted(set(ascii_uppercase + digits) - set("0O1I")))
    return "C" + "".join(secrets.choice(alphabet) for _ in range(9))


def way_back(source: str, back: str, *, code: str, external_id: str) -> str:
    """Return the address that somebody is sent to with their code; empty where there is none."""
    address = back or SOURCES[source].back
    return address.replace("{code}", quote(code, safe="")).replace("{id}", quote(external_id, safe=""))
