"""Messages from files, through the same code as the listener."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from homeward.core.errors import BadInput
from homeward.core.models import Organisation
from homeward.gateway.domain.hl7 import Hl7Error, iter_messages
from homeward.gateway.models import Feed
from homeward.gateway.services.feeds import set_feed
from homeward.gateway.services.intake import Answer, receive
from homeward.gateway.services.reading import Arrival

# Larger than the listener's groups: nobody waits for the lock while files are read, and
# each group costs one sync of the disk.
GROUP = 500
# A first try with files from anywhere needs no feed set up: this one takes what comes.
FILES_FEED = "files"
FILES_ORGANISATION = "FILES"
FILES_SETTINGS: dict[str, Any] = {
    "processing_ids": "PTD",
    "control_id_unique": False,
    "silent_after_minutes": 0,
}


@dataclass(slots=True)
class Counts:
    """What became of the messages found; all but `received` add up to it."""

    received: int = 0
    applied: int = 0
    ignored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    rejected: int = 0
    seconds: float = 0.0
    # Files and folders with no message in them: named, not fatal.
    empty: list[str] = field(default_factory=list)

    def add(self, answers: Iterable[Answer]) -> None:
        """Count what became of a group."""
        for answer in answers:
            self.received += 1
            setattr(self, answer.outcome, getattr(self, answer.outcome) + 1)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {**asdict(self), "seconds": round(self.seconds, 3)}


Progress = Callable[[Counts, Path], None]


def ingest(
    *,
    paths: Iterable[Path],
    feed: str = "",
    clock: Callable[[], datetime],
    progress: Progress | None = None,
) -> Counts:
    """Take every message found in these files and folders, in order of name.

    feed: the feed they belong to, whatever their senders say; "" lets each message's sender
    decide, or takes all under the feed `files` when no feed is set up at all. clock: gives
    the moment of arrival. Raises BadInput for a path or a feed that does not exist.
    """
    name = _feed_for_files(feed)
    counts = Counts()
    files = [file for path in paths for file in _files(path, counts)]
    started = time.monotonic()
    for group in _groups(_arrivals(files, name, counts, progress)):
        counts.add(receive(group, at=clock()))
    counts.seconds = time.monotonic() - started
    return counts


def _feed_for_files(name: str) -> str:
    if name:
        if not Feed.objects.filter(name=name).exists():
            known = ", ".join(Feed.objects.values_list("name", flat=True)) or "none yet"
            raise BadInput(
                f"there is no feed {name!r} (feeds: {known}); homeward set-feed adds one"
            )
        return name
    if Feed.objects.exclude(name=FILES_FEED).exists():
        return ""
    organisation, _ = Organisation.objects.get_or_create(
        ods_code=FILES_ORGANISATION,
        defaults={"name": "Messages read from files", "kind": "other"},
    )
    if not Feed.objects.filter(name=FILES_FEED).exists():
        set_feed(name=FILES_FEED, organisation=organisation, values=FILES_SETTINGS)
    return FILES_FEED


def _files(path: Path, counts: Counts) -> list[Path]:
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file())
        if not found:
            counts.empty.append(str(path))
        return found
    if path.is_file():
        return [path]
    raise BadInput(f"{path}: there is no such file or folder")


def _arrivals(
    files: list[Path], feed: str, counts: Counts, progress: Progress | None
) -> Iterator[Arrival]:
    for path in files:
        found = 0
        try:
            with path.open("rb") as stream:
                for found, raw in enumerate(iter_messages(stream), 1):
                    yield Arrival(raw, f"{path}#{found}"[-200:], feed)
        except OSError as error:
            raise BadInput(f"{path}: {error.strerror}") from None
        except Hl7Error as error:
            why = f"{error.text}; what stands before it was taken in"
            raise BadInput(f"{path}, message {found + 1}: {why}") from None
        if not found:
            counts.empty.append(str(path))
        if progress is not None:
            progress(counts, path)


def _groups(arrivals: Iterator[Arrival]) -> Iterator[list[Arrival]]:
    while group := list(islice(arrivals, GROUP)):
        yield group
