"""Whatever a hospital sends in whatever order, the fast way and the slow way agree."""

from __future__ import annotations

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from homeward.hospital.domain import fold
from homeward.hospital.domain.errors import Refused
from homeward.hospital.domain.events import FeedEvent
from homeward.hospital.domain.state import Ledger
from tests.support.histories import MOMENTS, check_ledger, examples, histories, visit_steps
from tests.support.story import Step, events, where

# Without the phase that explains, which traces every line: minutes for little.
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)


class Watch:
    """The rule of `hospital.services.feed` in its simplest form: apply, or fold everything."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.kept: list[FeedEvent] = []

    def hear(self, message: list[FeedEvent]) -> None:
        simple = len(message) == 1 and not self.needs_history(message[0])
        try:
            if simple:
                fold.apply(self.ledger, message[0])
            else:
                self.fold_with(message)
        except Refused:
            return
        self.kept += message

    def needs_history(self, event: FeedEvent) -> bool:
        known = self.ledger.people.get(event.person)
        people = [p for p in self.ledger.people.values() if known and p.cluster == known.cluster]
        return fold.needs_history(event, people, has_cancels=any(p.has_cancels for p in people))

    def fold_with(self, message: list[FeedEvent]) -> None:
        kept = self.kept
        fresh, refused = fold.fold_history([*kept, *message])
        while refused:
            out = {event.receipt: error for event, error in refused}
            if message[0].receipt in out:
                raise out[message[0].receipt]
            kept = [event for event in kept if event.receipt not in out]
            fresh, refused = fold.fold_history([*kept, *message])
        self.ledger, self.kept = fresh, kept


def messages(told: list[Step]) -> list[list[FeedEvent]]:
    return [events([one], receipt) for receipt, one in enumerate(told, 1)]


@given(histories())
@settings(max_examples=examples(150), phases=PHASES)
def test_one_by_one_ends_as_all_at_once(told):
    watch = Watch()
    for message in messages(told):
        watch.hear(message)
        afresh, refused = fold.fold_history(watch.kept)
        assert not refused
        assert watch.ledger == afresh


@given(histories(most=16))
@settings(max_examples=examples(300), phases=PHASES)
def test_no_history_makes_a_bed_stay_that_cannot_be(told):
    check_ledger(what_fits(events(told)))


def what_fits(told: list[FeedEvent]) -> Ledger:
    """The history without the messages that contradict it, as the hospital room folds it."""
    ledger, refused = fold.fold_history(told)
    while refused:
        out = {event.receipt for event, _ in refused}
        told = [event for event in told if event.receipt not in out]
        ledger, refused = fold.fold_history(told)
    return ledger


@st.composite
def at_different_moments(draw: st.DrawFn) -> list[Step]:
    told = draw(st.lists(visit_steps(), min_size=1, max_size=len(MOMENTS)))
    moments = draw(st.permutations(MOMENTS))
    return [
        Step(one.trigger, at, one.place, {k: v for k, v in one.words.items() if k != "rec"})
        for one, at in zip(told, moments, strict=False)
    ]


@given(at_different_moments(), st.randoms(use_true_random=False))
@settings(phases=PHASES)
def test_the_order_of_arrival_does_not_matter(told, chance):
    shuffled = list(told)
    chance.shuffle(shuffled)
    ledger, refused = fold.fold_history(events(told))
    again, refused_again = fold.fold_history(events(shuffled))
    assert where(ledger) == where(again)
    assert len(refused) == len(refused_again)
