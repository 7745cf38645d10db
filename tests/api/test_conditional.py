"""ETags by block: 304 to whoever has the answer, and to nobody and for nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, iso, serving, wait_for

import api.routes
from api.access.accounts import READERS, AccountStore
from api.access.callers import CallerDep
from api.app import create_app
from api.conditional import seal, use_seal
from api.following import FollowingDep
from api.reading import Reading, ReadingDep
from ledger_client.addresses import ZERO_ADDRESS
from ledger_client.demo.cast import COUNTRY, EAST, EAST_GOVERNMENT, SOUND, at
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.records import RecordId, RecordsKey, RecordStore
from ledger_client.roles import Role
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

WHEN = iso(at(5))
CARD = f"/v1/sites/{EAST_GOVERNMENT}/stock-card?as_of={WHEN}"
ON_HAND = f"/v1/stock/on-hand/{EAST_GOVERNMENT}?as_of={WHEN}"
TOTALS = f"/v1/stock/totals/0?as_of={WHEN}"
VERDICT = f"/v1/suppliers/91420100MA4KXMPL1B/verdict?category=1&at={WHEN}"
LASTING = (CARD, ON_HAND, TOTALS, VERDICT)


def shown(client: TestClient, address: str, tag: str, **headers: str) -> Any:
    return client.get(address, headers={"If-None-Match": tag, **headers})


def tag_of(client: TestClient, address: str, **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    return str(answer.headers["etag"])


@pytest.fixture
def own(city: Home, tmp_path: Path) -> Iterator[tuple[Home, TestClient]]:
    """A server of this test alone, and its home."""
    home = copy_of(city, tmp_path / "home")
    with serving(home) as client:
        yield home, client


class TestTag:
    @pytest.mark.parametrize("address", LASTING)
    def test_is_answered_304_without_looking_up(
        self, client: TestClient, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tag = tag_of(client, address)
        monkeypatch.setattr(Reading, "name", _fails)
        monkeypatch.setattr("ledger_client.index.marks.MarkedReader.items", _fails)
        answer = shown(client, address, tag)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"] == "private, no-cache"
        assert "content-type" not in answer.headers
        for each in ("Accept-Language", "Authorization", "Cookie"):
            assert each in answer.headers["vary"]

    @pytest.mark.parametrize("form", ["W/{}", '"x", {}', ' {} ,"y"', 'W/"a",W/{}'])
    def test_in_every_form_of_the_header(self, client: TestClient, form: str) -> None:
        assert shown(client, CARD, form.format(tag_of(client, CARD))).status_code == 304

    @pytest.mark.parametrize("tag", ['"x"', "", "*", '"', ",", "W/", '"' + "0" * 32 + '"', "x" * 4_000])
    def test_that_nobody_gave(self, client: TestClient, tag: str) -> None:
        assert shown(client, CARD, tag).status_code == 200

    def test_belongs_to_one_question_one_language_and_one_caller(self, own: tuple[Home, TestClient]) -> None:
        home, client = own
        tag = tag_of(client, CARD)
        for address in (
            f"{CARD}&limit=1",
            f"/v1/sites/{EAST_GOVERNMENT}/stock-card?as_of={iso(at(4))}",
            TOTALS,
        ):
            assert shown(client, address, tag).status_code == 200
        assert shown(client, CARD, tag, **{"Accept-Language": "zh"}).status_code == 200
        other = {"Authorization": f"Bearer {account_of(home, 0)}"}
        assert shown(client, CARD, tag, **other).status_code == 200
        assert shown(client, CARD, tag).status_code == 304

    def test_there_is_none_where_nobody_can_say_whether_a_name_changed(
        self, client: TestClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Reading, "names_version", lambda _: None)
        assert "etag" not in client.get(CARD).headers

    def test_is_of_a_block(self, own: tuple[Home, TestClient]) -> None:
        home, client = own
        tags = {address: tag_of(client, address) for address in LASTING}
        with Ledger.open(home) as ledger:
            root = Party(KeystoreSigner.open(home.keys / "root.json", ""), COUNTRY)
            keeper = KeystoreSigner.open(home.keys / "keeper-east.json", "").address
            # No name changes with it.
            [entry] = ledger.write([ledger.roles.revoke(keeper, Role.KEEPER, EAST, by=root)])
            wait_for(lambda: client.get("/ready").json()["block"]["number"] == entry.block_number)
        for address, tag in tags.items():
            answer = shown(client, address, tag)
            assert (answer.status_code, answer.json()["block"]["number"]) == (200, entry.block_number)

    def test_ends_when_a_name_is_deleted_without_a_block(self, own: tuple[Home, TestClient]) -> None:
        home, client = own
        tag = tag_of(client, VERDICT)
        assert shown(client, VERDICT, tag).status_code == 304
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            records.delete(RecordId("supplier", SOUND))
        answer = shown(client, VERDICT, tag)
        assert (answer.status_code, answer.json()["name"]) == (200, None)

    def test_does_not_outlive_the_process(self, own: tuple[Home, TestClient]) -> None:
        tag = tag_of(own[1], CARD)
        assert len(tag) == 34
        # Made with another seal, the tag of the same question is another one.
        own_seal = seal()
        try:
            use_seal(bytes(32))
            assert shown(own[1], CARD, tag).status_code == 200
        finally:
            use_seal(own_seal)


class TestRights:
    def test_a_revoked_account_gets_none(self, own: tuple[Home, TestClient]) -> None:
        home, client = own
        key = account_of(home, 0)
        sent = {"Authorization": f"Bearer {key}"}
        tag = tag_of(client, CARD, **sent)
        assert shown(client, CARD, tag, **sent).status_code == 304
        with AccountStore.open(home.path / READERS) as accounts:
            accounts.revoke(key.split("_")[1], by=ZERO_ADDRESS, now=1)
        assert_problem(shown(client, CARD, tag, **sent), 401, "key-unusable")

    def test_whoever_may_not_gets_none(self, own: tuple[Home, TestClient]) -> None:
        home, client = own
        tag = tag_of(client, CARD)
        elsewhere = {"Authorization": f"Bearer {account_of(home, 420103)}"}
        assert_problem(shown(client, CARD, tag, **elsewhere), 403, "not-allowed")
        del client.headers["Authorization"]
        assert_problem(shown(client, CARD, tag), 401, "not-signed-in")

    def test_the_public_has_tags_of_what_is_public(self, own: tuple[Home, TestClient]) -> None:
        del own[1].headers["Authorization"]
        for address in (TOTALS, VERDICT):
            assert shown(own[1], address, tag_of(own[1], address)).status_code == 304


class TestPassing:
    @pytest.mark.parametrize("address", [each.split("?as_of")[0].split("&at")[0] for each in LASTING])
    def test_what_the_clock_says_has_none(self, client: TestClient, address: str) -> None:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        "address", ["/health", "/ready", "/v1/sign-in", "/v1/sign-in/nonce", "/openapi.json", "/nothing"]
    )
    def test_what_is_of_no_block_has_none(self, client: TestClient, address: str) -> None:
        answer = client.get(address)
        assert "etag" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"

    def test_refusals_have_none(self, client: TestClient) -> None:
        answer = client.get(f"/v1/sites/420102001001199/stock-card?as_of={WHEN}")
        assert_problem(answer, 404, "site-unknown")
        assert "etag" not in answer.headers

    def test_what_asks_another_store_has_none(self, city: Home, tmp_path: Path) -> None:
        app = create_app(copy_of(city, tmp_path / "home"), UNLIMITED)

        @app.get("/other")
        def other(_: CallerDep, __: FollowingDep, reading: ReadingDep) -> int:
            return reading.consistent(lambda _: None)[1].number

        @app.get("/index")
        def index(_: CallerDep, reading: ReadingDep) -> int:
            return reading.consistent(lambda _: None)[1].number

        @app.get("/nobody")
        def nobody(reading: ReadingDep) -> int:
            return reading.consistent(lambda _: None)[1].number

        @app.post("/index")
        def change(_: CallerDep, reading: ReadingDep) -> int:
            return reading.consistent(lambda _: None)[1].number

        with client_of(app) as client:
            wait_for(lambda: client.get("/ready").status_code == 200)
            assert "etag" not in client.get("/other").headers
            assert "etag" not in client.get("/nobody").headers  # whose caller is not known
            tag = tag_of(client, "/index")
            assert "etag" not in client.post("/index").headers
            assert client.post("/index", headers={"If-None-Match": tag}).status_code == 200

    def test_routes_ask_the_clock_where_it_is_noted(self) -> None:
        """A route that reads the time by itself would have its answer frozen by a tag."""
        found = {
            path.name: sorted(_clocks(ast.parse(path.read_text(encoding="utf-8"))))
            for path in Path(api.routes.__file__).parent.glob("*.py")
        }
        assert {name: calls for name, calls in found.items() if calls} == {
            "sign_in.py": ["time.time", "time.time"]  # no answer of a block
        }


def _clocks(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = ast.unparse(node.func)
            if name in {"time.time", "datetime.now", "datetime.utcnow", "date.today", "time.time_ns"}:
                yield name


def _fails(*_: Any, **__: Any) -> Any:
    raise AssertionError("it was looked up")
