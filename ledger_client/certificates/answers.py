"""The answers that a check of a certificate gives, each for itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from ledger_client.errors import RefusedError
from ledger_client.language import tr


class SignatureAnswer(Enum):
    """Whether a trusted issuer signed the file."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN_ISSUER = "unknown issuer"
    UNREADABLE = "unreadable"


class SubjectAnswer(Enum):
    """Whether the file names the supplier."""

    MATCHES = "matches"
    FOREIGN = "foreign"
    NOT_STATED = "not stated"


class DatesAnswer(Enum):
    """Whether the file is in force at the time asked for."""

    IN_FORCE = "in force"
    NOT_YET_VALID = "not yet valid"
    EXPIRED = "expired"
    NOT_STATED = "not stated"


class CertificateReason(Enum):
    """Why no qualification may be issued on a file."""

    ALTERED = "altered"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    FOREIGN = "foreign"
    UNKNOWN_ISSUER = "unknown issuer"
    ISSUER_UNFIT = "issuer unfit"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The reason in the language in force."""
        return tr(*_REASON_LABELS[self])


_REASON_LABELS = {
    CertificateReason.ALTERED: ("altered after it was signed, or signed by nobody", "签名后被改动或签名无效"),
    CertificateReason.EXPIRED: ("expired", "已过期"),
    CertificateReason.NOT_YET_VALID: ("not yet valid", "尚未生效"),
    CertificateReason.FOREIGN: ("made out to somebody else", "并非颁发给该供应商"),
    CertificateReason.UNKNOWN_ISSUER: ("from an issuer that is not trusted here", "颁发机构未受信任"),
    CertificateReason.ISSUER_UNFIT: (
        "from an issuer whose own certificate is not in force or does not let it issue",
        "颁发机构自身证书无效或无权颁发",
    ),
    CertificateReason.UNREADABLE: ("not readable as a certificate", "无法识别为证书"),
}


class CertificateRefusedError(RefusedError):
    """No qualification may be issued on a certificate."""

    en = "the certificate with SHA-256 {digest} is {reasons_en}; ask the supplier for a valid one"
    zh = "SHA-256 为 {digest} 的证书不可用：{reasons_zh}；请向供应商索取有效证书"


@dataclass(frozen=True, slots=True)
class CertificateCheck:
    """What a file proves; each answer stands for itself.

    Attributes:
        digest: SHA-256 of the file's bytes, as a qualification carries it.
        signature: Whether a trusted issuer signed it.
        issuer: Who signed it, when the signature is good: a distinguished name, or a key's fingerprint.
        dates: Whether it is in force at the time asked for.
        not_before: From when, in UTC; None when not stated.
        not_after: Until when, in UTC; None when not stated.
        subject: Whether it names the supplier; `NOT_STATED` when it holds no USCC or LEI.
        reasons: Why no qualification may be issued on it; empty when nothing speaks against it.
    """

    digest: bytes
    signature: SignatureAnswer
    issuer: str | None
    dates: DatesAnswer
    not_before: datetime | None
    not_after: datetime | None
    subject: SubjectAnswer
    reasons: tuple[CertificateReason, ...]

    @property
    def is_green(self) -> bool:
        """Whether a trusted issuer signed it and nothing speaks against it."""
        return self.signature is SignatureAnswer.GOOD and not self.reasons

    def require(self) -> None:
        """Do nothing when it is green.

        Raises:
            CertificateRefusedError: With every reason.
        """
        if not self.is_green:
            raise CertificateRefusedError(
                digest=self.digest.hex(),
                reasons=self.reasons,
                reasons_en=", ".join(_REASON_LABELS[reason][0] for reason in self.reasons),
                reasons_zh="、".join(_REASON_LABELS[reason][1] for reason in self.reasons),
            )
