"""Suppliers' certificates: what a file proves, before a qualification is issued on it.

Two forms are read: an X.509 certificate (PEM or DER, a PEM file may hold intermediates) and any file with a
detached Ed25519 signature over its bytes. Whom to trust is the caller's to say; nothing is downloaded, and
the system's trust store is not asked. Digest, signature, dates and subject are separate answers::

    check = check_x509(content, issuers, supplier="91110000600037341L", at=now)
    check.digest.hex(); check.signature; check.dates; check.subject; check.reasons
    check.require()      # raises CertificateRefusedError with every reason

Revocation is not read from lists: a qualification is revoked on chain.
"""

from ledger_client.certificates.answers import (
    CertificateCheck,
    CertificateReason,
    CertificateRefusedError,
    DatesAnswer,
    SignatureAnswer,
    SubjectAnswer,
)
from ledger_client.certificates.checks import (
    SIGNED_FILE_LIMIT,
    X509_LIMIT,
    check_signed_file,
    check_x509,
)
from ledger_client.certificates.issuers import IssuersUnreadableError, TrustedIssuers

__all__ = [
    "SIGNED_FILE_LIMIT",
    "X509_LIMIT",
    "CertificateCheck",
    "CertificateReason",
    "CertificateRefusedError",
    "DatesAnswer",
    "IssuersUnreadableError",
    "SignatureAnswer",
    "SubjectAnswer",
    "TrustedIssuers",
    "check_signed_file",
    "check_x509",
]
