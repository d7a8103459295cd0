"""Repositories whose own configuration would have git start a program, each of which leaves a mark."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


def git(folder: Path, *words: str) -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    ended = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def committed(folder: Path) -> Path:
    """Put a folder under version control with all that it holds."""
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "A survey")
    return folder


@dataclass(frozen=True)
class Trap:
    """How a repository is made one, and what a careless program would ask of git there."""

    lay: Callable[[Path, str], object]
    careless: tuple[str, ...]

    def spring(self, folder: Path) -> None:
        subprocess.run(["git", *self.careless], cwd=folder, capture_output=True, check=False, timeout=30)


def _setting(key: str, value: str) -> Callable[[Path, str], object]:
    return lambda folder, leave: git(folder, "config", key, value.format(leave=leave))


def _attribute(folder: Path, said: str) -> None:
    with (folder / ".gitattributes").open("a") as file:
        file.write(f"* {said}\n")


def _filter(kind: str) -> Callable[[Path, str], object]:
    def lay(folder: Path, leave: str) -> None:
        _attribute(folder, "filter=own")
        git(folder, "config", f"filter.own.{kind}", f"sh -c '{leave}; cat'")

    return lay


def _hook(folder: Path, leave: str) -> None:
    hook = folder / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{leave}\n")
    hook.chmod(0o755)


def _text(folder: Path, leave: str) -> None:
    _attribute(folder, "diff=own")
    git(folder, "config", "diff.own.textconv", f"sh -c '{leave}; cat' x")


def _missing(url: str, key: str = "", value: str = "") -> Callable[[Path, str], object]:
    """Let the commit's tree be missing, so that git would fetch it from where the configuration says."""

    def lay(folder: Path, leave: str) -> None:
        tree = git(folder, "rev-parse", "HEAD^{tree}")
        given = {"remote.origin.url": url.format(leave=leave), key: value.format(leave=leave)}
        for name, said in given.items():
            git(folder, "config", name, said) if name else None
        for name, said in {"remote.origin.promisor": "true", "extensions.partialClone": "origin"}.items():
            git(folder, "config", name, said)
        git(folder, "config", "core.repositoryFormatVersion", "1")
        git(folder, "config", "protocol.allow", "always")
        (folder / ".git" / "objects" / tree[:2] / tree[2:]).unlink()

    return lay


TRAPS = {
    "a monitor": Trap(_setting("core.fsmonitor", "{leave}; false"), ("status",)),
    "a hook": Trap(_hook, ("status",)),
    "a clean filter": Trap(_filter("clean"), ("status",)),
    "a process filter": Trap(_filter("process"), ("status",)),
    "an external diff": Trap(_setting("diff.external", "{leave}; true"), ("diff",)),
    "a text conversion": Trap(_text, ("diff",)),
    "ssh": Trap(_missing("ssh://x/y", "core.sshCommand", "{leave}; false"), ("ls-tree", "HEAD")),
    "a remote command": Trap(
        _missing("/nowhere", "remote.origin.uploadpack", "{leave}; false"), ("ls-tree", "HEAD")
    ),
    "a remote helper": Trap(_missing("ext::{leave}"), ("ls-tree", "HEAD")),
}
