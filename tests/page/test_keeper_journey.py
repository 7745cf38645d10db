"""A community keeper at work: on a phone, with a key file, in everyday words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from browsing.browser import WAYS, Watched, Way
from browsing.city import PlayedCity, Server
from browsing.people import KEYS, open_key
from browsing.words import said
from doing import (
    UNDO,
    amount,
    at_work,
    choose,
    field,
    fill_day,
    go,
    item_named,
    named,
    press,
    press_link,
    sign,
    written_day,
)
from hands import Hands, day, hands_of
from playwright.sync_api import Browser, Locator, expect

from ledger_client.demo.cast import (
    ALCOHOL,
    EAST_GOVERNMENT,
    GOWNS,
    MASK_LOT,
    MASKS,
    NORTH_ENTERPRISE,
    SITES,
    SOUND,
    SUPPLIERS,
)
from ledger_client.home import Home
from ledger_client.identifiers import ItemId, SiteId
from ledger_client.ledger import Ledger
from ledger_client.signers import KeystoreSigner
from ledger_client.trade_items import TradeItem, trade_item_record

OFTEN = ("zh-360",)

GTIN, IN_A_PACK = "06901234567892", 50

Desk = Callable[[str], Watched]


@pytest.fixture(scope="module")
def city(played: PlayedCity, tmp_path_factory: pytest.TempPathFactory) -> PlayedCity:
    """The city, in which somebody has said what a label stands for."""
    city = played.copy(tmp_path_factory.mktemp("city") / "home")
    with Ledger.open(Home(city.home.path)) as ledger:
        root = KeystoreSigner.open(city.key_file("root"), "")
        ledger.records.put(trade_item_record(TradeItem(GTIN, GOWNS, IN_A_PACK)), root)
    return city


@pytest.fixture(scope="module")
def desks(browser: Browser, server: Server, city: PlayedCity) -> Iterator[Callable[[Way, str], Watched]]:
    """Who has sat down stays there, as on a working day; each has a browser of their own."""
    with ExitStack() as taken:
        known: dict[tuple[str, str], Watched] = {}

        def desk(way: Way, who: str) -> Watched:
            if (way.name, who) not in known:
                known[way.name, who] = taken.enter_context(at_work(browser, server, city, way, who))
            return known[way.name, who]

        yield desk


@pytest.fixture
def desk(desks: Callable[[Way, str], Watched], way: Way) -> Iterator[Desk]:
    """Desks in one way; nothing may have gone wrong at any of them."""
    used: list[Watched] = []

    def at(who: str) -> Watched:
        used.append(desks(way, who))
        return used[-1]

    yield at
    for page in used:
        page.check()


@pytest.fixture(scope="module")
def hands(server: Server, city: PlayedCity) -> Iterator[Hands]:
    """The ledger, beside the browser."""
    with hands_of(server, city) as hands:
        yield hands


# -- what there is


def test_what_there_is_in_everyday_words(desk: Desk, way: Way) -> None:
    page = desk("keeper")
    go(page, "keeper")
    expect(page.main.get_by_role("heading", level=1)).to_have_text(named(page, EAST_GOVERNMENT))

    masks, alcohol = card(page, MASKS), card(page, ALCOHOL)
    expect(alcohol).to_contain_text(said("keeper.home.state.low", page))
    expect(alcohol).to_contain_text(said("keeper.home.floor", page, quantity=amount(page, 400, "XBO")))
    expect(alcohol).to_contain_text(said("keeper.home.expiring", page, quantity=amount(page, 240, "XBO")))
    expect(masks).to_contain_text(said("keeper.home.countOverdue", page))
    expect(masks.get_by_text(words_around("keeper.home.held", page))).to_be_visible()
    expect(page.main).to_contain_text(said("keeper.home.remind.count", page))

    details = masks.get_by_role("button", name=re.compile(re.escape(said("keeper.home.details", page))))
    details.focus()
    page.page.keyboard.press("Enter")
    expect(details).to_have_attribute("aria-expanded", "true")
    expect(masks.get_by_text(re.compile(re.escape(said("keeper.home.why", page))))).to_be_visible()
    page.loaded()
    assert page.violations() == ""
    assert page.overflow() == 0


def card(page: Watched, item: ItemId) -> Locator:
    """Return what is said of an item."""
    return page.main.locator("li.item").filter(
        has=page.page.get_by_role("heading", name=item_named(page, item))
    )


def words_around(key: str, page: Watched) -> re.Pattern[str]:
    """Return what finds a text, whatever stands for its parts."""
    parts = dict.fromkeys(("quantity", "day", "count", "name", "other", "time", "block"), "\x00")
    return re.compile(".+".join(re.escape(each) for each in said(key, page, **parts).split("\0")))


# -- goods go out


def test_goods_are_given_out_after_all_that_was_wrong(desk: Desk, hands: Hands, way: Way) -> None:
    page = desk("keeper")
    before = on_hand(hands, EAST_GOVERNMENT, ALCOHOL)
    open_form(page, "issue")
    sent = posts(page)

    press(page, "keeper.forms.next")
    expect(beside(page, "keeper.forms.consignee")).to_have_text(said("keeper.wrong.consigneeEmpty", page))
    choose(page, said("keeper.forms.consignee", page), consignee(page))
    choose(page, said("keeper.forms.addGoods", page), item_named(page, ALCOHOL))
    how_many = said("keeper.forms.quantity", page, unit=said("common.unit.XBO", page, count=2))
    for typed in ("1e3", "-1", "1.5", "1,000"):
        field(page, how_many).fill(typed)
        press(page, "keeper.forms.next")
        expect(field(page, how_many)).to_be_focused()
        expect(field(page, how_many)).to_have_attribute("aria-invalid", "true")
        expect(near(field(page, how_many))).to_have_text(said("keeper.wrong.quantityForm", page, typed=typed))
    field(page, how_many).fill("0")
    expect(near(field(page, how_many))).to_have_text(said("keeper.wrong.quantityZero", page))
    field(page, how_many).fill("99999")
    most = said("keeper.wrong.quantityMore", page, most=f"{before:,}")
    expect(near(field(page, how_many))).to_have_text(most)
    assert page.violations() == ""
    assert sent == []

    field(page, how_many).fill("１２")  # digits of a Chinese keyboard are understood
    expect(near(field(page, how_many))).to_have_count(0)
    field(page, said("keeper.forms.note", page)).fill("for the fever ward")
    press(page, "keeper.forms.next")
    stop_once(page)
    assert sent == ["/v1/drafts"]  # nothing but the preparation has left
    page.loaded()
    assert page.violations() == ""
    assert page.overflow() == 0

    press(page, "signing.goBack")
    expect(field(page, how_many)).to_have_value("１２")
    expect(field(page, said("keeper.forms.note", page))).to_have_value("for the fever ward")
    press(page, "keeper.forms.next")
    sign(page, "12", consignee(page), "for the fever ward", by_keyboard=True)
    expect(page.main).to_contain_text(said("keeper.forms.recorded", page))
    assert on_hand(hands, EAST_GOVERNMENT, ALCOHOL) == before - 12


def open_form(page: Watched, action: str) -> None:
    """Open a form of the keeper as a thumb does: from the bar of the first page."""
    go(page, "keeper")
    bar = page.main.get_by_role("navigation", name=said("keeper.home.actions", page))
    link = bar.get_by_role("link", name=said(f"keeper.home.action.{action}", page), exact=True)
    if not link.is_visible():
        press(page, "keeper.home.more")
    link.click()
    page.loaded()


def consignee(page: Watched) -> str:
    """Return the name of the health station."""
    return "样例东城卫生服务站" if page.way.language == "zh" else "Sample East health station"


def posts(page: Watched) -> list[str]:
    """Return a list in which the path of everything appears that is sent from now on."""
    found: list[str] = []
    page.page.on(
        "request",
        lambda asked: found.append(asked.url.removeprefix(page.address)) if asked.method != "GET" else None,
    )
    return found


def near(input_: Locator) -> Locator:
    """Return what is wrong with a field, as it is tied to it."""
    return input_.locator("xpath=ancestor::*[contains(concat(' ', @class, ' '), ' field ')][1]").locator(
        ".field-problem"
    )


def beside(page: Watched, key: str) -> Locator:
    """Return what is wrong with the field of a label."""
    return near(field(page, said(key, page)))


def stop_once(page: Watched) -> None:
    """Decide to sign, and stop it while it can be."""
    press(page, "signing.signAndSend")
    press(page, "signing.stop")
    expect(page.main).to_contain_text(said("signing.stopped", page))


def on_hand(hands: Hands, site: int, item: int, *, free: bool = True) -> int:
    """Return what a site holds of an item that may be used."""
    held: list[dict[str, Any]] = hands.get(f"/v1/stock/on-hand/{site}", limit=200)["holdings"]
    today = day(0)
    return sum(
        int(each["quantity"])
        for each in held
        if each["item"] == str(item)
        and (not free or (each["is_free"] and (each["use_until"] or "9") >= today))
    )


# -- goods come in


def test_a_label_fills_the_form_of_a_delivery(desk: Desk, hands: Hands, way: Way) -> None:
    page = desk("keeper")
    before = on_hand(hands, EAST_GOVERNMENT, GOWNS, free=False), on_hand(hands, EAST_GOVERNMENT, GOWNS)
    open_form(page, "receive")
    label = field(page, said("keeper.forms.scan", page))
    page.refusals.add(422)
    label.fill("(01)06901234567893")
    label.press("Enter")
    expect(near(label)).to_contain_text("(01)06901234567893")
    label.fill(f"(01){GTIN}(11)260801(17)280531(10){way.name}")
    label.press("Enter")  # as a scanner ends
    found = said("keeper.forms.scanFound", page, item=item_named(page, GOWNS))
    expect(page.main.get_by_text(found)).to_be_visible()
    expect(beside(page, "keeper.forms.scan")).to_have_count(0)
    expect(field(page, said("keeper.forms.batch", page))).to_have_value(way.name)
    expect(field(page, said("keeper.forms.made", page))).to_have_value(written_day(page, "2026-08-01"))
    expect(field(page, said("keeper.forms.expires", page))).to_have_value(written_day(page, "2028-05-31"))
    quantity = field(page, said("keeper.forms.quantity", page, unit=said("common.unit.H87", page, count=2)))
    expect(quantity).to_have_value(str(IN_A_PACK))

    choose(page, said("keeper.forms.supplier", page), supplier(page))
    expect(page.main.get_by_text(said("keeper.forms.supplierNoneHint", page))).to_be_visible()
    field(page, said("keeper.forms.rejected", page)).fill("60")
    press(page, "keeper.forms.next")
    expect(beside(page, "keeper.forms.rejectedReason")).to_have_text(said("keeper.wrong.reasonEmpty", page))
    field(page, said("keeper.forms.rejected", page)).fill("2")
    quantity.fill("48")
    choose(page, said("keeper.forms.rejectedReason", page), said("keeper.reasons.damaged", page))
    assert page.violations() == ""
    assert page.overflow() == 0
    press(page, "keeper.forms.next")
    sign(page, "48", "2")
    expect(page.main).to_contain_text(said("keeper.forms.recorded", page))
    # Nobody signed for the supplier: it lies there, and must not be given out.
    after = on_hand(hands, EAST_GOVERNMENT, GOWNS, free=False), on_hand(hands, EAST_GOVERNMENT, GOWNS)
    assert (after[0] - before[0], after[1] - before[1]) == (48, 0)


def supplier(page: Watched) -> str:
    """Return the name of the sound supplier."""
    return SUPPLIERS[SOUND][0 if page.way.language == "zh" else 1]


# -- others sign


def test_a_neighbour_takes_goods_over(desk: Desk, hands: Hands, city: PlayedCity, way: Way) -> None:
    page, neighbour = desk("keeper"), desk("neighbour")
    before = on_hand(hands, EAST_GOVERNMENT, ALCOHOL), on_hand(hands, NORTH_ENTERPRISE, ALCOHOL)
    open_form(page, "handOver")
    choose(page, said("keeper.forms.to", page), named(page, NORTH_ENTERPRISE))
    choose(page, said("keeper.forms.addGoods", page), item_named(page, ALCOHOL))
    field(page, said("keeper.forms.quantity", page, unit=said("common.unit.XBO", page, count=2))).fill("7")
    press(page, "keeper.forms.next")
    expect(beside(page, "keeper.forms.receiver")).to_have_text(said("keeper.wrong.personEmpty", page))
    choose(page, said("keeper.forms.receiver", page), person(hands, "keeper-north"))
    press(page, "keeper.forms.next")
    press_waits(page)

    key = signs_in_inbox(neighbour, ALCOHOL, EAST_GOVERNMENT, NORTH_ENTERPRISE, 7)
    assert on_hand(hands, NORTH_ENTERPRISE, ALCOHOL) == before[1]  # a consent records nothing
    sends_from_inbox(page, key, ALCOHOL)
    after = on_hand(hands, EAST_GOVERNMENT, ALCOHOL), on_hand(hands, NORTH_ENTERPRISE, ALCOHOL)
    assert (before[0] - after[0], after[1] - before[1]) == (7, 7)


def person(hands: Hands, name: str) -> re.Pattern[str]:
    """Return what finds a key of the city where somebody is chosen: its first and last digits."""
    address = hands.signer(name).address
    return re.compile(f"{address[2:6].upper()}…{address[-4:].upper()}")


def press_waits(page: Watched) -> None:
    """Read in the panel whom it waits for, and leave it there."""
    expect(page.main.get_by_text(said("signing.waits", page))).to_be_visible()
    page.loaded()
    assert page.violations() == ""
    assert page.overflow() == 0
    press(page, "signing.done")
    expect(page.main).to_contain_text(said("keeper.forms.waiting", page))


def inbox_card(page: Watched, item: ItemId) -> Locator:
    """Return what waits in the inbox and is about an item, the newest."""
    go(page, "inbox")
    return page.main.locator(".drafts > li").filter(has_text=item_named(page, item)).first


def signs_in_inbox(page: Watched, item: ItemId, *words: object) -> str:
    """Let somebody find it in their inbox, read it, and consent; return what the inbox says of it."""
    found = inbox_card(page, item)
    expect(found).to_be_visible()
    for word in words:
        expect(found).to_contain_text(named(page, SiteId(word)) if word in SITES else str(word))
    assert page.violations() == ""
    sentence = found.get_by_role("heading").inner_text()
    found.get_by_role("button", name=said("keeper.asking.look", page), exact=True).click()
    for word in words:
        expect(page.main.locator(".reading")).to_contain_text(str(word))
    expect(page.main.get_by_text(said("signing.decoded", page))).to_be_visible()
    page.loaded()
    assert page.violations() == ""
    assert page.overflow() == 0
    press(page, "signing.sign")
    expect(page.main.get_by_role("button", name=said("signing.stop", page), exact=True)).to_be_focused()
    page.page.clock.fast_forward(UNDO)
    expect(page.main).to_contain_text(said("signing.consented", page))
    press(page, "signing.done")
    return sentence


def sends_from_inbox(page: Watched, sentence: str, item: ItemId) -> None:
    """Let the one who began it send it, now that everybody has signed."""
    found = inbox_card(page, item)
    expect(found.get_by_role("heading")).to_have_text(sentence)
    found.get_by_role("button", name=said("keeper.asking.look", page), exact=True).click()
    sign(page)
    page.loaded()
    expect(page.main.locator(".drafts > li").filter(has_text=item_named(page, item))).to_have_count(0)


def test_two_keepers_count_what_is_there(desk: Desk, hands: Hands, way: Way) -> None:
    page, second = desk("keeper"), desk("planner")
    before = on_hand(hands, EAST_GOVERNMENT, MASKS)
    open_form(page, "count")
    press(page, "keeper.forms.next")
    expect(page.main.get_by_text(said("keeper.wrong.countEmpty", page))).to_be_visible()
    counted = field(page, said("keeper.forms.counted", page, code=f"{MASK_LOT.lot_id:040x}"[:8]))
    counted.fill(str(before - 1))
    less = said("keeper.forms.lessBy", page, quantity=amount(page, 1, "XBX"))
    expect(page.main.get_by_text(less, exact=True)).to_be_visible()
    press(page, "keeper.forms.next")
    expect(beside(page, "keeper.forms.differenceReason")).to_have_text(said("keeper.wrong.reasonEmpty", page))
    expect(beside(page, "keeper.forms.second")).to_have_text(said("keeper.wrong.personEmpty", page))
    choose(page, said("keeper.forms.differenceReason", page), said("keeper.reasons.unexplained", page))
    choose(page, said("keeper.forms.second", page), person(hands, "second-keeper"))
    page.loaded()
    assert page.violations() == ""
    assert page.overflow() == 0
    press(page, "keeper.forms.next")
    press_waits(page)
    sends_from_inbox(page, signs_in_inbox(second, MASKS, EAST_GOVERNMENT), MASKS)
    assert on_hand(hands, EAST_GOVERNMENT, MASKS) == before - 1


def test_goods_are_written_off_with_an_approver(desk: Desk, hands: Hands, way: Way) -> None:
    page, approver = desk("keeper"), desk("district approver")
    before = on_hand(hands, EAST_GOVERNMENT, ALCOHOL)
    open_form(page, "writeOff")
    choose(page, said("keeper.forms.addGoods", page), re.compile(re.escape(item_named(page, ALCOHOL))))
    quantity = field(page, said("keeper.forms.quantity", page, unit=said("common.unit.XBO", page, count=2)))
    quantity.fill(str(before + 10_000))
    press(page, "keeper.forms.next")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(beside(page, "keeper.forms.approver")).to_have_text(said("keeper.wrong.personEmpty", page))
    quantity.fill("1")
    choose(page, said("keeper.forms.reason", page), said("keeper.reasons.damaged", page))
    choose(page, said("keeper.forms.approver", page), person(hands, "approver-east"))
    assert page.violations() == ""
    assert page.overflow() == 0
    press(page, "keeper.forms.next")
    press_waits(page)
    everything = on_hand(hands, EAST_GOVERNMENT, ALCOHOL, free=False)
    sends_from_inbox(page, signs_in_inbox(approver, ALCOHOL, EAST_GOVERNMENT), ALCOHOL)
    assert on_hand(hands, EAST_GOVERNMENT, ALCOHOL, free=False) == everything - 1


# -- goods travel


def test_goods_travel_and_some_are_sent_back(desk: Desk, hands: Hands, way: Way) -> None:
    page, neighbour = desk("keeper"), desk("neighbour")
    before = on_hand(hands, EAST_GOVERNMENT, ALCOHOL), on_hand(hands, NORTH_ENTERPRISE, ALCOHOL)
    open_form(page, "dispatch")
    sent = posts(page)
    choose(page, said("keeper.forms.to", page), named(page, NORTH_ENTERPRISE))
    choose(page, said("keeper.forms.addGoods", page), item_named(page, ALCOHOL))
    field(page, said("keeper.forms.quantity", page, unit=said("common.unit.XBO", page, count=2))).fill("5")
    fill_day(page, said("keeper.forms.deadline", page), day(-1))
    press(page, "keeper.forms.next")
    expect(beside(page, "keeper.forms.deadline")).to_have_text(said("keeper.wrong.dayOver", page))
    assert sent == []
    fill_day(page, said("keeper.forms.deadline", page), day(3))
    assert page.violations() == ""
    press(page, "keeper.forms.next")
    sign(page, str(EAST_GOVERNMENT), str(NORTH_ENTERPRISE), "5")
    expect(page.main).to_contain_text(said("keeper.forms.recorded", page))

    go(neighbour, "keeper")
    arriving = said("keeper.home.remind.arriving", neighbour, other=named(neighbour, EAST_GOVERNMENT))
    waiting = neighbour.main.get_by_role("link").filter(has_text=arriving)
    waiting.filter(has_text=item_named(neighbour, ALCOHOL)).click()
    neighbour.loaded()
    problem = f"{said('keeper.forms.problem', neighbour)}: {item_named(neighbour, ALCOHOL)}"
    neighbour.main.get_by_role("button", name=problem).click()
    field(neighbour, said("keeper.forms.missing", neighbour)).fill("4")
    field(neighbour, said("keeper.forms.returning", neighbour)).fill("2")
    press(neighbour, "keeper.forms.next")
    more = said("keeper.wrong.exceptionsMore", neighbour, most="5")
    expect(neighbour.main.get_by_text(more).first).to_be_visible()
    field(neighbour, said("keeper.forms.missing", neighbour)).fill("1")
    choose(
        neighbour,
        said("keeper.forms.missingReason", neighbour),
        said("keeper.reasons.short-delivered", neighbour),
    )
    choose(
        neighbour, said("keeper.forms.returningReason", neighbour), said("keeper.reasons.damaged", neighbour)
    )
    taken = {"taken": amount(neighbour, 2, "XBO"), "sent": amount(neighbour, 5, "XBO")}
    expect(neighbour.main).to_contain_text(said("keeper.forms.taken", neighbour, **taken))
    assert neighbour.violations() == ""
    assert neighbour.overflow() == 0
    press(neighbour, "keeper.forms.next")
    sign(neighbour, str(NORTH_ENTERPRISE), by_keyboard=True)
    expect(neighbour.main).to_contain_text(said("keeper.forms.recorded", neighbour))
    after = on_hand(hands, EAST_GOVERNMENT, ALCOHOL), on_hand(hands, NORTH_ENTERPRISE, ALCOHOL)
    assert (before[0] - after[0], after[1] - before[1]) == (5, 2)

    go(page, "keeper")
    back = said("keeper.home.remind.back", page, other=named(page, NORTH_ENTERPRISE))
    expect(page.main.get_by_role("link").filter(has_text=back).first).to_be_visible()


# -- what is typed stays


_KEPT = """async () => {
  const database = await new Promise((found, failed) => {
    const opened = indexedDB.open('shecang-forms')
    opened.onsuccess = () => found(opened.result)
    opened.onerror = failed
  })
  const rows = await new Promise(found => {
    const asked = database.transaction('forms').objectStore('forms').getAll()
    asked.onsuccess = () => found(asked.result)
  })
  database.close()
  return rows
}"""


def test_what_is_typed_outlives_a_reload_and_a_lost_connection(
    browser: Browser, server: Server, city: PlayedCity, hands: Hands, way: Way
) -> None:
    with at_work(browser, server, city, way, "keeper") as page:
        before = on_hand(hands, EAST_GOVERNMENT, ALCOHOL)
        open_form(page, "issue")
        choose(page, said("keeper.forms.consignee", page), consignee(page))
        choose(page, said("keeper.forms.addGoods", page), item_named(page, ALCOHOL))
        how_many = said("keeper.forms.quantity", page, unit=said("common.unit.XBO", page, count=2))
        field(page, how_many).fill("3")
        field(page, said("keeper.forms.note", page)).fill("王小明 took them")

        page.page.reload()
        page.loaded()
        expect(page.main.get_by_text(words_around("keeper.forms.restored", page))).to_be_visible()
        expect(field(page, how_many)).to_have_value("3")
        expect(page.main.get_by_text(consignee(page), exact=True)).to_be_visible()
        expect(field(page, said("keeper.forms.note", page))).to_have_value("")
        assert page.violations() == ""
        field(page, said("keeper.forms.note", page)).fill("王小明 took them")

        page.is_offline = True
        page.page.context.set_offline(True)
        press(page, "keeper.forms.next")
        expect(page.main.get_by_role("alert")).to_have_text(said("keeper.forms.offline", page))
        expect(page.page.get_by_text(said("common.offline", page))).to_be_visible()
        assert page.violations() == ""
        expect(field(page, how_many)).to_have_value("3")
        page.page.context.set_offline(False)
        expect(page.page.get_by_text(said("common.offline", page))).to_have_count(0)
        press(page, "keeper.forms.next")
        open_key(page, city, KEYS["keeper"])  # a reload has closed it
        expect(page.main.locator(".reading")).to_contain_text("王小明 took them")

        rows = page.page.evaluate(_KEPT)
        kept = json.dumps(rows, ensure_ascii=False)
        assert len(rows) == 1
        for name in (
            "王小明",
            "took",
            consignee(page),
            item_named(page, ALCOHOL),
            named(page, EAST_GOVERNMENT),
        ):
            assert name not in kept
        sign(page, "3")
        expect(page.main).to_contain_text(said("keeper.forms.recorded", page))
        assert page.page.evaluate(_KEPT) == []
        assert on_hand(hands, EAST_GOVERNMENT, ALCOHOL) == before - 3


# -- what is asked for


def test_goods_are_asked_for_followed_and_withdrawn(desk: Desk, hands: Hands, way: Way) -> None:
    page = desk("keeper")
    quantity = 31 + list(WAYS).index(way.name)
    go(page, "keeper")
    ask_for = f"{said('keeper.home.action.ask', page)}: {item_named(page, ALCOHOL)}"
    page.main.get_by_role("link", name=ask_for).click()  # what is low can be asked for where that is said
    page.loaded()
    field(page, said("keeper.forms.quantity", page, unit=said("common.unit.XBO", page, count=2))).fill(
        str(quantity)
    )
    fill_day(page, said("keeper.asking.neededBy", page), day(-1))
    press(page, "keeper.asking.next")
    expect(beside(page, "keeper.asking.neededBy")).to_have_text(said("keeper.wrong.dayOver", page))
    expect(beside(page, "keeper.asking.reason")).to_have_text(said("keeper.wrong.reasonEmpty", page))
    fill_day(page, said("keeper.asking.neededBy", page), day(9))
    choose(page, said("keeper.asking.urgency", page), said("keeper.asking.urgencies.urgent", page))
    choose(page, said("keeper.asking.reason", page), said("keeper.reasons.below-floor", page))
    assert page.violations() == ""
    assert page.overflow() == 0
    press(page, "keeper.asking.next")
    sign(page, str(quantity), str(EAST_GOVERNMENT))
    expect(page.main).to_contain_text(said("keeper.asking.recorded", page))
    rows = hands.get("/v1/requests", place=str(EAST_GOVERNMENT), state="open")["requests"]
    [key] = [row["key"] for row in rows if row["quantity"] == str(quantity)]

    press_link(page, "keeper.home.action.requests")
    asked = page.page.locator(f"[id='{key}']")
    asked.get_by_role("button", name=said("keeper.asking.progress", page)).click()
    steps = asked.get_by_role("list", name=said("keeper.asking.progress", page))
    expect(steps.locator("[aria-current=step]")).to_contain_text(said("keeper.asking.steps.found", page))
    page.loaded()
    assert page.violations() == ""
    assert page.overflow() == 0

    asked.get_by_role("button", name=said("keeper.asking.withdraw", page), exact=True).click()
    page.loaded()  # who may sign
    asked.get_by_role("button", name=said("keeper.forms.next", page), exact=True).click()
    expect(asked.get_by_text(said("keeper.wrong.reasonEmpty", page))).to_be_visible()
    choose(page, said("keeper.asking.withdrawReason", page), said("keeper.reasons.supplied-otherwise", page))
    asked.get_by_role("button", name=said("keeper.forms.next", page), exact=True).click()
    sign(page)
    page.loaded()
    page.main.get_by_text(said("keeper.asking.all", page), exact=True).click()
    expect(asked).to_contain_text(said("keeper.asking.state.withdrawn", page))
    assert hands.request(key)["request"]["state"] == "withdrawn"
