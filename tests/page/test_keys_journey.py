"""A key from its making to its last signature: in the page, in other programs, on paper, and in a wallet."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from typing import Any

import httpx2
import pytest
from browsing.browser import Watched, Way, open_page
from browsing.city import PlayedCity, Server
from browsing.people import KEYS, open_key, sign_in, trust
from browsing.words import said
from doing import UNDO, field, go, press
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from playwright.sync_api import Browser, FilePayload, Locator, Route, expect

from ledger_client.demo.cast import EAST_GOVERNMENT, MASK_LOT, NORTH_ENTERPRISE
from ledger_client.signers import KeystoreSigner

OFTEN = ("en-1280",)

PASSPHRASE = "four words 与几个字 behind one another"
A4 = (595, 842)  # points
QUARTER = 15 * 60_000  # milliseconds
ELSEWHERE = "http://ledger.example"

_WALLET = """
() => {
  const provider = {
    async request({ method, params }) {
      const told = JSON.parse(await window.askWallet(method, JSON.stringify(params ?? [])))
      if (told.code) throw Object.assign(new Error(told.message), { code: told.code })
      return told.result
    },
  }
  const info = { uuid: '1', name: 'Purse', icon: '', rdns: 'example.purse' }
  const detail = Object.freeze({ info, provider })
  window.addEventListener('eip6963:requestProvider', () => {
    window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }))
  })
  if (OLD) window.ethereum = provider
}
"""


def held(page: Watched) -> Locator:
    """What the page says of who signs now."""
    return page.main.locator(".held-key")


def choose_key(page: Watched, name: str, content: bytes) -> None:
    """Give the page a key file."""
    file: FilePayload = {"name": name, "mimeType": "application/json", "buffer": content}
    page.main.get_by_label(said("keys.open.choose", page)).set_input_files(file)


def test_a_key_is_made_and_opened_everywhere(
    browser: Browser, server: Server, way: Way, tmp_path: Path
) -> None:
    with open_page(browser, server.address, way) as page:
        page.visit("/keys")
        field(page, said("keys.make.passphrase", page)).fill("short")
        press(page, "keys.make.make")
        expect(
            page.main.get_by_text(said("keys.refusals.passphraseShort", page, count=5, least=12))
        ).to_be_visible()
        field(page, said("keys.make.passphrase", page)).fill(PASSPHRASE)
        field(page, said("keys.make.again", page)).fill(PASSPHRASE)
        page.page.keyboard.press("Enter")
        save = page.main.get_by_role("button", name=said("keys.make.download", page))
        save.wait_for(timeout=120_000)
        assert page.violations() == ""
        with page.page.expect_download() as download:
            save.click()
        file = tmp_path / download.value.suggested_filename
        download.value.save_as(file)
        file.chmod(0o600)

        content = file.read_bytes()
        account = Account.from_key(Account.decrypt(json.loads(content), PASSPHRASE))
        assert file.name == f"key-{account.address[2:10].lower()}.json"
        assert KeystoreSigner.open(file, PASSPHRASE).address == account.address
        sheet_is_one_page(page, account.address, content.decode())

        press(page, "keys.make.done")
        expect(field(page, said("keys.make.passphrase", page))).to_have_value("")
        choose_key(page, file.name, content)
        passphrase = field(page, said("keys.open.passphrase", page))
        passphrase.fill(f"{PASSPHRASE}!")
        press(page, "keys.open.open")
        refused = page.main.get_by_text(said("keys.refusals.passphraseWrong", page))
        refused.wait_for(timeout=120_000)
        passphrase.fill(PASSPHRASE)
        press(page, "keys.open.open")
        held(page).wait_for(timeout=120_000)
        expect(held(page).get_by_role("button", name=re.compile(account.address))).to_be_visible()
        assert nothing_is_kept(page, account.key.hex())


def sheet_is_one_page(page: Watched, address: str, text: str) -> None:
    """Print, and look at what came."""
    printed = page.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", printed)
    assert box is not None
    assert [abs(float(found) - size) < 2 for found, size in zip(box.groups(), A4, strict=True)] == [
        True,
        True,
    ]
    page.page.emulate_media(media="print")
    sheet = page.page.locator(".backup-sheet")
    expect(sheet).to_be_visible()
    expect(page.main).to_be_hidden()
    expect(sheet.locator("pre")).to_have_text(text)
    expect(sheet).to_contain_text(address)
    page.page.emulate_media(media="screen")


def nothing_is_kept(page: Watched, key: str) -> bool:
    """Whether the browser keeps neither key nor passphrase, and no field shows one."""
    kept: str = page.page.evaluate(
        """async () => JSON.stringify([
          { ...localStorage }, { ...sessionStorage }, history.state, location.href, document.cookie,
          (await indexedDB.databases()).map(each => each.name),
          [...document.querySelectorAll('input')].map(each => each.value),
        ])"""
    )
    return key.removeprefix("0x") not in kept and PASSPHRASE not in kept


def test_files_that_are_none(browser: Browser, server: Server, city: PlayedCity, way: Way) -> None:
    key = city.key_file("keeper-east").read_bytes()
    costly = json.loads(key)
    costly["crypto"]["kdfparams"] |= {"n": 2, "r": 1, "p": 1 << 22}
    with open_page(browser, server.address, way) as page:
        page.visit("/keys")
        for content, refusal in (
            (b"no key", "keystoreOther"),
            (b"{}", "keystoreOther"),
            (b"[" * 16_384, "keystoreOther"),
            (key + b" " * (16 * 1024 + 1 - len(key)), "keystoreTooLarge"),
            (json.dumps(costly).encode(), "keystoreTooCostly"),
        ):
            choose_key(page, "key.json", content)
            expect(page.main.get_by_role("alert")).to_have_text(said(f"keys.refusals.{refusal}", page))
        assert page.violations() == ""
        choose_key(page, "key.json", key)
        field(page, said("keys.open.passphrase", page)).fill("wrong")
        press(page, "keys.open.open")
        expect(page.main.get_by_role("alert")).to_have_text(said("keys.refusals.passphraseWrong", page))
        # A passphrase that was typed for one file is none of another.
        choose_key(page, "other.json", key)
        expect(field(page, said("keys.open.passphrase", page))).to_have_value("")


def test_a_key_is_locked(browser: Browser, server: Server, city: PlayedCity, way: Way) -> None:
    with open_page(browser, server.address, way) as page:
        page.page.clock.install()
        page.visit("/keys")
        open_key(page, city, "keeper-east")
        expect(held(page)).to_be_visible()
        page.page.clock.fast_forward(QUARTER - 60_000)
        expect(held(page)).to_be_visible()
        page.page.clock.fast_forward(60_000)
        expect(held(page)).to_have_count(0)

        open_key(page, city, "keeper-east")
        expect(held(page)).to_be_visible()
        press(page, "keys.open.lock")
        expect(held(page)).to_have_count(0)


def test_signing_out_locks_a_key(browser: Browser, server: Server, city: PlayedCity, way: Way) -> None:
    with open_page(browser, server.address, way) as page:
        sign_in(page, city, "keeper")
        other = page.page.context.new_page()
        go(page, "keys")
        expect(held(page)).to_be_visible()
        go(page, "account")
        press(page, "common.signOut")
        expect(page.main.get_by_text(said("signIn.signedOut", page))).to_be_visible()
        expect(held(page)).to_have_count(0)

        # And where it was signed out in another tab.
        sign_in(page, city, "keeper", is_there=True)
        go(page, "keys")
        expect(held(page)).to_be_visible()
        other.goto(f"{server.address}/sign-in")
        other.get_by_role("button", name=said("common.signOut", page)).click()
        expect(held(page)).to_have_count(0)


def test_no_key_is_opened_over_plain_http(
    browser: Browser, server: Server, city: PlayedCity, way: Way
) -> None:
    with open_page(browser, ELSEWHERE, way) as page:
        asked = f"{ELSEWHERE}/**"

        def answer(route: Route) -> None:
            url = route.request.url.replace(ELSEWHERE, server.address)
            response = route.fetch(url=url, headers={"accept": route.request.headers["accept"]})
            # Of which the browser says that it means nothing here.
            kept = {
                name: value
                for name, value in response.headers.items()
                if name != "cross-origin-opener-policy"
            }
            route.fulfill(response=response, headers=kept)

        page.page.route(asked, answer)
        page.visit("/keys")
        expect(page.main.get_by_text(said("keys.refusals.plainHttp", page)).first).to_be_visible()
        expect(page.main.get_by_label(said("keys.open.choose", page))).to_have_count(0)
        expect(page.main.get_by_role("button", name=said("keys.make.make", page))).to_have_count(0)
        assert page.violations() == ""
        page.visit("/sign-in")
        expect(page.main.get_by_text(said("keys.refusals.plainHttp", page))).to_be_visible()


class Purse:
    """A wallet of the browser with a key of the city; it signs no transaction without sending it."""

    def __init__(self, page: Watched, city: PlayedCity, name: str, *, is_old: bool) -> None:
        keystore = json.loads(city.key_file(name).read_bytes())
        self._account = Account.from_key(Account.decrypt(keystore, ""))
        self.asked: list[str] = []
        page.page.expose_function("askWallet", self._answer)
        page.page.add_init_script(f"({_WALLET.replace('OLD', json.dumps(is_old))})()")

    def _answer(self, method: str, text: str) -> str:
        self.asked.append(method)
        params: list[Any] = json.loads(text)
        if method == "eth_requestAccounts":
            return json.dumps({"result": [self._account.address.lower()]})
        if method == "personal_sign":
            return self._signed(encode_defunct(hexstr=params[0]))
        if method == "eth_signTypedData_v4":
            return self._signed(encode_typed_data(full_message=json.loads(params[1])))
        return json.dumps({"code": 4200, "message": "The method is not supported"})

    def _signed(self, message: Any) -> str:
        return json.dumps({"result": self._account.sign_message(message).signature.to_0x_hex()})


@pytest.mark.parametrize("is_old", [False, True], ids=["EIP-6963", "EIP-1193"])
def test_a_wallet_signs_in_and_consents(
    browser: Browser, server: Server, city: PlayedCity, way: Way, is_old: bool
) -> None:
    quantity = 1_000 + secrets.randbelow(8_000)
    key = prepare_hand_over(server, city, quantity)
    with open_page(browser, server.address, way) as page:
        page.page.clock.install()
        purse = Purse(page, city, KEYS["neighbour"], is_old=is_old)
        arrive_with_wallet(page, city)
        go(page, "inbox")
        look_at(page, quantity)
        press(page, "signing.sign")
        expect(page.main.get_by_role("button", name=said("signing.stop", page), exact=True)).to_be_focused()
        assert "eth_signTypedData_v4" not in purse.asked
        page.page.clock.fast_forward(UNDO)
        expect(page.main.get_by_text(said("signing.consented", page))).to_be_visible()
        assert page.violations() == ""
        assert [each for each in purse.asked if "ign" in each] == [
            "eth_signTransaction",  # with nothing to sign: whether it can
            "personal_sign",
            "eth_signTypedData_v4",
        ]
    assert draft_of(server, city, key)["waiting_for"][0]["part"] == "sender"

    with open_page(browser, server.address, way) as page:
        purse = Purse(page, city, KEYS["keeper"], is_old=is_old)
        arrive_with_wallet(page, city)
        go(page, "inbox")
        look_at(page, quantity)
        expect(page.main.get_by_text(said("keys.refusals.walletNoTransaction", page))).to_be_visible()
        expect(page.main.locator(".sign-button")).to_have_count(0)
        assert page.violations() == ""


def arrive_with_wallet(page: Watched, city: PlayedCity) -> None:
    """Compare the trust file, and sign in with the wallet that there is."""
    page.visit("/keys")
    trust(page, city)
    go(page, "signIn")
    page.main.locator(".wallets button").click()
    page.main.get_by_role("button", name=said("signIn.signInAs", page)).click()
    page.page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))
    page.loaded()


def look_at(page: Watched, quantity: int) -> None:
    """Open what waits, by how much it is of."""
    card = page.main.locator("li.card").filter(has_text=f"{quantity:,}")
    card.get_by_role("button", name=said("keeper.asking.look", page)).click()
    expect(page.main.locator(".reading")).to_contain_text(f"{quantity:,}")


def prepare_hand_over(server: Server, city: PlayedCity, quantity: int) -> str:
    """Have a hand-over of the east to the north prepared; return its key."""
    people = [
        KeystoreSigner.open(city.key_file(name), "").address for name in ("keeper-east", "keeper-north")
    ]
    form = {
        "kind": "hand-over",
        "client_id": f"0x{secrets.token_hex(32)}",
        "site": str(int(EAST_GOVERNMENT)),
        "to": str(int(NORTH_ENTERPRISE)),
        "lines": [{"lot": f"{MASK_LOT.lot_id:040x}", "quantity": str(quantity)}],
        "keeper": {"address": people[0]},
        "receiver": {"address": people[1]},
    }
    with asking(server, city) as client:
        answer = client.post("/v1/drafts", json=form)
        assert answer.is_success, answer.text
        return str(answer.json()["key"])


def draft_of(server: Server, city: PlayedCity, key: str) -> dict[str, Any]:
    with asking(server, city) as client:
        found: dict[str, Any] = client.get(f"/v1/drafts/{key}").json()
        return found


def asking(server: Server, city: PlayedCity) -> httpx2.Client:
    headers = {"Authorization": f"Bearer {city.accounts['district']}"}
    return httpx2.Client(base_url=server.address, headers=headers, timeout=60)
