"""Facts of this installation that every page shows, error pages included."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib.metadata import version as installed_version

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


@dataclass(frozen=True)
class Site:
    """Read when a page is made, from settings only: no request, no database."""

    name: str = "Homeward"

    @property
    def demo(self) -> bool:
        """Whether everyone shown is fictional."""
        return bool(settings.HOMEWARD_DEMO)

    @property
    def nhs_branding(self) -> bool:
        """Whether the deploying body may show the NHS logo and Frutiger."""
        return bool(settings.HOMEWARD_NHS_BRANDING)

    @property
    def made_at(self) -> datetime:
        """The moment this page was made, said in print."""
        return timezone.now()

    @cached_property
    def version(self) -> str:
        """The installed version of Homeward."""
        return installed_version("homeward")


SITE = Site()


@dataclass(frozen=True, slots=True)
class SignOnChoice:
    """A service that people may sign in with instead of a password."""

    name: str
    href: str


def sign_on_choices(request: HttpRequest) -> list[SignOnChoice]:
    """The single sign-on services that are set up, each with the address that starts it.

    The page someone wanted is kept, so that they land on it afterwards.
    """
    wanted = request.GET.get("next", "")
    following = {"next": wanted} if wanted else {}
    return [
        SignOnChoice(str(provider.name), provider.get_login_url(request, **following))
        for provider in get_adapter(request).list_providers(request)
    ]
