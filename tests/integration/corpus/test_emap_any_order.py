"""However late each message of a sequence arrives, the pure fold ends in the same state."""

from itertools import permutations
from pathlib import Path
from random import Random

import pytest

from tests.integration.corpus.end_state_checks import check
from tests.integration.corpus.expected_end_states import Sequence
from tests.integration.corpus.expected_specimens import ALL
from tests.integration.corpus.reading import folded

MOST_ORDERS = 200


def orders(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Every order of a short sequence, a fixed sample of a long one."""
    every = list(permutations(names))
    return every if len(every) <= MOST_ORDERS else Random(1).sample(every, MOST_ORDERS)


@pytest.mark.parametrize("sequence", ALL, ids=lambda sequence: sequence.name)
def test_sequence_in_order_folds_to_the_right_state(
    ordered_corpus: Path, sequence: Sequence
) -> None:
    check(sequence, folded([ordered_corpus / name for name in sequence.files]))


@pytest.mark.parametrize(
    "sequence", [one for one in ALL if one.any_order], ids=lambda sequence: sequence.name
)
def test_sequence_in_any_order_folds_to_the_same_state(
    ordered_corpus: Path, sequence: Sequence
) -> None:
    for order in orders(sequence.files):
        check(sequence, folded([ordered_corpus / name for name in order]))
