"""What the browser is asked on every page: is it accessible, and did anything go wrong unseen?"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, Route

WIDE = 1280
NARROW = 375
HEIGHT = 900
WIDTHS = (WIDE, NARROW)
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
BAD_REQUEST = 400
SERVER_ERROR = 500


class Watch:
    """Notes everything that goes wrong in a browser without a person seeing it."""

    def __init__(self, context: BrowserContext, home: str) -> None:
        self.home = home
        self.complaints: list[str] = []
        context.route(lambda url: not url.startswith(home), self.refuse)
        context.on("console", self.note_console)
        context.on("weberror", lambda error: self.note(f"script error: {error.error}"))
        context.on("response", self.note_response)

    def note(self, text: str) -> None:
        self.complaints.append(text)

    def refuse(self, route: Route, request: Request) -> None:
        """No page may ask another host for anything."""
        self.note(f"request to another host: {request.url}")
        route.abort()

    def note_console(self, message: ConsoleMessage) -> None:
        """Errors and warnings, refused content (CSP) among them. Statuses are judged below."""
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load"):
            self.note(f"console {message.type}: {message.text} ({message.location['url']})")

    def note_response(self, response: Response) -> None:
        """A 404 or 422 page may be what a journey is about; a broken file or a crash never is."""
        limit = SERVER_ERROR if response.request.resource_type in PAGES else BAD_REQUEST
        if response.status >= limit:
            self.note(f"{response.status} for {response.url}")


PAGES = {"document", "xhr", "fetch"}


def violations(page: Page, width: int) -> list[str]:
    """What axe finds wrong on the page at that width, a paragraph for each rule broken."""
    # Words are there before the style that gives links their size.
    page.wait_for_load_state()
    page.set_viewport_size({"width": width, "height": HEIGHT})
    options = {"runOnly": {"type": "tag", "values": list(WCAG)}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [describe(violation, page.url, width) for violation in found]


def repeated_ids(page: Page) -> list[str]:
    """Ids that stand on the page more than once. WCAG 2.2 no longer asks, but a label whose
    words are pressed goes to the first of them and chooses nothing."""
    found = page.evaluate(
        """() => { const ids = [...document.querySelectorAll('[id]')].map(each => each.id);
        return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))]; }"""
    )
    return [f"id {id_!r} stands more than once on {page.url}" for id_ in found]


def describe(violation: dict[str, Any], url: str, width: int) -> str:
    lines = [f"{violation['id']} at {width} px on {url}: {violation['help']}"]
    for node in violation["nodes"]:
        lines.append(f"  {' '.join(map(str, node['target']))}: {node['html'][:160]}")
        lines += [f"    {line.strip()}" for line in node["failureSummary"].splitlines()[1:]]
    return "\n".join(lines)


def all_violations(page: Page) -> list[str]:
    """Axe at 1280 and at 375 pixels; the window keeps its own width afterwards."""
    size = page.viewport_size
    found = [text for width in WIDTHS for text in violations(page, width)] + repeated_ids(page)
    if size:
        page.set_viewport_size(size)
    return found
