"""A certificate authority for tests, and what it signs."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


class Authority:
    """Signs certificates into a folder, each with its key, as PEM."""

    def __init__(self, folder: Path, common: str) -> None:
        self.folder = folder / common
        self.folder.mkdir()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = _name(common)
        builder = self._builder(self.name, self.key.public_key())
        basic = x509.BasicConstraints(ca=True, path_length=None)
        self.certificate = builder.add_extension(basic, critical=True).sign(
            self.key, hashes.SHA256()
        )
        self.file = self._write("ca", self.certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    def _write(self, stem: str, data: bytes) -> Path:
        file = self.folder / f"{stem}.pem"
        file.write_bytes(data)
        return file

    def sign(self, common: str) -> tuple[Path, Path]:
        """A certificate for a host of that name on loopback, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        here = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
        )
        builder = self._builder(_name(common), key.public_key())
        signed = builder.add_extension(here, critical=False).sign(self.key, hashes.SHA256())
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        certificate = signed.public_bytes(serialization.Encoding.PEM)
        return self._write(common, certificate), self._write(f"{common}-key", secret)

    def peer(self, identity: tuple[Path, Path] | None = None) -> ssl.SSLContext:
        """How a sender that trusts this authority connects, with or without a certificate."""
        context = ssl.create_default_context(cafile=str(self.file))
        if identity is not None:
            context.load_cert_chain(*identity)
        return context
