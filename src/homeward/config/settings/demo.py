"""The demo: a synthetic health system in a database of its own."""

from homeward.config import databases
from homeward.config.settings.dev import *  # noqa: F403
from homeward.config.settings.dev import HOME, TEMPLATES

DATABASES = {"default": databases.from_environment(HOME / "demo.sqlite3")}
HOMEWARD_DEMO = True
TEMPLATES[0]["OPTIONS"]["context_processors"].append("homeward.demo.context.cast")  # type: ignore[index]
