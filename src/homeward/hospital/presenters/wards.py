"""Wards in words: figures for each, and one ward as beds."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse

from homeward.hospital.domain.display import counted, natural_key, place_words
from homeward.hospital.domain.filters import ListFilters, Show
from homeward.hospital.domain.length_of_stay import london_date
from homeward.hospital.domain.places import NO_NAMES, WardNames
from homeward.hospital.presenters.live_list import list_href
from homeward.hospital.presenters.rows import RowView, day_words, row_view
from homeward.hospital.queries.wards import Ward, WardBed, WardSummary

NO_BAY = "Beds without a bay"
SINGLE_ROOMS = "Single rooms"
# In an address, where a path cannot hold an empty part.
NO_SITE = "-"


@dataclass(frozen=True, slots=True)
class WardLine:
    """One ward in the list of wards."""

    ward: str
    code: str
    site: str
    is_ward: bool
    href: str
    people: int
    occupied: int
    empty: int
    clashes: int
    list_href: str


def ward_href(site: str, ward: str) -> str:
    """The address of one ward; a ward without a site has a dash in its place."""
    if "/" in site:
        # No path can hold such a code; the list's filter can.
        return list_href(ListFilters(site=site, ward=ward))
    return reverse("hospital:ward", args=(site or NO_SITE, ward))


def ward_line(summary: WardSummary, names: WardNames = NO_NAMES) -> WardLine:
    """One ward in figures, each a door."""
    return WardLine(
        ward=names.of(summary.site, summary.ward),
        code=names.code_beside(summary.site, summary.ward),
        site=summary.site_name,
        is_ward=summary.is_ward,
        href=ward_href(summary.site, summary.ward),
        people=summary.people,
        occupied=summary.occupied,
        empty=summary.empty,
        clashes=summary.clashes,
        list_href=list_href(ListFilters(site=summary.site, ward=summary.ward)),
    )


@dataclass(frozen=True, slots=True)
class BedView:
    """One bed as it is drawn."""

    name: str
    people: tuple[RowView, ...]
    modifier: str
    note: str
    empty_words: str
    empty_since: datetime | None


@dataclass(frozen=True, slots=True)
class BayView:
    """One bay with its beds in order."""

    name: str
    beds: list[BedView]


@dataclass(frozen=True, slots=True)
class WardView:
    """One ward as beds."""

    ward: Ward
    at: datetime
    wall: bool = False
    names: WardNames = NO_NAMES

    @property
    def name(self) -> str:
        """The ward's name, its code beside it."""
        return self.names.labelled(self.ward.site, self.ward.ward)

    @property
    def title(self) -> str:
        """The ward's name as its question."""
        return f"Who is where on {self.names.of(self.ward.site, self.ward.ward)}?"

    @property
    def summary(self) -> str:
        """The ward in one sentence."""
        occupied = sum(bool(bed.people) for bed in self.ward.beds)
        shared = sum(len(bed.people) > 1 for bed in self.ward.beds)
        parts = [
            f"{counted(occupied, 'bed')} occupied",
            f"{len(self.ward.beds) - occupied:,} empty",
        ]
        if shared:
            parts.append(f"{counted(shared, 'bed')} with two people")
        if self.ward.unplaced:
            parts.append(f"{counted(len(self.ward.unplaced), 'person', 'people')} without a bed")
        return ", ".join(parts) + "."

    @property
    def bays(self) -> list[BayView]:
        """Bays in order, each with its beds in order."""
        today = london_date(self.at)
        rooms: dict[str, list[WardBed]] = defaultdict(list)
        for bed in self.ward.beds:
            rooms[bed.key.room].append(bed)
        # Only the hospital's list tells a single room from a bay where one bed was seen.
        single = [room for room, beds in rooms.items() if room and len(beds) == 1]
        single = single if self.ward.listed else []
        bays = [
            BayView(_bay_name(room), self._drawn(_in_order(rooms[room]), today))
            for room in sorted(rooms.keys() - single, key=natural_key)
        ]
        if single:
            alone = [rooms[room][0] for room in sorted(single, key=natural_key)]
            bays.append(BayView(SINGLE_ROOMS, self._drawn(alone, today, alone=True)))
        return bays

    def _drawn(self, beds: list[WardBed], today: date, *, alone: bool = False) -> list[BedView]:
        return [bed_view(bed, today=today, names=self.names, alone=alone) for bed in beds]

    @property
    def unplaced(self) -> list[RowView]:
        """People on the ward whose bed was not given."""
        today = london_date(self.at)
        return [row_view(row, today=today, names=self.names) for row in self.ward.unplaced]

    @property
    def href(self) -> str:
        """The address of this ward."""
        return ward_href(self.ward.site, self.ward.ward)

    @property
    def refresh_href(self) -> str:
        """The address of the part that renews itself."""
        path = reverse("hospital:ward_beds", args=(self.ward.site or NO_SITE, self.ward.ward))
        return path + ("?wall=1" if self.wall else "")

    @property
    def list_href(self) -> str:
        """The same ward as a list."""
        return list_href(ListFilters(site=self.ward.site, ward=self.ward.ward))

    @property
    def clash_href(self) -> str:
        """Only those who share a bed."""
        return list_href(ListFilters(site=self.ward.site, ward=self.ward.ward, show=Show.CLASHES))


def bed_view(
    bed: WardBed, *, today: date, names: WardNames = NO_NAMES, alone: bool = False
) -> BedView:
    """One bed in words and its look. alone: in a room of its own, which is said too."""
    modifier = "clash" if len(bed.people) > 1 else "occupied" if bed.people else "empty"
    since = bed.empty_since
    return BedView(
        name=place_words(bed.key.room if alone else "", bed.key.bed),
        people=tuple(row_view(row, today=today, names=names) for row in bed.people),
        modifier=modifier,
        note="" if bed.listed else "Not on the ward's list of beds",
        empty_words=f"since {day_words(since, today=today)}" if since else "",
        empty_since=since,
    )


def _in_order(beds: list[WardBed]) -> list[WardBed]:
    return sorted(beds, key=lambda bed: natural_key(bed.key.bed))


def _bay_name(room: str) -> str:
    if not room:
        return NO_BAY
    return f"Bay {room}" if len(room) <= 3 else room
