"""The sentences of a verification: what was compared, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger_client.addresses import address_from_bytes
from ledger_client.contracts import CONTRACTS
from ledger_client.divisions import DivisionId, contains
from ledger_client.documents import moment_at
from ledger_client.errors import MismatchError
from ledger_client.evidence._forms import REGISTERS, Manifest
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.claims import Proven
from ledger_client.evidence.named import Named, Use
from ledger_client.evidence.names import NameLine
from ledger_client.evidence.norms import Overdue, ToldByNorms
from ledger_client.evidence.registers import GrantHistory, Registers
from ledger_client.evidence.report import QUALIFIED, Answer, AnswerState, Question, ReceiptVerdict
from ledger_client.evidence.vouching import Vouched
from ledger_client.language import Language, current_language
from ledger_client.trust import Trust

_PROVED, _WRONG, _UNKNOWN = AnswerState.PROVED, AnswerState.WRONG, AnswerState.UNKNOWN


class AnsweredError(MismatchError):
    """An answer that contradicts, on its way to the report.

    Attributes:
        answer: The answer.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer

    def text(self, language: Language | None = None) -> str:
        """Return the answer's own sentence."""
        return self.answer.zh if (language or current_language()) == "zh" else self.answer.en


def not_reached(question: Question) -> Answer:
    """Return the answer to a question that was not come to."""
    return Answer(question, _UNKNOWN, "not reached", "未及核验")


def chain(trust: Trust) -> Answer:
    """Return the answer about the identity of the chain, which the trust file has confirmed."""
    genesis = trust.genesis_hash.hex()[:8]
    return Answer(
        Question.CHAIN,
        _PROVED,
        f"chain {trust.chain_id}, genesis {genesis}…, ledger {trust.ledger}: the one of the trust file",
        f"链 {trust.chain_id}，创世区块 {genesis}…，账本 {trust.ledger}：与信任文件一致",
    )


def header(vouched: Vouched, trust: Trust) -> Answer:
    """Return the answer about the block, for which enough witnesses vouch."""
    first, last, further = vouched.first, vouched.last, vouched.count - 1
    when = moment_at(first.time, trust.offset).strftime("%Y-%m-%d %H:%M:%S")
    who = ", ".join(statement.witness for statement in vouched.statements)
    count, known = len(vouched.statements), len(trust.witnesses)
    way, way_zh = "", ""
    if further:
        way = f" through block {last.number}, {_many(further, 'header')} on"
        way_zh = f"（经其后 {further} 个区块头至区块 {last.number}）"
    return Answer(
        Question.HEADER,
        _PROVED,
        f"block {first.number} of {when} is vouched for by {count} of {_many(known, 'witness')}{way}: {who}",
        f"区块 {first.number}（{when}）由 {known} 名见证人中的 {count} 名作证{way_zh}：{who}",
    )


def proofs(words: int, nodes: int) -> Answer:
    """Return the answer about the proofs, all of which hold."""
    return Answer(
        Question.PROOFS,
        _PROVED,
        f"the code of {len(CONTRACTS)} contracts and {_many(words, 'word')} of their storage, by "
        f"{_many(nodes, 'node')} of the state",
        f"{len(CONTRACTS)} 个合约的代码及其 {words} 个存储字，由 {nodes} 个状态节点证明",
    )


def journal(
    card: SiteCard, proven: int, manifest: Manifest, vouched: Vouched, trust: Trust, *, is_empty: bool
) -> Answer:
    """Return the answer about completeness of the documents.

    Args:
        card: What the documents of the file add up to.
        proven: The journal word.
        manifest: Of the file.
        vouched: Whose block it is about.
        trust: Whose clock shows the time.
        is_empty: Whether the ledger holds nothing at all.
    """
    sequence, site, block = proven & ((1 << 64) - 1), card.site, manifest.block
    if card.documents != sequence:
        return Answer(
            Question.JOURNAL,
            _WRONG,
            f"the file holds {_many(card.documents, 'document')} of site {site}, and its journal has "
            f"{sequence} at block {block}: documents were left out or added",
            f"文件含储备点 {site} 的 {card.documents} 份单据，"
            f"而其账簿在区块 {block} 时有 {sequence} 份：单据有遗漏或添加",
        )
    if card.documents != manifest.documents:
        return Answer(
            Question.JOURNAL,
            _WRONG,
            f"the file holds {_many(card.documents, 'document')} and says {manifest.documents}: "
            "it was changed",
            f"文件含 {card.documents} 份单据，而自称 {manifest.documents} 份：已被改动",
        )
    if card.journal != proven:
        return Answer(
            Question.JOURNAL,
            _WRONG,
            f"the documents, {sequence} of them, are not those that the journal of site {site} commits to: "
            "one was altered, or two were exchanged",
            f"这 {sequence} 份单据并非储备点 {site} 账簿所载：有单据被改动或调换次序",
        )
    when = moment_at(vouched.first.time, trust.offset).strftime("%Y-%m-%d %H:%M:%S")
    until, until_zh = f"up to block {block} of {when}", f"截至区块 {block}（{when}）"
    if is_empty:
        en = f"complete: no documents {until}; the ledger holds nothing at all, of any site"
        zh = f"完整：{until_zh}没有单据；整个账本尚无任何内容"
    elif not sequence:
        en = f"complete: no documents {until}; the journal of site {site} is empty"
        zh = f"完整：{until_zh}没有单据；储备点 {site} 的账簿为空"
    else:
        en = f"complete: {_all_of(sequence, 'document')} of site {site} {until}"
        zh = f"完整：储备点 {site} {until_zh}的全部 {sequence} 份单据"
    return Answer(Question.JOURNAL, _PROVED, en, zh)


def unregistered(site: int, block: int) -> Answer:
    """Return the answer about a site that there is not: that it has no documents means nothing."""
    return Answer(
        Question.JOURNAL,
        _WRONG,
        f"there is no site {site} at block {block}: that it has no documents says nothing",
        f"区块 {block} 时没有储备点 {site}：其无单据不能说明任何问题",
    )


def balances(card: SiteCard, proven: Proven, item: int) -> Answer:
    """Return the answer about balances: each must be what the documents add up to."""
    for lot, word in proven.balances.items():
        if card.balances[lot] != word:
            quantity = (1 << 63) - 1
            found, expected = word & quantity, card.balances[lot] & quantity
            return Answer(
                Question.BALANCES,
                _WRONG,
                f"the ledger keeps {found} of lot {lot.hex()}, and the documents add up to {expected}"
                + (" (and differ on whether it is held)" if found == expected else ""),
                f"批次 {lot.hex()} 账本结存 {found}，而单据合计 {expected}"
                + ("（且暂扣状态不同）" if found == expected else ""),
            )
    count = len(proven.balances)
    if item and not count:
        en = f"no document of this site names a lot of item {item}: there is no balance to compare"
        zh = f"本储备点的单据未涉及物品 {item} 的任何批次：无结存可比"
        return Answer(Question.BALANCES, _PROVED, en, zh)
    of = f" of item {item} and no other" if item else ""
    of_zh = f"（仅物品 {item}）" if item else ""
    return Answer(
        Question.BALANCES,
        _PROVED,
        f"what the documents add up to is what the ledger keeps, for {_many(count, 'lot')}{of}",
        f"{count} 个批次{of_zh}的单据合计与账本结存一致",
    )


def complete_registers(registers: Registers, proven: Proven) -> dict[str, str]:
    """Return what is wrong with the journals of each register: empty where all are complete."""
    wrong: dict[str, str] = dict.fromkeys(REGISTERS, "")
    for (register, subject), word in proven.journals.items():
        if registers.journals.get((register, subject), 0) != word and not wrong[register]:
            wrong[register] = _called(register, subject)
    return wrong


def _called(register: str, subject: bytes) -> str:
    """Return how a sentence calls whose journal it is; the country is 0."""
    if register == "norms":
        return str(int.from_bytes(subject, "big"))
    return address_from_bytes(subject) if register == "holders" else subject.hex()


def verdicts(
    manifest: Manifest, wrong: dict[str, str], receipts: int, judged: Sequence[ReceiptVerdict]
) -> Answer:
    """Return the answer about the verdicts of receipts.

    Args:
        manifest: Of the file.
        wrong: As `complete_registers` says.
        receipts: How many there are.
        judged: All of them, or none where a journal is not complete.
    """
    if not receipts:
        return Answer(Question.VERDICTS, _PROVED, "there is no receipt", "没有收货单据")
    incomplete = wrong["suppliers"] or wrong["issuers"]
    if incomplete:
        return Answer(
            Question.VERDICTS,
            _WRONG,
            f"the journal of {incomplete} is not complete: an entry is missing, altered or added",
            f"{incomplete} 的账簿不完整：有条目缺失、改动或添加",
        )
    if "suppliers" not in manifest.classes:
        return Answer(
            Question.VERDICTS,
            _UNKNOWN,
            "the file leaves out the journals of suppliers and issuers",
            "文件未含供应商与签发方的账簿",
        )
    differing = next((each for each in judged if not each.is_as_recorded), None)
    if differing is not None:
        return Answer(
            Question.VERDICTS,
            _WRONG,
            f"receipt {differing.document:062x} records a verdict that its supplier's journal does not give",
            f"收货单据 {differing.document:062x} 所记资质结论与供应商账簿不符",
        )
    then = sum(each.then in QUALIFIED for each in judged)
    now = sum(each.now in QUALIFIED for each in judged)
    return Answer(
        Question.VERDICTS,
        _PROVED,
        f"{_many(receipts, 'receipt')}: {then} qualified when recorded, {now} by what is known now",
        f"{receipts} 份收货：记录时合格 {then} 份，按现有记录合格 {now} 份",
    )


def grants(manifest: Manifest, wrong: dict[str, str], registers: Registers, named: Named) -> Answer:
    """Return the answer about the grants that signers relied on."""
    if not named.uses:
        return Answer(Question.GRANTS, _PROVED, "nobody signed anything", "无人签署")
    if "grants" not in manifest.classes:
        return Answer(
            Question.GRANTS, _UNKNOWN, "the file leaves out the journals of holders", "文件未含持有人的账簿"
        )
    if wrong["holders"]:
        return Answer(
            Question.GRANTS,
            _WRONG,
            f"the journal of {wrong['holders']} is not complete: an entry is missing, altered or added",
            f"{wrong['holders']} 的账簿不完整：有条目缺失、改动或添加",
        )
    for use, times in named.uses.items():
        if not _acted(registers.grants.get((use.holder, use.grant)), use, times):
            return Answer(
                Question.GRANTS,
                _WRONG,
                f"{use.holder} signed at site {use.site} on a grant that did not act then or there",
                f"{use.holder} 在储备点 {use.site} 签署时所依据的授权当时或当地无效",
            )
    claimed = sorted(set(registers.claims) & named.holders)
    en = zh = ""
    if claimed:
        en = f"; of these keys {', '.join(claimed)} is said to have been in foreign hands at some time"
        zh = f"；其中 {'、'.join(claimed)} 的密钥据称曾落入他人之手"
    used = len({(use.holder, use.grant) for use in named.uses})
    return Answer(
        Question.GRANTS,
        _PROVED,
        f"{_many(used, 'grant')} of {_many(len(named.holders), 'signer')} acted whenever relied on{en}",
        f"{len(named.holders)} 名签署人的 {used} 项授权在每次使用时均有效{zh}",
    )


def _acted(history: GrantHistory | None, use: Use, times: tuple[int, int]) -> bool:
    """Whether a grant allowed what it was used for, from the first to the last document that relied on it."""
    if history is None or history.role is not use.role or history.subject != use.subject:
        return False
    if not contains(DivisionId(history.division), DivisionId(use.site)):
        return False
    place = next((at for at, step in enumerate(history.steps) if step.position == use.position), None)
    if place is None:
        return False
    step = history.steps[place]
    later = history.steps[place + 1 :]
    # A change in the block of the last document may stand behind it.
    still = not later or later[0].recorded_at >= times[1]
    return still and 0 < step.from_ <= times[0] and step.recorded_at <= times[0]


def norms(wrong: dict[str, str], documents: int, told: ToldByNorms | None, trust: Trust) -> Answer:
    """Return the answer about emergencies and counts.

    Args:
        wrong: As `complete_registers` says.
        documents: How many the site has.
        told: What the journals in Norms say; None where the file leaves them out, or where they are wrong.
        trust: Whose clock shows times.
    """
    if wrong["norms"]:
        return Answer(
            Question.NORMS,
            _WRONG,
            f"the journal of {wrong['norms']} in Norms is not complete: an entry is missing, altered or "
            "added",
            f"Norms 中 {wrong['norms']} 的账簿不完整：有条目缺失、改动或添加",
        )
    if told is None:
        return Answer(
            Question.NORMS,
            _UNKNOWN,
            "the file leaves out the journals in Norms: it does not tell documents of an emergency from "
            "routine ones, nor which counts were overdue; `shecang stock card` does",
            "文件未含 Norms 的账簿：不能区分应急与常态单据，也不说明盘点是否逾期；"
            "请用 `shecang stock card` 查看",
        )
    found = len(told.emergency)
    late = [overdue_count(each, trust.offset) for each in told.overdue.values()]
    counts = f"overdue counts: {'; '.join(en for en, _ in late)}" if late else "no count was overdue"
    counts_zh = f"盘点逾期：{'；'.join(zh for _, zh in late)}" if late else "无逾期盘点"
    return Answer(
        Question.NORMS,
        _PROVED,
        f"documents: {documents - found} routine, {found} in an emergency; {counts}",
        f"单据：常态 {documents - found} 份，应急期间 {found} 份；{counts_zh}",
    )


def overdue_count(count: Overdue, offset: int) -> tuple[str, str]:
    """Return what is said of an overdue count in English and in Chinese; `offset`: of the ledger's days."""
    due = moment_at(count.due, offset).strftime("%Y-%m-%d %H:%M")
    last = moment_at(count.counted_at, offset).strftime("%Y-%m-%d %H:%M") if count.counted_at else ""
    return (
        f"category {count.category:07d}, due by {due}, "
        + (f"last counted {last}" if last else "no count is proved"),
        f"类别 {count.category:07d}，应于 {due} 前盘点，" + (f"上次盘点 {last}" if last else "尚无盘点依据"),
    )


def names(given: Iterable[NameLine], proven: Proven) -> Answer:
    """Return the answer about names."""
    count = 0
    for name in given:
        count += 1
        if proven.names[name.register, name.id] != name.digest:
            return Answer(
                Question.NAMES,
                _WRONG,
                f"the name of {name.register} {name.id} is not the one whose digest is on chain",
                f"{name.register} {name.id} 的名称与链上摘要不符",
            )
    if not count:
        return Answer(Question.NAMES, _UNKNOWN, "codes only", "仅有代码")
    return Answer(
        Question.NAMES,
        _PROVED,
        f"{_many(count, 'name')} as on chain; all else is shown by its code",
        f"{count} 个名称与链上一致；其余仅示代码",
    )


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}{'es' if what.endswith('s') else 's'}"


def _all_of(count: int, what: str) -> str:
    return f"the only {what}" if count == 1 else f"all {count} {what}s"
