"""What each kind of chain can do: the one place where it is stated, so that nothing of it is ever assumed.

A node says what it is in `web3_clientVersion`::

    engine_of("anvil/v1.7.1").has_proofs    # True
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ledger_client.language import tr


class Seals(Enum):
    """Who vouches for a block by signing its header."""

    NONE = "none"
    CLIQUE = "clique"
    QBFT = "qbft"


@dataclass(frozen=True, slots=True)
class Engine:
    """A kind of chain.

    Attributes:
        name: What this client calls it.
        finality_depth: How many blocks must lie above a block until it is final; 0 where a block is final as
            soon as it is made.
        has_proofs: Whether `eth_getProof` answers with Merkle-Patricia proofs.
        proof_age: For how many blocks back it proves states by default; None for all of them.
        seals: Who signs headers.
        has_batches: Whether it takes several requests at once.
        en: What to know about it, in English.
        zh: Likewise in Chinese.
    """

    name: str
    finality_depth: int
    has_proofs: bool
    proof_age: int | None
    seals: Seals
    has_batches: bool
    en: str
    zh: str

    @property
    def note(self) -> str:
        """What to know about it, in the language in force."""
        return tr(self.en, self.zh)


EMBEDDED = Engine(
    name="embedded",
    finality_depth=0,
    has_proofs=True,
    proof_age=None,
    seals=Seals.NONE,
    has_batches=True,
    en="one node, one operator, no consensus: only witnesses keep it from rewriting its history",
    zh="单节点、单一运营方、无共识：只有见证人能防止其改写历史",
)
ANVIL = Engine(
    name="anvil",
    finality_depth=0,
    has_proofs=True,
    proof_age=None,
    seals=Seals.NONE,
    has_batches=True,
    en="for tests alone: it acknowledges what is not stored, and anybody who reaches it may set any balance",
    zh="仅供测试：未落盘即确认，且任何能连接者都可更改余额",
)
GETH_CLIQUE = Engine(
    name="geth-clique",
    # Blocks may be replaced until more than half of the signers have built on them; 12 covers 23 signers.
    finality_depth=12,
    has_proofs=True,
    proof_age=128,
    seals=Seals.CLIQUE,
    has_batches=True,
    en="organisations sign in turn; forks are normal, proofs of blocks older than 128 need an archive",
    zh="多家机构轮流签名；分叉属正常现象，超过 128 个区块的证明需归档节点",
)
BESU_QBFT = Engine(
    name="besu-qbft",
    finality_depth=0,
    has_proofs=True,
    proof_age=512,
    seals=Seals.QBFT,
    has_batches=True,
    en="two thirds of the validators seal a block, which is final at once; more than a third down stop it",
    zh="每个区块由三分之二验证者签封，即时终局；三分之一以上停机则停止出块",
)
UNKNOWN = Engine(
    name="unknown",
    finality_depth=12,
    has_proofs=False,
    proof_age=0,
    seals=Seals.NONE,
    has_batches=False,
    en="this client does not know the engine: blocks count as final 12 deep, and proofs are not asked for",
    zh="本客户端不认识该引擎：区块在 12 层之下视为终局，不请求证明",
)

_BY_VERSION = {
    "shecang-embedded": EMBEDDED,
    "anvil": ANVIL,
    "geth": GETH_CLIQUE,
    "besu": BESU_QBFT,
}
"""First part of `web3_clientVersion`, in small letters → engine."""


def engine_of(client_version: str) -> Engine:
    """Return the engine that a node says it is, `UNKNOWN` if this client knows no such engine.

    Args:
        client_version: What `web3_clientVersion` answers, such as `Geth/v1.13.15-stable/linux-amd64/go1.21`.
    """
    return _BY_VERSION.get(client_version.split("/")[0].split(" ")[0].lower(), UNKNOWN)
