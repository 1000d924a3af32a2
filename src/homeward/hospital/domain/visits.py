"""What each kind of event does to one visit.

Every function changes the spell in place and returns what changed, in words. Events come
in effect order; cancels have been taken out before (see cancels.py).
Source: docs/reference/feed-events.md.
"""

from collections.abc import Callable
from datetime import datetime

from homeward.hospital.domain.changes import place_words
from homeward.hospital.domain.events import FeedEvent, Kind, Place
from homeward.hospital.domain.state import SpellState, StayState

REGISTERED = "A04"


def state_values(spell: SpellState, event: FeedEvent) -> None:
    """Take over what the message states of the visit; None deletes the value."""
    for name, value in event.visit_values.items():
        setattr(spell, name, _empty(name) if value is None else value)


def _empty(name: str) -> object:
    return None if name.endswith("_at") else ("unknown" if name == "patient_class" else "")


def admit(spell: SpellState, event: FeedEvent) -> str:
    """A01, A06: an inpatient from now on, in the place named."""
    if spell.status == "closed":
        _reopen(spell)
        _forget_discharge(spell, event)
    known = spell.status == "open" and not spell.provisional
    _open(spell, event)
    first_place = not spell.stays
    spell.provisional = False
    state_admission(spell, event)
    if first_place and event.kind is Kind.ADMIT:
        _start_first_stay(spell, event.place or Place(), spell.admitted_at or event.at, event)
        return f"admitted to {place_words(event.place or Place())}"
    moved = _move_or_begin(spell, event)
    return moved or ("admission restated" if known else "admitted")


def register(spell: SpellState, event: FeedEvent) -> str:
    """A04: attends, but is not admitted."""
    if spell.status in ("open", "closed"):
        return restate(spell, event)
    _open(spell, event)
    state_admission(spell, event)
    _start_first_stay(spell, event.place or Place(), spell.admitted_at or event.at, event)
    return f"registered in {place_words(event.place or Place())}"


def plan(spell: SpellState, _event: FeedEvent) -> str:
    """A05, A14: expected, not here yet."""
    spell.planned = True
    if spell.status in ("", "cancelled"):
        spell.status = "planned"
    return "admission planned"


def transfer(spell: SpellState, event: FeedEvent) -> str:
    """A02 and each half of A17: from one place to another."""
    if spell.status == "closed":
        return "moved after leaving: no effect"
    _open(spell, event)
    state_admission(spell, event)
    spell.pending = ""
    return _move_or_begin(spell, event) or "already there"


def discharge(spell: SpellState, event: FeedEvent) -> str:
    """A03: left. A second one corrects the first."""
    at = event.discharged_at or event.at
    if spell.status == "closed":
        _reopen(spell)
    _open(spell, event)
    state_admission(spell, event)
    if not spell.stays:
        _begin(spell, event)
    _end_stays_at(spell, at, event.heard_at)
    spell.status, spell.provisional = "closed", False
    spell.discharged_at, spell.discharged_heard_at = at, event.heard_at
    spell.pending = ""
    _end_leave(spell, at)
    return "discharged"


def restate(spell: SpellState, event: FeedEvent) -> str:
    """A08 and the like: values only, and a bed that nobody announced."""
    if spell.status == "":
        return _first_heard_by_update(spell, event)
    if spell.status == "open":
        state_admission(spell, event)
        return _move_or_begin(spell, event, inferred=True) or "updated"
    return "updated"


def to_outpatient(spell: SpellState, event: FeedEvent) -> str:
    """A07: stays on as an outpatient."""
    restate(spell, event)
    return "became an outpatient"


def leave(spell: SpellState, event: FeedEvent) -> str:
    """A21: out for a while; the bed is held."""
    if spell.status == "closed":
        return "leave after leaving: no effect"
    _open(spell, event)
    if not spell.stays:
        _begin(spell, event)
    spell.on_leave_since = event.at
    return "on leave"


def come_back(spell: SpellState, event: FeedEvent) -> str:
    """A22: back from leave."""
    if spell.status == "closed":
        return "return after leaving: no effect"
    _open(spell, event)
    _end_leave(spell, event.at)
    return _move_or_begin(spell, event) or "back from leave"


def cancel_leave(spell: SpellState, event: FeedEvent) -> str:
    """A52: never went."""
    if spell.status == "":
        return _first_heard_by_update(spell, event)
    spell.on_leave_since = None
    return "leave cancelled"


def cancel_return(spell: SpellState, event: FeedEvent) -> str:
    """A53: not back after all."""
    if spell.status == "":
        return leave(spell, event)
    if spell.leaves and spell.status == "open":
        started, _ = spell.leaves.pop()
        spell.on_leave_since = datetime.fromisoformat(started)
    return "return from leave cancelled"


def pending(spell: SpellState, event: FeedEvent) -> str:
    """A15, A16: the sender expects a move or a discharge. They are here now."""
    if spell.status == "closed":
        return "expected after leaving: no effect"
    if spell.status == "":
        _first_heard_by_update(spell, event)
    spell.pending = event.pending
    return f"expected: {event.pending}"


def cancel_pending(spell: SpellState, event: FeedEvent) -> str:
    """A25, A26, A27, A38: no longer expected. Where it says they are is not a movement."""
    spell.pending = ""
    if event.trigger in ("A27", "A38") and spell.status in ("planned", ""):
        spell.status, spell.planned = "cancelled", False
        return "planned admission cancelled"
    if spell.status == "":
        _first_heard_by_update(spell, event)
    return "no longer expected"


def delete(spell: SpellState, event: FeedEvent) -> str:
    """A23, A29: the sender says there was no such visit."""
    _end_stay(spell, event.at, event.heard_at)
    spell.status = "deleted"
    spell.discharged_at = None
    return "visit deleted"


def cancel(spell: SpellState, event: FeedEvent, *, matched: bool) -> str:
    """A11, A12, A13, once what it takes back is gone from the history.

    A cancel of a visit first heard of now says that they are here, where it names.
    """
    if event.kind is Kind.CANCEL_ADMIT:
        if spell.status == "":
            spell.status = "planned" if spell.planned else "cancelled"
        return "admission cancelled"
    if spell.status == "" and not matched:
        state_values(spell, event)
        # What a cancelled discharge said of it did not happen.
        spell.discharge_destination = spell.discharge_method = ""
        _open(spell, event)
        _begin(spell, event)
        return f"in {place_words(event.place or Place())}"
    return "taken back" if matched else "nothing to take back"


def was_there(spell: SpellState, event: FeedEvent) -> None:
    """A move or discharge that did not happen still tells of a visit not heard of before."""
    if spell.status != "":
        return
    state_values(spell, event)
    spell.discharge_destination = spell.discharge_method = ""
    _open(spell, event)
    place = event.prior_place if event.kind is Kind.TRANSFER else event.place
    _start_first_stay(spell, place or Place(), spell.admitted_at or event.at, event)


HANDLERS: dict[Kind, Callable[[SpellState, FeedEvent], str]] = {
    Kind.ADMIT: admit,
    Kind.TO_INPATIENT: admit,
    Kind.REGISTER: register,
    Kind.PLAN: plan,
    Kind.TRANSFER: transfer,
    Kind.DISCHARGE: discharge,
    Kind.UPDATE: restate,
    Kind.MOVE_VISIT: restate,
    Kind.MERGE_VISIT: restate,
    Kind.RENAME_VISIT: restate,
    Kind.TO_OUTPATIENT: to_outpatient,
    Kind.LEAVE: leave,
    Kind.RETURN: come_back,
    Kind.CANCEL_LEAVE: cancel_leave,
    Kind.CANCEL_RETURN: cancel_return,
    Kind.PENDING: pending,
    Kind.CANCEL_PENDING: cancel_pending,
    Kind.DELETE_VISIT: delete,
}


def state_admission(spell: SpellState, event: FeedEvent) -> None:
    """Take the admission time the message states, unless it cannot be.

    It cannot be later than the message's own moment, nor later than the first known move:
    that would erase a stay somebody saw. The first stay always starts at admission.
    """
    stated = event.admitted_at
    if stated is None or stated > event.at or stated == spell.admitted_at:
        return
    while (
        len(spell.stays) > 1
        and spell.stays[0].opened_by == REGISTERED
        and spell.stays[0].ended_at is not None
        and spell.stays[0].ended_at <= stated
    ):
        # Time in the emergency department before the admission is not part of the spell.
        del spell.stays[0]
    first = spell.stays[0] if spell.stays else None
    if first is not None:
        if first.ended_at is not None and stated >= first.ended_at:
            return
        first.started_at = stated
    spell.admitted_at = stated


def _open(spell: SpellState, event: FeedEvent) -> None:
    """Make sure the visit is under way; what was never announced is provisional."""
    if spell.status == "open":
        return
    if spell.status == "deleted":
        # What the sender said was never there does not come back with it.
        spell.stays, spell.leaves = [], []
        spell.on_leave_since, spell.pending = None, ""
    spell.status = "open"
    spell.provisional = event.kind not in (Kind.ADMIT, Kind.TO_INPATIENT, Kind.REGISTER)
    spell.discharged_at = spell.discharged_heard_at = None
    stated = event.admitted_at
    spell.admitted_at = stated if stated is not None and stated <= event.at else event.at
    spell.admitted_heard_at = event.heard_at


def _reopen(spell: SpellState) -> None:
    spell.status = "open"
    spell.discharged_at = spell.discharged_heard_at = None
    if spell.stays:
        spell.stays[-1].ended_at = spell.stays[-1].ended_heard_at = None


def _forget_discharge(spell: SpellState, event: FeedEvent) -> None:
    """They are here again: where they were said to have gone no longer holds."""
    for name in ("discharge_destination", "discharge_method"):
        if not event.visit_values.get(name):
            setattr(spell, name, "")


def _first_heard_by_update(spell: SpellState, event: FeedEvent) -> str:
    """An update before the admission: enough is known to show them where they are."""
    if event.discharged_at is not None and event.discharged_at <= event.at:
        discharge(spell, event)
        spell.provisional = True
        return "first heard of by an update, already gone"
    _open(spell, event)
    _begin(spell, event)
    return f"first heard of by an update, in {place_words(event.place or Place())}"


def _begin(spell: SpellState, event: FeedEvent) -> None:
    """First stays of a visit whose beginning was not heard: the prior place, then this one."""
    start = spell.admitted_at or event.at
    prior = event.prior_place
    if prior is not None and event.kind in (Kind.TRANSFER, Kind.TO_INPATIENT) and start < event.at:
        _start_first_stay(spell, prior, start, event, opened_by="")
        _move(spell, event.place or Place(), event)
    else:
        _start_first_stay(spell, event.place or Place(), start, event)


def _move_or_begin(spell: SpellState, event: FeedEvent, *, inferred: bool = False) -> str:
    if not spell.stays:
        _begin(spell, event)
        return f"in {place_words(event.place or Place())}"
    place = event.place
    if place is None or not place.ward:
        return ""
    stay = spell.open_stay
    if stay is not None and stay.place == place:
        return ""
    _move(spell, place, event, inferred=inferred)
    return f"moved to {place_words(place)}"


def _move(spell: SpellState, place: Place, event: FeedEvent, *, inferred: bool = False) -> None:
    stay = spell.stays[-1]
    if stay.started_at >= event.at and stay.ended_at is None:
        # Two statements about one moment: the later one corrects the earlier.
        stay.place, stay.opened_by, stay.inferred = place, event.trigger, inferred
        _join_same_places(spell)
        return
    _end_stay(spell, event.at, event.heard_at)
    start = max(event.at, stay.ended_at or event.at)
    spell.stays.append(
        StayState(place, start, event.heard_at, inferred=inferred, opened_by=event.trigger)
    )
    _join_same_places(spell)


def _join_same_places(spell: SpellState) -> None:
    """A correction may make two neighbours one stay."""
    if len(spell.stays) > 1 and spell.stays[-1].place == spell.stays[-2].place:
        last = spell.stays.pop()
        spell.stays[-1].ended_at = last.ended_at
        spell.stays[-1].ended_heard_at = last.ended_heard_at


def _start_first_stay(
    spell: SpellState,
    place: Place,
    at: datetime,
    event: FeedEvent,
    opened_by: str | None = None,
) -> None:
    trigger = event.trigger if opened_by is None else opened_by
    spell.stays = [StayState(place, at, event.heard_at, opened_by=trigger)]


def _end_stay(spell: SpellState, at: datetime, heard_at: datetime) -> None:
    stay = spell.open_stay
    if stay is None:
        return
    stay.ended_at = max(at, stay.started_at)
    stay.ended_heard_at = heard_at
    if stay.ended_at == stay.started_at and len(spell.stays) > 1:
        # Nobody lay there: the move before it lasts until now.
        spell.stays.pop()
        spell.stays[-1].ended_at, spell.stays[-1].ended_heard_at = stay.ended_at, heard_at


def _end_stays_at(spell: SpellState, at: datetime, heard_at: datetime) -> None:
    """They left then: a move said to have been later was none."""
    while len(spell.stays) > 1 and spell.stays[-1].started_at >= at:
        spell.stays.pop()
    last = spell.stays[-1]
    last.ended_at, last.ended_heard_at = max(at, last.started_at), heard_at


def _end_leave(spell: SpellState, at: datetime) -> None:
    if spell.on_leave_since is not None:
        spell.leaves.append([spell.on_leave_since.isoformat(), at.isoformat()])
        spell.on_leave_since = None
