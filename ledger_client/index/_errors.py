"""What an index cannot go on with."""

from __future__ import annotations

from ledger_client.errors import MismatchError, UnavailableError


class IndexOtherChainError(MismatchError):
    """The index was filled from another chain."""

    en = (
        "the index belongs to the chain with genesis {stored}, the node follows {found}; "
        "open the index of this ledger, or rebuild it with `shecang index rebuild`"
    )
    zh = (
        "索引属于创世区块为 {stored} 的链，而节点为 {found}；"
        "请打开本账本的索引，或运行 `shecang index rebuild` 重建"
    )


class IndexSchemaError(MismatchError):
    """The index was filled by another version of this program."""

    en = "the index has tables of revision {stored}, this program knows {needed}; run `shecang index rebuild`"
    zh = "索引的表结构为 {stored} 版，本程序只认识 {needed} 版；请运行 `shecang index rebuild`"


class FinalBlockReplacedError(MismatchError):
    """A block that was final is another one now: the chain's history was rewritten."""

    en = (
        "block {block} was {stored} when it was read and final, and is {found} now: the chain was rewritten. "
        "Keep the index as evidence, compare checkpoints, and only then run `shecang index rebuild`"
    )
    zh = (
        "区块 {block} 读取时为 {stored} 且已最终确定，现在却是 {found}：链上历史被改写。"
        "请保留索引作为证据并核对检查点，然后再运行 `shecang index rebuild`"
    )


class HeadOlderError(UnavailableError):
    """The node ends before a block that was read and final."""

    en = (
        "the node shows an older head, block {head}: block {block} was read and final; it is behind or "
        "leaves out what is newer. Wait for it, or read from another node"
    )
    zh = (
        "节点给出的最新区块 {head} 较旧：区块 {block} 已读取且最终确定；节点落后，或隐瞒了更新的区块。"
        "请等待节点同步，或改用其他节点读取"
    )


class ChainUnsteadyError(UnavailableError):
    """The chain kept changing below the reader."""

    en = "the node replaced blocks while they were read, {attempts} times in a row; try again in a minute"
    zh = "读取过程中节点连续 {attempts} 次替换区块；请稍后重试"


class IndexEmptyError(UnavailableError):
    """Nothing was read yet."""

    en = "the index is empty; run `shecang index follow` first"
    zh = "索引为空；请先运行 `shecang index follow`"
