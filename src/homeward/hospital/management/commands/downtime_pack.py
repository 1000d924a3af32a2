"""Paper lists for when the computers are down."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.core.queries import pulses_of
from homeward.hospital.management.arguments import one_hospital
from homeward.hospital.presenters.downtime import pack_files
from homeward.hospital.queries.downtime import downtime_wards
from homeward.hospital.queries.places import names_in
from homeward.hospital.services.downtime import write_pack


class Command(BaseCommand):
    """Static pages, one a ward, that need no server."""

    help = "Write printable lists, one page a ward, into a folder. Safe to run every few minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and for whom."""
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument("--org", metavar="ODS", help="needed when there are several")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replace the pack in one step and print counts."""
        now = timezone.now()
        hospital = one_hospital(options["org"])
        wards = downtime_wards(organisation=hospital.id, at=now)
        pulses, names = pulses_of(hospital.id, now), names_in(hospital.id)
        files = pack_files(wards, hospital=hospital, pulses=pulses, at=now, names=names)
        rows = [row for ward in wards for bed in ward.beds for row in bed.people]
        rows += [row for ward in wards for row in ward.unplaced]
        folder: Path = options["folder"]
        write_pack(
            folder=folder.absolute(),
            files=files,
            organisation=hospital.id,
            people=[row.person for row in rows if not row.masked],
            at=now,
        )
        self.stdout.write(f"wards={len(wards)} people={len(rows)} folder={folder}")
