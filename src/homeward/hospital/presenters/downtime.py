"""The downtime pack's pages, which must read well on paper and without a server."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string

from homeward.core.queries import FeedPulse
from homeward.core.template_filters import ago, local_datetime
from homeward.hospital.domain.places import NO_NAMES, WardNames
from homeward.hospital.presenters.wards import WardView
from homeward.hospital.queries.organisations import Hospital
from homeward.hospital.queries.wards import Ward

TEMPLATES = Path(__file__).resolve().parents[1] / "jinja2" / "hospital" / "downtime"
STYLE = "downtime.css"


@dataclass(frozen=True, slots=True)
class IndexLine:
    """One ward on the pack's first page."""

    name: str
    site: str
    file: str
    people: int
    empty: int


def pack_files(
    wards: list[Ward],
    *,
    hospital: Hospital,
    pulses: list[FeedPulse],
    at: datetime,
    names: WardNames = NO_NAMES,
) -> dict[str, str]:
    """Every file of the pack by name: an index, a page a ward, a style sheet."""
    shared = {"hospital": hospital, "at": at, "feeds": feed_words(pulses, at=at)}
    files = {STYLE: (TEMPLATES / STYLE).read_text(encoding="utf-8")}
    lines = []
    for number, ward in enumerate(wards, start=1):
        view = WardView(ward, at, names=names)
        line = _index_line(view, f"ward-{number:03d}.html")
        lines.append(line)
        context = {**shared, "title": line.name, "view": view}
        files[line.file] = render_to_string("hospital/downtime/ward.jinja", context)
    context = {**shared, "title": "Who is in hospital", "wards": lines}
    files["index.html"] = render_to_string("hospital/downtime/index.jinja", context)
    return files


def feed_words(pulses: list[FeedPulse], *, at: datetime) -> str:
    """How fresh the pack was when it was written."""
    if not pulses:
        return "No feed is set up."
    return " ".join(_pulse_words(pulse, at) for pulse in pulses)


def _pulse_words(pulse: FeedPulse, at: datetime) -> str:
    if pulse.last_heard_at is None:
        return f"Nothing has been heard from {pulse.label}."
    if pulse.silent:
        return f"{pulse.label} was silent since {local_datetime(pulse.last_heard_at)}."
    return f"{pulse.label} was last heard {ago(pulse.last_heard_at, at)}."


def _index_line(view: WardView, file: str) -> IndexLine:
    ward = view.ward
    return IndexLine(
        name=view.name or "No ward given",
        site=ward.site_name,
        file=file,
        people=sum(len(bed.people) for bed in ward.beds) + len(ward.unplaced),
        empty=sum(not bed.people for bed in ward.beds),
    )
