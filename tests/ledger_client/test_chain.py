"""The chain and its node on both engines, and what happens when nobody or somebody else answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import played_ledger as played
import pytest

from ledger_client.addresses import address_from_bytes
from ledger_client.chain import BlockUnknownError, Chain, ReceiptMissingError, connect
from ledger_client.contracts import Deployment, deploy
from ledger_client.documents import CHINA_OFFSET
from ledger_client.embedded import EmbeddedProvider, ManualClock, create_chain
from ledger_client.keccak import keccak
from ledger_client.node import AddressKindError, Node, NodeAnswerError, NodeFailedError, NodeUnreachableError
from ledger_client.outbox import ChainBusyError, NonceUsedError
from ledger_client.reverts import RevertSilentError

STRANGER = address_from_bytes(b"\x99" * 20)


@pytest.fixture(scope="module", params=["embedded", "anvil"])
def chain(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    if request.param == "anvil":
        yield connect(request.getfixturevalue("anvil"))
        return
    directory = tmp_path_factory.mktemp("chain")
    clock = ManualClock(1_790_000_000)
    create_chain(directory, 1337, clock)
    with EmbeddedProvider(directory, clock=clock, seal_on_request=True) as provider:
        yield Chain(Node(provider, str(directory)))


@pytest.fixture(scope="module")
def deployment(chain: Chain) -> Deployment:
    signer = played.signer("whoever deploys")
    return deploy(chain, signer, root=signer.address, delay=5, offset=CHINA_OFFSET)


@pytest.fixture
def not_a_node() -> Iterator[str]:
    """A web server that speaks no JSON-RPC."""

    class Page(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = b"<html>hello</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_nobody_answers_at_is_a_sentence() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(NodeUnreachableError, match=r"nobody answers at http://127\.0\.0\.1") as refused:
            connect(address).head()
    assert refused.value.exit_code == 3


def test_a_server_that_is_no_node_is_a_sentence(not_a_node: str) -> None:
    with pytest.raises(NodeAnswerError, match=r"does not speak Ethereum JSON-RPC"):
        connect(not_a_node).chain_id  # noqa: B018
    with pytest.raises(NodeAnswerError):
        connect(not_a_node).head()


def test_an_address_of_no_known_kind_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no socket")
    for address in (str(file), str(tmp_path / "nothing"), "ftp://127.0.0.1", ""):
        with pytest.raises(AddressKindError):
            connect(address)


def test_the_secrets_of_an_address_are_in_no_sentence() -> None:
    with pytest.raises(NodeUnreachableError) as refused:
        connect("http://office:passphrase@127.0.0.1:9/rpc?token=sesame").head()
    for text in (refused.value.text("en"), refused.value.text("zh"), str(refused.value.facts)):
        assert "http://127.0.0.1:9/rpc" in text
        assert not any(secret in text for secret in ("office", "passphrase", "sesame"))


class TroubledNode(Node):
    """A real node that gives logs of a few blocks at a time, and fails when it is given a transaction."""

    def __init__(self, node: Node, blocks: int) -> None:
        super().__init__(node.provider, node.address)
        self._blocks = blocks

    def _answer(self, method: str, params: Sequence[Any]) -> Any:
        if method == "eth_sendRawTransaction":
            return {"error": {"code": -32603, "message": "Internal error"}}
        if method == "eth_getLogs":
            first, last = (int(params[0][end], 16) for end in ("fromBlock", "toBlock"))
            if last - first + 1 > self._blocks:
                return {"error": {"code": -32005, "message": "query exceeds max results"}}
        return super()._answer(method, params)


def test_a_node_that_fails_has_not_refused_the_transaction(chain: Chain, deployment: Deployment) -> None:
    """Else its number would be given away, and the document prepared anew, when the node may have it."""
    fields = {"chainId": chain.chain_id, "nonce": 0, "gas": 50_000, "to": STRANGER, "data": b""}
    raw = played.signer("a sender that nobody hears").sign_transaction(fields)
    with pytest.raises(ChainBusyError, match="Internal error"):
        Chain(TroubledNode(chain.node, 1)).send_raw(raw)


def test_a_node_that_gives_no_logs_at_all_is_a_sentence(chain: Chain, deployment: Deployment) -> None:
    with pytest.raises(NodeFailedError, match="max results"):
        list(Chain(TroubledNode(chain.node, 0)).logs([deployment.directory], 0, chain.height()))


def test_logs_come_in_ranges_as_short_as_the_node_gives(chain: Chain, deployment: Deployment) -> None:
    addresses = list(deployment.addresses.values())
    wide = [log for part in chain.logs(addresses, 0, chain.height()) for log in part]
    troubled = Chain(TroubledNode(chain.node, 2))
    parts = list(troubled.logs(addresses, 0, chain.height()))
    assert [log for part in parts for log in part] == wide != []
    assert len(parts) >= (chain.height() + 1) / 2


def test_a_block_ahead_is_refused(chain: Chain) -> None:
    with pytest.raises(BlockUnknownError, match="no block 1000000"):
        chain.block(1_000_000)


def test_a_method_that_a_node_does_not_have_is_a_sentence(chain: Chain) -> None:
    with pytest.raises(NodeFailedError, match="eth_nothing"):
        chain.node.request("eth_nothing")


def test_a_number_that_was_used_is_refused(chain: Chain, deployment: Deployment) -> None:
    fields = {"chainId": chain.chain_id, "nonce": 0, "gas": 50_000, "to": STRANGER, "data": b"\x01"}
    raw = played.signer("whoever deploys").sign_transaction(fields)
    with pytest.raises(NonceUsedError):
        chain.send_raw(raw)


def test_a_transaction_in_no_block_is_not_waited_for_for_ever(chain: Chain) -> None:
    unknown = keccak(b"never sent")
    assert chain.receipt(unknown) is None
    with pytest.raises(ReceiptMissingError, match=unknown.hex()):
        chain.wait([unknown], seconds=0)


def test_a_call_of_a_function_that_is_not_there_is_a_sentence(chain: Chain, deployment: Deployment) -> None:
    with pytest.raises(RevertSilentError):
        chain.call(deployment.directory, bytes(4))
    with pytest.raises(RevertSilentError):
        chain.estimate_gas(STRANGER, deployment.directory, bytes(4))


def test_blocks_are_linked(chain: Chain, deployment: Deployment) -> None:
    head = chain.head()
    parent, again = chain.blocks([head.number - 1, head.number])
    assert again.parent == parent.hash and again.time >= parent.time
    assert chain.final() == chain.head()
    assert chain.final(depth=1).number == chain.head().number - 1
    assert chain.final(depth=1_000_000).hash == chain.genesis_hash


def test_logs_of_all_ranges_come_in_order(
    chain: Chain, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = list(deployment.addresses.values())
    head = chain.head().number
    at_once = [log for part in chain.logs(addresses, 0, head) for log in part]
    monkeypatch.setattr("ledger_client.chain.LOG_RANGE", 1)
    one_by_one = list(chain.logs(addresses, 0, head))
    assert len(one_by_one) == head + 1
    assert [log for part in one_by_one for log in part] == at_once != []
    assert [log.place for log in at_once] == sorted(log.place for log in at_once)


def test_storage_and_proofs_agree(chain: Chain, deployment: Deployment) -> None:
    slots = [number.to_bytes(32, "big") for number in range(103)]
    block = chain.head().number
    proof = chain.proof(deployment.directory, slots, block)
    assert proof.address == deployment.directory
    assert proof.code_hash == keccak(chain.code(deployment.directory, block))
    assert [word.slot for word in proof.storage] == slots
    assert [word.value for word in proof.storage] == chain.storage(deployment.directory, slots, block)
    assert keccak(proof.nodes[0]) == chain.block(block).state_root
    assert all(keccak(word.nodes[0]) == proof.storage_root for word in proof.storage)
    assert chain.proof(deployment.directory, [], block).storage == ()


def test_sending_twice_is_one_transaction(chain: Chain, deployment: Deployment) -> None:
    sender = played.signer("somebody else")
    nonce = chain.transaction_count(sender.address)
    fields = {"chainId": chain.chain_id, "nonce": nonce, "gas": 50_000, "to": STRANGER, "data": b""}
    raw = sender.sign_transaction(fields)
    hash_ = chain.send_raw(raw)
    assert hash_ == keccak(raw)
    [receipt] = chain.wait([hash_])
    assert receipt.succeeded and receipt.transaction == hash_ and receipt.logs == ()
    assert chain.block(receipt.block_number).hash == receipt.block_hash
    assert chain.transaction_count(sender.address) == nonce + 1
