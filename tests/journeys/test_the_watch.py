"""The checks made on every page do find what they look for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Route

from tests.support.browser import NARROW, WIDE, Watch, repeated_ids, violations

HOME = "http://homeward.test"
PAGE = """<!doctype html><html lang="en"><title>A page</title><h1>Beds</h1>{body}</html>"""


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context()
    yield made
    made.close()


def open_page(context: BrowserContext, body: str, **headers: str) -> list[str]:
    """What the watch has to say of a page with that body, at HOME."""

    def answer(route: Route) -> None:
        status = 404 if route.request.url.endswith(".css") else 200
        html = PAGE.format(body=body)
        route.fulfill(status=status, body=html, content_type="text/html", headers=headers)

    watch = Watch(context, HOME)
    context.route(f"{HOME}/**", answer)
    page = context.new_page()
    page.goto(f"{HOME}/page")
    page.wait_for_load_state("networkidle")
    return watch.complaints


def test_a_plain_page_is_left_alone(context: BrowserContext) -> None:
    assert open_page(context, "<p>Bed 4 is ready</p>") == []


def test_a_request_to_another_host_is_seen(context: BrowserContext) -> None:
    (complaint,) = open_page(context, '<img alt="" src="https://example.test/pixel.png">')
    assert complaint == "request to another host: https://example.test/pixel.png"


def test_a_missing_file_is_seen(context: BrowserContext) -> None:
    (complaint,) = open_page(context, '<link rel="stylesheet" href="/gone.css">')
    assert complaint == f"404 for {HOME}/gone.css"


def test_a_script_error_is_seen(context: BrowserContext) -> None:
    (complaint,) = open_page(context, "<script>nothing.here()</script>")
    assert "nothing is not defined" in complaint


def test_content_that_the_policy_refuses_is_seen(context: BrowserContext) -> None:
    policy = {"Content-Security-Policy": "default-src 'self'"}
    (complaint,) = open_page(context, "<script>var a = 1</script>", **policy)
    assert "Content Security Policy" in complaint


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_picture_without_a_text_is_a_violation(context: BrowserContext, width: int) -> None:
    page = context.new_page()
    page.set_content(PAGE.format(body='<img src="data:,">'))
    (found,) = violations(page, width)
    assert found.startswith(f"image-alt at {width} px")
    assert '<img src="data:,">' in found


def test_an_id_that_stands_twice_is_seen(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content(PAGE.format(body='<p id="a"></p><p id="b"></p><p id="a"></p>'))
    (found,) = repeated_ids(page)
    assert found.startswith("id 'a' stands more than once")
