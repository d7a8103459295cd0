"""The qualification folder that these tests work at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.school import School


@pytest.fixture
def school(tmp_path: Path, _home: Path) -> School:
    return School(tmp_path / "trees", _home / "mturk")
