"""Export from nodes: another engine, one that has forgotten, and ones that lie to whoever exports."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from played_ledger import OTHER_SITE, SITE
from proved import EN, SALT, ZH, Proved, prove, statements_about, verified
from web3.providers.base import JSONBaseProvider

from ledger_client.chain import Chain, connect
from ledger_client.errors import ShecangError
from ledger_client.evidence._proving import BlockPrunedError
from ledger_client.evidence.export import (
    CheckpointOtherError,
    IndexBehindError,
    Request,
    Source,
    _is_readable,
    export_evidence,
)
from ledger_client.evidence.names import NameLine
from ledger_client.evidence.tries import ProofNodeError
from ledger_client.headers import HeaderHashError
from ledger_client.node import Node
from ledger_client.records import Record, RecordId


class Between(JSONBaseProvider):
    """A provider that changes answers of another one."""

    def __init__(self, inner: Any, change: Callable[[str, Any], Any]) -> None:
        super().__init__()
        self._inner, self._change = inner, change

    def make_request(self, method: Any, params: Any) -> Any:
        return self._change(str(method), self._inner.make_request(method, params))

    def make_batch_request(self, batch_requests: Any) -> Any:
        return [self.make_request(method, params) for method, params in batch_requests]


def exported_through(proved: Proved, change: Callable[[str, Any], Any], site: int = SITE) -> bytes:
    chain = Chain(Node(Between(proved.chain.node.provider, change), "between"))
    file = io.BytesIO()
    export_evidence(
        file,
        Source(chain, proved.played.deployment, proved.reader),
        proved.trust,
        Request(site, proved.checkpoint.number),
        statements_about(proved.trust, proved.checkpoint),
    )
    return file.getvalue()


@pytest.mark.parametrize("site", [SITE, OTHER_SITE])
def test_from_anvil(anvil: str, tmp_path: Path, site: int) -> None:
    on_anvil = prove(tmp_path, connect(anvil))
    assert verified(on_anvil.export(site), on_anvil.trust).exit_code == 0


def test_is_the_same_whichever_way_it_comes(proved: Proved) -> None:
    assert exported_through(proved, lambda _method, answer: answer) == proved.export()


def test_a_node_that_has_pruned_the_block(proved: Proved) -> None:
    def prune(method: str, answer: Any) -> Any:
        if method != "eth_getProof":
            return answer
        return {"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "missing trie node"}}

    with pytest.raises(BlockPrunedError) as raised:
        exported_through(proved, prune)
    assert raised.value.exit_code == 3
    assert f"checkpoint is block {proved.checkpoint.number}" in raised.value.text("en")


def test_a_node_that_changes_a_header(proved: Proved) -> None:
    def lie(method: str, answer: Any) -> Any:
        if method == "eth_getBlockByNumber" and answer.get("result"):
            answer["result"]["stateRoot"] = "0x" + "11" * 32
        return answer

    with pytest.raises(HeaderHashError):
        exported_through(proved, lie)


def test_a_node_that_leaves_out_a_node_of_a_proof(proved: Proved) -> None:
    def lie(method: str, answer: Any) -> Any:
        if method == "eth_getProof":
            answer["result"]["accountProof"] = answer["result"]["accountProof"][:-1]
        return answer

    with pytest.raises(ProofNodeError):
        exported_through(proved, lie)


def test_a_node_that_drops_entries_of_journals(proved: Proved) -> None:
    """Whoever exports is lied to as well; whoever verifies notices."""

    def lie(method: str, answer: Any) -> Any:
        if method == "eth_getLogs":
            answer["result"] = answer["result"][:-1]
        return answer

    try:
        raw = exported_through(proved, lie)
    except ShecangError as error:
        assert error.exit_code == 1
    else:
        assert verified(raw, proved.trust).exit_code == 1


def test_an_index_that_has_not_all_documents(proved: Proved, tmp_path: Path) -> None:
    from ledger_client.databases import open_database
    from ledger_client.index.chain_source import ChainSource
    from ledger_client.index.follower import Follower
    from ledger_client.index.reads import IndexReader

    engine = open_database(tmp_path / "behind.db")
    source = ChainSource(proved.chain, proved.played.deployment)
    first = proved.played.deployment.first_block
    Follower(engine, source, 0, first_block=first).follow(proved.played.deployment.block + 5)
    with pytest.raises(IndexBehindError):
        export_evidence(
            io.BytesIO(),
            Source(proved.chain, proved.played.deployment, IndexReader(engine)),
            proved.trust,
            Request(SITE, proved.checkpoint.number),
            statements_about(proved.trust, proved.checkpoint),
        )


def test_a_name_of_nothing_but_brackets_does_not_spoil_the_file() -> None:
    record = Record.new(RecordId("site", SITE), zh="[" * 100, salt=SALT)
    assert not _is_readable(NameLine("site", SITE, record.name.zh, record.name.en, SALT))
    assert _is_readable(NameLine("site", SITE, ZH, EN, SALT))
    long = NameLine("site", SITE, "x" * 2_000, EN, SALT)
    assert not _is_readable(long)


def test_statements_about_another_chain_of_the_same_height(proved: Proved) -> None:
    other = replace(proved.checkpoint, hash=bytes(32))
    with pytest.raises(CheckpointOtherError):
        export_evidence(
            io.BytesIO(),
            Source(proved.chain, proved.played.deployment, proved.reader),
            proved.trust,
            Request(SITE, other.number),
            statements_about(proved.trust, other),
        )
