"""Refusals of Reallocation about requests, proposals and decisions; those about deliveries: `deliveries`."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.allocation import LINES_MOST, ProposalState, Refusal
from ledger_client.language import Language
from ledger_client.reverts._base import (
    ACCOUNT,
    DIVISION,
    DOCUMENT,
    FIELD_NAME,
    FLAG,
    ITEM,
    LOT,
    NUMBER,
    NUMBER_8,
    NUMBER_64,
    ROLE,
    SITE,
    TIME,
    Field,
    RevertError,
)
from ledger_client.reverts.refusals import refusal_text, show_state
from ledger_client.word_types import UINT248, enum


def _refusal(value: int, _language: Language) -> str:
    return Refusal(value).name


KEY = Field("uint248", UINT248, DOCUMENT.show)
PROPOSAL = Field("ProposalKey", UINT248, DOCUMENT.show)
REFUSAL = Field("enum Refusal", enum(Refusal), _refusal)
REQUEST = Field("RequestKey", UINT248, DOCUMENT.show)
STATE = Field("enum ProposalState", enum(ProposalState), show_state)


# ------------------------------------------------------------------------------------------------ requests


class ReallocationKeyTakenError(RevertError):
    """Another request or proposal has the same key."""

    solidity = "ReallocationKeyTaken"
    fields = {"key": KEY}
    en = (
        "a request or proposal with other content was made under key {key}; it stands as it is: withdraw it, "
        "or make this one under an id of its own"
    )
    zh = "键 {key} 下已有内容不同的申请或调剂方案，且不可更改；请撤回原件，或为本件另编号"


class ReallocationSiteNotOpenError(RevertError):
    """A site is not there, or closed."""

    solidity = "ReallocationSiteNotOpen"
    fields = {"site": SITE}
    en = (
        "site {site} is not registered or is closed, so nothing is asked for or given there; check its number"
    )
    zh = "储备点 {site} 未登记或已关闭，不能申请或调出物资；请核对编号"


class ReallocationItemUnknownError(RevertError):
    """An item is not in the Catalogue."""

    solidity = "ReallocationItemUnknown"
    fields = {"item": ITEM}
    en = (
        "item {item} is not in the catalogue, so that nobody can ask for it; correct it, or have "
        "it registered"
    )
    zh = "物品 {item} 不在目录中，不能申请；请更正，或先登记该物品"


class ReallocationQuantityInvalidError(RevertError):
    """A quantity is 0 or too large."""

    solidity = "ReallocationQuantityInvalid"
    fields = {"quantity": NUMBER}
    en = "{quantity} base units cannot be meant: a quantity is at least 1 and below 2^63; correct it"
    zh = "{quantity} 个基本单位应属误录：数量至少为 1 且小于 2^63；请更正"


class ReallocationNeededByOutsideError(RevertError):
    """Goods are needed by a time that is over or too far ahead."""

    solidity = "ReallocationNeededByOutside"
    fields = {"needed_by": TIME, "earliest": TIME, "latest": TIME}
    en = (
        "goods are asked for by a time after now and at most 366 days ahead, and {needed_by} is none; choose "
        "one from {earliest} to {latest}"
    )
    zh = "需用时间不能为 {needed_by}：须晚于现在，且最多提前 366 天；请选择 {earliest} 至 {latest} 之间的时间"


class ReallocationUrgencyUnknownError(RevertError):
    """An urgency is none."""

    solidity = "ReallocationUrgencyUnknown"
    fields = {"urgency": NUMBER_8}
    en = "{urgency} is no urgency; choose 1 (routine), 2 (urgent) or 3 (critical)"
    zh = "{urgency} 不是紧急程度；请选择 1（常规）、2（紧急）或 3（特急）"


class ReallocationReasonMissingError(RevertError):
    """Something that needs a reason has none."""

    solidity = "ReallocationReasonMissing"
    fields = {"quantity": NUMBER_64, "floor": NUMBER_64}
    en = "{what} needs a reason, and none was given; choose one of the list"
    zh = "{what}须注明原因，但未填；请从原因表中选择"

    def derived(self, language: Language) -> dict[str, str]:
        """What needs it: a request above three times the floor, or a decision."""
        if language == "zh":
            request = f"申请 {self.quantity} 个基本单位超过保底量 {self.floor} 的三倍，"
            return {"what": request if self.quantity else "此项决定"}
        request = f"a request for {self.quantity} base units, above three times the floor of {self.floor},"
        return {"what": request if self.quantity else "this decision"}


class ReallocationGrantElsewhereError(RevertError):
    """A grant relied on does not cover the site."""

    solidity = "ReallocationGrantElsewhere"
    fields = {"division": DIVISION, "site": SITE}
    en = (
        "a grant at division {division} does not cover site {site}, nor another site of this; somebody signs "
        "whose grant lies at the site's community or above"
    )
    zh = "区划 {division} 的授权不覆盖储备点 {site} 及此事项的其他储备点；请由其社区或上级区划的授权人办理"


class ReallocationRequestUnknownError(RevertError):
    """There is no such request."""

    solidity = "ReallocationRequestUnknown"
    fields = {"request": REQUEST}
    en = "there is no request {request}; look it up among the requests of the site"
    zh = "没有申请 {request}；请在该储备点的申请中查找"


class ReallocationRequestOverError(RevertError):
    """A request asks for nothing more."""

    solidity = "ReallocationRequestOver"
    fields = {"request": REQUEST, "accepted": NUMBER_64, "withdrawn": FLAG, "needed_by": TIME}
    en = "request {request} asks for nothing more: {why}; make another request for what is still needed"
    zh = "申请 {request} 已不再需要物资：{why}；仍需要的请另行申请"

    def derived(self, language: Language) -> dict[str, str]:
        """Whether it was withdrawn; else it is covered, or its time is over."""
        time = TIME.show(self.needed_by, language)
        if language == "zh":
            return {"why": "已撤回" if self.withdrawn else f"已验收 {self.accepted}，需用时间为 {time}"}
        over = f"{self.accepted} are accepted, and they were needed by {time}"
        return {"why": "it was withdrawn" if self.withdrawn else over}


# ------------------------------------------------------------------------------------------------ proposals


class ReallocationSameSiteError(RevertError):
    """A site was to give to itself."""

    solidity = "ReallocationSameSite"
    fields = {"site": SITE}
    en = "site {site} asks for the goods itself and cannot be their giver; choose another giver"
    zh = "储备点 {site} 是申请方，不能同时为调出方；请另选调出方"


class ReallocationLinesWrongError(RevertError):
    """A proposal lists no lots, or too many."""

    solidity = "ReallocationLinesWrong"
    fields = {"lines": NUMBER}
    en = (
        f"a proposal lists 1 to {LINES_MOST} lots, and this one lists {{lines}}; list the lots that are given"
    )
    zh = f"调剂方案须列 1 至 {LINES_MOST} 个批次，现列 {{lines}} 个；请列出拟调的批次"


class ReallocationLineMalformedError(RevertError):
    """A line has more than lot and quantity, or is out of order."""

    solidity = "ReallocationLineMalformed"
    fields = {"index": NUMBER}
    en = (
        "line {index} (from 0) is out of order, repeats a lot or has more than a lot and a quantity below "
        "2^63; each lot has one line, ascending"
    )
    zh = (
        "第 {index} 行（从 0 起）次序不对、批次重复，或含批次与数量（小于 2^63）以外的内容；"
        "每批次一行，按升序列出"
    )


class ReallocationLotOtherError(RevertError):
    """A lot is of another item than asked for."""

    solidity = "ReallocationLotOther"
    fields = {"lot": LOT, "item": ITEM, "asked": ITEM}
    en = "lot {lot} {what}, and the request asks for item {asked}; list lots of that item"
    zh = "批次 {lot} {what}，而申请的是物品 {asked}；请列出该物品的批次"

    def derived(self, language: Language) -> dict[str, str]:
        """What the lot is."""
        if language == "zh":
            return {"what": f"为物品 {self.item}" if self.item else "从未入库"}
        return {"what": f"is of item {self.item}" if self.item else "was never received"}


class ReallocationLotShortError(RevertError):
    """A proposal takes more of a lot than is usable."""

    solidity = "ReallocationLotShort"
    fields = {"lot": LOT, "usable": NUMBER, "proposed": NUMBER}
    en = (
        "{usable} base units of lot {lot} are usable at the giver, and {proposed} were proposed: {over} too "
        "many; lower the quantity, or take another lot"
    )
    zh = (
        "调出方的批次 {lot} 可用 {usable} 个基本单位，拟调 {proposed}，多出 {over}；"
        "请减少数量，或改用其他批次"
    )

    def derived(self, language: Language) -> dict[str, str]:  # noqa: ARG002
        """How much is too many."""
        return {"over": str(self.proposed - self.usable)}


class ReallocationProposalUnknownError(RevertError):
    """There is no such proposal."""

    solidity = "ReallocationProposalUnknown"
    fields = {"proposal": PROPOSAL}
    en = "there is no proposal {proposal}; look it up among the proposals of its request"
    zh = "没有调剂方案 {proposal}；请在申请的调剂方案中查找"


class ReallocationStateWrongError(RevertError):
    """A proposal is in a state in which this is not done."""

    solidity = "ReallocationStateWrong"
    fields = {"proposal": PROPOSAL, "state": STATE}
    en = "proposal {proposal} is {state}, and then this is not done with it; look at it anew before going on"
    zh = "调剂方案 {proposal} {state}，不能再作此办理；请重新查看后再办理"


# ------------------------------------------------------------------------------------------------ decisions


class ReallocationNotApprovedError(RevertError):
    """Nothing of a list could be approved; why the first was not."""

    solidity = "ReallocationNotApproved"
    fields = {"proposal": PROPOSAL, "refusal": REFUSAL, "value": NUMBER, "limit": NUMBER}
    en = "{why}"
    zh = "{why}"

    def derived(self, language: Language) -> dict[str, str]:
        """The sentence of the refusal."""
        return {"why": refusal_text(self.refusal, self.proposal, self.value, self.limit, language)}


class ReallocationLevelWrongError(RevertError):
    """An approver of another level may not decide now."""

    solidity = "ReallocationLevelWrong"
    fields = {"proposal": PROPOSAL, "division": DIVISION, "lowest": DIVISION}
    en = "{why}"
    zh = "{why}"

    def derived(self, language: Language) -> dict[str, str]:
        """The sentence with which an approval would be refused."""
        level = Refusal.WRONG_LEVEL
        return {"why": refusal_text(level, self.proposal, self.division, self.lowest, language)}


class ReallocationNothingNamedError(RevertError):
    """A call names no proposal."""

    solidity = "ReallocationNothingNamed"
    en = "no proposal was named, so there is nothing to decide on; name at least one"
    zh = "未指明任何调剂方案，无可办理；请至少指明一个"


class ReallocationRoleWrongError(RevertError):
    """Proposals were to be withdrawn by another role than may."""

    solidity = "ReallocationRoleWrong"
    fields = {"role": ROLE}
    en = "as {role} nobody withdraws proposals; a keeper of either site or an approver of its level does"
    zh = "{role}不能撤回调剂方案；请由任一方储备点的保管员或相应一级的审批人办理"


class ReallocationNotOverError(RevertError):
    """The time of a proposal is not over."""

    solidity = "ReallocationNotOver"
    fields = {"proposal": PROPOSAL, "until": TIME}
    en = "proposal {proposal} stands until {until} and does not expire before; wait, or withdraw it"
    zh = "调剂方案 {proposal} 有效至 {until}，此前不过期；请等待，或撤回该方案"


class ReallocationPreparedOtherError(RevertError):
    """The prepared document is not what the proposal says."""

    solidity = "ReallocationPreparedOther"
    fields = {"proposal": PROPOSAL, "field": FIELD_NAME}
    en = (
        "'{field}' of the prepared document is not what proposal {proposal} says; prepare the document anew "
        "from the proposal"
    )
    zh = "备好单据的“{field}”与调剂方案 {proposal} 不符；请按该方案重新准备单据"


class ReallocationConsentOtherError(RevertError):
    """The consent to a prepared document is somebody else's."""

    solidity = "ReallocationConsentOther"
    fields = {"signer": ACCOUNT, "caller": ACCOUNT}
    en = (
        "the consent to the prepared document was signed by {signer}, and {caller} approves; whoever "
        "approves signs it, so sign it again"
    )
    zh = "备好单据由 {signer} 会签，而批准人为 {caller}；会签须由批准人本人作出，请重新签署"
