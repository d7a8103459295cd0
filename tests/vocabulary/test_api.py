from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
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


def test_it_carries_no_documentation():
    description = ours("service-2")

    assert undocumented(description) == description


ALONE = """
import boto3, botocore.loaders

botocore.loaders.Loader.BUILTIN_DATA_PATH = "nowhere"
botocore.loaders.Loader.CUSTOMER_DATA_PATH = "nowhere"
client = boto3.client("mturk", region_name="us-east-1")
print(client.meta.endpoint_url, client.can_paginate("list_hits"), hasattr(client, "create_hit_with_hit_type"))
"""

PLAIN = """
import boto3

client = boto3.client("mturk", region_name="us-east-1")
print(client.meta.endpoint_url, client.meta.service_model.api_version)
"""


def run_with_our_data(script: str, home: Path) -> str:
    variables = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(home),
        "AWS_DATA_PATH": str(api.FOLDER),
        "AWS_ENDPOINT_URL_MTURK": "http://127.0.0.1:8017",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    ended = subprocess.run(
        [sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_plain_client_finds_the_description_and_goes_where_the_variable_says(tmp_path):
    assert run_with_our_data(PLAIN, tmp_path).split() == ["http://127.0.0.1:8017", "2017-01-17"]
