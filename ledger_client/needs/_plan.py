"""From a list and a mapping to a plan: each row becomes the one thing that both together say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger_client.book import Sentence
from ledger_client.needs._mapping import Defaults, GoodsRow, InstitutionRow, NeedsMapping, patterns_of
from ledger_client.needs._model import (
    Draft,
    Institution,
    NeedRow,
    NeedsList,
    NeedsPlan,
    Request,
    Unnamed,
    Unplanned,
)

Found = dict[Institution, InstitutionRow | Sentence]


def plan_needs(needs: NeedsList, mapping: NeedsMapping) -> NeedsPlan:
    """Return what each row of a list becomes under a mapping; the same input gives the same plan."""
    found = mapping.find_institutions(entry.institution for entry in needs.entries if entry.fault is None)
    requests: list[Request] = []
    drafts: list[Draft] = []
    unmapped: list[Unplanned] = []
    refused: list[Unplanned] = []
    for row in needs.rows:
        match _planned(row, found, mapping):
            case Request() as request:
                requests.append(request)
            case Draft() as draft:
                drafts.append(draft)
            case Unplanned() as unplanned:
                (unmapped if row.fault is None else refused).append(unplanned)
    return NeedsPlan(
        needs=needs,
        requests=tuple(requests),
        drafts=tuple(drafts),
        unmapped=tuple(unmapped),
        refused=tuple(refused),
        unnamed=(*_unnamed_institutions(needs, found), *_unnamed_goods(unmapped)),
        unused=tuple(_unused(needs, found, mapping)),
    )


def _planned(row: NeedRow, found: Found, mapping: NeedsMapping) -> Request | Draft | Unplanned:
    if row.fault is not None:
        return Unplanned(row, (row.fault,))
    who, what = found[row.institution], mapping.find_goods(row.item, row.specification)
    if isinstance(who, Sentence) or what is None or what.category is None:
        reasons = (who, None if what else _goods_unmapped(row))
        return Unplanned(row, tuple(reason for reason in reasons if isinstance(reason, Sentence)))
    draft = _drafted(row, who, what.category, what, mapping.defaults)
    return draft.as_request() or draft


def _drafted(row: NeedRow, who: InstitutionRow, category: int, what: GoodsRow, defaults: Defaults) -> Draft:
    return Draft(
        row=row,
        category=category,
        item=what.item,
        quantity=row.quantity,
        site=who.site,
        consignee=who.consignee,
        needed_by=defaults.needed_by,
        urgency=defaults.urgency,
        reason=defaults.reason,
    )


def _goods_unmapped(row: NeedRow) -> Sentence:
    return Sentence(
        "goods-unmapped",
        f"the mapping says of {row.item} neither item nor category; add one",
        f"对照表未写明“{row.item}”的物品编号或类别；请补充",
    )


def _unnamed_institutions(needs: NeedsList, found: Found) -> Iterator[Unnamed]:
    rows = Counter(row.institution for row in needs.rows)
    for institution, reason in found.items():
        if isinstance(reason, Sentence):
            yield Unnamed(str(institution), rows[institution], reason)


def _unnamed_goods(unmapped: list[Unplanned]) -> Iterator[Unnamed]:
    reasons: dict[str, Sentence] = {}
    rows: Counter[str] = Counter()
    for each in unmapped:
        for reason in each.reasons:
            if reason.rule == "goods-unmapped":
                reasons[each.row.item] = reason
                rows[each.row.item] += 1
    for item, reason in reasons.items():
        yield Unnamed(item, rows[item], reason)


def _unused(needs: NeedsList, found: Found, mapping: NeedsMapping) -> Iterator[str]:
    """Yield what the mapping names and the list does not have."""
    fitting = {pattern for one in found for pattern in patterns_of(one)}
    for row in mapping.institutions:
        if row.institution not in fitting:
            yield str(row.institution)
    written = {
        GoodsRow(row.item, specification).goods
        for row in needs.rows
        for specification in (row.specification, "")
    }
    for goods in mapping.goods:
        if goods.goods not in written:
            yield " ".join(filter(None, (goods.name, goods.specification)))
