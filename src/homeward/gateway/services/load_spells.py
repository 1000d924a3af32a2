"""Going live: people already in bed, and past spells, into the message log."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from homeward.core.csv_files import read_rows
from homeward.core.errors import BadInput
from homeward.gateway.domain.spell_rows import SpellRow, messages_of
from homeward.gateway.services.feeds import known_feeds
from homeward.gateway.services.ingest import GROUP, Counts
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rows read, and what became of the messages made of them."""

    rows: int
    counts: Counts


def load_spells(*, path: Path, feed: str, clock: Callable[[], datetime]) -> Loaded:
    """Put every spell of a CSV file into the log of a feed. Safe to run again.

    The whole file is checked first: any bad row stops it with nothing loaded. Raises
    BadInput naming the file, line and field, or the feed that does not exist.
    """
    known = known_feeds().by_name
    if feed not in known:
        raise BadInput(
            f"there is no feed {feed!r} (feeds: {', '.join(sorted(known)) or 'none yet'})"
        )
    rows = list(read_rows(path, SpellRow))
    seen: dict[str, int] = {}
    for line, row in rows:
        if row.spell in seen:
            raise BadInput(f"{path}: line {line}: spell: already on line {seen[row.spell]}")
        seen[row.spell] = line
    settings = known[feed].settings
    arrivals = (
        Arrival(raw, f"{path.name}:{line}", feed)
        for line, row in rows
        for raw in messages_of(row, settings)
    )
    counts = Counts()
    while group := list(islice(arrivals, GROUP)):
        counts.add(receive(group, at=clock()))
    return Loaded(len(rows), counts)
