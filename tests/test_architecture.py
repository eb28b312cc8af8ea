"""What holds the house together, read from the syntax trees: who imports whom, and what is public."""

import ast
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import griffe
import pytest

import lossmith as lm

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "lossmith"
FILES = sorted(SOURCE.rglob("*.py"))

# A room is a folder or a file directly under src/lossmith. It may import the floors below it, never its neighbours.
FLOORS = (
    {"errors", "wording"},
    {"fields", "targets", "links", "arrays", "layouts", "constants"},
    {"traits"},
    {"formula"},
    {"kernels"},
    {"reduction"},
    {"call"},
    {"loss"},
    {"families"},
    {"losses"},
    {"criterion", "combine", "normalizing", "last_layer", "catalogue", "learned", "datasets", "page", "models"},
    {"reading"},
    {"explaining", "choosing", "comparing", "benching", "auditing", "surfaces"},
    {"testing", "watching", "claims", "surveying"},
    {"cli"},
    {"__main__"},
)
FLOOR = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
# What a loss asks of itself lives beside it, in a file of its own: the two are one room.
SAME_ROOM = {"fused": "loss", "shortcut": "loss", "measuring": "loss", "tracing": "loss"}
HEAVY = (
    "numba",
    "llvmlite",
    "numba",
    "llvmlite",
    "sympy",
    "polars",
    "pandas",
    "sklearn",
    "skrub",
    "scipy",
    "plotly",
    "joblib",
    "typer",
    "rich",
    "torch._dynamo",
    "triton",
)


def module_of(file: Path) -> str:
    parts = ("lossmith", *file.relative_to(SOURCE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(file): file for file in FILES}


def room_of(module: str) -> str:
    room = module.split(".")[1] if "." in module else "__init__"
    return SAME_ROOM.get(room, room)


def imports(file: Path, *, at_load: bool) -> Iterator[str]:
    """The modules of ours that a file imports: all, or those alone that are imported when it is loaded."""

    def visit(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            is_deferred = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) or (
                isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            )
            if isinstance(child, ast.Import):
                yield from (name.name for name in child.names)
            elif isinstance(child, ast.ImportFrom):
                yield from from_import(child)
            elif not (at_load and is_deferred):
                yield from visit(child)

    def from_import(node: ast.ImportFrom) -> Iterator[str]:
        package = [*file.relative_to(SOURCE.parent).with_suffix("").parts][: -node.level]
        base = ".".join([*package, *filter(None, [node.module])]) if node.level else str(node.module)
        for name in node.names:
            if name.name != "__version__":  # a constant, there before anything else is loaded
                yield f"{base}.{name.name}" if f"{base}.{name.name}" in MODULES else base

    return (name for name in visit(ast.parse(file.read_text("utf-8"))) if name.split(".")[0] == "lossmith")


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_run_one_way(module: str) -> None:
    room = room_of(module)
    if room == "__init__":
        return  # the public names come from everywhere
    assert room in FLOOR, f"{room} is a new room: give it a floor in this test, and a line in ARCHITECTURE.md"
    for imported in imports(MODULES[module], at_load=False):
        other = room_of(imported)
        if other == "__init__":
            assert room == "cli", f"{module} imports the whole library"
        elif other != room:
            assert FLOOR[other] < FLOOR[room], f"{module} imports {imported}, which is not below it"


def test_no_import_cycle() -> None:
    graph = {module: set(imports(file, at_load=True)) & set(MODULES) - {module} for module, file in MODULES.items()}
    while graph:
        free = {module for module, needed in graph.items() if not needed & set(graph)}
        assert free, f"these import each other while they are loaded: {sorted(graph)}"
        graph = {module: needed for module, needed in graph.items() if module not in free}


@pytest.mark.parametrize("room", ["page", "formula", "datasets"])
def test_room_knows_no_loss(room: str) -> None:
    files = [file for module, file in MODULES.items() if room_of(module) == room]
    others = {room_of(name) for file in files for name in imports(file, at_load=False)}
    assert others <= {room, "errors"}


def test_kernels_have_never_heard_of_a_loss() -> None:
    for module, file in MODULES.items():
        if room_of(module) == "kernels":
            names = {node.id for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Name)}
            assert not names & {"Loss", "Traits", "Batch"}, module


def test_import_is_light() -> None:
    code = "import sys, lossmith; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()).isdisjoint(HEAVY)


def test_public_names_are_those_exported() -> None:
    exported = {
        name
        for name, value in vars(lm).items()
        if not name.startswith("_") and not isinstance(value, ModuleType) and name not in ("TYPE_CHECKING", "Any")
    }
    at_first_use = {"audit", "audit_call", "choose", "compare", "curvature", "surface", "training_loop", "watch"}
    assert exported | at_first_use == set(lm.__all__)
    assert len(lm.__all__) == len(set(lm.__all__))
    assert all(hasattr(lm, name) for name in lm.__all__)


def test_every_public_name_is_documented() -> None:
    documented = {path.rpartition(".")[2] for path in documented_paths()}
    if "<!-- generated: catalogue -->" in (ROOT / "docs" / "catalogue.md").read_text("utf-8"):
        documented |= {cls.__name__ for cls in lm.ALL}
    if "lossmith.errors" in documented_paths():
        documented |= {"LossmithError"}
    assert documented >= set(lm.__all__)
    assert all((getattr(lm, name).__doc__ or "").strip() for name in lm.__all__)


def test_the_reference_shows_functions_and_not_the_files_named_like_them() -> None:
    """Its builder takes ``lossmith.audit`` for the file ``auditing/audit.py``, Python for the function."""
    package = griffe.load("lossmith", search_paths=[ROOT / "src"], allow_inspection=False)
    for path in documented_paths():
        shown = package[path.removeprefix("lossmith.")]
        assert shown.is_module == isinstance(pkgutil.resolve_name(path), ModuleType), path


def documented_paths() -> list[str]:
    return re.findall(r"^::: (lossmith\.[\w.]+)$", (ROOT / "docs" / "api.md").read_text("utf-8"), re.M)


def test_the_tree_in_architecture_has_every_file() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for room in {file.relative_to(SOURCE).parts[0] for file in FILES}:
        assert re.search(rf"^  {re.escape(room)}/? ", text, re.M), f"{room} is missing in ARCHITECTURE.md"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_no_file_is_long(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 450
