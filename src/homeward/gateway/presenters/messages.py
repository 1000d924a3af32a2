"""The message log and one message in words."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from homeward.gateway.forms import OUTCOME_CHOICES
from homeward.gateway.presenters.causes import CauseWords, cause_words
from homeward.gateway.presenters.words import (
    DECISIONS,
    SET_ASIDE,
    Word,
    outcome_word,
    person_words,
    row_detail,
    row_kind,
)
from homeward.gateway.queries.messages import (
    HOUR,
    PAGE_SIZE,
    LogPage,
    LogRow,
    LogWanted,
    MessageRecord,
)
from homeward.gateway.queries.people import SpokenOf

REPLAYABLE = ("quarantined", "rejected", "dismissed")
# A field as reasons name it: PV1-44.
FIELD = re.compile(r"\b([A-Z][A-Z0-9]{2})-(\d{1,2})\b")
OUTCOME_SENTENCES = {
    "applied": "It was read and applied.",
    "ignored": "It was read and thanked for, and changed nothing: it is not for this list.",
    "quarantined": "It was read but could not be used. It waits here until someone decides.",
    "rejected": "It was not taken, and its sender was told so.",
    "dismissed": "Someone put it away. It changes nothing.",
}


@dataclass(frozen=True, slots=True)
class RowView:
    """One message as the log lists it."""

    href: str
    receipt: int
    at: datetime
    feed: str
    kind: str
    outcome: Word
    control_id: str
    detail: str


def row_view(row: LogRow) -> RowView:
    """One row in words."""
    return RowView(
        href=reverse("gateway:message", args=(row.receipt,)),
        receipt=row.receipt,
        at=row.received_at,
        feed=row.feed,
        kind=row_kind(row),
        outcome=outcome_word(row.outcome, row.cause),
        control_id=row.control_id or "None",
        detail=row_detail(row),
    )


def log_query(wanted: LogWanted) -> str:
    """The filter as an address has it, without its page."""
    fields = {
        "feed": wanted.feed,
        "outcome": wanted.outcome,
        "trigger": wanted.trigger,
        "control": wanted.control,
        "day": wanted.day.isoformat() if wanted.day else "",
        "hour": f"{wanted.hour:%Y-%m-%dT%HZ}" if wanted.hour else "",
        "within": wanted.within,
        "person": str(wanted.person or ""),
    }
    return urlencode({name: value for name, value in fields.items() if value})


@dataclass(frozen=True, slots=True)
class LogView:
    """The message log. typed: the filter as it was typed, right or wrong."""

    page: LogPage
    wanted: LogWanted
    feeds: list[str]
    person: SpokenOf | None
    at: datetime
    typed: dict[str, str]

    @property
    def rows(self) -> list[RowView]:
        """The messages of this page."""
        return [row_view(row) for row in self.page.rows]

    @property
    def filters(self) -> dict[str, Any]:
        """The filter row, and what it keeps that has no box of its own."""
        typed = self.typed
        hidden = {name: typed.get(name, "") for name in ("person", "hour", "within")}
        return {
            "label": "Filter the messages",
            "selects": [
                {
                    "name": "feed",
                    "label": "Feed",
                    "choices": [("", "All feeds"), *((name, name) for name in self._feeds)],
                    "value": typed.get("feed", ""),
                },
                {
                    "name": "outcome",
                    "label": "Outcome",
                    "choices": OUTCOME_CHOICES,
                    "value": typed.get("outcome", ""),
                },
            ],
            "inputs": [
                {"name": "trigger", "label": "Event, like A01", "value": typed.get("trigger", "")},
                {
                    "name": "day",
                    "label": "Day",
                    "type": "date",
                    "value": typed.get("day", ""),
                },
                {"name": "control", "label": "Control id", "value": typed.get("control", "")},
            ],
            "hidden": {name: value for name, value in hidden.items() if value},
            "clear_href": reverse("gateway:messages") if any(typed.values()) else "",
        }

    @property
    def _feeds(self) -> list[str]:
        chosen = self.typed.get("feed", "")
        return [*self.feeds, *([chosen] if chosen and chosen not in self.feeds else [])]

    @property
    def narrowed(self) -> list[str]:
        """What the filter holds that no box shows."""
        said = []
        if self.person is not None:
            said.append(f"Messages that speak of {person_words(self.person)}.")
        if self.wanted.within == HOUR:
            said.append("Messages of the last hour.")
        if self.wanted.hour:
            start = timezone.localtime(self.wanted.hour)
            said.append(f"Messages of the hour from {start:%H:%M} on {start.day} {start:%b %Y}.")
        return said

    @property
    def person_href(self) -> str:
        """The page of the person asked about; "" when there is no record of them."""
        if self.person is None or not self.person.held:
            return ""
        return f"/people/{self.person.person}/"

    @property
    def count_words(self) -> str:
        """How many messages there are."""
        if self.page.more:
            return f"At least {self.page.total:,} messages. Choose a day or a feed to see others"
        return f"{self.page.total:,} message{'' if self.page.total == 1 else 's'}"

    @property
    def pagination(self) -> dict[str, Any]:
        """The way to other pages."""
        first = (self.page.page - 1) * PAGE_SIZE
        params = {
            "page": self.page.page,
            "pages": self.page.pages,
            "url_for": self.page_href,
        }
        if self.page.more:
            return params
        return {
            **params,
            "total": self.page.total,
            "shown_from": first + 1,
            "shown_to": first + len(self.page.rows),
            "noun": "message",
        }

    def page_href(self, page: int) -> str:
        """The address of another page of the same list."""
        kept = log_query(replace(self.wanted, page=1))
        return f"?{kept}&page={page}" if kept else f"?page={page}"

    @property
    def empty_words(self) -> str:
        """What it means that nothing is listed."""
        if self.person is not None:
            return "No message speaks of this person."
        return "No message fits this filter." if log_query(self.wanted) else "No message has come."


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field: "PV1-44", its name, its values; marked when the reason names it."""

    label: str
    name: str
    values: tuple[str, ...]
    marked: bool


@dataclass(frozen=True, slots=True)
class SegmentView:
    """One segment with its fields."""

    name: str
    title: str
    fields: list[FieldView]


@dataclass(frozen=True, slots=True)
class PersonLink:
    """Someone the message speaks of."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What someone decided."""

    at: datetime
    by: str
    what: str
    reason: str
    outcome: Word


@dataclass(frozen=True, slots=True)
class MessageView:
    """The page of one message."""

    record: MessageRecord
    at: datetime

    @property
    def title(self) -> str:
        """What it says happened."""
        return row_kind(self.record.row)

    @property
    def outcome(self) -> Word:
        """What became of it."""
        return outcome_word(self.record.row.outcome, self.record.row.cause)

    @property
    def sentence(self) -> str:
        """What became of it, in a sentence."""
        row = self.record.row
        if self.set_aside:
            return "Someone took it out of account. Everyone it spoke of was worked out without it."
        return OUTCOME_SENTENCES.get(row.outcome, "")

    @property
    def set_aside(self) -> bool:
        """Whether it was applied once and taken out of account."""
        return self.record.row.outcome == "dismissed" and self.record.row.cause == SET_ASIDE

    @property
    def cause(self) -> CauseWords | None:
        """Why it was not taken, for a message that was not."""
        row = self.record.row
        return cause_words(row.cause) if row.cause and not self.set_aside else None

    @property
    def reason_key(self) -> str:
        """What the reason of a message is called."""
        if self.set_aside:
            return "Why it was set aside"
        return "Note" if self.record.row.outcome == "applied" else "Why"

    @property
    def may_replay(self) -> bool:
        """Whether replaying it makes sense."""
        return self.record.row.outcome in REPLAYABLE

    @property
    def may_dismiss(self) -> bool:
        """Whether it waits."""
        return self.record.row.outcome == "quarantined"

    @property
    def may_set_aside(self) -> bool:
        """Whether it counts now."""
        return self.record.row.outcome == "applied"

    @property
    def replay_words(self) -> str:
        """What replaying will do."""
        if self.set_aside:
            return "It is taken into account again, and everyone it speaks of is worked out anew."
        return (
            "It is read again with the feed's settings as they are now. If it can be used it is "
            "applied in its place in time; if not it stays here. No new reply is sent."
        )

    @property
    def back(self) -> PersonLink:
        """The way back: to its group for a message that waits, to the log for every other."""
        row = self.record.row
        if row.outcome == "quarantined" and row.feed and row.cause:
            href = reverse("gateway:quarantined_group", args=(row.feed, row.cause))
            return PersonLink(cause_words(row.cause).title, href)
        return PersonLink("Messages", reverse("gateway:messages"))

    @property
    def people(self) -> list[PersonLink]:
        """Whom it speaks of, as far as this user may know."""
        return [
            PersonLink(person_words(person), f"/people/{person.person}/" if person.held else "")
            for person in self.record.people
        ]

    @property
    def segments(self) -> list[SegmentView]:
        """Segments with the names of their fields."""
        marked = set(FIELD.findall(self.record.row.reason)) if self.cause else set()
        return [
            SegmentView(
                segment.name,
                segment.title,
                [
                    FieldView(
                        f"{segment.name}-{field.number}",
                        field.name,
                        field.values,
                        (segment.name, str(field.number)) in marked,
                    )
                    for field in segment.fields
                ],
            )
            for segment in self.record.segments
        ]

    @property
    def decisions(self) -> list[DecisionLine]:
        """Who decided what, newest first."""
        return [
            DecisionLine(
                decided.at,
                decided.by,
                DECISIONS.get(decided.decision, decided.decision),
                decided.reason,
                outcome_word(decided.outcome, SET_ASIDE if decided.decision == SET_ASIDE else ""),
            )
            for decided in self.record.decisions
        ]

    @property
    def repeats(self) -> str:
        """How often it came again."""
        count = self.record.row.repeats
        if not count:
            return ""
        return "Once. It got the same reply." if count == 1 else f"{count:,} times, same reply"
