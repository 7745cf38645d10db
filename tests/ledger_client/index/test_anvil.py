"""A real chain that takes blocks back: anvil's snapshot and revert (threat 16)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_account import Account

from ledger_client.audit import audit
from ledger_client.chain import Chain, connect
from ledger_client.contracts import Deployment, deploy, encode_call
from ledger_client.databases import open_database
from ledger_client.documents import CHINA_OFFSET
from ledger_client.index import Follower, dump_digest
from ledger_client.index.chain_source import ChainSource
from ledger_client.signers import LocalSigner

FINAL_DEPTH = 50
NAME = b"\1" * 32


class Office:
    """Somebody who registers divisions on a chain of their own."""

    def __init__(self, url: str) -> None:
        self.chain: Chain = connect(url)
        self.signer = LocalSigner(Account.create(), is_demo=True)
        self.deployment: Deployment = deploy(
            self.chain, self.signer, root=self.signer.address, delay=0, offset=CHINA_OFFSET
        )
        self.source = ChainSource(self.chain, self.deployment)

    def register(self, division: int) -> None:
        data = encode_call("Directory", "registerDivision", division, NAME, 0)
        fields = {
            "to": self.deployment.directory,
            "nonce": self.chain.transaction_count(self.signer.address),
            "data": data,
            "gas": 1_000_000,
            "gasPrice": 0,
            "value": 0,
            "chainId": self.chain.chain_id,
        }
        transaction = self.chain.send_raw(self.signer.sign_transaction(fields))
        (receipt,) = self.chain.wait([transaction])
        assert receipt.succeeded


@pytest.fixture
def office(anvil: str) -> Iterator[Office]:
    made = Office(anvil)
    yield made
    made.chain.node.close()


def test_index_equals_a_fresh_rebuild_after_snapshot_and_revert(office: Office, tmp_path: Path) -> None:
    first = office.deployment.first_block
    engine = open_database(tmp_path / "index.db")
    follower = Follower(engine, office.source, FINAL_DEPTH, first_block=first)
    office.register(42)
    follower.follow()
    kept = dump_digest(engine)
    snapshot = office.chain.node.request("evm_snapshot")
    for division in (4201, 420105, 420106):
        office.register(division)
    follower.follow()
    assert dump_digest(engine) != kept

    office.chain.node.request("evm_revert", snapshot)
    follower.follow()
    assert dump_digest(engine) == kept

    office.register(4202)
    follower.follow()
    fresh = open_database(tmp_path / "fresh.db")
    Follower(fresh, office.source, first_block=first).follow()
    assert dump_digest(engine) == dump_digest(fresh)
    report = audit(engine, office.source, first_block=first)
    assert report.agreed
    assert report.findings == ()
    for each in (engine, fresh):
        each.dispose()
