"""Proposals: what they say, and what is refused before anybody decides on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from chain import Refusal
from reallocation_books import line
from reallocation_world import (
    ANCHOR,
    DISTRICT_KEEPER,
    GIVER,
    GIVING,
    LATE,
    NEEDER,
    NEEDING,
    NEVER,
    SECOND_GIVER,
    SOON,
    SPOILT,
    TOP,
    TWIN,
    Reallocating,
    key_of,
    lines_of,
    piles,
)
from stock import DAY, OFFSET
from stock_world import (
    APPROVER,
    DONOR,
    FRESH_SITE,
    GRAIN,
    KEEPER,
    MASKS,
    OTHER_KEEPER,
    PROVINCE_AUTHORITY,
    ROOT,
)
from world import DISTRICT, PACK

from ledger_client.documents import Kind
from ledger_client.lines import Line, LotAttributes, OpeningLine, ReceiptLine
from ledger_client.roles import Role
from ledger_client.words import join_words


class TestMade:
    def test_says_everything(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        offer = reallocation.offer(request, (SOON, 100), (LATE, 50), (NEVER, 0))
        key = key_of(request, offer.client_id)
        assert reallocation.answer(reallocation.propose(offer)) == key
        (event,) = reallocation.send(reallocation.propose(offer))
        assert event.name == "ProposalMade"
        assert event.fields == {
            "proposal": key,
            "request": request,
            "keeper": GIVING.address,
            "giver": GIVER,
            "quantity": 150,
            "left": 850,
            "anchor": ANCHOR,
            "keeperDivision": GIVING.division,
            "grantPosition": reallocation.position(GIVING),
            "recordedAt": reallocation.chain.now,
            "lines": list(offer.lines),
        }

    def test_is_an_ordinary_log(self, reallocation: Reallocating) -> None:
        # The contract writes the log by itself; that a strict decoder reads it is not enough to be sure.
        request = reallocation.requested()
        offer = reallocation.offer(request, (SOON, 100), (NEVER, 0))
        (event,) = reallocation.send(reallocation.propose(offer))
        words = (GIVER, 100, 700, int.from_bytes(ANCHOR, "big"), GIVING.division)
        words += (reallocation.position(GIVING), reallocation.chain.now, 8 * 32, 2, *offer.lines)
        assert event.data == b"".join(word.to_bytes(32, "big") for word in words)

    @pytest.mark.parametrize("by", [GIVING, NEEDING, DISTRICT_KEEPER])
    def test_by_keepers_of_either_site_or_above(self, reallocation: Reallocating, by: Any) -> None:
        request = reallocation.requested()
        (event,) = reallocation.send(reallocation.propose(reallocation.offer(request, (SOON, 1)), by))
        assert event.fields["keeper"] == by.address

    @pytest.mark.parametrize("by", [GIVING, NEEDING, APPROVER])
    def test_again_changes_nothing_whoever_sends_it(self, reallocation: Reallocating, by: Any) -> None:
        offer = reallocation.offer(reallocation.requested(), (SOON, 100))
        (event,) = reallocation.send(reallocation.propose(offer))
        before = reallocation.stock.storage_of(reallocation.contract)
        assert reallocation.answer(reallocation.propose(offer, by)) == event.fields["proposal"]
        assert reallocation.send(reallocation.propose(offer, by)) == []
        assert reallocation.stock.storage_of(reallocation.contract) == before

    def test_again_after_its_end(self, reallocation: Reallocating) -> None:
        request = reallocation.requested()
        offer = reallocation.offer(request, (SOON, 100))
        (event,) = reallocation.send(reallocation.propose(offer))
        reallocation.send(reallocation.withdraw(event.fields["proposal"]))
        reallocation.send(reallocation.withdraw_request(request))
        assert reallocation.send(reallocation.propose(offer)) == []

    @pytest.mark.parametrize(
        "other",
        [
            {"giver": TWIN, "lines": lines_of((NEVER, 100))},
            {"anchor": bytes(32)},
            {"lines": lines_of((NEVER, 99))},
            {"lines": lines_of((NEVER, 100), (SOON, 0))},
        ],
    )
    def test_other_content_under_its_key(self, reallocation: Reallocating, other: dict[str, Any]) -> None:
        offer = reallocation.offer(reallocation.requested(), (NEVER, 100))
        reallocation.send(reallocation.propose(offer))
        expected = Refusal("ReallocationKeyTaken", (key_of(offer.request, offer.client_id),))
        assert reallocation.refusal(reallocation.propose(replace(offer, **other))) == expected

    def test_one_client_id_for_two_requests_is_two_proposals(self, reallocation: Reallocating) -> None:
        first, second = reallocation.requested(), reallocation.requested()
        client_id = reallocation.fresh_id()
        keys = {
            reallocation.proposed(request, (SOON, 10), client_id=client_id) for request in (first, second)
        }
        assert keys == {key_of(first, client_id), key_of(second, client_id)}

    def test_more_than_is_open_may_be_proposed(self, reallocation: Reallocating) -> None:
        # What is open may change until somebody decides; then it is looked at.
        reallocation.proposed(reallocation.requested(quantity=10), (SOON, 300))

    def test_what_stays_is_capped_at_the_highest_quantity(self, reallocation: Reallocating) -> None:
        request = reallocation.requested(site=TWIN, reason=1)
        giver, lots = piles(reallocation)
        lines = sorted(line(lot, int(lot == lots[0])) for lot in lots)
        offer = reallocation.offer(request, giver=giver, lines=tuple(lines))
        (event,) = reallocation.send(reallocation.propose(offer, by=KEEPER))
        assert event.fields["left"] == TOP


class TestRefused:
    def refusal(
        self, reallocation: Reallocating, *lots: tuple[LotAttributes, int], by: Any = GIVING, **fields: Any
    ) -> Refusal:
        request = fields.pop("request", None) or reallocation.requested()
        return reallocation.refusal(reallocation.propose(reallocation.offer(request, *lots, **fields), by))

    def test_request_unknown(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationRequestUnknown", (9,))
        assert self.refusal(reallocation, (SOON, 1), request=9) == expected

    def test_request_withdrawn(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request = reallocation.requested(needed_by=needed_by)
        reallocation.send(reallocation.withdraw_request(request))
        expected = Refusal("ReallocationRequestOver", (request, 0, True, needed_by))
        assert self.refusal(reallocation, (SOON, 1), request=request) == expected

    def test_after_the_day_of_need(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request = reallocation.requested(needed_by=needed_by)
        call = reallocation.propose(reallocation.offer(request, (SOON, 1)))
        with reallocation.undone():
            reallocation.send_at(call, needed_by)
        expected = Refusal("ReallocationRequestOver", (request, 0, False, needed_by))
        assert reallocation.refusal_at(call, needed_by + 1) == expected

    def test_request_covered(self, reallocation: Reallocating) -> None:
        needed_by = reallocation.chain.now + DAY
        request, proposal = reallocation.approved((SOON, 250), needed_by=needed_by)
        reallocation.handed_over(proposal, (SOON, 250))
        expected = Refusal("ReallocationRequestOver", (request, 250, False, needed_by))
        assert self.refusal(reallocation, (NEVER, 1), request=request) == expected

    def test_to_itself(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationSameSite", (NEEDER,))
        assert self.refusal(reallocation, (NEVER, 1), giver=NEEDER, by=NEEDING) == expected

    @pytest.mark.parametrize("by", [KEEPER, OTHER_KEEPER])
    def test_keeper_of_neither_site(self, reallocation: Reallocating, by: Any) -> None:
        expected = Refusal("ReallocationGrantElsewhere", (by.division, GIVER))
        assert self.refusal(reallocation, (SOON, 1), by=by) == expected

    @pytest.mark.parametrize("by", [GIVING.at(DISTRICT), DISTRICT_KEEPER.at(GIVING.division)])
    def test_no_such_grant(self, reallocation: Reallocating, by: Any) -> None:
        assert self.refusal(reallocation, (SOON, 1), by=by) == by.missing()

    @pytest.mark.parametrize("by", [APPROVER, ROOT, PROVINCE_AUTHORITY])
    def test_not_a_keeper(self, reallocation: Reallocating, by: Any) -> None:
        assert self.refusal(reallocation, (SOON, 1), by=by) == replace(by, role=Role.KEEPER).missing()

    @pytest.mark.parametrize("count", [0, 65])
    def test_number_of_lines(self, reallocation: Reallocating, count: int) -> None:
        lines = tuple(line(lot, 0) for lot in range(1, count + 1))
        expected = Refusal("ReallocationLinesWrong", (count,))
        assert self.refusal(reallocation, lines=lines) == expected

    def test_sixty_four_lines(self, reallocation: Reallocating) -> None:
        goods = [LotAttributes(item=GRAIN, source=number) for number in range(1, 65)]
        stock = reallocation.stock
        opening = (OpeningLine(lot, 2) for lot in goods)
        stock.enter(stock.act(Kind.OPENING, *opening, to=FRESH_SITE, sender=KEEPER, approver=APPROVER))
        lots = [(lot, 1) for lot in goods]
        request = reallocation.requested()
        proposal = reallocation.proposed(request, *lots, giver=FRESH_SITE, by=KEEPER)
        assert reallocation.ask("proposalOf", proposal)[3] == 64

    @pytest.mark.parametrize("bit", [63, 64, 79, 80, 95])
    @pytest.mark.parametrize("index", [0, 1])
    def test_bits_between_lot_and_quantity(self, reallocation: Reallocating, bit: int, index: int) -> None:
        lines = list(lines_of((SOON, 1), (LATE, 1)))
        lines[index] |= 1 << bit
        expected = Refusal("ReallocationLineMalformed", (index,))
        assert self.refusal(reallocation, lines=tuple(lines)) == expected

    def test_lots_that_do_not_ascend(self, reallocation: Reallocating) -> None:
        lines = tuple(reversed(lines_of((SOON, 1), (LATE, 1))))
        expected = Refusal("ReallocationLineMalformed", (1,))
        assert self.refusal(reallocation, lines=lines) == expected

    def test_a_lot_twice(self, reallocation: Reallocating) -> None:
        lines = lines_of((SOON, 1), (SOON, 2))
        assert self.refusal(reallocation, lines=lines) == Refusal("ReallocationLineMalformed", (1,))

    def test_no_lot(self, reallocation: Reallocating) -> None:
        assert self.refusal(reallocation, lines=(1,)) == Refusal("ReallocationLineMalformed", (0,))

    def test_lot_of_another_item(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationLotOther", (MASKS.lot_id, PACK, GRAIN))
        assert self.refusal(reallocation, (MASKS, 1)) == expected
        assert self.refusal(reallocation, (MASKS, 0)) == expected

    def test_lot_that_was_never_created(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationLotOther", (77, 0, GRAIN))
        assert self.refusal(reallocation, lines=(line(77, 1),)) == expected

    def test_more_of_a_lot_than_there_is(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationLotShort", (SOON.lot_id, 300, 301))
        assert self.refusal(reallocation, (SOON, 301)) == expected
        reallocation.proposed(reallocation.requested(), (SOON, 300))

    def test_lot_of_another_site(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationLotShort", (SOON.lot_id, 0, 1))
        assert self.refusal(reallocation, (SOON, 1), giver=SECOND_GIVER) == expected

    def test_site_that_was_never_registered(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationLotShort", (NEVER.lot_id, 0, 1))
        giver = GIVING.division * 1_000 + 999
        assert self.refusal(reallocation, (NEVER, 1), giver=giver) == expected

    @pytest.mark.parametrize("kind", ["held here", "recalled", "expired"])
    def test_lot_that_is_not_usable(self, reallocation: Reallocating, kind: str) -> None:
        lot = SPOILT if kind == "expired" else SOON
        stop(reallocation, kind)
        expected = Refusal("ReallocationLotShort", (lot.lot_id, 0, 1))
        assert self.refusal(reallocation, (lot, 1)) == expected
        # It may be listed all the same, and counts for nothing.
        (event,) = reallocation.send(
            reallocation.propose(reallocation.offer(reallocation.requested(), (lot, 0), (NEVER, 1)))
        )
        assert event.fields["left"] == 499

    def test_lot_that_was_created_held(self, reallocation: Reallocating) -> None:
        stock = reallocation.stock
        act = stock.act(Kind.RECEIPT, from_=DONOR, to=GIVER, qualification=0, sender=GIVING, other=None)
        goods = LotAttributes(item=GRAIN, source=DONOR).owned_by(act.key, 0)
        stock.enter(act.saying(lines=join_words(ReceiptLine(goods, 10, ordinal=0).words())))
        expected = Refusal("ReallocationLotShort", (goods.lot_id, 0, 1))
        assert self.refusal(reallocation, (goods, 1)) == expected
        stock.enter(stock.act(Kind.RELEASE, Line(goods.lot_id), from_=GIVER))
        reallocation.proposed(reallocation.requested(), (goods, 10))

    def test_last_day_of_use(self, reallocation: Reallocating) -> None:
        end_of_day = (SOON.expires + 1) * DAY - OFFSET
        request = reallocation.requested(needed_by=end_of_day + DAY)
        call = reallocation.propose(reallocation.offer(request, (SOON, 1)))
        with reallocation.undone():
            reallocation.send_at(call, end_of_day - 1)
        expected = Refusal("ReallocationLotShort", (SOON.lot_id, 0, 1))
        assert reallocation.refusal_at(call, end_of_day) == expected

    def test_nothing(self, reallocation: Reallocating) -> None:
        expected = Refusal("ReallocationQuantityInvalid", (0,))
        assert self.refusal(reallocation, (SOON, 0), (NEVER, 0)) == expected

    def test_sum_of_2_to_the_63(self, reallocation: Reallocating) -> None:
        giver, lots = piles(reallocation)
        first, second, third = sorted(lots)
        request = reallocation.requested()
        for last, rest in ((2, TOP - 1), (TOP, TOP)):
            lines = (line(first, last), line(second, rest))
            expected = Refusal("ReallocationQuantityInvalid", (last + rest,))
            found = self.refusal(reallocation, giver=giver, lines=lines, by=KEEPER, request=request)
            assert found == expected
        # Three of them leave 64 bits.
        lines = (line(first, TOP), line(second, TOP), line(third, TOP))
        expected = Refusal("ReallocationQuantityInvalid", (3 * TOP,))
        found = self.refusal(reallocation, giver=giver, lines=lines, by=KEEPER, request=request)
        assert found == expected
        lines = (line(first, 1), line(second, TOP - 1))
        reallocation.proposed(request, giver=giver, lines=lines, by=KEEPER)


def stop(reallocation: Reallocating, kind: str) -> None:
    """Hold SOON at GIVER, or recall it; EXPIRED is so from the beginning."""
    stock = reallocation.stock
    if kind == "held here":
        stock.enter(stock.act(Kind.HOLD, Line(SOON.lot_id), from_=GIVER))
    elif kind == "recalled":
        stock.enter(stock.act(Kind.RECALL, Line(SOON.lot_id)))
