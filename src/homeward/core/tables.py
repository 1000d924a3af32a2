"""The tables of a new database."""

from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from homeward.core.errors import BadInput


def make_ready() -> None:
    """Make the tables of a database that has none.

    Raises BadInput when it cannot be reached, or is from an earlier version: upgrading is
    for `homeward migrate`, which someone runs knowing it.
    """
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        Path(str(name)).parent.mkdir(parents=True, exist_ok=True)
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise BadInput(f"database {name}: {str(error).splitlines()[0]}") from None
    if plan and executor.loader.applied_migrations:
        raise BadInput(f"database {name} is from an earlier version; run homeward migrate first")
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
