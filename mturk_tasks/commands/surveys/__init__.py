"""Use cases about surveys, one module each, loaded at first use so that listing tasks stays quick."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import account as account
    from . import aggregate as aggregate
    from . import answered as answered
    from . import bonus as bonus
    from . import check as check
    from . import cleanup as cleanup
    from . import dataset as dataset
    from . import decide as decide
    from . import decisions as decisions
    from . import demo as demo
    from . import doctor as doctor
    from . import download as download
    from . import extend as extend
    from . import late as late
    from . import load as load
    from . import merging as merging
    from . import overview as overview
    from . import plan as plan
    from . import preview as preview
    from . import quality as quality
    from . import rehearse as rehearse
    from . import report as report
    from . import result_rows as result_rows
    from . import results as results
    from . import review as review
    from . import sets as sets
    from . import status as status
    from . import tidy as tidy
    from . import update as update


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    return importlib.import_module(f"{__name__}.{name}")
