"""The repository's own files, for the tests that read them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "homeward"
NOT_OURS = {".git", ".venv", "var", "build", "dist", "node_modules", "__pycache__", "uv.lock"}
# Written by others and kept as they came.
VENDORED = {"vendor"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed; without git, every file not made by a tool."""
    listed = subprocess.run(
        ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = {name for name in listed.stdout.decode().split("\0") if name}
        return tuple(sorted(ROOT / name for name in names if (ROOT / name).is_file()))
    found = (path for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path for path in found if not NOT_OURS & set(relative(path).parts)))


def relative(path: Path) -> Path:
    return path.relative_to(ROOT)


def python_files(folder: Path) -> list[Path]:
    """Python files under the folder, migrations left out: a tool writes those."""
    return [
        path
        for path in files()
        if path.suffix == ".py" and folder in path.parents and "migrations" not in path.parts
    ]


def text_or_none(path: Path) -> str | None:
    """The file's text; None for a picture or other bytes."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def markdown_files() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def functions(path: Path) -> list[Function]:
    tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def length(function: Function) -> int:
    """Lines from `def` to the end, without decorators and the docstring."""
    start, end = function.lineno, function.end_lineno or function.lineno
    docstring = function.body[0] if ast.get_docstring(function) is not None else None
    said = (docstring.end_lineno or 0) - docstring.lineno + 1 if docstring else 0
    return end - start + 1 - said
