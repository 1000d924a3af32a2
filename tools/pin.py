"""Write the versions of this environment into pyproject.toml: `uv run just pin`.

The pins stand in pyproject.toml rather than in a lock file because a lock file records where
each file was fetched from, which differs between networks. Everyone who runs the project from a
checkout gets these versions; someone who installs the package gets the ranges of its metadata.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The project itself, and the tools that make environments.
NOT_PINNED = {"homeward", "pip", "setuptools", "uv", "wheel"}
BLOCK = re.compile(r"^constraint-dependencies = \[\n(.*?)^\]\n", re.MULTILINE | re.DOTALL)
PIN = re.compile(r'^    "([^"=]+)==([^"]+)",$', re.MULTILINE)


def canonical(name: str) -> str:
    """A distribution's name as the packaging standards compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def installed() -> dict[str, str]:
    """Version by canonical name, of all that is installed beside the project."""
    found = {canonical(one.name): one.version for one in distributions()}
    return {name: found[name] for name in sorted(found.keys() - NOT_PINNED)}


def pinned(pyproject: str) -> dict[str, str]:
    """Version by name, as pyproject.toml pins them."""
    block = BLOCK.search(pyproject)
    return dict(PIN.findall(block.group(1))) if block else {}


def with_pins(pyproject: str, pins: Mapping[str, str]) -> str:
    """The text of pyproject.toml with these pins for the old ones. Raises ValueError if none."""
    lines = "".join(f'    "{name}=={version}",\n' for name, version in pins.items())
    if not BLOCK.search(pyproject):
        raise ValueError("pyproject.toml has no constraint-dependencies to replace")
    return BLOCK.sub(f"constraint-dependencies = [\n{lines}]\n", pyproject, count=1)


def main() -> int:
    file = ROOT / "pyproject.toml"
    before = file.read_text()
    after = with_pins(before, installed())
    file.write_text(after)
    print(f"pinned={len(pinned(after))} changed={before != after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
