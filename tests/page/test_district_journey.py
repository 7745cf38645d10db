"""The district at work: it plans, decides on several at once, declares emergencies, and reads what lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from browsing.browser import WAYS, Watched, Way
from browsing.city import PlayedCity, Server
from browsing.words import said
from doing import amount, at_work, choose, field, fill_day, go, named, part, press, reason, sign
from hands import Hands, day, hands_of
from playwright.sync_api import Browser, Locator, expect

from ledger_client.demo.cast import (
    EAST_GOVERNMENT,
    EAST_STREET,
    GOWN_LOT,
    GOWNS,
    MASK_LOT,
    MASKS,
    NORTH_ENTERPRISE,
    NORTH_HOUSEHOLDS,
    WEST,
    WEST_DISTRICT,
    WEST_GOVERNMENT,
    WEST_STREET,
)

OFTEN = ("en-1280",)

# What an authority has declared, it declares again neither there nor below: each way goes higher up.
EMERGENCIES = dict(zip(WAYS, (WEST, WEST_STREET, WEST_DISTRICT, 4201), strict=True))


@pytest.fixture(scope="module")
def hands(server: Server, city: PlayedCity) -> Iterator[Hands]:
    """What others do meanwhile."""
    with hands_of(server, city) as hands:
        yield hands


def card(page: Watched, key: str) -> Locator:
    """Return the card of a proposal in the list."""
    return page.main.locator("li.card").filter(has=page.page.locator(f"a[href*='{key}']"))


def test_a_plan_is_made_and_proposed_from_by_the_keeper_of_the_giver(
    browser: Browser, server: Server, city: PlayedCity, way: Way, hands: Hands
) -> None:
    quantity = 11 + list(WAYS).index(way.name)
    request = hands.ask("keeper-north", NORTH_HOUSEHOLDS, GOWNS, quantity)
    with at_work(browser, server, city, way, "street") as page:
        go(page, "district")
        overview = page.main.locator("li.card").filter(has_text=said("district.counts.requests", page))
        count = len(hands.get("/v1/requests", place=EAST_STREET, state="open")["requests"])
        expect(overview.locator("p")).to_have_text(str(count))
        overview.get_by_role("link").click()
        page.loaded()
        asked = page.main.get_by_role("row").filter(has=page.page.locator(f"a[href*='{request}']"))
        expect(asked).to_contain_text(amount(page, quantity, "H87"))
        expect(asked).to_contain_text(named(page, NORTH_HOUSEHOLDS))
        asked.get_by_role("link").click()
        page.loaded()
        expect(page.main).to_contain_text(said("district.request.noProposals", page))
        assert page.violations() == ""

        with at_work(browser, server, city, way, "planner") as keeper:
            go(keeper, "district")
            part(keeper, "plan.title")
            press(keeper, "district.plan.make")
            planned = keeper.main.locator("li.card").filter(has_text=amount(keeper, quantity, "H87"))
            expect(planned).to_contain_text(named(keeper, NORTH_ENTERPRISE))
            assert planned.get_by_role("listitem").count() > 0, "it says why"
            assert keeper.violations() == ""
            planned.get_by_role("button", name=said("district.plan.propose", keeper), exact=True).click()
            press(keeper, "district.act.prepare")
            sign(keeper, str(NORTH_ENTERPRISE), by_keyboard=True)
            expect(planned).to_contain_text(said("district.plan.proposed", keeper))

        [proposal] = hands.request(request)["proposals"]
        assert (proposal["state"], proposal["giver"]) == ("proposed", str(NORTH_ENTERPRISE))
        assert proposal["quantity"] == str(quantity)
        assert proposal["anchor"] is not None
        go(page, "district")
        part(page, "proposals.title")
        offered = card(page, proposal["key"])
        left = amount(page, int(proposal["left"]), "H87")
        expect(offered).to_contain_text(left)
        offered.get_by_role("button", name=said("district.proposals.reasons", page), exact=True).click()
        expect(offered.get_by_role("listitem").first).to_be_visible()
        offered.get_by_role("link").click()
        page.loaded()
        expect(page.main).to_contain_text(said("district.proposals.byPlan", page))
        expect(page.main).to_contain_text(left)
        assert page.violations() == ""


def test_several_are_approved_at_once_and_a_stale_one_is_skipped_and_named(
    browser: Browser, server: Server, city: PlayedCity, way: Way, hands: Hands
) -> None:
    request = hands.ask("keeper-north", NORTH_HOUSEHOLDS, MASKS, 30, urgency="urgent")
    first, gone, other, refused = (
        hands.propose("keeper-east", request, EAST_GOVERNMENT, MASK_LOT.lot_id, quantity)
        for quantity in (5, 6, 7, 8)
    )
    with at_work(browser, server, city, way, "street") as page:
        go(page, "district")
        part(page, "proposals.title")
        for key in (first, gone, other):
            box = card(page, key).get_by_role("checkbox")
            box.focus()
            page.page.keyboard.press("Space")
            expect(box).to_be_checked()
        expect(
            page.main.get_by_role("status").filter(has_text=said("district.proposals.chosen", page, count=3))
        ).to_be_visible()
        assert page.violations() == ""
        press(page, "district.proposals.approve")
        choose(page, said("district.proposals.staleReason", page), reason("seen-on-site", page))
        press(page, "common.next")
        press(page, "district.act.prepare")
        expect(page.main.locator(".reading")).to_be_visible()
        chosen = page.main.get_by_role("table", name=said("district.proposals.chosenOnes", page))
        for key, quantity in ((first, 5), (gone, 6), (other, 7)):
            row = chosen.get_by_role("row").filter(has_text=key[:8])
            for words in (
                amount(page, quantity, "XBX"),
                named(page, EAST_GOVERNMENT),
                named(page, NORTH_HOUSEHOLDS),
            ):
                expect(row).to_contain_text(words)
        assert page.violations() == ""

        hands.act(
            "keeper-east", "withdraw-proposals", proposals=[gone], role="keeper", reason="giver-needs-it"
        )
        sign(page, gone[:8])
        rows = page.main.get_by_role("table", name=said("district.decided.title", page)).get_by_role("row")
        expect(page.main).to_contain_text(said("district.decided.someSkipped", page, count=1))
        for key, word in ((first, "approved"), (gone, "skipped"), (other, "approved")):
            row = rows.filter(has=page.page.locator(f"a[href*='{key}']"))
            expect(row).to_contain_text(said(f"district.decided.{word}", page))
        why = rows.filter(has=page.page.locator(f"a[href*='{gone}']"))
        expect(why).to_contain_text(gone[:8])
        assert page.violations() == ""
        states = [hands.proposal(key)["state"] for key in (first, gone, other)]
        assert states == ["approved", "withdrawn", "approved"]
        assert hands.request(request)["request"]["promised"] == "12"

        press(page, "district.decided.again")
        card(page, refused).get_by_role("checkbox").press("Space")
        press(page, "district.proposals.reject")
        press(page, "common.next")
        expect(page.main.get_by_text(said("district.proposals.reasonMissing", page))).to_be_visible()
        choose(page, said("district.proposals.rejectReason", page), reason("need-not-shown", page))
        press(page, "common.next")
        press(page, "district.act.prepare")
        sign(page, refused[:8], reason("need-not-shown", page))
        expect(page.main).to_contain_text(said("district.decided.rejected", page))
        closing = hands.get(f"/v1/proposals/{refused}")
        assert (closing["proposal"]["state"], closing["closing"]["reason"]) == ("rejected", "need-not-shown")


def test_goods_that_leave_the_district_are_approved_with_consent(
    browser: Browser, server: Server, city: PlayedCity, way: Way, hands: Hands
) -> None:
    request = hands.ask("keeper-west", WEST_GOVERNMENT, GOWNS, 9)
    key = hands.propose("keeper-east", request, EAST_GOVERNMENT, GOWN_LOT.lot_id, 9)
    with at_work(browser, server, city, way, "approver") as page:
        go(page, "district")
        part(page, "proposals.title")
        expect(card(page, key)).to_contain_text(said("district.proposals.leaves", page))
        expect(card(page, key).get_by_role("checkbox")).to_have_count(0)
        card(page, key).get_by_role("link").click()
        page.loaded()
        press(page, "district.proposals.approveOne")
        press(page, "common.next")
        expect(page.main.get_by_text(said("district.proposals.deadlineMissing", page))).to_be_visible()
        fill_day(page, said("district.proposals.deadline", page), day(5))
        assert page.violations() == ""
        press(page, "common.next")
        press(page, "district.act.prepare")
        ends = (EAST_GOVERNMENT, WEST_GOVERNMENT)
        sign(page, *map(str, ends), *(named(page, each) for each in ends))
        expect(
            page.main.get_by_text(said("district.proposals.states.approved", page), exact=True)
        ).to_be_visible()
        assert page.violations() == ""
    assert hands.proposal(key)["state"] == "approved"

    # Whoever approved has signed the dispatch, too: it is recorded without waiting for anybody.
    with at_work(browser, server, city, way, "keeper") as page:
        go(page, "keeper")
        page.main.locator(f"a[href*='{key}']").click()
        page.loaded()
        agreed = said("keeper.forms.agreed", page, to=named(page, WEST_GOVERNMENT))
        expect(page.main).to_contain_text(agreed)
        expect(field(page, said("keeper.forms.approver", page))).to_have_count(0)
        assert page.violations() == ""
        assert page.overflow() == 0
        press(page, "keeper.forms.next")
        sign(page, str(EAST_GOVERNMENT), str(WEST_GOVERNMENT), "9")
        expect(page.main).to_contain_text(said("keeper.forms.recorded", page))
    assert hands.get(f"/v1/proposals/{key}")["consent"]["is_sent"]


def test_an_emergency_is_declared_on_a_decision_and_ended(
    browser: Browser, server: Server, city: PlayedCity, way: Way, hands: Hands, tmp_path: Path
) -> None:
    division = str(EMERGENCIES[way.name])
    alone = re.compile(rf"\b{division}\b")  # not those that lie below it
    decision = tmp_path / "decision.txt"
    decision.write_text(f"the river rises in {division}", encoding="utf-8")
    digest = f"0x{sha256(decision.read_bytes()).hexdigest()}"
    with at_work(browser, server, city, way, "authority") as page:
        go(page, "district")
        choose_division(page, division)
        part(page, "emergency.title")
        press(page, "district.emergency.declare")
        press(page, "common.next")
        for word in ("reasonMissing", "sourceMissing"):
            expect(page.main.get_by_text(said(f"district.emergency.{word}", page))).to_be_visible()
        assert page.violations() == ""
        fill_day(page, said("district.emergency.until", page), day(3))
        choose(page, said("district.emergency.reason", page), reason("natural-disaster", page))
        field(page, said("district.emergency.source", page)).set_input_files(decision)
        expect(page.main.get_by_text("decision.txt")).to_be_visible()
        press(page, "common.next")
        press(page, "district.act.prepare")
        sign(page, division, digest[2:10])
        declared = (
            page.main.locator("li.card")
            .filter(has_text=reason("natural-disaster", page))
            .filter(has_text=alone)
        )
        expect(declared).to_be_visible()
        assert page.violations() == ""
        found = spell(hands, division)
        assert (found["state"], found["reason"]) == ("in_force", "natural-disaster")

        declared.get_by_role("button", name=said("district.emergency.end", page)).click()
        press(page, "common.next")
        expect(page.main.get_by_text(said("district.emergency.reasonMissing", page))).to_be_visible()
        choose(page, said("district.emergency.endReason", page), reason("danger-past", page))
        press(page, "common.next")
        press(page, "district.act.prepare")
        sign(page, division, reason("danger-past", page))
        earlier = (
            page.main.get_by_role("row").filter(has_text=alone).filter(has_text=reason("danger-past", page))
        )
        expect(earlier).to_contain_text(said("district.emergency.states.ended", page))
        found = spell(hands, division)
        assert (found["state"], found["ended_reason"]) == ("ended", "danger-past")


def choose_division(page: Watched, division: str) -> None:
    """Go down to a division as one does: level by level."""
    for length in (4, 6, 9, 12):
        if length > len(division):
            return
        code = division[:length]
        box = field(page, said("district.place", page))
        choose(page, said("district.place", page), re.compile(rf"(^|\D){code}$"))
        expect(box).to_be_visible()
        page.loaded()


def spell(hands: Hands, division: str) -> dict[str, str]:
    """Return the emergency of a division, as the ledger has it."""
    emergencies = hands.get(f"/v1/norms/{division}")["emergencies"]
    [found] = [each for each in emergencies if each["division"] == division]
    return dict(found)


def test_gaps_and_stale_sites_have_the_figures_of_the_ledger(
    browser: Browser, server: Server, city: PlayedCity, way: Way, hands: Hands
) -> None:
    with at_work(browser, server, city, way, "street") as page:
        go(page, "district")
        part(page, "gaps.title")
        gaps = hands.get(f"/v1/norms/{EAST_STREET}/gaps")["gaps"]
        assert gaps
        table = page.main.get_by_role("table", name=said("district.gaps.caption", page), exact=True)
        for gap in gaps:
            row = (
                table.get_by_role("row")
                .filter(has_text=named(page, gap["site_name"]))
                .filter(has_text=named(page, gap["item_name"]))
            )
            for figure in ("floor", "usable", "missing"):
                expect(row).to_contain_text(amount(page, int(gap[figure]), gap["unit"]))
        part(page, "stale.title")
        stale = hands.get(f"/v1/norms/{EAST_STREET}/stale")["sites"]
        table = page.main.get_by_role("table", name=said("district.stale.caption", page))
        expect(table.locator("tbody").get_by_role("row")).to_have_count(len(stale))
        [late] = [each for each in stale if each["overdue_since"]]
        assert late["site"] == str(EAST_GOVERNMENT)
        row = table.get_by_role("row").filter(has_text=named(page, late["site_name"]))
        [category] = [each["category"] for each in late["counts"] if each["is_stale"]]
        expect(row).to_contain_text(category)
        items = hands.get("/v1/items", category=category)["items"]
        expect(row).to_contain_text(named(page, items[0]["name"]))
