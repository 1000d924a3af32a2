"""Feeds in words: how each does, and its settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from homeward.core.template_filters import duration
from homeward.gateway.forms import FeedForm
from homeward.gateway.models import Acknowledgement, Disposition, Semantics
from homeward.gateway.presenters.causes import cause_words
from homeward.gateway.presenters.words import OUTCOMES, Word, outcome_word
from homeward.gateway.queries.feeds import (
    HOURS,
    FeedChange,
    FeedError,
    FeedHealth,
    FeedLine,
    FeedRecord,
)
from homeward.gateway.queries.messages import HOUR, NOT_TAKEN

DAY_HOURS = 24
CHOICES: dict[str, dict[str, str]] = {
    "semantics": dict(Semantics.choices),
    "disposition": dict(Disposition.choices),
    "acknowledgement": dict(Acknowledgement.choices),
}


@dataclass(frozen=True, slots=True)
class Door:
    """A number, and the rows it counts."""

    count: int
    href: str


def log_href(**wanted: str) -> str:
    """The message log under that filter."""
    kept = urlencode({name: value for name, value in wanted.items() if value})
    return reverse("gateway:messages") + (f"?{kept}" if kept else "")


def feed_state(
    *, enabled: bool, last_heard_at: datetime | None, silent_after_minutes: int, at: datetime
) -> Word:
    """How a feed stands at that moment. A threshold of 0 means that nobody watches it."""
    if not enabled:
        return Word("Switched off", "grey")
    if last_heard_at is None:
        return Word("Never heard", "orange")
    patience = timedelta(minutes=silent_after_minutes)
    if silent_after_minutes and at - last_heard_at > patience:
        return Word("Silent", "red")
    return Word("Heard", "green")


def threshold_words(minutes: int) -> str:
    """How long a silence may be before it is told."""
    return duration(timedelta(minutes=minutes)) if minutes else "Not watched"


@dataclass(frozen=True, slots=True)
class LineView:
    """One feed as the page of all feeds shows it."""

    line: FeedLine
    at: datetime

    @property
    def href(self) -> str:
        """Its own page."""
        return reverse("gateway:feed", args=(self.line.name,))

    @property
    def state(self) -> Word:
        """How it stands."""
        return feed_state(
            enabled=self.line.enabled,
            last_heard_at=self.line.last_heard_at,
            silent_after_minutes=self.line.silent_after_minutes,
            at=self.at,
        )

    @property
    def threshold(self) -> str:
        """How long it may be silent."""
        return threshold_words(self.line.silent_after_minutes)

    @property
    def hour(self) -> Door:
        """Messages of the last hour."""
        return Door(self.line.hour, log_href(feed=self.line.name, within=HOUR))

    @property
    def today(self) -> Door:
        """Messages of today."""
        return Door(self.line.today, log_href(feed=self.line.name, day=_day(self.at)))

    @property
    def not_taken(self) -> Door:
        """Messages of today that were not taken."""
        href = log_href(feed=self.line.name, outcome=NOT_TAKEN, day=_day(self.at))
        return Door(self.line.not_taken_today, href)

    @property
    def quarantined(self) -> Door:
        """Messages that wait in quarantine."""
        return Door(self.line.quarantined, log_href(feed=self.line.name, outcome="quarantined"))


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()


@dataclass(frozen=True, slots=True)
class HourBar:
    """Messages of one hour, as a number and a bar. percent: of the busiest hour shown."""

    count: int
    percent: int
    href: str


@dataclass(frozen=True, slots=True)
class HourRow:
    """One hour of the clock: the last such hour, and the one a day before."""

    clock: str
    recent: HourBar
    before: HourBar


@dataclass(frozen=True, slots=True)
class GapLine:
    """A silence in words."""

    start: datetime
    end: datetime | None
    length: str


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """How many messages of today ended so."""

    text: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class ErrorLine:
    """A message that was not taken."""

    href: str
    receipt: int
    at: datetime
    outcome: Word
    cause: str
    reason: str


@dataclass(frozen=True, slots=True)
class SettingLine:
    """A setting with its value in words."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change of settings: when, by whom, and each setting before and after."""

    at: datetime
    by: str
    settings: list[str]


@dataclass(frozen=True, slots=True)
class FeedView:
    """The page of one feed."""

    record: FeedRecord
    health: FeedHealth
    changes: list[FeedChange]
    at: datetime

    @property
    def state(self) -> Word:
        """How it stands."""
        return feed_state(
            enabled=self.record.settings["enabled"],
            last_heard_at=self.record.last_heard_at,
            silent_after_minutes=self.record.settings["silent_after_minutes"],
            at=self.at,
        )

    @property
    def threshold(self) -> str:
        """How long it may be silent."""
        return threshold_words(self.record.settings["silent_after_minutes"])

    @property
    def watched(self) -> bool:
        """Whether silences are told."""
        settings = self.record.settings
        return bool(settings["silent_after_minutes"] and settings["enabled"])

    @property
    def outcomes(self) -> list[OutcomeCount]:
        """What became of today's messages, every outcome named."""
        return [
            OutcomeCount(
                word.text,
                self.health.outcomes.get(outcome, 0),
                log_href(feed=self.record.name, outcome=outcome, day=_day(self.at)),
            )
            for outcome, word in OUTCOMES.items()
        ]

    @property
    def waiting(self) -> Door:
        """Messages of any day that wait in quarantine."""
        href = log_href(feed=self.record.name, outcome="quarantined")
        return Door(self.health.quarantined, href)

    @property
    def hours(self) -> list[HourRow]:
        """The last two days by hour, newest first."""
        now = self.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        busiest = max(self.health.hours.values(), default=0)
        moments = [now - timedelta(hours=back) for back in range(HOURS)]
        bars = [self._bar(moment, busiest) for moment in moments]
        return [
            HourRow(_clock(moments[row]), bars[row], bars[row + DAY_HOURS])
            for row in range(DAY_HOURS)
        ]

    def _bar(self, hour: datetime, busiest: int) -> HourBar:
        count = self.health.hours.get(hour, 0)
        percent = max(1, round(100 * count / busiest)) if count else 0
        return HourBar(count, percent, log_href(feed=self.record.name, hour=f"{hour:%Y-%m-%dT%HZ}"))

    @property
    def total(self) -> int:
        """Messages of the last two days."""
        return sum(self.health.hours.values())

    @property
    def gaps(self) -> list[GapLine]:
        """Silences, newest first."""
        return [
            GapLine(gap.start, gap.end, duration((gap.end or self.at) - gap.start))
            for gap in self.health.gaps
        ]

    @property
    def errors(self) -> list[ErrorLine]:
        """What was not taken lately, newest first."""
        return [error_line(error) for error in self.health.errors]

    @property
    def settings(self) -> list[SettingLine]:
        """Every setting by the name its form gives it."""
        return [
            SettingLine(label_of(key), setting_words(key, value))
            for key, value in self.record.settings.items()
        ]

    @property
    def history(self) -> list[ChangeLine]:
        """Who changed what when, newest first."""
        return [change_line(change) for change in self.changes]


def _clock(hour: datetime) -> str:
    return f"{timezone.localtime(hour):%H:%M}"


def error_line(error: FeedError) -> ErrorLine:
    """One message that was not taken."""
    return ErrorLine(
        href=reverse("gateway:message", args=(error.receipt,)),
        receipt=error.receipt,
        at=error.at,
        outcome=outcome_word(error.outcome, error.cause),
        cause=cause_words(error.cause).title,
        reason=error.reason,
    )


def label_of(key: str) -> str:
    """A setting's name as its form has it."""
    return str(FeedForm.base_fields[key].label)


def setting_words(key: str, value: Any) -> str:
    """A setting's value in words. Empty is said, never left blank."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if key == "silent_after_minutes":
        return threshold_words(value)
    if key in CHOICES:
        return CHOICES[key].get(value, str(value))
    if isinstance(value, Mapping):
        pairs = [f"{code} is {kind}" for code, kind in value.items()]
        return "; ".join(pairs) or "The usual codes only"
    if isinstance(value, list):
        return "; ".join(fact_words(rule) for rule in value) or "None"
    if value == "":
        return "First that is not the NHS number" if key == "local_authority" else "Any"
    return str(value)


def fact_words(rule: Mapping[str, Any]) -> str:
    """One readiness fact of the map: "OBX CTR is criteria to reside (N is no, Y is yes)"."""
    field = f"{rule.get('segment', '')}-{rule['position']}" if "position" in rule else ""
    where = " ".join(filter(None, [field or rule.get("segment", ""), rule.get("code", "")]))
    meanings = ", ".join(f"{sent} is {meant}" for sent, meant in rule.get("values", {}).items())
    fact = str(rule.get("fact", "")).replace("_", " ")
    return f"{where} is {fact}" + (f" ({meanings})" if meanings else "")


def change_line(change: FeedChange) -> ChangeLine:
    """One change in words."""
    told = [
        f"{label_of(key)}: {setting_words(key, before)}, now {setting_words(key, after)}"
        for key, (before, after) in change.changes.items()
    ]
    return ChangeLine(change.at, change.by, told or ["Set up"])


def clash_words(changes: list[FeedChange]) -> str:
    """What to say to someone whose form is older than the newest change."""
    newest = change_line(changes[0])
    when = timezone.localtime(newest.at)
    return (
        f"{newest.by} changed these settings at {when:%H:%M} on {when.day} {when:%b} while you "
        f"were here. {'; '.join(newest.settings)}. Check yours below and save again to put "
        "them in place"
    )
