"""How often somebody may ask."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import ROOT_URL, account_of, assert_problem, copy_of, wait_for

import api.rates
from api.access.accounts import READERS, AccountStore
from api.access.callers import COOKIE
from api.access.sessions import NONCE_LASTS, NonceUnknownError
from api.app import create_app
from api.rates import CallerTooOftenError, FailedTooOftenError, Rates, Sender, TooOftenError
from api.settings import Settings
from ledger_client.home import Home

TOTALS = "/v1/stock/totals/0"


@contextmanager
def limited(home: Home, **rates: int | None) -> Iterator[TestClient]:
    """A server with limits."""
    app = create_app(home, Settings(poll=0.05, **rates))  # type: ignore[arg-type]
    with TestClient(app, base_url=ROOT_URL, client=("192.0.2.1", 5)) as client:
        yield client


def move(client: TestClient) -> TestClient:
    """Ask from another machine from now on."""
    client._transport.client = ("192.0.2.2", 5)  # type: ignore[attr-defined]
    return client


def key(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


@pytest.fixture
def home(city: Home, tmp_path: Path) -> Home:
    return copy_of(city, tmp_path / "home")


class TestPublic:
    def test_one_more_than_a_minute_has(self, home: Home) -> None:
        with limited(home, public_rate=5) as client:
            assert [client.get("/health").status_code for _ in range(6)] == [200] * 5 + [429]
            answer = client.get("/health")
            assert_problem(answer, 429, "too-often", "5 times a minute")
            assert 1 <= int(answer.headers["retry-after"]) <= 60
            assert answer.headers["ratelimit-policy"] == '"public";q=5;w=60'
            assert answer.headers["ratelimit"].startswith('"public";r=0;t=')
            assert "每分钟" in client.get("/health", headers={"Accept-Language": "zh"}).json()["detail"]
            assert client.get("/nothing").status_code == 429

    def test_leaves_accounts_alone_once_they_are_known(self, home: Home) -> None:
        sent = key(account_of(home, 0))
        with limited(home, public_rate=3) as client:
            client.get("/v1/sign-in", headers=sent)
            assert [client.get("/health").status_code for _ in range(3)] == [200, 200, 429]
            assert client.get("/v1/sign-in", headers=sent).status_code == 200

    def test_none(self, home: Home) -> None:
        with limited(home, public_rate=None) as client:
            assert {client.get("/health").status_code for _ in range(700)} == {200}


class TestCallers:
    def test_of_one_account_by_key_and_by_session_together(self, home: Home) -> None:
        one, other = account_of(home, 0), account_of(home, 0)
        with limited(home, caller_rate=4, public_rate=20) as client:
            client.post("/v1/sign-in", json={"key": one})
            client.get("/v1/sign-in")  # by the cookie; the first time counts by the address
            client.get("/v1/sign-in", headers=key(one))
            for headers in (key(one), {}, key(one), {}):
                assert client.get("/v1/sign-in", headers=headers).status_code == 200
            for headers in (key(one), {}):
                assert_problem(client.get("/v1/sign-in", headers=headers), 429, "caller-too-often")
            client.cookies.clear()
            assert client.get("/v1/sign-in", headers=key(other)).status_code == 200

    def test_revoked_ones_are_strangers_again(self, home: Home) -> None:
        sent = account_of(home, 0)
        with limited(home, failure_rate=2) as client:
            assert client.get("/v1/sign-in", headers=key(sent)).status_code == 200
            with AccountStore.open(home.path / READERS) as accounts:
                accounts.revoke(sent.split("_")[1], by="0x" + "0" * 40, now=1)  # type: ignore[arg-type]
            answers = [client.get("/v1/sign-in", headers=key(sent)).status_code for _ in range(3)]
            assert answers == [401, 401, 429]


class TestFailures:
    def test_are_not_looked_up_when_there_were_too_many(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked_up: list[str] = []
        rights = AccountStore.rights

        def watched(self: AccountStore, sent: str, *, now: float) -> Any:
            looked_up.append(sent)
            return rights(self, sent, now=now)

        monkeypatch.setattr(AccountStore, "rights", watched)
        with limited(home, failure_rate=3) as client:
            answers = [client.get("/v1/sign-in", headers=key(f"shecang_x_{i}")) for i in range(6)]
            assert [each.status_code for each in answers] == [401] * 3 + [429] * 3
            assert_problem(answers[-1], 429, "failed-too-often", "3 keys or sign-ins")
            assert len(looked_up) == 3

    def test_of_one_address_keep_nobody_else_out(self, home: Home) -> None:
        good, later = account_of(home, 0), account_of(home, 0)
        with limited(home, failure_rate=2) as client:
            assert client.get("/v1/sign-in", headers=key(good)).status_code == 200
            for _ in range(4):
                client.get("/v1/sign-in", headers=key("bad"))
            # Who was known goes on, the public too, and another address has not failed.
            assert client.get("/v1/sign-in", headers=key(good)).status_code == 200
            assert client.get("/health").status_code == 200
            assert client.get("/v1/sign-in", headers=key(later)).status_code == 429
            assert move(client).get("/v1/sign-in", headers=key(later)).status_code == 200

    @pytest.mark.parametrize("form", [{"key": "shecang_x_y"}, {"message": "x"}, {"password": "x"}])
    def test_signing_in(self, home: Home, form: dict[str, str]) -> None:
        with limited(home, failure_rate=2) as client:
            answers = [client.post("/v1/sign-in", json=form).status_code for _ in range(3)]
            assert answers[0] in {401, 409, 422}
            assert answers[2] == 429

    def test_a_session_that_is_none(self, home: Home) -> None:
        with limited(home, failure_rate=2) as client:
            sent = {"Cookie": f"a=b; {COOKIE}=nothing"}
            assert [client.get("/v1/sign-in", headers=sent).status_code for _ in range(3)] == [401, 401, 429]

    def test_what_is_not_public_is_no_failure(self, home: Home) -> None:
        with limited(home, failure_rate=1) as client:
            answers = {client.get("/v1/stock/on-hand/0").status_code for _ in range(4)}
            assert answers == {401}
            assert client.get("/v1/sign-in", headers=key(account_of(home, 0))).status_code == 200


class TestNonces:
    def test_any_number_keeps_nobody_out(self, home: Home) -> None:
        with AccountStore.open(home.path / READERS) as accounts:
            kept = _bytes_of(home)
            nonces = {accounts.sessions.nonce(1_000) for _ in range(20_000)}
            assert len(nonces) == 20_000
            assert _bytes_of(home) == kept
            accounts.sessions._use(min(nonces), 1_000)

    def test_is_used_once_and_in_time(self, home: Home) -> None:
        with AccountStore.open(home.path / READERS) as accounts:
            sessions = accounts.sessions
            nonce, late = sessions.nonce(1_000), sessions.nonce(1_000)
            sessions._use(nonce, 1_000 + NONCE_LASTS)
            for each, now in ((nonce, 1_001), (late, 1_001 + NONCE_LASTS)):
                with pytest.raises(NonceUnknownError):
                    sessions._use(each, now)

    @pytest.mark.parametrize("place", [0, 7, 8, 23, 24, 47])
    def test_changed_anywhere_it_was_never_given(self, home: Home, place: int) -> None:
        with AccountStore.open(home.path / READERS) as accounts:
            nonce = accounts.sessions.nonce(1_000)
            changed = nonce[:place] + ("0" if nonce[place] != "0" else "1") + nonce[place + 1 :]
            for each in (changed, nonce[:-1], nonce.upper(), ""):
                with pytest.raises(NonceUnknownError):
                    accounts.sessions._use(each, 1_000)
            accounts.sessions._use(nonce, 1_000)

    def test_of_one_process_is_known_to_another(self, home: Home) -> None:
        with AccountStore.open(home.path / READERS) as one, AccountStore.open(home.path / READERS) as two:
            nonce = one.sessions.nonce(1_000)
            two.sessions._use(nonce, 1_000)
            with pytest.raises(NonceUnknownError):
                one.sessions._use(nonce, 1_000)


def _bytes_of(home: Home) -> int:
    return sum(each.stat().st_size for each in home.path.glob(f"{READERS}*"))


def _rates(**rates: int | None) -> Rates:
    return Rates(Settings(**rates))  # type: ignore[arg-type]


def _sender(address: str, credential: str = "") -> Sender:
    return Sender.of(address, credential, signs_in=False)


class TestWhoIsCounted:
    @pytest.mark.parametrize(
        ("one", "other", "is_same"),
        [
            ("2001:db8::1", "2001:db8::ffff:1", True),
            ("2001:db8::1", "2001:db8:0:1::1", False),
            ("::ffff:192.0.2.1", "192.0.2.1", True),
            ("192.0.2.1", "192.0.2.2", False),
            ("fe80::1%eth0", "fe80::2%eth1", True),
            ("", "unix", False),
        ],
    )
    def test_addresses(self, one: str, other: str, is_same: bool) -> None:
        rates = _rates(public_rate=1)
        rates.admit(_sender(one))
        if is_same:
            with pytest.raises(TooOftenError):
                rates.admit(_sender(other))
        else:
            rates.admit(_sender(other))

    def test_a_window_moves(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rates, now = _rates(public_rate=2), time.time()
        for after in (0, 30, 61, 91):
            monkeypatch.setattr(time, "time", lambda after=after: now + after)
            rates.admit(_sender("a"))
            if after == 30:
                with pytest.raises(TooOftenError) as refused:
                    rates.admit(_sender("a"))
                assert 29 <= refused.value.seconds <= 31

    def test_are_not_kept_without_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api.rates, "_MOST_KEPT", 100)
        monkeypatch.setattr(api.rates, "_MOST_KNOWN", 100)
        rates = _rates(public_rate=50)
        refused = 0
        for number in range(500):
            rates.known(_sender("a", f"key {number}"), "account")
            try:
                rates.admit(_sender(f"address {number}"))
            except TooOftenError:
                refused += 1
        assert len(rates._storage.events) <= 101
        assert len(rates._known) == 100
        assert refused == 500 - 100 - 50  # the others share what one address has
        rates.admit(_sender("address 1"))  # whoever was there before is not one of them

    def test_make_room_when_their_minute_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(api.rates, "_MOST_KEPT", 10)
        rates, now = _rates(public_rate=1), time.time()
        for number in range(10):
            rates.admit(_sender(f"address {number}"))
        monkeypatch.setattr(time, "time", lambda: now + 61)
        rates.admit(_sender("address 0"))  # the library looks now and then for what is over
        wait_for(lambda: sum(bool(each) for each in rates._storage.events.values()) == 1)
        for number in range(10, 19):
            rates.admit(_sender(f"address {number}"))
        assert len(rates._storage.events) == 10

    def test_by_account_is_another_limit_than_by_address(self) -> None:
        rates = _rates(public_rate=1, caller_rate=1, failure_rate=1)
        sender = _sender("a", "key")
        rates.known(sender, "account")
        rates.admit(sender)
        with pytest.raises(CallerTooOftenError):
            rates.admit(sender)
        rates.admit(_sender("a"))
        rates.failed(_sender("a", "other"))
        with pytest.raises(FailedTooOftenError):
            rates.admit(_sender("a", "third"))
