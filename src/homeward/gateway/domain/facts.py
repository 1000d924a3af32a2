"""Readiness facts that a feed's own mapping finds in OBX or in the sender's own segments."""

from datetime import datetime

from homeward.gateway.domain.hl7 import Hl7TimeError, Message, Segment, parse_time
from homeward.gateway.domain.settings import FactRule, FeedSettings
from homeward.hospital.domain.events import Fact


def read_facts(message: Message, at: datetime, settings: FeedSettings) -> tuple[Fact, ...]:
    """Every fact the feed maps, in the order of the message.

    at: the message's own moment, for a fact that carries none (OBX-14).
    """
    wanted = {rule.segment for rule in settings.facts}
    if not any(message.first(name) is not None for name in wanted):
        return ()
    return tuple(
        fact
        for segment in message.segments
        if segment.name in wanted
        for rule in settings.facts
        if (fact := _fact(segment, rule, at, settings)) is not None
    )


def _fact(segment: Segment, rule: FactRule, at: datetime, settings: FeedSettings) -> Fact | None:
    if segment.name != rule.segment or (rule.code and segment.value(3) != rule.code):
        return None
    sent = segment.value(rule.position).strip()
    if not sent or sent == '""':
        return None
    when = at
    if segment.name == "OBX":
        try:
            observed = parse_time(segment.value(14), settings.zone)
        except Hl7TimeError:
            observed = None
        when = observed.at if observed is not None else at
    return Fact(
        rule.fact, rule.values.get(sent, sent)[:120], segment.value(rule.position, 2)[:200], when
    )
