"""Witnesses, comparison and the monitor on real chains; anvil is the one whose history can be rewritten."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from vouching import ONE, SPACING, TWO, Vouched, mine, put, said, signer, vouched

from ledger_client.chain import connect
from ledger_client.checkpoints import (
    AlarmKind,
    Directory,
    compare,
    look,
    place_of,
    sign_checkpoint,
)
from ledger_client.checkpoints.comparison import Fork
from ledger_client.checkpoints.places import (
    PlaceKindError,
    PlaceUnreachableError,
    StatementDamagedError,
    file_name,
)
from ledger_client.checkpoints.witness import (
    ChainRewrittenError,
    FirstStatementError,
    NothingToSignError,
    NoWitnessError,
)
from ledger_client.keccak import keccak
from ledger_client.trust import Accepted, Head


class TestSigning:
    def test_seals_up_to_the_next_height_and_names_the_one_before(
        self, embedded: Vouched, tmp_path: Path
    ) -> None:
        first = embedded.sign(ONE, tmp_path / "a")
        assert first.number % SPACING == 0 and first.previous_hash == embedded.trust.genesis_hash
        assert embedded.chain.height() == first.number
        assert first.block_hash == embedded.chain.block(first.number).hash
        assert first.state_root == embedded.chain.block(first.number).state_root

        second = embedded.sign(ONE, tmp_path / "a")
        assert second.number == first.number + SPACING
        assert (second.previous_number, second.previous_hash) == (first.number, first.block_hash)
        assert Directory(tmp_path / "a").statements(embedded.trust, ONE.address) == [first, second]

    def test_another_witness_signs_the_same_height(self, embedded: Vouched, tmp_path: Path) -> None:
        first = embedded.sign(ONE, tmp_path)
        assert embedded.sign(TWO, tmp_path).number == first.number

    def test_nothing_is_due_where_nothing_is_sealed(self, embedded: Vouched, tmp_path: Path) -> None:
        first = embedded.sign(ONE, tmp_path)
        again = sign_checkpoint(embedded.chain, embedded.trust, ONE, Directory(tmp_path))
        assert (again.statement, again.is_new) == (first, False)

    def test_a_stranger(self, embedded: Vouched, tmp_path: Path) -> None:
        with pytest.raises(NoWitnessError):
            embedded.sign(signer(7), tmp_path)

    def test_the_first_time_is_said(self, embedded: Vouched, tmp_path: Path) -> None:
        with pytest.raises(FirstStatementError):
            sign_checkpoint(embedded.chain, embedded.trust, ONE, Directory(tmp_path))
        assert not (tmp_path / file_name(ONE.address)).exists()

    def test_before_anything_is_final(self, embedded: Vouched, tmp_path: Path) -> None:
        deep = replace(embedded.trust, final_depth=1_000)
        with pytest.raises(NothingToSignError):
            sign_checkpoint(embedded.chain, deep, ONE, Directory(tmp_path), is_first=True)

    def test_many_at_once_make_one_statement(self, embedded: Vouched, tmp_path: Path) -> None:
        embedded.chain.seal_up_to(SPACING * 3)
        place = Directory(tmp_path / "a")
        made = []

        def sign() -> None:
            made.append(sign_checkpoint(embedded.chain, embedded.trust, ONE, place, is_first=True))

        threads = [threading.Thread(target=sign) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(each.is_new for each in made) == 1
        assert len({each.statement for each in made}) == 1
        assert len(place.statements(embedded.trust, ONE.address)) == 1

    def test_a_line_cut_by_a_crash_is_signed_anew(self, embedded: Vouched, tmp_path: Path) -> None:
        first = embedded.sign(ONE, tmp_path)
        file = tmp_path / file_name(ONE.address)
        file.write_bytes(file.read_bytes() + b'{"block_hash":"12')
        second = embedded.sign(ONE, tmp_path)
        assert Directory(tmp_path).statements(embedded.trust, ONE.address) == [first, second]

    def test_a_witness_restored_from_a_backup_fetches_what_it_signed(
        self, embedded: Vouched, tmp_path: Path
    ) -> None:
        first = embedded.sign(ONE, tmp_path / "mine")
        backup = (tmp_path / "mine" / file_name(ONE.address)).read_bytes()
        second = embedded.sign(ONE, tmp_path / "mine")
        copies = tmp_path / "copies"
        put(copies, first, second)
        (tmp_path / "mine" / file_name(ONE.address)).write_bytes(backup)

        third = embedded.sign(ONE, tmp_path / "mine", others=[place_of(str(copies))])

        assert third.previous_number == second.number
        assert compare(embedded.trust, [Directory(tmp_path / "mine"), place_of(str(copies))]).forks == ()

    def test_a_damaged_statement_of_its_own(self, embedded: Vouched, tmp_path: Path) -> None:
        embedded.sign(ONE, tmp_path)
        file = tmp_path / file_name(ONE.address)
        file.write_bytes(file.read_bytes().replace(b'"number":', b'"number":1'))
        with pytest.raises(StatementDamagedError):
            embedded.sign(ONE, tmp_path)


class TestThreat10TwoDistrictsAreShownTwoChains:
    def test_one_witness_at_one_height(self, embedded: Vouched, tmp_path: Path) -> None:
        put(tmp_path / "a", said(embedded.trust, ONE, 4))
        put(tmp_path / "b", said(embedded.trust, ONE, 4, "other"))
        (fork,) = compare(embedded.trust, [Directory(tmp_path / "a"), Directory(tmp_path / "b")]).forks
        assert (fork.accused, fork.height) == (ONE.address, 4)

    def test_one_witness_names_another_predecessor(self, embedded: Vouched, tmp_path: Path) -> None:
        other = said(embedded.trust, ONE, 4, "other")
        put(tmp_path / "a", said(embedded.trust, ONE, 4), said(embedded.trust, ONE, 8, before=other))
        (fork,) = compare(embedded.trust, [Directory(tmp_path / "a")]).forks
        assert (fork.accused, fork.height) == (ONE.address, 4)

    def test_one_witness_leaves_out_what_it_signed(self, embedded: Vouched, tmp_path: Path) -> None:
        first = said(embedded.trust, ONE, 4)
        put(tmp_path / "a", first, said(embedded.trust, ONE, 8, before=first))
        put(tmp_path / "b", said(embedded.trust, ONE, 12, before=first))
        (fork,) = compare(embedded.trust, [Directory(tmp_path / "a"), Directory(tmp_path / "b")]).forks
        assert fork.accused == ONE.address

    def test_two_witnesses_at_one_height_accuse_nobody(self, embedded: Vouched, tmp_path: Path) -> None:
        put(tmp_path / "a", said(embedded.trust, ONE, 4), said(embedded.trust, TWO, 4, "other"))
        found = compare(embedded.trust, [Directory(tmp_path / "a")])
        (fork,) = found.forks
        assert fork.accused is None
        assert found.newest is None

    def test_two_witnesses_and_the_predecessor_of_one(self, embedded: Vouched, tmp_path: Path) -> None:
        other = said(embedded.trust, TWO, 4, "other")
        put(tmp_path / "a", said(embedded.trust, ONE, 4), said(embedded.trust, TWO, 8, before=other))
        (fork,) = compare(embedded.trust, [Directory(tmp_path / "a")]).forks
        assert fork.accused is None and fork.height == 4

    def test_copies_that_lag_behind_convict_nobody(self, embedded: Vouched, tmp_path: Path) -> None:
        first = said(embedded.trust, ONE, 4)
        second = said(embedded.trust, ONE, 8, before=first)
        third = said(embedded.trust, ONE, 12, before=second)
        for number, some in enumerate(([first, third], [third], [first, second], [second])):
            put(tmp_path / str(number), *some)
        places = [Directory(tmp_path / str(number)) for number in range(4)]
        for place in places:
            assert compare(embedded.trust, [place]).forks == ()
        assert compare(embedded.trust, places).forks == ()

    def test_the_proof_can_be_checked_by_anybody(self, embedded: Vouched, tmp_path: Path) -> None:
        put(tmp_path / "a", said(embedded.trust, ONE, 4), said(embedded.trust, TWO, 4, "other"))
        (fork,) = compare(embedded.trust, [Directory(tmp_path / "a")]).forks
        (tmp_path / "proof.json").write_bytes(fork.to_bytes())

        again = compare(embedded.trust, [place_of(str(tmp_path / "proof.json"))]).forks
        assert [{each.one, each.two} for each in again] == [{fork.one, fork.two}]

    def test_a_forged_proof_proves_nothing(self, embedded: Vouched, tmp_path: Path) -> None:
        one, two = said(embedded.trust, ONE, 4), said(embedded.trust, ONE, 4, "other")
        forged = replace(two, block_hash=keccak(b"forged"))
        (tmp_path / "proof.json").write_bytes(Fork(one, forged, ONE.address, 4).to_bytes())
        with pytest.raises(StatementDamagedError):
            compare(embedded.trust, [place_of(str(tmp_path / "proof.json"))])


class TestCheckpoints:
    def test_need_enough_witnesses(self, embedded: Vouched, tmp_path: Path) -> None:
        first = embedded.sign(ONE, tmp_path)
        assert compare(embedded.trust, [Directory(tmp_path)]).newest is None
        embedded.sign(TWO, tmp_path)
        newest = compare(embedded.trust, [Directory(tmp_path)]).newest
        assert newest is not None
        assert (newest.number, newest.block_hash) == (first.number, first.block_hash)
        assert [each.witness for each in newest.statements] == [ONE.address, TWO.address]

    def test_from_a_plain_web_server(self, embedded: Vouched, tmp_path: Path) -> None:
        embedded.sign(ONE, tmp_path / "a")
        embedded.sign(TWO, tmp_path / "a")
        handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "a"))
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            place = place_of(f"http://127.0.0.1:{server.server_port}")
            assert compare(embedded.trust, [place]).newest is not None
        finally:
            server.shutdown()
            server.server_close()
        with pytest.raises(PlaceUnreachableError):
            compare(embedded.trust, [place])

    @pytest.mark.parametrize("text", ["ftp://host", "nowhere"])
    def test_what_is_no_place(self, text: str) -> None:
        with pytest.raises(PlaceKindError):
            place_of(text)


class TestThreat9TheHistoryIsRewritten:
    @pytest.fixture
    def forking(self, anvil: str, tmp_path: Path) -> Vouched:
        """A ledger on a node that can be set back."""
        return vouched(connect(anvil))

    def test_the_monitor_fails_on_the_old_checkpoint(self, forking: Vouched, tmp_path: Path) -> None:
        node = forking.chain.node
        snapshot = node.request("evm_snapshot")
        mine(forking.chain, SPACING)
        for witness in (ONE, TWO):
            forking.sign(witness, tmp_path)
        signed = compare(forking.trust, [Directory(tmp_path)]).newest
        assert signed is not None
        accepted = Accepted(forking.trust)
        assert look(forking.chain, accepted, [Directory(tmp_path)]).alarms == ()

        node.request("evm_revert", snapshot)
        seen = look(forking.chain, accepted, [Directory(tmp_path)])
        assert seen.alarms == () and seen.behind[0].kind is AlarmKind.CHAIN_SHORTER

        # Another block at the same height, and a longer chain than before.
        node.request("anvil_setCoinbase", "0x" + "11" * 20)
        mine(forking.chain, 2 * SPACING)
        (alarm, *_) = look(forking.chain, accepted, [Directory(tmp_path)]).alarms
        assert (alarm.kind, alarm.number) == (AlarmKind.HISTORY_REWRITTEN, signed.number)
        assert json.loads(json.dumps(alarm.to_dict()))["alarm"] == "history-rewritten"
        with pytest.raises(ChainRewrittenError):
            forking.sign(ONE, tmp_path)

    def test_what_somebody_verified_is_watched_too(self, forking: Vouched, tmp_path: Path) -> None:
        head = Head(1, keccak(b"another block"))
        (alarm,) = look(forking.chain, Accepted(forking.trust, head), [Directory(tmp_path)]).alarms
        assert alarm.kind is AlarmKind.HISTORY_REWRITTEN

    def test_another_chain(self, forking: Vouched, tmp_path: Path) -> None:
        other = Accepted(replace(forking.trust, genesis_hash=keccak(b"other")))
        (alarm,) = look(forking.chain, other, [Directory(tmp_path)]).alarms
        assert alarm.kind is AlarmKind.CHAIN_OTHER

    def test_an_honest_witness_is_not_accused_after_a_reorganisation(
        self, forking: Vouched, tmp_path: Path
    ) -> None:
        """Blocks above the final depth may be replaced: none of them was ever signed."""
        depth = 6
        trust = replace(forking.trust, final_depth=depth)
        node, place = forking.chain.node, Directory(tmp_path)
        mine(forking.chain, depth)
        sign_checkpoint(forking.chain, trust, ONE, place, is_first=True)
        snapshot = node.request("evm_snapshot")
        mine(forking.chain, depth - 1)
        signed = sign_checkpoint(forking.chain, trust, ONE, place).statement

        node.request("evm_revert", snapshot)
        node.request("anvil_setCoinbase", "0x" + "22" * 20)
        mine(forking.chain, 2 * depth + SPACING)

        after = sign_checkpoint(forking.chain, trust, ONE, place)
        assert after.is_new and after.statement.previous_number == signed.number
        seen = look(forking.chain, Accepted(trust), [place])
        assert seen.alarms == () and seen.comparison.forks == ()
