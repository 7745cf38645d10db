"""The certificate and the key with which a server answers over HTTPS, looked at before it listens."""

from __future__ import annotations

import ssl
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from ledger_client.errors import UnavailableError, UsageError
from ledger_client.files import read_limited
from ledger_client.language import tr

FILE_LIMIT = 1 << 20
"""Bytes of a file with a chain of certificates, or with a key."""


class TlsCertificateError(UnavailableError):
    """A file holds no certificate."""

    en = "{path} holds no certificate in PEM; give the file with the server's certificate, its own first"
    zh = "{path} 中没有 PEM 格式的证书；请提供服务器证书文件，服务器自身证书置首"


class TlsPeriodError(UnavailableError):
    """A certificate is not valid now."""

    en = "the certificate in {path} is valid from {from_} to {until}, and it is {now}; get one that is valid"
    zh = "{path} 中的证书有效期为 {from_} 至 {until}，现在是 {now}；请更换有效的证书"


class TlsNamesError(UnavailableError):
    """A certificate is for no name."""

    en = "the certificate in {path} names no host (subjectAltName); get one for the name of this server"
    zh = "{path} 中的证书未载明主机名（subjectAltName）；请申请载有本服务器名称的证书"


class TlsKeyError(UnavailableError):
    """A file holds no key that can be used."""

    en = "{path} holds no private key in PEM that can be used ({reason}); give one without a passphrase"
    zh = "{path} 中没有可用的 PEM 格式私钥（{reason}）；请提供未加口令的私钥"


class TlsKeyModeError(UsageError):
    """Others may read a key."""

    en = "{path} may be read by others than its owner (mode {mode}); set it to 0600 first"
    zh = "{path} 可被他人读取（权限 {mode}）；请先改为 0600"


class TlsKeyOtherError(UnavailableError):
    """A key is not that of the certificate."""

    en = "the key in {key} is not the one of the certificate in {path}; give the two that belong together"
    zh = "{key} 中的私钥与 {path} 中的证书不匹配；请提供配套的证书和私钥"


class TlsRefusedError(UnavailableError):
    """OpenSSL does not take a certificate."""

    en = "the certificate in {path} cannot be used ({reason}); get another one"
    zh = "{path} 中的证书无法使用（{reason}）；请更换证书"


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """A certificate with its key, which was valid when it was looked at.

    Attributes:
        context: What a listener answers with, TLS 1.2 or newer.
        names: For which host names and addresses it is, in its own order.
    """

    context: ssl.SSLContext
    names: tuple[str, ...]

    @classmethod
    def load(cls, path: Path, key: Path, *, now: datetime | None = None) -> Self:
        """Read a certificate with what certifies it, and its key.

        Args:
            path: PEM, the server's own certificate first.
            key: PEM, without a passphrase, for its owner alone.
            now: The time at which it has to be valid; now.

        Raises:
            FileUnavailableError: A file cannot be read.
            FileSizeError: One is larger than such a file may be.
            TlsCertificateError: The first holds no certificate.
            TlsPeriodError: It is not valid yet or any more.
            TlsNamesError: It is for no name.
            TlsKeyError: The second holds no key.
            TlsKeyModeError: Others may read the key.
            TlsKeyOtherError: The two do not belong together.
            TlsRefusedError: OpenSSL does not take them.
        """
        certificate = _certificate(path)
        _require_valid(path, certificate, now or datetime.now(UTC))
        names = _names(path, certificate)
        _require_own(path, certificate, key)
        return cls(_context(path, key), names)


def _certificate(path: Path) -> x509.Certificate:
    content = read_limited(path, FILE_LIMIT)
    try:
        first, *_ = x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise TlsCertificateError(path=path) from error
    return first


def _require_valid(path: Path, certificate: x509.Certificate, now: datetime) -> None:
    from_, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not from_ <= now <= until:
        times = {"from_": from_, "until": until, "now": now}
        raise TlsPeriodError(path=path, **{name: f"{time:%Y-%m-%dT%H:%MZ}" for name, time in times.items()})


def _names(path: Path, certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        raise TlsNamesError(path=path) from None
    hosts = [name.lower() for name in found.get_values_for_type(x509.DNSName)]
    addresses = [str(address) for address in found.get_values_for_type(x509.IPAddress)]
    if not (hosts or addresses):
        raise TlsNamesError(path=path)
    return (*hosts, *addresses)


def _require_own(path: Path, certificate: x509.Certificate, key: Path) -> None:
    content = read_limited(key, FILE_LIMIT)
    mode = stat.S_IMODE(key.stat().st_mode)
    if mode & 0o077:
        raise TlsKeyModeError(path=key, mode=f"{mode:04o}")
    try:
        own = load_pem_private_key(content, None).public_key()
    except TypeError as error:
        raise TlsKeyError(path=key, reason=tr("it is under a passphrase", "已加口令")) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TlsKeyError(path=key, reason=tr("no key was found", "未找到私钥")) from error
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    try:
        certified = certificate.public_key().public_bytes(*form)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise TlsCertificateError(path=path) from error
    if own.public_bytes(*form) != certified:
        raise TlsKeyOtherError(path=path, key=key)


def _context(path: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(path, key)
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
        raise TlsRefusedError(path=path, reason=reason) from error
    return context
