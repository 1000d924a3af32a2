"""Feeds and messages that one user may see."""

from typing import cast

from django.db.models import QuerySet

from homeward.core.models import User
from homeward.gateway.models import Feed, Message


def visible_feeds(user: User) -> QuerySet[Feed]:
    """Feeds of the organisation the user acts for, when their role may read messages. Lazy."""
    return cast("QuerySet[Feed]", Feed.objects.visible_to(user))


def visible_messages(user: User) -> QuerySet[Message]:
    """Messages of the organisation the user acts for, likewise. Lazy.

    What no feed took belongs to no organisation and is not among them.
    """
    return cast("QuerySet[Message]", Message.objects.visible_to(user))
