"""Feeds, HL7 texts and messages for tests, through the same code as the listener."""

from datetime import datetime
from itertools import count
from typing import Any

from homeward.core.models import FeedStatus, Organisation
from homeward.gateway.models import Feed, Message
from homeward.gateway.services.feeds import set_feed
from homeward.gateway.services.intake import receive
from homeward.gateway.services.reading import Arrival
from tests.support.clock import NOON

_numbers = count(1)


def make_feed(organisation: Organisation, name: str = "", **values: Any) -> Feed:
    """A feed that takes what PAS sends from that organisation."""
    name = name or f"pas-{organisation.ods_code.lower()}"
    sender = {"application": "PAS", "facility": organisation.ods_code}
    return set_feed(name=name, organisation=organisation, values=sender | values)


def adt(
    trigger: str = "A01",
    *,
    ods: str = "ZT1",
    local_id: str = "H000001",
    nhs_number: str = "",
    family: str = "Example",
    given: str = "Ada",
    visit: str = "V1",
    place: str = "ASH^B1^01^ZT101",
    at: str = "20261122100000",
    admitted: str = "20261122093000",
    discharged: str = "",
    patient_class: str = "I",
    control_id: str = "",
    processing: str = "P",
    version: str = "2.5.1",
    kind: str = "ADT",
    pid3: str | None = None,
    restricted: bool = False,
    extra: tuple[str, ...] = (),
) -> bytes:
    """One message as a hospital sends it; each argument is the field of that meaning."""
    control = control_id or f"C{next(_numbers):06d}"
    numbers = f"{local_id}^^^{ods}^MR" if pid3 is None else pid3
    if nhs_number:
        numbers += f"~{nhs_number}^^^NHS^NH"
    visit_fields = {2: patient_class, 3: place, 19: visit, 44: admitted, 45: discharged}
    pv1 = "|".join(visit_fields.get(number, "") for number in range(1, 46))
    lines = [
        f"MSH|^~\\&|PAS|{ods}|HOMEWARD|{ods}|{at}||{kind}^{trigger}|{control}|{processing}|{version}",
        f"EVN|{trigger}|{at}||||{at}",
        f"PID|1||{numbers}||{family}^{given}^^^Mrs||19440512|F",
        *(["PD1||||||||||||Y"] if restricted else []),
        f"PV1|{pv1}",
        *extra,
    ]
    return "\r".join(lines).encode() + b"\r"


def heard(*texts: bytes, at: datetime = NOON, feed: str = "") -> list[Message]:
    """Those messages taken in at that moment, in the order given, as the log holds them."""
    answers = receive([Arrival(text, "10.0.0.7:50001", feed) for text in texts], at=at)
    rows = {
        row.receipt: row for row in Message.objects.filter(receipt__in=[a.receipt for a in answers])
    }
    return [rows[answer.receipt] for answer in answers]


def pulse(feed: Feed, **fields: Any) -> None:
    """Set what is known of a feed's pulse."""
    FeedStatus.objects.filter(feed=feed.name).update(**fields)
