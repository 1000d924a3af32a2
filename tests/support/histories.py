"""Random histories of a few people, as a careless hospital might send them."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from homeward.hospital.domain.state import Ledger, SpellState
from tests.support.story import Step, clock, moment


def examples(count: int) -> int:
    """That many examples every day, and as many times more as the profile asks for."""
    profile = settings.default
    assert profile is not None
    return count * profile.max_examples // 100


PEOPLE = ("P1", "P2", "P3")
BEDS = (("ASH", "1"), ("ASH", "2"), ("OAK", "1"))
# Few moments, so that things often happen at the same one.
MOMENTS = tuple(moment(f"{hour:02}:00") for hour in range(9, 17))
VISIT_TRIGGERS = (
    # Not ADT: a result, which may hold a fact about the visit.
    *("R01", "R01"),
    *("A01", "A01", "A02", "A02", "A02", "A03", "A03", "A08", "A08"),
    *("A04", "A05", "A06", "A07", "A09", "A11", "A12", "A13", "A15", "A16", "A21", "A22", "A23"),
    *("A25", "A26", "A27", "A52", "A53", "A54"),
)
PERSON_TRIGGERS = ("A28", "A31", "A29", "A40", "A40", "A47", "A42", "A45", "A50", "A17")


@st.composite
def visit_steps(draw: st.DrawFn, triggers: tuple[str, ...] = VISIT_TRIGGERS) -> Step:
    """One message about one visit; now and then under another person's visit number."""
    person = draw(st.sampled_from(PEOPLE))
    owner = person if draw(st.integers(0, 9)) else draw(st.sampled_from(PEOPLE))
    trigger = draw(st.sampled_from(triggers))
    at = draw(st.sampled_from(MOMENTS))
    words = {"p": person, "v": f"{owner}{draw(st.sampled_from('ab'))}", **draw(extras(at))}
    if trigger == "A03" and draw(st.booleans()):
        words["left"] = clock(draw(st.sampled_from(MOMENTS)))
    return Step(trigger, at, draw(st.sampled_from(BEDS)), words)


@st.composite
def extras(draw: st.DrawFn, at: Any) -> dict[str, str]:
    """What some messages say beside: recorded later, an admission time, a prior place, a name."""
    words: dict[str, str] = {}
    if draw(st.booleans()):
        words["rec"] = clock(at + timedelta(minutes=draw(st.sampled_from((0, 5, 90, 300)))))
    if draw(st.integers(0, 3)) == 0:
        words["adm"] = clock(draw(st.sampled_from(MOMENTS)))
    if draw(st.integers(0, 3)) == 0:
        words["from"] = "/".join(draw(st.sampled_from(BEDS)))
    if draw(st.integers(0, 3)) == 0:
        words["name"] = draw(st.sampled_from(("BLOOD/ORANGE", "GREY/LADY")))
    if draw(st.integers(0, 4)) == 0:
        words["method"] = draw(st.sampled_from(("21", "82", '""')))
    if draw(st.integers(0, 3)) == 0:
        words["ctr"] = draw(st.sampled_from(("Y", "N")))
    if draw(st.integers(0, 5)) == 0:
        words["also"] = draw(st.sampled_from(("X1/MR", "X1/PI", "X2/PI")))
    if draw(st.integers(0, 5)) == 0:
        words |= {
            "class": draw(st.sampled_from("EIOB-")),
            "to": draw(st.sampled_from(("19", "79"))),
        }
    return words


@st.composite
def identity_steps(draw: st.DrawFn, triggers: tuple[str, ...] = PERSON_TRIGGERS) -> Step:
    """One message about who is who, or about two people."""
    trigger = draw(st.sampled_from(triggers))
    person, other = draw(st.permutations(PEOPLE))[:2]
    words = {"p": person, "v": f"{person}a"}
    place = draw(st.sampled_from(BEDS))
    if trigger in ("A40", "A47"):
        words["mrg"] = other
    elif trigger in ("A42", "A50"):
        words["mrgv"] = f"{person}b"
    elif trigger == "A45":
        words |= {"mrg": other, "mrgv": f"{other}a", "v": f"{other}a"}
    elif trigger == "A17":
        words["swap"] = f"{other}/{other}a/{'/'.join(draw(st.sampled_from(BEDS)))}"
    return Step(trigger, draw(st.sampled_from(MOMENTS)), place, words)


@st.composite
def histories(draw: st.DrawFn, most: int = 12) -> list[Step]:
    """Messages in the order they are received, some of them sent twice."""
    one = st.one_of(visit_steps(), visit_steps(), visit_steps(), identity_steps())
    told = draw(st.lists(one, min_size=1, max_size=most))
    again = draw(st.lists(st.sampled_from(told), max_size=2))
    return draw(st.permutations([*told, *again]))


@st.composite
def in_groups(draw: st.DrawFn, most: int = 12) -> list[list[Step]]:
    """A history cut into groups of random size, as connections happen to deliver it."""
    told = draw(histories(most))
    groups: list[list[Step]] = [[]]
    for step in told:
        if groups[-1] and draw(st.integers(0, 2)) == 0:
            groups.append([])
        groups[-1].append(step)
    return groups


def check_ledger(ledger: Ledger) -> None:
    """What must hold of any spell, whatever was sent."""
    for spell in ledger.spells.values():
        check_spell(spell)
        assert spell.person in ledger.people
        assert spell.merged_into is None or spell.merged_into in ledger.spells
    for person in ledger.people.values():
        assert person.merged_into != person.id
        assert ledger.people[ledger.root(person.id)].merged_into is None
        assert (
            person.merged_into is None
            or person.cluster == ledger.people[person.merged_into].cluster
        )


def check_spell(spell: SpellState) -> None:
    for stay in spell.stays:
        alone = len(spell.stays) == 1 and stay.ended_at == stay.started_at
        assert alone or stay.ended_at is None or stay.ended_at > stay.started_at
    for earlier, later in pairwise(spell.stays):
        assert earlier.ended_at == later.started_at, "a gap or two beds at once"
        assert earlier.place != later.place, "one stay in two pieces"
    if spell.status == "open":
        assert spell.discharged_at is None
        assert spell.stays[0].started_at == spell.admitted_at
        assert spell.stays[-1].ended_at is None
    if spell.status == "closed":
        assert spell.admitted_at is not None
        assert spell.discharged_at is not None
        assert spell.stays[0].started_at == spell.admitted_at
        assert spell.stays[-1].ended_at == max(spell.discharged_at, spell.admitted_at)
    if spell.status in ("planned", "cancelled", "merged", ""):
        assert spell.open_stay is None, "nobody is here"
    assert spell.status, "a visit must stand somewhere"
