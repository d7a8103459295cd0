"""A site without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from mturk_tasks.marketplace.storage import opening
from tests.web.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opening.open_store(tmp_path / "market.db") as store:
        made = Site(store)
        made.url = "http://localhost"
        yield made
        made.close()


@pytest.fixture
def visitor(site: Site) -> FlaskClient:
    """A browser without cookies, as pages in frames are."""
    return site.app.test_client(use_cookies=False)
