"""The sentences of a verification: what was compared, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ledger_client.addresses import address_from_bytes
from ledger_client.checkpoints.statement import Statement
from ledger_client.divisions import DivisionId, contains
from ledger_client.documents import moment_at
from ledger_client.errors import MismatchError
from ledger_client.evidence._forms import Manifest
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.claims import Proven
from ledger_client.evidence.named import Named, Use
from ledger_client.evidence.names import NameLine
from ledger_client.evidence.registers import GrantHistory, Registers
from ledger_client.evidence.report import Answer, AnswerState, Question, ReceiptVerdict
from ledger_client.fold.verdicts import Status
from ledger_client.headers import Header
from ledger_client.language import Language, current_language
from ledger_client.trust import Trust

_PROVED, _WRONG, _UNKNOWN = AnswerState.PROVED, AnswerState.WRONG, AnswerState.UNKNOWN
_GOOD = (Status.VALID, Status.NOT_NEEDED)


class AnsweredError(MismatchError):
    """An answer that contradicts, on its way to the report."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(question=answer.question)
        self._answer = answer

    def text(self, language: Language | None = None) -> str:
        """Return the answer's own sentence."""
        return self._answer.zh if (language or current_language()) == "zh" else self._answer.en


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


def header(headers: Sequence[Header], statements: Sequence[Statement], trust: Trust) -> Answer:
    """Return the answer about the block, for which enough witnesses vouch."""
    first, last = headers[0], headers[-1]
    when = moment_at(first.time, trust.offset).strftime("%Y-%m-%d %H:%M:%S")
    who = ", ".join(statement.witness for statement in statements)
    count, known = len(statements), len(trust.witnesses)
    way, way_zh = "", ""
    if last is not first:
        way = f" through block {last.number}, {len(headers) - 1} headers on"
        way_zh = f"（经其后 {len(headers) - 1} 个区块头至区块 {last.number}）"
    return Answer(
        Question.HEADER,
        _PROVED,
        f"block {first.number} of {when} is vouched for by {count} of {known} witnesses{way}: {who}",
        f"区块 {first.number}（{when}）由 {known} 名见证人中的 {count} 名作证{way_zh}：{who}",
    )


def proofs(words: int, nodes: int) -> Answer:
    """Return the answer about the proofs, all of which hold."""
    return Answer(
        Question.PROOFS,
        _PROVED,
        f"the code of 5 contracts and {words} words of their storage, by {nodes} nodes of the state",
        f"5 个合约的代码及其 {words} 个存储字，由 {nodes} 个状态节点证明",
    )


def journal(card: SiteCard, proven: int, manifest: Manifest, block: Header) -> Answer:
    """Return the answer about completeness of the documents."""
    sequence = proven & ((1 << 64) - 1)
    if card.journal == proven and card.documents == manifest.documents:
        return Answer(
            Question.JOURNAL,
            _PROVED,
            f"complete: all {sequence} documents of site {card.site} up to block {block.number}",
            f"完整：储备点 {card.site} 截至区块 {block.number} 的全部 {sequence} 份单据",
        )
    if card.documents != sequence:
        return Answer(
            Question.JOURNAL,
            _WRONG,
            f"the file holds {card.documents} documents of site {card.site}, and its journal has {sequence} "
            f"at block {block.number}: documents were left out or added",
            f"文件含储备点 {card.site} 的 {card.documents} 份单据，"
            f"而其账簿在区块 {block.number} 时有 {sequence} 份：单据有遗漏或添加",
        )
    if card.documents != manifest.documents:
        return Answer(
            Question.JOURNAL,
            _WRONG,
            f"the file holds {card.documents} documents and says {manifest.documents}: it was changed",
            f"文件含 {card.documents} 份单据，而自称 {manifest.documents} 份：已被改动",
        )
    return Answer(
        Question.JOURNAL,
        _WRONG,
        f"the {sequence} documents are not those that the journal of site {card.site} commits to: one was "
        "altered, or two were exchanged",
        f"这 {sequence} 份单据并非储备点 {card.site} 账簿所载：有单据被改动或调换次序",
    )


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
    of = f" of item {item}" if item else ""
    of_zh = f"（物品 {item}）" if item else ""
    count = len(proven.balances)
    return Answer(
        Question.BALANCES,
        _PROVED,
        f"what the documents add up to is what the ledger keeps, for {count} lots{of}",
        f"{count} 个批次{of_zh}的单据合计与账本结存一致",
    )


def complete_registers(registers: Registers, proven: Proven) -> dict[str, str]:
    """Return what is wrong with the journals of each register: empty where all are complete."""
    wrong: dict[str, str] = dict.fromkeys(("suppliers", "issuers", "holders"), "")
    for register, subject in [*proven.journals, *registers.journals]:
        key = (register, subject)
        if proven.journals.get(key) != registers.journals.get(key, 0):
            shown = address_from_bytes(subject) if register == "holders" else subject.hex()
            wrong[register] = wrong[register] or shown
    return wrong


def verdicts(manifest: Manifest, wrong: dict[str, str], judged: Sequence[ReceiptVerdict]) -> Answer:
    """Return the answer about the verdicts of receipts."""
    if not judged:
        return Answer(Question.VERDICTS, _PROVED, "there is no receipt", "没有收货单据")
    if "suppliers" not in manifest.classes:
        return Answer(
            Question.VERDICTS,
            _UNKNOWN,
            "the file leaves out the journals of suppliers and issuers",
            "文件未含供应商与签发方的账簿",
        )
    incomplete = wrong["suppliers"] or wrong["issuers"]
    if incomplete:
        return Answer(
            Question.VERDICTS,
            _WRONG,
            f"the journal of {incomplete} is not complete: an entry is missing, altered or added",
            f"{incomplete} 的账簿不完整：有条目缺失、改动或添加",
        )
    differing = next((each for each in judged if not each.is_as_recorded), None)
    if differing is not None:
        return Answer(
            Question.VERDICTS,
            _WRONG,
            f"receipt {differing.document:062x} records a verdict that its supplier's journal does not give",
            f"收货单据 {differing.document:062x} 所记资质结论与供应商账簿不符",
        )
    then = sum(each.then in _GOOD for each in judged)
    now = sum(each.now in _GOOD for each in judged)
    return Answer(
        Question.VERDICTS,
        _PROVED,
        f"{len(judged)} receipts: {then} qualified when recorded, {now} by what is known now",
        f"{len(judged)} 份收货：记录时合格 {then} 份，按现有记录合格 {now} 份",
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
        f"{used} grants of {len(named.holders)} signers acted whenever they were relied on{en}",
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
    return Answer(Question.NAMES, _PROVED, f"{count} names", f"{count} 个名称")
