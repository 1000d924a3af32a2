"""Decisions on many quarantined messages at once, a few at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from homeward.core.models import User
from homeward.gateway.queries.quarantine import group_receipts
from homeward.gateway.services import decisions

# Nobody else can write while a chunk is decided.
CHUNK = 50
# What one press of a button takes on, so that its answer does not keep the reader waiting.
MOST = 500


@dataclass(slots=True)
class Replayed:
    """How many messages ended with which outcome, and the last one tried."""

    outcomes: dict[str, int] = field(default_factory=dict)
    last: int = 0

    @property
    def tried(self) -> int:
        """How many were tried."""
        return sum(self.outcomes.values())


def replay_group(
    *, outcome: str, feed: str, cause: str, after: int, upto: int, by: User, at: datetime
) -> Replayed:
    """Try the messages of one group again, oldest first, at most MOST of them.

    after, upto: receipts that bound the group, so that what fails again is not tried twice
    and what came meanwhile waits. Raises decisions.NotYours without the permission.
    """
    done = Replayed(last=after)
    receipts = group_receipts(
        user=by, outcome=outcome, feed=feed, cause=cause, after=after, upto=upto, most=MOST
    )
    for chunk in _chunks(receipts):
        for name, count in decisions.replay(receipts=chunk, by=by, at=at).items():
            done.outcomes[name] = done.outcomes.get(name, 0) + count
        done.last = chunk[-1]
    return done


def dismiss_group(
    *, outcome: str, feed: str, cause: str, upto: int, reason: str, by: User, at: datetime
) -> int:
    """Put the messages of one group away with one reason, at most MOST of them.

    Returns how many. Raises decisions.NotYours without the permission and HomewardError
    without a reason.
    """
    receipts = group_receipts(
        user=by, outcome=outcome, feed=feed, cause=cause, after=0, upto=upto, most=MOST
    )
    chunks = list(_chunks(receipts)) or [[]]
    return sum(decisions.dismiss(receipts=chunk, reason=reason, by=by, at=at) for chunk in chunks)


def _chunks(receipts: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(receipts), CHUNK):
        yield list(receipts[start : start + CHUNK])
