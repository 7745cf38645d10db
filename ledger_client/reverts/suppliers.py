"""Refusals of the SupplierRegistry."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.reverts._base import (
    CATEGORY,
    DIGEST,
    ENTRY_KIND,
    ISSUER,
    NUMBER,
    NUMBER_8,
    QUALIFICATION,
    ROLE,
    STATUS,
    SUPPLIER,
    TIME,
    RevertError,
)


class SupplierIdZeroError(RevertError):
    """A supplier or an issuer has id 0."""

    solidity = "SupplierRegistryIdZero"
    en = "a supplier or issuer cannot have id 0; the id is computed from its USCC or LEI"
    zh = "供应商或签发方的编号不能为 0；编号由统一社会信用代码或 LEI 计算"


class SupplierNameMissingError(RevertError):
    """A supplier or an issuer comes without the digest of its name record."""

    solidity = "SupplierRegistryNameMissing"
    en = "a supplier or issuer is registered with the digest of its name record; write the record first"
    zh = "登记供应商或签发方须附名称记录的摘要；请先建立名称记录"


class SupplierExistsError(RevertError):
    """A supplier is registered already."""

    solidity = "SupplierRegistrySupplierExists"
    fields = {"supplier": SUPPLIER}
    en = "supplier {supplier} is registered already; go on with its qualifications"
    zh = "供应商 {supplier} 已登记；请直接办理其资质"


class SupplierUnknownError(RevertError):
    """A supplier was never registered."""

    solidity = "SupplierRegistrySupplierUnknown"
    fields = {"supplier": SUPPLIER}
    en = "supplier {supplier} is not registered; any authority registers it, then it can be qualified"
    zh = "供应商 {supplier} 未登记；请先由任一主管登记，再办理资质"


class IssuerExistsError(RevertError):
    """An issuer is registered already."""

    solidity = "SupplierRegistryIssuerExists"
    fields = {"issuer": ISSUER}
    en = "issuer {issuer} is registered already; go on with its accreditation"
    zh = "签发方 {issuer} 已登记；请直接办理其认可"


class IssuerUnknownError(RevertError):
    """An issuer was never registered."""

    solidity = "SupplierRegistryIssuerUnknown"
    fields = {"issuer": ISSUER}
    en = "issuer {issuer} is not registered; an authority of the country (0) registers it first"
    zh = "签发方 {issuer} 未登记；请先由全国（0）的主管登记"


class CategoryZeroError(RevertError):
    """A category is 0, which says that no qualification is needed."""

    solidity = "SupplierRegistryCategoryZero"
    en = "category 0 means that goods need no qualification, so nobody is qualified for it; name a category"
    zh = "类别 0 表示无需资质，不能就其办理资质；请填写类别"


class AccreditationExistsError(RevertError):
    """An issuer was accredited for a category before."""

    solidity = "SupplierRegistryAccreditationExists"
    fields = {"issuer": ISSUER, "category": CATEGORY}
    en = "issuer {issuer} was accredited for category {category} before; renew or reinstate it"
    zh = "签发方 {issuer} 曾获类别 {category} 的认可；请办理续期或恢复"


class AccreditationUnknownError(RevertError):
    """An issuer was never accredited for a category."""

    solidity = "SupplierRegistryAccreditationUnknown"
    fields = {"issuer": ISSUER, "category": CATEGORY}
    en = (
        "issuer {issuer} was never accredited for category "
        "{category}; an authority of the country (0) does it"
    )
    zh = "签发方 {issuer} 从未获得类别 {category} 的认可；由全国（0）的主管认可"


class NotAccreditedError(RevertError):
    """An issuer is not accredited for a category now."""

    solidity = "SupplierRegistryNotAccredited"
    fields = {"issuer": ISSUER, "category": CATEGORY, "status": STATUS}
    en = (
        "issuer {issuer} may not speak for category {category} now: its accreditation is {status}; "
        "an authority of the country (0) can accredit, renew or reinstate it"
    )
    zh = (
        "签发方 {issuer} 目前无权就类别 {category} 出具意见："
        "其认可{status}；可由全国（0）的主管认可、续期或恢复"
    )


class QualificationExistsError(RevertError):
    """A qualification was issued before."""

    solidity = "SupplierRegistryQualificationExists"
    fields = {"qualification": QUALIFICATION}
    en = "qualification {qualification} was issued on this certificate before; renew or reinstate it"
    zh = "凭该证书的资质 {qualification} 已签发过；请办理续期或恢复"


class QualificationUnknownError(RevertError):
    """A qualification was never issued."""

    solidity = "SupplierRegistryQualificationUnknown"
    fields = {"qualification": QUALIFICATION}
    en = (
        "qualification {qualification} was never issued; leave it "
        "out and the goods go to held, or ask the issuer"
    )
    zh = "资质 {qualification} 从未签发；可不填写（货物将暂扣），或向签发方查询"


class QualificationForeignError(RevertError):
    """A qualification belongs to another supplier."""

    solidity = "SupplierRegistryQualificationForeign"
    fields = {"qualification": QUALIFICATION, "supplier": SUPPLIER, "owner": SUPPLIER}
    en = (
        "qualification {qualification} belongs to supplier {owner}, not to {supplier}, who delivered; "
        "name one of the supplier's own, or none and the goods go to held"
    )
    zh = (
        "资质 {qualification} 属于供应商 {owner}，而非供货的 {supplier}；"
        "请填写该供应商自己的资质，或不填（货物将暂扣）"
    )


class CertificateMissingError(RevertError):
    """A qualification comes without the digest of its certificate."""

    solidity = "SupplierRegistryCertificateMissing"
    en = "a qualification stands on a certificate, and its digest was not given; name the certificate's file"
    zh = "资质须以证书为据，但未提供证书摘要；请指明证书文件"


class CertificateUsedError(RevertError):
    """A certificate already stands for the qualification of another supplier or issuer."""

    solidity = "SupplierRegistryCertificateUsed"
    fields = {"certificate_digest": DIGEST, "qualification": QUALIFICATION}
    en = (
        "certificate {certificate_digest} already stands for "
        "qualification {qualification} of another supplier or "
        "issuer; a certificate speaks for one supplier, check whose it is"
    )
    zh = (
        "证书 {certificate_digest} 已用于其他供应商或签发方的资质 "
        "{qualification}；一份证书只对应一个供应商，请核实"
    )


class GradeInvalidError(RevertError):
    """A grade is none of A to D."""

    solidity = "SupplierRegistryGradeInvalid"
    fields = {"grade": NUMBER_8}
    en = "{grade} is no grade: it is 1 (A), 2 (B), 3 (C) or 4 (D)"
    zh = "{grade} 不是等级：应为 1（A）、2（B）、3（C）或 4（D）"


class IntervalInvalidError(RevertError):
    """A validity ends too early."""

    solidity = "SupplierRegistryIntervalInvalid"
    fields = {"from_": TIME, "until": TIME, "earliest": TIME}
    en = "a validity from {from_} cannot end at {until}: it ends after its beginning and after {earliest}"
    zh = "自 {from_} 起的有效期不能止于 {until}：应晚于起始时间且晚于 {earliest}"


class EffectInFutureError(RevertError):
    """A suspension or revocation was to take effect in the future."""

    solidity = "SupplierRegistryEffectInFuture"
    fields = {"effective_at": TIME, "recorded_at": TIME}
    en = "it cannot take effect at {effective_at}, after the time of recording {recorded_at}; record it then"
    zh = "生效时间 {effective_at} 晚于记录时间 {recorded_at}；请届时再记录"


class EntryRefusedError(RevertError):
    """A history ends in an entry after which the new one makes no sense."""

    solidity = "SupplierRegistryEntryRefused"
    fields = {"last": ENTRY_KIND, "kind": ENTRY_KIND}
    en = "after '{last}' there can be no '{kind}'; look at the history first (revoked is final)"
    zh = "“{last}”之后不能“{kind}”；请先查看历史（撤销后不可恢复）"


class ReinstatementForeignError(RevertError):
    """A suspension is lifted in the role in which it was recorded."""

    solidity = "SupplierRegistryReinstatementForeign"
    fields = {"role": ROLE}
    en = "it was suspended in the role of {role}, and only that role can reinstate it; ask there"
    zh = "该暂停由{role}作出，只能由同一角色恢复；请向其提出"


class HistoryFullError(RevertError):
    """A history has no place for more entries."""

    solidity = "SupplierRegistryHistoryFull"
    fields = {"entries": NUMBER}
    en = (
        "the history has {entries} entries, the most but one for "
        "a revocation; issue a new qualification instead"
    )
    zh = "历史已有 {entries} 条，仅余的一条留给撤销；请另行签发新资质"


class EntriesUnknownError(RevertError):
    """More entries were asked for than a history has."""

    solidity = "SupplierRegistryEntriesUnknown"
    fields = {"known": NUMBER, "entries": NUMBER}
    en = "the history has {entries} entries, {known} were asked for; ask for at most {entries}"
    zh = "历史只有 {entries} 条，却查询了 {known} 条；最多查询 {entries} 条"
