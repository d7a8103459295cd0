"""Where keys may go: a file of a folder, which a stranger may have written, has none sent in the clear."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from invoke import Config

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.files import oldconfiguration
from mturk_tasks.files.oldconfiguration import OldConfiguration
from mturk_tasks.tasks import settings
from mturk_tasks.vocabulary.environments import Environment, goes_in_the_clear

_VARIABLE = "AWS_ENDPOINT_URL_MTURK"


def check(environment: Environment, folder: Path, before: OldConfiguration, tools: Path) -> None:
    """Raise FileError where a file of a folder names an address to which keys would go over plain http.

    `tools` is the folder that `before` was read in. An address of this machine is all right, and so is
    one that the user's own configuration names.
    """
    address = environment.endpoint
    if not goes_in_the_clear(address):
        return
    said = _of_files(environment, folder, before, tools)
    named = [(path, line) for text, path, line in said if text.rstrip("/") == address]
    if named and address not in {own.rstrip("/") for own in _of_the_user(environment)}:
        raise FileError(*(Problem(path, line, _advice(address)) for path, line in named))


def _advice(address: str) -> str:
    return (
        f"names {address}, to which your keys would go unencrypted; write https://… there, or, if you know "
        f"that network, name it yourself: export {_VARIABLE}={address}"
    )


def _of_files(
    environment: Environment, folder: Path, before: OldConfiguration, tools: Path
) -> Iterator[tuple[str, Path, int]]:
    """Yield the addresses that files of folders name, each with its file and line."""
    file = settings.file_of(folder)
    setting = settings.read(file).found.get(f"{environment.name}.endpoint") if file else None
    if file and setting:
        yield setting.value, file, setting.line
    if before.service_url:
        yield before.service_url, tools / oldconfiguration.NAME, before.service_line


def _of_the_user(environment: Environment) -> Iterator[str]:
    """Yield the addresses that variables and the settings of the user, and of the machine, name."""
    yield os.environ.get(_VARIABLE, "")
    own = Config(defaults={"mturk": {environment.name: {"endpoint": ""}}})
    own.load_shell_env()
    yield str(own["mturk"][environment.name]["endpoint"] or "")
