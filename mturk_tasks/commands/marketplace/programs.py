"""Run a program that others wrote, with its MTurk calls led to a marketplace.

What leads them in Python programs is `leading/sitecustomize.py`, which finds its way by the variables
that are set here; programs in other languages have `AWS_ENDPOINT_URL_MTURK`.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from mturk_tasks.commands import marketplace
from mturk_tasks.console.console import Console
from mturk_tasks.errors import Unavailable, UsageError

LEADING: Final = Path(__file__).parent / "leading"
_NOT_FOUND: Final = 127  # the exit codes of a shell
_NOT_RUNNABLE: Final = 126
_ENDED_BY_SIGNAL: Final = 128  # to which the signal's number is added
_AMAZONS_HOSTS: Final = (
    "mturk-requester.us-east-1.amazonaws.com",
    "mturk-requester-sandbox.us-east-1.amazonaws.com",
)
_REGION: Final = "us-east-1"  # the only one that Amazon's service was in
_ANY_KEY: Final = {
    "AWS_ACCESS_KEY_ID": "sandbox",
    "AWS_SECRET_ACCESS_KEY": "sandbox",
    "AWS_REGION": _REGION,
    "AWS_DEFAULT_REGION": _REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
}
_OTHER_KEYS: Final = (  # and whose they are; each may win over the keys made up
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"),
    *("AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
)
_KEYBOARD_SIGNALS: Final = (signal.SIGINT, signal.SIGQUIT)
_SIGNALS: Final = (*_KEYBOARD_SIGNALS, signal.SIGTERM, signal.SIGHUP)
_PATIENCE: Final = 10.0  # seconds for a marketplace to answer


@dataclass(frozen=True)
class Target:
    """Where calls are led: a marketplace's address, and whether it takes any key."""

    url: str
    any_key: bool


class NotRun(UsageError):
    """A program that does not exist, or that cannot be run; it has the exit code of a shell."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def words(remainder: str) -> list[str]:
    """Return the words behind `--` as they were typed; invoke joins them with blanks as its `remainder`."""
    typed = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    program = typed if " ".join(typed) == remainder else remainder.split()
    if not program:
        raise UsageError("name the program behind two dashes: mturk marketplace.run -- python study.py")
    return program


def run(program: Sequence[str], address: str) -> int:
    """Run a program with its calls led to a marketplace, and return its exit code as a shell has it.

    Without an address the user's sandbox is served meanwhile. Raise NotRun where the program cannot be
    started, Unavailable where nothing answers at the address.
    """
    name = program[0]
    if shutil.which(name) is None:
        exists = os.sep in name and Path(name).exists()
        why = "is not a program that can be run" if exists else "is no program that can be found"
        raise NotRun(f"{name} {why}", _NOT_RUNNABLE if exists else _NOT_FOUND)
    if address:
        return _run(program, target_at(address))
    with marketplace.serving.served_sandbox() as ready:
        return _run(program, Target(ready.url, ready.any_key))


def target_at(url: str) -> Target:
    """Return the marketplace at an address; raise Unavailable where nothing answers."""
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import ProxyHandler, Request, build_opener

    scope = f"sandbox/20170117/{_REGION}/mturk-requester/aws4_request"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "MTurkRequesterServiceV20170117.GetAccountBalance",
    }
    try:
        request = Request(f"{url}/", b"{}", headers)  # noqa: S310  # an http address
        with build_opener(ProxyHandler({})).open(request, timeout=_PATIENCE) as answer:
            return Target(url, any_key=b"AvailableBalance" in answer.read())
    except HTTPError:
        return Target(url, any_key=False)
    except (OSError, ValueError, HTTPException) as error:
        raise Unavailable(f"no marketplace answers at {url} ({getattr(error, 'reason', error)})") from error


def environment_for(before: Mapping[str, str], target: Target) -> dict[str, str]:
    """Return the environment in which a program's MTurk calls are led.

    The program's own module path stays behind ours. Keys are made up where any is taken; else they are
    those of the environment.
    """
    url = urlsplit(target.url)
    bypassed = (before.get("no_proxy") or before.get("NO_PROXY"), *_AMAZONS_HOSTS, url.hostname)
    no_proxy = ",".join(filter(None, bypassed))
    dropped = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", *(_OTHER_KEYS if target.any_key else ()))
    return {
        **{name: value for name, value in before.items() if name not in dropped},
        **(_ANY_KEY if target.any_key else {}),
        "PYTHONPATH": os.pathsep.join(filter(None, (str(LEADING), before.get("PYTHONPATH")))),
        "MTURK_RUN_ADDRESS": target.url,
        "MTURK_RUN_HOST": url.netloc if target.any_key else "",
        "AWS_ENDPOINT_URL_MTURK": target.url,
        "no_proxy": no_proxy,
        "NO_PROXY": no_proxy,
    }


def _run(program: Sequence[str], target: Target) -> int:
    """Run a program to its end, on our own streams."""
    console = Console()
    console.note(f"MTurk calls of {program[0]} go to {target.url}; workers take part there, in a browser")
    if not target.any_key:
        console.note("note: only real keys are taken there; the program has those of your environment")
    environment = environment_for(os.environ, target)
    with _signals_passed_on() as children:
        try:
            process = subprocess.Popen(program, env=environment, close_fds=False)  # noqa: S603  # the user's own
        except OSError as error:
            raise NotRun(f"{program[0]} cannot be run: {error.strerror}", _NOT_RUNNABLE) from error
        children.append(process)
        code = process.wait()
    return _ENDED_BY_SIGNAL - code if code < 0 else code


@contextmanager
def _signals_passed_on() -> Iterator[list[subprocess.Popen[Any]]]:
    """Pass signals on to the program that will stand in the list; what the keyboard sends it has already."""
    children: list[subprocess.Popen[Any]] = []

    def pass_on(number: int, _: Any) -> None:
        for process in children:
            if number not in _KEYBOARD_SIGNALS or not _at_the_keyboard():
                process.send_signal(number)

    heeded = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, pass_on) for number in heeded}
    try:
        yield children
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _at_the_keyboard() -> bool:
    """Say whether a terminal sends its signals to this process and those it started."""
    try:
        terminal = os.open(os.ctermid(), os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
