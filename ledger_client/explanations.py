"""A plan of the matching in words: why this receiver and this giver, what is left, who approves, what lacks.

The matching speaks in codes and figures, so that it runs anywhere and comes out the same everywhere. Here
each becomes one sentence, in the language in force (`ledger_client.language`), with its figures: quantities
with their unit, days as dates, distances in metres or kilometres, travel in minutes. Who has names for sites,
items and divisions gives them in `Names`; codes are shown where none are given.

Example::

    for proposal in plan.proposals:
        " ".join(explain_proposal(proposal, plan.unit, names))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ledger_client.documents import date_of
from ledger_client.language import tr
from ledger_client.matching.city import Proposal, Reason, ReasonCode, Unfilled, UnfilledCode
from ledger_client.matching.distances import Unit
from ledger_client.matching.drafts import Draft, DraftCode, Drafted
from ledger_client.matching.goods import Request

_SITE_DIGITS = 15
_HOURS_FROM = 120  # minutes


def _site_by_code(site: int) -> str:
    return tr(f"site {site}", f"储备点 {site}")


def _division_by_code(division: int) -> str:
    return tr(f"division {division}", f"区划 {division}") if division else tr("the country", "全国")


def _item_by_code(item: int) -> str:
    return tr(f"item {item}", f"物品 {item}")


def _base_units(_: int) -> str:
    return tr("base units", "个基本单位")


@dataclass(frozen=True, slots=True)
class Names:
    """How sentences call things, in the language in force.

    Attributes:
        site: Of a site.
        division: Of a division; 0 is the country.
        item: Of an item.
        unit: Of the base unit of an item, as it stands behind a number.
        measure: Of a base unit by its code, as it stands alone.
    """

    site: Callable[[int], str] = _site_by_code
    division: Callable[[int], str] = _division_by_code
    item: Callable[[int], str] = _item_by_code
    unit: Callable[[int], str] = _base_units
    measure: Callable[[str], str] = str

    def quantity(self, quantity: int, item: int) -> str:
        """Return so many base units of `item`, with their unit."""
        return f"{quantity:,} {self.unit(item)}"


CODES = Names()
"""No names at all."""


def explain_proposal(
    proposal: Proposal,
    unit: Unit,
    names: Names = CODES,
    *,
    tells: Callable[[ReasonCode], bool] = lambda _: True,
    tells_left: bool = True,
) -> list[str]:
    """Return what a proposal says, a sentence each: what goes, its reasons, what is left, who approves.

    Args:
        proposal: The proposal.
        unit: What the plan's distances count.
        names: How things are called.
        tells: Which reasons are told.
        tells_left: Whether it is told what is left.
    """
    about = _About(proposal, unit, names)
    reasons = (explain_reason(proposal, each, unit, names) for each in proposal.reasons if tells(each.code))
    left = [about.left()] if tells_left else []
    return [_begun(sentence) for sentence in (about.what(), *reasons, *left, about.approval())]


def explain_reason(proposal: Proposal, reason: Reason, unit: Unit, names: Names = CODES) -> str:
    """Return the sentence of one reason of a proposal; what is given is as for `explain_proposal`."""
    return _begun(SENTENCES[reason.code](_About(proposal, unit, names), reason.value))


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]  # it may begin with a name


def explain_unfilled(rest: Unfilled, request: Request, names: Names = CODES) -> str:
    """Return what of a request stays open and why, in one sentence.

    Args:
        rest: What stays open.
        request: The request that it is of.
        names: How things are called.
    """
    quantity, item = names.quantity(rest.quantity, request.item), names.item(request.item)
    site = names.site(request.site)
    return tr(
        f"{quantity} of {item} for {site} stay open: {_why_open(rest.code, request)}",
        f"{site}申请的{item}尚缺 {quantity}：{_why_open(rest.code, request)}",
    )


def explain_drafted(drafted: Drafted, draft: Draft, names: Names = CODES) -> list[str]:
    """Return why a draft asks for an item or for none, and in one more sentence what nobody near may give.

    Args:
        drafted: What the draft turned into.
        draft: The draft.
        names: How things are called.
    """
    request = drafted.request
    if request is None:
        return [_why_no_request(drafted.code, draft, names)]
    asked, item = names.quantity(request.quantity, request.item), names.item(request.item)
    found = [
        tr(
            f"Asks for {asked} of {item}: {_why_item(drafted, request.item, names)}",
            f"申请{item} {asked}：{_why_item(drafted, request.item, names)}",
        )
    ]
    if drafted.beyond and drafted.near:
        beyond = names.quantity(drafted.beyond, request.item)
        found.append(
            tr(
                f"Nobody near may give {beyond} of them; they are asked for all the same.",
                f"其中 {beyond} 附近无处可调，仍一并申请。",
            )
        )
    return found


class _About:
    """A proposal whose sentences are made."""

    def __init__(self, proposal: Proposal, unit: Unit, names: Names) -> None:
        self.proposal, self.unit, self.names = proposal, unit, names

    @property
    def giver(self) -> str:
        return self.names.site(self.proposal.giver)

    @property
    def receiver(self) -> str:
        return self.names.site(self.proposal.receiver)

    @property
    def item(self) -> str:
        return self.names.item(self.proposal.item)

    def quantity(self, quantity: int) -> str:
        return self.names.quantity(quantity, self.proposal.item)

    def way(self) -> str:
        return distance_text(self.proposal.distance.value, self.unit)

    def what(self) -> str:
        giver, receiver, item = self.giver, self.receiver, self.item
        quantity, way = self.quantity(self.proposal.quantity), self.way()
        return tr(
            f"{giver} gives {quantity} of {item} to {receiver}, {way} away.",
            f"{giver}向{receiver}调出{item} {quantity}，相距 {way}。",
        )

    def left(self) -> str:
        left = self.quantity(self.proposal.left)
        return tr(
            f"Once the whole plan is carried out, {self.giver} has {left} of it left.",
            f"整个方案执行后，{self.giver}尚余该物品 {left}。",
        )

    def approval(self) -> str:
        division = self.names.division(self.proposal.approval)
        return tr(
            f"An approver of {division} decides: the lowest division that contains both and is no community.",
            f"由{division}的审批人决定：这是同时包含双方且高于社区的最低一级区划。",
        )

    def division_in_common(self, digits: int) -> str:
        code = self.proposal.giver // 10 ** (_SITE_DIGITS - digits) if digits else 0
        return self.names.division(code)


def _level(about: _About, value: int) -> str:
    share = _percent(value)
    return tr(
        f"{about.receiver} has {share} of its floor, what is promised to it included; "
        "among requests as urgent, who has least of it comes first.",
        f"{about.receiver}的库存（含已承诺的）为保底量的 {share}；同等紧急时，比例最低者优先。",
    )


def _no_floor(about: _About, value: int) -> str:
    quantity = about.quantity(value)
    return tr(
        f"{about.receiver} has no floor, so that the {quantity} it asked for stand in its place.",
        f"{about.receiver}未设保底量，以其申请的 {quantity} 代替。",
    )


def _urgency(_: _About, value: int) -> str:
    en, zh = _URGENCIES.get(value, (f"of urgency {value}", f"紧急程度 {value}"))
    return tr(f"The request is {en}.", f"该申请为{zh}。")


def _stale(about: _About, value: int) -> str:
    return tr(
        f"The count of {about.item} (category {value:07d}) is overdue at {about.receiver}, so that its stock "
        "is an old figure.",
        f"{about.receiver}的{about.item}（类别 {value:07d}）盘点逾期，其库存为旧数据。",
    )


def _above_norm(_: _About, value: int) -> str:
    share = _percent(value)
    return tr(
        f"The request asks for {share} of the floor, more than three times it, and gives a reason.",
        f"该申请为保底量的 {share}，超过三倍，已注明理由。",
    )


def _rank(about: _About, value: int) -> str:
    if value == 1:
        return tr(
            f"{about.giver} is the nearest of those that may give it.",
            f"{about.giver}是可调出该物品的最近储备点。",
        )
    return tr(
        f"{about.giver} is number {value} by distance among those that may give it.",
        f"{about.giver}在可调出该物品的储备点中，距离排第 {value}。",
    )


def _emergency(about: _About, value: int) -> str:
    division = about.names.division(value)
    return tr(
        f"An emergency in {division} covers both, so that no notice has to pass.",
        f"{division}的应急状态覆盖双方，无须等待通知期。",
    )


def _notice(about: _About, value: int) -> str:
    days = tr(_counted(value, "day"), f"{value} 天")
    return tr(
        f"{about.giver} has {days} of notice, which end{'s' if value == 1 else ''} by the day of need.",
        f"{about.giver}的通知期为 {days}，在需用日前届满。",
    )


def _distance_by_level(about: _About, value: int) -> str:
    division, way = about.division_in_common(value), about.way()
    return tr(
        f"The distance between the two is not known; {way} is assumed, since both lie in {division}.",
        f"双方之间的距离未知，因其共同区划为{division}，按 {way}估计。",
    )


def _expires(_: _About, value: int) -> str:
    day = _day(value)
    return tr(
        f"The first of these goods may be used until {day}; what expires first goes first.",
        f"这批物资中最早的可用至 {day}；先到期的先调出。",
    )


def _split(_: _About, value: int) -> str:
    return tr(f"{value} givers share in the request.", f"共有 {value} 个储备点为该申请调出。")


def _same_parcel(about: _About, value: int) -> str:
    return tr(
        f"{value} items travel together from {about.giver} to {about.receiver}.",
        f"共有 {value} 种物品由{about.giver}一并运往{about.receiver}。",
    )


SENTENCES: Mapping[ReasonCode, Callable[[_About, int], str]] = {
    ReasonCode.LEVEL: _level,
    ReasonCode.NO_FLOOR: _no_floor,
    ReasonCode.URGENCY: _urgency,
    ReasonCode.STALE: _stale,
    ReasonCode.ABOVE_NORM: _above_norm,
    ReasonCode.RANK: _rank,
    ReasonCode.EMERGENCY: _emergency,
    ReasonCode.NOTICE: _notice,
    ReasonCode.DISTANCE_BY_LEVEL: _distance_by_level,
    ReasonCode.EXPIRES: _expires,
    ReasonCode.SPLIT: _split,
    ReasonCode.SAME_PARCEL: _same_parcel,
}
"""The sentence of each reason, with its figure."""

_URGENCIES = {1: ("routine", "常规"), 2: ("urgent", "紧急"), 3: ("critical", "特急")}


def _why_open(code: UnfilledCode, request: Request) -> str:
    day = _day(request.needed_by)
    sentences = {
        UnfilledCode.REASON_MISSING: (
            "it asks for more than three times the floor without a reason; ask again with one.",
            "超过保底量三倍而未注明理由，请注明后重新申请。",
        ),
        UnfilledCode.PAST: (
            f"the day of need, {day}, is over; ask again for a later one.",
            f"需用日 {day} 已过，请以新的日期重新申请。",
        ),
        UnfilledCode.TOO_FAR: (
            "what could be given lies beyond the nearest givers that are looked at.",
            "可调出的物资在所考虑的最近储备点之外。",
        ),
        UnfilledCode.NOTICE: (
            f"the notice of everybody who could give ends after the day of need, {day}.",
            f"可调出的储备点，其通知期均晚于需用日 {day} 届满。",
        ),
        UnfilledCode.EXPIRED: (
            f"what could be given may not be used until the day of need, {day}.",
            f"可调出的物资在需用日 {day} 前到期。",
        ),
        UnfilledCode.STALE: (
            "goods above the floor lie only where the count is overdue; count there.",
            "高于保底量的物资均在盘点逾期的储备点，请先盘点。",
        ),
        UnfilledCode.SHARE: (
            "goods above the floor may not be called: the callable share is used up, by proposals that "
            "nobody decided too, or no terms are set.",
            "高于保底量的物资不可调用，因可调用比例已用尽（含待审批方案）或未设调用条件。",
        ),
        UnfilledCode.FLOOR: (
            "nobody else has usable goods of it above the floor, what is reserved and what proposals "
            "promise that nobody decided.",
            "其他储备点扣除保底量、已预留量和待审批方案后，均无可用物资。",
        ),
    }
    return tr(*sentences[code])


def _why_item(drafted: Drafted, item: int, names: Names) -> str:
    near = names.quantity(drafted.near, item)
    givers = tr(_counted(drafted.givers, "giver"), f"{drafted.givers} 个储备点")
    sentences = {
        DraftCode.MOST_NEAR: (
            f"{near} may be given by {givers} near, of no other item of the category more.",
            f"附近 {givers}可调出 {near}，该类物品中以此最多。",
        ),
        DraftCode.NEXT: (
            f"{near} may be given by {givers} near, and the items before it do not cover the draft.",
            f"附近 {givers}可调出 {near}，前列物品不足以满足该草案。",
        ),
        DraftCode.NONE_NEAR: (
            "nobody near may give any item of the category, so that the first of them is asked for.",
            "附近无处可调出该类任何物品，故申请其中第一种。",
        ),
    }
    return tr(*sentences[drafted.code])


def _why_no_request(code: DraftCode, draft: Draft, names: Names) -> str:
    day, unit = _day(draft.needed_by), names.measure(draft.unit)
    sentences = {
        DraftCode.NO_ITEM: (
            f"No item of category {draft.category} is counted in {unit}; "
            "write the draft in the unit of one, or register the item.",
            f"{draft.category} 类中没有以“{unit}”计量的物品；请改用其计量单位，或先登记该物品。",
        ),
        DraftCode.PAST: (
            f"The day of need, {day}, is over; write the draft for a later one.",
            f"需用日 {day} 已过；请以新的日期重写草案。",
        ),
    }
    return tr(*sentences[code])


def distance_text(value: int, unit: Unit) -> str:
    """Return a distance or a travel time as people say it: 850 m, 3.8 km, 25 minutes, 2 h 5 min."""
    if unit is Unit.METRES:
        if value < 1_000:
            return tr(f"{value} m", f"{value} 米")
        tenths = (value + 50) // 100
        return tr(f"{tenths // 10:,}.{tenths % 10} km", f"{tenths // 10:,}.{tenths % 10} 公里")
    minutes = (value + 59) // 60
    if minutes < _HOURS_FROM:
        return tr(_counted(minutes, "minute"), f"{minutes} 分钟")
    hours, rest = divmod(minutes, 60)
    return tr(f"{hours:,} h {rest} min", f"{hours:,} 小时 {rest} 分钟")


def _day(number: int) -> str:
    """Return the date of a day; its number where no calendar goes as far."""
    try:
        return date_of(number).isoformat()
    except OverflowError:
        return str(number)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _percent(basis_points: int) -> str:
    """Return basis points as a percentage, with what is behind the point where there is anything."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole:,}.{rest:02d}%".replace(".00%", "%")
