"""Where a command acts: the sandbox or production, and at which address."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address
from typing import Final
from urllib.parse import urlsplit

from mturk_tasks.errors import UsageError

SANDBOX: Final = "sandbox"
PRODUCTION: Final = "production"
EMBEDDED: Final = "embedded"
AMAZON: Final = "amazon"
AMAZON_ENDPOINT: Final = "https://mturk-requester.us-east-1.amazonaws.com"
PORT: Final = 8017
_USUAL_SITE: Final = f"http://127.0.0.1:{PORT}"

_THIS_MACHINE: Final = re.compile(r"(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?", re.IGNORECASE)

_NO_PRODUCTION = (
    "no production marketplace is configured; name its address in invoke.yaml "
    "(mturk: production: endpoint: https://…) or in AWS_ENDPOINT_URL_MTURK, or act in the sandbox "
    "with --sandbox"
)
_OLD_PRODUCTION = (
    "{} means Amazon's production service, which closed on 30 September 2026; say what takes its place: "
)
_OLD_SANDBOX = (
    "{} names the sandbox, so production, which is configured elsewhere, is not used; to act there, "
    "put a # in front of its service_url"
)


@dataclass(frozen=True)
class Site:
    """The worker site of a marketplace: its address, empty where none may be named.

    `served` says whether it was ever served there.
    """

    address: str
    served: bool = True

    @property
    def note(self) -> str:
        """Return what is to be said behind a link."""
        return "" if self.served else " (after mturk marketplace.serve)"

    def preview_url(self, hit_type_id: str) -> str:
        """Return the page where workers find the HITs of a type."""
        return self._url(f"preview?groupId={hit_type_id}")

    def request_url(self, type_id: str) -> str:
        """Return the page where workers request a qualification and take its test."""
        return self._url(f"requestqualification?qualificationId={type_id}")

    def manage_url(self, hit_id: str) -> str:
        """Return the page of a HIT; the address is the one at which requesters had theirs."""
        return self._url(f"manageHIT?HITId={hit_id}")

    def _url(self, page: str) -> str:
        return f"{self.address}/mturk/{page}" if self.address else ""


def shows_http(address: str) -> bool:
    """Say whether a marketplace at this address, or served nowhere, can show pages over http.

    Browsers show none of them inside a page over https (mixed content).
    """
    return not address.startswith("https://")


def site_served_at(address: str) -> Site:
    """Return the site of a marketplace that was served last at this address, the usual one if nowhere."""
    return Site(address) if address else Site(_USUAL_SITE, served=False)


@dataclass(frozen=True)
class Environment:
    """One marketplace as a command sees it.

    `endpoint` is the API's address, or `embedded` for the one inside this process. `site` is the
    address of its worker site without a final slash, empty where none may be named.
    """

    name: str
    endpoint: str
    site: str
    note: str = ""

    @property
    def embedded(self) -> bool:
        """Say whether the marketplace runs inside this process."""
        return self.endpoint == EMBEDDED

    @property
    def tag(self) -> str:
        """Return what tells this environment from another of its name, fit for a file name."""
        host = urlsplit(self.endpoint).netloc.replace(":", "-")
        return f"{self.name}.{host}" if host else self.name

    def site_of(self, address: str) -> Site:
        """Return the site of this environment's marketplace, which tells that its `address` is this one.

        Behind an endpoint it is at that endpoint, whatever is told.
        """
        return site_served_at(address) if self.embedded else Site(self.site)


@dataclass(frozen=True)
class Configured:
    """Gather what options, environment variables and files say about where to act.

    `service_url` is that of an old `mturk.properties`, and `service_file` what that file is called.
    """

    sandbox: bool = False
    production: bool = False
    service_url: str = ""
    service_file: str = "mturk.properties"
    environment: str = ""
    sandbox_endpoint: str = ""
    production_endpoint: str = ""
    variable_endpoint: str = ""


def choose(configured: Configured) -> Environment:
    """Return the environment to act in; production is never a default.

    Raise UsageError for an unknown name, or for production where no address is configured.
    """
    name = SANDBOX if configured.sandbox else _name(configured)
    if name == SANDBOX:
        overruled = not configured.sandbox and configured.environment == PRODUCTION
        note = _OLD_SANDBOX.format(configured.service_file) if overruled else ""
        return replace(_sandbox(configured.sandbox_endpoint), note=note)
    if name != PRODUCTION:
        raise UsageError(f"environment {name!r} is not known; write sandbox or production")
    url = "" if configured.production else configured.service_url
    if url and not _is_amazon(url):
        return _production(url, "")
    endpoint = configured.production_endpoint or configured.variable_endpoint
    if not endpoint:
        closed = _OLD_PRODUCTION.format(configured.service_file) if url else ""
        raise UsageError(f"{closed}{_NO_PRODUCTION}")
    return _production(endpoint, configured.variable_endpoint)


def _name(configured: Configured) -> str:
    """Return the name of the environment where no option says sandbox."""
    if configured.production:
        return PRODUCTION
    if configured.service_url:
        return SANDBOX if "sandbox" in configured.service_url.lower() else PRODUCTION
    return configured.environment or SANDBOX


def _is_amazon(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host.endswith((".amazonaws.com", ".mturk.com", ".amazon.com"))


def _sandbox(endpoint: str) -> Environment:
    if endpoint:
        return Environment(SANDBOX, _address(endpoint), _address(endpoint))
    return Environment(SANDBOX, EMBEDDED, _USUAL_SITE)


def _production(endpoint: str, variable: str) -> Environment:
    named = AMAZON if endpoint == AMAZON else _address(endpoint)
    differs = variable and variable.rstrip("/") != named
    note = f"AWS_ENDPOINT_URL_MTURK names {variable}; invoke.yaml's {named} is used" if differs else ""
    if named == AMAZON:
        return Environment(PRODUCTION, AMAZON_ENDPOINT, "", note)
    return Environment(PRODUCTION, named, named, note)


def goes_in_the_clear(address: str) -> bool:
    """Say whether what is sent to an address can be read on the way: plain http to another machine."""
    parts = urlsplit(address)
    return parts.scheme == "http" and not _THIS_MACHINE.fullmatch(parts.netloc)


def _address(text: str) -> str:
    if not _leads_somewhere(text):
        raise UsageError(f"{text!r} is no address of a marketplace; write http://… or https://…")
    return text.rstrip("/")


def _leads_somewhere(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:  # a bracket that never closes, for one
        return False
    plain = text.isprintable() and not set(text) & set(" \\") and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and bool(parts.netloc) and plain


# The host in an address as browsers read it, so that two spellings of one host are never taken
# for two.


_ADDRESS: Final = re.compile(
    r"https?://(?:[^/?#\\\s]*@)?(?P<host>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]*)?(?:[/?#].*)?",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+", re.ASCII)


def host_of(address: str) -> str:
    """Return the host in an http or https address, in one spelling; empty for what is not written plainly.

    Numbers are read as the URL standard does: `0x7f.1` and `2130706433` are `127.0.0.1`. Not plain are
    backslashes, escapes, blanks, letters beyond ASCII, and names that browsers of different age read
    differently.
    """
    found = _ADDRESS.fullmatch(address)
    if not found:
        return ""
    host = found["host"].lower()
    if host.startswith("["):
        return _of_six(host[1:-1])
    labels = host.removesuffix(".").split(".")
    if not all(labels):
        return ""
    if _NUMBER.fullmatch(labels[-1]):
        return _of_four(labels)
    return ".".join(labels) if all(map(_is_plain, labels)) else ""


def is_another_host(address: str, *ours: str) -> bool:
    """Say whether an address is surely at another host than each of ours; ports make no difference.

    A subdomain, a parent domain and a neighbour are other hosts.
    """
    host, known = host_of(address), {host_of(own) for own in ours}
    return bool(host and known) and "" not in known and host not in known


def _of_four(labels: list[str]) -> str:
    """Return an IPv4 address of up to four numbers, of which the last fills what is left."""
    numbers = [_number(label) for label in labels]
    if len(numbers) > 4 or None in numbers:
        return ""
    *first, last = (number or 0 for number in numbers)
    left = 4 - len(first)
    if last >= 256**left or any(number > 255 for number in first):
        return ""
    whole = sum(number << (8 * (3 - place)) for place, number in enumerate(first))
    return str(IPv4Address(whole + last))


def _number(label: str) -> int | None:
    if not _NUMBER.fullmatch(label) or len(label) > 20:
        return None
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    is_octal = label.startswith("0") and len(label) > 1
    if is_octal and not set(label) <= set("01234567"):
        return None
    return int(label, 8 if is_octal else 10)


def _of_six(text: str) -> str:
    """Return an IPv6 address, or the IPv4 address that it stands for: both reach one machine."""
    try:
        address = IPv6Address(text)
    except ValueError:
        return ""
    return str(address.ipv4_mapped) if address.ipv4_mapped else f"[{address.compressed}]"


def _is_plain(label: str) -> bool:
    """Say whether a label is read alike everywhere: some read `xn--lab-` as `lab`."""
    if not label.startswith("xn--"):
        return True
    try:
        decoded = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return False
    return not decoded.isascii() and decoded.encode("punycode").decode("ascii") == label[4:]
