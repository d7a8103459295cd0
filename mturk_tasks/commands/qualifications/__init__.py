"""Use cases about qualifications, one module each, loaded at first use."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import change as change
    from . import create as create
    from . import draft as draft
    from . import evaluate as evaluate
    from . import folder as folder
    from . import grants as grants
    from . import requests as requests
    from . import status as status


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    return importlib.import_module(f"{__name__}.{name}")
