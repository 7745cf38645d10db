"""`/v1/drafts` and `/v1/transactions`: a document from its form into a block, signed elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from drafting import (
    consent,
    draft_of,
    fresh_id,
    hand_over_form,
    hex_of,
    receipt_form,
    session_of,
    settled,
    signer_of,
    transaction_form,
)
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, serving

from api.access.rights import Scope
from ledger_client.demo.cast import CLINIC, EAST_DISTRICT, EAST_GOVERNMENT, MASK_LOT, MASKS
from ledger_client.drafts import Part
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.reasons import reason_named
from ledger_client.records import RecordId, RecordsKey, RecordStore
from ledger_client.stock import Particulars
from ledger_client.writing import Party

Headers = Mapping[str, str]
MASK = f"{MASK_LOT.lot_id:040x}"


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("drafts") / "home")


@pytest.fixture(scope="module")
def nobody(home: Home) -> Iterator[TestClient]:
    with served(home) as client:
        yield client


@contextmanager
def served(home: Home) -> Iterator[TestClient]:
    """A served home and a client without an account."""
    with serving(home) as client:
        del client.headers["Authorization"]
        yield client


def account(home: Home, division: int, *scopes: Scope) -> Headers:
    return {"Authorization": f"Bearer {account_of(home, division, scopes=scopes)}"}


@pytest.fixture(scope="module")
def office(home: Home) -> Headers:
    """An account that prepares documents of the eastern district."""
    return account(home, 420102, Scope.DRAFTS)


@pytest.fixture(scope="module")
def keys(nobody: TestClient, home: Home) -> Mapping[str, Headers]:
    """Sessions of the keys of the city."""
    names = ("keeper-east", "keeper-north", "keeper-west", "sound-supplies", "approver-east")
    return {name: session_of(nobody, signer_of(home, name)) for name in names}


def prepared(client: TestClient, office: Headers, form: Any, status: int = 201) -> dict[str, Any]:
    answer = client.post("/v1/drafts", json=form, headers=office)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def consented(client: TestClient, home: Home, made: dict[str, Any], name: str, headers: Headers) -> Any:
    answer = consent(client, made, Part.OTHER, signer_of(home, name), dict(headers))
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestReceipt:
    def test_from_its_form_into_a_block(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        form = receipt_form(home)
        made = prepared(nobody, office, form)
        assert (made["state"], made["draft"]["kind"]) == ("open", "receipt")
        supplier, keeper = signer_of(home, "sound-supplies"), signer_of(home, "keeper-east")
        assert made["waiting_for"] == [{"part": "other", "address": supplier.address}]
        assert made["sentences"]["en"][0].startswith("Receipt: site 420102001001101 receives")
        assert made["sentences"]["zh"][0].startswith("收货：储备点 420102001001101")
        theirs, own = keys["sound-supplies"], keys["keeper-east"]
        inbox = nobody.get("/v1/drafts", params={"waiting_for": supplier.address}, headers=theirs).json()
        assert made["key"] in [each["key"] for each in inbox["drafts"]]

        made = consented(nobody, home, made, "sound-supplies", theirs)
        assert made["waiting_for"] == [{"part": "sender", "address": keeper.address}]
        form = transaction_form(nobody, made, keeper, dict(own))
        sent = nobody.post("/v1/transactions", json=form, headers=own)
        assert sent.status_code == 202
        assert sent.headers["location"] == f"/v1/transactions/{sent.json()['hash']}"
        told = settled(nobody, sent.headers["location"], dict(own))
        assert (told["state"], told["document"], told["refusal"]) == ("recorded", made["key"], None)
        assert told["is_final"] and told["missing_numbers"] == []
        assert nobody.get(f"/v1/drafts/{made['key']}", headers=theirs).json()["state"] == "sent"

        # The note is in the records, registered by the keeper, and is what the ledger has the digest of.
        record = RecordId("document", int(made["key"], 16))
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            assert records.registrar(record) == keeper.address
            found = records.get(record)
            assert found is not None
            assert found.body == {"note": "two boxes were wet outside", "order": "PO-7"}
        with Ledger.open(home) as ledger:
            document = ledger.index().document(int(made["key"], 16))
            assert document is not None
            assert (document.sender, document.other) == (keeper.address, supplier.address)
            assert document.body == found.body_digest()

        # Sent again, as after a lost answer.
        again = nobody.post("/v1/transactions", json=form, headers=own)
        assert (again.status_code, again.json()["state"]) == (202, "recorded")
        assert again.json()["hash"] == told["hash"]


class TestPreparing:
    def test_the_same_form_is_the_same_draft(self, nobody: TestClient, home: Home, office: Headers) -> None:
        form = receipt_form(home)
        made = prepared(nobody, office, form)
        again = prepared(nobody, office, form, status=200)
        assert {**again, "block": made["block"]} == made
        described = nobody.get("/openapi.json").json()["paths"]["/v1/drafts"]["post"]["responses"]
        new, old = (described[each]["content"]["application/json"]["schema"] for each in ("201", "200"))
        assert new == old

    def test_other_content_under_its_id_is_refused(
        self, nobody: TestClient, home: Home, office: Headers
    ) -> None:
        form = receipt_form(home, occurred_at="2026-11-28")
        prepared(nobody, office, form)
        for change in ({"note": "another"}, {"order": None}, {"occurred_at": "2026-11-27"}):
            answer = nobody.post("/v1/drafts", json={**form, **change}, headers=office)
            assert_problem(answer, 409, "draft-taken")

    def test_other_words_for_the_same_are_the_same(
        self, nobody: TestClient, home: Home, office: Headers
    ) -> None:
        form = hand_over_form(home, occurred_at="2026-11-28")
        made = prepared(nobody, office, form)
        lines = [{"lot": MASK, "quantity": "5"}]
        assert prepared(nobody, office, {**form, "lines": lines}, status=200)["key"] == made["key"]

    @pytest.mark.parametrize(
        ("changes", "type_", "words"),
        [
            ({"lines": [{"lot": MASK, "quantity": "999999"}]}, "stock-insufficient", "too many"),
            ({"keeper": {"address": f"0x{'ab' * 20}"}}, "grant-missing", "ab"),
            ({"receiver": {"address": f"0x{'ab' * 20}"}}, "grant-missing", "ab"),
            ({"to": "420102001001102"}, "site-not-open", "has no opening"),
            ({"occurred_at": "2031-01-01"}, "time-ahead", "ahead"),
            ({"lines": [{"item": "299999990001", "quantity": "1"}]}, "lot-not-here", "holds 0 lots"),
        ],
    )
    def test_what_the_contract_would_refuse_is_refused_at_once(
        self,
        nobody: TestClient,
        home: Home,
        office: Headers,
        changes: dict[str, Any],
        type_: str,
        words: str,
    ) -> None:
        form = hand_over_form(home, **changes)
        if type_ == "stock-insufficient":  # seen once nobody has to consent any more
            form = {key: form[key] for key in ("client_id", "site", "lines", "keeper")}
            form |= {"kind": "issue", "consignee": f"{CLINIC:040x}"}
        answer = nobody.post("/v1/drafts", json=form, headers=office)
        problem = answer.json()
        assert answer.status_code == 409, problem
        assert problem["type"].endswith(type_), problem
        assert words in problem["detail"]

    def test_a_signature_that_nobody_is_named_for(
        self, nobody: TestClient, home: Home, office: Headers
    ) -> None:
        """It is late, so that an approver has to sign, and none is named: it can never be recorded."""
        form = receipt_form(home, occurred_at="2026-10-01", supplier_signer=None)
        answer = nobody.post("/v1/drafts", json=form, headers=office)
        assert_problem(answer, 409, "consent-missing", "second person")

    @pytest.mark.parametrize(
        "changes",
        [
            {"kind": "gift"},
            {"kind": None},
            {"client_id": "0x11"},
            {"client_id": None},
            {"site": 420102001001101},
            {"site": "４２０１０２００１００１１０１"},
            {"site": "42010200100110"},
            {"lines": []},
            {"lines": [{"quantity": "5"}]},
            {"lines": [{"item": str(MASKS), "quantity": "0"}]},
            {"lines": [{"item": str(MASKS), "quantity": "-1"}]},
            {"lines": [{"item": str(MASKS), "quantity": 5}]},
            {"lines": [{"item": str(MASKS), "quantity": "9999999999999999999"}]},
            {"lines": [{"item": str(MASKS), "quantity": "5", "batch": "M\u0000"}]},
            {"lines": [{"item": str(MASKS), "quantity": "5", "expires": "2026-13-01"}]},
            {"lines": [{"item": str(MASKS), "quantity": "5", "reason": "because"}]},
            {"lines": [{"item": str(MASKS), "quantity": "5", "colour": "red"}]},
            {"keeper": {"address": "0x627Fa42acA5Aa3119A83D5256A5fd66489407b5b"}},
            {"keeper": {"address": f"0x{'ab' * 20}", "division": "42010"}},
            {"keeper": {"address": f"0x{'ab' * 20}", "division": "999999999999"}},
            {"occurred_at": "yesterday evening"},
            {"occurred_at": "2026-11-24T09:30"},
            {"occurred_at": "1969-12-31"},
            {"occurred_at": "0001-01-01T00:00+14:00"},
            {"note": ""},
            {"note": "x" * 2_001},
            {"note": "\ud800"},
            {"\ud800": "x"},
            {"lines": [{"item": str(MASKS), "quantity": "5", "batch": "\ud800"}]},
            {"reference": {"type": "document", "key": "12"}},
            {"colour": "red"},
        ],
    )
    def test_bad_input(
        self, nobody: TestClient, home: Home, office: Headers, changes: dict[str, Any]
    ) -> None:
        import json

        body = json.dumps(hand_over_form(home, **changes))
        headers = {**office, "Content-Type": "application/json"}
        answer = nobody.post("/v1/drafts", content=body, headers=headers)
        assert answer.status_code in (409, 422), answer.text
        assert answer.json()["detail"]

    @pytest.mark.parametrize("body", ["", "null", "[]", "1", '"x"', "{", '{"kind":"issue"}', "NaN"])
    def test_no_form_at_all(self, nobody: TestClient, office: Headers, body: str) -> None:
        headers = {**office, "Content-Type": "application/json"}
        assert nobody.post("/v1/drafts", content=body, headers=headers).status_code in (400, 422)


class TestRights:
    def test_who_sees_a_draft(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        made = prepared(nobody, office, hand_over_form(home))
        address = f"/v1/drafts/{made['key']}"
        sees = {
            "keeper-east": 200,
            "keeper-north": 200,
            "approver-east": 200,  # reads the district
            "keeper-west": 403,
            "sound-supplies": 403,
        }
        assert {name: nobody.get(address, headers=keys[name]).status_code for name in sees} == sees
        assert nobody.get(address).status_code == 401
        for scope in (Scope.READ, Scope.DRAFTS, Scope.BOOKS):
            expected = 403 if scope is Scope.BOOKS else 200
            assert nobody.get(address, headers=account(home, 420102, scope)).status_code == expected
            assert nobody.get(address, headers=account(home, 420103, scope)).status_code == 403

    def test_a_key_that_reads_nothing_learns_nothing_of_others(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        made = prepared(nobody, office, hand_over_form(home))
        theirs = keys["sound-supplies"]
        there = nobody.get(f"/v1/drafts/{made['key']}", headers=theirs)
        nowhere = nobody.get(f"/v1/drafts/{'0' * 62}", headers=theirs)
        assert there.status_code == nowhere.status_code == 403
        assert there.json()["detail"] == nowhere.json()["detail"]
        assert nobody.get(f"/v1/transactions/0x{'00' * 32}", headers=theirs).status_code == 403

    @pytest.mark.parametrize(("division", "scope"), [(420102, Scope.READ), (420103, Scope.DRAFTS)])
    def test_who_prepares_nothing_there(
        self, nobody: TestClient, home: Home, division: int, scope: Scope
    ) -> None:
        headers = account(home, division, scope)
        answer = nobody.post("/v1/drafts", json=hand_over_form(home), headers=headers)
        assert_problem(answer, 403, "not-allowed")

    def test_a_key_prepares_by_its_grants(
        self, nobody: TestClient, home: Home, keys: Mapping[str, Headers]
    ) -> None:
        form = hand_over_form(home)
        assert nobody.post("/v1/drafts", json=form, headers=keys["sound-supplies"]).status_code == 403
        assert nobody.post("/v1/drafts", json=form, headers=keys["keeper-west"]).status_code == 403
        assert nobody.post("/v1/drafts", json=form, headers=keys["keeper-east"]).status_code == 201

    def test_a_cookie_alone_changes_nothing(
        self, nobody: TestClient, home: Home, keys: Mapping[str, Headers]
    ) -> None:
        cookie = {"Cookie": keys["keeper-east"]["Cookie"]}
        answer = nobody.post("/v1/drafts", json=hand_over_form(home), headers=cookie)
        assert_problem(answer, 403, "csrf-missing")

    def test_inboxes(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        north = signer_of(home, "keeper-north").address
        made = {prepared(nobody, office, hand_over_form(home))["key"] for _ in range(3)}
        asked = {"waiting_for": north}
        assert nobody.get("/v1/drafts", params=asked, headers=keys["keeper-west"]).json()["drafts"] == []
        assert nobody.get("/v1/drafts", params=asked, headers=keys["sound-supplies"]).status_code == 403
        assert nobody.get("/v1/drafts", params=asked).status_code == 401
        found: list[str] = []
        page: dict[str, Any] = {"next_after": None}
        while not found or page["next_after"]:
            more = {"after": page["next_after"]} if page["next_after"] else {}
            page = nobody.get(
                "/v1/drafts", params={**asked, "limit": 2, **more}, headers=keys["keeper-north"]
            ).json()
            assert len(page["drafts"]) <= 2
            found += [each["key"] for each in page["drafts"]]
        assert made <= set(found)
        assert len(found) == len(set(found))
        whole = nobody.get("/v1/drafts", params={**asked, "limit": 200}, headers=office).json()
        assert [each["key"] for each in whole["drafts"]] == found


class TestConsents:
    def test_one_that_is_none(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        made = prepared(nobody, office, hand_over_form(home))
        wrong = consent(nobody, made, Part.OTHER, signer_of(home, "keeper-west"), dict(keys["keeper-north"]))
        assert_problem(wrong, 409, "consent-wrong")
        nobody_asked = consent(
            nobody, made, Part.APPROVER, signer_of(home, "approver-east"), dict(keys["keeper-north"])
        )
        assert_problem(nobody_asked, 409, "draft-seat", "approver")
        assert nobody.get(f"/v1/drafts/{made['key']}", headers=office).json()["state"] == "open"

    def test_twice_is_once(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        made = prepared(nobody, office, hand_over_form(home))
        one = consented(nobody, home, made, "keeper-north", keys["keeper-north"])
        assert consented(nobody, home, made, "keeper-north", office)["draft"] == one["draft"]

    def test_withdrawn(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        made = prepared(nobody, office, hand_over_form(home))
        address = f"/v1/drafts/{made['key']}"
        assert nobody.delete(address, headers=office).status_code == 403
        assert nobody.delete(address, headers=keys["approver-east"]).status_code == 403
        gone = nobody.delete(address, headers=keys["keeper-north"])
        assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
        assert gone.json()["withdrawn_by"] == signer_of(home, "keeper-north").address
        late = consent(nobody, made, Part.OTHER, signer_of(home, "keeper-north"), dict(keys["keeper-north"]))
        assert_problem(late, 409, "draft-closed")
        number = nobody.post(f"{address}/number", headers=keys["keeper-east"])
        assert_problem(number, 409, "draft-closed")

    def test_made_elsewhere(
        self, nobody: TestClient, home: Home, office: Headers, city: Home, keys: Mapping[str, Headers]
    ) -> None:
        """A draft file of the commands is brought, and comes back from its signer with a consent."""
        made = prepared(nobody, office, hand_over_form(home))
        draft = draft_of(made)
        signature = signer_of(home, "keeper-north").sign_digest(draft.consent_digest)
        value = {**made["draft"], "consents": {"other": hex_of(signature), "approver": None}}
        address = f"/v1/drafts/{made['key']}"
        answer = nobody.put(address, json=value, headers=office)
        assert answer.status_code == 200, answer.text
        assert answer.json()["waiting_for"][0]["part"] == "sender"
        assert_problem(nobody.put(f"/v1/drafts/{'1' * 62}", json=value, headers=office), 422, "draft-key")
        other = {**made["draft"], "chain_id": 7}
        assert_problem(nobody.put(address, json=other, headers=office), 409, "draft-ledger")
        for bad in ({}, [], None, "x", {**value, "kind": "gift"}, {**value, "lots": [{}]}):
            assert nobody.put(address, json=bad, headers=office).status_code == 422


class TestTransactions:
    @pytest.fixture
    def ready(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> dict[str, Any]:
        """A receipt to which everybody has consented."""
        made = prepared(nobody, office, receipt_form(home))
        found: dict[str, Any] = consented(nobody, home, made, "sound-supplies", keys["sound-supplies"])
        return found

    def test_no_number_before_everybody_has_signed(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        made = prepared(nobody, office, receipt_form(home))
        answer = nobody.post(f"/v1/drafts/{made['key']}/number", headers=keys["keeper-east"])
        assert_problem(answer, 409, "consents-missing")

    def test_one_number_a_key(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers], city: Home
    ) -> None:
        own, theirs = keys["keeper-east"], keys["sound-supplies"]
        one, two = (
            consented(nobody, home, prepared(nobody, office, receipt_form(home)), "sound-supplies", theirs)
            for _ in range(2)
        )
        first = nobody.post(f"/v1/drafts/{one['key']}/number", headers=own).json()
        again = nobody.post(f"/v1/drafts/{one['key']}/number", headers=office).json()
        assert first["number"] == again["number"]
        assert_problem(nobody.post(f"/v1/drafts/{two['key']}/number", headers=own), 409, "signature-open")
        assert nobody.post(f"/v1/drafts/{two['key']}/number", headers=theirs).status_code == 403
        form = transaction_form(nobody, one, signer_of(home, "keeper-east"), dict(own))
        sent = nobody.post("/v1/transactions", json=form, headers=own)
        settled(nobody, sent.headers["location"], dict(own))
        assert nobody.post(f"/v1/drafts/{two['key']}/number", headers=own).status_code == 200
        form = transaction_form(nobody, two, signer_of(home, "keeper-east"), dict(own))
        sent = nobody.post("/v1/transactions", json=form, headers=own)
        assert settled(nobody, sent.headers["location"], dict(own))["state"] == "recorded"

    def test_what_is_not_the_draft(
        self, nobody: TestClient, home: Home, ready: dict[str, Any], keys: Mapping[str, Headers]
    ) -> None:
        own, keeper = keys["keeper-east"], signer_of(home, "keeper-east")
        good = transaction_form(nobody, ready, keeper, dict(own))
        fields = draft_of(ready).transaction(0)
        number = nobody.post(f"/v1/drafts/{ready['key']}/number", headers=own).json()["number"]

        def refused(type_: str, status: int = 409, by: Any = keeper, **changes: Any) -> None:
            raw = by.sign_transaction({**fields, "nonce": number, **changes})
            form = {**good, "raw": f"0x{raw.hex()}"}
            assert_problem(nobody.post("/v1/transactions", json=form, headers=own), status, type_)

        refused("transaction-other", data=fields["data"][:-1] + b"\x01")
        refused("transaction-other", gas=fields["gas"] + 1)
        refused("transaction-other", to=keeper.address)
        refused("transaction-other", value=1)
        refused("transaction-other", chainId=fields["chainId"] + 1)
        refused("transaction-other", by=signer_of(home, "keeper-west"))
        refused("number-over", nonce=number + 1)
        for raw in ("0x00", "0x" + "ff" * 20):
            answer = nobody.post("/v1/transactions", json={**good, "raw": raw}, headers=own)
            assert_problem(answer, 422, "transaction-raw")
        unsigned = {name: good[name] for name in ("draft", "raw")}
        answer = nobody.post("/v1/transactions", json=unsigned, headers=own)
        assert_problem(answer, 422, "record-unsigned")
        other = signer_of(home, "keeper-west").sign_digest(bytes.fromhex(ready["body"]["record_digest"][2:]))
        answer = nobody.post(
            "/v1/transactions", json={**good, "record_signature": hex_of(other)}, headers=own
        )
        assert_problem(answer, 409, "record-signature")
        # Nothing of it was kept; the right one is taken.
        assert nobody.get(f"/v1/drafts/{ready['key']}", headers=own).json()["state"] == "open"
        sent = nobody.post("/v1/transactions", json=good, headers=own)
        assert settled(nobody, sent.headers["location"], dict(own))["state"] == "recorded"

    def test_refused_by_the_contract(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        """The lot is held between the number and the block; what became of it says so, in both languages."""
        own, keeper = keys["keeper-east"], signer_of(home, "keeper-east")
        made = consented(
            nobody, home, prepared(nobody, office, hand_over_form(home)), "keeper-north", keys["keeper-north"]
        )
        form = transaction_form(nobody, made, keeper, dict(own))
        approver = Party(signer_of(home, "approver-east"), EAST_DISTRICT)
        why = {"hold": "damaged", "release": "cleared-by-inspection"}
        with Ledger.open(home) as ledger:  # another process of the same home, with keys of its own
            for act in ("hold", "release"):
                particulars = Particulars(reason=reason_named(why[act]).code)
                call = getattr(ledger.stock, act)(
                    EAST_GOVERNMENT, [MASK_LOT.lot_id], approver=approver, particulars=particulars
                )
                ledger.write([call])
                if act == "hold":
                    sent = nobody.post("/v1/transactions", json=form, headers=own)
                    told = settled(nobody, sent.headers["location"], dict(own))
        assert (told["state"], told["recorded_in"]) == ("refused", None)
        assert told["refusal"]["type"].endswith("lot-held-here")
        assert "is held at site" in told["refusal"]["en"]
        assert "暂扣" in told["refusal"]["zh"]
        again = nobody.post("/v1/transactions", json=form, headers=own)
        assert (again.status_code, again.json()["state"]) == (202, "refused")

    def test_no_number_for_what_the_contract_refuses_by_now(
        self, nobody: TestClient, home: Home, office: Headers, keys: Mapping[str, Headers]
    ) -> None:
        made = consented(
            nobody, home, prepared(nobody, office, hand_over_form(home)), "keeper-north", keys["keeper-north"]
        )
        approver = Party(signer_of(home, "approver-east"), EAST_DISTRICT)
        with Ledger.open(home) as ledger:
            for act, why in (("hold", "damaged"), ("release", "cleared-by-inspection")):
                particulars = Particulars(reason=reason_named(why).code)
                lots = [MASK_LOT.lot_id]
                call = getattr(ledger.stock, act)(
                    EAST_GOVERNMENT, lots, approver=approver, particulars=particulars
                )
                ledger.write([call])
                if act == "hold":
                    number = nobody.post(f"/v1/drafts/{made['key']}/number", headers=office)
        assert_problem(number, 409, "lot-held-here")

    def test_who_sees_what_became_of_it(
        self, nobody: TestClient, home: Home, ready: dict[str, Any], keys: Mapping[str, Headers]
    ) -> None:
        own = keys["keeper-east"]
        form = transaction_form(nobody, ready, signer_of(home, "keeper-east"), dict(own))
        address = nobody.post("/v1/transactions", json=form, headers=own).headers["location"]
        settled(nobody, address, dict(own))
        sees = {"keeper-east": 200, "sound-supplies": 200, "approver-east": 200, "keeper-west": 403}
        assert {name: nobody.get(address, headers=keys[name]).status_code for name in sees} == sees
        assert nobody.get(address).status_code == 401
        assert nobody.get(address, headers=account(home, 420103, Scope.READ)).status_code == 403

    @pytest.mark.parametrize("hash_", ["0x", "x", "0x" + "AB" * 32, "ab" * 32, "0x" + "ab" * 33, "%00"])
    def test_no_hash(self, nobody: TestClient, office: Headers, hash_: str) -> None:
        assert nobody.get(f"/v1/transactions/{hash_}", headers=office).status_code in (404, 422)


def test_a_server_without_an_outbox_only_reads(city: Home, tmp_path: Path) -> None:
    home = copy_of(city, tmp_path / "home")
    home.outbox.unlink()
    with serving(home) as client:
        assert_problem(client.get(f"/v1/drafts/{'0' * 62}"), 503, "desk-missing")
    assert not home.outbox.exists()


def test_what_a_withdrawn_id_leads_to(city: Home, tmp_path: Path) -> None:
    """The same form again shows the same draft, withdrawn; another id makes a new one."""
    home = copy_of(city, tmp_path / "home")
    with served(home) as nobody:
        office = account(home, 420102, Scope.DRAFTS)
        form = hand_over_form(home)
        made = prepared(nobody, office, form)
        own = session_of(nobody, signer_of(home, "keeper-east"))
        assert nobody.delete(f"/v1/drafts/{made['key']}", headers=own).status_code == 200
        assert prepared(nobody, office, form, status=200)["state"] == "withdrawn"
        assert prepared(nobody, office, {**form, "client_id": fresh_id()})["state"] == "open"
