"""What all documents share: keys and resends, claimed times, consents and grants."""

from __future__ import annotations

from dataclasses import replace

import pytest
from chain import NOBODY, Actor, Refusal
from eth_keys.datatypes import Signature
from stock import DAY, OFFSET, TOLERANCE, Act, L, Party, Stock
from stock_stages import staged
from stock_world import (
    APPROVER,
    FAR_DISTRICT,
    KEEPER,
    MASKS,
    OTHER_KEEPER,
    PARTIES,
    PIECES,
    RICE,
    ROOT,
    SECOND_APPROVER,
    SECOND_KEEPER,
    STRANGER,
    SUPPLYING,
)
from world import COMMUNITY, COUNTRY, DISTRICT, OTHER_SITE, SITE, STREET, D

from ledger_client.digests import consent_digest
from ledger_client.documents import NEVER_LATE, Kind, Timestamp
from ledger_client.keccak import keccak
from ledger_client.lines import Line, ReceiptLine
from ledger_client.roles import Role
from ledger_client.words import join_words

R = RICE.lot_id
KINDS = list(Kind)
CO_SIGNED = [kind for kind in Kind if PARTIES[kind][1] or PARTIES[kind][2]]
CLAIMS_TIME = [kind for kind in Kind if kind not in NEVER_LATE]
ONLY_KEEPERS_ON_TIME = [kind for kind in CLAIMS_TIME if PARTIES[kind][2] is None]


def ids(kind: object) -> str:
    return kind.name if isinstance(kind, Kind) else str(kind)


def allowed(stock: Stock, act: Act) -> bool:
    return bool(stock.chain.ask(stock.call(act), act.sender.actor) == act.key)


def lates_lot(act: Act, key: int) -> Act:
    """A receipt whose only lot is its own, as a late one needs."""
    line = ReceiptLine(MASKS.owned_by(key, 0), 10)
    return act.saying(lines=join_words(line.words()))


def revoke(stock: Stock, party: Party) -> None:
    call = stock.world.directory.functions.revoke(
        party.address, party.role, party.division, party.subject, COUNTRY, 1, 0
    )
    stock.chain.send(call, stock.world.root)


@pytest.mark.parametrize("kind", KINDS, ids=ids)
class TestThreat14ResendsAndTakenKeys:
    def test_resend_is_answered_before_any_state_check(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind).but(valid_until=stock.chain.now + 60)
        stock.enter(act)
        stock.resend(act)
        # Neither expired consents nor a revoked grant nor an old time matter to what stands already.
        if act.sender is not ROOT:
            revoke(stock, act.sender)
        stock.chain.travel(3 * L)
        stock.resend(act)

    def test_resend_by_anybody_with_any_body(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        stock.enter(act)
        stock.resend(act.but(sender=STRANGER, body=keccak(b"another body")))
        unsigned = act.but(other_signature=NOBODY, approver_signature=NOBODY, sender=STRANGER)
        stock.resend(unsigned)

    def test_other_content_under_the_same_key(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        stock.enter(act)
        expected = Refusal("StockLedgerKeyTaken", (act.key, act.word >> 8))
        assert stock.refusal(act.saying(reason=act.document.reason + 1)) == expected
        later = Timestamp(act.document.occurred_at.seconds + 1)
        assert stock.refusal(act.saying(occurred_at=later)) == expected

    def test_another_kind_under_the_same_key(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        other = stock.act(Kind.HOLD, Line(PIECES.lot_id))
        clash = act.saying(client_id=other.document.client_id)
        stock.enter(other)
        if clash.key == other.key:
            assert stock.refusal(clash) == Refusal("StockLedgerKeyTaken", (other.key, other.word >> 8))
        else:
            assert kind in (Kind.OPENING, Kind.ACCEPTANCE, Kind.CONTEST, Kind.RECALL, Kind.LIFT)
            assert allowed(stock, clash), "the same client id at another site is another key"


class TestThreat14ClientIds:
    def test_the_same_id_at_another_site_is_another_key(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(MASKS.lot_id, 1))
        other = act.saying(from_=OTHER_SITE).but(sender=OTHER_KEEPER)
        assert other.key != act.key
        stock.record(other, {("balance", OTHER_SITE, MASKS.lot_id): 4})
        stock.record(act, {("balance", SITE, MASKS.lot_id): 99})

    def test_20_resends_make_one_document(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(R, 1))
        for _ in range(20):
            stock.chain.send(stock.call(act), KEEPER.actor)
        assert stock.balance(SITE, R) == 999

    def test_a_refused_document_burns_no_id(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(R, 1_001))
        assert stock.refusal(act).name == "StockLedgerStockInsufficient"
        stock.record(act.saying(lines=join_words(Line(R, 1_000).words())), {("balance", SITE, R): 0})


@pytest.mark.parametrize("kind", KINDS, ids=ids)
class TestThreat17Clocks:
    def test_ahead_by_121_seconds(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        ahead = stock.chain.now + TOLERANCE + 1
        expected = Refusal("StockLedgerTimeAhead", (ahead, stock.chain.now))
        assert stock.refusal(act.saying(occurred_at=Timestamp(ahead))) == expected

    def test_ahead_by_120_seconds(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        assert allowed(stock, act.saying(occurred_at=Timestamp(stock.chain.now + TOLERANCE)))

    def test_ahead_by_a_day(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        tomorrow = stock.midnight(-1)
        refusal = stock.refusal(act.saying(occurred_at=tomorrow))
        assert refusal == Refusal("StockLedgerTimeAhead", (tomorrow.seconds, stock.chain.now))

    def test_today_without_an_hour(self, stock: Stock, kind: Kind) -> None:
        assert allowed(stock, staged(stock, kind).saying(occurred_at=stock.midnight()))

    @pytest.mark.parametrize("seconds", [1, -1, OFFSET])
    def test_a_day_begins_at_midnight_at_the_ledgers_offset(
        self, stock: Stock, kind: Kind, seconds: int
    ) -> None:
        act = staged(stock, kind)
        wrong = Timestamp(stock.midnight(2).seconds + seconds, is_day_only=True)
        refusal = stock.refusal(act.saying(occurred_at=wrong))
        assert refusal == Refusal("StockLedgerTimeNotADay", (wrong.seconds,))

    def test_of_seven_days_ago(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        assert allowed(stock, act.saying(occurred_at=Timestamp(stock.chain.now - L)))

    def test_of_a_day_that_ended_seven_days_ago(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        assert allowed(stock, act.saying(occurred_at=stock.midnight(7)))

    def test_of_a_day_ago(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind).saying(occurred_at=Timestamp(stock.chain.now - DAY))
        event = stock.enter(act)
        assert not event.is_late
        assert (event.occurred_at, event.recorded_at) == (act.document.occurred_at, stock.chain.now)


@pytest.mark.parametrize("kind", ONLY_KEEPERS_ON_TIME, ids=ids)
class TestLate:
    @pytest.mark.parametrize("day_only", [False, True])
    def test_needs_an_approver_of_the_recording_site(self, stock: Stock, kind: Kind, day_only: bool) -> None:
        act = staged(stock, kind)
        occurred_at = stock.midnight(8) if day_only else Timestamp(stock.chain.now - L - 1)
        act = act.saying(occurred_at=occurred_at)
        if kind is Kind.RECEIPT:
            act = lates_lot(act, act.key)
        assert stock.refusal(act) == Refusal("StockLedgerConsentMissing", (Role.APPROVER,))
        elsewhere = replace(APPROVER, division=FAR_DISTRICT)
        refusal = stock.refusal(act.but(approver=elsewhere))
        assert (refusal.name, refusal.arguments[0]) == ("StockLedgerGrantElsewhere", FAR_DISTRICT)
        assert stock.enter(act.but(approver=APPROVER)).is_late


@pytest.mark.parametrize("kind", CO_SIGNED, ids=ids)
class TestThreat11Consents:
    """A consent is for one content, one body, one time, one ledger."""

    def who(self, act: Act) -> tuple[str, Party]:
        if act.other:
            return "other", act.other
        assert act.approver is not None
        return "approver", act.approver

    def signed(self, act: Act, signature: tuple[bytes, bytes]) -> Act:
        return act.but(**{f"{self.who(act)[0]}_signature": signature})

    def refused(self, stock: Stock, act: Act, digest: bytes, signature: tuple[bytes, bytes]) -> None:
        """Refused, because over what is sent the signature is one of somebody unknown."""
        party = self.who(act)[1]
        refusal = stock.refusal(self.signed(act, signature))
        vs = int.from_bytes(signature[1], "big")
        vrs = (vs >> 255, int.from_bytes(signature[0], "big"), vs & (1 << 255) - 1)
        recovered = Signature(vrs=vrs).recover_public_key_from_msg_hash(digest).to_checksum_address()
        assert recovered != party.address
        arguments = (recovered, party.role, party.division, party.subject)
        assert refusal == Refusal("DirectoryGrantMissing", arguments)

    def sent(self, stock: Stock, act: Act) -> bytes:
        return consent_digest(stock.domain, act.content, act.body, act.valid_until)

    def test_as_it_should_be(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        assert allowed(stock, self.signed(act, stock.consent(act, self.who(act)[1])))

    def test_of_another_chain(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        domain = stock.domain_of(stock.chain.w3.eth.chain_id + 1, stock.ledger)
        signature = stock.consent(act, self.who(act)[1], domain=domain)
        self.refused(stock, act, self.sent(stock, act), signature)

    def test_of_another_contract(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        domain = stock.domain_of(stock.chain.w3.eth.chain_id, stock.world.directory)
        signature = stock.consent(act, self.who(act)[1], domain=domain)
        self.refused(stock, act, self.sent(stock, act), signature)

    def test_to_another_body(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        signature = stock.consent(act, self.who(act)[1], body=keccak(b"another body"))
        self.refused(stock, act, self.sent(stock, act), signature)

    def test_to_another_content(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        other = act.saying(reason=act.document.reason + 1)
        signature = stock.consent(other, self.who(act)[1])
        self.refused(stock, act, self.sent(stock, act), signature)

    def test_under_another_key(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        other = act.saying(client_id=keccak(b"another id"))
        signature = stock.consent(other, self.who(act)[1])
        self.refused(stock, act, self.sent(stock, act), signature)

    def test_until_another_time(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        other = act.but(valid_until=act.valid_until - 1)
        signature = stock.consent(other, self.who(act)[1])
        self.refused(stock, act, self.sent(stock, act), signature)

    def test_expired(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        now = stock.chain.now
        assert stock.refusal(act.but(valid_until=now - 1)) == Refusal(
            "StockLedgerConsentExpired", (now - 1, now)
        )
        assert allowed(stock, act.but(valid_until=now))

    @pytest.mark.parametrize(
        "signature",
        [
            (bytes(32), b"\1" * 32),
            (b"\1" * 32, bytes(32)),
            (b"\xff" * 32, b"\x7f" + b"\xff" * 31),
            (b"\1" * 32, b"\x7f" + b"\xff" * 31),  # a high s, which would be a second signature for the same
        ],
    )
    def test_malformed(self, stock: Stock, kind: Kind, signature: tuple[bytes, bytes]) -> None:
        act = staged(stock, kind)
        _, party = self.who(act)
        expected = Refusal("StockLedgerConsentMissing", (party.role,))
        refusal = stock.refusal(self.signed(act, signature))
        if kind is Kind.RECEIPT and not any(signature[0]):
            # It may come without a supplier, and is held then.
            assert refusal.name == "StockLedgerVerdictChanged"
        else:
            assert refusal == expected

    def test_of_a_stranger(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        name, party = self.who(act)
        stranger = replace(party, actor=STRANGER.actor)
        assert stock.refusal(act.but(**{name: stranger})) == stranger.missing()

    def test_signed_before_and_sent_after_revocation(self, stock: Stock, kind: Kind) -> None:
        # Threat 12: a stolen key is of no use once it is revoked.
        act = staged(stock, kind)
        revoke(stock, self.who(act)[1])
        assert stock.refusal(act) == self.who(act)[1].missing()


class TestGrants:
    def test_sent_after_revocation(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(R, 1))
        revoke(stock, KEEPER)
        assert stock.refusal(act) == KEEPER.missing()

    def test_threat_4_not_acting_before_the_delay(self, stock: Stock) -> None:
        party = Party(Actor("new keeper"), Role.KEEPER)
        stock.world.grant(party.actor, party.role, party.division)
        granted = stock.chain.now
        stock.chain.travel_to(granted + D - 1)
        act = stock.act(Kind.ISSUE, Line(R, 1), sender=party)
        assert stock.refusal(act) == party.missing()
        stock.chain.travel(1)
        assert allowed(stock, act)

    def test_threat_13_suspended_by_a_replacement(self, stock: Stock) -> None:
        directory, successor = stock.world.directory.functions, Actor("successor of the keeper")
        consent = stock.world.consent(successor, Role.KEEPER)
        scope = [(COMMUNITY, 0)]
        propose = directory.proposeReplacement(KEEPER.address, successor.address, scope, COUNTRY, 0, consent)
        (number,) = {
            event.fields["replacement"]
            for event in stock.chain.send(propose, stock.world.root)
            if "replacement" in event.fields
        }
        act = stock.act(Kind.ISSUE, Line(R, 1))
        assert stock.refusal(act) == KEEPER.missing()
        stock.chain.travel(D)
        stock.chain.send(directory.executeReplacement(number), successor)
        assert stock.refusal(act) == KEEPER.missing()
        assert stock.balance(SITE, R) == 1_000, "the stock stays"
        stock.record(act.but(sender=replace(KEEPER, actor=successor)), {("balance", SITE, R): 999})

    def test_threat_4_an_address_of_another_class(self, stock: Stock) -> None:
        # Both keepers and approvers sign where they are asked to and nowhere else.
        act = stock.act(Kind.WRITE_OFF, Line(R, 1), approver=SECOND_KEEPER)
        arguments = (SECOND_KEEPER.address, Role.APPROVER, COMMUNITY, 0)
        assert stock.refusal(act) == Refusal("DirectoryGrantMissing", arguments)

    def test_level_that_is_not_the_grants(self, stock: Stock) -> None:
        for division in (0, DISTRICT, STREET):
            party = KEEPER.at(division)
            assert stock.refusal(stock.act(Kind.ISSUE, Line(R, 1), sender=party)) == party.missing()

    def test_supplier_where_it_has_no_grant(self, stock: Stock) -> None:
        act = stock.act(Kind.RECEIPT, ReceiptLine(MASKS, 1), other=SUPPLYING.at(COMMUNITY))
        assert stock.refusal(act) == SUPPLYING.at(COMMUNITY).missing()

    def test_supplier_elsewhere(self, stock: Stock) -> None:
        act = stock.act(
            *(Kind.RECEIPT, ReceiptLine(MASKS, 1)), to=OTHER_SITE, sender=OTHER_KEEPER, other=SUPPLYING
        )
        assert stock.refusal(act) == Refusal("StockLedgerGrantElsewhere", (DISTRICT, OTHER_SITE))

    def test_approver_whom_nobody_asked_for_is_checked_too(self, stock: Stock) -> None:
        revoke(stock, SECOND_APPROVER)
        act = stock.act(Kind.ISSUE, Line(R, 1), approver=SECOND_APPROVER)
        assert stock.refusal(act) == SECOND_APPROVER.missing()

    def test_other_party_where_there_is_none_signs_nothing(self, stock: Stock) -> None:
        act = stock.act(Kind.ISSUE, Line(R, 1), other=SECOND_KEEPER)
        assert stock.enter(act).other is None, "a signature that was not checked is not recorded"
