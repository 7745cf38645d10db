"""Why a row of a book is not recorded, or not all of it: one sentence each, in both languages."""

from __future__ import annotations

from datetime import date

from ledger_client.book import Sentence

REVERSED = Sentence(
    "reversed",
    "it was recorded and somebody reversed it; import does not record it again",
    "曾记录并已被冲销；导入不会再次记录",
)
COPY = Sentence(
    "copy",
    "another file given here has the same line; it is one line, recorded once",
    "本次给出的另一文件中有同一行；按一行处理，只记录一次",
)
KIND_UNKNOWN = Sentence(
    "kind-unknown",
    "neither header nor title says whether this came in or went out; name the donor or recipient column",
    "表头和标题都未写明是接收还是发放；请写明捐赠单位或接收单位的列名",
)
DATE_MISSING = Sentence(
    "date-missing", "the book gives no day for it; name one with --date", "账册未给出日期；请用 --date 指定"
)
UNMAPPED = Sentence(
    "unmapped",
    "no confirmed row of the mapping has these goods; add one with `shecang book match`, then confirm it",
    "对照表中没有该物资的已确认行；请用 `shecang book match` 补上并确认",
)
PARTY_MISSING = Sentence(
    "party-missing",
    "the book does not say from whom or for whom; add the column",
    "账册未写明来源或去向；请补上该列",
)
SALT_ELSEWHERE = Sentence(
    "salt-elsewhere",
    "the book salt of this site is not in these records, so that nobody can tell what was imported already; "
    "import with the records of the office that did",
    "本档案库中没有该储备点的账册盐值，无法判断哪些已导入；请使用原导入单位的档案库",
)


def quantity_differs(recorded: int) -> Sentence:
    """Return the sentence for a line beside a document of its day and item with another quantity."""
    return Sentence(
        "quantity-differs",
        f"the ledger has {recorded} of it on that day; correct whichever is wrong, book or ledger",
        f"账本上当日为 {recorded}；请核实后更正账册或账本",
    )


def date_outside(day: date, today: date) -> Sentence:
    """Return the sentence for a day that no document can have."""
    return Sentence(
        "date-outside",
        f"{day} is not between 1970-01-02 and today, {today}; correct the date",
        f"{day} 不在 1970-01-02 与今日（{today}）之间；请更正日期",
    )


def unit_unknown(unit: str) -> Sentence:
    """Return the sentence for a base unit without a code."""
    return Sentence(
        "unit-unknown",
        f"the base unit {unit!r} of its item has no code of UN/CEFACT Recommendation 20; correct the mapping",
        f"其物品的基本单位“{unit}”没有 UN/CEFACT 第 20 号建议书代码；请更正对照表",
    )


def item_differs(item: int, registered: str, mapped: str) -> Sentence:
    """Return the sentence for an item whose base unit is not the mapping's."""
    return Sentence(
        "item-differs",
        f"item {item} is registered in {registered}, the mapping has it in {mapped}; give it another number",
        f"物品 {item} 登记的单位为 {registered}，对照表中为 {mapped}；请另用编号",
    )


def not_covered(rest: int, unit: str, left: int | None) -> Sentence:
    """Return the sentence for an issue that stock does not cover.

    Args:
        rest: Units that are lacking.
        unit: The unit's word.
        left: Units of the item that are there but not for this; None where there never were any.
    """
    en, zh = f"{rest} {unit} lacking", f"缺 {rest}{unit}"
    if left is None:
        return Sentence("never-received", f"{en}: no receipt of these goods", f"{zh}：没有该物资的接收记录")
    if left:
        return Sentence(
            "not-available",
            f"{en}: {left} more stay held, are earmarked for others or had expired",
            f"{zh}：另有 {left} 暂扣、定向给他人或已过期",
        )
    return Sentence("used-up", f"{en}: all that was received went out before", f"{zh}：已接收的全部发放完毕")
