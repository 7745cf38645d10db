"""What stops a fold: events that cannot be the whole truth. Nothing is ever repaired silently."""

from __future__ import annotations

from ledger_client.errors import MismatchError


class JournalGapError(MismatchError):
    """Documents of a site are missing before this one."""

    en = (
        "document {document} (block {block}) is number {found} in the journal of site {site}, but number "
        "{expected} was due: {missing} earlier documents were not delivered; read from another node and run "
        "`shecang index rebuild`"
    )
    zh = (
        "单据 {document}（区块 {block}）在储备点 {site} 的账簿中为第 {found} 号，而应为第 {expected} 号："
        "其前有 {missing} 份单据未被提供；请改用其他节点读取并运行 `shecang index rebuild`"
    )


class DocumentsSwappedError(MismatchError):
    """Documents of a site came in another order than the journal of the site has them."""

    en = (
        "document {document} (block {block}) is number {found} in the journal of site {site} and was "
        "delivered before number {expected}, document {other}: the node changed their order; read from "
        "another node and run `shecang index rebuild`"
    )
    zh = (
        "单据 {document}（区块 {block}）在储备点 {site} 的账簿中为第 {found} 号，却先于第 {expected} 号"
        "单据 {other} 送达：节点改变了顺序；请改用其他节点读取并运行 `shecang index rebuild`"
    )


class DocumentMisplacedError(MismatchError):
    """A document is said to stand where its block time does not belong."""

    en = (
        "document {document} was recorded at {time} and is said to stand in block {block}, after document "
        "{other} of block {other_block}, recorded at {other_time}: the node moved one of them; read from "
        "another node and run `shecang index rebuild`"
    )
    zh = (
        "单据 {document} 记录于 {time}，却称位于区块 {block}，排在区块 {other_block} 的单据 {other}"
        "（记录于 {other_time}）之后：节点移动了其中一份；请改用其他节点读取并运行 `shecang index rebuild`"
    )


class JournalMismatchError(MismatchError):
    """A document is not the one that the journal of its site commits to."""

    en = (
        "document {document} (block {block}) does not fit the journal of site {site} at number {sequence}: "
        "it or an earlier document was altered on the way; read from another node and run "
        "`shecang index rebuild`"
    )
    zh = (
        "单据 {document}（区块 {block}）与储备点 {site} 账簿第 {sequence} 号不符："
        "该单据或更早的单据在传送中被改动；请改用其他节点读取并运行 `shecang index rebuild`"
    )


class FoldRefusedError(MismatchError):
    """A document says what the ledger's rules do not allow: it was not recorded as delivered here."""

    en = (
        "document {document} (block {block}) cannot be: {reason}; events are missing or altered, "
        "read from another node and run `shecang index rebuild`"
    )
    zh = (
        "单据 {document}（区块 {block}）不可能成立：{reason_zh}；事件缺失或被改动，"
        "请改用其他节点读取并运行 `shecang index rebuild`"
    )


class EventRefusedError(MismatchError):
    """An event says something else than follows from the events before it."""

    en = (
        "{event} (block {block}, log {index}) cannot be: {reason}; events are missing or altered, read from "
        "another node and run `shecang index rebuild`"
    )
    zh = (
        "{event}（区块 {block}，日志 {index}）不可能成立：{reason_zh}；事件缺失或被改动，"
        "请改用其他节点读取并运行 `shecang index rebuild`"
    )


class EventOutOfPlaceError(MismatchError):
    """An event changes something that no event before it made."""

    en = (
        "{event} (block {block}, log {index}) names {what}, of which no earlier event tells; events are "
        "missing, read from another node and run `shecang index rebuild`"
    )
    zh = (
        "{event}（区块 {block}，日志 {index}）涉及 {what}，而此前没有任何事件提及；有事件缺失，"
        "请改用其他节点读取并运行 `shecang index rebuild`"
    )
