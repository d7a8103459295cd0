"""Which room may import which, what it may touch from outside, and that nothing goes in circles."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "mturk_tasks"

ROOMS = {
    "errors": set(),
    "lib": {"errors"},
    "vocabulary": {"lib", "errors"},
    "markup": {"vocabulary", "lib", "errors"},
    "velocity": {"vocabulary", "lib", "errors"},
    "files": {"velocity", "vocabulary", "lib", "errors"},
    "analysis": {"files", "markup", "vocabulary", "lib", "errors"},
    "console": {"analysis", "markup", "vocabulary", "lib", "errors"},
    "client": {"vocabulary", "lib", "errors"},
    "scaffold": {"vocabulary", "lib", "errors"},
    "legacy": {"scaffold", "files", "vocabulary", "lib", "errors"},
    "marketplace": {"markup", "vocabulary", "lib", "errors"},
    "commands": {
        *("client", "analysis", "console", "files", "velocity", "markup", "vocabulary", "lib", "errors"),
        "marketplace",  # whoever runs one: commands.marketplace alone
    },
    "tasks": {
        *("commands", "scaffold", "legacy", "client", "analysis"),
        *("console", "files", "vocabulary", "lib", "errors"),
        "marketplace",  # where the embedded one is opened: tasks.bootstrap alone
    },
    "mturk_tasks": {"tasks", "analysis"},
}
OUTSIDE = {
    "markup": {"segno", "lxml", "regex", "jinja2"},
    "velocity": {"regex"},  # for the patterns of a template, with a time limit
    "files": {"javaproperties", "xlsxwriter"},
    "analysis": {"pandas", "pyarrow"},
    "client": {"boto3", "botocore"},
    "console": {"tabulate", "rich"},
    "scaffold": {"cookiecutter"},
    "marketplace": {
        *("sqlalchemy", "botocore", "jinja2"),
        *("flask", "werkzeug", "waitress", "cryptography"),  # in `server` and `web` alone
        *("itsdangerous", "markupsafe", "argon2"),  # in `web`, and one beside
    },
    "commands": {"platformdirs", "pyarrow"},
    "tasks": {"invoke"},
    "mturk_tasks": {"invoke"},
}
SIGNS_LINKS = "mturk_tasks.marketplace.studies.links"  # for a requester too, and only then
ONLY_FOR_SERVING = {"flask", "werkzeug", "waitress", "cryptography", "itsdangerous", "markupsafe", "argon2"}
SERVING = (
    "mturk_tasks.marketplace.server",
    "mturk_tasks.marketplace.web",
    "mturk_tasks.marketplace.serve",
)
LOADED_TO_RUN_ONE = tuple(
    f"mturk_tasks.commands.marketplace.{name}" for name in ("accounts", "serving", "studies", "upkeep")
)
NOT_FOR_THE_MARKETPLACE = {"mturk_tasks.vocabulary.columns", "mturk_tasks.vocabulary.properties"}
OPENED_BY_WHO_RUNS_IT = ("mturk_tasks.marketplace.operator", *SERVING)
DOORS = ("mturk_tasks.commands.marketplace", "mturk_tasks.tasks.bootstrap")  # of who runs it, who uses it

GROUND = {"storage", "protocol", "records", "qualifications", "hits"}
INNER = {  # rooms inside a room, and its single modules: what else of that room each may know
    "commands": {
        "": set(),  # what use cases share
        "qualifications": {""},
        "surveys": {"", "qualifications"},
        "studies": {"", "surveys"},
        "marketplace": {""},
    },
    "marketplace": {
        "storage": set(),
        "protocol": {"storage"},
        "records": {"storage", "protocol"},
        "qualifications": {"storage", "protocol", "records"},
        "hits": GROUND - {"hits"},
        "reviews": GROUND,
        "due": {*GROUND, "reviews"},
        "worker": {*GROUND, "reviews", "due"},
        "studies": {*GROUND, "reviews", "due", "worker"},
        "api": {*GROUND, "reviews", "due", "worker", "studies"},
        "simulation": {*GROUND, "reviews", "due", "worker"},
        "operator": {*GROUND, "reviews", "due", "worker", "api"},
        "server": {*GROUND, "api"},
        "web": {*GROUND, "due", "worker", "studies", "api", "operator", "server"},
        "serve": {*GROUND, "due", "server", "web"},
    },
    "marketplace.web": {  # its pages know all three
        "texts": set(),
        "accounts": {"texts"},
        "frames": {"texts"},
    },
}

MODULES = {
    ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
    if "_templates" not in path.parts
}


def imports(module: str, *, at_start: bool = False) -> Iterator[str]:
    """Yield what a module imports; `at_start` leaves out what is imported inside functions."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    for node in statements(tree, at_start=at_start):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = module if node.level else (node.module or "")
            names = [f"{base}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else base for name in names)


def statements(node: ast.AST, *, at_start: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
            continue
        if at_start and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        yield child
        yield from statements(child, at_start=at_start)


@cache
def all_imports(*, at_start: bool = False) -> dict[str, list[str]]:
    """Return of each module what it imports, read once."""
    return {module: sorted(set(imports(module, at_start=at_start))) for module in MODULES}


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


def top(module: str) -> str:
    return module.split(".")[0]


def is_ours(module: str) -> bool:
    return top(module) == "mturk_tasks"


def test_a_module_imports_only_what_its_room_may():
    assert [
        (module, name)
        for module, names in all_imports().items()
        for name in names
        if is_ours(name) and room(name) not in {room(module), *ROOMS[room(module)]}
    ] == []


def test_a_module_touches_only_the_libraries_of_its_room():
    assert [
        (module, name)
        for module, names in all_imports().items()
        for name in names
        if not is_ours(name) and top(name) not in sys.stdlib_module_names | OUTSIDE.get(room(module), set())
    ] == []


def test_the_marketplace_does_not_share_the_clients_reading_of_files():
    assert [
        (module, name)
        for module, names in all_imports().items()
        for name in names
        if room(module) == "marketplace" and name in NOT_FOR_THE_MARKETPLACE
    ] == []


def test_what_only_serving_needs_is_imported_only_there():
    others = [module for module in MODULES if not module.startswith(SERVING)]
    assert [
        (module, name)
        for module in others
        for name in all_imports()[module]
        if top(name) in ONLY_FOR_SERVING and module != SIGNS_LINKS
    ] == []
    assert [
        (module, name)
        for module in others
        for name in all_imports(at_start=True)[module]
        if name.startswith((*SERVING, *LOADED_TO_RUN_ONE)) and module not in LOADED_TO_RUN_ONE
    ] == []


def test_two_rooms_open_the_marketplaces_doors():
    assert [
        name
        for name in MODULES
        if room(name) != "marketplace"
        and not name.startswith(DOORS)
        and any(room(imported) == "marketplace" for imported in all_imports()[name])
    ] == []


def test_a_room_knows_only_what_it_may_of_the_room_around_it():
    assert [
        (module, name)
        for around, rooms in INNER.items()
        for module, names in all_imports().items()
        for name in names
        if (own := inner_room(module, around)) in rooms
        and (other := inner_room(name, around)) is not None
        and other not in {own, *rooms[own]}
    ] == []


@pytest.mark.parametrize("around", INNER)
def test_every_room_that_is_named_is_there(around):
    there = {inner_room(module, around) for module in MODULES}
    assert set(INNER[around]) <= there


def test_a_step_upward_would_be_seen():
    assert inner_room("mturk_tasks.marketplace.web.session", "marketplace") == "web"
    assert inner_room("mturk_tasks.marketplace.due", "marketplace") == "due"
    assert "web" not in INNER["marketplace"]["worker"]


def test_use_cases_are_given_a_client_and_never_make_one():
    made = "mturk_tasks.client.session"
    makers = [
        module
        for module, names in all_imports().items()
        if room(module) == "commands" and made in names and makes_clients(MODULES[module])
    ]
    assert makers == []


def makes_clients(path: Path) -> bool:
    """Say whether a module takes `connect` from the client's session, by name or through the module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "mturk_tasks.client.session":
            if any(alias.name == "connect" for alias in node.names):
                return True
        elif isinstance(node, ast.Attribute) and ast.unparse(node) == "session.connect":
            return True
    return False


def inner_room(module: str, around: str) -> str | None:
    """Return the room or single module of the room around it that a module is in, None for one outside.

    In `commands` single modules are what use cases share, and have no name of their own here.
    """
    prefix = f"mturk_tasks.{around}."
    if not module.startswith(prefix):
        return None
    name = module.removeprefix(prefix).split(".")[0]
    return name if around != "commands" or name in INNER["commands"] else ""


def test_nothing_in_the_marketplace_leans_on_what_runs_it():
    leaning = [
        (name, one)
        for name in MODULES
        if room(name) == "marketplace" and not name.startswith((*OPENED_BY_WHO_RUNS_IT, *SERVING))
        for one in all_imports()[name]
        if one.startswith(OPENED_BY_WHO_RUNS_IT)
    ]
    assert leaning == []


def test_nothing_inside_imports_the_package_itself():
    assert [name for name in MODULES if "mturk_tasks" in all_imports()[name]] == []


def test_modules_do_not_import_in_circles():
    graph = {name: {one for one in all_imports(at_start=True)[name] if one in MODULES} for name in MODULES}
    assert circle(graph) == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of one circle of imports; none where there is no circle."""
    rest = dict(graph)
    while rest:
        leaves = [name for name, needs in rest.items() if not needs & rest.keys() - {name}]
        if not leaves:
            return sorted(rest)
        for name in leaves:
            del rest[name]
    return []


def test_a_circle_would_be_seen():
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) == ["a", "b", "c"]


LONGEST = 14  # modules from the first to the last: what one may have to know to follow a call to its end


def test_no_chain_of_imports_is_too_long_to_follow():
    modules = {name for name, path in MODULES.items() if path.name != "__init__.py"}
    graph = {name: modules & set(all_imports(at_start=True)[name]) for name in modules}

    assert len(longest_chain(graph)) <= LONGEST, longest_chain(graph)


def longest_chain(graph: dict[str, set[str]]) -> list[str]:
    """Return the longest way through imports that go in no circle."""

    @cache
    def below(name: str) -> tuple[str, ...]:
        ways: list[tuple[str, ...]] = [(), *map(below, graph[name])]
        return (name, *max(ways, key=len))

    chains = [below(name) for name in graph]
    longest = max(chains, key=len)
    return list(longest)


def test_the_longest_chain_would_be_seen():
    assert longest_chain({"a": {"b", "d"}, "b": {"c"}, "c": set(), "d": set()}) == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager", "base"])
def test_no_module_is_a_drawer_for_everything(name):
    assert not [module for module in MODULES if module.endswith(f".{name}")]
