"""An authority that issues real certificates, for the tests of certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 6, 1, tzinfo=UTC)
USCC = "91110000600037341L"
OTHER_USCC = "91420106MA4KXYLT6P"


def distinguished_name(common_name: str, **fields: str) -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)]
    attributes += [x509.NameAttribute(getattr(NameOID, field), value) for field, value in fields.items()]
    return x509.Name(attributes)


@dataclass
class Holder:
    """A key and the certificate on it."""

    key: Any
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


def issue(
    issuer: Holder | None,
    name: x509.Name,
    *,
    key: Any = None,
    days: tuple[int, int] = (-100, 100),
    constraints: x509.BasicConstraints | None = None,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
    algorithm: Any = hashes.SHA256(),  # noqa: B008
) -> Holder:
    """Issue a certificate on a new key (or `key`); without an issuer it signs itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    if constraints is not None:
        builder = builder.add_extension(constraints, critical=True)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return Holder(key, builder.sign(issuer.key if issuer else key, algorithm))


def root(name: str = "检验机构", **options: Any) -> Holder:
    options.setdefault("constraints", x509.BasicConstraints(ca=True, path_length=None))
    return issue(None, distinguished_name(name), **options)
