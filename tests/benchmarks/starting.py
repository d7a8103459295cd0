"""How long it takes until a command has begun: listing tasks, and one call."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from tests.benchmarks.folders import BIN, folder, timed
from tests.benchmarks.harness import Row, at_most, benchmark, interleaved, ratio
from tests.benchmarks.standin import standing_in


@benchmark("list")
def listing() -> Iterator[Row]:
    """Compare `inv --list` in a survey folder with importing invoke."""
    with folder(1) as survey:
        environment = survey.environment()
        ours, invoke = interleaved(
            lambda: survey.run("--list", program="inv"),
            lambda: timed([sys.executable, "-c", "import invoke"], survey.path, environment),
            rounds=15,
        )
    yield ratio("inv --list ÷ import invoke", at_most(1.15), ("list", ours), ("import", invoke))


@benchmark("balance")
def balance() -> Iterator[Row]:
    """Compare asking for the balance with the AWS command line, over HTTP and embedded."""
    with folder(1) as survey, standing_in() as service:
        environment = {**survey.environment(service.url), "AWS_EC2_METADATA_DISABLED": "true"}
        aws = [str(BIN / "aws"), "mturk", "get-account-balance", "--endpoint-url", service.url]
        survey.run("account.balance")  # makes the sandbox
        over_http, embedded, amazons = interleaved(
            lambda: survey.run("account.balance", endpoint=service.url),
            lambda: survey.run("account.balance"),
            lambda: timed(aws, survey.path, {**environment, "PATH": os.environ["PATH"]}),
            rounds=9,
        )
        assert service.stats()["counts"]["GetAccountBalance"] >= 20
    other = ("aws", amazons)
    yield ratio("balance over HTTP ÷ aws", at_most(0.60), ("ours", over_http), other)
    yield ratio("balance, embedded ÷ aws", at_most(0.95), ("ours", embedded), other)
