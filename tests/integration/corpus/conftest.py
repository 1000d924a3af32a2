"""Fixtures of the corpus tests. `hl7_corpus` itself is the option's, in tests/conftest.py."""

from pathlib import Path
from typing import Any

import pytest

from tests.integration.corpus import adapter
from tests.integration.corpus.expected_end_states import CORPUS_FOLDER


@pytest.fixture
def corpus_feed(db: None) -> Any:
    """A lenient feed whose sender reuses control ids and assigns local numbers as MRENTR."""
    return adapter.create_feed(local_authority="MRENTR")


@pytest.fixture
def mixed_feed(db: None) -> Any:
    """A lenient feed for messages of many senders, each with local numbers of its own."""
    return adapter.create_feed(local_authority="")


@pytest.fixture
def ordered_corpus(hl7_corpus: Path) -> Path:
    """The folder of ordered sequences, when the corpus given has it."""
    folder = hl7_corpus / CORPUS_FOLDER
    if not folder.is_dir():
        pytest.skip(f"no ordered sequences in {folder}")
    return folder
