"""The tests: fast password hashing, plain static files, jobs run at once."""

import atexit
import shutil
import tempfile
from pathlib import Path

from homeward.config.settings.base import *  # noqa: F403
from homeward.config.settings.base import DATABASES, Q_CLUSTER

SECRET_KEY = "tests-only-not-a-secret"  # noqa: S105
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Q_CLUSTER = {**Q_CLUSTER, "sync": True}
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

# What a test writes goes into a folder of this process alone, so that runs never meet.
HOME = Path(tempfile.mkdtemp(prefix="homeward-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir()

DATABASES["default"]["CONN_MAX_AGE"] = 0
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads then have connections of their own and races are real.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")}
    DATABASES["default"]["NAME"] = str(HOME / "unused.sqlite3")
    # The tests of durability run programs of their own with the real settings.
    OPTIONS = DATABASES["default"]["OPTIONS"]
    OPTIONS["init_command"] = OPTIONS["init_command"].replace("=FULL", "=OFF")
