"""The arithmetic of the audit chain: what is hashed, and how one link follows another."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

# What the first link follows. Thirty-two zero bytes, the length of a SHA-256 digest.
START = bytes(32)

Scalar = str | int | bool | None
Plain = Scalar | Sequence["Plain"] | Mapping[str, "Plain"]


class NotPlain(TypeError):
    """A value that two databases could store differently was offered for the audit trail."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One audit event as it is hashed."""

    id: UUID
    at: datetime
    action: str
    by: UUID | None
    organisation: UUID | None
    subjects: Sequence[str]
    detail: Mapping[str, Plain]


def plain(value: object) -> Plain:
    """The value in a form that every database gives back unchanged.

    Moments become ISO 8601 in UTC, keys and enumerations text, NUL characters are dropped.
    Raises NotPlain for numbers with a fraction and for objects of other kinds.
    """
    match value:
        case None | bool():
            return value
        case str():
            return str(value).replace("\x00", "")
        case int():
            return int(value)
        case UUID():
            return str(value)
        case datetime():
            return _moment(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    raise NotPlain(f"an audit detail cannot hold {type(value).__name__}")


def canonical(entry: Entry) -> bytes:
    """The one spelling of an event that is hashed: JSON, keys sorted, no spaces, UTF-8."""
    fields = {
        "id": str(entry.id),
        "at": _moment(entry.at),
        "action": entry.action,
        "by": str(entry.by) if entry.by else None,
        "organisation": str(entry.organisation) if entry.organisation else None,
        "subjects": list(entry.subjects),
        "detail": dict(entry.detail),
    }
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(previous: bytes, position: int, entry: Entry) -> bytes:
    """SHA-256 over the digest before it, its place in the chain and the event itself."""
    return hashlib.sha256(previous + position.to_bytes(8, "big") + canonical(entry)).digest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
