"""What the application and the site serve, found by each request in the application's extensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mturk_tasks.marketplace.server.access import Access
from mturk_tasks.marketplace.storage.store import Store

CALL: Final = "call"  # the endpoint of the API
UNDER_ANY_NAME: Final = (CALL, "healthz", "readyz")  # which tell a web page nothing


@dataclass
class Market:
    """What is served: the store, who may call, and the marketplace's moment when the world's is given."""

    store: Store
    access: Access
    clock: Callable[[datetime], datetime]
