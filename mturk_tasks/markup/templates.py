"""Pages and parts of pages from Jinja templates: the one way in which they are set up."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mturk_tasks.markup.texts import text

if TYPE_CHECKING:
    from jinja2 import Environment

Texts = Callable[..., str]  # of a key and the values in it


@cache
def environment(folder: Path, texts: Texts = text) -> Environment:
    """Return the environment of a folder's templates: all is escaped, an unknown name is an error.

    In them `t` is `texts`, which returns what workers are told.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["t"] = texts
    return made
