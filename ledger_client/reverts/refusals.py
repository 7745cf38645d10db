"""Why a proposal is not approved, as a sentence for each `Refusal`.

The contract refuses with a refusal where nothing of a list could be approved, and emits one for each proposal
that was skipped while others were approved; both say it in these words::

    refusal_text(Refusal.ABOVE_REQUEST, proposal, value=60, limit=40)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledger_client.allocation import PROPOSAL_NAMES, ProposalState, Refusal
from ledger_client.language import Language, current_language
from ledger_client.reverts._base import DIVISION, DOCUMENT, NUMBER, TIME


@dataclass(frozen=True, slots=True)
class RefusalSentence:
    """The sentence of one refusal.

    Attributes:
        en: In English, with `{proposal}`, `{value}`, `{limit}` and `{over}`, which is value less limit.
        zh: In Chinese, likewise.
        show: How value and limit are written.
    """

    en: str
    zh: str
    show: Callable[[int, Language], str] = NUMBER.show


def show_state(value: int, language: Language) -> str:
    """Return the name of a proposal's state; a number that is none as it is."""
    return PROPOSAL_NAMES[ProposalState(value)][language == "zh"] if value in PROPOSAL_NAMES else str(value)


REFUSALS: dict[Refusal, RefusalSentence] = {
    Refusal.NONE: RefusalSentence(
        "proposal {proposal} was approved, and nothing is left to do",
        "调剂方案 {proposal} 已批准，无需再办理",
    ),
    Refusal.UNKNOWN: RefusalSentence(
        "there is no proposal {proposal}; look it up among the proposals of its request",
        "没有调剂方案 {proposal}；请在申请的调剂方案中查找",
    ),
    Refusal.NOT_PROPOSED: RefusalSentence(
        "proposal {proposal} is {value} already, and a proposal is decided on once; propose anew what is "
        "still needed",
        "调剂方案 {proposal} {value}，每个方案只能决定一次；仍需要的请重新提议",
        show_state,
    ),
    Refusal.TOO_LATE: RefusalSentence(
        "proposal {proposal} could be approved until {limit}, by when the goods were needed; ask for them "
        "anew with a later time",
        "调剂方案 {proposal} 最晚可于 {limit}（需用时间）批准，现已逾期；请以新的需用时间重新申请",
        TIME.show,
    ),
    Refusal.REQUEST_WITHDRAWN: RefusalSentence(
        "the request of proposal {proposal} was withdrawn, so nothing is approved for it; leave the proposal",
        "调剂方案 {proposal} 所属申请已撤回，不再批准；请勿再办理该方案",
    ),
    Refusal.WRONG_LEVEL: RefusalSentence(
        "an approver of {value} may not decide on proposal {proposal} now: the lowest division that may is "
        "{limit}, and one above it once those below had their time; ask an approver there",
        "{value} 的审批人目前不能决定调剂方案 {proposal}：可决定的最低一级是 {limit}，"
        "其上级须待下级期限届满；请由该级审批人办理",
        DIVISION.show,
    ),
    Refusal.CONSENT_MISSING: RefusalSentence(
        "the goods of proposal {proposal} leave the district, for which the approver consents to the "
        "prepared document; approve it by itself, together with its document",
        "调剂方案 {proposal} 的物资将调出区县，审批人须同时会签备好的单据；请连同单据单独批准",
    ),
    Refusal.ABOVE_REQUEST: RefusalSentence(
        "proposal {proposal} gives {value} base units, and its request still asks for {limit}: {over} too "
        "many; propose at most {limit}",
        "调剂方案 {proposal} 拟调 {value} 个基本单位，申请尚需 {limit}，多出 {over}；"
        "请按不超过 {limit} 重新提议",
    ),
    Refusal.NOT_CALLABLE: RefusalSentence(
        "no terms stand for the storage mode of the giver in proposal {proposal}, and without terms a site "
        "gives nothing; choose another giver, or have an authority of its street or above set terms",
        "调剂方案 {proposal} 的调出方所属储备方式尚无调用条件，不得调用；请另选调出方，"
        "或由其街道或上级的主管设定调用条件",
    ),
    Refusal.STALE: RefusalSentence(
        "the count of the giver in proposal {proposal} is overdue, so that nobody knows what it has; have it "
        "counted and the count proved, or give a reason to approve all the same",
        "调剂方案 {proposal} 的调出方盘点逾期，实有数量不明；请先盘点并出示盘点单，或注明原因后批准",
    ),
    Refusal.NOTICE_TOO_LONG: RefusalSentence(
        "the giver in proposal {proposal} may be called on from {value}, and the goods are needed by "
        "{limit}; choose a giver with a shorter notice",
        "调剂方案 {proposal} 的调出方自 {value} 起方可调用，而需用时间为 {limit}；请另选通知期较短的调出方",
        TIME.show,
    ),
    Refusal.ABOVE_SHARE: RefusalSentence(
        "with proposal {proposal} {value} base units of the item would be reserved at the giver, and {limit} "
        "of the listed lots are callable: {over} too many; propose less, or list more lots",
        "加上调剂方案 {proposal}，调出方该物品将预留 {value} 个基本单位，"
        "所列批次可调用 {limit}，多出 {over}；请减少数量，或列入更多批次",
    ),
    Refusal.BELOW_FLOOR: RefusalSentence(
        "with proposal {proposal} floor and reserved come to {value} base units, and {limit} of the listed "
        "lots are usable: {over} are lacking; propose less, or list more lots",
        "加上调剂方案 {proposal}，保底量与预留量共 {value} 个基本单位，所列批次可用 {limit}，尚缺 {over}；"
        "请减少数量，或列入更多批次",
    ),
}
"""Sentence of every refusal; what value and limit are, `ProposalState.sol` says."""


def refusal_text(
    refusal: Refusal, proposal: int, value: int, limit: int, language: Language | None = None
) -> str:
    """Return why a proposal was not approved, in `language` or the language in force.

    Args:
        refusal: As the contract gave it.
        proposal: Key of the proposal.
        value: As the contract gave it.
        limit: As the contract gave it.
        language: Of the sentence.
    """
    language = language or current_language()
    sentence = REFUSALS[refusal]
    return (sentence.zh if language == "zh" else sentence.en).format(
        proposal=DOCUMENT.show(proposal, language),
        value=sentence.show(value, language),
        limit=sentence.show(limit, language),
        over=value - limit,
    )
