"""What the monitor sees and what it cannot see: places that hide, nodes that talk nonsense, other chains."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lying import Lie, OlderHead, OtherChain, lying_chain
from vouching import ONE, SPACING, THREE, TWO, Vouched, put, said

from ledger_client.checkpoints import AlarmKind, Directory, Monitor, Statement, compare, look, place_of
from ledger_client.checkpoints.places import PlaceUnreachableError, StatementDamagedError, file_name
from ledger_client.headers import HeaderHashError
from ledger_client.keccak import keccak
from ledger_client.node import NodeAnswerError
from ledger_client.trust import Accepted


class Nonsense(Lie):
    """One method answers with something that it never would."""

    def __init__(self, method: str, answer: Any) -> None:
        self._method, self._answer = method, answer

    def answered(self, method: str, params: list[Any], result: Any) -> Any:
        return self._answer if method == self._method else result


@pytest.fixture
def signed(embedded: Vouched, tmp_path: Path) -> Statement:
    """A statement in `tmp_path/own`, by two witnesses."""
    embedded.sign(TWO, tmp_path / "own")
    return embedded.sign(ONE, tmp_path / "own")


class TestPlacesThatHide:
    def test_what_was_shown_once_is_not_forgotten(self, embedded: Vouched, tmp_path: Path) -> None:
        monitor = Monitor(embedded.chain, [Directory(tmp_path)])
        put(tmp_path, said(embedded.trust, ONE, 4))
        assert monitor.look(Accepted(embedded.trust)).comparison.forks == ()
        (tmp_path / file_name(ONE.address)).unlink()
        put(tmp_path, said(embedded.trust, ONE, 4, "other"))
        (fork,) = monitor.look(Accepted(embedded.trust)).comparison.forks
        assert fork.accused == ONE.address

    def test_a_place_that_fails_does_not_hide_the_others(
        self, embedded: Vouched, tmp_path: Path, signed: Statement
    ) -> None:
        (tmp_path / "bad").mkdir()
        (tmp_path / "bad" / file_name(ONE.address)).write_bytes(b"nonsense\n")
        put(tmp_path / "other", said(embedded.trust, ONE, signed.number, "other"))
        (tmp_path / "gone").mkdir()
        places = [place_of(str(tmp_path / name)) for name in ("bad", "gone", "own", "other")]
        (tmp_path / "gone").rmdir()
        seen = look(embedded.chain, Accepted(embedded.trust), [place_of("http://127.0.0.1:9"), *places])
        assert seen.alarms[0].kind is AlarmKind.WITNESS_CONVICTED
        kinds = [type(trouble) for trouble in seen.troubles]
        # One of the web server, since it was asked no more; of the directories one a witness.
        assert kinds == [PlaceUnreachableError, StatementDamagedError, *[PlaceUnreachableError] * 3]

    def test_statements_of_another_ledger_are_not_kept(self, embedded: Vouched, tmp_path: Path) -> None:
        monitor = Monitor(embedded.chain, [Directory(tmp_path)])
        put(tmp_path, said(embedded.trust, ONE, 4))
        monitor.look(Accepted(embedded.trust))
        (tmp_path / file_name(ONE.address)).unlink()
        assert monitor.look(Accepted(replace(embedded.trust, chain_id=5))).is_empty

    def test_a_witness_who_left_by_a_successor_is_heard_no_more(
        self, embedded: Vouched, tmp_path: Path, signed: Statement
    ) -> None:
        """And the others are, with what they signed before."""
        successor = embedded.trust.succeeded_by([TWO.address, THREE.address], threshold=2)
        put(tmp_path / "own", said(embedded.trust, ONE, signed.number, "other"))
        monitor = Monitor(embedded.chain, [Directory(tmp_path / "own")])
        assert monitor.look(Accepted(embedded.trust)).alarms
        seen = monitor.look(Accepted(successor))
        assert seen.alarms == () and len(seen.comparison.statements[TWO.address]) == 1
        embedded.trust = successor
        assert embedded.sign(THREE, tmp_path / "own").number == signed.number
        newest = compare(successor, [Directory(tmp_path / "own")]).newest
        assert newest is not None and newest.number == signed.number


class TestNodes:
    @pytest.mark.parametrize(
        ("method", "answer"),
        [
            ("eth_blockNumber", None),
            ("eth_blockNumber", "many"),
            ("eth_blockNumber", []),
            ("eth_chainId", {}),
            ("eth_getBlockByNumber", "block"),
            ("eth_getBlockByNumber", {}),
            ("eth_getBlockByNumber", {"hash": 5}),
            ("eth_getBlockByNumber", []),
        ],
        ids=str,
    )
    def test_nonsense_is_a_trouble(
        self, embedded: Vouched, tmp_path: Path, signed: Statement, method: str, answer: Any
    ) -> None:
        chain = lying_chain(embedded.chain, Nonsense(method, answer))
        seen = look(chain, Accepted(embedded.trust), [Directory(tmp_path / "own")])
        assert [type(trouble) for trouble in seen.troubles] == [NodeAnswerError]
        assert seen.alarms == () and seen.comparison.newest is not None

    def test_a_header_that_is_not_its_hash_s(
        self, embedded: Vouched, tmp_path: Path, signed: Statement
    ) -> None:
        """A node that keeps the hash which was signed, and tells another state under it."""

        class OtherState(Lie):
            def answered(self, method: str, params: list[Any], result: Any) -> Any:
                return (
                    {**result, "stateRoot": f"0x{'11' * 32}"} if method == "eth_getBlockByNumber" else result
                )

        chain = lying_chain(embedded.chain, OtherState())
        (trouble,) = look(chain, Accepted(embedded.trust), [Directory(tmp_path / "own")]).troubles
        assert isinstance(trouble, HeaderHashError)

    @pytest.mark.parametrize(
        "lie", [OtherChain(chain_id=1), OtherChain(genesis=keccak(b"another"))], ids=[1, 2]
    )
    def test_another_chain_below_a_monitor_that_runs(
        self, embedded: Vouched, tmp_path: Path, signed: Statement, lie: Lie
    ) -> None:
        """Somebody restarts the node with another chain: its identity is asked for at every look."""
        honest = lying_chain(embedded.chain)
        monitor = Monitor(honest, [Directory(tmp_path / "own")])
        assert monitor.look(Accepted(embedded.trust)).alarms == ()
        honest.node.provider.lies.append(lie)  # type: ignore[attr-defined]
        (alarm,) = monitor.look(Accepted(embedded.trust)).alarms
        assert alarm.kind is AlarmKind.CHAIN_OTHER and alarm.text.startswith("the node runs another chain")

    @pytest.mark.parametrize("only_newest", [False, True])
    def test_an_older_head(
        self, embedded: Vouched, tmp_path: Path, signed: Statement, only_newest: bool
    ) -> None:
        chain = lying_chain(embedded.chain, OlderHead(signed.number - 1, only_newest=only_newest))
        seen = look(chain, Accepted(embedded.trust), [Directory(tmp_path / "own")])
        (behind,) = seen.behind
        assert (seen.alarms, behind.kind) == ((), AlarmKind.CHAIN_SHORTER)
        assert f"ends before block {signed.number}" in behind.text

    def test_a_predecessor_that_no_statement_is_about(self, embedded: Vouched, tmp_path: Path) -> None:
        """The copy of what was signed before may be lost; its hash is signed all the same."""
        embedded.chain.seal_up_to(3 * SPACING)
        before = said(embedded.trust, ONE, 2 * SPACING, "other")
        block = embedded.chain.block(3 * SPACING)
        honest = replace(
            said(embedded.trust, ONE, 3 * SPACING, before=before),
            block_hash=block.hash,
            state_root=block.state_root,
        ).signed(embedded.trust, ONE)
        put(tmp_path, honest)
        (alarm,) = look(embedded.chain, Accepted(embedded.trust), [Directory(tmp_path)]).alarms
        assert (alarm.kind, alarm.number) == (AlarmKind.HISTORY_REWRITTEN, 2 * SPACING)


class TestForks:
    def test_the_same_block_twice_with_another_one_before(self, embedded: Vouched, tmp_path: Path) -> None:
        """Neither statement about what came before is at hand: the two are enough."""
        before = said(embedded.trust, ONE, 4)
        put(tmp_path, said(embedded.trust, ONE, 8, before=before), said(embedded.trust, ONE, 8))
        (fork,) = compare(embedded.trust, [Directory(tmp_path)]).forks
        assert (fork.accused, fork.height) == (ONE.address, 4)
        (alarm, *_) = look(embedded.chain, Accepted(embedded.trust), [Directory(tmp_path)]).alarms
        # One names the block at that height, and the other leaves it out.
        assert (alarm.expected, alarm.found, alarm.to_dict()["found"]) == (before.block_hash, b"", None)

    def test_two_witnesses_name_two_predecessors_at_one_height(
        self, embedded: Vouched, tmp_path: Path
    ) -> None:
        one = said(embedded.trust, ONE, 8, before=said(embedded.trust, ONE, 4))
        two = said(embedded.trust, TWO, 12, before=said(embedded.trust, TWO, 4, "other"))
        put(tmp_path, one, two)
        (fork,) = compare(embedded.trust, [Directory(tmp_path)]).forks
        assert (fork.accused, fork.height, {fork.one, fork.two}) == (None, 4, {one, two})
        (tmp_path / "proof.json").write_bytes(fork.to_bytes())
        assert compare(embedded.trust, [place_of(str(tmp_path / "proof.json"))]).forks == (fork,)

    def test_a_proof_that_accuses_somebody_else(self, embedded: Vouched, tmp_path: Path) -> None:
        """Who is accused follows from the statements, and not from what the file says."""
        put(tmp_path, said(embedded.trust, ONE, 4), said(embedded.trust, TWO, 4, "other"))
        (fork,) = compare(embedded.trust, [Directory(tmp_path)]).forks
        proof = tmp_path / "proof.json"
        proof.write_bytes(replace(fork, accused=ONE.address).to_bytes())
        (again,) = compare(embedded.trust, [place_of(str(proof))]).forks
        assert again.accused is None
