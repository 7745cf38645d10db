"""The path from a certificate up to one that is trusted.

Rules of RFC 5280 that are kept: name and signature of every step, dates, basic constraints with path length,
key usage, no critical extension that is not understood. The verifier of `cryptography` is not used: it knows
servers and clients of the web, wants their alternative names, refuses Ed25519, and gives one error for every
reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from ledger_client.certificates.answers import CertificateReason, DatesAnswer, SignatureAnswer

CHAIN_LIMIT = 8  # certificates in one file, and steps up to a trusted one
RSA_BITS = range(2048, 8193)  # below it is weak, above it a way to make us compute

_Extension = TypeVar("_Extension", bound=x509.ExtensionType)

_UNDERSTOOD = frozenset(
    {
        x509.BasicConstraints.oid,
        x509.KeyUsage.oid,
        x509.ExtendedKeyUsage.oid,
        x509.SubjectAlternativeName.oid,
    }
)


@dataclass(frozen=True, slots=True)
class Path:
    """How a certificate hangs on a trusted one.

    Attributes:
        signature: Whether it does.
        trusted: The trusted certificate at its end, when the signature is good.
        reasons: What speaks against it.
    """

    signature: SignatureAnswer
    trusted: x509.Certificate | None
    reasons: tuple[CertificateReason, ...]


def dates_of(certificate: x509.Certificate, at: datetime) -> DatesAnswer:
    """Return whether `certificate` is in force at `at`; its first and last second count."""
    if at < certificate.not_valid_before_utc:
        return DatesAnswer.NOT_YET_VALID
    return DatesAnswer.EXPIRED if at > certificate.not_valid_after_utc else DatesAnswer.IN_FORCE


def find_path(
    leaf: x509.Certificate,
    intermediates: Sequence[x509.Certificate],
    trusted: Sequence[x509.Certificate],
    at: datetime,
) -> Path:
    """Follow the issuers of `leaf` until one is trusted.

    Raises:
        ValueError: A certificate holds what cannot be read.
    """
    current, below, unfit = leaf, 0, not _is_understood(leaf)
    while below < CHAIN_LIMIT:
        named = [issuer for issuer in (*trusted, *intermediates) if issuer.subject == current.issuer]
        issuer = next((issuer for issuer in named if _signed(issuer, current)), None)
        if issuer is None:
            return _broken_path(any(issuer in trusted for issuer in named))
        unfit = unfit or not _may_issue(issuer, below, at)
        if issuer in trusted:
            return Path(SignatureAnswer.GOOD, issuer, (CertificateReason.ISSUER_UNFIT,) if unfit else ())
        current, below = issuer, below + 1
    return _broken_path(by_trusted=False)


def _broken_path(by_trusted: bool) -> Path:
    """Nobody signed it: altered where it names a trusted issuer, else of an issuer that is unknown here."""
    if by_trusted:
        return Path(SignatureAnswer.BAD, None, (CertificateReason.ALTERED,))
    return Path(SignatureAnswer.UNKNOWN_ISSUER, None, (CertificateReason.UNKNOWN_ISSUER,))


def _signed(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    key = issuer.public_key()
    if isinstance(key, RSAPublicKey) and key.key_size not in RSA_BITS:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError, ValueError):
        # The others say that keys of this kind sign no certificates, or that the hash is too weak (SHA-1).
        return False
    return True


def _may_issue(issuer: x509.Certificate, below: int, at: datetime) -> bool:
    """Whether `issuer` is an authority in force that may have `below` authorities under it."""
    constraints = _extension(issuer, x509.BasicConstraints)
    usage = _extension(issuer, x509.KeyUsage)
    return (
        _is_understood(issuer)
        and dates_of(issuer, at) is DatesAnswer.IN_FORCE
        and constraints is not None
        and constraints.ca
        and (constraints.path_length is None or below <= constraints.path_length)
        and (usage is None or usage.key_cert_sign)
    )


def is_authority(certificate: x509.Certificate) -> bool:
    """Return whether `certificate` is an authority's, which is nobody's certificate as a supplier."""
    constraints = _extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _is_understood(certificate: x509.Certificate) -> bool:
    return _UNDERSTOOD.issuperset(_critical(certificate.extensions))


def _critical(extensions: Iterable[x509.Extension[x509.ExtensionType]]) -> list[x509.ObjectIdentifier]:
    return [extension.oid for extension in extensions if extension.critical]


def _extension(certificate: x509.Certificate, kind: type[_Extension]) -> _Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
