"""Clients that others wrote, and the marketplace they speak to.

It is one that is served for these tests, unless MTURK_CLIENTS_ENDPOINT names another; the keys are then
those of the environment, as the clients themselves find them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.programs.served import served

HERE = Path(__file__).parent
MODULES = HERE / "javascript" / "node_modules"
PATIENCE = 120.0  # seconds; a machine at work is slow

Client = Callable[..., Any]


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the marketplace."""
    named = os.environ.get("MTURK_CLIENTS_ENDPOINT")
    if named:
        yield named
        return
    with served(tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.fixture
def surroundings(address: str, tmp_path: Path) -> dict[str, str]:
    """What a client finds in its environment: the address, keys, and no settings of anybody."""
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", **os.environ}
    return {
        **keys,
        "AWS_ENDPOINT_URL_MTURK": address,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture
def aws(surroundings: dict[str, str]) -> Client:
    """The AWS command line: `aws("get-hit", hit_id="3…")` returns what it prints."""
    pytest.importorskip("awscli", reason="the AWS command line is not installed")

    def run(operation: str, *flags: str, **options: str) -> Any:
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", value)]
        command = [sys.executable, "-m", "awscli", "mturk", operation, *flags, *words]
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    return run


@pytest.fixture
def javascript(surroundings: dict[str, str]) -> Client:
    """The JavaScript SDK: runs one of the scripts here and returns the JSON it prints."""
    if not MODULES.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the JavaScript SDK is not installed in tests/programs/javascript")
        pytest.skip("install the JavaScript SDK: npm install --prefix tests/programs/javascript")

    def run(script: str, *words: str) -> Any:
        command = ["node", str(HERE / "javascript" / script), *words]
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=PATIENCE)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run
