"""The bench that these tests work at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import Bench


@pytest.fixture
def bench(tmp_path: Path, _home: Path) -> Bench:
    return Bench(tmp_path / "birds", _home / "mturk")
