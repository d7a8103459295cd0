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
    "lib": set(),
    "vocabulary": {"errors"},
    "templates": {"vocabulary"},
    "markup": {"templates", "vocabulary", "errors"},
    "files": {"vocabulary", "lib", "errors"},
    "service": {"vocabulary", "errors"},
    "batch": {"errors"},
    "report": {"templates", "vocabulary", "errors"},
    "requester": {"service", "markup", "vocabulary", "errors"},
    "commands": {
        *("requester", "batch", "files", "markup", "report", "service", "vocabulary"),
        *("lib", "errors"),
    },
    "scaffold": {"vocabulary", "errors"},
    "marketplace": {"markup", "templates", "vocabulary", "lib", "errors"},
    "oldtools": {"scaffold", "files", "vocabulary", "errors"},
    "tasks": {
        *("commands", "scaffold", "oldtools", "service", "marketplace"),
        *("report", "files", "vocabulary", "lib", "errors"),
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
ONLY_SERVICE_TYPES = {"mturk_tasks.client.session"}  # commands name the client's type, and make none
ONLY_FOR_SERVING = {"flask", "werkzeug", "waitress", "cryptography", "itsdangerous", "markupsafe", "argon2"}
SERVING = ("mturk_tasks.marketplace.server", "mturk_tasks.marketplace.web")
NOT_FOR_THE_MARKETPLACE = {"mturk_tasks.vocabulary.columns", "mturk_tasks.vocabulary.properties"}
INNER = {  # rooms inside a room: what else of that room each may know
    "mturk_tasks.marketplace.storage": {"context", "system_types"},
    "mturk_tasks.marketplace.reviews": {
        *("storage", "context", "decisions", "faults", "growth", "hits", "ids", "limits", "pages"),
    },
    "mturk_tasks.marketplace.web.people": set(),
    "mturk_tasks.marketplace.web.frames": set(),
}
OPENED_BY_WHO_RUNS_IT = ("mturk_tasks.marketplace.upkeep", "mturk_tasks.marketplace.server")
DOORS = [
    "mturk_tasks.commands.marketplace.operator",
    "mturk_tasks.tasks.bootstrap",
]  # of who runs it, and of who uses it

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


def test_commands_name_the_client_and_never_make_one():
    assert [
        (module, name)
        for module, names in all_imports().items()
        for name in names
        if room(module) == "commands" and room(name) == "service" and name not in ONLY_SERVICE_TYPES
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
        (one, name) for one in others for name in all_imports()[one] if top(name) in ONLY_FOR_SERVING
    ] == []
    assert [
        (one, name) for one in others for name in all_imports(at_start=True)[one] if name.startswith(SERVING)
    ] == []


def test_two_modules_open_the_marketplaces_doors():
    openers = [
        name
        for name in MODULES
        if room(name) != "marketplace" and any(room(one) == "marketplace" for one in all_imports()[name])
    ]
    assert openers == DOORS


@pytest.mark.parametrize("inner", INNER)
def test_an_inner_room_knows_only_what_it_may_of_the_room_around_it(inner):
    around = inner.rpartition(".")[0] + "."
    own = [name for name in MODULES if name.startswith(f"{inner}.")]
    known = {one for name in own for one in all_imports()[name] if one.startswith(around)}
    named = {one.removeprefix(around).split(".")[0] for one in known} - {inner.removeprefix(around)}

    assert own
    assert named <= INNER[inner]


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


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "manager", "base"])
def test_no_module_is_a_drawer_for_everything(name):
    assert not [module for module in MODULES if module.endswith(f".{name}")]
