"""A server that prepares something else than was asked for is refused, before anything is signed.

The browser gets an answer of which a member was altered on its way; what the page says names it, in the
language that it is looked at in, and nothing is signed or handed in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server
from browsing.people import KEYS, open_key, settle_in, sign_in, trust
from browsing.words import said
from doing import choose, fill_day
from playwright.sync_api import Browser, Locator, Request, Route, expect

from ledger_client.demo.cast import EAST_GOVERNMENT, GOWNS, ITEMS, MASKS, NORTH_ENTERPRISE, SITES
from ledger_client.documents import CHINA_OFFSET

OFTEN = ("en-1280",)

# JSON of the API, of which any member is altered.
Answer = dict[str, Any]

STRANGER = "0x00000000000000000000000000000000DeaDBeef"
OTHER_32 = f"0x{'ab' * 32}"
NOTE = "给北门，共两样"
ANY = "\0"
PARTS = (
    "draft",
    "act",
    "field",
    "came",
    "asked",
    "expected",
    "line",
    "where",
    "until",
    "part",
    "address",
    "digest",
)
HANDED_IN = re.compile(r"/v1/(transactions|acts/number|drafts/[0-9a-f]+/(number|consents))$")


@dataclass(frozen=True, slots=True)
class Alteration:
    """What happens to an answer on its way.

    Attributes:
        name: Of the test.
        change: Alters the answer.
        code: Of the sentence in which the page refuses it.
        field: Of the member that the sentence names; none where the sentence is about one member alone.
        where: Of the member of an answer that is in no form at all.
    """

    name: str
    change: Callable[[Answer], object]
    code: str
    field: str | None = None
    where: str | None = None

    @classmethod
    def unread(cls, where: str) -> Alteration:
        """Return one after which a draft is none."""
        return cls(where, lambda _: None, "signingDrafts.unread", where=where)

    def sentence(self, page: Watched) -> re.Pattern[str]:
        """What the page must say: the words of the language, with any values but the field."""
        any_part = dict.fromkeys(PARTS, ANY)
        if self.field is not None:
            area = self.code.split(".")[0]
            any_part["field"] = said(f"{area}.fields.{self.field}", page)
        if self.where is not None:
            any_part["where"] = self.where
        text = said(self.code, page, **any_part).replace("@:", "")
        return re.compile(".+".join(re.escape(part) for part in text.split(ANY)))


def put(path: str, value: object) -> Callable[[Answer], None]:
    """Write another value."""

    def change(answer: Answer) -> None:
        *holders, last = path.split(".")
        for each in holders:
            answer = answer[each]
        assert last not in answer or answer[last] != value
        answer[last] = value

    return change


def leave_out(path: str) -> Callable[[Answer], None]:
    """Leave a member out."""

    def change(answer: Answer) -> None:
        *holders, last = path.split(".")
        for each in holders:
            answer = answer[each]
        del answer[last]

    return change


def lines(change: Callable[[list[int]], list[int]]) -> Callable[[Answer], None]:
    """Alter the words of a draft's lines: lot (160 bits), reason (16), quantity (63)."""

    def altered(answer: Answer) -> None:
        document = answer["draft"]["document"]
        digits = document["lines"][2:]
        words = [int(digits[at : at + 64], 16) for at in range(0, len(digits), 64)]
        assert len(words) == 2
        document["lines"] = "0x" + "".join(f"{word:064x}" for word in change(words))

    return altered


QUANTITY = (1 << 63) - 1


def exchanged(words: list[int]) -> list[int]:
    """Each lot with the quantity of the other."""
    one, other = words
    assert one & QUANTITY != other & QUANTITY
    return [one & ~QUANTITY | other & QUANTITY, other & ~QUANTITY | one & QUANTITY]


def drafted(
    name: str, path: str, value: object, field: str | None, code: str = "differs", where: str | None = None
) -> Alteration:
    return Alteration(name, put(path, value), f"signingDrafts.{code}", field, where)


DRAFTS = (
    drafted("another chain", "draft.chain_id", 1, "chain", "ledgerDiffers"),
    drafted("another genesis block", "draft.genesis", OTHER_32, "genesis", "ledgerDiffers"),
    drafted("another ledger", "draft.ledger", STRANGER, "ledger", "ledgerDiffers"),
    drafted("another kind", "draft.kind", "dispatch", "kind"),
    drafted("another site", "draft.document.from", f"{int(NORTH_ENTERPRISE):#x}", "site"),
    drafted("another receiving site", "draft.document.to", f"{int(EAST_GOVERNMENT):#x}", "receivingSite"),
    Alteration(
        "another lot", lines(lambda two: [two[0], two[1] + (1 << 96)]), "signingDrafts.lineDiffers", "lot"
    ),
    Alteration("more", lines(lambda two: [two[0], two[1] + 1]), "signingDrafts.lineDiffers", "quantity"),
    Alteration("quantities exchanged", lines(exchanged), "signingDrafts.lineDiffers", "quantity"),
    Alteration("a line less", lines(lambda two: two[:1]), "signingDrafts.lineDiffers", "lot"),
    Alteration("a line more", lines(lambda two: [*two, two[1] + (1 << 96)]), "signingDrafts.differs", "line"),
    Alteration(
        "a line with a reason",
        lines(lambda two: [two[0] | 40 << 80, two[1]]),
        "signingDrafts.lineDiffers",
        "reason",
    ),
    Alteration(
        "bits without a meaning",
        lines(lambda two: [two[0] | 1 << 64, two[1]]),
        "signingDrafts.unread",
        where="document.lines",
    ),
    drafted("a reason", "draft.document.reason", 40, "reason"),
    drafted("a reference", "draft.document.reference", f"0x1{'0' * 61}7", "reference"),
    drafted("a qualification", "draft.document.qualification", "0x7", "qualification"),
    drafted("a deadline", "draft.document.deadline", 1_900_000_000, "deadline"),
    drafted("another time", "draft.document.occurred_at", 1_700_000_000, "time"),
    drafted("a moment for a day", "draft.document.day_only", False, "time"),
    drafted("another client's id", "draft.document.client_id", OTHER_32, "clientId"),
    drafted("another note's digest", "draft.body", OTHER_32, "note"),
    drafted("no note's digest", "draft.body", f"0x{'00' * 32}", "note"),
    drafted("another salt", "body.salt", "ab" * 16, "note"),
    drafted("another note", "body.content", {"note": "x"}, None, "noteDiffers"),
    drafted("a note that is withheld", "body", None, None, "noteUnproved"),
    drafted("another sender", "draft.sender.address", STRANGER, "sender"),
    drafted("the sender's grant elsewhere", "draft.sender.division", 42, "senderDivision"),
    drafted("another receiver", "draft.other.address", STRANGER, "other"),
    drafted("the receiver's grant elsewhere", "draft.other.division", 42, "otherDivision"),
    drafted("no receiver", "draft.other", None, "other"),
    drafted("an approver", "draft.approver", {"address": STRANGER, "division": 4201}, "approver"),
    drafted("consents that count for years", "draft.valid_until", 1_900_000_000, None, "tooFar"),
    drafted("consents that count no more", "draft.valid_until", 1_700_000_000, None, "over"),
    drafted("a consent that nobody gave", "draft.consents.other", f"0x{'11' * 64}", None, "consentWrong"),
    drafted(
        "a consent of nobody",
        "draft.consents.approver",
        f"0x{'11' * 64}",
        None,
        "unread",
        "consents.approver",
    ),
    drafted(
        "goods on their way",
        "draft.consignment",
        {"state": 1, "signers": [], "lines": "0x"},
        None,
        "unread",
        "consignment",
    ),
    drafted("another form", "draft.form", "shecang draft 2", None, "unread", "form"),
    drafted("a member more", "draft.gas", 1, None, "unread", "object"),
    Alteration("a member less", leave_out("draft.lots"), "signingDrafts.unread", where="lots"),
)


def acted(
    name: str, path: str, value: object, field: str | None, code: str = "differs", where: str | None = None
) -> Alteration:
    return Alteration(name, put(path, value), f"signingActs.{code}", field, where)


_ASKING = "act.arguments.asking"
ACTS = (
    acted("another chain", "act.chain_id", 1, "chain", "ledgerDiffers"),
    acted("another genesis block", "act.genesis", OTHER_32, "genesis", "ledgerDiffers"),
    acted("another ledger", "act.ledger", STRANGER, "ledger", "ledgerDiffers"),
    acted("another address of the contract", "act.address", STRANGER, "contract", "ledgerDiffers"),
    acted("a contract without that function", "act.contract", "Norms", None, "unread", "function"),
    acted("a function that nobody knows", "act.function", "selfDestruct", None, "unread", "function"),
    acted("a function with other arguments", "act.function", "reject", None, "unread"),
    acted("another client's id", f"{_ASKING}.clientId", OTHER_32, "clientId"),
    acted("another site", f"{_ASKING}.site", str(int(NORTH_ENTERPRISE)), "site"),
    acted("another item", f"{_ASKING}.item", "299010110009", "item"),
    acted("more", f"{_ASKING}.quantity", "12000", "quantity"),
    acted("another day", f"{_ASKING}.neededBy", "1900000000", "neededBy"),
    acted("more urgent", f"{_ASKING}.urgency", 3, "urgency"),
    acted("another reason", f"{_ASKING}.reason", 62, "reason"),
    acted("for a consignee", f"{_ASKING}.consignee", "0x7", "consignee"),
    acted("another note's digest", f"{_ASKING}.body", OTHER_32, None, "recordDiffers"),
    acted("an argument more", f"{_ASKING}.body2", OTHER_32, None, "unread", "arguments.asking"),
    acted("a number written in another way", f"{_ASKING}.quantity", "0x10", None, "unread"),
    acted("the signer's grant elsewhere", "act.arguments.keeperDivision", "420106", "by"),
    acted("another signer", "act.sender", STRANGER, "signer"),
    acted("more gas", "act.gas", 29_000_000, "gas"),
    acted("another salt", "act.record.salt", f"0x{'ab' * 16}", None, "recordDiffers"),
    acted("another note", "act.record.body", {"note": "x"}, None, "recordDiffers"),
    acted("a name", "act.record.zh", "东城", None, "recordDiffers"),
    acted("a note that is withheld", "act.record", None, None, "recordDiffers"),
    acted("a signature of the note", "act.record.signature", f"0x{'11' * 64}", "signature"),
    acted("another form", "act.form", "shecang act 2", None, "unread", "form"),
    Alteration("a member less", leave_out("act.id"), "signingActs.unread", where="act.id"),
)


class Tampering:
    """A page whose answers to one request are altered.

    Attributes:
        page: Of the keeper, whose key is open.
        handed_in: What was asked for by which something is signed or recorded.
    """

    def __init__(self, page: Watched, city: PlayedCity, path: str) -> None:
        self.page = page
        self.handed_in: list[str] = []
        self._city = city
        self._change: Callable[[Answer], object] | None = None
        page.page.on("request", self._on_request)
        page.page.route(f"**{path}", self._on_prepared)

    def _on_request(self, request: Request) -> None:
        if request.method == "POST" and HANDED_IN.search(request.url):
            self.handed_in.append(request.url)

    def _on_prepared(self, route: Route) -> None:
        if route.request.method != "POST" or self._change is None:
            route.continue_()
            return
        response = route.fetch()
        answer = response.json()
        self._change(answer)
        route.fulfill(response=response, body=json.dumps(answer))

    @property
    def panel(self) -> Locator:
        return self.page.page.locator(".signing-panel")

    def prepare(self, button: str) -> None:
        """Send the form, unaltered, and open the key where it is asked for."""
        self._change = None
        self._press(button)
        expect(self.panel).to_have_attribute("data-phase", re.compile("key|ready"))
        if self.panel.get_attribute("data-phase") == "key":
            open_key(self.page, self._city, KEYS["keeper"])
        expect(self.panel).to_have_attribute("data-phase", "ready")

    def refused(self, alteration: Alteration, button: str) -> Iterator[str]:
        """Send the form, altered on the way back; yield what is wrong with how the page takes that."""
        self._change = alteration.change
        self._press(button)
        expect(self.panel).to_have_attribute("data-phase", re.compile("wrong|ready"))
        if self.panel.get_attribute("data-phase") != "wrong":
            yield f"{alteration.name}: it is shown for signing"
            return
        told = self.panel.get_by_role("alert").inner_text()
        if not alteration.sentence(self.page).search(told):
            yield f"{alteration.name}: {told!r} is not {alteration.sentence(self.page).pattern}"
        if self.panel.locator(".sign-button, .reading").count():
            yield f"{alteration.name}: it can be read or signed"

    def back(self) -> None:
        """Go back to the form."""
        self.panel.get_by_role("button", name=self.said("signing.goBack")).click()

    def said(self, key: str) -> str:
        """A word of the page."""
        return said(key, self.page)

    def _press(self, button: str) -> None:
        self.page.main.get_by_role("button", name=button, exact=True).click()


@contextmanager
def keeper(browser: Browser, server: Server, city: PlayedCity, way: Way) -> Iterator[Watched]:
    """A page of the keeper of the east, at its store, with the trust file."""
    with open_page(browser, server.address, way) as page:
        settle_in(page, city, "keeper")
        page.visit("/keys")
        trust(page, city)
        yield page


def test_a_document_that_was_altered_is_refused(
    browser: Browser, server: Server, city: PlayedCity, way: Way
) -> None:
    assert len(DRAFTS) >= 24
    with keeper(browser, server, city, way) as page:
        tampering = Tampering(page, city, "/v1/drafts")
        page.visit("/keeper/hand-over")
        fill_in_hand_over(page)
        button = tampering.said("keeper.forms.next")
        tampering.prepare(button)
        assert page.violations() == ""
        tampering.back()

        wrong = all_wrong(tampering, DRAFTS, button)

        assert not wrong, "\n".join(wrong)
        assert tampering.handed_in == []
        expect(page.main.get_by_label(tampering.said("keeper.forms.note"))).to_have_value(NOTE)
        # And so it was not refused for something else.
        tampering.prepare(button)


def test_an_act_that_was_altered_is_refused(
    browser: Browser, server: Server, city: PlayedCity, way: Way
) -> None:
    assert len(ACTS) >= 24
    with keeper(browser, server, city, way) as page:
        tampering = Tampering(page, city, "/v1/acts")
        page.refusals.add(404)  # nobody has a name for the item that was put in
        page.visit("/keeper/ask")
        fill_in_request(page)
        button = tampering.said("keeper.asking.next")
        tampering.prepare(button)
        tampering.back()

        wrong = all_wrong(tampering, ACTS, button)

        assert not wrong, "\n".join(wrong)
        assert tampering.handed_in == []
        tampering.prepare(button)


def all_wrong(tampering: Tampering, alterations: tuple[Alteration, ...], button: str) -> list[str]:
    wrong = []
    for at, alteration in enumerate(alterations):
        wrong += list(tampering.refused(alteration, button))
        if at == 0:
            wrong += [each for each in [tampering.page.violations()] if each]
        tampering.back()
    return wrong


def named(page: Watched, names: Sequence[object]) -> str:
    """The Chinese or English name."""
    return str(names[page.way.language == "en"])


def fill_in_hand_over(page: Watched) -> None:
    """So many masks and gowns for the north, today."""
    choose(page, said("keeper.forms.to", page), re.compile(named(page, SITES[NORTH_ENTERPRISE])))
    for item, count in ((MASKS, "3"), (GOWNS, "2")):
        adding = page.main.get_by_label(said("keeper.forms.addGoods", page))
        adding.select_option(str(int(item)))
        page.main.locator(".goods .card").last.get_by_role("textbox").fill(count)
    receiver = page.main.get_by_label(said("keeper.forms.receiver", page))
    receiver.select_option(index=1)
    fill_day(page, said("keeper.forms.day", page), today())
    page.main.get_by_label(said("keeper.forms.note", page)).fill(NOTE)


def fill_in_request(page: Watched) -> None:
    """So many masks, in ten days."""
    choose(
        page,
        said("keeper.asking.item", page),
        re.compile(re.split(r"\W*[（(]", named(page, ITEMS[MASKS]))[0]),
    )
    page.main.get_by_role("textbox", name=re.compile(quantity_label(page))).first.fill("12")
    fill_day(page, said("keeper.asking.neededBy", page), today(10))
    page.main.get_by_label(said("keeper.asking.reason", page)).select_option(index=1)
    page.main.get_by_label(said("keeper.forms.note", page)).fill(NOTE)


def quantity_label(page: Watched) -> str:
    """What the label of a quantity begins with, whatever the unit."""
    return f"^{re.escape(said('keeper.forms.quantityPlain', page))}"


def today(later: int = 0) -> str:
    """A day of the ledger."""
    return (datetime.now(UTC) + timedelta(seconds=CHINA_OFFSET, days=later)).date().isoformat()


@pytest.mark.parametrize("is_readable", [True, False], ids=["another quantity", "no draft"])
def test_what_waits_for_a_signature_is_shown_for_what_it_is(
    browser: Browser, server: Server, city: PlayedCity, way: Way, is_readable: bool
) -> None:
    """Nobody typed it, so that there is nothing to compare it with: what would be signed is what is shown."""
    with open_page(browser, server.address, way) as page:
        sign_in(page, city, "neighbour")
        handed_in = Tampering(page, city, "/v1/no-such-thing").handed_in

        def altered(route: Route) -> None:
            response = route.fetch()
            answer = response.json()
            for each in answer["drafts"]:
                document = each["draft"]["document"]
                word = int(document["lines"], 16)
                document["lines"] = f"0x{word + 4_311 if is_readable else word | 1 << 64:064x}"
            route.fulfill(response=response, body=json.dumps(answer))

        page.page.route("**/v1/drafts?*", altered)
        page.visit("/keys")
        trust(page, city)
        page.visit("/inbox")
        first = page.main.locator("li.card").first
        if is_readable:
            expect(first).to_contain_text("4,321")
        else:
            expect(first.locator("h2")).to_have_text(Alteration.unread("document.lines").sentence(page))
        first.get_by_role("button", name=said("keeper.asking.look", page)).click()
        open_key(page, city, KEYS["neighbour"])
        panel = page.page.locator(".signing-panel")
        if is_readable:
            expect(panel.locator(".reading")).to_contain_text("4,321")
            expect(panel.locator(".reading")).not_to_contain_text(said("signing.decodedForm", page))
        else:
            expect(panel).to_have_attribute("data-phase", "wrong")
        assert page.violations() == ""
        assert handed_in == []
