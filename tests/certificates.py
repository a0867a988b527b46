"""Certificates for tests of HTTPS, made when they are needed."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "secret"
_PEM, _PLAIN = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8


def write_certificates(directory: Path, *names: str) -> None:
    """Write a certificate, its key, the same key with a password, the key of another, and a file of neither.

    Args:
        directory: Gets the files `good`, `key`, `locked_key`, `other_key` and `garbage`.
        names: What the certificate is for beside 127.0.0.1.
    """
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    (directory / "good").write_bytes(_certificate(key, names).public_bytes(_PEM))
    (directory / "key").write_bytes(key.private_bytes(_PEM, _PLAIN, serialization.NoEncryption()))
    (directory / "other_key").write_bytes(other.private_bytes(_PEM, _PLAIN, serialization.NoEncryption()))
    locked = serialization.BestAvailableEncryption(PASSWORD.encode())
    (directory / "locked_key").write_bytes(key.private_bytes(_PEM, _PLAIN, locked))
    (directory / "garbage").write_bytes(b"no certificate at all")


def _certificate(key: ec.EllipticCurvePrivateKey, names: Sequence[str]) -> x509.Certificate:
    """Make one for 127.0.0.1 and some names, signed by itself, with all that strict clients ask of one."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    usage = dict.fromkeys(
        ["content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "crl_sign"], False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), *(x509.DNSName(name) for name in names)]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, encipher_only=False, decipher_only=False, **usage
            ),
            critical=True,
        )
        .add_extension(identifier, critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(key, hashes.SHA256())
    )
