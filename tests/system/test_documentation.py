"""The documents say what the program does: commands, settings, and links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from homeward.config.cli import GROUPS
from tests.support.repository import (
    ROOT,
    SOURCE,
    markdown_files,
    python_files,
    relative,
)

REFERENCE = ROOT / "docs" / "reference"
# [text](target) and ![picture](target), with an optional title after the target.
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
# A setting is read by its full name, as text.
SETTING = re.compile(r"[\"'](HOMEWARD_[A-Z0-9_]+|DATABASE_URL)[\"']")
# Elsewhere on the web, or a mail address: nothing to look up on this machine.
ELSEWHERE = ("http://", "https://", "mailto:")


def commands() -> set[str]:
    """Every command that `homeward` offers."""
    return {name for group in GROUPS.values() for name in group}


def management_commands() -> set[str]:
    """The commands that rooms define, by the names that `homeward` would give them.

    The demo's are left out: `homeward demo` starts them itself.
    """
    found = SOURCE.glob("*/management/commands/*.py")
    offered = [path for path in found if path.parents[2].name != "demo"]
    return {path.stem.replace("_", "-") for path in offered if not path.stem.startswith("_")}


def settings_read() -> set[str]:
    """Environment variables that the program reads, by the names in its source."""
    texts = (path.read_text() for path in python_files(SOURCE))
    return {name for text in texts for name in SETTING.findall(text)}


def without_code(text: str) -> str:
    return CODE.sub("", FENCE.sub("", text))


def anchor(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain))


def anchors(page: Path) -> set[str]:
    return {anchor(heading) for heading in HEADING.findall(FENCE.sub("", page.read_text()))}


def broken_links(page: Path) -> list[str]:
    """Links of the page to files or headings that are not there."""
    broken = []
    for target in LINK.findall(without_code(page.read_text())):
        if target.startswith(ELSEWHERE):
            continue
        name, _, heading = unquote(target).partition("#")
        file = (page.parent / name).resolve() if name else page
        missing_heading = heading and file.suffix == ".md" and file.exists()
        if not file.exists() or (missing_heading and heading not in anchors(file)):
            broken.append(f"{page.name}: {target}")
    return broken


def read_reference(name: str) -> str:
    file = REFERENCE / name
    if not file.exists():
        pytest.fail(f"docs/reference/{name} is not written yet")
    return file.read_text()


def names_in_code(text: str) -> set[str]:
    """Words that stand in code marks or in a code block."""
    marked = CODE.findall(text) + [match.group(0) for match in FENCE.finditer(text)]
    return set(re.findall(r"[A-Za-z0-9_][A-Za-z0-9_-]*", " ".join(marked)))


def test_every_command_is_in_the_reference() -> None:
    assert commands() - names_in_code(read_reference("commands.md")) == set()


def test_no_command_of_a_room_is_left_out_of_the_command_line() -> None:
    assert management_commands() - commands() == set()


def test_every_setting_is_in_the_reference() -> None:
    assert settings_read() - names_in_code(read_reference("settings.md")) == set()


def test_the_reference_names_no_setting_that_nothing_reads() -> None:
    named = re.findall(r"\b(HOMEWARD_[A-Z0-9_]+)\b", read_reference("settings.md"))
    assert set(named) - settings_read() == set()


@pytest.mark.parametrize("page", markdown_files(), ids=lambda page: str(relative(page)))
def test_every_local_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Page one\n[here](#page-one) [gone](none.md) [no heading](page.md#two) "
        "`[code](none.md)`\n[web](https://example.test/)\n"
    )
    assert broken_links(page) == ["page.md: none.md", "page.md: page.md#two"]


def test_every_decision_record_is_numbered_and_titled() -> None:
    folder = ROOT / "docs" / "adr"
    records = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    assert records, "docs/adr holds no decision record yet"
    numbers = [path.name[:4] for path in records]
    assert numbers == [f"{number:04}" for number in range(1, len(records) + 1)]
    for record in records:
        headings = {heading.lower() for heading in HEADING.findall(record.read_text())}
        assert {"context", "decision", "consequences"} <= headings, record.name
