"""Who may send what: every role by every function; and a stranger changes nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from chain import Refusal
from eth_tester.exceptions import TransactionFailed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stock import Act, Party, Stock
from stock_stages import staged
from stock_world import (
    APPROVER,
    AUDITOR,
    ISSUING,
    KEEPER,
    MASKS,
    OTHER_KEEPER,
    RICE,
    ROOT,
    SECOND_APPROVER,
    SECOND_KEEPER,
    SITES,
    STRANGER,
    SUPPLYING,
)
from world import CONSIGNEE, ISSUER, SITE, SUPPLIER

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import Line
from ledger_client.roles import Role
from ledger_client.words import join_words

BY_KEEPER = {
    *(Kind.OPENING, Kind.RECEIPT, Kind.ISSUE, Kind.HAND_OVER, Kind.DISPATCH, Kind.ACCEPTANCE, Kind.CONTEST),
    *(Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.COUNT, Kind.WRITE_OFF, Kind.REPACK, Kind.REVERSAL),
}
BY_APPROVER = {Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT}
BY_RECALLER = {Kind.RECALL, Kind.LIFT}
PEOPLE: dict[str, tuple[Party, set[Kind]]] = {
    "authority": (ROOT, BY_RECALLER),
    "keeper of this site": (KEEPER, BY_KEEPER),
    "keeper of another site": (OTHER_KEEPER, set()),
    "approver": (APPROVER, BY_APPROVER),
    "issuer": (ISSUING, BY_RECALLER),
    "supplier": (SUPPLYING, set()),
    "auditor": (AUDITOR, set()),
    "stranger": (STRANGER, set()),
}
ANSWERS = {Kind.ACCEPTANCE, Kind.CONTEST}
"""Kinds that whoever signed the dispatch, here KEEPER, cannot send; see `TestAnswerByTheSender`."""
NEEDED = dict.fromkeys(BY_KEEPER, Role.KEEPER) | dict.fromkeys(BY_APPROVER, Role.APPROVER)


def sent_by(stock: Stock, kind: Kind, party: Party) -> Act:
    """The act of `kind` with another sender, who co-signs nothing."""
    act = staged(stock, kind)
    if kind in BY_RECALLER and party.role is Role.ISSUER:
        # An issuer recalls what needs a qualification, in its own name.
        lot = MASKS.lot_id
        if kind is Kind.LIFT:
            stock.enter(stock.act(Kind.RECALL, Line(lot)))
        return stock.act(kind, Line(lot), from_=ISSUER, sender=party)
    if act.other == party:
        act = act.but(other=SECOND_KEEPER if party == KEEPER else KEEPER)
    if act.approver == party:
        act = act.but(approver=SECOND_APPROVER)
    return act.but(sender=party)


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name)
@pytest.mark.parametrize("who", list(PEOPLE))
def test_role_by_function(stock: Stock, who: str, kind: Kind) -> None:
    party, may = PEOPLE[who]
    if kind in ANSWERS and party == KEEPER:
        party = SECOND_KEEPER
    act = sent_by(stock, kind, party)
    if kind in may:
        assert stock.chain.ask(stock.call(act), party.actor) == act.key
        stock.enter(act)
        return
    refusal = stock.refusal(act)
    role = NEEDED.get(kind, Role.AUTHORITY)
    if who == "keeper of another site" and kind in NEEDED:
        assert refusal.name == "StockLedgerGrantElsewhere"
        assert refusal.arguments[0] == party.division
        party = replace(party, role=role, division=KEEPER.division)
        assert stock.refusal(act.but(sender=party)) == party.missing()
        return
    division = 0 if kind in BY_RECALLER else party.division
    assert refusal == Refusal("DirectoryGrantMissing", (party.address, role, division, 0))


SOME_SITES = st.sampled_from([0, SITE, *SITES, SUPPLIER, CONSIGNEE, ISSUER, 2**64 - 1, 2**160, 2**256 - 1])
DIVISIONS = st.sampled_from(
    [0, 44, 4401, 440106, 440106001, KEEPER.division, OTHER_KEEPER.division, 2**64 - 1]
)
WORDS = st.lists(
    st.one_of(
        st.sampled_from([Line(RICE.lot_id, 1).words()[0], Line(MASKS.lot_id, 5, 3).words()[0], 0]),
        st.integers(0, 2**256 - 1),
    ),
    max_size=6,
)


class TestThreat2AStrangerChangesNothing:
    """A few hundred of the calls that forge makes by the million; acts and consents of others included."""

    @pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name)
    def test_who_sends_what_others_have_signed(self, stock: Stock, kind: Kind) -> None:
        act = staged(stock, kind)
        stolen = act.but(sender=replace(act.sender, actor=STRANGER.actor))
        if kind in BY_RECALLER:
            assert stock.refusal(stolen) == stolen.sender.missing()
        else:
            assert stock.refusal(stolen) == Refusal(
                "DirectoryGrantMissing", (STRANGER.address, NEEDED[kind], act.sender.division, 0)
            )

    @pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.name)
    @settings(
        max_examples=8,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
        database=None,
    )
    @given(data=st.data())
    def test_whatever_is_sent(self, stock: Stock, kind: Kind, data: st.DataObject) -> None:
        with stock.chain.undone():
            act = staged(stock, kind)
            fields = data.draw(
                st.fixed_dictionaries(
                    {},
                    optional={
                        "from_": SOME_SITES,
                        "to": SOME_SITES,
                        "client_id": st.binary(min_size=32, max_size=32),
                        "occurred_at": st.builds(Timestamp, st.integers(0, 2**63 - 1), st.booleans()),
                        "reference": st.integers(0, 2**256 - 1),
                        "reason": st.integers(0, 2**16 - 1),
                        "deadline": st.integers(0, 2**64 - 1),
                        "lines": WORDS.map(join_words),
                    },
                )
            )
            sender = replace(STRANGER, division=data.draw(DIVISIONS))
            stolen = act.saying(**fields).but(sender=sender)
            if data.draw(
                st.booleans()
            ):  # consents as they were given, which fit the content only when it is as it was
                stolen = stolen.but(
                    other_signature=stock.consent(act, act.other) if act.other else None,
                    approver_signature=stock.consent(act, act.approver) if act.approver else None,
                )
            before = stock.storage()
            with suppress(TransactionFailed, AssertionError):  # refused, as nearly all are
                stock.chain.send(stock.call(stolen), STRANGER.actor)
            assert stock.storage() == before
