"""Feeds as data: their settings, and which one a message belongs to."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import connection

from homeward.core.errors import BadInput
from homeward.core.models import FeedStatus, Organisation
from homeward.core.models.organisations import OrganisationKind
from homeward.gateway.domain.hl7.charsets import default_codec
from homeward.gateway.domain.settings import SETTABLE, FactRule, FeedSettings
from homeward.gateway.models import Acknowledgement, Disposition, Feed, Message, Semantics
from homeward.hospital.domain.classes import PatientClass
from homeward.hospital.domain.readiness import FACT_KINDS


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """One feed ready for use: keys of its row and organisation, and how to read it."""

    id: UUID
    organisation_id: UUID
    application: str
    facility: str
    enabled: bool
    settings: FeedSettings


UTF_8 = "utf-8"


class Feeds:
    """Every feed, looked up by sender or by name. Looked up anew for each group."""

    def __init__(self, known: list[KnownFeed], *, only: frozenset[str] = frozenset()) -> None:
        self.by_id = {feed.id: feed for feed in known}
        self.by_name = {feed.settings.name: feed for feed in known}
        self.own_charsets = any(feed.settings.charset.lower() != UTF_8 for feed in known)
        self._off = {(f.application, f.facility): f for f in known if not f.enabled}
        self._by_sender = {
            (f.application, f.facility): f
            for f in known
            if f.enabled and (not only or f.settings.name in only)
        }

    def of_sender(self, application: str, facility: str) -> KnownFeed | None:
        """The enabled feed of a sender: both names, else one of them and any other."""
        for sender in ((application, facility), (application, ""), ("", facility)):
            found = self._by_sender.get(sender)
            if found is not None and sender != ("", ""):
                return found
        return None

    def switched_off(self, application: str, facility: str) -> KnownFeed | None:
        """The feed of that very sender that is switched off."""
        return self._off.get((application, facility))

    @property
    def settings(self) -> dict[UUID, FeedSettings]:
        """How to read each feed, by its key."""
        return {key: feed.settings for key, feed in self.by_id.items()}


def known_feeds(*, only: frozenset[str] = frozenset()) -> Feeds:
    """All feeds; senders are matched with the named ones alone when any are. One query.

    They are read for each group, so that a changed setting counts at once, but taken apart
    only when something did change.
    """
    with connection.cursor() as cursor:
        cursor.execute(_feeds_query())
        return _feeds_as_of(tuple(map(tuple, cursor.fetchall())), only)


@cache
def _feeds_query() -> str:
    # As SQL: for a group of a few messages, compiling a queryset would be a cost of its own.
    columns = ", ".join(f"feed.{name}" for name in ("id", "organisation_id", "name", *SETTABLE))
    return (
        f"SELECT organisation.ods_code, {columns} FROM {Feed._meta.db_table} feed"  # noqa: S608
        f" JOIN {Organisation._meta.db_table} organisation"
        " ON organisation.id = feed.organisation_id ORDER BY feed.name"
    )


@lru_cache(maxsize=8)
def _feeds_as_of(rows: tuple[tuple[Any, ...], ...], only: frozenset[str]) -> Feeds:
    """Feeds from their rows as the database gives them: JSON as text, SQLite's keys too."""
    known = []
    for ods_code, key, organisation, name, *values in rows:
        settings = dict(zip(SETTABLE, values, strict=True))
        for mapping in ("class_map", "fact_map"):
            settings[mapping] = json.loads(settings[mapping])
        feed = Feed(
            id=UUID(str(key)), organisation_id=UUID(str(organisation)), name=name, **settings
        )
        known.append(_known(feed, ods_code))
    return Feeds(known, only=only)


def settings_of_feeds() -> dict[UUID, FeedSettings]:
    """How to read each feed, by its key. One query."""
    return known_feeds().settings


def _known(row: Feed, ods_code: str) -> KnownFeed:
    settings = FeedSettings(
        name=row.name,
        organisation=ods_code,
        zone=ZoneInfo(row.time_zone),
        charset=row.charset,
        local_authority=row.local_authority,
        snapshot=row.semantics == Semantics.SNAPSHOT,
        strict=row.strict,
        processing_ids=frozenset(row.processing_ids),
        control_id_unique=row.control_id_unique,
        repeat_window_days=row.repeat_window_days,
        enhanced=row.acknowledgement == Acknowledgement.ENHANCED,
        disposition_is_method=row.disposition == Disposition.METHOD,
        class_map=row.class_map,
        facts=tuple(FactRule(**rule) for rule in row.fact_map),
    )
    return KnownFeed(
        row.pk, row.organisation_id, row.application, row.facility, row.enabled, settings
    )


def set_feed(*, name: str, organisation: Organisation, values: dict[str, Any]) -> Feed:
    """Make or change a feed; its history keeps the earlier settings.

    values: by field name of Feed. Raises BadInput, naming the setting, for one that is not
    known or not valid, and when the feed's messages are already another organisation's.
    """
    feed = Feed.objects.filter(name=name).first() or Feed(name=name)
    moved = feed.organisation_id not in (None, organisation.pk)
    if moved and Message.objects.filter(feed=feed).exists():
        raise BadInput(
            f"feed {name} has messages of another organisation; give the new one its own feed"
        )
    feed.organisation = organisation
    for key, value in values.items():
        if key not in SETTABLE:
            raise BadInput(f"{key} is not a feed setting; choose from {', '.join(SETTABLE)}")
        setattr(feed, key, value)
    _validate(feed)
    feed.save()
    FeedStatus.objects.update_or_create(
        feed=feed.name,
        defaults={
            "organisation": organisation,
            # A feed that is switched off is not waited for.
            "silent_after_minutes": feed.silent_after_minutes if feed.enabled else 0,
        },
    )
    return feed


def _validate(feed: Feed) -> None:
    try:
        feed.full_clean()
        default_codec(feed.charset)
        _check_classes(feed.class_map)
        unknown = {
            rule.fact for rule in _known(feed, feed.organisation.ods_code).settings.facts
        } - set(FACT_KINDS)
        if unknown:
            raise ValueError(f"fact_map: {min(unknown)} is none of {', '.join(FACT_KINDS)}")
    except ValidationError as error:
        first = next(iter(error.message_dict.items()))
        raise BadInput(f"{first[0]}: {first[1][0]}") from None
    except (TypeError, KeyError, ValueError, OSError) as error:
        raise BadInput(f"feed {feed.name}: {error}") from None


def _check_classes(class_map: object) -> None:
    if not isinstance(class_map, dict):
        raise TypeError("class_map: give an object of PV1-2 values and our classes")
    for sent, ours in class_map.items():
        if ours not in set(PatientClass):
            raise ValueError(
                f"class_map: {sent} is given {ours}, none of {', '.join(PatientClass)}"
            )


def feed_as_dict(feed: Feed) -> dict[str, Any]:
    """A feed as plain values: its name, organisation and every setting."""
    values = {name: getattr(feed, name) for name in SETTABLE}
    return {"name": feed.name, "organisation": feed.organisation.ods_code, **values}


def all_feeds_as_dicts() -> list[dict[str, Any]]:
    """Every feed by name, with when it was last heard. Two queries."""
    heard = dict(FeedStatus.objects.values_list("feed", "last_heard_at"))
    rows = Feed.objects.select_related("organisation").order_by("name")
    moments = {row.name: heard.get(row.name) for row in rows}
    return [
        {
            **feed_as_dict(row),
            "last_heard_at": at.isoformat() if (at := moments[row.name]) else None,
        }
        for row in rows
    ]


def receiving_organisation(ods_code: str, *, name: str = "") -> Organisation:
    """The organisation a feed is for; made, as a trust, when a name is given for a new code.

    Raises BadInput for an unknown code without a name.
    """
    found = Organisation.objects.filter(ods_code=ods_code).first()
    if found is not None:
        return found
    if not name:
        raise BadInput(f"no organisation {ods_code!r}; load-ods first, or give --org-name")
    return Organisation.objects.create(ods_code=ods_code, name=name, kind=OrganisationKind.TRUST)
