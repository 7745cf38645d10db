"""What is compared before somebody signs an act: contracts with what is trusted, fields with the form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ledger_client.acts._abi import written
from ledger_client.acts.act import Act, ActSignerError
from ledger_client.addresses import Address
from ledger_client.errors import MismatchError

_Field = tuple[str, str, object, object]
"""What is compared, in English and in Chinese; as it was found, and as it should be."""


class ActLedgerError(MismatchError):
    """An act is for another ledger than the one that is trusted."""

    en = (
        "act {act} is for another ledger: its {what} is {found}, and {source} says {expected}. "
        "Do not sign; tell whoever prepared it"
    )
    zh = "操作 {act} 属于其他账本：其{what_zh}为 {found}，而 {source} 载明 {expected}。请勿签署，并告知编制者"


class ActDiffersError(MismatchError):
    """An act says something else than what was asked for."""

    en = (
        "act {act} is not what was asked for: {what} is {found}, asked was {expected}. Do not sign; "
        "whoever prepared it altered it, or prepared something else"
    )
    zh = (
        "操作 {act} 与所填内容不符：{what_zh}为 {found}，所填为 {expected}。请勿签署；编制者改动了内容，"
        "或编制了其他操作"
    )


def require_ledger(
    act: Act, *, chain_id: int, genesis: bytes, contracts: Mapping[str, Address], source: str
) -> None:
    """Refuse an act for another ledger.

    Args:
        act: The act.
        chain_id: Of the ledger that is trusted.
        genesis: Hash of its chain's block 0.
        contracts: Address of each of its contracts, by name.
        source: Where that is known from, as a sentence calls it.

    Raises:
        ActLedgerError: It is.
    """
    for (what, what_zh), found, expected in (
        (("chain", "链编号"), act.chain_id, chain_id),
        (("genesis block", "创世区块"), f"0x{act.genesis.hex()}", f"0x{genesis.hex()}"),
        (("stock ledger", "账本地址"), act.ledger, contracts["StockLedger"]),
        (("contract", "合约地址"), act.address, contracts[act.contract]),
    ):
        if found != expected:
            raise ActLedgerError(
                act=act.short, what=what, what_zh=what_zh, found=found, expected=expected, source=source
            )


def require_same(act: Act, asked: Act) -> None:
    """Refuse an act that differs from what was asked for, in anything that is signed.

    Salts are the preparer's: where a record goes with both, what it says is compared and not its digest,
    which is the record's own, see `Act.require_record`.

    Args:
        act: As it was prepared by somebody else.
        asked: As whoever asked for it makes it by itself, with the same client id where it has one.

    Raises:
        ActDiffersError: It does; it names the first difference.
    """
    _require_equal(act, _fields(act, asked))


def require_unsigned(act: Act, asked: Act) -> None:
    """Refuse an act in which somebody has put a signature that its sender alone makes.

    Args:
        act: As it was prepared by somebody else, for a sender who has yet to sign.
        asked: As whoever asked for it makes it by itself; the same, see `require_same`.

    Raises:
        ActDiffersError: It has one.
    """
    _require_equal(act, _signatures(act, asked))


def require_signer(act: Act, address: Address) -> None:
    """Refuse a key that does not sign an act.

    Raises:
        ActSignerError: It is not the sender's.
    """
    if address != act.sender:
        raise ActSignerError(act=act.short, address=address, sender=act.sender)


def _require_equal(act: Act, fields: Iterator[_Field]) -> None:
    for what, what_zh, found, expected in fields:
        if found != expected:
            raise ActDiffersError(
                act=act.short, what=what, what_zh=what_zh, found=_shown(found), expected=_shown(expected)
            )


def _signatures(act: Act, asked: Act) -> Iterator[_Field]:
    yield "the signature of the record", "备注或名称的签名", act.record_signature, asked.record_signature
    if act.function == "approveWithConsent":
        yield "the consent", "会签", act.named["consent"], asked.named["consent"]


def _fields(act: Act, asked: Act) -> Iterator[_Field]:
    yield "the chain", "链编号", act.chain_id, asked.chain_id
    yield "the genesis block", "创世区块", act.genesis, asked.genesis
    yield "the stock ledger", "账本地址", act.ledger, asked.ledger
    yield "the contract", "合约", (act.contract, act.address), (asked.contract, asked.address)
    yield "the function", "函数", act.function, asked.function
    yield "the sender", "签署人", act.sender, asked.sender
    yield "the name", "名称", _names(act), _names(asked)
    yield "the note", "备注", _note(act), _note(asked)
    one, two = _arguments(act), _arguments(asked)
    for name in one:
        for place, found, expected in _leaves(name, one[name], two[name]):
            yield place, f"参数 {place} ", found, expected
    yield "the gas", "燃料上限", act.gas, asked.gas


def _leaves(name: str, one: object, two: object) -> Iterator[tuple[str, object, object]]:
    """Yield what is compared of an argument: a member of a struct or list by itself, with its place."""
    if isinstance(one, dict) and isinstance(two, dict):
        for each in one:
            yield from _leaves(f"{name}.{each}", one[each], two[each])
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for at, (found, expected) in enumerate(zip(one, two, strict=True)):
            yield from _leaves(f"{name}[{at}]", found, expected)
    else:
        yield name, one, two


def _arguments(act: Act) -> dict[str, object]:
    """Return the arguments by name, without the digest of the record and what the sender itself adds."""
    found = written(act.contract, act.function, act.arguments)
    if act.function == "approveWithConsent":
        del found["consent"]
    if act.record is not None:
        place = found["asking"] if act.function == "request" else found
        place.pop("nameDigest", None)
        place.pop("body", None)
    return found


def _names(act: Act) -> tuple[str, str] | None:
    return None if act.record is None else (act.record.name.zh, act.record.name.en)


def _note(act: Act) -> dict[str, object] | None:
    return None if act.record is None else dict(act.record.body)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    # A note may hold anything, and the sentence goes to a terminal.
    return value if isinstance(value, str) else ascii(value)
