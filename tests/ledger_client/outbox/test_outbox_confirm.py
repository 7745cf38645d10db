"""Threat 16: a block is replaced after its receipt was seen; what it had taken is sent again."""

from pathlib import Path

import pytest
from outbox_steps import REVERTING_CODE, recorded, submission

from ledger_client.chain import Chain
from ledger_client.node import NodeUnreachableError
from ledger_client.node import connect as connect_node
from ledger_client.outbox import Entry, EntryState, Outbox, Refusal, Submission
from ledger_client.signers import KeystoreSigner


def record(outbox: Outbox, chain: Chain, signer: KeystoreSigner, *submissions: Submission) -> list[Entry]:
    keys = [one.key for one in submissions]
    outbox.store(submissions, signer, chain)
    outbox.send(keys, chain)
    return outbox.wait(keys, chain)


class DeepChain(Chain):
    """A real chain for which a block is final when two others lie above it."""

    finality_depth = 2


@pytest.fixture
def deep(outbox_anvil: str) -> DeepChain:
    return DeepChain(connect_node(outbox_anvil))


@pytest.fixture
def snapshot(deep: DeepChain) -> str:
    return str(deep.node.request("evm_snapshot"))


def replace_blocks(chain: Chain, snapshot: str) -> None:
    """Drop every block since the snapshot, with what it had taken."""
    assert chain.node.request("evm_revert", snapshot)


class TestConfirm:
    def test_an_unreachable_chain_forgets_nothing(
        self, outbox: Outbox, deep: DeepChain, signer: KeystoreSigner, unreachable: Chain
    ) -> None:
        (entry,) = record(outbox, deep, signer, submission(signer))
        with pytest.raises(NodeUnreachableError):
            outbox.confirm(unreachable)
        assert outbox.find("a") == entry and not entry.is_final

    def test_where_blocks_are_final_at_once_nothing_is_looked_for(
        self, outbox: Outbox, chain: Chain, signer: KeystoreSigner, unreachable: Chain
    ) -> None:
        (entry,) = record(outbox, chain, signer, submission(signer))
        assert entry.is_final
        assert outbox.confirm(unreachable) == []

    def test_is_final_when_it_lies_deep_enough(
        self, outbox: Outbox, deep: DeepChain, signer: KeystoreSigner
    ) -> None:
        record(outbox, deep, signer, submission(signer))
        finals = []
        for _ in range(3):
            assert outbox.confirm(deep) == []
            finals.append(outbox.entries("a")[0].is_final)
            deep.node.request("evm_mine")
        assert finals == [False, False, True]

    @pytest.mark.parametrize("way", ["confirm", "resume", "wait"])
    def test_what_lost_its_block_is_sent_again(
        self, outbox: Outbox, deep: DeepChain, signer: KeystoreSigner, snapshot: str, way: str
    ) -> None:
        made = [submission(signer, key, text=key.encode()) for key in "abc"]
        first = record(outbox, deep, signer, *made)
        replace_blocks(deep, snapshot)
        assert recorded(deep, signer) == []
        if way == "wait":
            # The next document waits for the numbers before its own.
            (later,) = record(outbox, deep, signer, submission(signer, "d", text=b"d"))
            assert later.state is EntryState.RECORDED
        else:
            moved = getattr(outbox, way)(deep)
            assert [entry.state for entry in moved] == [EntryState.SENT] * 3
        again = outbox.wait("abc", deep)
        assert recorded(deep, signer)[:3] == [b"a", b"b", b"c"]
        assert {entry.state for entry in again} == {EntryState.RECORDED}
        assert [entry.hash for entry in again] == [entry.hash for entry in first]
        for entry in again:
            assert entry.block_number is not None and not entry.is_final
            assert deep.block(entry.block_number).hash == entry.block_hash

    def test_another_block_that_has_it_is_noted(
        self, outbox: Outbox, deep: DeepChain, signer: KeystoreSigner, snapshot: str, tmp_path: Path
    ) -> None:
        (first,) = record(outbox, deep, signer, submission(signer))
        replace_blocks(deep, snapshot)
        deep.node.request("evm_mine")
        with Outbox.open(tmp_path / "copy.sqlite") as copy:
            assert record(copy, deep, signer, submission(signer))[0].hash == first.hash
        (moved,) = outbox.confirm(deep)
        assert (moved.state, moved.is_final) == (EntryState.RECORDED, False)
        assert moved.block_number == (first.block_number or 0) + 1
        assert outbox.confirm(deep) == []

    def test_a_refusal_of_a_replaced_block_is_none(
        self, outbox: Outbox, deep: DeepChain, signer: KeystoreSigner, snapshot: str
    ) -> None:
        """The contract that refused is gone with its block, and what was refused may be recorded."""
        creation = submission(signer, "contract", to=None, data=REVERTING_CODE, gas=200_000)
        (entry,) = record(outbox, deep, signer, creation)
        (receipt,) = deep.receipts([entry.hash or b""])
        assert receipt is not None
        (refused,) = record(outbox, deep, signer, submission(signer, to=receipt.contract))
        assert refused.refusal is Refusal.REVERTED and not refused.is_final
        replace_blocks(deep, snapshot)
        # On the new chain the first number makes something else, so that nothing refuses the second.
        assert deep.code(receipt.contract or "") == b""
        raw = signer.sign_transaction(
            {"chainId": deep.chain_id, "nonce": 0, "gas": 30_000, "to": signer.address, "data": b""}
        )
        deep.wait([deep.send_raw(raw)])
        moved = {entry.key: entry for entry in outbox.confirm(deep)}
        assert (moved["contract"].state, moved["contract"].refusal) == (
            EntryState.REFUSED,
            Refusal.NONCE_USED,
        )
        assert moved["a"].refusal is None
        (again,) = outbox.wait("a", deep)
        assert (again.state, again.revert_data, again.hash) == (EntryState.RECORDED, None, refused.hash)
