"""Refusals of Reallocation about deliveries: documents of the stock ledger that are shown."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.allocation import DELIVERY_NAMES, DeliveryState
from ledger_client.language import Language
from ledger_client.reverts._base import DOCUMENT, FLAG, KIND, NUMBER, SITE_NUMBER, TIME, Field, RevertError
from ledger_client.reverts.reallocation import PROPOSAL
from ledger_client.word_types import enum


def _delivery_state(value: int, language: Language) -> str:
    return DELIVERY_NAMES[DeliveryState(value)][language == "zh"]


DELIVERY_STATE = Field("enum DeliveryState", enum(DeliveryState), _delivery_state)


class ReallocationDocumentOtherError(RevertError):
    """The document shown is not the one recorded."""

    solidity = "ReallocationDocumentOther"
    fields = {"key": DOCUMENT}
    en = "the content given is not that recorded as {key}; read the document anew and try again"
    zh = "所给内容与记录为 {key} 的单据不符；请重新读取该单据后再试"


class ReallocationReversedOtherwiseError(RevertError):
    """A document was reversed and was to be shown, or the other way round."""

    solidity = "ReallocationReversedOtherwise"
    fields = {"key": DOCUMENT, "reversed": FLAG}
    en = "document {key} {what}"
    zh = "单据 {key} {what}"

    def derived(self, language: Language) -> dict[str, str]:
        """Which of the two, and what to do."""
        if language == "zh":
            reversed_, stands = (
                "已冲销，不再计入调剂；请另行记录并出示实际的单据",
                "未冲销，无可退回；请先冲销",
            )
        else:
            reversed_ = "was reversed, so that it delivers nothing; show the document that stands instead"
            stands = "was not reversed, so that nothing is taken back; reverse it first"
        return {"what": reversed_ if self.reversed else stands}


class ReallocationKindWrongError(RevertError):
    """A document of this kind says nothing about a proposal."""

    solidity = "ReallocationKindWrong"
    fields = {"kind": KIND}
    en = (
        "a document of kind '{kind}' says nothing about a proposal; show a dispatch, a hand-over, or what "
        "became of a dispatch"
    )
    zh = "“{kind}”单据与调剂方案无关；请出示发运、交接单据，或发运的验收、异议、退回、差异处理单据"


class ReallocationReferenceOtherError(RevertError):
    """A document refers to no proposal, or to no consignment."""

    solidity = "ReallocationReferenceOther"
    fields = {"key": DOCUMENT, "reference_": NUMBER}
    en = (
        "document {key} refers to {id} (type {type}), and not to an approved proposal (4) or to its "
        "consignment (2); it delivers nothing here, record the delivery with its reference"
    )
    zh = (
        "单据 {key} 引用的是 {id}（类型 {type}），而不是已批准的调剂方案（4）或其在途单（2），"
        "不计入调剂；请在记录时注明引用"
    )

    def derived(self, language: Language) -> dict[str, str]:  # noqa: ARG002
        """Type and id of the reference."""
        number: int = self.reference_
        return {"type": str(number >> 248), "id": f"{number & ((1 << 248) - 1):062x}"[:8] + "…"}


class ReallocationShownBeforeError(RevertError):
    """A document was shown before."""

    solidity = "ReallocationShownBefore"
    fields = {"key": DOCUMENT}
    en = "document {key} was shown before and counts once; nothing is left to do"
    zh = "单据 {key} 已出示过，只计一次；无需再办理"


class ReallocationDeliveryWrongError(RevertError):
    """The dispatch that a document answers was never shown, or is answered."""

    solidity = "ReallocationDeliveryWrong"
    fields = {"dispatch": DOCUMENT, "state": DELIVERY_STATE}
    en = "dispatch {dispatch} is {state} here, and then this document does not follow; {hint}"
    zh = "发运 {dispatch} 在此处的状态为“{state}”，不能接续此单据；{hint}"

    def derived(self, language: Language) -> dict[str, str]:
        """What to do first, where there is anything."""
        if self.state == DeliveryState.NONE:
            return {"hint": "请先出示该发运单据" if language == "zh" else "show the dispatch first"}
        if self.state == DeliveryState.DISPATCHED:
            hint = ("show its acceptance, contest or return first", "请先出示其验收、异议或退回单据")
        else:
            hint = ("look at the consignment anew", "请重新查看在途单")
        return {"hint": hint[language == "zh"]}


class ReallocationDeliveryElsewhereError(RevertError):
    """A delivery goes between other sites than approved."""

    solidity = "ReallocationDeliveryElsewhere"
    fields = {"proposal": PROPOSAL, "from_": SITE_NUMBER, "to": SITE_NUMBER}
    en = (
        "a delivery from {from_} to {to} is not what proposal {proposal} approved; deliver between its "
        "sites, or propose this one"
    )
    zh = "由 {from_} 至 {to} 的交付与已批准的调剂方案 {proposal} 不符；请按方案的双方交付，或另行提议"


class ReallocationDeliveryAboveError(RevertError):
    """A delivery is more than is left of what was approved."""

    solidity = "ReallocationDeliveryAbove"
    fields = {"proposal": PROPOSAL, "remaining": NUMBER, "delivered": NUMBER}
    en = (
        "{delivered} base units were delivered, and {remaining} are left of what proposal {proposal} "
        "approved: {over} too many; propose the rest anew"
    )
    zh = "交付 {delivered} 个基本单位，调剂方案 {proposal} 尚余 {remaining}，多出 {over}；多出部分请另行提议"

    def derived(self, language: Language) -> dict[str, str]:  # noqa: ARG002
        """How much is too many."""
        return {"over": str(self.delivered - self.remaining)}


class ReallocationDeliveryOutsideError(RevertError):
    """A delivery occurred before the approval or after the proposal was over."""

    solidity = "ReallocationDeliveryOutside"
    fields = {"proposal": PROPOSAL, "occurred_at": TIME, "earliest": TIME, "latest": TIME}
    en = (
        "a delivery at {occurred_at} is none of proposal {proposal}, which was approved at {earliest} and "
        "good until {latest}; propose anew what was delivered outside of it"
    )
    zh = (
        "{occurred_at} 的交付不属于调剂方案 {proposal}：该方案自 {earliest} 批准，有效至 {latest}；"
        "期限以外的交付请另行提议"
    )
