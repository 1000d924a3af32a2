"""Make the synthetic health system, or bring it up to now."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from homeward.core.tables import make_ready
from homeward.demo.services.making import Made, make_or_continue
from homeward.demo.services.proof import compare_with_midnight
from homeward.demo.services.reset import reset


class Command(BaseCommand):
    """Used by `homeward demo`."""

    help = "Make the synthetic health system, or bring it up to now. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        """Size, and whether to start anew or leave a stretch for live messages."""
        parser.add_argument("--size", choices=("standard", "large"), default="standard")
        parser.add_argument("--reset", action="store_true")
        parser.add_argument("--live", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, compare it with the hospitals' own lists, and say what was done."""
        started = time.monotonic()
        if options["reset"]:
            reset()
        self._say("Making the tables" if options["reset"] else "Looking at the database")
        make_ready()
        made, agreed = self._make(options)
        for line in agreed:
            self._say(line)
        what = "" if made.fresh else "more "
        seconds = time.monotonic() - started
        self._say(f"{seconds:.0f} seconds for {made.messages:,} {what}HL7 messages")

    def _make(self, options: dict[str, Any]) -> tuple[Made, list[str]]:
        terminal = sys.stderr.isatty()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, transient=True, disable=not terminal) as bar:
            task = bar.add_task("Taking in HL7 messages", total=None)

            def show(count: int) -> None:
                bar.update(task, description=f"Taking in HL7 messages: {count}")
                if not terminal and count % 10_000 == 0:
                    self._say(f"{count} messages taken in")

            now = timezone.now()
            made, system = make_or_continue(
                size=options["size"], now=now, live=options["live"], progress=show
            )
            bar.update(task, description="Comparing with the midnight lists")
            return made, compare_with_midnight(system, reached=made.reached, now=now)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
