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

from mturk_tasks.errors import Unavailable, UsageError

NOT_FOUND: Final = 127  # the codes of a shell
NOT_RUNNABLE: Final = 126
OF_SIGNALS: Final = 128
LEADING: Final = Path(__file__).parent / "leading"
AMAZONS_HOSTS: Final = (
    "mturk-requester.us-east-1.amazonaws.com",
    "mturk-requester-sandbox.us-east-1.amazonaws.com",
)
_REGION: Final = "us-east-1"  # the only one that Amazon's service was in
_MADE_UP: Final = {
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
_FROM_KEYBOARD: Final = (signal.SIGINT, signal.SIGQUIT)
_SIGNALS: Final = (*_FROM_KEYBOARD, signal.SIGTERM, signal.SIGHUP)
_PATIENCE: Final = 10.0  # seconds for a marketplace to answer


@dataclass(frozen=True)
class Goal:
    """Where calls are led: a marketplace's address, and whether it takes any key."""

    url: str
    any_key: bool


class NotRun(UsageError):
    """Say that there is no such program, or none that can be run, with the exit code of a shell."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def words(remainder: str) -> list[str]:
    """Return the words behind `--` as they were typed; invoke joins them with blanks as its `remainder`."""
    typed = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    found = typed if " ".join(typed) == remainder else remainder.split()
    if not found:
        raise UsageError("name the program behind two dashes: mturk marketplace.run -- python study.py")
    return found


def must_be_there(program: str) -> None:
    """Raise NotRun for a program that the shell would not find either."""
    if shutil.which(program) is None:
        there = os.sep in program and Path(program).exists()
        why = "is not a program that can be run" if there else "is no program that can be found"
        raise NotRun(f"{program} {why}", NOT_RUNNABLE if there else NOT_FOUND)


def goal_at(url: str) -> Goal:
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
            return Goal(url, any_key=b"AvailableBalance" in answer.read())
    except HTTPError:
        return Goal(url, any_key=False)
    except (OSError, ValueError, HTTPException) as error:
        raise Unavailable(f"no marketplace answers at {url} ({getattr(error, 'reason', error)})") from error


def surroundings(before: Mapping[str, str], goal: Goal) -> dict[str, str]:
    """Return the environment in which a program's MTurk calls are led.

    The program's own module path stays behind ours. Keys are made up where any is taken; else they are
    those of the environment.
    """
    host = urlsplit(goal.url).netloc
    path = os.pathsep.join(filter(None, (str(LEADING), before.get("PYTHONPATH"))))
    direct = (before.get("no_proxy") or before.get("NO_PROXY"), *AMAZONS_HOSTS, urlsplit(goal.url).hostname)
    no_proxy = ",".join(filter(None, direct))
    led = {
        "PYTHONPATH": path,
        "MTURK_RUN_ADDRESS": goal.url,
        "MTURK_RUN_HOST": host if goal.any_key else "",
        "AWS_ENDPOINT_URL_MTURK": goal.url,
        "no_proxy": no_proxy,
        "NO_PROXY": no_proxy,
    }
    left_out = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", *(_OTHER_KEYS if goal.any_key else ()))
    kept = {name: value for name, value in before.items() if name not in left_out}
    return {**kept, **(_MADE_UP if goal.any_key else {}), **led}


def run(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end, on our own streams, and return its exit code as a shell has it.

    Raise NotRun where it cannot be started.
    """
    with _passed_on() as child:
        try:
            process = subprocess.Popen(words, env=environment, close_fds=False)  # noqa: S603  # the user's own
        except OSError as error:
            raise NotRun(f"{words[0]} cannot be run: {error.strerror}", NOT_RUNNABLE) from error
        child.append(process)
        code = process.wait()
    return OF_SIGNALS - code if code < 0 else code


@contextmanager
def _passed_on() -> Iterator[list[subprocess.Popen[Any]]]:
    """Pass signals on to the program that will stand in the list; what the keyboard sends it has already."""
    child: list[subprocess.Popen[Any]] = []

    def pass_on(number: int, _: Any) -> None:
        for process in child:
            if number not in _FROM_KEYBOARD or not _at_the_keyboard():
                process.send_signal(number)

    heeded = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, pass_on) for one in heeded}
    try:
        yield child
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


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
