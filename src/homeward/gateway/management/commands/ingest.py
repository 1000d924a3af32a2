"""Take HL7 messages from files."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from rich.progress import Progress, SpinnerColumn, TextColumn

from homeward.gateway.services.ingest import Counts, ingest


class Command(BaseCommand):
    """Files and folders, in any of the forms HL7 v2 messages are kept in."""

    help = "Take every HL7 message found in files and folders. A repeat has no second effect."

    def add_arguments(self, parser: CommandParser) -> None:
        """Paths, the feed they belong to, and the form of the counts."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--feed", default="", help="the feed they belong to, if not by sender")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ingest with progress on a terminal, then print the counts."""
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.fields[received]} messages"),
            TextColumn("{task.description}"),
            transient=True,
            disable=not sys.stderr.isatty(),
            console=None,
        ) as bar:
            task = bar.add_task("", total=None, received=0)

            def show(counts: Counts, path: Path) -> None:
                bar.update(task, description=path.name, received=counts.received)

            counts = ingest(
                paths=options["paths"], feed=options["feed"], clock=timezone.now, progress=show
            )
        self._print(counts, as_json=options["json"])

    def _print(self, counts: Counts, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(counts.as_dict()))
            return
        numbers = {k: v for k, v in counts.as_dict().items() if k not in ("seconds", "empty")}
        self.stdout.write(" ".join(f"{name}={value}" for name, value in numbers.items()))
        rate = counts.received / counts.seconds if counts.seconds else 0
        self.stdout.write(f"seconds={counts.seconds:.1f} messages_per_second={rate:.0f}")
        for path in counts.empty:
            self.stdout.write(f"no message in {path}")
