"""A real browser on a real server: one browser a run, one fresh window a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import services
from tests.support.browser import HEIGHT, WIDE, Watch

# Playwright's sync API keeps an event loop in the test's thread, where Django would otherwise
# refuse to touch the database. Nothing here is asynchronous.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Without these Chromium looks for its maker's hosts at every start.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
STEP_MILLISECONDS = 10_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the run. A machine with none fails the test."""
    program = services.need_chromium()
    # Chromium's own sandbox cannot start as root.
    flags = [*QUIET, "--no-sandbox"] if services.is_root() else [*QUIET]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def width(request: pytest.FixtureRequest) -> int:
    """The window's width in CSS pixels; `at_both_widths` runs a journey at 1280 and at 375."""
    return int(getattr(request, "param", WIDE))


@pytest.fixture
def page(browser: Browser, width: int, live_server: object) -> Iterator[Page]:
    """A fresh window, signed out. What a person would never notice fails the test at its end:
    console errors, requests to other hosts, broken files and refused content."""
    context = browser.new_context(
        base_url=str(live_server),
        viewport={"width": width, "height": HEIGHT},
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    context.set_default_timeout(STEP_MILLISECONDS)
    watch = Watch(context, str(live_server))
    yield context.new_page()
    context.close()
    assert not watch.complaints, "\n".join(watch.complaints)
