"""A hospital's own servers: everything that must be chosen is required."""

import os

from django.core.exceptions import ImproperlyConfigured

from homeward.config.settings.base import *  # noqa: F403

SECRET_KEY = os.environ.get("HOMEWARD_SECRET_KEY", "")
if not SECRET_KEY:
    raise ImproperlyConfigured("set HOMEWARD_SECRET_KEY: production has no key of its own")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = os.environ.get("HOMEWARD_SSL_REDIRECT", "yes") == "yes"
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
