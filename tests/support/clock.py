"""Fixed moments, and a clock that moves only when told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# A Sunday in winter time: London and UTC agree, so a test that means London must say so.
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """Stands in for `timezone.now`: call it for the time, `set` or `forward` to move it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime) -> datetime:
        """Jump to a moment, which must carry its time zone."""
        if at.tzinfo is None:
            raise ValueError("a clock needs a time zone")
        self.at = at
        return at

    def forward(self, **step: float) -> datetime:
        """Move on by a timedelta's keywords: `clock.forward(minutes=31)`."""
        return self.set(self.at + timedelta(**step))
