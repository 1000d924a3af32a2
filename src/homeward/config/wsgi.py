"""The web application as Granian (or any WSGI server) loads it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homeward.config.settings.dev")

application = get_wsgi_application()
