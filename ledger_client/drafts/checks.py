"""What is compared before somebody signs a draft: the ledger with what is trusted, the fields with the form.

Whoever prepares drafts, a server or a colleague, is trusted with nothing: a signer holds a draft against the
ledger that it knows by itself, and against what it asked for, and signs nothing that differs in anything.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger_client.addresses import Address
from ledger_client.calldata import Consignment, Original
from ledger_client.documents import Kind, Timestamp
from ledger_client.drafts.draft import Draft, Part, Seat, short
from ledger_client.drafts.saying import minute
from ledger_client.errors import MismatchError, RefusedError
from ledger_client.keccak import keccak
from ledger_client.words import WORD_BYTES, split_words

LONGEST = 8 * 86_400
"""How far ahead the end of a draft's consents may lie, seconds: a week, after which a document is late, and a
day."""


class DraftLedgerError(MismatchError):
    """A draft is for another ledger than the one that is trusted."""

    en = (
        "draft {draft} is for another ledger: its {what} is {found}, and {source} says {expected}. "
        "Do not sign; tell whoever prepared it"
    )
    zh = (
        "草稿 {draft} 属于其他账本：其{what_zh}为 {found}，而 {source} 载明 {expected}。"
        "请勿签署，并告知编制者"
    )


class DraftDiffersError(MismatchError):
    """A draft says something else than what was asked for."""

    en = (
        "draft {draft} is not what was asked for: {what} is {found}, asked was {expected}. Do not sign; "
        "whoever prepared it altered it, or prepared something else"
    )
    zh = (
        "草稿 {draft} 与所填内容不符：{what_zh}为 {found}，所填为 {expected}。请勿签署；编制者改动了内容，"
        "或编制了其他单据"
    )


class DraftPartError(RefusedError):
    """A key is asked to sign a draft that names others."""

    en = "{address} is none of the signers of draft {draft}: these are {signers}; sign with one of their keys"
    zh = "{address} 不是草稿 {draft} 的签署人：签署人为 {signers}；请使用其密钥签署"


class DraftOverError(RefusedError):
    """The time in which a draft's consents count is over, or too far ahead."""

    en = "the consents of draft {draft} count until {until}, {why}; have it prepared anew"
    zh = "草稿 {draft} 的会签有效期至 {until}，{why_zh}；请重新编制"


def require_ledger(draft: Draft, *, chain_id: int, genesis: bytes, ledger: Address, source: str) -> None:
    """Refuse a draft for another ledger.

    Args:
        draft: The draft.
        chain_id: Of the ledger that is trusted.
        genesis: Hash of its chain's block 0.
        ledger: Address of its stock ledger.
        source: Where that is known from, as a sentence calls it.

    Raises:
        DraftLedgerError: It is.
    """
    for (what, what_zh), found, expected in (
        (("chain", "链编号"), draft.chain_id, chain_id),
        (("genesis block", "创世区块"), f"0x{draft.genesis.hex()}", f"0x{genesis.hex()}"),
        (("address", "合约地址"), draft.ledger, ledger),
    ):
        if found != expected:
            raise DraftLedgerError(
                draft=short(draft.key),
                what=what,
                what_zh=what_zh,
                found=found,
                expected=expected,
                source=source,
            )


def require_same(draft: Draft, asked: Draft) -> None:
    """Refuse a draft that differs from what was asked for, in anything that is signed but until when.

    Args:
        draft: As it was prepared by somebody else.
        asked: As whoever asked for it makes it by itself, with the client's id and time of its own.

    Raises:
        DraftDiffersError: It does; it names the first difference.
    """
    for what, what_zh, found, expected in _differences(draft, asked):
        raise DraftDiffersError(
            draft=short(draft.key), what=what, what_zh=what_zh, found=_shown(found), expected=_shown(expected)
        )


def require_time(draft: Draft, now: float, offset: int) -> None:
    """Refuse a draft whose consents count no longer, or longer than a document may wait.

    Args:
        draft: The draft.
        now: Seconds since 1970.
        offset: Seconds by which the ledger's days are ahead of UTC.

    Raises:
        DraftOverError: They do.
    """
    if now <= draft.valid_until <= now + LONGEST:
        return
    is_over = draft.valid_until < now
    raise DraftOverError(
        draft=short(draft.key),
        until=minute(draft.valid_until, offset),
        why="which is over" if is_over else "further ahead than any document waits",
        why_zh="已过期" if is_over else "超出单据可等待的期限",
    )


def part_of(draft: Draft, address: Address) -> Part:
    """Return what an address signs a draft as; as what it has not signed yet, where it stands in two places.

    Raises:
        DraftPartError: It signs nothing of it.
    """
    parts = [part for part, seat in draft.seats.items() if seat.address == address]
    if not parts:
        signers = ", ".join(seat.address for seat in draft.seats.values())
        raise DraftPartError(draft=short(draft.key), address=address, signers=signers)
    return next((part for part in parts if part not in draft.consents), parts[-1])


def _differences(draft: Draft, asked: Draft) -> Iterator[tuple[str, str, object, object]]:
    yield from (each for each in _fields(draft, asked) if each[2] != each[3])


def _fields(draft: Draft, asked: Draft) -> Iterator[tuple[str, str, object, object]]:
    one, two = draft.document, asked.document
    yield "the chain", "链编号", draft.chain_id, asked.chain_id
    yield "the genesis block", "创世区块", draft.genesis, asked.genesis
    yield "the ledger", "账本", draft.ledger, asked.ledger
    yield "the kind", "类型", draft.kind.label, asked.kind.label
    yield "from where it goes", "发出方", one.from_, two.from_
    yield "to where it goes", "接收方", one.to, two.to
    yield "the time", "发生时间", one.occurred_at, two.occurred_at
    yield "the reason", "原因", one.reason, two.reason
    yield "the reference", "关联", one.reference, two.reference
    yield "the qualification", "资质", one.qualification, two.qualification
    yield "the deadline", "期限", one.deadline, two.deadline
    yield (
        "the number of words of its lines",
        "明细字数",
        len(one.lines) // WORD_BYTES,
        len(two.lines) // WORD_BYTES,
    )
    for at, (left, right) in enumerate(zip(split_words(one.lines), split_words(two.lines), strict=False), 1):
        yield f"word {at} of its lines", f"明细第 {at} 字", left, right
    yield "the client's id", "客户端编号", one.client_id, two.client_id
    yield "the body", "备注摘要", draft.body, asked.body
    for part in Part:
        name, name_zh = part.names
        yield f"the {name}", name_zh, draft.seats.get(part), asked.seats.get(part)
    yield "the consignment", "在途单", draft.consignment, asked.consignment
    yield "the original", "被冲销单据", draft.original, asked.original


def _shown(value: object) -> str:
    """Return a value for both languages; of a companion the digest, since its lines are long."""
    if value is None:
        return "–"
    if isinstance(value, Seat):
        return f"{value.address} ({value.division})"
    if isinstance(value, Timestamp):
        return f"{value.word:#x}"
    if isinstance(value, Consignment | Original):
        lines = value.lines if isinstance(value, Consignment) else value.document.lines
        return f"0x{keccak(repr(value).encode() + lines).hex()}"
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, int) and not isinstance(value, Kind) and value >= 10**15:
        return f"{value:#x}"
    return str(value)
