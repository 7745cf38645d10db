"""Whom the caller trusts to issue certificates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from ledger_client.errors import UsageError

PARSE_ERRORS = (
    ValueError,
    TypeError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    UnsupportedAlgorithm,
)
"""What `cryptography` raises over bytes that are no certificate or key, or a strange one."""

_PUBLIC_KEY = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)


class IssuersUnreadableError(UsageError):
    """The issuers to trust cannot be read."""

    en = "the file of issuers holds no PEM certificate or Ed25519 public key: {reason}"
    zh = "颁发机构文件中没有 PEM 证书或 Ed25519 公钥：{reason}"


@dataclass(frozen=True, slots=True)
class TrustedIssuers:
    """Whom the caller trusts to issue certificates.

    Attributes:
        certificates: Certificates of authorities, roots or not.
        keys: Ed25519 keys of those who sign files.
    """

    certificates: tuple[x509.Certificate, ...] = ()
    keys: tuple[Ed25519PublicKey, ...] = ()

    @classmethod
    def from_pem(cls, content: bytes) -> TrustedIssuers:
        """Read certificates and Ed25519 public keys from the blocks of a PEM file.

        Raises:
            IssuersUnreadableError: There is none, or one of another kind.
        """
        try:
            certificates = x509.load_pem_x509_certificates(content) if b"BEGIN CERT" in content else []
            keys = [serialization.load_pem_public_key(block) for block in _PUBLIC_KEY.findall(content)]
        except PARSE_ERRORS as error:
            raise IssuersUnreadableError(reason=error) from error
        fitting = tuple(key for key in keys if isinstance(key, Ed25519PublicKey))
        if len(fitting) < len(keys) or not (certificates or keys):
            raise IssuersUnreadableError(
                reason="no block of these kinds" if not keys else "another kind of key"
            )
        return cls(tuple(certificates), fitting)
