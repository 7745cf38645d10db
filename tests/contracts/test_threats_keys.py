"""Keys that are abused, stolen or lost (threats 4, 12 and 13): what it means for the stock."""

from __future__ import annotations

from typing import Any, cast

import pytest
from chain import GAS, NOBODY, Actor, Chain, Refusal
from stock import Act, Party, Stock, remaining, sent
from stock_stages import staged
from stock_world import (
    APPROVER,
    ISSUING,
    KEEPER,
    MASKS,
    PARTIES,
    RICE,
    SECOND_KEEPER,
    SUPPLYING,
)
from web3.contract.contract import ContractFunction
from web3.types import TxParams
from world import (
    CATEGORY,
    CITY,
    COMMUNITY,
    COUNTRY,
    DISTRICT,
    ISSUER,
    NEVER,
    PROVINCE,
    SITE,
    SUPPLIER,
    D,
    World,
)

from ledger_client.documents import Kind
from ledger_client.keccak import keccak
from ledger_client.lines import Line, LotAttributes, ReceiptLine
from ledger_client.roles import Role

NEW = Actor("new")
ACCOMPLICE = Actor("accomplice")
NEW_KEEPER = Party(NEW, Role.KEEPER)
# Sends what follows the first 20 bytes of its calldata to the address that they are, and reverts as it does.
WALLET = bytes.fromhex(
    "602c600c600039602c6000f3"
    "36601490038060146000376000600082600060006000356060"
    "1c5af115602157005b3d600060003e3d6000fd"
)


def propose(
    stock: Stock,
    old: Party,
    *,
    by: Actor = World.city,
    relying_on: int = CITY,
    new: Actor = NEW,
    since: int = 0,
) -> int:
    """Propose that `new` takes over a grant, and return the number of the replacement."""
    call = stock.world.directory.functions.proposeReplacement(
        old.address,
        new.address,
        [(old.division, old.subject)],
        relying_on,
        since,
        stock.world.consent(new, old.role),
    )
    events = stock.chain.send(call, by)
    return int(next(event for event in events if event.name == "ReplacementProposed").fields["replacement"])


def replace_key(stock: Stock, old: Party, **particulars: Any) -> Party:
    """Let NEW take over a grant; return it as a party."""
    number = propose(stock, old, **particulars)
    stock.chain.travel(D)
    stock.chain.send(stock.world.directory.functions.executeReplacement(number), NEW)
    return Party(NEW, old.role, old.division, old.subject)


def revoke(
    stock: Stock, party: Party, *, by: Actor = World.city, relying_on: int = CITY, since: int = 0
) -> None:
    """Revoke a grant."""
    call = stock.world.directory.functions.revoke(
        party.address, party.role, party.division, party.subject, relying_on, 91, since
    )
    stock.chain.send(call, by)


def decide(stock: Stock, number: int, *, uphold: bool) -> ContractFunction:
    return stock.world.directory.functions.decideReplacement(number, uphold, PROVINCE, 91)


def issuing(stock: Stock, sender: Party = KEEPER, **fields: Any) -> Act:
    """An act that takes one RICE out of SITE."""
    return stock.act(Kind.ISSUE, Line(RICE.lot_id, 1), sender=sender, **fields)


def is_powerless(stock: Stock, party: Party) -> None:
    """See that a keeper can neither send nor co-sign anything."""
    assert stock.refusal(issuing(stock, party)) == party.missing()
    co_signed = stock.act(Kind.HAND_OVER, Line(RICE.lot_id, 1), sender=SECOND_KEEPER, other=party)
    assert stock.refusal(co_signed) == party.missing()


class TestThreat4:
    def test_threat_4_a_keeper_of_its_own_making_is_powerless_before_the_delay(self, stock: Stock) -> None:
        keeper = Party(ACCOMPLICE, Role.KEEPER)
        call = stock.world.granting(ACCOMPLICE, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)
        stock.chain.send(call, World.district)
        acts_from = stock.chain.now + D
        is_powerless(stock, keeper)
        stock.chain.travel_to(acts_from - 1)
        is_powerless(stock, keeper)
        stock.chain.travel_to(acts_from)
        stock.enter(issuing(stock, keeper))

    @pytest.mark.parametrize(("by", "relying_on"), [(World.city, CITY), (World.root, COUNTRY)])
    def test_threat_4_after_a_veto_it_never_acts(self, stock: Stock, by: Actor, relying_on: int) -> None:
        keeper = Party(ACCOMPLICE, Role.KEEPER)
        call = stock.world.granting(ACCOMPLICE, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)
        stock.chain.send(call, World.district)
        veto = stock.world.directory.functions.veto
        stock.chain.send(veto(keeper.address, Role.KEEPER, COMMUNITY, 0, relying_on, 93), by)
        stock.chain.travel(10 * D)
        is_powerless(stock, keeper)

    @pytest.mark.parametrize("kind", [kind for kind, parties in PARTIES.items() if parties[2]])
    def test_threat_4_who_made_the_signer_is_never_its_approver(self, stock: Stock, kind: Kind) -> None:
        """Whoever grants is an authority, and its class keeps it from ever being an approver."""
        act = staged(stock, kind)
        for granter, division in ((World.root, COUNTRY), (World.district, DISTRICT)):
            approver = Party(granter, Role.APPROVER, division)
            assert stock.refusal(act.but(approver=approver)) == approver.missing()
        grant = stock.world.granting(World.district, Role.APPROVER, DISTRICT)
        assert stock.chain.refusal(grant, World.root).name == "DirectoryClassTaken"


class TestContractWallets:
    @pytest.fixture
    def wallet(self, stock: Stock) -> str:
        """The address of a wallet that is a contract, and so cannot sign."""
        return str(_send(stock.chain, None, WALLET)["contractAddress"])

    def test_without_its_class_it_gets_no_grant(self, stock: Stock, wallet: str) -> None:
        functions = stock.world.directory.functions
        for consent in (NOBODY, stock.world.consent(NEW, Role.AUTHORITY)):
            call = functions.grant(wallet, Role.AUTHORITY, COUNTRY, 0, COUNTRY, consent)
            refusal = Refusal("DirectoryConsentMissing", (wallet, Role.AUTHORITY))
            assert stock.chain.refusal(call, World.root) == refusal

    def test_threat_4_it_has_one_class_for_life_too(self, stock: Stock, wallet: str) -> None:
        functions = stock.world.directory.functions
        assert _by_wallet(stock, wallet, functions.acceptClass(Role.KEEPER))
        assert not _by_wallet(stock, wallet, functions.acceptClass(Role.AUTHORITY))
        assert not _by_wallet(stock, wallet, functions.acceptClass(Role.KEEPER))
        call = functions.grant(wallet, Role.AUTHORITY, COUNTRY, 0, COUNTRY, NOBODY)
        refusal = Refusal("DirectoryClassTaken", (wallet, Role.KEEPER, Role.AUTHORITY))
        assert stock.chain.refusal(call, World.root) == refusal

    def test_it_rules_the_country_after_the_delay(self, stock: Stock, wallet: str) -> None:
        functions = stock.world.directory.functions
        assert _by_wallet(stock, wallet, functions.acceptClass(Role.AUTHORITY))
        stock.chain.send(functions.grant(wallet, Role.AUTHORITY, COUNTRY, 0, COUNTRY, NOBODY), World.root)
        register = functions.registerDivision(11, keccak(b"a name"), COUNTRY)
        assert not _by_wallet(stock, wallet, register)
        stock.chain.travel(D)
        assert _by_wallet(stock, wallet, register)

    def test_threat_13_it_may_take_over_from_a_key(self, stock: Stock, wallet: str) -> None:
        functions = stock.world.directory.functions
        assert _by_wallet(stock, wallet, functions.acceptClass(Role.KEEPER))
        propose_ = functions.proposeReplacement(KEEPER.address, wallet, [(COMMUNITY, 0)], CITY, 0, NOBODY)
        events = stock.chain.send(propose_, World.city)
        number = events[0].fields["replacement"]
        stock.chain.travel(D)
        assert _by_wallet(stock, wallet, functions.executeReplacement(number))
        is_powerless(stock, KEEPER)
        assert stock.chain.ask(functions.requireGrant(wallet, Role.KEEPER, COMMUNITY, 0))
        assert _by_wallet(stock, wallet, stock.call(issuing(stock)), stock.ledger.address)


class TestThreat12:
    def test_threat_12_signed_before_and_sent_after_revocation_fails(self, stock: Stock) -> None:
        signed = issuing(stock)
        assert stock.chain.ask(stock.call(signed), KEEPER.actor) == signed.key
        revoke(stock, KEEPER)
        before = stock.storage()
        stock.chain.send_in_vain(stock.call(signed), KEEPER.actor)
        assert stock.storage() == before
        is_powerless(stock, KEEPER)

    @pytest.mark.parametrize("stolen", ["other", "approver"])
    @pytest.mark.parametrize("is_revoked", [True, False])
    def test_threat_12_a_consent_given_before_and_used_afterwards_fails(
        self, stock: Stock, stolen: str, is_revoked: bool
    ) -> None:
        kind = Kind.HAND_OVER if stolen == "other" else Kind.WRITE_OFF
        act = stock.act(kind, Line(RICE.lot_id, 1, 0 if stolen == "other" else 10))
        party: Party = getattr(act, stolen)
        act = act.but(**{f"{stolen}_signature": stock.consent(act, party)})
        assert stock.chain.ask(stock.call(act), KEEPER.actor) == act.key
        if is_revoked:
            revoke(stock, party)
        else:
            propose(stock, party)
        assert stock.refusal(act) == party.missing()
        stock.chain.send_in_vain(stock.call(act), KEEPER.actor)

    def test_threat_12_earlier_documents_stay_attributed_and_no_claim_rewrites_them(
        self, stock: Stock
    ) -> None:
        act = issuing(stock)
        recorded = stock.enter(act)
        before = stock.storage()
        revoke(stock, KEEPER, since=1)
        assert stock.storage() == before
        assert stock.documents()[-1] == recorded
        assert recorded.sender is not None and recorded.sender.address == KEEPER.address
        assert recorded.sender.grant == KEEPER.grant
        stock.resend(act)

    def test_threat_12_a_thief_who_objects_stays_powerless_until_the_decision(self, stock: Stock) -> None:
        functions, number = stock.world.directory.functions, propose(stock, KEEPER, since=1)
        stock.chain.send(functions.objectToReplacement(number), KEEPER.actor)
        is_powerless(stock, KEEPER)
        stock.chain.travel(2 * D)
        is_powerless(stock, KEEPER)
        stock.chain.send(decide(stock, number, uphold=True), World.province)
        stock.chain.send(functions.executeReplacement(number), NEW)
        is_powerless(stock, KEEPER)
        stock.enter(issuing(stock, NEW_KEEPER))

    def test_threat_12_what_a_stolen_authority_proposed_is_not_executed_once_it_is_revoked(
        self, stock: Stock
    ) -> None:
        number = propose(stock, KEEPER, by=World.district, relying_on=DISTRICT, new=ACCOMPLICE)
        revoke(stock, Party(World.district, Role.AUTHORITY, DISTRICT))
        stock.chain.travel(D)
        call = stock.world.directory.functions.executeReplacement(number)
        refusal = Refusal("DirectoryProposerPowerless", (number, World.district.address, DISTRICT))
        for caller in (ACCOMPLICE, World.district):
            assert stock.chain.refusal(call, caller) == refusal
        is_powerless(stock, Party(ACCOMPLICE, Role.KEEPER))
        is_powerless(stock, KEEPER)

    def test_threat_12_nor_while_the_key_of_the_proposer_is_being_replaced(self, stock: Stock) -> None:
        number = propose(stock, KEEPER, by=World.district, relying_on=DISTRICT, new=ACCOMPLICE)
        propose(stock, Party(World.district, Role.AUTHORITY, DISTRICT))
        stock.chain.travel(D)
        call = stock.world.directory.functions.executeReplacement(number)
        refusal = Refusal("DirectoryProposerPowerless", (number, World.district.address, DISTRICT))
        assert stock.chain.refusal(call, ACCOMPLICE) == refusal

    def test_threat_12_what_the_level_above_upheld_stands_by_itself(self, stock: Stock) -> None:
        number = propose(stock, KEEPER, by=World.district, relying_on=DISTRICT)
        functions = stock.world.directory.functions
        stock.chain.send(functions.objectToReplacement(number), KEEPER.actor)
        stock.chain.send(functions.decideReplacement(number, True, CITY, 91), World.city)
        revoke(stock, Party(World.district, Role.AUTHORITY, DISTRICT))
        stock.chain.travel(D)
        stock.chain.send(functions.executeReplacement(number), NEW)
        stock.enter(issuing(stock, NEW_KEEPER))

    def test_threat_12_a_country_key_that_replaces_itself_is_stopped_by_another(self, stock: Stock) -> None:
        """Its own replacement suspends it, which stops nothing; what another does to it does."""
        functions, second = stock.world.directory.functions, Actor("second of the country")
        stock.world.grant(second, Role.AUTHORITY, COUNTRY)
        stock.world.grant(World.root, Role.AUTHORITY, PROVINCE)
        stock.chain.travel(D)
        thief = Party(World.root, Role.AUTHORITY, COUNTRY)
        below = Party(World.root, Role.AUTHORITY, PROVINCE)
        itself = propose(stock, thief, by=World.root, relying_on=COUNTRY, new=ACCOMPLICE)
        with stock.chain.undone():
            stock.chain.travel(D)
            stock.chain.send(functions.executeReplacement(itself), ACCOMPLICE)
        revoke(stock, thief, by=second, relying_on=COUNTRY)
        stock.chain.travel(D)
        refusal = Refusal("DirectoryProposerPowerless", (itself, World.root.address, COUNTRY))
        assert stock.chain.refusal(functions.executeReplacement(itself), ACCOMPLICE) == refusal
        assert stock.chain.ask(functions.requireGrant(below.address, Role.AUTHORITY, PROVINCE, 0))

    def test_threat_12_a_country_key_suspended_by_another_moves_its_lower_grants_nowhere(
        self, stock: Stock
    ) -> None:
        functions, second = stock.world.directory.functions, Actor("second of the country")
        stock.world.grant(second, Role.AUTHORITY, COUNTRY)
        stock.world.grant(World.root, Role.AUTHORITY, PROVINCE)
        stock.chain.travel(D)
        below = Party(World.root, Role.AUTHORITY, PROVINCE)
        number = propose(stock, below, by=World.root, relying_on=COUNTRY, new=ACCOMPLICE)
        propose(stock, Party(World.root, Role.AUTHORITY, COUNTRY), by=second, relying_on=COUNTRY)
        stock.chain.travel(D)
        refusal = Refusal("DirectoryProposerPowerless", (number, World.root.address, COUNTRY))
        assert stock.chain.refusal(functions.executeReplacement(number), ACCOMPLICE) == refusal

    def test_threat_12_what_a_stolen_authority_granted_is_vetoed_from_above(self, stock: Stock) -> None:
        functions = stock.world.directory.functions
        call = stock.world.granting(ACCOMPLICE, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)
        stock.chain.send(call, World.district)
        revoke(stock, Party(World.district, Role.AUTHORITY, DISTRICT))
        stock.chain.send(functions.veto(ACCOMPLICE.address, Role.KEEPER, COMMUNITY, 0, CITY, 93), World.city)
        stock.chain.travel(D)
        is_powerless(stock, Party(ACCOMPLICE, Role.KEEPER))
        again = stock.world.granting(ACCOMPLICE, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)
        assert stock.chain.refusal(again, World.district).name == "DirectoryGrantMissing"


class TestThreat13:
    def test_threat_13_the_stock_is_as_it_was_and_the_old_key_powerless(self, stock: Stock) -> None:
        recorded = stock.enter(issuing(stock))
        before, documents = stock.storage(), stock.documents()
        new = replace_key(stock, KEEPER)
        assert stock.storage() == before, "no word of the stock ledger changed"
        assert stock.documents() == documents and documents[-1] == recorded
        is_powerless(stock, KEEPER)
        event = stock.enter(issuing(stock, new))
        assert event.sender is not None and event.sender.grant == new.grant

    def test_threat_13_until_the_delay_neither_key_writes_and_the_colleague_does(self, stock: Stock) -> None:
        propose(stock, KEEPER)
        due = stock.chain.now + D
        stock.chain.travel_to(due - 1)
        is_powerless(stock, KEEPER)
        is_powerless(stock, NEW_KEEPER)
        stock.enter(issuing(stock, SECOND_KEEPER))

    def test_threat_13_decided_for_the_holder_it_goes_on_at_once(self, stock: Stock) -> None:
        number = propose(stock, KEEPER)
        signed = issuing(stock)
        stock.chain.send(stock.world.directory.functions.objectToReplacement(number), KEEPER.actor)
        stock.chain.send(decide(stock, number, uphold=False), World.province)
        stock.enter(signed)
        is_powerless(stock, NEW_KEEPER)

    def test_threat_13_goods_on_their_way_are_answered_for_by_the_new_key(self, stock: Stock) -> None:
        dispatch = stock.act(Kind.DISPATCH, Line(RICE.lot_id, 10))
        stock.enter(dispatch)
        new = replace_key(stock, SECOND_KEEPER)
        rejected = Line(RICE.lot_id, 10, 24)
        answer = stock.step(Kind.ACCEPTANCE, dispatch, sent(dispatch), rejected)
        assert stock.refusal(answer) == SECOND_KEEPER.missing()
        answer = stock.step(Kind.ACCEPTANCE, dispatch, sent(dispatch), rejected, sender=new)
        stock.enter(answer)
        left = remaining(sent(dispatch), answer, rejected)
        held = stock.balance(SITE, RICE.lot_id)
        stock.enter(stock.step(Kind.RETURN_ACCEPTANCE, dispatch, left))
        assert stock.balance(SITE, RICE.lot_id) == held + 10

    def test_threat_13_a_supplier_signs_its_deliveries_with_the_new_key(self, stock: Stock) -> None:
        new = replace_key(stock, SUPPLYING, by=World.district, relying_on=DISTRICT)
        goods = LotAttributes(item=MASKS.item, source=SUPPLIER, batch=keccak(b"new goods"), made=MASKS.made)
        line = ReceiptLine(goods, 5)
        assert stock.refusal(stock.act(Kind.RECEIPT, line)) == SUPPLYING.missing()
        stock.enter(stock.act(Kind.RECEIPT, line, other=new))
        assert stock.balance(SITE, goods.lot_id) == 5

    def test_threat_13_an_issuer_speaks_with_the_new_key_and_its_qualifications_stand(
        self, stock: Stock
    ) -> None:
        functions = stock.world.registry.functions
        state = stock.chain.ask(functions.qualificationState(stock.qualification))
        new = replace_key(stock, ISSUING, by=World.root, relying_on=COUNTRY)
        assert stock.chain.ask(functions.qualificationState(stock.qualification)) == state
        call = functions.issueQualification(ISSUER, SUPPLIER, CATEGORY, 1, 0, NEVER, keccak(b"new"))
        assert stock.chain.refusal(call, ISSUING.actor) == ISSUING.missing()
        stock.chain.send(call, new.actor)

    def test_threat_13_of_an_authority_what_it_granted_stands(self, stock: Stock) -> None:
        district = Party(World.district, Role.AUTHORITY, DISTRICT)
        grant = stock.world.granting(ACCOMPLICE, Role.KEEPER, COMMUNITY, relying_on=DISTRICT)
        stock.chain.send(grant, World.district)
        new = replace_key(stock, district)
        stock.enter(issuing(stock, Party(ACCOMPLICE, Role.KEEPER)))
        again = stock.world.granting(Actor("another"), Role.KEEPER, COMMUNITY, relying_on=DISTRICT)
        assert stock.chain.refusal(again, World.district) == district.missing()
        stock.chain.send(again, new.actor)

    def test_threat_13_an_approver_of_a_higher_division_is_out_of_reach(self, stock: Stock) -> None:
        call = stock.world.directory.functions.proposeReplacement(
            APPROVER.address,
            NEW.address,
            [(DISTRICT, 0)],
            COMMUNITY,
            0,
            stock.world.consent(NEW, Role.APPROVER),
        )
        authority = stock.world.new_actor("authority of the community", Role.AUTHORITY, COMMUNITY)
        refusal = Refusal("DirectoryOutsideDivision", (COMMUNITY, DISTRICT))
        assert stock.chain.refusal(call, authority) == refusal


def _send(chain: Chain, to: str | None, data: bytes) -> Any:
    """Send plain calldata, or create a contract, as somebody who has no part in anything."""
    fields: dict[str, Any] = {"from": chain.w3.eth.accounts[0], "data": data, "gas": GAS, "gasPrice": 0}
    hash_ = chain.w3.eth.send_transaction(cast("TxParams", fields | ({"to": to} if to else {})))
    return chain.w3.eth.get_transaction_receipt(hash_)


def _by_wallet(stock: Stock, wallet: str, call: ContractFunction, to: str | None = None) -> bool:
    """Let a wallet send a call to the Directory, or to `to`, and return whether it succeeded."""
    target = bytes.fromhex((to or stock.world.directory.address)[2:])
    data = bytes.fromhex(call._encode_transaction_data()[2:])
    return bool(_send(stock.chain, wallet, target + data)["status"])
