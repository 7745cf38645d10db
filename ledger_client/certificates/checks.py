"""The two checks: an X.509 certificate, and a file with a detached signature."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger_client.certificates.answers import (
    CertificateCheck,
    CertificateReason,
    DatesAnswer,
    SignatureAnswer,
    SubjectAnswer,
)
from ledger_client.certificates.chain import CHAIN_LIMIT, dates_of, find_path, is_authority
from ledger_client.certificates.issuers import PARSE_ERRORS, TrustedIssuers
from ledger_client.certificates.subjects import answer_of_subject

X509_LIMIT = 65_536  # bytes of an X.509 file with its intermediates
SIGNED_FILE_LIMIT = 16 * 2**20  # bytes of a file with a detached signature, such as a scanned certificate

_DATE_REASONS = {
    DatesAnswer.EXPIRED: CertificateReason.EXPIRED,
    DatesAnswer.NOT_YET_VALID: CertificateReason.NOT_YET_VALID,
}


def check_x509(
    content: bytes,
    issuers: TrustedIssuers,
    *,
    supplier: str,
    at: datetime,
    known_digest: bytes | None = None,
) -> CertificateCheck:
    """Check an X.509 certificate.

    Args:
        content: The file, PEM or DER; its first certificate is the supplier's, others are intermediates.
        issuers: Whom to trust.
        supplier: USCC or LEI, in its plain form, of the supplier that it should be made out to.
        at: The time asked for, with a time zone.
        known_digest: SHA-256 that the file should have, where a qualification names it already.

    Returns:
        Every answer; a file that cannot be read is one, not an exception.

    Raises:
        ValueError: `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    digest = hashlib.sha256(content).digest()
    try:
        check = _check_certificates(digest, _load(content), issuers, supplier, at)
    except PARSE_ERRORS:
        check = _unreadable(digest)
    return _compared(check, known_digest)


def check_signed_file(
    content: bytes,
    signature: bytes,
    signer: Ed25519PublicKey,
    issuers: TrustedIssuers,
    *,
    known_digest: bytes | None = None,
) -> CertificateCheck:
    """Check a detached Ed25519 signature over a file, whose dates and subject are not read.

    Args:
        content: The file.
        signature: 64 bytes.
        signer: The key that is said to have signed; it counts only when `issuers` trust it.
        issuers: Whom to trust.
        known_digest: SHA-256 that the file should have, where a qualification names it already.
    """
    digest = hashlib.sha256(content).digest()
    if not content or len(content) > SIGNED_FILE_LIMIT or len(signature) != 64:
        return _compared(_unreadable(digest), known_digest)
    fingerprint = hashlib.sha256(signer.public_bytes_raw()).hexdigest()
    if signer not in issuers.keys:
        answer, reasons = SignatureAnswer.UNKNOWN_ISSUER, (CertificateReason.UNKNOWN_ISSUER,)
    elif not _is_signed_by(signer, signature, content):
        answer, reasons = SignatureAnswer.BAD, (CertificateReason.ALTERED,)
    else:
        return _compared(_undated(digest, SignatureAnswer.GOOD, f"Ed25519 {fingerprint}", ()), known_digest)
    return _compared(_undated(digest, answer, None, reasons), known_digest)


def _load(content: bytes) -> list[x509.Certificate]:
    """Return the certificates of a file within the limits, the supplier's first.

    Raises:
        ValueError: It is no certificate, or too many bytes or certificates.
    """
    if len(content) > X509_LIMIT or content.count(b"-----BEGIN") > CHAIN_LIMIT:
        raise ValueError("larger than certificates are")
    is_pem = b"-----BEGIN" in content
    found = x509.load_pem_x509_certificates(content) if is_pem else [x509.load_der_x509_certificate(content)]
    if any(certificate.serial_number <= 0 for certificate in found):
        raise ValueError("a serial number that RFC 5280 does not allow")
    return found


def _check_certificates(
    digest: bytes, found: list[x509.Certificate], issuers: TrustedIssuers, supplier: str, at: datetime
) -> CertificateCheck:
    leaf = found[0]
    path = find_path(leaf, found[1:], issuers.certificates, at)
    dates = dates_of(leaf, at)
    subject = SubjectAnswer.FOREIGN if is_authority(leaf) else answer_of_subject(leaf, supplier)
    reasons = list(path.reasons)
    if dates in _DATE_REASONS:
        reasons.append(_DATE_REASONS[dates])
    if subject is SubjectAnswer.FOREIGN:
        reasons.append(CertificateReason.FOREIGN)
    return CertificateCheck(
        digest=digest,
        signature=path.signature,
        issuer=None if path.trusted is None else path.trusted.subject.rfc4514_string(),
        dates=dates,
        not_before=leaf.not_valid_before_utc,
        not_after=leaf.not_valid_after_utc,
        subject=subject,
        reasons=tuple(reasons),
    )


def _is_signed_by(key: Ed25519PublicKey, signature: bytes, content: bytes) -> bool:
    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _unreadable(digest: bytes) -> CertificateCheck:
    return _undated(digest, SignatureAnswer.UNREADABLE, None, (CertificateReason.UNREADABLE,))


def _undated(
    digest: bytes, signature: SignatureAnswer, issuer: str | None, reasons: tuple[CertificateReason, ...]
) -> CertificateCheck:
    return CertificateCheck(
        digest=digest,
        signature=signature,
        issuer=issuer,
        dates=DatesAnswer.NOT_STATED,
        not_before=None,
        not_after=None,
        subject=SubjectAnswer.NOT_STATED,
        reasons=reasons,
    )


def _compared(check: CertificateCheck, known_digest: bytes | None) -> CertificateCheck:
    """Add that the file is another one than the one known, unless that was found already."""
    if known_digest in (None, check.digest) or CertificateReason.ALTERED in check.reasons:
        return check
    return replace(check, reasons=(CertificateReason.ALTERED, *check.reasons))
