"""What the demo adds to its pages."""

from django.http import HttpRequest

from homeward.demo.cast import CAST, PASSWORD
from homeward.demo.stories import STORIES


def cast(_request: HttpRequest) -> dict[str, object]:
    """Everyone who can be signed in as with one click, and what to look at as whom."""
    return {"demo_cast": CAST, "demo_stories": STORIES, "demo_password": PASSWORD}
