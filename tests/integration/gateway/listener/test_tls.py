"""TLS: who shows a certificate of the right authority is heard, and nobody else."""

from __future__ import annotations

import ssl

import pytest

from homeward.core.errors import BadInput
from homeward.gateway.management.commands.listen import tls_context
from tests.factories_gateway import adt
from tests.support.certificates import Authority
from tests.support.mllp_client import MllpClient
from tests.support.mllp_server import HOST, listening

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path, "hospital")


@pytest.fixture
def server(feed, authority):
    """A listener that wants a certificate signed by the hospital's authority."""
    certificate, key = authority.sign("homeward")
    context = tls_context(certificate, key, authority.file)
    with listening(tls=context) as running:
        yield running


def refused(port: int, context: ssl.SSLContext) -> bool:
    """With TLS 1.3 a client learns of its refusal only when it reads."""
    try:
        with MllpClient(HOST, port, tls=context) as client:
            client.send(adt())
    except (ssl.SSLError, ConnectionError):
        return True
    return False


def test_a_peer_with_a_certificate_of_the_authority_is_heard(server, authority):
    with MllpClient(HOST, server.port, tls=authority.peer(authority.sign("pas"))) as client:
        assert client.send(adt(control_id="C1")).code == "AA"
        assert client.send(adt("A08", control_id="C2")).code == "AA"


def test_a_peer_without_a_certificate_is_refused(server, authority, outcomes, capsys):
    assert refused(server.port, authority.peer())
    assert outcomes() == {}
    assert "tls.refused" in capsys.readouterr().out


def test_a_peer_of_another_authority_is_refused(server, authority, outcomes, tmp_path):
    stranger = Authority(tmp_path, "stranger").sign("pas")
    assert refused(server.port, authority.peer(stranger))
    assert outcomes() == {}


def test_a_peer_that_does_not_speak_tls_is_refused(server, authority, outcomes):
    with MllpClient(HOST, server.port, timeout=5) as plain, pytest.raises(ConnectionError):
        plain.send(adt())
    assert outcomes() == {}
    good = authority.peer(authority.sign("pas"))
    with MllpClient(HOST, server.port, tls=good) as client:
        assert client.send(adt(control_id="C1")).code == "AA"


def test_a_peer_that_never_finishes_its_handshake_keeps_nobody_waiting(server, authority):
    good = authority.peer(authority.sign("pas"))
    with MllpClient(HOST, server.port) as silent:
        silent.send_raw(b"\x16\x03\x01")
        with MllpClient(HOST, server.port, tls=good) as client:
            assert client.send(adt()).code == "AA"


def test_without_an_authority_no_certificate_is_asked_for(feed, authority):
    context = tls_context(*authority.sign("homeward"), None)
    with (
        listening(tls=context) as server,
        MllpClient(HOST, server.port, tls=authority.peer()) as client,
    ):
        assert client.send(adt()).code == "AA"


def test_tls_older_than_1_2_is_not_spoken(authority):
    context = tls_context(*authority.sign("homeward"), authority.file)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


def test_files_that_are_no_certificates_are_bad_input(tmp_path):
    file = tmp_path / "nothing.pem"
    file.write_text("nothing")
    with pytest.raises(BadInput, match=r"nothing\.pem"):
        tls_context(file, None, None)
    with pytest.raises(BadInput, match=r"missing\.pem"):
        tls_context(tmp_path / "missing.pem", None, None)
