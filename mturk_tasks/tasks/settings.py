"""Read the settings of a folder, `invoke.yaml`, as data: nothing in it is run, and each has its line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from invoke import Config
from invoke.util import yaml

from mturk_tasks.errors import FileError, Problem
from mturk_tasks.legacy import configuration
from mturk_tasks.legacy.configuration import OldConfiguration
from mturk_tasks.vocabulary.environments import Environment, goes_in_the_clear

LAYOUT: Final = 1
DEFAULTS: Final[dict[str, Any]] = {
    "layout": "",
    "kind": "",
    "id": "",
    "name": "",
    "environment": "",
    "workers": "",
    "comment": "",
    "fee": "",
    "sandbox": {"endpoint": ""},
    "production": {"endpoint": ""},
    "quality": {"fast": "", "alike": "", "copied": ""},
}
FILES: Final = ("invoke.yaml", "invoke.yml", "invoke.json")  # as invoke looks for them; its invoke.py is code
_SECTION: Final = "mturk"
_NULL: Final = "tag:yaml.org,2002:null"
_LARGEST: Final = 65_536  # bytes


@dataclass(frozen=True)
class Setting:
    """One value as it stands in a file, and on which line; empty where nothing stands there."""

    value: str
    line: int


@dataclass(frozen=True)
class FolderSettings:
    """What a file says below `mturk:`, each by its name, as in `production.endpoint`.

    `ours` says whether the file has that section at all.
    """

    path: Path
    found: dict[str, Setting]
    ours: bool

    @property
    def nested(self) -> dict[str, Any]:
        """Return the values as invoke keeps them, one section inside the other."""
        values: dict[str, Any] = {}
        for name, setting in self.found.items():
            section, dot, key = name.rpartition(".")
            (values.setdefault(section, {}) if dot else values)[key] = setting.value
        return {_SECTION: values}


def file_of(folder: Path) -> Path | None:
    """Return the file that holds a folder's settings, None where there is none."""
    return next((folder / name for name in FILES if (folder / name).exists()), None)


def read(path: Path) -> FolderSettings:
    """Return the settings of a file.

    Raise FileError for a file that is no YAML, or where one value stands in place of a section or a
    section in place of a value.
    """
    root = _composed(path)
    if root is None:
        return FolderSettings(path, {}, ours=False)
    if not isinstance(root, yaml.MappingNode):
        raise FileError(Problem(path, None, "holds no settings; they are written as in mturk: name: birds"))
    ours = _entries(root).get(_SECTION)
    found: dict[str, Setting] = {}
    for key, default in DEFAULTS.items() if ours else ():
        node = _entries(_section(path, ours, _SECTION)).get(key)
        if node and isinstance(default, dict):
            inner = _entries(_section(path, node, f"{_SECTION}: {key}"))
            found |= {f"{key}.{name}": _value(path, inner[name]) for name in default if name in inner}
        elif node:
            found[key] = _value(path, node)
    return FolderSettings(path, found, ours=ours is not None)


def check(folder: Path) -> None:
    """Raise FileError for a folder's settings that invoke could not merge.

    No file, and an empty one, are as good as any other.
    """
    path = file_of(folder)
    if path is None:
        return
    read(path)
    try:
        yaml.safe_load(_bytes(path))  # type: ignore[no-untyped-call]  # it has no types
    except Exception as error:  # a value that is not what its tag says ends in an error of any kind there
        raise FileError(Problem(path, *_what_is_wrong(error))) from error


def _composed(path: Path) -> Any:
    """Return the file's tree of nodes, of which no value has been made yet; None for an empty file."""
    try:
        return yaml.compose(_bytes(path), Loader=yaml.SafeLoader)  # type: ignore[no-untyped-call]  # likewise
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FileError(Problem(path, *_what_is_wrong(error))) from error


def _what_is_wrong(error: Exception) -> tuple[int | None, str]:
    """Return the line and the sentence of an error of the YAML reader."""
    if isinstance(error, RecursionError):
        return None, "is no settings file: it is nested too deeply"
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error).partition("\n")[0]
    return (mark.line + 1 if mark else None), f"is no YAML: {what}"


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise FileError(Problem(path, None, "is no file that could be read; take it away"))
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise FileError(Problem(path, None, f"cannot be read: {error.strerror or error}")) from error
    if len(content) > _LARGEST:
        raise FileError(Problem(path, None, f"is no settings file: it has more than {_LARGEST} bytes"))
    return content


def _entries(mapping: Any) -> dict[str, Any]:
    """Return the nodes of a mapping by their keys; keys that are no texts are passed over."""
    return {key.value: node for key, node in mapping.value if isinstance(key, yaml.ScalarNode)}


def _section(path: Path, node: Any, name: str) -> Any:
    if not isinstance(node, yaml.MappingNode):
        text = f"{name}: has no settings below it; indent them there, or leave {name}: out"
        raise FileError(Problem(path, node.start_mark.line + 1, text))
    return node


def _value(path: Path, node: Any) -> Setting:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.ScalarNode):
        raise FileError(Problem(path, line, "a list or a section stands where one value belongs"))
    return Setting("" if node.tag == _NULL else str(node.value), line)


# Where keys may go: a file of a folder, which a stranger may have written, has none sent in the
# clear.


_VARIABLE = "AWS_ENDPOINT_URL_MTURK"


def check_address(environment: Environment, folder: Path, before: OldConfiguration, tools: Path) -> None:
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
    file = file_of(folder)
    setting = read(file).found.get(f"{environment.name}.endpoint") if file else None
    if file and setting:
        yield setting.value, file, setting.line
    if before.service_url:
        yield before.service_url, tools / configuration.NAME, before.service_line


def _of_the_user(environment: Environment) -> Iterator[str]:
    """Yield the addresses that variables and the settings of the user, and of the machine, name."""
    yield os.environ.get(_VARIABLE, "")
    own = Config(defaults={"mturk": {environment.name: {"endpoint": ""}}})
    own.load_shell_env()
    yield str(own["mturk"][environment.name]["endpoint"] or "")
