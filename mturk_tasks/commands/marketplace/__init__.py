"""Use cases of whoever runs a marketplace, loaded at first use so that listing tasks stays quick."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import accounts as accounts
    from . import databases as databases
    from . import programs as programs
    from . import serving as serving
    from . import studies as studies
    from . import upkeep as upkeep


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    return importlib.import_module(f"{__name__}.{name}")
