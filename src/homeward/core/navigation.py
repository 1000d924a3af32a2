"""The main navigation: each room registers its pages, each role sees what it may use."""

from dataclasses import dataclass

from django.urls import reverse

from homeward.core.domain.roles import Permission, Role
from homeward.core.models import User


@dataclass(frozen=True, slots=True)
class NavItem:
    """One link of the main navigation, lowest order first.

    permission: what the acting role needs; None shows it to everyone who acts for someone.
    """

    text: str
    url_name: str
    permission: Permission | None
    order: int


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link as the page shows it."""

    text: str
    href: str
    current: bool


_items: dict[str, NavItem] = {}
_homes: dict[Role, str] = {}


def register(item: NavItem) -> None:
    """Add a page to the main navigation. Called from AppConfig.ready; safe to call twice."""
    _items[item.url_name] = item


def register_home(role: Role, url_name: str) -> None:
    """The page that answers this role's first question of the day. Called from AppConfig.ready."""
    _homes[role] = url_name


def home_of(user: User, path: str) -> str:
    """Where this user's day begins: the page of their role, else the first of their menu.

    "" for somebody who has no page at all. No queries.
    """
    if user.acting is not None and user.acting.role in _homes:
        return reverse(_homes[Role(user.acting.role)])
    return next((link.href for link in links(user, path)), "")


def links(user: User, path: str) -> list[NavLink]:
    """What this user may open, in order, with the page at `path` marked. No queries."""
    if user.acting is None:
        return []
    in_order = sorted(_items.values(), key=lambda item: (item.order, item.text))
    items = [item for item in in_order if item.permission is None or user.may(item.permission)]
    hrefs = [reverse(item.url_name) for item in items]
    # The longest address that the path starts with: "/" would otherwise claim every page.
    current = max((href for href in hrefs if _within(path, href)), key=len, default="")
    return [
        NavLink(item.text, href, href == current) for item, href in zip(items, hrefs, strict=True)
    ]


def _within(path: str, href: str) -> bool:
    return path == href or (href != "/" and path.startswith(href.rstrip("/") + "/"))
