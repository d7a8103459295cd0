"""Use cases about qualifications, one module each, loaded at first use as those about HITs are."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import change as change
    from . import create as create
    from . import evaluate as evaluate
    from . import grant as grant
    from . import holders as holders
    from . import judge as judge
    from . import register as register
    from . import rehearse as rehearse
    from . import requests as requests
    from . import retire as retire
    from . import revoke as revoke
    from . import status as status


def __getattr__(name: str) -> ModuleType:
    if name.startswith("_"):
        raise AttributeError(name)
    return importlib.import_module(f"{__name__}.{name}")
