"""Spells for other systems and for people."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.hospital.management.arguments import known_organisation, moment
from homeward.hospital.presenters.spells import TABLE_HEAD, json_line, table_line
from homeward.hospital.queries.spells import told_spells
from homeward.hospital.services.exports import spells_told


class Command(BaseCommand):
    """One line a spell, however many there are."""

    help = (
        "Print spells: a table, or with --json one JSON object a line (docs/reference/spells.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Which spells, as of when, and in which form."""
        parser.add_argument("--open", action="store_true", help="only visits now under way")
        parser.add_argument(
            "--at", metavar="TIME", help="visits under way at that moment, as they then stood"
        )
        parser.add_argument("--org", metavar="ODS", help="only this organisation's")
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, and audit how many were told."""
        at = moment(options["at"]) if options["at"] else None
        hospital = known_organisation(options["org"]) if options["org"] else None
        line = json_line if options["json"] else table_line
        if not options["json"]:
            self.stdout.write(TABLE_HEAD)
        count = 0
        for spell in told_spells(
            organisation=hospital.ods_code if hospital else None, open_only=options["open"], at=at
        ):
            self.stdout.write(line(spell))
            count += 1
        if not options["json"]:
            self.stdout.write(f"spells={count}")
        spells_told(
            count=count,
            organisation=hospital.id if hospital else None,
            state_at=at,
            now=timezone.now(),
        )
