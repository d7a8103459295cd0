"""What was filled in and not submitted: the place where half-done answers are found again."""

from __future__ import annotations

from mturk_tasks.marketplace.store import Store
from mturk_tasks.markup.rendering.fields import Values


def find(store: Store, assignment_id: str) -> Values | None:
    """Return what the fields of an assignment's form last held; None where nothing is kept."""
    return None
