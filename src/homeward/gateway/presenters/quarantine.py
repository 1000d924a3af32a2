"""What waits for a decision, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from homeward.gateway.presenters.causes import CauseWords, cause_words
from homeward.gateway.presenters.messages import RowView, row_view
from homeward.gateway.presenters.words import outcome_word
from homeward.gateway.queries.quarantine import PAGE_SIZE, CauseGroup, GroupPage, Unclaimed
from homeward.gateway.services.group_decisions import MOST, Replayed

QUARANTINED, REJECTED = "quarantined", "rejected"
PAGES = {QUARANTINED: "gateway:quarantine", REJECTED: "gateway:rejected"}


def group_name(outcome: str, page: str = "group") -> str:
    """The name of an address of a group: its page, or what is posted to it."""
    return f"gateway:{outcome}_{page}"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group as the list shows it."""

    href: str
    words: CauseWords
    feed: str
    count: int
    newest_at: datetime
    example: str
    example_href: str


@dataclass(frozen=True, slots=True)
class QuarantineView:
    """Groups of one outcome, with the way to the other."""

    outcome: str
    groups: list[CauseGroup]
    counts: dict[str, int]
    unclaimed: list[Unclaimed]
    at: datetime

    @property
    def title(self) -> str:
        """What the page asks."""
        if self.outcome == REJECTED:
            return "What was rejected, and why?"
        return "What waits for a decision, and why?"

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """Quarantined and rejected, as doors."""
        texts = {QUARANTINED: "waiting in quarantine", REJECTED: "rejected"}
        return [
            {
                "text": text,
                "count": self.counts.get(outcome, 0),
                "href": reverse(PAGES[outcome]),
                "current": outcome == self.outcome,
            }
            for outcome, text in texts.items()
        ]

    @property
    def lines(self) -> list[GroupLine]:
        """The groups, largest first."""
        return [
            GroupLine(
                href=reverse(group_name(self.outcome), args=(group.feed, group.cause)),
                words=cause_words(group.cause),
                feed=group.feed,
                count=group.count,
                newest_at=group.newest_at,
                example=group.example,
                example_href=reverse("gateway:message", args=(group.newest,)),
            )
            for group in self.groups
        ]

    @property
    def empty_words(self) -> str:
        """What it means that there is no group."""
        if self.outcome == REJECTED:
            return "No message was rejected."
        return "Nothing waits in quarantine. Every message that came could be used."


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group with its messages. after: the last receipt tried by a replay in parts."""

    outcome: str
    feed: str
    cause: str
    page: GroupPage
    after: int

    @property
    def words(self) -> CauseWords:
        """Why they wait."""
        return cause_words(self.cause)

    @property
    def rows(self) -> list[RowView]:
        """The messages of this page."""
        return [row_view(row) for row in self.page.rows]

    @property
    def back_href(self) -> str:
        """The list of groups."""
        return reverse(PAGES[self.outcome])

    @property
    def back_text(self) -> str:
        """What the list of groups is called."""
        return "Quarantine" if self.outcome == QUARANTINED else "Rejected messages"

    @property
    def group_href(self) -> str:
        """Its own page."""
        return reverse(group_name(self.outcome), args=(self.feed, self.cause))

    @property
    def feed_href(self) -> str:
        """The settings that may have to be mended."""
        return reverse("gateway:edit_feed", args=(self.feed,))

    @property
    def replay_href(self) -> str:
        """Where the button posts to."""
        return reverse(group_name(self.outcome, "replay"), args=(self.feed, self.cause))

    @property
    def dismiss_href(self) -> str:
        """The page that asks why; rejected messages are not dismissed."""
        if self.outcome != QUARANTINED:
            return ""
        return reverse(group_name(self.outcome, "dismiss"), args=(self.feed, self.cause))

    @property
    def replay_text(self) -> str:
        """The button's words, with how many it takes on."""
        if self.after:
            many = min(self.page.left, MOST)
            return f"Replay the next {many:,} of {self.page.left:,}"
        return part_words("Replay", self.page.total)

    @property
    def dismiss_text(self) -> str:
        """The link's words, with how many it takes on."""
        return f"{self.dismiss_button} with a reason"

    @property
    def dismiss_button(self) -> str:
        """The button's words on the page that asks why."""
        return part_words("Dismiss", self.page.total)

    @property
    def pagination(self) -> dict[str, Any]:
        """The way to other pages."""
        first = (self.page.page - 1) * PAGE_SIZE
        return {
            "page": self.page.page,
            "pages": self.page.pages,
            "url_for": "?page={page}",
            "total": self.page.total,
            "shown_from": first + 1,
            "shown_to": first + len(self.page.rows),
            "noun": "message",
        }


def part_words(verb: str, count: int) -> str:
    """What one press does: all of them, or as many as one press takes on."""
    if count > MOST:
        return f"{verb} the oldest {MOST:,} of {count:,}"
    return f"{verb} this message" if count == 1 else f"{verb} all {count:,}"


def replayed_words(done: Replayed) -> str:
    """What became of a replay: "12 applied, 3 still quarantined"."""
    if not done.tried:
        return "Nothing was left to replay"
    return ", ".join(
        f"{count:,} {outcome_phrase(outcome)}" for outcome, count in done.outcomes.items()
    )


def outcome_phrase(outcome: str) -> str:
    """An outcome after a replay, as a sentence has it."""
    word = outcome_word(outcome).text.lower()
    return f"still {word}" if outcome in (QUARANTINED, REJECTED) else word
