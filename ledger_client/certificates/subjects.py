"""Whom a certificate is made out to: the USCC or LEI in its subject."""

from __future__ import annotations

import re
import unicodedata

from cryptography import x509
from cryptography.x509.oid import NameOID

from ledger_client.certificates.answers import SubjectAnswer
from ledger_client.errors import UsageError
from ledger_client.identifiers import parse_lei, parse_uscc

_FIELDS = frozenset(
    {
        NameOID.ORGANIZATION_IDENTIFIER,  # ETSI EN 319 412-1: a prefix such as VATCN- before the code
        NameOID.SERIAL_NUMBER,
        NameOID.USER_ID,
        NameOID.ORGANIZATIONAL_UNIT_NAME,
        NameOID.COMMON_NAME,
    }
)
_CODE = re.compile(r"(?<![0-9A-Z])(?:[0-9A-Z]{20}|[0-9A-Z]{18})(?![0-9A-Z])")


def answer_of_subject(certificate: x509.Certificate, supplier: str) -> SubjectAnswer:
    """Return whether the subject of `certificate` names `supplier`, a USCC or LEI in its plain form."""
    codes = {
        code
        for attribute in certificate.subject
        if attribute.oid in _FIELDS
        for code in _codes_in(str(attribute.value))
    }
    if not codes:
        return SubjectAnswer.NOT_STATED
    return SubjectAnswer.MATCHES if supplier in codes else SubjectAnswer.FOREIGN


def _codes_in(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text).upper()
    return {code for code in _CODE.findall(plain) if _is_code(code)}


def _is_code(text: str) -> bool:
    try:
        parse_uscc(text) if len(text) == 18 else parse_lei(text)
    except UsageError:
        return False
    return True
