"""What is answered (docs/reference/acknowledgements.md)."""

from dataclasses import dataclass

from homeward.gateway.domain.hl7 import build_ack
from homeward.gateway.models import Outcome
from homeward.gateway.services.reading import Read

# MSH-15 and MSH-16 (HL7 table 0155): on which outcomes a reply is wanted.
WANTED_WHEN_GOOD = frozenset({"AL", "SU"})
WANTED_WHEN_BAD = frozenset({"AL", "ER"})


@dataclass(frozen=True, slots=True)
class Replies:
    """The first reply, empty when none is wanted, and the application reply that follows it."""

    first: bytes
    application: bytes | None = None


def replies(read: Read, receipt: int) -> Replies:
    """The replies to a message that is safely stored under that receipt number."""
    code = application_code(read)
    if read.feed is None or not read.feed.settings.enhanced or read.message is None:
        return Replies(_ack(read, code, f"HW{receipt}"))
    rejected = read.outcome is Outcome.REJECTED
    first = _ack(read, "CR" if rejected else "CA", f"HW{receipt}")
    second = None if rejected else _ack(read, code, f"HW{receipt}A")
    if not _wanted(read, 15, good=not rejected):
        first = b""
    if second is not None and not _wanted(read, 16, good=code == "AA"):
        second = None
    return Replies(first, second)


def application_code(read: Read) -> str:
    """AA, AE or AR. A lenient feed is told AA for what we keep in quarantine."""
    if read.outcome is Outcome.REJECTED:
        return "AR"
    strict = read.feed is not None and read.feed.settings.strict
    return "AE" if read.outcome is Outcome.QUARANTINED and strict else "AA"


def _ack(read: Read, code: str, control_id: str) -> bytes:
    told = read.errors if code in ("AE", "AR", "CE", "CR") else ()
    incoming = read.message if read.message is not None else read.arrival.raw
    return build_ack(incoming, code, told, at=read.received_at, control_id=control_id)


def _wanted(read: Read, number: int, *, good: bool) -> bool:
    assert read.message is not None
    condition = read.message.value("MSH", number).strip() or "AL"
    return condition in (WANTED_WHEN_GOOD if good else WANTED_WHEN_BAD)
