"""Reading our pages as a reader would."""

import html
import re
from typing import Any

from django.test import Client

LIST = "/list/"
ROW_LINK = re.compile(
    r'hw-person".*?<a class="nhsuk-link" href="([^"]+)" dir="auto">([^<]+)</a>', re.S
)
DOOR = re.compile(
    r'hw-counts__link"\s+href="([^"]+)".*?__number">([^<]+)<.*?__text">([^<]+)<', re.S
)
SEEN = re.compile(r'name="seen" value="([^"]*)"')


def text_of(response: Any) -> str:
    """The page, its character references resolved."""
    return html.unescape(response.content.decode())


def names_in(response: Any) -> list[str]:
    """Family names as shown, in the order of the page."""
    return [name.split(", ")[0] for _, name in ROW_LINK.findall(text_of(response))]


def names(client: Client, query: str = "") -> list[str]:
    """Family names on the list under that filter."""
    return names_in(client.get(LIST + query))


def people_in(response: Any) -> list[str]:
    """Where the rows lead."""
    return [href for href, _ in ROW_LINK.findall(text_of(response))]


def doors_in(response: Any) -> list[tuple[str, int, str]]:
    """Counts over the list: where each leads, the number, its words."""
    return [
        (href, int(number.replace(",", "")), words)
        for href, number, words in DOOR.findall(text_of(response))
    ]


def seen_in(response: Any) -> str:
    """What the page's refresh brings back."""
    found = SEEN.search(text_of(response))
    assert found is not None
    return found[1]
