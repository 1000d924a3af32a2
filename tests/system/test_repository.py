"""Rules of the house that no linter knows."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from tests.support.repository import (
    ROOT,
    SOURCE,
    VENDORED,
    files,
    functions,
    length,
    markdown_files,
    python_files,
    relative,
    text_or_none,
)
from tools import pin

FILE_LINES = 500
FUNCTION_LINES = 50
# In pieces, so that this file does not break its own rule.
FORBIDDEN = {
    "a package registry's host": ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js"),
    "a folder of somebody's machine": ("/wo" + "rk/", "/ho" + "me/", "/ro" + "ot/"),
    "a folder outside the repository": (".." + "/shared",),
    "unfinished work": ("TO" + "DO", "FIX" + "ME"),
}
# The one place that may name where other people's data lies.
EXCEPTIONS = {"a folder outside the repository": {Path("tests/conftest.py")}}


def is_ours(path: Path) -> bool:
    return not VENDORED & set(path.parts)


def test_no_source_file_is_longer_than_500_lines() -> None:
    counted = {relative(path): len(path.read_text().splitlines()) for path in python_files(SOURCE)}
    assert {path: lines for path, lines in counted.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_50_lines() -> None:
    long = [
        f"{relative(path)}:{function.lineno} {function.name} has {length(function)} lines"
        for path in python_files(SOURCE)
        for function in functions(path)
        if length(function) > FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    found = [
        f"{relative(path)}:{number} says {word}"
        for path in files()
        if is_ours(path) and relative(path) not in EXCEPTIONS.get(what, set())
        for number, line in enumerate((text_or_none(path) or "").splitlines(), start=1)
        for word in FORBIDDEN[what]
        if word in line
    ]
    assert found == []


def test_every_installed_distribution_is_pinned() -> None:
    pins = pin.pinned((ROOT / "pyproject.toml").read_text())
    wrong = {
        name: f"installed {version}, pinned {pins.get(name)}"
        for name, version in pin.installed().items()
        if pins.get(name) != version
    }
    assert wrong == {}, "run `uv run just pin` in a fresh environment"


def test_pinning_is_repeatable() -> None:
    text = "[tool.uv]\nconstraint-dependencies = [\n]\n"
    once = pin.with_pins(text, {"a": "1", "b-c": "2.0"})
    assert pin.pinned(once) == {"a": "1", "b-c": "2.0"}
    assert pin.with_pins(once, {"a": "1", "b-c": "2.0"}) == once


def test_pinning_says_when_there_is_nowhere_to_write() -> None:
    with pytest.raises(ValueError, match="constraint-dependencies"):
        pin.with_pins("[project]\n", {"a": "1"})


def test_the_ci_script_runs_the_command_of_the_readme() -> None:
    command = "uv run just test"
    assert command in (ROOT / "README.md").read_text()
    assert command in (ROOT / ".ci" / "run").read_text()
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_readme_starts_with_the_two_commands() -> None:
    top = "\n".join((ROOT / "README.md").read_text().splitlines()[:40])
    assert "pip install uv && uv run homeward demo" in top
    assert "uv run just test" in top


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "GLOSSARY.md"]
)
def test_the_repository_has(name: str) -> None:
    assert (ROOT / name) in markdown_files()
    assert (ROOT / name).read_text().startswith("# ")


def test_the_licence_is_mit() -> None:
    assert "MIT License" in (ROOT / "LICENSE").read_text()


def test_every_room_is_under_the_import_contracts() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    staircase = " ".join(contracts["contracts"][0]["layers"])
    rooms = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists()}
    assert {room for room in rooms if f"homeward.{room}" not in staircase} == set()


def test_every_context_with_models_keeps_its_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    containers = set(contracts["contracts"][1]["containers"])
    holders = {path.parent for path in SOURCE.glob("*/models.py")}
    holders |= {path.parent.parent for path in SOURCE.glob("*/models/__init__.py")}
    assert {f"homeward.{room.name}" for room in holders} <= containers
