"""Refusals of Norms: floors, terms, count cycles, proved counts, emergencies."""

# ruff: noqa: RUF012 -- the tables of fields are declarations, read and never changed.
from __future__ import annotations

from ledger_client.language import Language
from ledger_client.reverts._base import (
    CATEGORY,
    DIVISION,
    DOCUMENT,
    ITEM,
    NUMBER,
    NUMBER_8,
    SITE,
    TIME,
    Field,
    RevertError,
    who_grants,
)
from ledger_client.roles import Role
from ledger_client.word_types import UINT64

_LONGEST_DIVISION = 12


def _place(value: int, language: Language) -> str:
    """Show a division by its prefix, and what has more digits as the site that it is."""
    return (DIVISION if len(str(value)) <= _LONGEST_DIVISION else SITE).show(value, language)


PLACE = Field("uint64", UINT64, _place)


class NormsAuthorityBoundError(RevertError):
    """An authority of a community was to set norms."""

    solidity = "NormsAuthorityBound"
    fields = {"division": DIVISION}
    en = (
        "{division} is a community, and norms bind communities, so that none sets its own; an authority of "
        "its street or above sets them"
    )
    zh = "{division} 是社区，标准对社区有约束力，社区不能自行设定；请由其街道或上级的主管设定"


class NormsAuthorityElsewhereError(RevertError):
    """An authority decides on something that does not lie in its division."""

    solidity = "NormsAuthorityElsewhere"
    fields = {"authority_division": DIVISION, "subject": PLACE}
    en = (
        "a grant at division {authority_division} does not cover {subject}; an authority of a division that "
        "contains it decides"
    )
    zh = "区划 {authority_division} 的授权不覆盖 {subject}；请由包含它的区划的主管办理"


class NormsSiteNotOpenError(RevertError):
    """Norms were to be set for a site that is not there or closed."""

    solidity = "NormsSiteNotOpen"
    fields = {"site": SITE}
    en = "site {site} is not registered or is closed, and norms are set for open sites; check its number"
    zh = "储备点 {site} 未登记或已关闭，标准仅可为开放的储备点设定；请核对编号"


class NormsDivisionNotOpenError(RevertError):
    """Something was to be set for a division that is not there or closed."""

    solidity = "NormsDivisionNotOpen"
    fields = {"division": DIVISION}
    en = "division {division} is not registered or is closed; name one that is open"
    zh = "区划 {division} 未登记或已关闭；请填写开放的区划"


class NormsItemUnknownError(RevertError):
    """A floor was to be set for an item that is not in the Catalogue."""

    solidity = "NormsItemUnknown"
    fields = {"item": ITEM}
    en = "item {item} is not in the catalogue; an authority of the country (0) registers it first"
    zh = "物品 {item} 不在目录中；请先由全国（0）的主管登记"


class NormsCategoryMalformedError(RevertError):
    """A category has another length than 7 digits."""

    solidity = "NormsCategoryMalformed"
    fields = {"category": CATEGORY}
    en = "{category} is no category: GB/T 38565 gives it 7 digits; correct it"
    zh = "{category} 不是物资类别：GB/T 38565 分类码为 7 位；请更正"


class NormsModeUnknownError(RevertError):
    """A storage mode is none."""

    solidity = "NormsModeUnknown"
    fields = {"mode": NUMBER_8}
    en = (
        "{mode} is no storage mode; choose 1 (government), 2 (agreement), 3 (enterprise-held), 4 (household) "
        "or 5 (merchant)"
    )
    zh = "{mode} 不是储备方式；请选择 1（政府）、2（协议）、3（企业）、4（家庭）或 5（商户）"


class NormsValueInvalidError(RevertError):
    """A norm is above what it may be."""

    solidity = "NormsValueInvalid"
    fields = {"value": NUMBER, "highest": NUMBER}
    en = "{value} is too much: this norm is {highest} at most; lower it"
    zh = "{value} 过大：此项标准最多为 {highest}；请调低"


class NormsEffectiveOutsideError(RevertError):
    """A norm takes effect in the past or too far ahead."""

    solidity = "NormsEffectiveOutside"
    fields = {"effective_at": TIME, "earliest": TIME, "latest": TIME}
    en = (
        "a norm cannot take effect at {effective_at}: never in the past, and at most 366 days ahead; choose "
        "a time from {earliest} to {latest}"
    )
    zh = (
        "标准不能自 {effective_at} 起生效：不得追溯，最多提前 366 天；"
        "请选择 {earliest} 至 {latest} 之间的时间"
    )


class NormsSourceMissingError(RevertError):
    """A norm comes without the digest of the decision that it follows."""

    solidity = "NormsSourceMissing"
    en = (
        "norms and emergencies follow a decision, and its digest was not given; name the file of the decision"
    )
    zh = "标准与应急状态须有依据文件，但未提供其摘要；请指定依据文件"


class NormsNothingSetError(RevertError):
    """A call sets nothing."""

    solidity = "NormsNothingSet"
    en = "no floor and no cycle was given, so there is nothing to set; name at least one"
    zh = "未给出任何保底量或盘点周期，无可设定；请至少填写一项"


class NormsDocumentOtherError(RevertError):
    """The count shown is not the one recorded."""

    solidity = "NormsDocumentOther"
    fields = {"key": DOCUMENT}
    en = "the content given is not that of a count recorded as {key}; read the document anew and try again"
    zh = "所给内容与记录为 {key} 的盘点不符；请重新读取该单据后再试"


class NormsCountReversedError(RevertError):
    """A count was reversed."""

    solidity = "NormsCountReversed"
    fields = {"key": DOCUMENT}
    en = "count {key} was reversed, so that it proves nothing; prove a count that stands, or count anew"
    zh = "盘点 {key} 已冲销，不能作为依据；请采用有效的盘点，或重新盘点"


class NormsCountNotNewerError(RevertError):
    """A count proves nothing that is not known."""

    solidity = "NormsCountNotNewer"
    fields = {"key": DOCUMENT}
    en = (
        "count {key} is no newer than what is proved of its categories already; nothing is left to do with "
        "it, prove a later one"
    )
    zh = "盘点 {key} 不晚于其各类别已有的盘点依据；无需再办理，请采用更晚的盘点"


class NormsEmergencyTooLongError(RevertError):
    """An emergency ends in the past or too late."""

    solidity = "NormsEmergencyTooLong"
    fields = {"until": TIME, "latest": TIME}
    en = (
        "an emergency cannot be declared until {until}: it ends after now, and 30 days ahead at most; choose "
        "a time until {latest}"
    )
    zh = "应急状态不能宣布至 {until}：须晚于现在，且最长 30 天；请选择不晚于 {latest} 的时间"


class NormsEmergencyNotAboveError(RevertError):
    """An emergency was to be declared again by no higher authority than before."""

    solidity = "NormsEmergencyNotAbove"
    fields = {"division": DIVISION, "declared_by": DIVISION, "until": TIME}
    en = (
        "the emergency of {division} until {until} was declared by an authority of {declared_by}; while it "
        "is in force or ended less than 30 days ago, {who} declares it again, or one below it"
    )
    zh = (
        "{division} 至 {until} 的应急状态由 {declared_by} 的主管宣布；在其有效期内或结束后 30 天内，"
        "须由{who}再次宣布，或由其为下级区划宣布"
    )

    def derived(self, language: Language) -> dict[str, str]:
        """Who may declare it again."""
        return {"who": who_grants(Role.AUTHORITY, self.declared_by, language)}


class NormsNoEmergencyError(RevertError):
    """There is no emergency to end."""

    solidity = "NormsNoEmergency"
    fields = {"division": DIVISION}
    en = "no emergency of {division} itself is in force, so there is none to end; check divisions above it"
    zh = "{division} 本身没有生效中的应急状态，无可结束；请核对其上级区划"


class NormsReasonMissingError(RevertError):
    """An emergency is declared or ended without a reason."""

    solidity = "NormsReasonMissing"
    fields = {"division": DIVISION}
    en = "the emergency of {division} needs a reason, and none was given; choose one of the list"
    zh = "{division} 的应急状态须注明原因，但未填；请从原因表中选择"
