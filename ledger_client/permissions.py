"""What each role may do (权力清单): role × function, as the contracts allow it.

A test holds `PERMISSIONS` equal to what they allow, function by function. A permission counts where the grant
lies, and below; `where` says how far.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger_client.language import tr
from ledger_client.roles import Role


class Where(Enum):
    """Where a grant must lie for a permission."""

    HERE = "here"
    ABOVE = "above"
    COUNTRY = "country"
    ANYWHERE = "anywhere"
    OVER_BOTH = "over both"
    FROM_STREET = "from the street up"
    EITHER = "either site"
    IN_TURN = "in turn"

    @property
    def texts(self) -> tuple[str, str]:
        """The place in English and Chinese."""
        return _PLACES[self]

    @property
    def label(self) -> str:
        """The place in the language in force."""
        return tr(*self.texts)


_PLACES = {
    Where.HERE: ("in its division and below", "所授区划及其下级"),
    Where.ABOVE: ("strictly below its division", "所授区划的下级"),
    Where.COUNTRY: ("as a grant at division 0", "全国（0）授权"),
    Where.ANYWHERE: ("wherever its grant lies", "任一区划"),
    Where.OVER_BOTH: ("where its division contains both sites", "所授区划同时包含双方储备点"),
    Where.FROM_STREET: (
        "in its division and below, which is a street or above",
        "所授区划及其下级（所授区划须为街道或以上）",
    ),
    Where.EITHER: ("where its division contains either site", "所授区划包含任一方储备点"),
    Where.IN_TURN: (
        "at exactly the lowest division over both sites that is no community; later also at those above it, "
        "each in its turn",
        "恰为同时包含双方储备点的最低一级区划（社区除外）；期限届满后依次为其各上级",
    ),
}


class Part(Enum):
    """What a role does in a function: it sends the transaction, or consents to it."""

    SENDS = "sends"
    CONSENTS = "consents"

    @property
    def label(self) -> str:
        """The part in the language in force."""
        return tr("alone or first", "发起") if self is Part.SENDS else tr("as co-signer", "会签")


@dataclass(frozen=True, slots=True)
class Permission:
    """What a role may do.

    Attributes:
        role: Whose.
        functions: Functions of the contracts, by their names there.
        where: Where the grant must lie.
        en: For people, in English.
        zh: For people, in Chinese.
        part: Whether it sends the transaction or consents.
    """

    role: Role
    functions: tuple[str, ...]
    where: Where
    en: str
    zh: str
    part: Part = Part.SENDS

    @property
    def label(self) -> str:
        """The permission in the language in force."""
        return tr(self.en, self.zh)


_A, _K, _P = Role.AUTHORITY, Role.KEEPER, Role.APPROVER

PERMISSIONS: tuple[Permission, ...] = (
    Permission(_A, ("registerDivision",), Where.HERE, "register divisions", "登记行政区划"),
    Permission(_A, ("closeDivision",), Where.ABOVE, "close divisions", "关闭行政区划"),
    Permission(_A, ("registerSite", "closeSite"), Where.HERE, "register and close sites", "登记、关闭储备点"),
    Permission(
        _A,
        ("registerConsignee", "closeConsignee"),
        Where.HERE,
        "register and close consignees",
        "登记、关闭领用单位",
    ),
    Permission(
        _A,
        ("grant", "revoke"),
        Where.HERE,
        "grant and revoke roles; an authority's strictly below, an issuer's at division 0",
        "授予、撤销角色（主管仅限下级；签发方仅限全国）",
    ),
    Permission(_A, ("veto",), Where.ABOVE, "veto a grant before it acts", "在授权生效前否决"),
    Permission(_A, ("proposeReplacement",), Where.HERE, "move grants to a new key", "提出更换密钥"),
    Permission(
        _A, ("decideReplacement",), Where.ABOVE, "decide on objections of key holders", "裁决密钥更换异议"
    ),
    Permission(_A, ("registerSupplier",), Where.ANYWHERE, "register suppliers", "登记供应商"),
    Permission(_A, ("registerIssuer",), Where.COUNTRY, "register issuers", "登记资质签发方"),
    Permission(
        _A,
        (
            "accredit",
            "renewAccreditation",
            "suspendAccreditation",
            "reinstateAccreditation",
            "revokeAccreditation",
        ),
        Where.COUNTRY,
        "accredit issuers, suspend and end it",
        "认可、暂停、撤销签发方资格",
    ),
    Permission(
        _A,
        ("suspendQualification", "reinstateQualification", "revokeQualification"),
        Where.COUNTRY,
        "suspend, reinstate and revoke qualifications",
        "暂停、恢复、撤销供应商资质",
    ),
    Permission(
        _A, ("registerItem", "setFactor"), Where.COUNTRY, "register items and factors", "登记物品与换算"
    ),
    Permission(_A, ("recall", "lift"), Where.COUNTRY, "recall lots everywhere", "全面召回批次及解除"),
    Permission(
        _A,
        ("setFloors", "setCycles"),
        Where.FROM_STREET,
        "set what sites must keep and how often they count",
        "设定储备点的保底量和盘点周期",
    ),
    Permission(
        _A,
        ("setTerms",),
        Where.FROM_STREET,
        "set on which terms a storage mode gives",
        "设定各储备方式的调用条件",
    ),
    Permission(
        _A,
        ("declareEmergency", "endEmergency"),
        Where.HERE,
        "declare emergencies for 30 days at most, and end them; declared again only from above",
        "宣布（最长 30 日）、结束应急状态；再次宣布须由上级",
    ),
    Permission(_K, ("open",), Where.HERE, "record a site's opening", "记录期初"),
    Permission(_K, ("receiveGoods",), Where.HERE, "record receipts", "记录收货"),
    Permission(_K, ("issue",), Where.HERE, "issue to consignees", "发放给领用单位"),
    Permission(_K, ("handOver",), Where.HERE, "hand goods over to another site", "交接至其他储备点"),
    Permission(_K, ("dispatch",), Where.HERE, "dispatch goods to another site", "发运至其他储备点"),
    Permission(
        _K, ("accept", "contest"), Where.HERE, "accept or contest what is to arrive", "验收到货或提出异议"
    ),
    Permission(
        _K,
        ("returnConsignment", "acceptReturn"),
        Where.HERE,
        "take back what comes back or was never answered",
        "接收退回或无人答复的货物",
    ),
    Permission(_K, ("count",), Where.HERE, "record counts", "记录盘点"),
    Permission(_K, ("writeOff", "repack"), Where.HERE, "write off and repack", "核销与换装"),
    Permission(_K, ("reverse",), Where.HERE, "reverse a document, once", "冲销单据（仅一次）"),
    Permission(
        _K,
        ("handOver", "count", "reverse"),
        Where.HERE,
        "sign hand-overs in, counts of a colleague, and their reversal",
        "会签接收交接、同事的盘点及其冲销",
        Part.CONSENTS,
    ),
    Permission(
        _K,
        ("request", "withdrawRequest"),
        Where.HERE,
        "ask for goods for a site, and withdraw that",
        "为储备点申请物资、撤回申请",
    ),
    Permission(
        _K,
        ("propose", "withdraw"),
        Where.EITHER,
        "propose what a site gives another, and withdraw that",
        "提出、撤回调剂方案",
    ),
    Permission(
        _P,
        ("approve", "approveWithConsent", "reject", "withdraw"),
        Where.IN_TURN,
        "approve, reject and withdraw proposals",
        "批准、驳回、撤回调剂方案",
    ),
    Permission(_P, ("hold", "release"), Where.HERE, "hold and release lots at a site", "暂扣、放行批次"),
    Permission(
        _P, ("settle",), Where.OVER_BOTH, "settle what is missing of a consignment", "处理在途单的差异"
    ),
    Permission(
        _P,
        ("open", "returnConsignment", "writeOff", "repack", "reverse"),
        Where.HERE,
        "approve openings, returns, write-offs, repacks and reversals",
        "审批期初、退回、核销、换装与冲销",
        Part.CONSENTS,
    ),
    Permission(
        _P,
        ("receiveGoods", "issue", "accept", "contest", "acceptReturn", "count"),
        Where.HERE,
        "approve what is recorded late, and gains of a count",
        "审批补录单据及盘盈",
        Part.CONSENTS,
    ),
    Permission(
        _P,
        ("handOver", "dispatch"),
        Where.OVER_BOTH,
        "approve goods that leave the district, or are recorded late",
        "审批跨区县的交接、发运及补录",
        Part.CONSENTS,
    ),
    Permission(
        Role.ISSUER,
        (
            "issueQualification",
            "renewQualification",
            "suspendQualification",
            "reinstateQualification",
            "revokeQualification",
        ),
        Where.COUNTRY,
        "issue, renew, suspend, reinstate and revoke its own qualifications",
        "签发、续期、暂停、恢复、撤销本机构的资质",
    ),
    Permission(
        Role.ISSUER, ("recall", "lift"), Where.COUNTRY, "recall lots of its categories", "召回所属类别的批次"
    ),
    Permission(
        Role.SUPPLIER,
        ("receiveGoods",),
        Where.HERE,
        "sign for its own deliveries",
        "为本单位的交货签名",
        Part.CONSENTS,
    ),
)
"""Role × function, as the contracts allow it. `acceptClass`, `objectToReplacement` and `executeReplacement`
belong to whoever holds the key in question; `proveCount`, `expire`, `show` and `showReversed` to anybody; an
auditor reads, and reading needs no grant."""


def permissions_of(role: Role) -> list[Permission]:
    """Return what a role may do."""
    return [each for each in PERMISSIONS if each.role is role]
