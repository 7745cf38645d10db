"""What a draft says, in sentences made from the very bytes that will be signed.

The first sentence says what moves between whom, then a line for each lot, then everything else that is
signed: time, reason, reference, deadline, who signs, until when. Nothing comes from whoever prepared it.

Example::

    for sentence in say(draft, offset=CHINA_OFFSET):
        print(sentence)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from ledger_client.calldata import Original
from ledger_client.documents import SECONDS_A_DAY, YEAR_10000, Document, Kind, Timestamp, moment_at
from ledger_client.drafts.draft import NO_BODY, Draft
from ledger_client.language import tr
from ledger_client.lines import (
    AnyLine,
    CountLine,
    LotAttributes,
    OpeningLine,
    ReceiptLine,
    RepackLine,
    unpack_lines,
)
from ledger_client.reasons import reason_label
from ledger_client.words import unpack_reference

_LAST_DAY = YEAR_10000 // SECONDS_A_DAY
_NO_LINES = (Kind.HOLD, Kind.RELEASE, Kind.RECALL, Kind.LIFT)  # they name lots and no quantities
_REFERENCES = {
    1: ("document", "单据"),
    2: ("consignment", "在途单"),
    3: ("document that it reverses", "被冲销单据"),
    4: ("proposal", "调剂方案"),
    5: ("request", "申请"),
}


def _number(id_: int) -> str:
    return f"{id_:040x}"  # whole: a few digits are found again by whoever makes ids until they fit


@dataclass(frozen=True, slots=True)
class DraftNames:
    """How sentences call things; by code where nobody has names for them.

    Attributes:
        site: Of a site.
        party: Of a supplier, donor, issuer or consignee.
        lot: Of a lot that is there already.
        item: Of an item.
        quantity: So many base units of a lot.
    """

    site: Callable[[int], str] = lambda site: tr(f"site {site:015d}", f"储备点 {site:015d}")
    party: Callable[[int], str] = _number
    lot: Callable[[int], str] = lambda lot: tr(f"lot {lot:040x}", f"批次 {lot:040x}")
    item: Callable[[int], str] = lambda item: tr(f"item {item}", f"物品 {item}")
    quantity: Callable[[int, int], str] = lambda quantity, _: f"{quantity:,}"


BY_CODE = DraftNames()
"""No names at all."""


def say(draft: Draft, offset: int, names: DraftNames = BY_CODE) -> list[str]:
    """Return what a draft says, a sentence each.

    Args:
        draft: Whose lines are those of its kind, see `draft_file.from_dict`.
        offset: Seconds by which the ledger's days are ahead of UTC.
        names: How things are called.
    """
    return [*say_content(draft, offset, names), *_signatures(draft, offset)]


def say_content(draft: Draft, offset: int, names: DraftNames = BY_CODE) -> list[str]:
    """Return what `say` does, but for who signs; of documents that others sign, or have signed.

    Args:
        draft: As for `say`.
        offset: As for `say`.
        names: As for `say`.
    """
    document = draft.document
    lines = unpack_lines(draft.kind, document.lines, source=document.from_, key=draft.key)
    names = replace(names, lot=_proved(draft, names))
    return [
        _reversal(draft.original, names) if draft.original else _HEADLINES[draft.kind](document, names),
        *(_line(draft.kind, each, names) for each in lines),
        *_carried(draft, names),
        *_particulars(draft, offset),
    ]


def _proved(draft: Draft, names: DraftNames) -> Callable[[int], str]:
    """Return how lots are called: with item and dates where the draft brings what makes up their id."""
    known = {each.lot_id: each for each in draft.lots}

    def lot(id_: int) -> str:
        said, goods = names.lot(id_), known.get(id_)
        return said if goods is None else tr(", ", "，").join([names.item(goods.item), said, *_marks(goods)])

    return lot


def _carried(draft: Draft, names: DraftNames) -> list[str]:
    """Say what a step is about, or what a reversal undoes.

    The ledger holds it against its own when the transaction comes. No consent covers it: whoever prepares a
    draft can show another content, and send the true one with the consent.
    """
    consignment, original = draft.consignment, draft.original
    if consignment is not None:
        title = tr(
            "What is on the way, by the draft's word alone; a consent covers its number and not this:",
            "在途物资（仅为草稿所述；会签只涵盖其编号，不涵盖以下内容）：",
        )
        carried = unpack_lines(Kind.ACCEPTANCE, consignment.lines)
        return [title, *(_line(Kind.ACCEPTANCE, each, names) for each in carried)]
    if original is None:
        return []
    title = tr(
        "What is undone, by the draft's word alone; a consent covers its number and not this:",
        "所冲销的内容（仅为草稿所述；会签只涵盖其编号，不涵盖以下内容）：",
    )
    return [title, *(_line(original.kind, each, names) for each in draft.undone())]


def _particulars(draft: Draft, offset: int) -> list[str]:
    document, found = draft.document, []
    when = _time(document.occurred_at, offset)
    found.append(tr(f"It is said to have occurred on {when}.", f"发生时间：{when}。"))
    if document.reason:
        why = reason_label(document.reason, draft.kind)
        found.append(tr(f"Reason: {why}.", f"原因：{why}。"))
    if document.qualification:
        id_ = f"{document.qualification:040x}"
        found.append(tr(f"It relies on qualification {id_}.", f"所依据的资质：{id_}。"))
    if document.deadline:
        until = minute(document.deadline, offset)
        found.append(tr(f"The receiver is to answer by {until}.", f"接收方须于 {until} 前答复。"))
    if document.reference:
        found.append(_reference(draft))
    if draft.body != NO_BODY:
        digest = draft.body.hex()
        found.append(
            tr(f"It has a note off chain, of salted digest {digest}.", f"另有链下备注，加盐摘要 {digest}。")
        )
    return found


def _reference(draft: Draft) -> str:
    reference = draft.document.reference
    if draft.kind is Kind.COUNT:
        return tr(
            f"Counted when the site's journal stood at entry {reference & (1 << 64) - 1}.",
            f"盘点时储备点流水账位于第 {reference & (1 << 64) - 1} 条。",
        )
    named = unpack_reference(reference)
    what = tr(*_REFERENCES.get(named.type, (f"thing of type {named.type}", f"类型 {named.type} 的对象")))
    return tr(f"It refers to {what} {named.id:062x}.", f"关联的{what}：{named.id:062x}。")


def _signatures(draft: Draft, offset: int) -> list[str]:
    found = []
    for part, seat in draft.seats.items():
        state = ""
        if part in draft.consents:
            state = tr(", who has signed", "，已签署")
        found.append(
            tr(
                f"The {part.label} is {seat.address} for division {seat.division}{state}.",
                f"{part.label}：{seat.address}（区划 {seat.division}）{state}。",
            )
        )
    if draft.other or draft.approver:
        until = minute(draft.valid_until, offset)
        found.append(tr(f"Consents count until {until}.", f"会签有效期至 {until}。"))
    found.append(
        tr(
            f"It becomes document {draft.key:062x} of ledger {draft.ledger} on chain {draft.chain_id}.",
            f"将记录为单据 {draft.key:062x}，账本 {draft.ledger}，链 {draft.chain_id}。",
        )
    )
    return found


def _line(kind: Kind, line: AnyLine, names: DraftNames) -> str:
    if isinstance(line, OpeningLine):
        created = _created(line.attributes, line.quantity, names, line.attributes.source)
        return _with_reason(f"  {created}", line.reason, kind)
    if isinstance(line, ReceiptLine):
        accepted = _created(line.attributes, line.accepted, names)
        refused = f"{line.rejected:,}"
        if not line.rejected:
            return f"  {accepted}"
        return _with_reason(
            tr(f"  {accepted}; rejected {refused}", f"  {accepted}；拒收 {refused}"), line.reason, kind
        )
    if isinstance(line, CountLine):
        lot, counted, expected = names.lot(line.lot), f"{line.counted:,}", f"{line.expected:,}"
        said = tr(
            f"  {lot}: counted {counted}, expected {expected}, difference {line.difference:+,}",
            f"  {lot}：实盘 {counted}，账面 {expected}，差异 {line.difference:+,}",
        )
        return _with_reason(said, line.reason, kind)
    if isinstance(line, RepackLine):
        taken, made = (
            names.quantity(line.input_quantity, line.input_lot),
            _created(line.output, line.output_quantity, names, line.output.source),
        )
        lot = names.lot(line.input_lot)
        return _with_reason(
            tr(f"  {lot}: {taken} become {made}", f"  {lot}：{taken} 换装为 {made}"), line.reason, kind
        )
    lot = names.lot(line.lot)
    if kind in _NO_LINES:
        return f"  {lot}"
    said = tr(
        f"  {lot}: {names.quantity(line.quantity, line.lot)}",
        f"  {lot}：{names.quantity(line.quantity, line.lot)}",
    )
    if line.is_missing:
        said += tr(" missing", "（缺失）")
    return _with_reason(said, line.reason, kind)


def _with_reason(said: str, reason: int, kind: Kind) -> str:
    why = reason_label(reason, kind)
    return tr(f"{said} ({why})", f"{said}（{why}）") if why else said


def _created(goods: LotAttributes, quantity: int, names: DraftNames, source: int | None = None) -> str:
    """Say goods whose attributes stand on the line; whom they are from where the headline does not say."""
    item, units = names.item(goods.item), f"{quantity:,}"
    id_ = f"{goods.lot_id:040x}"
    parts = [tr(f"{item}: {units}", f"{item}：{units}"), tr(f"lot {id_}", f"批次 {id_}")]
    if source is not None:
        parts.append(tr(f"from {names.party(source)}", f"来源 {names.party(source)}"))
    parts += _marks(goods)
    return tr(", ", "，").join(parts)


def _marks(goods: LotAttributes) -> list[str]:
    """Say what else a lot is made of; a batch is shown by its digest."""
    parts = []
    if any(goods.batch):
        parts.append(tr(f"batch digest {goods.batch.hex()[:16]}…", f"批号摘要 {goods.batch.hex()[:16]}…"))
    if goods.made:
        parts.append(tr(f"made {_day(goods.made)}", f"生产日期 {_day(goods.made)}"))
    if goods.expires:
        parts.append(tr(f"use by {_day(goods.expires)}", f"有效期至 {_day(goods.expires)}"))
    if goods.own:
        parts.append(tr("held when it came", "入库即暂扣"))
    return parts


def minute(seconds: int, offset: int) -> str:
    """Return a moment to the minute, as the ledger's clocks show it.

    Args:
        seconds: Since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """
    if seconds >= YEAR_10000:
        return tr("after the year 9999", "9999 年之后")
    return moment_at(seconds, offset).strftime("%Y-%m-%d %H:%M")


def _day(number: int) -> str:
    return minute(number * SECONDS_A_DAY, 0).split(" ")[0] if number < _LAST_DAY else minute(YEAR_10000, 0)


def _time(time: Timestamp, offset: int) -> str:
    text = minute(time.seconds, offset)
    return text.split(" ")[0] if time.is_day_only and time.seconds < YEAR_10000 else text


_Headline = Callable[[Document, DraftNames], str]


def _at(en: str, zh: str) -> _Headline:
    """Return the headline of a kind that is about one site, its `from_`."""
    return lambda document, names: tr(en, zh).format(site=names.site(document.from_))


def _between(en: str, zh: str) -> _Headline:
    """Return the headline of a kind that is about two sites."""

    def headline(document: Document, names: DraftNames) -> str:
        return tr(en, zh).format(sender=names.site(document.from_), receiver=names.site(document.to))

    return headline


def _with_party(en: str, zh: str, *, is_receipt: bool) -> _Headline:
    """Return the headline of a receipt or issue: a site, and somebody who is none, whatever its id."""

    def headline(document: Document, names: DraftNames) -> str:
        site, party = (document.to, document.from_) if is_receipt else (document.from_, document.to)
        return tr(en, zh).format(site=names.site(site), party=names.party(party))

    return headline


def _by_issuer(en: str, zh: str) -> _Headline:
    def headline(document: Document, names: DraftNames) -> str:
        authority = tr("an authority of the country", "国家级主管机构")
        by = names.party(document.from_) if document.from_ else authority
        return tr(en, zh).format(by=by)

    return headline


def _opening(document: Document, names: DraftNames) -> str:
    site = names.site(document.to)
    return tr(f"Opening: {site} begins, with what it holds already.", f"期初：{site}启用，登记现有物资。")


def _reversal(original: Original, names: DraftNames) -> str:
    document = original.document
    headline = _HEADLINES[original.kind](document, names)
    return tr(f"Reversal, as if it had not been, of: {headline}", f"冲销（视同从未发生）：{headline}")


_HEADLINES: dict[Kind, _Headline] = {
    Kind.OPENING: _opening,
    Kind.RECEIPT: _with_party(
        "Receipt: {site} receives from {party}.", "收货：{site}收到{party}的物资。", is_receipt=True
    ),
    Kind.RELEASE: _at("Release: {site} frees held lots.", "放行：{site}解除批次暂扣。"),
    Kind.HOLD: _at("Hold: {site} holds lots.", "暂扣：{site}暂扣批次。"),
    Kind.ISSUE: _with_party(
        "Issue: {site} issues to {party}.", "发放：{site}向{party}发放物资。", is_receipt=False
    ),
    Kind.HAND_OVER: _between(
        "Hand-over: {sender} hands over to {receiver}, at once.", "交接：{sender}当面交接给{receiver}。"
    ),
    Kind.DISPATCH: _between(
        "Dispatch: goods leave {sender} for {receiver}.", "发运：物资自{sender}发往{receiver}。"
    ),
    Kind.ACCEPTANCE: _between(
        "Acceptance: {receiver} accepts a consignment from {sender}, but for what follows.",
        "验收：{receiver}验收来自{sender}的在途单，下列各项除外。",
    ),
    Kind.CONTEST: _between(
        "Contest: {receiver} contests a consignment from {sender}.",
        "异议：{receiver}对来自{sender}的在途单提出异议。",
    ),
    Kind.RETURN: _between(
        "Return: {sender} takes its consignment to {receiver} back.",
        "退回：{sender}收回发往{receiver}的在途单。",
    ),
    Kind.RETURN_ACCEPTANCE: _between(
        "Return-acceptance: {sender} accepts what {receiver} sent back, but for what follows.",
        "退回验收：{sender}验收{receiver}退回的物资，下列各项除外。",
    ),
    Kind.SETTLEMENT: _between(
        "Settlement: what became of what is missing between {sender} and {receiver}.",
        "差异处理：{sender}与{receiver}之间缺失物资的去向。",
    ),
    Kind.COUNT: _at("Count: what was counted at {site}.", "盘点：{site}的盘点结果。"),
    Kind.WRITE_OFF: _at("Write-off: {site} writes goods off.", "核销：{site}核销物资。"),
    Kind.REPACK: _at("Repack: {site} turns lots into others.", "换装：{site}将批次换装为其他批次。"),
    Kind.RECALL: _by_issuer(
        "Recall: {by} recalls lots everywhere.", "召回：{by}召回下列批次（全部储备点）。"
    ),
    Kind.LIFT: _by_issuer("Lift: {by} lifts the recall of lots.", "解除召回：{by}解除下列批次的召回。"),
}
