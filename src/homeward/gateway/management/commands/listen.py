"""Receive HL7 v2 over MLLP."""

import asyncio
import gc
import resource
import ssl
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from homeward.core.errors import BadInput
from homeward.gateway.listener import Listener
from homeward.gateway.services.feeds import known_feeds
from homeward.gateway.services.intake import receive
from homeward.gateway.waiting import Limits

DEFAULT_PORT = 2575  # registered for HL7
# Database, logs, shared libraries: beside one file for each connection.
FILES_OF_OUR_OWN = 64


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
        limits = _limits(options)
        only = _feeds(options["feeds"])
        allow_open_files(limits.connections + FILES_OF_OUR_OWN)
        # From here on the database belongs to the listener's own thread.
        connection.close()
        # What is loaded by now stays for good: looking through it again would hold up a group.
        gc.collect()
        gc.freeze()
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


def _limits(options: dict[str, Any]) -> Limits:
    for name in ("max_frame", "idle", "connections", "group"):
        if options[name] <= 0:
            raise BadInput(f"--{name.replace('_', '-')} must be more than 0, not {options[name]}")
    if options["group"] > Limits().group:
        raise BadInput(f"--group can be {Limits().group} at most: readers and pages wait for it")
    return Limits(
        frame_bytes=options["max_frame"],
        idle_seconds=options["idle"],
        connections=options["connections"],
        group=options["group"],
    )


def allow_open_files(wanted: int) -> None:
    """Raise this process's limit on open files as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


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
    return tls_context(options["tls_cert"], options["tls_key"], options["tls_ca"])


def tls_context(certificate: Path, key: Path | None, authority: Path | None) -> ssl.SSLContext:
    """TLS 1.2 or later with our certificate; peers need one signed by the authority, if given.

    Raises BadInput naming a file that cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    file = certificate
    try:
        context.load_cert_chain(certificate, key)
        if authority is not None:
            file = authority
            context.load_verify_locations(authority)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        raise BadInput(f"{file}: {error.strerror or error}") from None
    return context
