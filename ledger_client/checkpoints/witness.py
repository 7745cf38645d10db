"""How a witness signs: final blocks at fixed heights, each after a look at everything since the last one.

The protocol (`proofs.md`), each step of which keeps an honest witness from ever being convicted:

1. what it signed before is in its own file, and what others have copied of it is fetched first: a witness
   restored from a backup must not sign a height a second time, and must name its true predecessor;
2. only heights that are multiples of K and final are signed, so that no reorganisation takes them back;
3. the block that it signed last must still be on the chain, and each header since must follow upon the one
   before;
4. what it signs is stored before anybody sees it, in one step under a lock: two processes make one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger_client.chain import BlockUnknownError, Chain
from ledger_client.checkpoints._headers import headers, height, identity
from ledger_client.checkpoints.comparison import convictions, in_order
from ledger_client.checkpoints.places import Directory, Place
from ledger_client.checkpoints.statement import Statement
from ledger_client.errors import MismatchError, RefusedError, UnavailableError
from ledger_client.headers import Header
from ledger_client.signers import Signer
from ledger_client.trust import Trust

_HEADERS = 100  # between two reports of progress


class NoWitnessError(RefusedError):
    """A key is none of the trust file's witnesses."""

    en = "{address} is not a witness of the trust file, so that its signature would count for nothing"
    zh = "{address} 不是信任文件中的见证人，其签名无效"


class FirstStatementError(RefusedError):
    """A witness has no statement here, and did not say that it never signed any."""

    en = (
        "there is no statement of {address} in {place}: if this key has signed before, name with --others "
        "where copies are; if it never has, say --first"
    )
    zh = (
        "{place} 中没有 {address} 的声明：若该密钥曾签署，请用 --others 指明副本所在；"
        "若从未签署，请加 --first"
    )


class KeyElsewhereError(MismatchError):
    """Somebody signs with the witness's key, or the witness did twice."""

    en = (
        "{address} has signed two histories that part at block {height}: it is convicted, and signs no more. "
        "If it was not you, the key is in foreign hands; ask for a successor of the trust file without it"
    )
    zh = (
        "{address} 已签署在区块 {height} 处分歧的两份历史：其违约已成立，不再签署。"
        "若非本人所签，则密钥已落入他人之手；请要求以不含该密钥的后继信任文件取代"
    )


class ChainOtherError(MismatchError):
    """A node runs another chain than the trust file's."""

    en = (
        "the node runs chain {found}, and the trust file is about chain {expected}; nothing was signed, "
        "connect to the right node"
    )
    zh = "节点所在链为 {found}，而信任文件所指为 {expected}；未作签署，请连接正确的节点"


class ChainRewrittenError(MismatchError):
    """The chain has another block where the witness signed one."""

    en = (
        "block {number} is {found}… on this node, and you signed {signed}…: the history below your last "
        "statement was rewritten; nothing was signed. Keep your file and tell the other witnesses"
    )
    zh = (
        "本节点的区块 {number} 为 {found}…，而您签署的是 {signed}…：您上次声明之前的历史已被改写；"
        "未作签署。请保留您的文件并告知其他见证人"
    )


class ChainBrokenError(MismatchError):
    """A header does not follow upon the one before, or is not at its height."""

    en = (
        "the node's header {number} does not follow upon the one before; nothing was signed, ask another node"
    )
    zh = "节点的第 {number} 号区块头与前一个不相连；未作签署，请改用其他节点"


class NothingToSignError(UnavailableError):
    """No height that is due is final yet."""

    en = "block {next} is the next to sign, once the chain is at {needed}; it is at {height}: try again later"
    zh = "下一个应签署的是区块 {next}，须待链高达到 {needed}；现为 {height}，请稍后再试"


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of a signing.

    Attributes:
        statement: The newest statement of the witness.
        is_new: Whether it was made now; it may have been there already.
        recovered: Statements that copies had, and the own file had not.
    """

    statement: Statement
    is_new: bool
    recovered: int


def sign_checkpoint(
    chain: Chain,
    trust: Trust,
    witness: Signer,
    place: Directory,
    *,
    others: Sequence[Place] = (),
    is_first: bool = False,
    seal: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Signed:
    """Sign the newest height that is due.

    Args:
        chain: The witness's own view of the chain.
        trust: The accepted trust file.
        witness: Its key.
        place: Its own directory.
        others: Where copies of its statements may be.
        is_first: Whether this key has never signed before.
        seal: Whether an embedded chain makes empty blocks up to the next height.
        progress: Told how many headers were checked, of how many.

    Raises:
        NoWitnessError: The key is none of the witnesses'.
        FirstStatementError: There is no statement of it, and nobody said that there need be none.
        KeyElsewhereError: What it signed here and elsewhere cannot both be true.
        ChainOtherError: The node runs another chain.
        ChainRewrittenError: The chain has another block where it signed.
        ChainBrokenError: Headers do not follow upon each other.
        NothingToSignError: No height is due.
        StatementDamagedError: One of its statements is damaged.
    """
    if witness.address not in trust.witnesses:
        raise NoWitnessError(address=witness.address)
    with place.locked(witness.address):
        known, recovered = _recover(trust, witness, place, others)
        if not known and not is_first:
            raise FirstStatementError(address=witness.address, place=place.name)
        last = known[-1] if known else None
        _require_chain(chain, trust)
        if last is not None:
            _require_same(chain, last)
        if seal:
            chain.seal_up_to(_due_after(height(chain) - trust.final_depth, last, trust) + trust.final_depth)
        reached = height(chain)
        due = (reached - trust.final_depth) // trust.spacing * trust.spacing
        if last is not None and due <= last.number:
            return Signed(last, False, recovered)
        if due <= 0:
            following = trust.spacing
            raise NothingToSignError(next=following, needed=following + trust.final_depth, height=reached)
        statement = _statement(chain, trust, witness, last, due, progress)
        place.append([statement])
    return Signed(statement, True, recovered)


def _recover(
    trust: Trust, witness: Signer, place: Directory, others: Sequence[Place]
) -> tuple[list[Statement], int]:
    """Return all statements of the witness by height, after copying those that only others had."""
    own = place.statements(trust, witness.address)
    newest = max((statement.number for statement in own), default=0)
    copied = {each for other in others for each in other.statements(trust, witness.address)}
    known = in_order({*own, *copied})
    conviction = next(convictions(known), None)
    if conviction is not None:
        raise KeyElsewhereError(address=witness.address, height=conviction.height)
    recovered = [statement for statement in known if statement.number > newest]
    place.append(recovered)
    return list(known), len(recovered)


def _due_after(final: int, last: Statement | None, trust: Trust) -> int:
    """Return the first height that may be signed and was not: at or above what is final now."""
    following = (last.number if last else 0) + trust.spacing
    return max(following, -(-final // trust.spacing) * trust.spacing)


def _require_chain(chain: Chain, trust: Trust) -> None:
    found, expected = identity(chain), (trust.chain_id, trust.genesis_hash)
    if found != expected:
        raise ChainOtherError(found=_shown(*found), expected=_shown(*expected))


def _shown(chain_id: int, genesis: bytes) -> str:
    return f"{chain_id} ({genesis.hex()[:8]}…)"


def _require_same(chain: Chain, last: Statement) -> None:
    (header,) = _headers(chain, last.number, last.number)
    if header.hash != last.block_hash:
        raise ChainRewrittenError(
            number=last.number, found=header.hash.hex()[:8], signed=last.block_hash.hex()[:8]
        )


def _statement(
    chain: Chain,
    trust: Trust,
    witness: Signer,
    last: Statement | None,
    due: int,
    progress: Callable[[int, int], None],
) -> Statement:
    """Return the signed statement about block `due`, after following the chain from the last one."""
    number = last.number if last else 0
    block_hash = last.block_hash if last else trust.genesis_hash
    first = number
    (header,) = _headers(chain, number, number)
    if (header.number, header.hash) != (number, block_hash):
        raise ChainRewrittenError(number=number, found=header.hash.hex()[:8], signed=block_hash.hex()[:8])
    while number < due:
        for following in _headers(chain, number + 1, min(number + _HEADERS, due)):
            if following.number != header.number + 1 or following.parent != header.hash:
                raise ChainBrokenError(number=header.number + 1)
            header = following
        number = header.number
        progress(number - first, due - first)
    return Statement(
        witness=witness.address,
        number=due,
        block_hash=header.hash,
        state_root=header.state_root,
        previous_number=first,
        previous_hash=block_hash,
    ).signed(trust, witness)


def _headers(chain: Chain, first: int, last: int) -> list[Header]:
    numbers = range(first, last + 1)
    found = list(headers(chain, numbers))
    missing = next((number for number, header in zip(numbers, found, strict=True) if header is None), None)
    if missing is not None:
        raise BlockUnknownError(block=missing)
    return [header for header in found if header is not None]
