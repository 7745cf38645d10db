"""Refusals of the stock ledger about documents: keys, sites, times, signers, consignments, reversals."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.language import Language
from ledger_client.reverts._base import (
    ACCOUNT,
    DIVISION,
    DOCUMENT,
    DOCUMENT_DIGEST,
    FIELD_NAME,
    KIND,
    LOT,
    NUMBER,
    NUMBER_8,
    NUMBER_64,
    ROLE_NUMBER,
    SITE,
    SITE_NUMBER,
    TIME,
    RevertError,
    successor_hint,
)


class KeyTakenError(RevertError):
    """A document with other content has the same key."""

    solidity = "StockLedgerKeyTaken"
    fields = {"key": DOCUMENT, "stored": DOCUMENT_DIGEST}
    en = (
        "a document with other content ({stored}) was recorded under key {key}; it stands as it is: "
        "reverse it, or record this one under an id of its own"
    )
    zh = "键 {key} 下已有内容不同的单据（{stored}），且不可更改；请冲销原单据，或为本单据另编号"


class SiteNotOpenError(RevertError):
    """A site has no opening."""

    solidity = "StockLedgerSiteNotOpen"
    fields = {"site": SITE_NUMBER}
    en = "site {site} has no opening yet; its keeper and an approver record it first, with or without stock"
    zh = "储备点 {site} 尚未办理期初；请先由保管员与审批人记录期初（可无库存）"


class SiteAlreadyOpenError(RevertError):
    """A site has an opening already."""

    solidity = "StockLedgerSiteAlreadyOpen"
    fields = {"site": SITE}
    en = "site {site} has its opening already; what it holds differently is corrected by a count"
    zh = "储备点 {site} 已有期初；如库存不符请通过盘点更正"


class SiteUnknownError(RevertError):
    """A site is not registered."""

    solidity = "StockLedgerSiteUnknown"
    fields = {"site": SITE_NUMBER}
    en = "site {site} is not registered; an authority of its community or above registers it first"
    zh = "储备点 {site} 未登记；请先由其社区或上级的主管登记"


class SiteClosedError(RevertError):
    """Goods would go into a closed site."""

    solidity = "StockLedgerSiteClosed"
    fields = {"site": SITE, "successor": SITE}
    en = "site {site} is closed and takes nothing in; {hint}"
    zh = "储备点 {site} 已关闭，不再入库；{hint}"

    def derived(self, language: Language) -> dict[str, str]:
        """What took over."""
        return {"hint": successor_hint(self.successor, language, SITE.show)}


class SameSiteError(RevertError):
    """Sender and receiver are one site."""

    solidity = "StockLedgerSameSite"
    fields = {"site": SITE}
    en = "sender and receiver are both site {site}; goods that stay need no document, correct one of them"
    zh = "发出方与接收方同为储备点 {site}；货物未移动无须单据，请更正其中之一"


class PartyInvalidError(RevertError):
    """A supplier, donor, issuer or consignee is no identifier."""

    solidity = "StockLedgerPartyInvalid"
    fields = {"value": NUMBER}
    en = "{value} is no identifier of a supplier, donor, issuer or consignee; name one"
    zh = "{value} 不是供应商、捐赠方、签发方或领用单位的编号；请填写"


class FieldNotZeroError(RevertError):
    """A field is filled in that means nothing in this kind of document."""

    solidity = "StockLedgerFieldNotZero"
    fields = {"field": FIELD_NAME}
    en = "'{field}' has no meaning in this kind of document; leave it out"
    zh = "此类单据没有“{field}”一项；请勿填写"


class ReasonMissingError(RevertError):
    """A document that must say why gives no reason."""

    solidity = "StockLedgerReasonMissing"
    fields = {"kind": KIND}
    en = "a document of kind '{kind}' says why, and this one gives no reason; choose one of the list"
    zh = "“{kind}”单据须注明原因，而本单据未填；请从原因表中选择"


class TimeAheadError(RevertError):
    """A document is said to occur in the future."""

    solidity = "StockLedgerTimeAhead"
    fields = {"occurred_at": TIME, "now_": TIME}
    en = "{occurred_at} lies ahead of the ledger's clock ({now_}); check date and the computer's clock"
    zh = "发生时间 {occurred_at} 晚于账本时钟（{now_}）；请检查日期和本机时钟"


class TimeNotADayError(RevertError):
    """A day does not begin at midnight at the ledger's offset."""

    solidity = "StockLedgerTimeNotADay"
    fields = {"occurred_at": TIME}
    en = (
        "{occurred_at} is said to be a day, but is not its 00:00 "
        "at the ledger's offset; correct the time zone"
    )
    zh = "{occurred_at} 标为整日，但不是账本时区的 00:00；请更正时区"


class ConsentExpiredError(RevertError):
    """A consent came too late."""

    solidity = "StockLedgerConsentExpired"
    fields = {"valid_until": TIME, "now_": TIME}
    en = "the co-signers consented until {valid_until}, and it is {now_}; ask them to sign again"
    zh = "会签有效期至 {valid_until}，现为 {now_}；请重新会签"


class ConsentMissingError(RevertError):
    """Somebody has to sign who did not."""

    solidity = "StockLedgerConsentMissing"
    fields = {"role": ROLE_NUMBER}
    en = "this document also needs the signature of a second person, as {role}; it is missing or unreadable"
    zh = "此单据还需另一人以{role}身份签名；签名缺失或无法识别，请补签"


class GrantElsewhereError(RevertError):
    """A grant relied on does not cover the site."""

    solidity = "StockLedgerGrantElsewhere"
    fields = {"division": DIVISION, "site": SITE}
    en = (
        "a grant at division {division} does not cover site {site}; "
        "somebody signs whose grant lies at the site's "
        "community or above"
    )
    zh = "区划 {division} 的授权不覆盖储备点 {site}；请由其社区或上级区划的授权人签名"


class SignerRepeatedError(RevertError):
    """One person signs twice."""

    solidity = "StockLedgerSignerRepeated"
    fields = {"signer": ACCOUNT}
    en = "{signer} cannot sign for both sides; the second signature comes from somebody else"
    zh = "{signer} 不能代表双方签名；第二个签名须由他人作出"


class ReferenceUnknownError(RevertError):
    """A reference names nothing."""

    solidity = "StockLedgerReferenceUnknown"
    fields = {"reference_": NUMBER}
    en = (
        "the document refers to {id} (type {type}), which is not "
        "there or is not what it has to name; correct it"
    )
    zh = "单据引用的 {id}（类型 {type}）不存在或类型不符；请更正引用"

    def derived(self, language: Language) -> dict[str, str]:  # noqa: ARG002
        """Type and id of the reference."""
        number: int = self.reference_
        return {"type": str(number >> 248), "id": f"{number & ((1 << 248) - 1):062x}"[:8] + "…"}


class ConsignmentChangedError(RevertError):
    """A consignment is not as the caller thinks."""

    solidity = "StockLedgerConsignmentChanged"
    fields = {"consignment": DOCUMENT, "state": NUMBER_8}
    en = "consignment {consignment} is not {state_name} with these lines any more; read it anew and try again"
    zh = "在途单 {consignment} 的状态或明细已不是“{state_name}”时的内容；请重新读取后再办理"

    def derived(self, language: Language) -> dict[str, str]:
        """The state by name."""
        names = {1: ("open", "在途"), 2: ("accepted", "已验收")}.get(self.state, (str(self.state),) * 2)
        return {"state_name": names[language == "zh"]}


class DeadlinePastError(RevertError):
    """The deadline of a dispatch does not lie ahead."""

    solidity = "StockLedgerDeadlinePast"
    fields = {"deadline": TIME}
    en = "the receiver was to answer until {deadline}, which is past; choose a time ahead"
    zh = "要求接收方在 {deadline} 前答复，但该时间已过；请选择以后的时间"


class DeadlineFarError(RevertError):
    """The deadline of a dispatch lies too far ahead."""

    solidity = "StockLedgerDeadlineFar"
    fields = {"deadline": TIME, "latest": TIME}
    en = "the receiver was to answer until {deadline}, more than 366 days ahead; choose a time until {latest}"
    zh = "要求接收方在 {deadline} 前答复，超过 366 天；请选择不晚于 {latest} 的时间"


class DeadlineAheadError(RevertError):
    """The receiver still has time."""

    solidity = "StockLedgerDeadlineAhead"
    fields = {"until": TIME}
    en = "the receiver may answer until {until}; wait until then, or ask for an acceptance"
    zh = "接收方可在 {until} 前答复；请等待，或请其验收"


class ExceptionExceedsError(RevertError):
    """More is missing or settled than there was."""

    solidity = "StockLedgerExceptionExceeds"
    fields = {"lot": LOT, "available": NUMBER, "requested": NUMBER}
    en = (
        "{requested} of lot {lot} were named, and only {available} "
        "are to be accounted for; lower the quantity"
    )
    zh = "批次 {lot} 列出 {requested}，但仅有 {available} 待处理；请减少数量"


class SettlerInvolvedError(RevertError):
    """The approver of a settlement signed for one side."""

    solidity = "StockLedgerSettlerInvolved"
    fields = {"approver": ACCOUNT}
    en = (
        "{approver} signed for one side of this consignment and cannot "
        "settle it; another approver over both sites does"
    )
    zh = "{approver} 曾为该在途单一方签名，不能处理其差异；请由另一名覆盖双方储备点的审批人办理"


class CountAheadError(RevertError):
    """A count refers to a position that the journal has not reached."""

    solidity = "StockLedgerCountAhead"
    fields = {"sequence": NUMBER_64, "current": NUMBER_64}
    en = "the count refers to document {sequence} of the site, which has {current}; print the count list anew"
    zh = "盘点依据该储备点第 {sequence} 张单据，而其仅有 {current} 张；请重新打印盘点表"


class NotReversibleError(RevertError):
    """A document of this kind is not reversed."""

    solidity = "StockLedgerNotReversible"
    fields = {"kind": KIND}
    en = (
        "a document of kind '{kind}' is not reversed: correct an opening by a count, a release by a hold, "
        "what came of a consignment by a settlement"
    )
    zh = "“{kind}”单据不能冲销：期初以盘点更正，放行以暂扣更正，在途结果以差异处理更正"


class OriginalChangedError(RevertError):
    """The original given is not the document named."""

    solidity = "StockLedgerOriginalChanged"
    fields = {"original": DOCUMENT}
    en = "the content given is not that of document {original}; read the document anew and try again"
    zh = "所给内容与单据 {original} 不符；请重新读取该单据后再试"


class AlreadyReversedError(RevertError):
    """A document is reversed already."""

    solidity = "StockLedgerAlreadyReversed"
    fields = {"original": DOCUMENT}
    en = "document {original} is reversed already, and a document is reversed once; nothing is left to do"
    zh = "单据 {original} 已冲销，每张单据只能冲销一次；无需再办理"


class NamedError(RevertError):
    """A later document stands on this one."""

    solidity = "StockLedgerNamed"
    fields = {"original": DOCUMENT}
    en = "a later approved document names {original}, so that it is not reversed; correct it by a count"
    zh = "后续经审批的单据引用了 {original}，不能冲销；请通过盘点更正"


class StepsCalledDirectlyError(RevertError):
    """The code of the steps was called where it lies."""

    solidity = "LedgerStepsCalledDirectly"
    fields = {}
    en = "this address holds code that the StockLedger runs; send the document to the StockLedger"
    zh = "该地址仅存放由 StockLedger 运行的代码；请将单据发送至 StockLedger"


class StepsMissingError(RevertError):
    """A ledger was to be created without the code of its steps."""

    solidity = "StockLedgerStepsMissing"
    fields = {"steps": ACCOUNT}
    en = "there is no code at {steps}, where the ledger's steps should be; create LedgerSteps first"
    zh = "{steps} 处没有代码，而账本的后续步骤应在此处；请先创建 LedgerSteps"


class StepsForeignError(RevertError):
    """A ledger was to be created with the code of another ledger's steps."""

    solidity = "StockLedgerStepsForeign"
    fields = {"steps": ACCOUNT}
    en = (
        "the code at {steps} was built for another Directory or offset; create LedgerSteps with this ledger's"
    )
    zh = "{steps} 处的代码属于其他 Directory 或时区偏移；请按本账本的 Directory 与偏移创建 LedgerSteps"
