"""Who vouches for the block of a file: headers up to a checkpoint, and what the witnesses signed there.

Headers are tied to each other by the hash of the one before, and the last of them to the witnesses by their
signatures, so that as many as need be may lie between: the next checkpoint may be far.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger_client.checkpoints.statement import Statement, StatementFormError
from ledger_client.errors import MismatchError, UnavailableError
from ledger_client.evidence._forms import only_data
from ledger_client.evidence._lines import Lines
from ledger_client.headers import Header
from ledger_client.trust import Accepted, Head

_BEHIND = frozenset({"document", "entry", "name", "node"})
"""Types of lines that come behind the statements."""


class HeaderChainError(MismatchError):
    """Headers do not lead from the block of the file to the checkpoint."""

    en = "header {number} of {source} does not follow upon the one before; the file was changed"
    zh = "{source} 中第 {number} 号区块头与前一个不相连；文件已被改动"


class CheckpointAbsentError(UnavailableError):
    """No witness says anything in a file."""

    en = (
        "nobody vouches for block {block}: {source} holds no checkpoint, so that it proves nothing; ask for "
        "a file with one"
    )
    zh = "区块 {block} 无人作证：{source} 不含检查点，故不能证明任何事项；请索取含检查点的文件"


class StatementWrongError(MismatchError):
    """A witness's statement is not signed by a witness, or is about another block."""

    en = "the statement of witness {witness} in {source} is not valid ({reason}); one such fails the file"
    zh = "{source} 中见证人 {witness} 的声明无效（{reason_zh}）；只要有一份无效，整个文件即不可信"


class TooFewWitnessesError(MismatchError):
    """Fewer witnesses vouch for a block than the trust file demands."""

    en = "only {found} of the {needed} witnesses that are needed vouch for block {block} of {source}"
    zh = "{source} 的区块 {block} 仅有 {found} 名见证人作证，需 {needed} 名"


class HeadOlderError(MismatchError):
    """A file ends at an older block than somebody has verified already."""

    en = (
        "{source} is vouched for up to block {found}, and block {known} was verified before: it leaves out "
        "what came since; ask for a newer one, or say --older if an earlier state is what you want"
    )
    zh = (
        "{source} 的作证仅至区块 {found}，而此前已验证至区块 {known}：其后的内容未包含；"
        "请索取较新的文件，若确需较早状态请加 --older"
    )


class HeadOtherError(MismatchError):
    """A file shows another block at a height that was verified before."""

    en = (
        "block {number} of {source} is {found}…, and {known}… was verified before: there are two histories, "
        "and both are vouched for; keep both files and tell the witnesses"
    )
    zh = (
        "{source} 的区块 {number} 为 {found}…，而此前验证的是 {known}…：存在两份历史且均有人作证；"
        "请保留两份文件并通知见证人"
    )


@dataclass(slots=True)
class Vouched:
    """The block of a file and the checkpoint above it.

    Attributes:
        first: Header of the file's block.
        last: Header of the checkpoint; the same one where the block is a checkpoint.
        count: How many headers there are.
        statements: Of the witnesses, ascending by address.
        at_known: Hash at the height that was verified before, empty where no header has it.
    """

    first: Header
    last: Header
    count: int = 1
    statements: list[Statement] = field(default_factory=list)
    at_known: bytes = b""

    @property
    def head(self) -> Head:
        """The block that the witnesses vouch for."""
        return Head(self.last.number, self.last.hash)


def read_vouched(lines: Lines, accepted: Accepted, block: int, *, allow_older: bool) -> Vouched:
    """Take headers and statements, and return what they vouch for.

    Args:
        lines: The file, behind its manifest.
        accepted: The trust file.
        block: The file's.
        allow_older: Whether the checkpoint may be older than one that was verified before.

    Raises:
        CheckpointAbsentError: The file holds no statement.
        MismatchError: Something contradicts itself or the trust file.
    """
    vouched = _read_headers(lines, accepted, block)
    _read_statements(lines, accepted, vouched)
    _require_newest(lines.source, accepted.head, vouched, allow_older=allow_older)
    return vouched


def _read_headers(lines: Lines, accepted: Accepted, block: int) -> Vouched:
    vouched: Vouched | None = None
    known = accepted.head.number if accepted.head else -1
    while (line := lines.take("header")) is not None:
        header = Header.from_rlp(only_data(line, "rlp"))
        expected = block + vouched.count if vouched else block
        if header.number != expected or (vouched and header.parent != vouched.last.hash):
            raise HeaderChainError(source=lines.source, number=expected)
        if vouched is None:
            vouched = Vouched(header, header)
        else:
            vouched.last = header
            vouched.count += 1
        if header.number == known:
            vouched.at_known = header.hash
    if vouched is None or vouched.last.number % accepted.trust.spacing:
        raise lines.lacking("a header", "区块头")
    return vouched


def _read_statements(lines: Lines, accepted: Accepted, vouched: Vouched) -> None:
    order, threshold = b"", accepted.trust.threshold
    while (line := lines.take("statement")) is not None:
        try:
            statement = Statement.from_dict(line)
        except StatementFormError as error:
            raise lines.changed(f"no statement: {error}", "见证声明格式有误") from error
        raw = bytes.fromhex(line["witness"])
        if raw <= order:
            raise lines.changed("a witness twice or out of order", "见证人重复或次序不对")
        order = raw
        _require_about(statement, lines.source, accepted, vouched.last)
        vouched.statements.append(statement)
    found, number = len(vouched.statements), vouched.last.number
    if found >= threshold:
        return
    if lines.coming not in _BEHIND:  # cut short, or a statement that was made something else
        raise lines.lacking("a statement", "见证声明")
    if not found:
        raise CheckpointAbsentError(source=lines.source, block=number)
    raise TooFewWitnessesError(source=lines.source, block=number, found=found, needed=threshold)


def _require_about(statement: Statement, source: str, accepted: Accepted, head: Header) -> None:
    reason, reason_zh = "", ""
    if statement.witness not in accepted.trust.witnesses:
        reason, reason_zh = "the trust file names no such witness", "信任文件中没有该见证人"
    elif (statement.number, statement.block_hash) != (head.number, head.hash):
        reason, reason_zh = "it is about another block", "所指为另一区块"
    elif statement.state_root != head.state_root:
        reason, reason_zh = "it names another state root", "所载状态根不同"
    elif not statement.is_valid(accepted.trust):
        reason, reason_zh = "the witness did not sign this for this ledger", "该见证人未就本账本签署此内容"
    if reason:
        raise StatementWrongError(
            source=source, witness=statement.witness, reason=reason, reason_zh=reason_zh
        )


def _require_newest(source: str, known: Head | None, vouched: Vouched, *, allow_older: bool) -> None:
    if known is None:
        return
    if vouched.at_known and vouched.at_known != known.hash:
        raise HeadOtherError(
            source=source,
            number=known.number,
            found=vouched.at_known.hex()[:8],
            known=known.hash.hex()[:8],
        )
    if vouched.last.number < known.number and not allow_older:
        raise HeadOlderError(source=source, found=vouched.last.number, known=known.number)
