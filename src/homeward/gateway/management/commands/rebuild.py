"""Derive the live rows afresh."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.progress import Progress

from homeward.gateway.services import rebuild


class Command(BaseCommand):
    """The proof that the live list is what the messages say."""

    help = (
        "Derive people, identifiers, spells and bed stays afresh from the message log. "
        "With --check nothing is changed, and the exit status is 1 when the live rows differ."
    )
    exit_status = 0

    def add_arguments(self, parser: CommandParser) -> None:
        """Only whether to compare instead of writing."""
        parser.add_argument("--check", action="store_true", help="compare only, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, then compare, or only compare; print digests and differences."""
        with Progress(transient=True, disable=not sys.stderr.isatty()) as bar:
            task = bar.add_task("people", total=None)

            def show(done: int, everyone: int) -> None:
                bar.update(task, completed=done, total=everyone)

            if not options["check"]:
                self.stdout.write(f"rebuilt={rebuild.rebuild(progress=show)}")
            comparison = rebuild.compare(progress=show)
        self.stdout.write(f"people={comparison.people} messages={comparison.messages}")
        self.stdout.write(f"live={comparison.live:064x}")
        self.stdout.write(f"log={comparison.derived:064x}")
        self.stdout.write("equal" if comparison.equal else "different")
        for difference in comparison.differences:
            self.stdout.write(difference)
        self.exit_status = 0 if comparison.equal else 1
