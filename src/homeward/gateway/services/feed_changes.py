"""Changing a feed's settings from a page: by a named person, and audited."""

from datetime import datetime
from typing import Any

from django.db import transaction

from homeward.core.domain.roles import Permission
from homeward.core.errors import BadInput
from homeward.core.models import User
from homeward.core.services import audit
from homeward.gateway.models import Feed
from homeward.gateway.queries.scope import visible_feeds
from homeward.gateway.services.decisions import NotYours
from homeward.gateway.services.feeds import set_feed

SAME_SENDER = "gateway_one_enabled_feed_a_sender"


@transaction.atomic
def change_feed(*, name: str, values: dict[str, Any], by: User, at: datetime) -> Feed:
    """Change settings of a feed of the user's organisation; its history names them.

    values: by field name of Feed. Raises Feed.DoesNotExist for another organisation's,
    NotYours without the permission, BadInput, naming the setting, for a value it cannot have.
    """
    if not by.may(Permission.MEND_MESSAGES):
        raise NotYours("Your role does not allow changing feeds")
    feed = visible_feeds(by).select_related("organisation").get(name=name)
    before = {key: getattr(feed, key) for key in values}
    try:
        changed = set_feed(name=name, organisation=feed.organisation, values=values)
    except BadInput as error:
        if SAME_SENDER in str(error):
            raise BadInput(
                "application: Another feed already takes messages from this sender"
            ) from None
        raise
    newest = changed.history.first()
    changed.history.filter(pk=newest.pk, history_user=None).update(history_user=by)
    settings = sorted(key for key, value in values.items() if value != before[key])
    audit.record("feed.changed", by=by, at=at, feed=name, settings=settings)
    return changed
