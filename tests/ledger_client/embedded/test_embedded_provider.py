from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount
from probe import CHAIN_ID, KEEPER, PROBE, START, probe_address, sign, sign_call, sign_creation
from web3 import IPCProvider, Web3
from web3.exceptions import ContractCustomError, Web3RPCError

from ledger_client.embedded import EmbeddedProvider, ManualClock, create_chain
from ledger_client.embedded import _socket_path as socket_path
from ledger_client.embedded._errors import (
    ChainDiskFullError,
    ChainHeldError,
    ChainSocketError,
    NoChainError,
)
from ledger_client.embedded._wire import MAX_REQUEST_BYTES
from ledger_client.embedded.holder import Holder
from ledger_client.embedded.server import Server
from ledger_client.keccak import keccak


@pytest.fixture
def directory(tmp_path: Path, clock: ManualClock) -> Path:
    create_chain(tmp_path / "ledger", CHAIN_ID, clock)
    return tmp_path / "ledger"


@pytest.fixture
def holder(directory: Path, clock: ManualClock) -> Iterator[Holder]:
    holder = Holder(directory, clock=clock, seal_on_request=True)
    holder.chain.submit([sign_creation()])
    holder.chain.seal()
    yield holder
    holder.close()


@pytest.fixture
def provider(directory: Path, holder: Holder) -> Iterator[EmbeddedProvider]:
    """Attached to `holder`, as another process would be."""
    with EmbeddedProvider(directory) as provider:
        yield provider


def is_attached(provider: EmbeddedProvider) -> bool:
    return type(provider._link).__name__ == "_SocketLink"


class TestRefusals:
    def test_no_chain(self, tmp_path: Path) -> None:
        provider = EmbeddedProvider(tmp_path)
        with pytest.raises(NoChainError):
            Web3(provider).eth.block_number  # noqa: B018
        assert not Web3(provider).is_connected()

    def test_a_second_holder(self, holder: Holder, directory: Path) -> None:
        with pytest.raises(ChainHeldError):
            Holder(directory)

    def test_a_holder_that_does_not_listen(
        self, holder: Holder, directory: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("ledger_client.embedded.provider._PATIENCE", 0.2)
        socket_path.clear(directory)
        with pytest.raises(ChainSocketError, match="does not listen") as caught:
            Web3(EmbeddedProvider(directory)).eth.block_number  # noqa: B018
        assert caught.value.exit_code == 3

    def test_a_holder_that_does_not_answer(self, tmp_path: Path) -> None:
        release = threading.Event()
        server = Server(tmp_path, lambda request: release.wait(10) and None)
        with pytest.raises(ChainSocketError, match="no answer in time"):
            Web3(EmbeddedProvider(tmp_path, timeout=0.1)).eth.block_number  # noqa: B018
        release.set()
        server.close()

    def test_a_path_where_no_socket_can_be(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(ChainSocketError):
            Web3(EmbeddedProvider(tmp_path / "file")).eth.block_number  # noqa: B018

    def test_a_refused_transaction_is_an_ordinary_error_as_with_any_node(
        self, provider: EmbeddedProvider
    ) -> None:
        with pytest.raises(Web3RPCError, match="nonce too low: next nonce 1, tx nonce 0"):
            Web3(provider).eth.send_raw_transaction(sign(nonce=0))

    def test_a_full_disk_is_the_same_error_in_every_process(
        self, provider: EmbeddedProvider, holder: Holder
    ) -> None:
        store = holder.chain._store
        (pages,) = store._writer.execute("pragma page_count").fetchone()
        store._writer.execute(f"pragma max_page_count = {pages}")
        big = sign_call(1, "note", b"\x01" * 20_000, gas=1_000_000)
        with pytest.raises(ChainDiskFullError):
            Web3(provider).eth.send_raw_transaction(big)
        with pytest.raises(ChainDiskFullError):
            provider.make_batch_request([("eth_sendRawTransaction", ["0x" + big.hex()])])

    def test_whoever_waits_for_a_receipt_learns_why_there_is_none(
        self, provider: EmbeddedProvider, holder: Holder
    ) -> None:
        store = holder.chain._store
        (pages,) = store._writer.execute("pragma page_count").fetchone()
        store._writer.execute(f"pragma max_page_count = {pages + 1}")
        w3 = Web3(provider)
        hash_ = w3.eth.send_raw_transaction(sign_call(1, "writeMany", 1, 100, gas=10_000_000))
        with pytest.raises(ChainDiskFullError):
            w3.eth.wait_for_transaction_receipt(hash_, timeout=5)
        store._writer.execute("pragma max_page_count = 1000000")
        w3.eth.block_number  # noqa: B018
        assert w3.eth.get_transaction_receipt(hash_)["status"] == 1


class TestWeb3:
    def test_reads_and_sends(self, provider: EmbeddedProvider) -> None:
        w3 = Web3(provider)
        assert w3.is_connected()
        assert w3.client_version.startswith("shecang-embedded/")
        assert (w3.eth.chain_id, w3.eth.gas_price, w3.eth.syncing) == (CHAIN_ID, 0, False)
        hash_ = w3.eth.send_raw_transaction(sign_call(1, "write", 3, 4))
        receipt = w3.eth.wait_for_transaction_receipt(hash_, timeout=5)
        assert (receipt["status"], receipt["blockNumber"]) == (1, 2)
        contract = w3.eth.contract(address=probe_address(), abi=PROBE["abi"])
        assert contract.functions.read(3).call() == 4
        (event,) = contract.events.Written().process_receipt(receipt)
        assert dict(event["args"]) == {"slot": 3, "caller": KEEPER.address, "value": 4}
        assert is_attached(provider)

    def test_custom_error_reaches_the_caller_with_its_data(self, provider: EmbeddedProvider) -> None:
        contract = Web3(provider).eth.contract(address=probe_address(), abi=PROBE["abi"])
        with pytest.raises(ContractCustomError) as caught:
            contract.functions.fail(9).call({"from": KEEPER.address})
        assert caught.value.data.endswith(f"{9:064x}" + "00" * 12 + KEEPER.address[2:].lower())

    def test_builds_and_estimates_a_transaction(self, provider: EmbeddedProvider) -> None:
        w3 = Web3(provider)
        contract = w3.eth.contract(address=probe_address(), abi=PROBE["abi"])
        call = contract.functions.writeMany(1, 20)
        built = call.build_transaction({"from": KEEPER.address, "gasPrice": 0, "nonce": 1})
        hash_ = w3.eth.send_raw_transaction(KEEPER.sign_transaction(built).raw_transaction)
        receipt = w3.eth.get_transaction_receipt(hash_)
        assert receipt["status"] == 1
        assert receipt["gasUsed"] <= built["gas"] <= receipt["gasUsed"] * 1.1

    def test_batch_of_reads(self, provider: EmbeddedProvider) -> None:
        w3 = Web3(provider)
        with w3.batch_requests() as batch:
            batch.add(w3.eth.get_block(0))
            batch.add(w3.eth.get_block(1))
            assert [block["number"] for block in batch.execute()] == [0, 1]

    def test_batch_of_transactions_is_stored_with_one_commit(
        self, provider: EmbeddedProvider, holder: Holder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        commits = []
        store = holder.chain._store
        add_pending = store.add_pending
        monkeypatch.setattr(store, "add_pending", lambda rows: (commits.append(len(rows)), add_pending(rows)))
        raws = [sign(nonce=nonce) for nonce in (1, 0, 2, 3)]
        # web3.py keeps this method out of its own batches, so that the provider is asked itself.
        answers = provider.make_batch_request(
            [("eth_sendRawTransaction", ["0x" + raw.hex()]) for raw in raws]
        )
        assert [answer.get("result") for answer in answers] == [
            Web3.keccak(raw).to_0x_hex() if place != 1 else None for place, raw in enumerate(raws)
        ]
        assert "nonce too low" in answers[1]["error"]["message"]
        assert commits == [3]
        block = Web3(provider).eth.get_block("latest", full_transactions=True)
        assert [transaction["nonce"] for transaction in block["transactions"]] == [1, 2, 3]

    def test_web3s_own_provider_on_the_socket(self, holder: Holder, directory: Path) -> None:
        provider = IPCProvider(socket_path.find(directory))
        w3 = Web3(provider)
        assert w3.eth.block_number == 1
        w3.eth.send_raw_transaction(sign_call(1, "note", b"\x55" * 90_000, gas=10_000_000))
        assert len(w3.eth.get_logs({"fromBlock": 2})[0]["data"]) > 90_000
        with w3.batch_requests() as batch:
            batch.add(w3.eth.get_block(0))
            batch.add(w3.eth.get_block(1))
            assert [block["number"] for block in batch.execute()] == [0, 1]
        provider._socket.sock.close()

    def test_holding_it_oneself_is_no_different(self, directory: Path, clock: ManualClock) -> None:
        with EmbeddedProvider(directory, clock=clock, seal_on_request=True) as provider:
            w3 = Web3(provider)
            hash_ = w3.eth.send_raw_transaction(sign_creation())
            assert w3.eth.get_transaction_receipt(hash_)["contractAddress"] == probe_address()
            assert not is_attached(provider)


class TestMiner:
    def test_makes_blocks_by_itself_on_the_hosts_clock(self, tmp_path: Path) -> None:
        create_chain(tmp_path / "ledger", CHAIN_ID)
        with EmbeddedProvider(tmp_path / "ledger") as provider:
            w3 = Web3(provider)
            hashes = [w3.eth.send_raw_transaction(sign(nonce=nonce)) for nonce in range(5)]
            begun = time.monotonic()
            receipts = [w3.eth.wait_for_transaction_receipt(hash_, timeout=5) for hash_ in hashes]
            assert time.monotonic() - begun < 4
            assert {receipt["blockNumber"] for receipt in receipts} <= {1, 2}
            assert w3.eth.get_block("latest")["timestamp"] <= time.time()

    def test_mines_what_the_last_holder_left(self, directory: Path, clock: ManualClock) -> None:
        holder = Holder(directory, clock=clock)
        (hash_,) = holder.chain.submit([sign(nonce=1)])  # number 0 is missing
        holder.close()
        with EmbeddedProvider(directory, clock=clock) as provider:
            w3 = Web3(provider)
            assert w3.eth.get_transaction(hash_)["blockNumber"] is None
            assert w3.eth.get_transaction_count(KEEPER.address, "pending") == 0
            w3.eth.send_raw_transaction(sign(nonce=0))
            assert w3.eth.wait_for_transaction_receipt(hash_, timeout=5)["status"] == 1


class TestManyAtOnce:
    def test_threads_and_commands_send_while_blocks_are_made(
        self, directory: Path, clock: ManualClock
    ) -> None:
        holder = Holder(directory, clock=clock)
        accounts = [Account.from_key(keccak(bytes([number]))) for number in range(6)]
        failures: list[BaseException] = []

        def send_ten(account: LocalAccount) -> None:
            try:
                with EmbeddedProvider(directory) as provider:
                    w3 = Web3(provider)
                    hashes = [w3.eth.send_raw_transaction(sign(account, nonce=nonce)) for nonce in range(10)]
                    for hash_ in hashes:
                        assert w3.eth.wait_for_transaction_receipt(hash_, timeout=20)["status"] == 1
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=send_ten, args=[account]) for account in accounts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        reader = holder.chain.reader
        rows, _ = reader.derive_all()
        assert len({row.hash for row in rows}) == len(rows) == 60
        assert all(row.block <= reader.head().block_number for row in rows)
        holder.close()


class TestImports:
    def test_a_command_that_only_attaches_does_not_wait_for_py_evm(self) -> None:
        code = "import sys, ledger_client.embedded; sys.exit('eth.vm' in sys.modules)"
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
        assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0

    def test_py_evm_is_imported_by_this_package_alone(self) -> None:
        root = Path(__file__).parents[3]
        sources = [*root.glob("ledger_client/**/*.py"), *root.glob("api/**/*.py")]
        users = {
            path
            for path in sources
            if re.search(r"^\s*(from|import) eth[. ]", path.read_text(), re.MULTILINE)
        }
        assert users
        assert {path.parent for path in users} == {root / "ledger_client/embedded"}


class TestTakeover:
    def test_a_command_whose_socket_vanishes_takes_the_directory_over(
        self, directory: Path, clock: ManualClock
    ) -> None:
        holder = Holder(directory, clock=clock)
        with EmbeddedProvider(directory, clock=clock) as provider:
            w3 = Web3(provider)
            assert w3.eth.block_number == 0
            assert is_attached(provider)
            holder.close()
            assert w3.eth.block_number == 0
            assert not is_attached(provider)

    def test_of_two_one_takes_it_over_and_the_other_attaches(
        self, directory: Path, clock: ManualClock
    ) -> None:
        holder = Holder(directory, clock=clock)
        with EmbeddedProvider(directory, clock=clock) as one, EmbeddedProvider(directory, clock=clock) as two:
            assert [Web3(provider).eth.block_number for provider in (one, two)] == [0, 0]
            holder.close()
            answers: list[int] = []
            threads = [
                threading.Thread(target=lambda p=provider: answers.append(Web3(p).eth.block_number))
                for provider in (one, two)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert answers == [0, 0]
            assert sorted(map(is_attached, (one, two))) == [False, True]

    def test_a_transaction_sent_to_both_holders_is_one(self, directory: Path, clock: ManualClock) -> None:
        holder = Holder(directory, clock=clock)
        with EmbeddedProvider(directory, clock=clock, seal_on_request=True) as provider:
            w3 = Web3(provider)
            first = w3.eth.send_raw_transaction(sign())
            holder.close()
            assert w3.eth.send_raw_transaction(sign()) == first
            w3.eth.wait_for_transaction_receipt(first, timeout=5)
            assert w3.eth.get_transaction_count(KEEPER.address) == 1

    def test_after_kill_9_of_the_holder(self, directory: Path) -> None:
        code = (
            "import sys, time; from pathlib import Path; from ledger_client.embedded.holder import Holder\n"
            "from ledger_client.embedded import ManualClock\n"
            f"Holder(Path(sys.argv[1]), clock=ManualClock({START})); print('held', flush=True)\n"
            "time.sleep(60)"
        )
        command = [sys.executable, "-c", code, str(directory)]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
        with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            with EmbeddedProvider(directory, clock=ManualClock(START)) as provider:
                w3 = Web3(provider)
                hash_ = w3.eth.send_raw_transaction(sign())
                assert is_attached(provider)
                process.send_signal(signal.SIGKILL)
                process.wait()
                assert w3.eth.wait_for_transaction_receipt(hash_, timeout=5)["status"] == 1
                assert not is_attached(provider)


class TestSocket:
    def test_only_its_owner_may_use_it(self, holder: Holder, directory: Path) -> None:
        path = socket_path.find(directory)
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_closing_waits_for_an_answer_that_is_being_made(self, tmp_path: Path) -> None:
        """Else the database is closed under a thread that reads it, and SQLite takes the process down."""
        asked, made = threading.Event(), threading.Event()

        def answer(_: Any) -> None:
            asked.set()
            time.sleep(0.3)
            made.set()

        server = Server(tmp_path, answer)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.connect(str(socket_path.find(tmp_path)))
            client.sendall(b"{}")
            assert asked.wait(10)
            server.close()
            assert made.is_set()

    def test_is_removed_when_its_holder_closes(self, directory: Path, clock: ManualClock) -> None:
        Holder(directory, clock=clock).close()
        assert not any(stat.S_ISSOCK(path.stat().st_mode) for path in directory.iterdir())

    def test_a_directory_with_a_path_too_long_for_a_socket(self, tmp_path: Path, clock: ManualClock) -> None:
        directory = tmp_path / ("d" * 120) / "ledger"
        create_chain(directory, CHAIN_ID, clock)
        with (
            EmbeddedProvider(directory, clock=clock) as own,
            EmbeddedProvider(directory, clock=clock) as attached,
        ):
            assert [Web3(provider).eth.block_number for provider in (own, attached)] == [0, 0]
            assert is_attached(attached)
            path = socket_path.find(directory)
            assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
            attached.close()
        assert not path.parent.exists()
        assert not (directory / socket_path.RECORD_NAME).exists()

    def test_what_a_killed_holder_left_of_a_long_path_is_removed(self, tmp_path: Path) -> None:
        directory = tmp_path / ("d" * 120)
        directory.mkdir()
        left = socket_path.prepare(directory)
        left.touch()
        assert socket_path.prepare(directory) != left
        assert not left.parent.exists()
        socket_path.clear(directory)

    def test_the_rest_of_the_directory_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / socket_path.SOCKET_NAME).touch()
        (tmp_path / "mine").touch()
        socket_path.prepare(tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["mine"]

    def talk(self, directory: Path, *sent: bytes) -> list[Any]:
        """Send, and return all lines until the other end hangs up or has nothing more to say."""
        with closing(socket.socket(socket.AF_UNIX)) as connection:
            connection.settimeout(5)
            connection.connect(str(socket_path.find(directory)))
            with connection.makefile("rb") as lines:
                for part in sent:
                    connection.sendall(part)
                connection.shutdown(socket.SHUT_WR)
                return [json.loads(line) for line in lines]

    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            (b"GET / HTTP/1.1\r\n\r\n", -32700),
            (b"{nonsense}", -32700),
            (b'{"id": "\xff"}', -32700),
            (b'{"id": ' + b"9" * 5_000 + b"}", -32700),
            (b"[" * 50, -32600),
            (b"[]", -32600),
            (b"[1]", -32600),
            (b"{}", -32600),
        ],
    )
    def test_what_is_no_request(self, holder: Holder, directory: Path, sent: bytes, code: int) -> None:
        (answer,) = self.talk(directory, sent)
        error = answer[0]["error"] if isinstance(answer, list) else answer["error"]
        assert error["code"] == code
        # Others are served on.
        assert self.talk(directory, b'{"id": 1, "method": "net_version"}')[0]["result"] == str(CHAIN_ID)

    def test_one_byte_too_many(self, holder: Holder, directory: Path) -> None:
        def request(size: int) -> bytes:
            head, tail = b'{"method":"net_version","params":[],"x":"', b'"}'
            return head + b"a" * (size - len(head) - len(tail)) + tail

        (answer,) = self.talk(directory, request(MAX_REQUEST_BYTES))
        assert answer["result"] == str(CHAIN_ID)
        with closing(socket.socket(socket.AF_UNIX)) as connection:
            connection.settimeout(5)
            connection.connect(str(socket_path.find(directory)))
            connection.sendall(request(MAX_REQUEST_BYTES + 2)[:-1])  # not even complete
            with connection.makefile("rb") as lines:
                assert json.loads(lines.readline())["error"]["code"] == -32600

    def test_several_requests_in_one_piece_and_one_in_several(self, holder: Holder, directory: Path) -> None:
        request = b'{"id": 7, "method": "eth_chainId", "params": []}'
        answers = self.talk(directory, request * 2 + b"\n" + request[:9], request[9:20], request[20:])
        assert answers == [{"jsonrpc": "2.0", "id": 7, "result": hex(CHAIN_ID)}] * 3
