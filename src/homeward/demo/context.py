"""What the demo adds to its pages."""

from django.http import HttpRequest

from homeward.demo.cast import CAST


def cast(_request: HttpRequest) -> dict[str, object]:
    """Everyone who can be signed in as with one click."""
    return {"demo_cast": CAST}
