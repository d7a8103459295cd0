"""Write a study as Prolific's own command line takes it: `prolific study create -t LABEL.prolific.yaml`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from mturk_tasks.commands import batches
from mturk_tasks.commands.context import CommandContext
from mturk_tasks.commands.studies import link
from mturk_tasks.commands.surveys.plan import read_properties
from mturk_tasks.console.summary import Summary
from mturk_tasks.errors import FileError, Problem, UsageError
from mturk_tasks.lib import disk
from mturk_tasks.vocabulary.properties import HitProperties
from mturk_tasks.vocabulary.recruitment import SOURCES

_SOURCE = SOURCES["prolific"]
_DEVICES = ("desktop", "tablet", "mobile")


def write(context: CommandContext, label: str = "") -> Summary:
    """Write LABEL.prolific.yaml; nothing is sent, and no key of Prolific's is needed.

    Raise UsageError where people come from elsewhere, FileError where the properties do not say how many
    places there are or how long it takes, and for a reward that is no whole number of cents.
    """
    path = context.survey.properties
    values = read_properties(path)[0]
    batch = batches.find(context, label)
    own = link.must_find(context, batch)
    if own.source != _SOURCE.name:
        raise UsageError(f"people come from {own.source} to this study, not from Prolific")
    _check(values, context)
    address = f"{link.address_of(context, own)}?{_SOURCE.query()}"
    fields = described(values, label=batch.files.label, address=address, code=own.code)
    written = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
    if context.dry:
        return Summary.of_dry_run(f"{batch.files.prolific} would be written.")
    disk.write(batch.files.prolific, written)
    said = f"{batch.files.prolific} is for prolific study create -t; its reward is in cents of your account."
    return Summary((said,), files=(batch.files.prolific,))


def described(values: HitProperties, *, label: str, address: str, code: str) -> Mapping[str, object]:
    """Return a study by the names of Prolific's fields; times are minutes, the reward is whole cents."""
    terms = values.recruitment
    return {
        "name": values.title,
        "internal_name": label,
        "description": values.description,
        "external_study_url": address,
        "prolific_id_option": "url_parameters",
        "completion_code": code,
        "completion_option": "url",
        "total_available_places": terms.participants,
        "estimated_completion_time": terms.estimate,
        "maximum_allowed_time": max(terms.minutes, terms.estimate or 0),
        "reward": int(_cents(values)),
        "device_compatibility": _DEVICES,
    }


def _cents(values: HitProperties) -> Decimal:
    return values.reward * values.recruitment.hits * 100


def _check(values: HitProperties, context: CommandContext) -> None:
    terms, path = values.recruitment, context.survey.properties
    missing = {
        "recruit.participants: 200": terms.participants is None,
        "recruit.estimate: 5": terms.estimate is None,
    }
    problems = [
        Problem(path, None, f"Prolific asks for what the properties do not say; add a line such as {line}")
        for line, lacks in missing.items()
        if lacks
    ]
    if _cents(values) % 1:
        problems.append(Problem(path, None, "reward times recruit.hits is no whole number of cents"))
    if problems:
        raise FileError(*problems)
