"""Refusals of the Directory."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.language import Language
from ledger_client.reverts._base import (
    ACCOUNT,
    CONSIGNEE,
    DIVISION,
    NUMBER,
    NUMBER_64,
    REPLACEMENT_STATUS,
    ROLE,
    SITE,
    SUBJECT,
    TIME,
    RevertError,
    successor_hint,
    who_grants,
)

_GRANT = {"holder": ACCOUNT, "role": ROLE, "division": DIVISION, "subject": SUBJECT}


class GrantMissingError(RevertError):
    """An address has no such grant that acts now."""

    solidity = "DirectoryGrantMissing"
    fields = _GRANT
    en = (
        "{holder} is no {role} at division {division} now: the grant was never made, does not act yet, or is "
        "suspended or revoked; {granters} can grant it"
    )
    zh = "{holder} 目前不是区划 {division} 的{role}：从未授予、尚未生效、被暂停或已撤销；可由{granters}授予"

    def derived(self, language: Language) -> dict[str, str]:
        """Who can grant it."""
        return {"granters": who_grants(self.role, self.division, language)}


class GrantExistsError(RevertError):
    """An address has that grant already."""

    solidity = "DirectoryGrantExists"
    fields = _GRANT
    en = (
        "{holder} is {role} at division {division} already, or will "
        "be when the delay ends; nothing is left to do"
    )
    zh = "{holder} 已是区划 {division} 的{role}，或将在等待期满后生效；无需再授予"


class GrantSuspendedError(RevertError):
    """A grant is suspended by a replacement under way."""

    solidity = "DirectoryGrantSuspended"
    fields = _GRANT
    en = (
        "the grant of {holder} as {role} at division {division} "
        "is suspended while its key is being replaced; "
        "wait for the end of the replacement"
    )
    zh = "{holder} 在区划 {division} 的{role}授权因更换密钥而暂停；请等更换结束"


class GrantActsError(RevertError):
    """A veto came after the grant began to act."""

    solidity = "DirectoryGrantActs"
    fields = {**_GRANT, "from_": TIME}
    en = (
        "the grant of {holder} as {role} at division {division} acts "
        "since {from_}, too late for a veto; revoke it"
    )
    zh = "{holder} 在区划 {division} 的{role}授权已于 {from_} 生效，不能再否决；请撤销"


class OutsideDivisionError(RevertError):
    """An authority acts outside its division."""

    solidity = "DirectoryOutsideDivision"
    fields = {"authority_division": DIVISION, "division": DIVISION}
    en = (
        "an authority of {authority_division} cannot act at {division}, which does not lie in it; "
        "ask an authority of {division} or above it"
    )
    zh = (
        "{authority_division} 的主管无权处理 {division}，后者不在其辖区内；请由 {division} 或其上级的主管办理"
    )


class NotAboveError(RevertError):
    """An authority is not strictly above what it acts on."""

    solidity = "DirectoryNotAbove"
    fields = {"authority_division": DIVISION, "division": DIVISION}
    en = (
        "this needs an authority of a division above {division}, "
        "and {authority_division} is not; ask one level up"
    )
    zh = "此事须由 {division} 上级的主管办理，而 {authority_division} 不是其上级；请向上一级提出"


class ClassTakenError(RevertError):
    """An address belongs for life to another class."""

    solidity = "DirectoryClassTaken"
    fields = {"holder": ACCOUNT, "holder_role": ROLE, "role": ROLE}
    en = (
        "{holder} belongs for life to the class {holder_role} and cannot become {role}; "
        "use another key for the other role"
    )
    zh = "{holder} 终身属于{holder_role}类，不能成为{role}；另一角色请使用另一把密钥"


class ClassConsentMissingError(RevertError):
    """An address without class neither signed for one nor accepted it."""

    solidity = "DirectoryConsentMissing"
    fields = {"holder": ACCOUNT, "role": ROLE}
    en = (
        "{holder} has not consented to the class {role}, which it would keep for life; "
        "its holder signs the consent first"
    )
    zh = "{holder} 尚未同意加入{role}类（终身不变）；请持有人先签署同意"


class RoleNoneError(RevertError):
    """A role or a class is missing."""

    solidity = "DirectoryRoleNone"
    en = "a role must be named: authority, keeper, approver, issuer, supplier or auditor"
    zh = "须指明角色：主管、保管员、审批人、资质签发方、供应商或审计员"


class SubjectInvalidError(RevertError):
    """A role came with a subject that it does not take, or without one that it needs."""

    solidity = "DirectorySubjectInvalid"
    fields = {"role": ROLE, "subject": SUBJECT}
    en = (
        "a grant as {role} was given subject {subject}: an issuer or supplier names for whom it speaks, "
        "the other roles name nobody"
    )
    zh = "{role}授权的对象为 {subject}：签发方和供应商须指明代表谁，其他角色不指明"


class IssuerBelowRootError(RevertError):
    """The role of an issuer was to be granted below the root."""

    solidity = "DirectoryIssuerBelowRoot"
    fields = {"division": DIVISION}
    en = "an issuer is granted at division 0 only, because its word counts everywhere, not at {division}"
    zh = "签发方的意见全国有效，只能在区划 0 授予，不能在 {division} 授予"


class HolderZeroError(RevertError):
    """A holder is the zero address."""

    solidity = "DirectoryHolderZero"
    en = "a grant was to go to the zero address, whose key nobody has; give the holder's address"
    zh = "授权对象为零地址，无人持有其密钥；请填写持有人的地址"


class DivisionMalformedError(RevertError):
    """A division's code has the wrong length."""

    solidity = "DirectoryDivisionMalformed"
    fields = {"division": DIVISION}
    en = "{division} is no division: it has 2, 4, 6, 9 or 12 digits; correct the code"
    zh = "{division} 不是行政区划代码：应为 2、4、6、9 或 12 位；请更正"


class DivisionNotRegisteredError(RevertError):
    """A division was never registered."""

    solidity = "DirectoryDivisionUnknown"
    fields = {"division": DIVISION}
    en = "division {division} is not registered on this ledger; an authority above it registers it first"
    zh = "区划 {division} 未在本账本登记；请先由其上级的主管登记"


class DivisionClosedError(RevertError):
    """A division is closed."""

    solidity = "DirectoryDivisionClosed"
    fields = {"division": DIVISION, "successor": DIVISION}
    en = "division {division} is closed; {hint}"
    zh = "区划 {division} 已关闭；{hint}"

    def derived(self, language: Language) -> dict[str, str]:
        """What took over."""
        return {"hint": successor_hint(self.successor, language, DIVISION.show)}


class DivisionExistsError(RevertError):
    """A division is registered already."""

    solidity = "DirectoryDivisionExists"
    fields = {"division": DIVISION}
    en = "division {division} is registered already; go on with what lies in it"
    zh = "区划 {division} 已登记；请继续办理其下事项"


class SiteMalformedError(RevertError):
    """A site's number is malformed."""

    solidity = "DirectorySiteMalformed"
    fields = {"site": SITE}
    en = (
        "{site} is no site: it has 15 digits, community (12), "
        "storage mode 1 to 5, number 01 to 99; correct it"
    )
    zh = "{site} 不是储备点编号：应为 15 位，社区 12 位、储备方式 1 至 5、序号 01 至 99；请更正"


class DirectorySiteUnknownError(RevertError):
    """A site was never registered."""

    solidity = "DirectorySiteUnknown"
    fields = {"site": SITE}
    en = "site {site} is not registered; an authority of its community or above registers it first"
    zh = "储备点 {site} 未登记；请先由其社区或上级的主管登记"


class DirectorySiteClosedError(RevertError):
    """A site is closed already."""

    solidity = "DirectorySiteClosed"
    fields = {"site": SITE, "successor": SITE}
    en = "site {site} is closed; {hint}"
    zh = "储备点 {site} 已关闭；{hint}"

    def derived(self, language: Language) -> dict[str, str]:
        """What took over."""
        return {"hint": successor_hint(self.successor, language, SITE.show)}


class SiteExistsError(RevertError):
    """A site is registered already."""

    solidity = "DirectorySiteExists"
    fields = {"site": SITE}
    en = "site {site} is registered already; go on with its opening, or choose the next number"
    zh = "储备点 {site} 已登记；请继续办理期初，或使用下一个序号"


class ConsigneeZeroError(RevertError):
    """A consignee has id 0."""

    solidity = "DirectoryConsigneeZero"
    en = "a consignee cannot have id 0; the id is computed from its code"
    zh = "领用单位的编号不能为 0；编号由其代码计算"


class ConsigneeUnknownError(RevertError):
    """A consignee was never registered."""

    solidity = "DirectoryConsigneeUnknown"
    fields = {"consignee": CONSIGNEE}
    en = "consignee {consignee} is not registered; an authority of its division registers it first"
    zh = "领用单位 {consignee} 未登记；请先由其所在区划的主管登记"


class ConsigneeClosedError(RevertError):
    """A consignee is closed."""

    solidity = "DirectoryConsigneeClosed"
    fields = {"consignee": CONSIGNEE}
    en = "consignee {consignee} is closed and receives nothing any more; name another one"
    zh = "领用单位 {consignee} 已关闭，不再领用；请填写其他单位"


class ConsigneeExistsError(RevertError):
    """A consignee is registered already."""

    solidity = "DirectoryConsigneeExists"
    fields = {"consignee": CONSIGNEE}
    en = "consignee {consignee} is registered already; use it"
    zh = "领用单位 {consignee} 已登记；请直接使用"


class DirectoryNameMissingError(RevertError):
    """A registration comes without the digest of its name record."""

    solidity = "DirectoryNameMissing"
    en = "a registration carries the digest of its name record, and it was not given; write the record first"
    zh = "登记须附名称记录的摘要，但未提供；请先建立名称记录"


class SuccessorItselfError(RevertError):
    """Something was to succeed itself."""

    solidity = "DirectorySuccessorItself"
    fields = {"id": NUMBER_64}
    en = "{id} cannot take over from itself; name another successor, or none"
    zh = "{id} 不能由自身接续；请填写其他接续者，或不填"


class CompromiseInFutureError(RevertError):
    """A key is said to be compromised since a time to come."""

    solidity = "DirectoryCompromiseInFuture"
    fields = {"compromised_since": TIME, "recorded_at": TIME}
    en = (
        "a key cannot be compromised since {compromised_since}, after the time of recording {recorded_at}; "
        "correct the time"
    )
    zh = "密钥失窃时间 {compromised_since} 不能晚于记录时间 {recorded_at}；请更正"


class ReplacementSameError(RevertError):
    """A replacement names one address twice."""

    solidity = "DirectoryReplacementSame"
    fields = {"holder": ACCOUNT}
    en = "{holder} cannot replace itself; give the address of the new key"
    zh = "{holder} 不能更换为自身；请填写新密钥的地址"


class ReplacementSizeError(RevertError):
    """A replacement lists no grant or too many."""

    solidity = "DirectoryReplacementSize"
    fields = {"size": NUMBER, "most": NUMBER}
    en = "a replacement moves 1 to {most} grants, and {size} were listed; split it, or list what to move"
    zh = "一次更换可移交 1 至 {most} 项授权，列出了 {size} 项；请分次办理或列明授权"


class ReplacementUnknownError(RevertError):
    """There is no replacement of that number."""

    solidity = "DirectoryReplacementUnknown"
    fields = {"replacement": NUMBER}
    en = "there is no replacement of a key with number {replacement}; look the number up"
    zh = "没有编号为 {replacement} 的密钥更换；请核对编号"


class ReplacementStatusError(RevertError):
    """A replacement is not where this step belongs."""

    solidity = "DirectoryReplacementStatus"
    fields = {"replacement": NUMBER, "status": REPLACEMENT_STATUS}
    en = "replacement {replacement} is {status}, so that this step is not open; look at where it stands"
    zh = "密钥更换 {replacement} {status}，不能进行此步骤；请查看其进展"


class ReplacementTooEarlyError(RevertError):
    """The delay of a replacement is not over."""

    solidity = "DirectoryReplacementTooEarly"
    fields = {"replacement": NUMBER, "from_": TIME}
    en = (
        "replacement {replacement} can be executed from {from_} on, "
        "so that the holder can object; wait until then"
    )
    zh = "密钥更换 {replacement} 自 {from_} 起方可执行，以便持有人提出异议；请等待"


class ObjectionTooLateError(RevertError):
    """The time for an objection is over."""

    solidity = "DirectoryObjectionTooLate"
    fields = {"replacement": NUMBER, "until": TIME}
    en = "replacement {replacement} could be objected to before {until}; ask the authority above now"
    zh = "对密钥更换 {replacement} 的异议应在 {until} 之前提出；现请向上级主管反映"


class NotPartyError(RevertError):
    """Somebody takes a step in a replacement that is not theirs: no party, or a party that would decide."""

    solidity = "DirectoryNotParty"
    fields = {"replacement": NUMBER, "caller": ACCOUNT}
    en = (
        "{caller} may not do this in replacement {replacement}: its parties take each their own step, "
        "and none of them decides; let the one whose step it is do it"
    )
    zh = (
        "{caller} 不能在密钥更换 {replacement} 中执行此步骤：当事各方只办理各自的步骤，且不得自行裁决；"
        "请由该步骤的办理人执行"
    )


class ProposerPowerlessError(RevertError):
    """Who proposed a replacement has lost the grant on which it relied, and nobody above upheld it."""

    solidity = "DirectoryProposerPowerless"
    fields = {"replacement": NUMBER, "proposer": ACCOUNT, "division": DIVISION}
    en = (
        "replacement {replacement} was proposed by {proposer}, which is no authority of {division} any more "
        "or is suspended, and no level above upheld it; revoke the grants that it lists and grant them anew"
    )
    zh = (
        "密钥更换 {replacement} 由 {proposer} 提出，后者已不是 {division} 的主管或被暂停，且上级未予维持；"
        "请撤销所列授权并重新授予"
    )
