"""Threats 7, 10 and 26 where a witness signs: nodes that lie to it, each lie named; crashes; stolen keys."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import rlp
from lying import Lie, OlderHead, OtherChain, lying_chain
from vouching import ONE, SPACING, TWO, Vouched, put, said, secret_of

from ledger_client.chain import BlockUnknownError
from ledger_client.checkpoints import Directory, Statement, compare, place_of, sign_checkpoint
from ledger_client.checkpoints.places import file_name
from ledger_client.checkpoints.witness import (
    ChainBrokenError,
    ChainOtherError,
    ChainRewrittenError,
    KeyElsewhereError,
)
from ledger_client.errors import ShecangError
from ledger_client.headers import Header, HeaderHashError
from ledger_client.keccak import keccak
from ledger_client.node import NodeAnswerError
from ledger_client.trust import Accepted


class HeaderAt(Lie):
    """The header at one height is another one; what is asked for is the number of the block."""

    def __init__(self, number: int, change: Callable[[dict[str, Any]], Any]) -> None:
        self._number, self._change = number, change

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        is_it = method == "eth_getBlockByNumber" and params[0] == hex(self._number)
        return self._change(result) if is_it else result


def forged(block: dict[str, Any]) -> dict[str, Any]:
    """Return a block with another state, whose hash is right for it."""
    header = Header.from_node(block)
    fields = list(rlp.decode(header.raw))
    fields[3] = keccak(b"another state")
    return {**block, "stateRoot": f"0x{fields[3].hex()}", "hash": f"0x{keccak(rlp.encode(fields)).hex()}"}


@pytest.fixture
def first(embedded: Vouched, tmp_path: Path) -> Statement:
    """What the witness signed when the node told the truth; the chain has grown since."""
    statement = embedded.sign(ONE, tmp_path)
    embedded.chain.seal_up_to(statement.number + 2 * SPACING)
    return statement


def refused(embedded: Vouched, place: Path, error: type[ShecangError], *lies: Lie) -> str:
    """Return the sentence with which the witness refuses; it has signed nothing."""
    file = place / file_name(ONE.address)
    before = file.read_bytes() if file.exists() else b""
    with pytest.raises(error) as raised:
        sign_checkpoint(
            lying_chain(embedded.chain, *lies), embedded.trust, ONE, Directory(place), is_first=True
        )
    assert (file.read_bytes() if file.exists() else b"") == before
    assert raised.value.text("zh")
    return raised.value.text("en")


class TestALyingNode:
    @pytest.mark.parametrize(
        "lie", [OtherChain(chain_id=1), OtherChain(genesis=keccak(b"another"))], ids=[1, 2]
    )
    def test_another_chain(self, embedded: Vouched, tmp_path: Path, first: Statement, lie: Lie) -> None:
        said_why = refused(embedded, tmp_path, ChainOtherError, lie)
        assert f"about chain {embedded.trust.chain_id} (" in said_why
        refused(embedded, tmp_path / "first", ChainOtherError, lie)

    def test_an_older_head(self, embedded: Vouched, tmp_path: Path, first: Statement) -> None:
        said_why = refused(embedded, tmp_path, BlockUnknownError, OlderHead(first.number - 1))
        assert f"no block {first.number}" in said_why

    def test_another_block_where_it_signed(self, embedded: Vouched, tmp_path: Path, first: Statement) -> None:
        said_why = refused(embedded, tmp_path, ChainRewrittenError, HeaderAt(first.number, forged))
        assert f"block {first.number} is" in said_why and first.block_hash.hex()[:8] in said_why

    def test_a_header_with_another_state_root(
        self, embedded: Vouched, tmp_path: Path, first: Statement
    ) -> None:
        number = first.number + 2 * SPACING
        lie = HeaderAt(number, lambda block: {**block, "stateRoot": f"0x{'11' * 32}"})
        assert f"header of block {number}" in refused(embedded, tmp_path, HeaderHashError, lie)

    def test_a_forged_header_on_the_way(self, embedded: Vouched, tmp_path: Path, first: Statement) -> None:
        number = first.number + 2
        said_why = refused(embedded, tmp_path, ChainBrokenError, HeaderAt(number, forged))
        assert f"header {number + 1} does not follow" in said_why

    def test_one_header_left_out(self, embedded: Vouched, tmp_path: Path, first: Statement) -> None:
        lie = HeaderAt(first.number + 2, lambda _: None)
        assert f"no block {first.number + 2}" in refused(embedded, tmp_path, BlockUnknownError, lie)

    def test_two_headers_swapped(self, embedded: Vouched, tmp_path: Path, first: Statement) -> None:
        ask = embedded.chain.node.request
        one, two = (first.number + 2, first.number + 3)
        blocks = {number: ask("eth_getBlockByNumber", hex(number), False) for number in (one, two)}
        lies = (HeaderAt(one, lambda _: blocks[two]), HeaderAt(two, lambda _: blocks[one]))
        assert f"header {one} does not follow" in refused(embedded, tmp_path, ChainBrokenError, *lies)

    def test_nonsense(self, embedded: Vouched, tmp_path: Path, first: Statement) -> None:
        refused(embedded, tmp_path, NodeAnswerError, HeaderAt(first.number + 1, lambda _: {"number": "x"}))

    def test_a_forged_last_header_is_seen_by_comparing(
        self, embedded: Vouched, tmp_path: Path, first: Statement
    ) -> None:
        """Nothing stands above it that would contradict; another witness's node does."""
        embedded.sign(TWO, tmp_path)
        number = first.number + 2 * SPACING
        chain = lying_chain(embedded.chain, HeaderAt(number, forged))
        assert sign_checkpoint(chain, embedded.trust, ONE, Directory(tmp_path)).statement.number == number
        (fork,) = compare(embedded.trust, [Directory(tmp_path)]).forks
        assert (fork.accused, fork.height) == (None, number)


class TestAKeyInForeignHands:
    def test_copies_that_contradict_the_own_file(
        self, embedded: Vouched, tmp_path: Path, first: Statement
    ) -> None:
        """The copy is not newer than the own file; it is read all the same."""
        put(tmp_path / "copies", said(embedded.trust, ONE, first.number, "other"))
        before = (tmp_path / file_name(ONE.address)).read_bytes()
        with pytest.raises(KeyElsewhereError) as raised:
            embedded.sign(ONE, tmp_path, others=[place_of(str(tmp_path / "copies"))])
        assert str(first.number) in raised.value.text("en") and raised.value.exit_code == 1
        assert (tmp_path / file_name(ONE.address)).read_bytes() == before

    def test_a_backup_without_its_copies_convicts_itself_and_signs_no_more(
        self, embedded: Vouched, tmp_path: Path, first: Statement
    ) -> None:
        """This is what --others is for; whoever forgets it learns so before it signs a third time."""
        file = tmp_path / file_name(ONE.address)
        backup = file.read_bytes()
        embedded.sign(ONE, tmp_path)
        copy = tmp_path / "copies"
        copy.mkdir()
        (copy / file.name).write_bytes(file.read_bytes())
        file.write_bytes(backup)
        embedded.chain.seal_up_to(first.number + 3 * SPACING)
        embedded.sign(ONE, tmp_path)
        with pytest.raises(KeyElsewhereError):
            embedded.sign(ONE, tmp_path, others=[place_of(str(copy))])


CRASH = """
import os, signal, sys
from pathlib import Path
from ledger_client.canonical import canonical
from ledger_client.chain import connect
from ledger_client.checkpoints import Directory, sign_checkpoint
from ledger_client.signers import EnvironmentSigner
from ledger_client.trust import read_accepted

where, point = Path(sys.argv[1]), sys.argv[2]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

class Crashing(Directory):
    def append(self, statements):
        if not statements:
            return
        if point == "half":
            with self._file(statements[0].witness).open("ab") as file:
                file.write(canonical(statements[0].to_dict())[:200])
        if point == "after":
            super().append(statements)
        die()

witness = EnvironmentSigner.from_value("WITNESS", sys.stdin.read())
sign_checkpoint(
    connect(str(where / "chain")),
    read_accepted(where / "trust.json").trust,
    witness,
    Crashing(where / "own"),
    is_first=True,
    progress=die if point == "checked" else lambda *_: None,
)
"""


@pytest.mark.parametrize("point", ["checked", "before", "half", "after"])
def test_a_process_killed_at_any_point_makes_one_history(
    embedded: Vouched, tmp_path: Path, point: str
) -> None:
    """kill -9 while it checks, before it stores, in the middle of a line, and after: no second statement."""
    embedded.chain.seal_up_to(2 * SPACING)
    (tmp_path / "trust.json").write_bytes(Accepted(embedded.trust).to_bytes())
    (tmp_path / "own").mkdir()
    words = [sys.executable, "-c", CRASH, str(tmp_path), point]
    killed = subprocess.run(words, input=secret_of(ONE), capture_output=True, check=False, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr

    after = sign_checkpoint(
        embedded.chain, embedded.trust, ONE, Directory(tmp_path / "own"), is_first=point != "after"
    )
    assert after.is_new is (point != "after")
    (only,) = Directory(tmp_path / "own").statements(embedded.trust, ONE.address)
    assert only == after.statement and only.number == embedded.chain.height() // SPACING * SPACING
