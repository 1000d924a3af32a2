"""Before the database is touched: read an arrival, know its feed and its key, translate it."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from homeward.gateway.domain import adt
from homeward.gateway.domain.errors import NotForUs, Unusable
from homeward.gateway.domain.hl7 import AckError, Hl7Error, Message, read_message
from homeward.gateway.models import Outcome
from homeward.gateway.services.feeds import UTF_8, Feeds, KnownFeed
from homeward.hospital.domain.events import FeedEvent

# A frame keeps the line end after its last segment and a file does not: it is one message.
LINE_ENDS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it came in.

    feed: its name when the way in decides it, as for files. at: when it came in, if not
    with its group.
    """

    raw: bytes
    source: str = ""
    feed: str = ""
    at: datetime | None = None


@dataclass(slots=True)
class Read:
    """An arrival read as far as it can be; outcome is APPLIED until something is against it."""

    arrival: Arrival
    received_at: datetime
    body: UUID
    message: Message | None = None
    feed: KnownFeed | None = None
    control_id: str = ""
    message_type: str = ""
    trigger: str = ""
    event_at: datetime | None = None
    events: tuple[FeedEvent, ...] = ()
    repeat_key: UUID | None = None
    outcome: Outcome = Outcome.APPLIED
    cause: str = ""
    reason: str = ""
    errors: list[AckError] = field(default_factory=list)

    def reject(self, cause: str, reason: str, error: AckError) -> None:
        """It cannot be read or is not for us."""
        self.outcome, self.cause, self.reason = Outcome.REJECTED, cause, reason[:300]
        self.errors = [error]
        # Once the sender or the feed is mended, the same message may be sent again.
        self.repeat_key = None

    def quarantine(self, cause: str, reason: str, error: AckError) -> None:
        """It was read but cannot be used until a person decides."""
        self.outcome, self.cause, self.reason = Outcome.QUARANTINED, cause, reason[:300]
        self.errors = [error]
        self.events = ()


def read_arrival(arrival: Arrival, feeds: Feeds, *, received_at: datetime) -> Read:
    """Read one arrival. Never raises: whatever is wrong with it becomes its outcome."""
    read = Read(arrival, arrival.at or received_at, digest(arrival.raw.rstrip(LINE_ENDS)))
    forced = feeds.by_name.get(arrival.feed) if arrival.feed else None
    charset = _charset(arrival.raw, forced, feeds)
    try:
        read.message = read_message(arrival.raw, default_charset=charset)
    except Hl7Error as error:
        read.feed = forced or _sender(arrival.raw, feeds)
        read.reject("unreadable", error.text, AckError("100", error.text))
        return read
    message = read.message
    read.control_id = message.value("MSH", 10)[:199]
    read.message_type = message.value("MSH", 9)[:20]
    read.trigger = (message.value("MSH", 9, 2) or message.value("EVN", 1))[:10]
    application, facility = message.value("MSH", 3), message.value("MSH", 4)
    read.feed = forced or feeds.of_sender(application, facility)
    if read.feed is None and (off := feeds.switched_off(application, facility)) is not None:
        read.feed = off
        text = f"the feed {off.settings.name} is switched off"
        read.reject("feed_off", text, AckError("207", text, "MSH", 1, 3))
        return read
    if read.feed is None:
        text = f"no feed takes messages from {application or '-'} at {facility or '-'}"
        read.reject("unknown_sender", text, AckError("207", text, "MSH", 1, 3))
        return read
    read.repeat_key = repeat_key(read, application, facility)
    translate(read, receipt=0)
    return read


def _charset(raw: bytes, forced: KnownFeed | None, feeds: Feeds) -> str:
    """What to read it with when MSH-18 is silent: the sender's own, as its history will be."""
    feed = forced or (_sender(raw, feeds) if feeds.own_charsets else None)
    return feed.settings.charset if feed is not None else UTF_8


def _sender(raw: bytes, feeds: Feeds) -> KnownFeed | None:
    """The feed that the first line names, even when the rest cannot be read."""
    lines = raw.strip(b"\x0b \t\r\n").splitlines()
    try:
        # Every byte is a letter of this set, and delimiters are the same in all.
        header = read_message(lines[0] if lines else b"", default_charset="8859/1")
    except Hl7Error:
        return None
    return feeds.of_sender(header.value("MSH", 3), header.value("MSH", 4))


def translate(read: Read, *, receipt: int) -> None:
    """Turn a read message into events; what is against it becomes its outcome."""
    assert read.message is not None and read.feed is not None
    settings = read.feed.settings
    try:
        adt.check_for_us(read.message, settings)
        reading = adt.read_message_events(
            read.message, settings, receipt=receipt, heard_at=read.received_at
        )
    except NotForUs as error:
        read.reject(
            error.cause, error.text, AckError(error.code, error.text, error.segment, 1, error.field)
        )
        return
    except Unusable as error:
        read.quarantine(
            error.cause, error.text, AckError(error.code, error.text, error.segment, 1, error.field)
        )
        return
    read.event_at = reading.at
    read.events = reading.events
    read.reason = "; ".join(reading.notes)[:300]
    if not reading.events:
        read.outcome, read.reason = Outcome.IGNORED, reading.ignored[:300]


def repeat_key(read: Read, application: str, facility: str) -> UUID:
    """What a repeat of this message has in common with it: sender and control id.

    Where control ids do not tell messages apart, the body is part of the key.
    """
    assert read.feed is not None
    parts = [str(read.feed.id), application, facility, read.control_id]
    if not read.control_id or not read.feed.settings.control_id_unique:
        parts.append(read.body.hex)
    return digest("\n".join(parts).encode())


def conflict_key(key: UUID, body: UUID) -> UUID:
    """The key of a message that reuses another's control id, so that its repeats are known."""
    return digest(key.bytes + body.bytes)


def digest(data: bytes) -> UUID:
    """A 128-bit digest, as a UUID so that both databases index it well."""
    return UUID(bytes=blake2b(data, digest_size=16).digest())
