"""Check that the audit trail is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from homeward.core.errors import BadInput
from homeward.core.services import audit_chain


class Command(BaseCommand):
    """Walks the whole chain and prints what it found."""

    help = "Check the audit chain; names the first broken link and exits 1 when it does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        """A head noted earlier may be given, to prove that nothing was cut off the end."""
        parser.add_argument(
            "--head", metavar="POSITION:DIGEST", help="a head printed by an earlier run"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print counts and the head; exit 1 at a broken chain."""
        verdict = audit_chain.verify(expected_head=_noted(options["head"]))
        self.stdout.write(
            f"links={verdict.links} unsealed={verdict.unsealed} "
            f"head={verdict.links}:{verdict.head} broken={verdict.broken_at or 'none'}"
        )
        if verdict.broken_at is not None:
            self.stderr.write(f"broken at link {verdict.broken_at}: {verdict.why}")
            raise SystemExit(1)


def _noted(text: str | None) -> tuple[int, str] | None:
    if text is None:
        return None
    position, _, digest = text.partition(":")
    if not position.isdecimal() or len(digest) != 64:
        raise BadInput("--head: give it as POSITION:DIGEST, as an earlier run printed it")
    return int(position), digest.lower()
