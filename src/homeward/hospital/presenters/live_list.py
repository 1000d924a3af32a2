"""The live list in words: counts as doors, filters as selects, rows, what empty means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from homeward.hospital.domain.display import counted
from homeward.hospital.domain.filters import (
    KIND_WORDS,
    LEFT_DAYS,
    PAGE_SIZE,
    SHOW_WORDS,
    SORT_WORDS,
    Kind,
    ListFilters,
    Show,
    Sort,
)
from homeward.hospital.domain.length_of_stay import LONDON, StayBand, london_date
from homeward.hospital.domain.places import WardNames
from homeward.hospital.domain.specialties import specialty_name
from homeward.hospital.presenters.rows import RowView, row_view
from homeward.hospital.queries.census import LastMatch
from homeward.hospital.queries.live_list import ListCounts, ListPage, PlaceChoices

DEFAULTS = ListFilters()


@dataclass(frozen=True, slots=True)
class Door:
    """A count that links to the rows it counts."""

    text: str
    count: int | str
    href: str
    current: bool


def filter_query(filters: ListFilters, **changes: Any) -> str:
    """The filters as an address holds them, "?..." or nothing; defaults are left out."""
    wanted = replace(filters, **changes)
    pairs = [
        ("q" if name == "search" else name, str(getattr(wanted, name)))
        for name in ListFilters.__slots__
        if getattr(wanted, name) != getattr(DEFAULTS, name)
    ]
    return f"?{urlencode(pairs)}" if pairs else ""


def list_href(filters: ListFilters, **changes: Any) -> str:
    """The address of the live list under those filters."""
    return reverse("hospital:live_list") + filter_query(filters, **changes)


@dataclass(frozen=True, slots=True)
class ListView:
    """Everything the list page shows besides the layout."""

    filters: ListFilters
    page: ListPage
    counts: ListCounts
    choices: PlaceChoices | None
    names: WardNames
    match: LastMatch | None
    # Who left lately and matches a search that finds nobody here; None: not asked.
    left: int | None
    at: datetime

    @property
    def rows(self) -> list[RowView]:
        """The rows in words."""
        today = london_date(self.at)
        return [row_view(row, today=today, names=self.names) for row in self.page.rows]

    @property
    def doors(self) -> list[Door]:
        """The counts over the list, each under the place and specialty chosen."""
        base = replace(
            DEFAULTS,
            site=self.filters.site,
            ward=self.filters.ward,
            specialty=self.filters.specialty,
        )
        counts = self.counts
        return [
            self._door("in hospital", counts.people, base),
            self._door("ready to leave", counts.ready, base, Show.READY),
            self._door("leaving today", counts.leaving_today, base, Show.LEAVING_TODAY),
            self._door("date passed", counts.date_passed, base, Show.DATE_PASSED),
            self._door("7+ days", counts.seven, base, stay=StayBand.SEVEN),
            self._door("14+ days", counts.fourteen, base, stay=StayBand.FOURTEEN),
            self._door("21+ days", counts.twenty_one, base, stay=StayBand.TWENTY_ONE),
            self._door("on leave", counts.on_leave, base, Show.ON_LEAVE),
            self._door("sharing a bed", counts.clashes, base, Show.CLASHES),
        ]

    def _door(
        self,
        text: str,
        count: int,
        base: ListFilters,
        show: Show = Show.EVERYONE,
        *,
        stay: int = 0,
    ) -> Door:
        wanted = replace(base, show=show, stay=int(stay))
        current = replace(self.filters, sort=DEFAULTS.sort, page=1) == wanted
        return Door(text, count, list_href(wanted), current)

    @property
    def match_words(self) -> str:
        """The proof that the list is true: how it last compared with the hospital's own."""
        if self.match is None:
            return "Not yet compared with the hospital's own list"
        moment = self.match.at.astimezone(LONDON)
        day = "" if london_date(self.at) == moment.date() else f" on {moment.day} {moment:%b}"
        return f"{self.match.agreed:,} of {self.match.total:,} beds agreed at {moment:%H:%M}{day}"

    @property
    def selects(self) -> list[dict[str, Any]]:
        """The filters as a row of plain selects."""
        filters, choices = self.filters, self.choices or PlaceChoices({}, [], [])
        sites = list(choices.sites.items())
        wards = self._wards(choices.wards)
        specialties = [(code, specialty_name(code)) for code in choices.specialties]
        stays = [(str(int(b)), f"{int(b)} days or more") for b in StayBand]
        return [
            _select("site", "Site", "All sites", sites, filters.site),
            _select("ward", "Ward", "All wards", wards, filters.ward),
            _select("specialty", "Specialty", "All specialties", specialties, filters.specialty),
            _select("stay", "Days in hospital", "Any", stays, str(filters.stay or "")),
            _words_select("show", "Show", SHOW_WORDS, filters.show),
            _words_select("kind", "Visits", KIND_WORDS, filters.kind),
            _words_select("sort", "Order", SORT_WORDS, filters.sort),
        ]

    def _wards(self, places: list[tuple[str, str]]) -> list[tuple[str, str]]:
        # Under one site only its wards; the same code on two sites is one choice.
        site = self.filters.site
        codes = {code for where, code in places if site in ("", where)}
        labels = [(code, self.names.labelled(site, code)) for code in codes]
        return sorted(labels, key=lambda pair: pair[1].casefold())

    @property
    def clear_href(self) -> str:
        """The plain list, where there is anything to clear."""
        return reverse("hospital:live_list") if replace(self.filters, page=1) != DEFAULTS else ""

    @property
    def pagination(self) -> dict[str, Any]:
        """Which rows are shown, and the way to the others."""
        first = (self.page.page - 1) * PAGE_SIZE
        return {
            "page": self.page.page,
            "pages": self.page.pages,
            "url_for": self._page_href,
            "total": self.page.total,
            "shown_from": first + 1,
            "shown_to": first + len(self.page.rows),
            "noun": "person",
            "nouns": "people",
        }

    def _page_href(self, page: int) -> str:
        return list_href(self.filters, page=page)

    @property
    def empty_words(self) -> str:
        """What it means that nobody is listed."""
        words = empty_words(self.filters)
        # Said when it was looked up and found nobody either.
        if self.left == 0:
            return f"{words} Nor does anybody who left in the last {LEFT_DAYS} days."
        return words

    @property
    def left_words(self) -> str:
        """How many who left lately the search finds; empty for nobody."""
        if not self.left:
            return ""
        people = counted(self.left, "person", "people")
        match = "matches" if self.left == 1 else "match"
        return f"{people} who left in the last {LEFT_DAYS} days {match}"

    @property
    def left_href(self) -> str:
        """The address of those who left and match."""
        return list_href(ListFilters(search=self.filters.search, kind=Kind.LEFT))

    @property
    def refresh_href(self) -> str:
        """The address of the part that renews itself."""
        return reverse("hospital:live_list_rows") + filter_query(self.filters)

    def export_href(self, kind: str) -> str:
        """The address of the same rows as a file."""
        return reverse(f"hospital:export_{kind}") + filter_query(self.filters, page=1)

    @property
    def heads(self) -> list[dict[str, str]]:
        """The columns; those that can be sorted by link to that order."""
        columns: Sequence[tuple[str, Sort | None, str]] = (
            ("Bed", Sort.BED, "ascending"),
            ("Name", Sort.NAME, "ascending"),
            ("In hospital", Sort.DAYS, "descending"),
            ("State", Sort.READY, "descending"),
            ("Expected to leave", Sort.EXPECTED, "ascending"),
            ("Notice", None, ""),
        )
        return [self._head(*column) for column in columns]

    def _head(self, text: str, sort: Sort | None, direction: str) -> dict[str, str]:
        if sort is None:
            return {"text": text, "href": "", "sort": ""}
        current = direction if self.filters.sort is sort else "none"
        return {"text": text, "href": list_href(self.filters, sort=sort, page=1), "sort": current}


def empty_words(filters: ListFilters) -> str:
    """What an empty list means under those filters."""
    if filters.search and filters.kind is Kind.LEFT:
        return f"Nobody who left in the last {LEFT_DAYS} days matches “{filters.search}”."
    if filters.search:
        return f"Nobody here now matches “{filters.search}”."
    if filters.show is not Show.EVERYONE:
        nobody = {
            Show.READY: "Nobody is known to be ready to leave.",
            Show.LEAVING_TODAY: "Nobody is expected to leave today.",
            Show.DATE_PASSED: "Nobody is past the date they were expected to leave.",
            Show.CLASHES: "No bed has two people in it.",
            Show.ON_LEAVE: "Nobody is on leave.",
            Show.DIED: "Nobody who died is still waiting to be discharged.",
        }
        return nobody[filters.show]
    if filters.stay:
        return f"Nobody here has stayed {filters.stay} days or more."
    if filters.kind is Kind.LEFT:
        return f"Nobody left in the last {LEFT_DAYS} days."
    if filters.kind is not Kind.INPATIENTS:
        return f"{KIND_WORDS[filters.kind]}: nobody is here now."
    place = filters.ward or filters.site or filters.specialty
    return f"Nobody is in hospital under {place}." if place else "Nobody is in hospital now."


def _select(
    name: str, label: str, everything: str, choices: list[tuple[str, str]], value: str
) -> dict[str, Any]:
    # A code that nobody is under any more stays chosen, so that the page says what it shows.
    if value and value not in dict(choices):
        choices = [*choices, (value, value)]
    return {"name": name, "label": label, "choices": [("", everything), *choices], "value": value}


def _words_select(name: str, label: str, words: Any, value: str) -> dict[str, Any]:
    choices = [(str(key), text) for key, text in words.items()]
    return {"name": name, "label": label, "choices": choices, "value": str(value)}
