"""The one place where the corpus tests meet the product: files in, JSON Lines out."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

FEED_NAME = "corpus"
CLASS_LETTERS = {"inpatient": "I", "emergency": "E", "outpatient": "O", "day_case": "D"}
COUNTS = ("applied", "ignored", "duplicate", "quarantined", "rejected")


class Unstated:
    """The message says nothing about a field (which is not the same as saying "none")."""

    def __repr__(self) -> str:
        return "UNSTATED"


UNSTATED = Unstated()


@dataclass(frozen=True, slots=True)
class Stored:
    """One message of the log, as the tests need it."""

    receipt: int
    raw: bytes
    reply: bytes
    outcome: str
    cause: str
    source: str


def create_feed(*, local_authority: str) -> Any:
    """A lenient feed that takes any sender's messages and reused control ids."""
    from homeward.gateway.services.feeds import set_feed
    from tests.factories import make_organisation

    return set_feed(
        name=FEED_NAME,
        organisation=make_organisation("RRV"),
        values={
            "time_zone": "Europe/London",
            "local_authority": local_authority,
            "strict": False,
            "processing_ids": "PTD",
            "control_id_unique": False,
        },
    )


def ingest(paths: Iterable[Path]) -> dict[str, Any]:
    """Ingest files or folders in the order given, and give the counts."""
    from homeward.gateway.services.ingest import ingest as take_in

    return take_in(paths=paths, feed=FEED_NAME, clock=timezone.now).as_dict()


def spells() -> list[dict[str, Any]]:
    """Every spell as `homeward spells --json` prints it."""
    out = StringIO()
    call_command("spells", "--json", stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines() if line.strip()]


def rebuild_differences() -> str:
    """What `homeward rebuild --check` holds against the live rows; empty when they agree."""
    out = StringIO()
    try:
        call_command("rebuild", "--check", stdout=out, stderr=out)
    except SystemExit as stopped:
        return "" if not stopped.code else out.getvalue() or f"exit {stopped.code}"
    return ""


def state_digest() -> str:
    """A digest of every row the feed has made known, taken here so as to trust no other."""
    from homeward.hospital import models

    rows = (models.Person, models.PersonIdentifier, models.Spell, models.BedStay)
    told = [sorted(map(repr, kind.objects.values_list())) for kind in rows]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def stored_messages() -> Iterator[Stored]:
    """Every message of the log in order of receipt."""
    from homeward.gateway.models import Message

    for row in Message.objects.order_by("receipt").iterator():
        yield Stored(
            row.receipt, bytes(row.raw), bytes(row.reply), row.outcome, row.cause, row.source
        )


def reply_parts(reply: bytes) -> dict[str, str]:
    """The reply's type, code and the control id it answers, by our own reader."""
    from homeward.gateway.domain.hl7 import read_message

    message = read_message(reply)
    return {
        "type": message.value("MSH", 9),
        "code": message.value("MSA", 1),
        "control_id": message.value("MSA", 2),
    }


def control_id(raw: bytes) -> str | None:
    """MSH-10 of a message, None when it cannot be read."""
    from homeward.gateway.domain.hl7 import Hl7Error, read_message

    try:
        return read_message(raw).value("MSH", 10)
    except Hl7Error:
        return None


def moment(value: str | None) -> datetime | None:
    """A time of the JSON Lines, which always carry an offset."""
    return None if value is None else datetime.fromisoformat(value)


def visit_of(spell: Mapping[str, Any]) -> str:
    """The visit number a spell is known by."""
    return str(spell["spell"])


def class_letter(spell: Mapping[str, Any]) -> str:
    """The patient class as a letter of HL7 table 0004 (D: day case)."""
    return CLASS_LETTERS.get(spell["class"], str(spell["class"]))
