"""Processes of a test's own, found again by a folder that only they were told of. Linux."""

from __future__ import annotations

import os
import signal
from pathlib import Path


def with_home(home: Path) -> dict[int, str]:
    """Process id -> command line of all that run with that HOMEWARD_HOME."""
    wanted = f"HOMEWARD_HOME={home}".encode()
    found: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found[int(folder.name)] = words.decode(errors="replace").strip()
        except OSError:
            continue
    # A process that has ended and waits for its parent has no command line any more.
    return {number: words for number, words in found.items() if words}


def children_of(parent: int) -> dict[int, str]:
    """Process id -> command line of its own children."""
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return {
        int(number): Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        for number in text.split()
    }


def kill_all(home: Path) -> None:
    """Leave nothing behind when a test fails."""
    for number in with_home(home):
        try:
            os.kill(number, signal.SIGKILL)
        except ProcessLookupError:
            continue
