"""Qualifications that count a worker's HITs: operations of this project's marketplaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mturk_tasks.client.session import PAGE, Client, call
from mturk_tasks.errors import DoesNotExist


@dataclass(frozen=True)
class ParticipationType:
    """A qualification type whose value is how many of its HITs a worker has; `workers` have at least one."""

    type_id: str
    hits: int
    workers: int


def put(
    client: Client,
    name: str,
    description: str,
    *,
    counts_held: bool,
    hit_ids: Sequence[str] = (),
    hit_type_ids: Sequence[str] = (),
) -> ParticipationType:
    """Make the type of a name if there is none, and let it count these HITs and those of these types too."""
    common = {"Name": name, "Description": description, "CountsHeld": counts_held}
    pages = [hit_ids[begin : begin + PAGE] for begin in range(0, len(hit_ids), PAGE)] or [()]
    answers = [
        call(
            client,
            "put_participation_type",
            **common,
            HITIds=list(page) or None,
            HITTypeIds=list(hit_type_ids) or None,
        )
        for page in pages
    ]
    return _type(answers[-1]["ParticipationType"])


def find(client: Client, name: str) -> ParticipationType | None:
    """Return the type of a name, None where the requester has none."""
    try:
        return _type(call(client, "get_participation_type", Name=name)["ParticipationType"])
    except DoesNotExist:
        return None


def _type(answer: Mapping[str, Any]) -> ParticipationType:
    return ParticipationType(answer["QualificationTypeId"], answer["NumberOfHITs"], answer["NumberOfWorkers"])
