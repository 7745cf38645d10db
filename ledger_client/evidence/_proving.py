"""Proofs from a node, in the order in which the verifier's walk comes to need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.chain import Chain
from ledger_client.errors import UnavailableError
from ledger_client.evidence.claims import Proven, Subjects, Walk
from ledger_client.evidence.tries import Account, NodeRecorder, State, What
from ledger_client.node import NodeFailedError
from ledger_client.slots import DIRECTORY, LEDGER, mapping_slot
from ledger_client.trust import Trust


class BlockPrunedError(UnavailableError):
    """A node does not keep the state of a block any more."""

    en = (
        "the node keeps no state of block {block} any more ({reason}); the newest checkpoint is block "
        "{newest}: leave out --block, or ask a node that keeps history"
    )
    zh = (
        "节点已不保留区块 {block} 的状态（{reason}）；最新检查点为区块 {newest}："
        "请不加 --block，或改用保留历史的节点"
    )


class Prover:
    """Gets proofs from a node, and puts their nodes into the order of the walk.

    Args:
        chain: The node.
        trust: Which contracts, and where they keep their words.
        block: The block of the state.
        newest: The checkpoint, which is offered where the node does not keep that state any more.

    Raises:
        BlockPrunedError: It does not; so of every method.
    """

    def __init__(self, chain: Chain, trust: Trust, block: int, newest: int) -> None:
        self._chain, self._trust, self._block, self._newest = chain, trust, block, newest
        self._nodes = NodeRecorder()
        self._words: dict[tuple[bytes, bytes], int] = {}
        self._state_root = chain.block(block).state_root

    def journal(self, site: int) -> int:
        """Return the journal word of a site."""
        return self._word(LEDGER, "_siteJournals", site)

    def is_registered(self, site: int) -> bool:
        """Whether there is such a site."""
        return self._word(DIRECTORY, "_sites", site) != 0

    def _word(self, contract: str, label: str, key: int) -> int:
        known = self._trust.contracts[contract]
        slot = mapping_slot(key, known.slots[label])
        self._fetch({known.address: [slot]})
        return self._words[address_to_bytes(known.address), slot]

    def proven(self, subjects: Subjects) -> Proven:
        """Return what `subjects` ask for, after their proofs were fetched.

        Which words there are follows from other words, so that the walk is repeated until it knows them all.
        """
        while True:
            asking = _Asking(self._trust, self._words)
            walk = Walk(asking, self._trust)
            walk.journal(subjects.site)
            found = walk.prove(subjects)
            if not asking.wanted:
                return found
            self._fetch(asking.wanted)

    def nodes(self, subjects: Subjects) -> list[bytes]:
        """Return the nodes that prove everything that `subjects` ask for, in the order of first need."""
        self._fetch({contract.address: [] for contract in self._trust.contracts.values()})
        self.proven(subjects)
        walk = Walk(State(self._state_root, self._nodes), self._trust)
        walk.journal(subjects.site)
        walk.prove(subjects)
        return list(self._nodes.used.values())

    def _fetch(self, wanted: Mapping[Address, Sequence[bytes]]) -> None:
        for address, slots in wanted.items():
            try:
                proof = self._chain.proof(address, slots, self._block)
            except NodeFailedError as error:
                raise BlockPrunedError(
                    block=self._block, reason=error.message, newest=self._newest
                ) from error
            self._nodes.add(proof.nodes)
            for word in proof.storage:
                self._nodes.add(word.nodes)
                self._words[address_to_bytes(address), word.slot] = word.value


def proven_journal(chain: Chain, trust: Trust, number: int, state_root: bytes, site: int) -> int:
    """Return the journal word of a site in a state that somebody vouches for; the node is not believed.

    Args:
        chain: The node.
        trust: Which contracts, and where they keep their words.
        number: Of the block.
        state_root: As the witnesses signed it.
        site: The site.

    Raises:
        NodeFailedError: The node keeps no state of the block any more.
        ShecangError: As `Walk`: what the node gives is not of that state.
    """
    nodes = NodeRecorder()
    for name, contract in trust.contracts.items():
        slots = [mapping_slot(site, contract.slots["_siteJournals"])] if name == LEDGER else []
        proof = chain.proof(contract.address, slots, number)
        nodes.add(proof.nodes)
        for word in proof.storage:
            nodes.add(word.nodes)
    return Walk(State(state_root, nodes), trust).journal(site)


class _Asking:
    """Takes words that were fetched, and notes those that were not."""

    def __init__(self, trust: Trust, words: Mapping[tuple[bytes, bytes], int]) -> None:
        self._hashes = {
            address_to_bytes(contract.address): contract.code_hash for contract in trust.contracts.values()
        }
        self._words = words
        self.wanted: dict[Address, list[bytes]] = {}

    def account(self, address: bytes, what: What) -> Account:  # noqa: ARG002 -- as in `Words`
        return Account(address, b"", self._hashes[address])

    def word(self, account: Account, slot: bytes, what: What) -> int:  # noqa: ARG002 -- as in `Words`
        known = self._words.get((account.address, slot))
        if known is None:
            self.wanted.setdefault(address_from_bytes(account.address), []).append(slot)
        return known or 0
