"""`/v1/sign-in`: keys and accounts become sessions; replays, other servers and forged pages do not."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import CHAIN_ID, UNLIMITED, account_of, assert_problem, client_of, copy_of, wait_for

from api.access.accounts import READERS, AccountStore
from api.access.callers import COOKIE, rights_of_subject
from api.access.sessions import LONGEST, NONCE_LASTS
from api.app import create_app
from api.gate import BODY_LIMIT
from api.reading import Reading
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.demo.cast import COUNTRY, EAST, EAST_GOVERNMENT, WEST
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.roles import Role
from ledger_client.sign_in import SignIn
from ledger_client.signers import KeystoreSigner, Signer
from ledger_client.writing import Party

CARD = f"/v1/sites/{EAST_GOVERNMENT}/stock-card"
HOST = "127.0.0.1:8000"
ADDRESS = "/v1/sign-in"


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home of its own."""
    return copy_of(city, tmp_path_factory.mktemp("sign-in") / "home")


@pytest.fixture(scope="module")
def running(home: Home) -> Iterator[TestClient]:
    """A server to which nobody has signed in."""
    with client_of(create_app(home, UNLIMITED)) as client:
        wait_for(lambda: client.get("/ready").status_code == 200)
        yield client


@pytest.fixture
def page(running: TestClient) -> Iterator[TestClient]:
    """A browser with no cookie."""
    running.cookies.clear()
    yield running
    running.cookies.clear()


def signer_of(home: Home, key: str) -> Signer:
    """A key of the city."""
    return KeystoreSigner.open(home.keys / f"{key}.json", "")


def asked(page: TestClient, signer: Signer, **changes: Any) -> SignIn:
    """What somebody signs with a fresh nonce."""
    given, now = page.get(f"{ADDRESS}/nonce").json(), int(time.time())
    request = SignIn(
        given["domain"],
        signer.address,
        f"http://{given['domain']}",
        given["chain_id"],
        given["nonce"],
        now,
        now + 3_600,
    )
    return replace(request, **changes)


def sign_in(page: TestClient, request: SignIn, signer: Signer) -> Any:
    """Send a signed request."""
    return page.post(ADDRESS, json={"message": request.text, "signature": request.signed_by(signer)})


def in_as(page: TestClient, home: Home, key: str) -> dict[str, Any]:
    """Sign in with a key and return what was answered."""
    signer = signer_of(home, key)
    answer = sign_in(page, asked(page, signer), signer)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestWithAKey:
    def test_a_nonce_says_where(self, page: TestClient) -> None:
        given = page.get(f"{ADDRESS}/nonce").json()
        assert (given["domain"], given["chain_id"]) == (HOST, CHAIN_ID)
        assert given["nonce"] != page.get(f"{ADDRESS}/nonce").json()["nonce"]

    def test_reads_what_its_grants_cover(self, page: TestClient, home: Home) -> None:
        assert page.get(CARD).status_code == 401
        said = in_as(page, home, "keeper-east")
        assert said["account"] == signer_of(home, "keeper-east").address
        assert said["divisions"] == [str(EAST_GOVERNMENT)[:12]]
        assert page.get(CARD).status_code == 200
        assert_problem(page.get(f"/v1/sites/{WEST}001/stock-card"), 422, "code-form")
        assert page.get(f"/v1/stock/on-hand/{str(WEST)[:12]}").status_code == 403
        assert page.get(ADDRESS).json()["account"] == said["account"]

    def test_the_cookie_is_for_this_server_and_no_script(self, page: TestClient, home: Home) -> None:
        signer = signer_of(home, "keeper-east")
        cookie = sign_in(page, asked(page, signer), signer).headers["set-cookie"]
        assert re.match(rf"{COOKIE}=[0-9A-Za-z_-]{{43}};", cookie)
        for word in ("HttpOnly", "SameSite=strict", "Path=/"):
            assert word in cookie
        lasts = int(re.search(r"Max-Age=(\d+)", cookie)[1])  # type: ignore[index]
        assert 3_590 <= lasts <= 3_600

    def test_never_longer_than_eight_hours(self, page: TestClient, home: Home) -> None:
        signer = signer_of(home, "keeper-east")
        request = asked(page, signer, expires_at=int(time.time()) + 30 * 86_400)
        cookie = sign_in(page, request, signer).headers["set-cookie"]
        assert int(re.search(r"Max-Age=(\d+)", cookie)[1]) <= LONGEST  # type: ignore[index]

    def test_a_key_without_grants_reads_what_the_public_does(self, page: TestClient, home: Home) -> None:
        said = in_as(page, home, "sound-supplies")
        assert (said["divisions"], said["scopes"]) == ([], [])
        assert page.get("/v1/stock/totals/0").status_code == 200
        assert_problem(page.get(CARD), 403, "not-allowed")

    def test_signed_out(self, page: TestClient, home: Home) -> None:
        csrf = in_as(page, home, "keeper-east")["csrf_token"]
        token = page.cookies[COOKIE]
        assert page.delete(ADDRESS, headers={"X-CSRF-Token": csrf}).status_code == 204
        page.cookies.clear()
        assert_problem(page.get(CARD, headers={"Cookie": f"{COOKIE}={token}"}), 401, "session-over")


class TestGrants:
    """What a key reads follows its grants, at each request."""

    def test_a_revoked_one_ends_at_once_what_it_allowed(self, city: Home, tmp_path: Path) -> None:
        home = copy_of(city, tmp_path / "home")
        keeper = signer_of(home, "keeper-east")
        with client_of(create_app(home, UNLIMITED)) as page, Ledger.open(home) as ledger:
            wait_for(lambda: page.get("/ready").status_code == 200)
            in_as(page, home, "keeper-east")
            assert page.get(CARD).status_code == 200
            root = Party(signer_of(home, "root"), COUNTRY)
            ledger.write([ledger.roles.revoke(keeper.address, Role.KEEPER, EAST, by=root)])
            wait_for(lambda: page.get(CARD).status_code != 200)
            assert_problem(page.get(CARD), 403, "not-allowed")
            assert page.get(ADDRESS).json()["divisions"] == []

    def test_one_that_does_not_act_yet_allows_nothing(self, home: Home) -> None:
        keeper = signer_of(home, "keeper-east").address
        with closing(Reading.open(home)) as reading, AccountStore.open(home.path / READERS) as accounts:
            [grant] = reading.consistent(lambda index: index.grants(keeper))[0]
            before = rights_of_subject(accounts, reading, keeper, grant.from_ - 1)
            assert (before.divisions, before.scopes) == ((), frozenset())
            assert rights_of_subject(accounts, reading, keeper, grant.from_).divisions == (EAST,)


class TestRefused:
    def test_a_replay(self, page: TestClient, home: Home) -> None:
        signer = signer_of(home, "keeper-east")
        request = asked(page, signer)
        assert sign_in(page, request, signer).status_code == 200
        assert_problem(sign_in(page, request, signer), 409, "nonce-unknown", "was used")

    def test_a_nonce_that_was_never_given(self, page: TestClient, home: Home) -> None:
        signer = signer_of(home, "keeper-east")
        assert_problem(sign_in(page, asked(page, signer, nonce="0" * 32), signer), 409, "nonce-unknown")

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"domain": "127.0.0.1:8001"}, "another server"),
            ({"domain": "evil.example"}, "another server"),
            ({"uri": "https://evil.example/127.0.0.1:8000"}, "another server"),
            ({"chain_id": 1}, "another chain: it says 1, here it is 31"),
            ({"expires_at": 1}, "another time"),
            ({"issued_at": int(time.time()) - NONCE_LASTS - 60}, "another time"),
            ({"issued_at": int(time.time()) + 3_600}, "another time"),
        ],
    )
    def test_for_another_place_or_time_and_not_twice(
        self, page: TestClient, home: Home, changes: dict[str, Any], says: str
    ) -> None:
        signer = signer_of(home, "keeper-east")
        request = asked(page, signer, **changes)
        assert_problem(sign_in(page, request, signer), 409, "sign-in-elsewhere", says)
        assert_problem(sign_in(page, request, signer), 409, "nonce-unknown")

    def test_signed_by_somebody_else(self, page: TestClient, home: Home) -> None:
        request = asked(page, signer_of(home, "keeper-east"))
        answer = sign_in(page, request, signer_of(home, "keeper-west"))
        assert_problem(answer, 409, "signature-wrong", request.address)
        assert COOKIE not in page.cookies

    @pytest.mark.parametrize(
        "form", [{}, {"message": "x", "signature": "0x"}, {"message": None, "signature": "0x"}]
    )
    def test_what_is_no_request(self, page: TestClient, form: dict[str, Any]) -> None:
        assert_problem(page.post(ADDRESS, json=form), 409, "sign-in-form")

    @pytest.mark.parametrize(
        "form", [{"key": 5}, {"message": "x" * 1_001}, {"password": "x"}, [], "x", None, {"message": ["x"]}]
    )
    def test_what_is_no_form(self, page: TestClient, form: Any) -> None:
        assert_problem(page.post(ADDRESS, json=form), 422, "parameter-malformed")

    def test_a_cookie_that_is_none(self, page: TestClient) -> None:
        for value in ("x", "", "a" * 43, "%00"):
            answer = page.get(CARD, headers={"Cookie": f"{COOKIE}={value}"})
            assert_problem(answer, 401, "session-over")

    def test_a_page_that_forges_a_change(self, page: TestClient, home: Home) -> None:
        csrf = in_as(page, home, "keeper-east")["csrf_token"]
        for headers in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": csrf[:-1]}):
            assert_problem(page.delete(ADDRESS, headers=headers), 403, "csrf-missing")
        assert page.get(CARD).status_code == 200


class TestWithAnAccount:
    def test_becomes_a_session_that_ends_with_it(self, page: TestClient, home: Home) -> None:
        key = account_of(home, 420102)
        said = page.post(ADDRESS, json={"key": key}).json()
        assert (said["account"], said["divisions"]) == (key.split("_")[1], ["420102"])
        assert page.get(CARD).status_code == 200
        with AccountStore.open(home.path / READERS) as accounts:
            accounts.revoke(key.split("_")[1], by=ZERO_ADDRESS, now=1)
        assert_problem(page.get(CARD), 401, "key-unusable")

    def test_a_key_that_stands_for_nothing(self, page: TestClient) -> None:
        assert_problem(page.post(ADDRESS, json={"key": "shecang_00000000_x"}), 401, "key-unusable")

    def test_tokens_are_kept_nowhere(self, page: TestClient, home: Home) -> None:
        said = page.post(ADDRESS, json={"key": account_of(home, 420102)}).json()
        kept = b"".join(each.read_bytes() for each in home.path.glob(f"{READERS}*"))
        assert page.cookies[COOKIE].encode() not in kept
        assert said["csrf_token"].encode() not in kept


class TestBodies:
    """What is looked at before anything is parsed."""

    @pytest.mark.parametrize(
        "body",
        [b"[" * 60_000, b'{"message":' * 5_000, b" " * (BODY_LIMIT + 1), b'{"key":"' + b"x" * BODY_LIMIT],
    )
    def test_bombs(self, page: TestClient, body: bytes) -> None:
        assert_problem(page.post(ADDRESS, content=body), 413, "content-too-large")

    def test_that_say_that_they_are_too_long_are_not_read(self, page: TestClient) -> None:
        answer = page.post(ADDRESS, content=b"", headers={"Content-Length": str(BODY_LIMIT + 1)})
        assert_problem(answer, 413, "content-too-large", str(BODY_LIMIT))

    def test_that_say_less_than_they_are(self, page: TestClient) -> None:
        def parts() -> Iterator[bytes]:
            for _ in range(200):
                yield b" " * 1_000

        assert_problem(page.post(ADDRESS, content=parts()), 413, "content-too-large")

    @pytest.mark.parametrize("body", [b"", b"{", b"null", b'{"key": NaN}'])
    def test_that_are_no_form(self, page: TestClient, body: bytes) -> None:
        answer = page.post(ADDRESS, content=body, headers={"Content-Type": "application/json"})
        assert_problem(answer, 422, "parameter-malformed")

    @pytest.mark.parametrize("body", [b"\xff", b"\x00" * 10])
    def test_that_are_no_text(self, page: TestClient, body: bytes) -> None:
        answer = page.post(ADDRESS, content=body, headers={"Content-Type": "application/json"})
        assert_problem(answer, 400, "bad-request", "no JSON in UTF-8")

    def test_as_long_as_it_may_be(self, page: TestClient) -> None:
        body = b'{"key":"x"}'.ljust(BODY_LIMIT)
        answer = page.post(ADDRESS, content=body, headers={"Content-Type": "application/json"})
        assert_problem(answer, 401, "key-unusable")
