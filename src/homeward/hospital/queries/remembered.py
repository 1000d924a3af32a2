"""Queries that every refresh asks, turned into SQL once a day for each organisation.

Django takes three times longer to write these than a database takes to answer them.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from homeward.core.domain.roles import Permission
from homeward.core.models import User
from homeward.hospital.domain.length_of_stay import london_date
from homeward.hospital.models import Spell
from homeward.hospital.queries.scope import open_spells_of

Row = tuple[Any, ...]
# A key as it comes from the database.
Kept = UUID | str
Make = Callable[[QuerySet[Spell], date], "QuerySet[Spell, Row]"]
# Organisations served by one process, today and yesterday.
KEPT = 64


def remembered(make: Make) -> Callable[[User, datetime], list[Row]]:
    """What `make` asks of the open spells a user may see, on the date of a moment.

    `make` may depend on the spells and the date alone. Rows come as the database gives them:
    see `key` and `moment`. One query.
    """

    @lru_cache(maxsize=KEPT)
    def written(organisation: UUID, day: date) -> tuple[str, Row]:
        found: tuple[str, Row] = make(open_spells_of(organisation), day).query.sql_with_params()
        return found

    def rows(user: User, at: datetime) -> list[Row]:
        if user.acting is None or not user.may(Permission.SEE_PEOPLE):
            return []
        sql, values = written(user.acting.organisation_id, london_date(at))
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            found: list[Row] = cursor.fetchall()
        return found

    return rows


def kept_keys(spells: QuerySet[Spell]) -> list[Kept]:
    """The keys of spells in their order, without making anything of them. One query.

    A thousand keys are put in order for the fifty that are shown.
    """
    try:
        sql, values = spells.values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        # Django knows already that nothing can be found.
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [kept for (kept,) in cursor.fetchall()]


def as_kept(key: UUID) -> Kept:
    """A key as this database gives it."""
    return key.hex if connection.vendor == "sqlite" else key


def key(value: Kept) -> UUID:
    """A key; SQLite keeps it as text."""
    return value if isinstance(value, UUID) else UUID(value)


def moment(value: datetime) -> datetime:
    """A moment in UTC; SQLite does not say so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
