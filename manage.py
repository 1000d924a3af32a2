"""Django's own command line, for developers. Users run `homeward`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "homeward.config.settings.dev")
    execute_from_command_line(sys.argv)
