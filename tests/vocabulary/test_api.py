from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from botocore.exceptions import DataNotFoundError
from botocore.loaders import Loader

from mturk_tasks.vocabulary import api


def ours(name: str) -> Any:
    return json.loads((api.DESCRIPTION.parent / f"{name}.json").read_text(encoding="utf-8"))


def botocores(name: str) -> Any:
    loader = Loader()
    loader.search_paths[:] = [loader.BUILTIN_DATA_PATH]
    try:
        return loader.load_service_model("mturk", name)
    except DataNotFoundError:
        pytest.skip("the installed botocore no longer describes MTurk")


def undocumented(value: Any) -> Any:
    """Leave out the texts that describe; a member or shape may itself be named `documentation`."""
    if isinstance(value, dict):
        return {
            key: undocumented(inner)
            for key, inner in value.items()
            if not (key == "documentation" and isinstance(inner, str))
        }
    return [undocumented(inner) for inner in value] if isinstance(value, list) else value


def test_the_39_operations_are_described():
    operations = ours("service-2")["operations"]

    assert len(operations) == 39
    assert {operation["name"] for operation in operations.values()} == set(operations)


@pytest.mark.parametrize("part", ["metadata", "operations", "shapes"])
def test_the_description_says_what_botocores_says(part):
    described = botocores("service-2")

    assert undocumented(ours("service-2")[part]) == undocumented(described[part])


def test_the_paginators_are_botocores():
    assert ours("paginators-1")["pagination"] == botocores("paginators-1")["pagination"]


def test_every_paginator_belongs_to_an_operation():
    assert set(ours("paginators-1")["pagination"]) <= set(ours("service-2")["operations"])


def test_operations_and_members_of_our_own_stand_apart_from_amazons():
    added, theirs = ours("service-2.sdk-extras")["merge"], ours("service-2")

    assert set(added["operations"]) == {
        *("AcceptLateAnswer", "GetHITStates", "ListDrafts", "ListLateAnswers"),
        *("AddStudyHITs", "CreateStudy", "GetStudy", "ListStudyParticipants", "UpdateStudy"),
        *("GetParticipationType", "PutParticipationType", "PutStudyLinks", "RevokeStudyLink"),
    }
    for part, entries in added.items():
        both = {name: entry for name, entry in entries.items() if name in theirs[part]}
        assert part == "shapes" or not both
        assert all(list(entry) == ["members"] for entry in both.values())
        for name, entry in both.items():
            assert set(entry["members"]).isdisjoint(theirs[part][name]["members"])


def test_it_carries_no_documentation():
    description = ours("service-2")

    assert undocumented(description) == description


PLAIN_CLIENT = """
import boto3

client = boto3.client("mturk", region_name="us-east-1")
client.list_drafts
print(client.meta.endpoint_url, repr(client.meta.service_model.operation_model("GetHIT").documentation))
"""
OTHER_SERVICES = """
import boto3

print(boto3.client("s3", region_name="us-east-1").meta.endpoint_url)
print("us-east-1" in boto3.Session().get_available_regions("s3"))
"""


@pytest.fixture
def with_our_data(tmp_path):
    """Run a program of a user who knows nothing of this project but its folder."""

    def run(program: str) -> str:
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_DATA_PATH": str(api.FOLDER),
            "AWS_ENDPOINT_URL_MTURK": "http://127.0.0.1:8017",
        }
        ended = subprocess.run(
            [sys.executable, "-c", program], env=variables, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    return run


def test_a_plain_client_reads_it_and_goes_where_the_variable_says(with_our_data):
    assert with_our_data(PLAIN_CLIENT).split() == ["http://127.0.0.1:8017", "''"]


@pytest.mark.long
def test_it_leaves_other_services_alone(with_our_data):
    address, listed = with_our_data(OTHER_SERVICES).split()

    assert "None" not in address
    assert listed == "True"
