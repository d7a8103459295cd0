"""Which room may import which, what it may touch from outside, and that nothing goes in circles."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "mturk_tasks"

ROOMS = {
    "errors": set(),
    "vocabulary": {"errors"},
    "templates": {"vocabulary"},
    "markup": {"templates", "vocabulary", "errors"},
    "files": {"vocabulary", "errors"},
    "service": {"vocabulary", "errors"},
    "batch": {"errors"},
    "report": {"templates", "vocabulary", "errors"},
    "requester": {"service", "markup", "vocabulary", "errors"},
    "commands": {"requester", "batch", "files", "markup", "report", "service", "vocabulary", "errors"},
    "scaffold": {"vocabulary", "errors"},
    "marketplace": {"markup", "templates", "vocabulary", "errors"},
    "oldtools": {"scaffold", "files", "vocabulary", "errors"},
    "tasks": {
        *("commands", "scaffold", "oldtools", "service", "marketplace"),
        *("report", "files", "vocabulary", "errors"),
    },
    "mturk_tasks": {"tasks"},
}
OUTSIDE = {
    "templates": {"jinja2"},
    "markup": {"lxml", "regex"},
    "files": {
        *("javaproperties", "jinja2", "xlsxwriter"),
        "regex",  # for the patterns of a template, with a time limit
    },
    "service": {"boto3", "botocore"},
    "report": {"tabulate", "rich"},
    "scaffold": {"cookiecutter"},
    "marketplace": {
        *("sqlalchemy", "botocore", "jinja2"),
        *("flask", "werkzeug", "waitress", "cryptography"),  # in `server` and `web` alone
        *("itsdangerous", "markupsafe", "argon2"),  # in `web` alone
    },
    "tasks": {"invoke", "platformdirs"},
    "mturk_tasks": {"invoke"},
}
ONLY_SERVICE_TYPES = {"mturk_tasks.service.session"}  # commands name the client's type, and make none
ONLY_FOR_SERVING = {"flask", "werkzeug", "waitress", "cryptography", "itsdangerous", "markupsafe", "argon2"}
SERVING = ("mturk_tasks.marketplace.server", "mturk_tasks.marketplace.web")
NOT_FOR_THE_MARKETPLACE = {"mturk_tasks.vocabulary.columns", "mturk_tasks.vocabulary.hit_properties"}
INNER = {  # rooms inside a room: what else of that room each may know
    "mturk_tasks.marketplace.storage": {"context", "system_types"},
    "mturk_tasks.marketplace.reviews": {
        *("storage", "context", "decisions", "faults", "growth", "hits", "ids", "limits", "pages"),
    },
    "mturk_tasks.marketplace.web.people": set(),
    "mturk_tasks.marketplace.web.frames": set(),
}
OPENED_BY_WHO_RUNS_IT = ("mturk_tasks.marketplace.upkeep", "mturk_tasks.marketplace.server")
DOORS = ["mturk_tasks.tasks.counter", "mturk_tasks.tasks.wiring"]  # of who runs it, and of who uses it

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


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else parts[0]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_room_may(module):
    inside = {name for name in imports(module) if name.split(".")[0] == "mturk_tasks"}
    rooms = {room(name) for name in inside} - {room(module)}

    assert rooms <= ROOMS[room(module)]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_touches_only_the_libraries_of_its_room(module):
    outside = {name.split(".")[0] for name in imports(module)} - {"mturk_tasks"}

    assert outside - sys.stdlib_module_names <= OUTSIDE.get(room(module), set())


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) == "commands"])
def test_commands_name_the_client_and_never_make_one(module):
    from_service = {name for name in imports(module) if room(name) == "service"}

    assert from_service <= ONLY_SERVICE_TYPES


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) == "marketplace"])
def test_the_marketplace_does_not_share_the_clients_reading_of_files(module):
    assert not set(imports(module)) & NOT_FOR_THE_MARKETPLACE


@pytest.mark.parametrize("module", [name for name in MODULES if not name.startswith(SERVING)])
def test_what_only_serving_needs_is_imported_only_there(module):
    assert not {name.split(".")[0] for name in imports(module)} & ONLY_FOR_SERVING
    serving = [name for name in imports(module, at_start=True) if name.startswith(SERVING)]
    assert serving == []


def test_two_modules_open_the_marketplaces_doors():
    openers = [
        name
        for name in MODULES
        if room(name) != "marketplace" and any(room(one) == "marketplace" for one in imports(name))
    ]
    assert openers == DOORS


@pytest.mark.parametrize("inner", INNER)
def test_an_inner_room_knows_only_what_it_may_of_the_room_around_it(inner):
    around = inner.rpartition(".")[0] + "."
    own = [name for name in MODULES if name.startswith(f"{inner}.")]
    known = {one for name in own for one in imports(name) if one.startswith(around)}
    named = {one.removeprefix(around).split(".")[0] for one in known} - {inner.removeprefix(around)}

    assert own
    assert named <= INNER[inner]


def test_nothing_in_the_marketplace_leans_on_what_runs_it():
    leaning = [
        (name, one)
        for name in MODULES
        if room(name) == "marketplace" and not name.startswith((*OPENED_BY_WHO_RUNS_IT, *SERVING))
        for one in imports(name)
        if one.startswith(OPENED_BY_WHO_RUNS_IT)
    ]
    assert leaning == []


def test_nothing_inside_imports_the_package_itself():
    assert [name for name in MODULES if "mturk_tasks" in set(imports(name))] == []


def test_modules_do_not_import_in_circles():
    graph = {name: {one for one in imports(name, at_start=True) if one in MODULES} for name in MODULES}
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


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager", "base"])
def test_no_module_is_a_drawer_for_everything(name):
    assert not [module for module in MODULES if module.endswith(f".{name}")]
