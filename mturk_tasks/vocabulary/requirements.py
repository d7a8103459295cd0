"""What a HIT asks of the workers who may do it: the `qualification.*` keys of a properties file.

A group of keys with one number N is one requirement: `qualification.N` names the qualification type,
the others compare what the worker has. The rules are those of the API's QualificationRequirement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.vocabulary.entries import LARGEST, Entry, whole

# Which places a locale can name: countries by ISO 3166-1, and within the US states by ISO
# 3166-2.


_COUNTRIES: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
_STATES: Final = """
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY
    NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM VI
"""
US: Final = "US"
COUNTRIES: Final = frozenset(_COUNTRIES.split())
STATES: Final = frozenset(_STATES.split())


def is_locale(country: str, subdivision: str | None = None) -> bool:
    """Say whether there is such a country, and such a state in it; only the US has states here.

    The API's reference allows subdivisions for the US alone.
    """
    if subdivision is not None and (country != US or subdivision not in STATES):
        return False
    return country in COUNTRIES


WORKER_LOCALE: Final = "00000000000000000071"
SYSTEM: Final = {  # the types of every marketplace, by what they say of a worker
    "00000000000000000040": "number of approved assignments",
    "000000000000000000L0": "percentage of approved assignments",
    "00000000000000000060": "adult",
    WORKER_LOCALE: "country",
}
SYSTEM_ONCE: Final = {  # those that Amazon had besides in earlier years
    "00000000000000000000": "percentage of submitted assignments",
    "00000000000000000070": "percentage of abandoned assignments",
    "000000000000000000E0": "percentage of returned assignments",
    "000000000000000000S0": "percentage of rejected assignments",
}
MASTERS_IN_PRODUCTION: Final = "2F1QJWKUDD8XADTFD2Q0G6UTO95ALH"
MASTERS_IN_SANDBOX: Final = "2ARFPLSP75KLA8M8DH1HTEQVJT3SY6"
MASTERS: Final = (MASTERS_IN_PRODUCTION, MASTERS_IN_SANDBOX)
FOLDER: Final = "@"  # begins the path of a qualification folder that stands in place of an ID
MOST: Final = 10

EXISTS: Final = "Exists"
DOES_NOT_EXIST: Final = "DoesNotExist"
EQUAL_TO: Final = "EqualTo"
NOT_EQUAL_TO: Final = "NotEqualTo"
IN: Final = "In"
NOT_IN: Final = "NotIn"
COMPARATORS: Final = (
    "LessThan",
    "LessThanOrEqualTo",
    "GreaterThan",
    "GreaterThanOrEqualTo",
    EQUAL_TO,
    NOT_EQUAL_TO,
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST,
)
_WITHOUT_VALUE: Final = (EXISTS, DOES_NOT_EXIST)
_WITH_SEVERAL: Final = (IN, NOT_IN)
_FOR_LOCALES: Final = (EQUAL_TO, NOT_EQUAL_TO, IN, NOT_IN, EXISTS, DOES_NOT_EXIST)

_PREFIX: Final = "qualification"
_TYPE, _COMPARATOR, _VALUE, _LOCALE, _PRIVATE = "", "comparator", "value", "locale", "private"
_PLACES: Final = {_VALUE: 15, _LOCALE: 30}
_KEY: Final = re.compile(
    r"qualification(?:\.(?P<part>comparator|value|locale|private))?"
    r"\.(?P<number>[1-9][0-9]*)(?:\.(?P<place>[1-9][0-9]*))?"
)
_TYPE_ID: Final = re.compile(r"[A-Z0-9]{1,64}")
_COUNTRY: Final = re.compile(r"(?P<country>[A-Z]{2})(?:-(?P<subdivision>[A-Z]{2}))?")

Group = dict[tuple[str, int], Entry]  # by part and place; the place of a key without one is 0
Tell = Callable[[Entry, str], None]


@dataclass(frozen=True)
class Locale:
    """A country, or a part of it, in the two letters of ISO 3166."""

    country: str
    subdivision: str = ""


@dataclass(frozen=True)
class QualificationRequirement:
    """One thing that is asked of a worker; `private` keeps others from previewing the HIT as well.

    Where it is `hidden` they do not find it either.

    `type_id` may be `@` and the path of a qualification folder, to be looked up before it is sent;
    `line` is where it stands in its file.
    """

    type_id: str
    comparator: str
    integers: tuple[int, ...] = ()
    locales: tuple[Locale, ...] = ()
    private: bool = False
    hidden: bool = False
    line: int | None = field(default=None, compare=False)

    @property
    def guarded(self) -> str:
        """Return what only those can do who meet it, in the API's word."""
        if self.hidden:
            return "DiscoverPreviewAndAccept"
        return "PreviewAndAccept" if self.private else "Accept"

    @property
    def folder(self) -> str:
        """Return the path of the folder that is named in place of an ID; nothing where an ID is."""
        return self.type_id.removeprefix(FOLDER) if self.type_id.startswith(FOLDER) else ""


def concerns(key: str) -> bool:
    """Say whether a key of a properties file is about requirements, well written or not."""
    return key.split(".")[0] == _PREFIX


def read(entries: Iterable[Entry], path: Path) -> tuple[QualificationRequirement, ...]:
    """Return the requirements in the order of their numbers, of which some may be left out.

    A group whose `qualification.N` is empty or absent asks for nothing. Raise FileError with every mistake.
    """
    problems: list[Problem] = []

    def tell(entry: Entry, text: str) -> None:
        problems.append(Problem(path, entry.line, f"{entry.key}: {text}"))

    groups = _groups(entries, tell)
    found = [_requirement(number, group, tell) for number, group in sorted(groups.items()) if _named(group)]
    if problems:
        raise FileError(*sorted(problems, key=lambda problem: problem.line or 0))
    return tuple(found)


def doubts(entries: Iterable[Entry], path: Path) -> list[Problem]:
    """Return warnings about entries that count for nothing, or for something else than they seem to."""
    warnings = []
    for number, group in _groups(entries, lambda _entry, _text: None).items():
        if (_TYPE, 0) not in group:
            first = min(group.values())
            text = f"{first.key} counts for nothing without {_PREFIX}.{number}"
            warnings.append(Problem(path, first.line, text))
        private = group.get((_PRIVATE, 0))
        if private and private.text.strip().lower() not in ("", "true", "false") and "$" not in private.text:
            text = f"{private.key}: {private.text.strip()!r} counts as false; write true or false"
            warnings.append(Problem(path, private.line, text))
    return warnings


def _groups(entries: Iterable[Entry], tell: Tell) -> dict[int, Group]:
    groups: dict[int, Group] = {}
    for entry in entries:
        key = _KEY.fullmatch(entry.key)
        part, number, place = (key["part"] or _TYPE, key["number"], key["place"]) if key else ("", "", None)
        if not key or (place and part not in _PLACES):
            tell(entry, f"is no key of a requirement{_nearest_key(entry.key)}")
        elif int(number) > MOST:
            tell(entry, f"a HIT has at most {MOST} requirements; number them from 1 to {MOST}")
        elif place and int(place) > _PLACES[part]:
            tell(entry, f"at most {_PLACES[part]} can be listed")
        else:
            groups.setdefault(int(number), {})[part, int(place or 0)] = entry
    return groups


def _nearest_key(key: str) -> str:
    number = next((part for part in key.split(".") if part.isdigit()), "1")
    known = [f"{_PREFIX}.{part}.{number}" for part in (_COMPARATOR, _VALUE, _LOCALE, _PRIVATE)]
    near = get_close_matches(key, known, 1)
    return f"; write {near[0]}" if near else f"; there are {_PREFIX}.{number}, {', '.join(known)}"


def _named(group: Group) -> bool:
    entry = group.get((_TYPE, 0))
    return bool(entry and entry.text.strip())


def _requirement(number: int, group: Group, tell: Tell) -> QualificationRequirement:
    """Return a group as a requirement; what is wrong with it is told."""
    kind = group[_TYPE, 0]
    type_id = kind.text.strip()
    if not (_TYPE_ID.fullmatch(type_id) or (type_id.startswith(FOLDER) and type_id != FOLDER)):
        what = f"{type_id!r} is no ID of a qualification type, which has capitals and digits only"
        tell(kind, f"{what}; write one, or the folder that made it as @../NAME")
    comparator = _comparator(number, group, tell)
    values, locales = (_listed(group, part, tell) for part in (_VALUE, _LOCALE))
    if comparator:
        _check_fit(number, group, comparator, values, locales, tell)
    private = group.get((_PRIVATE, 0))
    return QualificationRequirement(
        type_id,
        comparator,
        tuple(_integer(number, entry, tell) for entry in values),
        tuple(_locale(number, entry, tell) for entry in locales),
        private is not None and private.text.strip().lower() == "true",
        line=kind.line,
    )


def _comparator(number: int, group: Group, tell: Tell) -> str:
    """Return the comparator, which may be written in any case; nothing where there is none."""
    entry = group.get((_COMPARATOR, 0))
    text = entry.text.strip() if entry else ""
    if not entry or not text:
        example = f"{_PREFIX}.{_COMPARATOR}.{number}: {EQUAL_TO}"
        tell(entry or group[_TYPE, 0], f"the comparator is missing; add a line such as {example}")
        return ""
    known = {comparator.lower(): comparator for comparator in COMPARATORS}
    if text.lower() in known:
        return known[text.lower()]
    near = get_close_matches(text.lower(), known, 1)
    tell(entry, f"{text!r} is no comparator; write {known[near[0]] if near else ', '.join(COMPARATORS)}")
    return ""


def _listed(group: Group, part: str, tell: Tell) -> list[Entry]:
    """Return the values of a part: the one without a place, or those in the places from 1."""
    there = {place: entry for (name, place), entry in group.items() if name == part and entry.text.strip()}
    places = sorted(there)
    if places and places[0] == 0:
        if len(places) > 1:
            example = f"{there[0].key}.1, {there[0].key}.2, …"
            tell(there[places[1]], f"stands beside {there[0].key}; write several as {example}")
        return [there[0]]
    for expected, place in enumerate(places, 1):
        if place != expected:
            missing = f"{there[place].key.rpartition('.')[0]}.{expected}"
            tell(there[place], f"{missing} is missing; number them from 1 without a gap")
            break
    return [there[place] for place in places]


def _check_fit(
    number: int,
    group: Group,
    comparator: str,
    values: Sequence[Entry],
    locales: Sequence[Entry],
    tell: Tell,
) -> None:
    """Tell where the comparator, the values and the type do not go together."""
    said = group[_COMPARATOR, 0]
    if comparator in _WITHOUT_VALUE:
        for entry in (*values, *locales):
            tell(entry, f"{comparator} takes no value; leave this line out")
        return
    of_places = group[_TYPE, 0].text.strip() == WORKER_LOCALE
    wanted, strange = (locales, values) if of_places else (values, locales)
    example = f"{_PREFIX}.{_LOCALE}.{number}: US" if of_places else f"{_PREFIX}.{_VALUE}.{number}: 90"
    for entry in strange[:1]:
        only = "takes locales only" if of_places else "alone takes locales"
        tell(entry, f"{WORKER_LOCALE} (Worker_Locale) {only}; write {example}")
    if of_places and comparator not in _FOR_LOCALES:
        tell(said, f"{comparator} does not fit a locale; write {', '.join(_FOR_LOCALES)}")
    elif not wanted and not strange:
        tell(said, f"{comparator} needs a value; add a line such as {example}")
    elif len(wanted) > 1 and comparator not in _WITH_SEVERAL:
        tell(wanted[1], f"{comparator} takes one value; {IN} and {NOT_IN} take several")


def _integer(number: int, entry: Entry, tell: Tell) -> int:
    try:
        return whole(-LARGEST - 1, LARGEST)(entry.text)
    except ValueError as error:
        tell(entry, f"{error}{_numbered(number, _VALUE, entry.text)}")
        return 0


def _locale(number: int, entry: Entry, tell: Tell) -> Locale:
    text = entry.text.strip()
    found = _COUNTRY.fullmatch(text.upper())
    if found and is_locale(found["country"], found["subdivision"]):
        return Locale(found["country"], found["subdivision"] or "")
    wrong = "names no place there is" if found else "is no locale"
    hint = _numbered(number, _LOCALE, text)
    tell(entry, f"{text!r} {wrong}; write a country as US, or a state as US-CA{hint}")
    return Locale("")


def _numbered(number: int, part: str, text: str) -> str:
    """Say how several values are written, where a text looks like several."""
    if "," not in text:
        return ""
    first, second, *_ = (word.strip() for word in text.split(","))
    key = f"{_PREFIX}.{part}.{number}"
    return f"; several are numbered, {key}.1: {first}, {key}.2: {second}"
