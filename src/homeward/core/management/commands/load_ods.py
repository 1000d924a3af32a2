"""Load organisations from published files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.core.domain import ods
from homeward.core.errors import BadInput
from homeward.core.services import organisations


class Command(BaseCommand):
    """Reads every file, then loads them all or none."""

    help = (
        "Load organisations from files of the Organisation Data Service (etr, epraccur, eccg, ets, "
        "succ and others) or tables with a header. Safe to run again; a bad row stops the load."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Files, and what to do when their names say too little or a row is bad."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--kind", choices=organisations.KINDS, help="what the files list, if not by their name"
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="load the good rows and name the bad ones"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print counts; raise BadInput when a row is bad and bad rows are not to be skipped."""
        found = [(path, _rows(path, options["kind"])) for path in options["files"]]
        refused = 0
        for path, rows in found:
            for row in rows:
                if isinstance(row, ods.BadRow):
                    refused += 1
                    self.stderr.write(f"{path}:{row.line}: {row.why}")
        if refused and not options["skip_bad"]:
            rows_are = "1 row is" if refused == 1 else f"{refused} rows are"
            raise BadInput(f"{rows_are} bad; nothing was loaded (--skip-bad loads the others)")
        loaded = organisations.load_organisations(
            [_file(path, rows) for path, rows in found], at=timezone.now()
        )
        self.stdout.write(
            f"read={sum(len(rows) for _, rows in found)} added={loaded.added} "
            f"changed={loaded.changed} unchanged={loaded.unchanged} "
            f"ignored={loaded.ignored} refused={refused}"
        )


def _rows(path: Path, kind: str | None) -> list[ods.Row]:
    try:
        return ods.read_file(path.read_bytes(), name=path.name, kind=kind)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror}") from None
    except ods.UnknownShape as error:
        raise BadInput(f"{path}: {error}") from None


def _file(path: Path, rows: list[ods.Row]) -> organisations.OrganisationFile:
    return organisations.OrganisationFile(
        path.name[:60],
        [row for row in rows if isinstance(row, ods.OrganisationRow)],
        [row for row in rows if isinstance(row, ods.SuccessorRow)],
    )
