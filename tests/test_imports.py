"""Imports run one way through the rooms, and nothing heavy is imported before it is used."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import vectarium

SOURCE = Path(vectarium.__file__).parent

# Each may import what stands before it; those on one line never import each other.
LEVELS = [
    {"errors"},
    {"data"},
    {"formats", "project", "record"},
    {"explore", "share", "scale"},
    {"cli", "demo", "__main__", "__init__"},
]
LEVEL = {room: level for level, rooms in enumerate(LEVELS) for room in rooms}
DOORS = {"keras", "torch", "lightning", "huggingface"}  # two lines each, into record/
ALLOWED_AT_MODULE_LEVEL = {*sys.stdlib_module_names, "numpy", "vectarium"}
# What a module is made of: it is only imported when a command runs or once the server listens.
MADE_OF = {
    "cli": {"click"},
    "explore/answers.py": {"starlette"},
    "explore/bookmark_routes.py": {"starlette"},
    "explore/comparing_routes.py": {"starlette"},
    "explore/conversation.py": {"starlette"},
    "explore/editing_routes.py": {"starlette"},
    "explore/film_routes.py": {"starlette"},
    "explore/guard.py": {"starlette"},
    "explore/page.py": {"starlette"},
    "explore/responses.py": {"starlette"},
    "explore/routes.py": {"starlette"},
    "explore/sound_routes.py": {"starlette"},
    "record/huggingface.py": {"transformers"},
    "record/keras_layers.py": {"keras"},
    "record/keras_source.py": {"keras"},
    "record/keras_state.py": {"keras"},
    "record/keras_tables.py": {"keras"},
    "record/keras_taps.py": {"keras"},
    "record/lightning.py": {"lightning"},
    "record/torch_layers.py": {"torch"},
    "record/torch_modules.py": {"torch"},
    "record/torch_source.py": {"torch"},
    "record/torch_state.py": {"torch"},
    "record/torch_tensors.py": {"torch"},
}
HEAVY = ["duckdb", "starlette", "uvicorn", "websockets", "click", "torch", "keras"]


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(node: ast.AST) -> list[str]:
    """The dotted names that an import statement asks for, `from vectarium import x` as vectarium.x."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.module == "vectarium":
            return [f"vectarium.{alias.name}" for alias in node.names]
        return [node.module or ""]
    return []


def runs_when_imported(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes outside of functions and of `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            continue
        yield node
        yield from runs_when_imported(node)


def rooms_imported(tree: ast.AST) -> set[str]:
    names = [name.split(".") for node in ast.walk(tree) for name in imported(node)]
    rooms = {parts[1] if len(parts) > 1 else "__init__" for parts in names if parts[0] == "vectarium"}
    return rooms - {"__version__"}  # a constant that any room may tell


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_rooms_import_only_what_stands_before_them(path):
    room = room_of(path)
    for other in rooms_imported(ast.parse(path.read_text("utf-8"))) - {room}:
        if other == "_native":
            assert room in {"formats", "project", "share"}, "only formats/, project/ and share/ know the kernels"
        elif other in LEVEL and room in LEVEL:
            same_outermost = LEVEL[room] == LEVEL[other] == len(LEVELS) - 1
            assert LEVEL[other] < LEVEL[room] or same_outermost, f"{room} imports {other}"
        elif room in DOORS:
            assert other == "record"
        else:
            assert room in LEVEL, f"{room} is no room that the design knows"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_heavy_is_imported_at_module_level(path):
    tree = ast.parse(path.read_text("utf-8"))
    names = {name.split(".")[0] for node in runs_when_imported(tree) for name in imported(node)}
    made_of = MADE_OF.get(room_of(path)) or MADE_OF.get(path.relative_to(SOURCE).as_posix()) or set()
    assert names <= ALLOWED_AT_MODULE_LEVEL | made_of


def test_imports_name_their_module_in_full():
    relative = [
        f"{path.name}:{node.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_importing_vectarium_loads_nothing_heavy():
    program = f"import sys, vectarium; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
