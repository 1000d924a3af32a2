"""How one feed is to be read, as data."""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

# What people may set of a feed, in the order it is shown.
SETTABLE = (
    "application",
    "facility",
    "time_zone",
    "charset",
    "local_authority",
    "semantics",
    "strict",
    "processing_ids",
    "control_id_unique",
    "repeat_window_days",
    "acknowledgement",
    "disposition",
    "silent_after_minutes",
    "class_map",
    "fact_map",
    "enabled",
)


@dataclass(frozen=True, slots=True)
class FactRule:
    """Which field of a message states a readiness fact.

    segment "OBX" with a code (OBX-3.1) takes OBX-5; any other takes the field at `position`.
    values translates what is sent; a value not listed is kept as it is.
    """

    fact: str
    segment: str
    code: str = ""
    position: int = 5
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """One sender's ways. organisation is the ODS code of the receiving organisation."""

    name: str
    organisation: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/London"))
    charset: str = "utf-8"
    local_authority: str = ""
    snapshot: bool = False
    strict: bool = False
    processing_ids: frozenset[str] = frozenset("P")
    control_id_unique: bool = True
    repeat_window_days: int = 90
    enhanced: bool = False
    disposition_is_method: bool = False
    class_map: dict[str, str] = field(default_factory=dict)
    facts: tuple[FactRule, ...] = ()
