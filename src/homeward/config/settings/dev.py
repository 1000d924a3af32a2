"""A developer's machine, and any first run from a checkout."""

from homeward.config.secrets import secret_key
from homeward.config.settings.base import *  # noqa: F403
from homeward.config.settings.base import HOME

SECRET_KEY = secret_key(HOME)
