"""`homeward listen`: what it refuses to start with."""

from __future__ import annotations

import resource

import pytest
from django.core.management import call_command

from homeward.core.errors import BadInput
from homeward.gateway.management.commands import listen
from homeward.gateway.waiting import Limits

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"group": 0}, "--group must be more than 0"),
        ({"group": 65}, "--group can be 64 at most"),
        ({"max_frame": 0}, "--max-frame must be more than 0"),
        ({"idle": -1.0}, "--idle must be more than 0"),
        ({"connections": 0}, "--connections must be more than 0"),
        ({"feeds": "nobody"}, "there is no feed nobody"),
        ({"tls_key": "key.pem"}, "need --tls-cert"),
        ({"tls_cert": "missing.pem"}, "missing.pem: No such file"),
    ],
)
def test_options_that_cannot_be_are_bad_input(options, said):
    with pytest.raises(BadInput, match=said):
        call_command("listen", **options)


def test_the_options_become_the_limits(monkeypatch):
    given = {}

    async def serve(_self, limits, only, host, port, tls):
        given.update(limits=limits, only=only, host=host, port=port, tls=tls)

    monkeypatch.setattr(listen.Command, "_serve", serve)
    monkeypatch.setattr(listen.connection, "close", lambda: None)
    call_command("listen", max_frame=5, idle=2.5, connections=3, group=4, port=2999)
    assert given == {
        "limits": Limits(frame_bytes=5, idle_seconds=2.5, connections=3, group=4),
        "only": frozenset(),
        "host": "127.0.0.1",
        "port": 2999,
        "tls": None,
    }


def test_as_many_files_are_allowed_as_the_connections_need():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        listen.allow_open_files(512)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (512, hard)
        listen.allow_open_files(300)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (512, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
