"""Use cases, one module each, loaded at first use so that listing tasks stays quick."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import account as account
    from . import bonus as bonus
    from . import check as check
    from . import cleanup as cleanup
    from . import decide as decide
    from . import demo as demo
    from . import download as download
    from . import drafts as drafts
    from . import extend as extend
    from . import late as late
    from . import load as load
    from . import preview as preview
    from . import qualification as qualification
    from . import rehearse as rehearse
    from . import results as results
    from . import review as review
    from . import rows as rows
    from . import status as status
    from . import uncertain as uncertain
    from . import update as update
    from . import uploads as uploads
    from . import workers as workers


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    return importlib.import_module(f"{__name__}.{name}")
