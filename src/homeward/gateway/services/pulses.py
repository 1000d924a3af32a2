"""Each feed's status as messages arrive: heard when, how many, and what was wrong."""

from collections.abc import Iterable

from homeward.core import bulk
from homeward.core.models import FeedStatus
from homeward.gateway.models import Outcome
from homeward.gateway.services.reading import Read

COLUMNS = (
    "feed",
    "received",
    "last_heard_at",
    "last_event_at",
    "last_error_at",
    "last_error",
)


def note_pulses(reads: Iterable[Read]) -> None:
    """Say in each feed's status that it was heard, and what was wrong. Two queries at most."""
    by_feed: dict[str, list[Read]] = {}
    for read in reads:
        if read.feed is not None:
            by_feed.setdefault(read.feed.settings.name, []).append(read)
    rows = bulk.select(FeedStatus, ("id", *COLUMNS), "feed", by_feed)
    bulk.save(
        FeedStatus, ("id", *COLUMNS), [(row, _after(row, by_feed[row[1]])) for row in sorted(rows)]
    )


def _after(row: bulk.Row, reads: list[Read]) -> bulk.Row:
    key, name, received, _, newest, error_at, error = row
    moments = [read.event_at for read in reads if read.event_at is not None]
    if moments:
        newest = max((*moments, newest)) if newest is not None else max(moments)
    wrong = [r for r in reads if r.outcome in (Outcome.QUARANTINED, Outcome.REJECTED)]
    if wrong:
        error_at, error = wrong[-1].received_at, wrong[-1].reason
    return (key, name, received + len(reads), reads[-1].received_at, newest, error_at, error)
