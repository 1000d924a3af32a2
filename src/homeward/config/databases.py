"""Which database every command uses, from DATABASE_URL or one SQLite file."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# FULL syncs every commit to disk: an acknowledgement under NORMAL would not be durable.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
    "PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; "
    "PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=4000;"
)
LOCK_WAIT_SECONDS = 20


def from_environment(default_file: Path) -> dict[str, Any]:
    """Django's settings for the one database, from DATABASE_URL or the file given."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{default_file}"
    return from_url(url)


def from_url(url: str) -> dict[str, Any]:
    """Django's settings for a database URL (sqlite or postgres).

    Raises ImproperlyConfigured for any other kind: nothing else is tested.
    """
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60))
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL: {error}") from None
    engine = config["ENGINE"].rsplit(".", 1)[-1]
    if engine == "sqlite3":
        config["CONN_MAX_AGE"] = None
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_WAIT_SECONDS,
            "init_command": SQLITE_PRAGMAS,
        }
    elif engine == "postgresql":
        config["OPTIONS"] = {
            **config.get("OPTIONS", {}),
            "options": "-c synchronous_commit=on -c timezone=UTC",
        }
    else:
        raise ImproperlyConfigured(f"DATABASE_URL must be sqlite or postgres, not {engine}")
    return config
