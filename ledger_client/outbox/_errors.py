"""What can go wrong between a document and the chain."""

from __future__ import annotations

from ledger_client.errors import RefusedError, UnavailableError, UsageError


class ContentDiffersError(RefusedError):
    """Another content stands under the same key."""

    en = "{key} stands in the outbox with content {stored}, not {given}; other content takes a new client id"
    zh = "发件箱中 {key} 的内容为 {stored}，而非 {given}；内容不同请使用新的单据编号"


class SenderDiffersError(UsageError):
    """A transaction is to be signed by somebody else than it was prepared for."""

    en = "{key} was prepared for {sender}, not for {signer}; sign it with the key of {sender}"
    zh = "{key} 是为 {sender} 准备的，而非 {signer}；请用 {sender} 的密钥签署"


class EntryUnknownError(UsageError):
    """Nothing stands under a key."""

    en = "{key} is not in the outbox; prepare it first"
    zh = "发件箱中没有 {key}；请先准备"


class NonceUsedError(RefusedError):
    """Another transaction of the same sender was recorded with the same number."""

    en = "nonce too low: the number was used by another transaction; prepare and sign the document again"
    zh = "交易序号已被另一交易使用；请重新准备并签署该单据"


class ChainBusyError(UnavailableError):
    """The node cannot take a transaction now; it is stored and will be sent again."""

    en = "the node takes no transaction now ({reason}); it is kept, and sent when the ledger is next opened"
    zh = "节点暂不接收交易（{reason}）；交易已保存，下次打开账本时重发"


class StillWaitingError(UnavailableError):
    """A transaction is accepted and in no block yet."""

    en = "{count} accepted and not yet in a block after {seconds} s; they are kept, do not record them anew"
    zh = "{count} 笔已被接受，{seconds} 秒后仍未进入区块；已保存，请勿重新记录"


class ChainOlderError(UnavailableError):
    """The chain lacks what a block of it had taken for good."""

    en = (
        "{key} was recorded in block {block} for good, and the node does not have it: its chain is an older "
        "copy, or not yet read to the end. Restore the newest copy, or wait for the node; nothing was sent"
    )
    zh = (
        "{key} 已最终记录于区块 {block}，而节点没有：其链为旧副本，或尚未同步完毕。"
        "请恢复最新的副本，或等待节点同步；未发送任何内容"
    )


class SignatureOpenError(RefusedError):
    """A sender has the number of another document in hand, which it has not signed yet."""

    en = (
        "{sender} has number {nonce} in hand for {key}, for {seconds} s more: sign that first, or wait; "
        "a key signs one document at a time"
    )
    zh = (
        "{sender} 已为 {key} 预留序号 {nonce}，{seconds} 秒后失效：请先签署该单据或稍候；每把密钥同时只签一份"
    )


class NumberOverError(RefusedError):
    """A transaction was signed under a number that its sender does not have, or has no more."""

    en = (
        "{key} was signed under number {nonce}, which is not reserved for it now ({why}); ask for a new one "
        "and sign again: nothing was sent"
    )
    zh = "{key} 按序号 {nonce} 签署，而该序号目前未为其预留（{why_zh}）；请重新取号并签署：未发送任何内容"


class TransactionOtherError(RefusedError):
    """A signed transaction is not the one that was drafted."""

    en = "the transaction for {key} is not the drafted one: its {what} is {found}, drafted is {expected}"
    zh = "{key} 的交易与草稿不符：其{what_zh}为 {found}，草稿为 {expected}"
