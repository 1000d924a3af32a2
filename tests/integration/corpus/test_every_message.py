"""Every message of a whole folder gets a proper answer, whatever is in it."""

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.integration.corpus import adapter

pytestmark = [pytest.mark.usefixtures("mixed_feed"), pytest.mark.timeout(600)]

ANSWERS = {"AA", "AE", "AR"}
OUR_FAULT = "internal_error"
OUTCOMES = {"applied", "ignored", "quarantined", "rejected"}
# A message begins where a line (or an MLLP frame) begins with MSH and a separator.
BEGINNING = re.compile(rb"(?:\A|[\r\n\x0b])[ \t]*(?:\xef\xbb\xbf)?MSH[^\sA-Za-z0-9]")


def messages_in(folder: Path) -> int:
    """How many messages the folder holds, counted without our reader."""
    return sum(
        len(BEGINNING.findall(path.read_bytes())) for path in folder.rglob("*") if path.is_file()
    )


def assert_adds_up(counts: dict[str, Any]) -> None:
    assert counts["received"] == sum(counts[name] for name in adapter.COUNTS), counts


def test_the_whole_folder_is_counted(hl7_corpus: Path) -> None:
    counts = adapter.ingest([hl7_corpus])
    assert_adds_up(counts)
    assert counts["received"] == messages_in(hl7_corpus)
    outcomes = Counter(row.outcome for row in adapter.stored_messages())
    assert set(outcomes) <= OUTCOMES
    for name in OUTCOMES:
        assert outcomes[name] == counts[name]


def test_every_message_is_answered_by_an_acknowledgement_of_its_control_id(
    hl7_corpus: Path,
) -> None:
    adapter.ingest([hl7_corpus])
    for stored in adapter.stored_messages():
        answer = adapter.reply_parts(stored.reply)
        asked = adapter.control_id(stored.raw)
        assert answer["type"] == "ACK", stored.source
        assert answer["code"] in ANSWERS, stored.source
        if asked is not None:
            assert answer["control_id"] == asked, stored.source
        if stored.outcome == "rejected":
            assert answer["code"] == "AR", stored.source
        if stored.outcome in {"applied", "ignored"}:
            assert answer["code"] == "AA", stored.source


def test_no_message_fails_for_a_fault_of_ours(hl7_corpus: Path) -> None:
    adapter.ingest([hl7_corpus])
    ours = [one.source for one in adapter.stored_messages() if one.cause == OUR_FAULT]
    assert ours == []


def test_nothing_has_half_an_effect(hl7_corpus: Path) -> None:
    adapter.ingest([hl7_corpus])
    assert adapter.rebuild_differences() == ""


def test_the_folder_sent_again_changes_nothing(hl7_corpus: Path) -> None:
    first = adapter.ingest([hl7_corpus])
    before = adapter.state_digest()
    again = adapter.ingest([hl7_corpus])
    assert_adds_up(again)
    assert again["received"] == first["received"]
    assert again["applied"] == again["ignored"] == again["quarantined"] == 0
    assert again["rejected"] <= first["rejected"]
    assert adapter.state_digest() == before


def test_files_sent_one_by_one_end_like_the_folder_sent_at_once(hl7_corpus: Path) -> None:
    paths = sorted(path for path in hl7_corpus.rglob("*") if path.is_file())
    total: Counter[str] = Counter()
    for path in paths:
        counts = adapter.ingest([path])
        total.update({name: counts[name] for name in ("received", *adapter.COUNTS)})
    assert_adds_up(dict(total))
    assert total["received"] == messages_in(hl7_corpus)
    assert adapter.rebuild_differences() == ""


def test_spells_of_any_folder_have_sound_bed_histories(hl7_corpus: Path) -> None:
    adapter.ingest([hl7_corpus])
    for spell in adapter.spells():
        admitted = adapter.moment(spell["admitted_at"])
        discharged = adapter.moment(spell["discharged_at"])
        times = [
            (adapter.moment(one["from"]), adapter.moment(one["to"])) for one in spell["bed_stays"]
        ]
        label = spell["spell"]
        for start, end in times:
            assert start is not None, label
            # Only somebody who left as they came has a stay of no length.
            assert end is None or start < end or start == end == discharged == admitted, label
        for (_, end), (start, _) in pairwise(times):
            assert end is not None, label
            assert start is not None, label
            assert end <= start, label
        if times and admitted is not None:
            assert times[0][0] == admitted, label
        if times and discharged is not None:
            assert times[-1][1] == discharged, label
