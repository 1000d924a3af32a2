"""Ordered message sequences written by other people end in the state their messages say."""

from pathlib import Path
from random import Random

import pytest

from tests.integration.corpus import adapter
from tests.integration.corpus.end_state_checks import check
from tests.integration.corpus.expected_end_states import ORDERED, Sequence
from tests.integration.corpus.expected_specimens import ALL

pytestmark = pytest.mark.usefixtures("corpus_feed")

SHUFFLES = 3


def named(sequence: Sequence) -> str:
    return sequence.name


def send(folder: Path, files: tuple[str, ...]) -> None:
    paths = [folder / name for name in files]
    counts = adapter.ingest(paths)
    assert counts["received"] == len(paths)
    assert counts["applied"] == len(paths), counts


@pytest.mark.parametrize("sequence", ALL, ids=named)
def test_sequence_ends_in_the_right_state(ordered_corpus: Path, sequence: Sequence) -> None:
    send(ordered_corpus, sequence.files)
    check(sequence, adapter.spells())


@pytest.mark.parametrize("sequence", ORDERED, ids=named)
def test_sequence_sent_one_message_at_a_time_ends_the_same(
    ordered_corpus: Path, sequence: Sequence
) -> None:
    for name in sequence.files:
        send(ordered_corpus, (name,))
    check(sequence, adapter.spells())


@pytest.mark.parametrize("sequence", [one for one in ALL if one.any_order], ids=named)
def test_sequence_received_backwards_ends_the_same(
    ordered_corpus: Path, sequence: Sequence
) -> None:
    for name in reversed(sequence.files):
        send(ordered_corpus, (name,))
    check(sequence, adapter.spells())


@pytest.mark.parametrize("seed", range(SHUFFLES))
@pytest.mark.parametrize(
    "sequence", [one for one in ALL if one.any_order and len(one.files) > 2], ids=named
)
def test_sequence_received_in_any_order_ends_the_same(
    ordered_corpus: Path, sequence: Sequence, seed: int
) -> None:
    files = list(sequence.files)
    Random(seed).shuffle(files)
    for name in files:
        send(ordered_corpus, (name,))
    check(sequence, adapter.spells())


@pytest.mark.parametrize("sequence", ALL, ids=named)
def test_sequence_rebuilds_to_what_is_live(ordered_corpus: Path, sequence: Sequence) -> None:
    send(ordered_corpus, tuple(reversed(sequence.files)))
    assert adapter.rebuild_differences() == ""


def test_every_file_of_the_table_is_in_the_corpus(ordered_corpus: Path) -> None:
    missing = {
        name for sequence in ALL for name in sequence.files if not (ordered_corpus / name).is_file()
    }
    assert missing == set()
