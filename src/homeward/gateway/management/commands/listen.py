"""Receive HL7 v2 over MLLP."""

import asyncio
import ssl
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from homeward.core.errors import BadInput
from homeward.gateway.listener import Limits, Listener
from homeward.gateway.services.feeds import known_feeds
from homeward.gateway.services.intake import receive

DEFAULT_PORT = 2575  # registered for HL7


class Command(BaseCommand):
    """One listening process. Several may share one PostgreSQL database."""

    help = "Receive HL7 v2 messages over MLLP. Replies leave after the commit."

    def add_arguments(self, parser: CommandParser) -> None:
        """Address, limits, TLS and which feeds are taken here."""
        limits = Limits()
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=DEFAULT_PORT)
        parser.add_argument(
            "--feeds", default="", help="take only these feeds, by name, comma between"
        )
        parser.add_argument("--max-frame", type=int, default=limits.frame_bytes, metavar="BYTES")
        parser.add_argument("--idle", type=float, default=limits.idle_seconds, metavar="SECONDS")
        parser.add_argument("--connections", type=int, default=limits.connections)
        parser.add_argument("--group", type=int, default=limits.group, help="messages a commit")
        parser.add_argument("--tls-cert", type=Path, help="our certificate chain, PEM")
        parser.add_argument("--tls-key", type=Path, help="its private key, PEM")
        parser.add_argument("--tls-ca", type=Path, help="who must have signed the peers'")

    def handle(self, *args: Any, **options: Any) -> None:
        """Listen until SIGTERM or SIGINT, then answer what was taken and end."""
        limits = Limits(
            frame_bytes=options["max_frame"],
            idle_seconds=options["idle"],
            connections=options["connections"],
            group=options["group"],
        )
        only = _feeds(options["feeds"])
        try:
            asyncio.run(self._serve(limits, only, options["host"], options["port"], _tls(options)))
        except OSError as error:
            raise BadInput(f"{options['host']}:{options['port']}: {error.strerror}") from None

    async def _serve(
        self,
        limits: Limits,
        only: frozenset[str],
        host: str,
        port: int,
        tls: ssl.SSLContext | None,
    ) -> None:
        listener = Listener(
            lambda arrivals, at: receive(arrivals, at=at, only=only), timezone.now, limits
        )
        listener.stop_on_signals()
        await listener.serve(host, port, tls=tls, ready=partial(self._say_ready, host))

    def _say_ready(self, host: str, port: int) -> None:
        self.stdout.write(f"listening on {host}:{port}")
        self.stdout.flush()


def _feeds(names: str) -> frozenset[str]:
    wanted = frozenset(name.strip() for name in names.split(",") if name.strip())
    unknown = wanted - set(known_feeds().by_name) if wanted else frozenset()
    if unknown:
        raise BadInput(f"there is no feed {', '.join(sorted(unknown))}")
    return wanted


def _tls(options: dict[str, Any]) -> ssl.SSLContext | None:
    if options["tls_cert"] is None:
        if options["tls_key"] or options["tls_ca"]:
            raise BadInput("--tls-key and --tls-ca need --tls-cert")
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(options["tls_cert"], options["tls_key"])
        if options["tls_ca"] is not None:
            context.load_verify_locations(options["tls_ca"])
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        raise BadInput(f"TLS files: {error}") from None
    return context
