"""`/v1/acts`: requests, registrations and decisions from their form into a block, signed elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from acting import (
    DECISION,
    act_of,
    emergency_form,
    recorded,
    request_form,
    signed_form,
    site_form,
)
from drafting import fresh_id, session_of, settled, signer_of, transaction_form
from fastapi.testclient import TestClient
from served import account_of, assert_problem, copy_of, serving

from api.access.rights import Scope
from ledger_client.act_forms import NoActsKnown, Offices, parse_act_form, prepare_act
from ledger_client.acts import ActDiffersError, from_dict, require_same, say
from ledger_client.demo.cast import EAST_GOVERNMENT, MASK_LOT, MASKS, NORTH_ENTERPRISE, WEST_GOVERNMENT
from ledger_client.documents import CHINA_OFFSET
from ledger_client.home import Home
from ledger_client.ledger import Ledger
from ledger_client.outbox import Outbox
from ledger_client.records import RecordId, RecordsKey, RecordStore
from ledger_client.signers import Signer

Headers = Mapping[str, str]
MASK = f"{MASK_LOT.lot_id:040x}"


@pytest.fixture(scope="module")
def home(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return copy_of(city, tmp_path_factory.mktemp("acts") / "home")


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


def account(home: Home, division: int, *scopes: Scope) -> dict[str, str]:
    return {"Authorization": f"Bearer {account_of(home, division, scopes=scopes)}"}


@pytest.fixture(scope="module")
def office(home: Home) -> dict[str, str]:
    """An account that prepares documents of the eastern district."""
    return account(home, 420102, Scope.DRAFTS)


@pytest.fixture(scope="module")
def keys(nobody: TestClient, home: Home) -> Mapping[str, dict[str, str]]:
    """Sessions of the keys of the city; the supplier's reads no division."""
    names = ("keeper-east", "keeper-west", "sound-supplies", "approver-city", "city-authority")
    return {name: session_of(nobody, signer_of(home, name)) for name in names}


def prepared(client: TestClient, headers: Headers, form: Any, status: int = 200) -> dict[str, Any]:
    answer = client.post("/v1/acts", json=form, headers=headers)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def proposed_to_leave(client: TestClient, home: Home, whole: dict[str, str], quantity: str) -> str:
    """Let the west ask for masks and the east offer them; return the key of the proposal."""
    west, east = signer_of(home, "keeper-west"), signer_of(home, "keeper-east")
    authority = signer_of(home, "city-authority")
    terms = {
        "act": "set-terms", "division": "420102", "mode": "government", "share": 5_000, "notice_days": 0,
        "source": DECISION, "by": {"address": authority.address},
    }  # fmt: skip
    recorded(client, terms, authority, whole)
    form = request_form(
        home, site=str(WEST_GOVERNMENT), by={"address": west.address}, note=None, quantity=quantity
    )
    asked, _ = recorded(client, form, west, whole)
    offer = {
        "act": "propose",
        "client_id": fresh_id(),
        "request": asked["key"],
        "giver": str(EAST_GOVERNMENT),
        "lots": [{"lot": MASK, "quantity": quantity}],
        "by": {"address": east.address},
    }
    proposed, told = recorded(client, offer, east, whole)
    assert told["state"] == "recorded", told
    key: str = proposed["key"]
    return key


def approval_of(proposal: str, approver: Signer, **more: Any) -> dict[str, Any]:
    """The approval of a proposal whose goods leave the district, with the consent to their dispatch."""
    return {
        "act": "approve-with-consent",
        "client_id": fresh_id(),
        "proposal": proposal,
        "kind": "dispatch",
        "deadline": "2026-12-20",
        "by": {"address": approver.address},
        **more,
    }


def waiting_for(client: TestClient, headers: Headers, form: Any) -> list[str]:
    """Prepare a document, and return as what somebody signs it next."""
    answer = client.post("/v1/drafts", json=form, headers=headers)
    assert answer.status_code == 201, answer.text
    return [each["part"] for each in answer.json()["waiting_for"]]


def day_of(moment: str) -> str:
    """The day of a moment of the API, as the ledger counts days."""
    return (datetime.fromisoformat(moment) + timedelta(seconds=CHINA_OFFSET)).date().isoformat()


def kept(home: Home) -> tuple[int, list[str]]:
    """What a server could have kept: entries on their way, and files of acts."""
    with Outbox.open(home.outbox) as outbox:
        return len(outbox.unfinished()), [str(each) for each in (home.path / "unsigned").glob("*")]


class TestRecorded:
    def test_a_request_by_its_own_key(
        self, nobody: TestClient, home: Home, keys: Mapping[str, dict[str, str]]
    ) -> None:
        keeper = signer_of(home, "keeper-east")
        before = kept(home)
        answer = prepared(nobody, keys["keeper-east"], request_form(home))
        assert answer["sentences"]["en"][0].startswith("Ask for 40 of item")
        assert answer["sentences"]["zh"][0].startswith(f"储备点 {EAST_GOVERNMENT}申请")
        assert kept(home) == before
        handed = signed_form(nobody, answer, keeper, keys["keeper-east"])
        sent = nobody.post("/v1/transactions", json=handed, headers=keys["keeper-east"])
        told = settled(nobody, sent.headers["location"], keys["keeper-east"])
        assert (told["state"], told["document"], told["refusal"]) == ("recorded", None, None)
        record = RecordId("request", int(answer["key"], 16))
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            assert records.registrar(record) == keeper.address
            found = records.get(record)
            assert found is not None and found.body == {"note": "the clinic runs short"}
        # Sent again, as after a lost answer.
        again = nobody.post("/v1/transactions", json=handed, headers=keys["keeper-east"])
        assert (again.status_code, again.json()["hash"]) == (202, told["hash"])

    def test_a_request_proposed_approved_with_consent_and_withdrawn(
        self, nobody: TestClient, home: Home, office: dict[str, str], keys: Mapping[str, dict[str, str]]
    ) -> None:
        """The goods leave the district, so that the approver's key consents to their document."""
        city = signer_of(home, "approver-city")
        whole = account(home, 0, Scope.DRAFTS, Scope.READ)
        proposal = proposed_to_leave(nobody, home, whole, "5")
        answer = prepared(nobody, whole, approval_of(proposal, city, note="handle with care"))
        assert answer["consent_digest"] == f"0x{(act_of(answer).consent_digest or b'').hex()}"
        assert any("goods leave site" in each for each in answer["sentences"]["en"])
        handed = signed_form(nobody, answer, city, whole)
        unconsented = {**handed, "act": answer["act"]}
        refusal = nobody.post("/v1/transactions", json=unconsented, headers=whole)
        assert_problem(refusal, 409, "act-consent", "no consent")
        sent = nobody.post("/v1/transactions", json=handed, headers=whole)
        assert sent.status_code == 202, sent.text
        assert settled(nobody, sent.headers["location"], whole)["state"] == "recorded"
        back = {
            "act": "withdraw-proposals",
            "proposals": [proposal],
            "role": "approver",
            "reason": "not-needed",
            "by": {"address": city.address},
        }
        _, told = recorded(nobody, back, city, keys["approver-city"])
        assert told["state"] == "recorded"

    def test_goods_leave_with_the_consent_that_was_kept(
        self, nobody: TestClient, home: Home, keys: Mapping[str, dict[str, str]]
    ) -> None:
        """Whoever approved is asked again only where something else than was approved is sent."""
        east, city = signer_of(home, "keeper-east"), signer_of(home, "approver-city")
        whole = account(home, 0, Scope.DRAFTS, Scope.READ)
        proposal = proposed_to_leave(nobody, home, whole, "3")
        approval = approval_of(proposal, city)
        recorded(nobody, approval, city, whole)
        kept = nobody.get(f"/v1/proposals/{proposal}", headers=whole).json()["consent"]
        assert (kept["client_id"], kept["approver"]) == (approval["client_id"], city.address)
        assert (kept["has_body"], kept["is_sent"], kept["is_day_only"]) == (False, False, True)
        form = {
            "kind": "dispatch",
            "client_id": kept["client_id"],
            "site": str(EAST_GOVERNMENT),
            "to": str(WEST_GOVERNMENT),
            "lines": [{"lot": MASK, "quantity": "3"}],
            "deadline": kept["deadline"],
            "occurred_at": day_of(kept["occurred_at"]),
            "reference": {"type": "proposal", "key": proposal},
            "keeper": {"address": east.address},
            "approver": {"address": city.address},
        }
        other = {**form, "client_id": fresh_id()}
        assert waiting_for(nobody, whole, other) == ["approver"]  # no other document was approved
        answer = nobody.post("/v1/drafts", json=form, headers=whole)
        assert answer.status_code == 201, answer.text
        made = answer.json()
        assert [each["part"] for each in made["waiting_for"]] == ["sender"]
        assert made["valid_until"] == kept["valid_until"]
        own = keys["keeper-east"]
        sent = nobody.post("/v1/transactions", json=transaction_form(nobody, made, east, own), headers=own)
        told = settled(nobody, sent.headers["location"], own)
        assert (told["state"], told["document"], told["refusal"]) == ("recorded", made["key"], None)
        assert nobody.get(f"/v1/proposals/{proposal}", headers=whole).json()["consent"]["is_sent"]

    def test_a_consent_that_is_over_is_asked_for_again(
        self, nobody: TestClient, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        east, city = signer_of(home, "keeper-east"), signer_of(home, "approver-city")
        whole = account(home, 0, Scope.DRAFTS, Scope.READ)
        proposal = proposed_to_leave(nobody, home, whole, "2")
        recorded(nobody, approval_of(proposal, city), city, whole)
        kept = nobody.get(f"/v1/proposals/{proposal}", headers=whole).json()["consent"]
        form = {
            "kind": "dispatch",
            "client_id": kept["client_id"],
            "site": str(EAST_GOVERNMENT),
            "to": str(WEST_GOVERNMENT),
            "lines": [{"lot": MASK, "quantity": "2"}],
            "deadline": kept["deadline"],
            "occurred_at": day_of(kept["occurred_at"]),
            "reference": {"type": "proposal", "key": proposal},
            "keeper": {"address": east.address},
            "approver": {"address": city.address},
        }
        over = int(datetime.fromisoformat(kept["valid_until"]).timestamp()) + 1
        monkeypatch.setattr(nobody.app_state["desk"], "_now", lambda: over)
        assert waiting_for(nobody, whole, form) == ["approver"]

    def test_what_was_not_approved_waits_for_its_approver(self, nobody: TestClient, home: Home) -> None:
        east, city = signer_of(home, "keeper-east"), signer_of(home, "approver-city")
        whole = account(home, 0, Scope.DRAFTS, Scope.READ)
        proposal = proposed_to_leave(nobody, home, whole, "4")
        approval = approval_of(proposal, city)
        recorded(nobody, approval, city, whole)
        form = {
            "kind": "dispatch",
            "client_id": approval["client_id"],
            "site": str(EAST_GOVERNMENT),
            "to": str(WEST_GOVERNMENT),
            "lines": [{"lot": MASK, "quantity": "2"}],
            "deadline": approval["deadline"],
            "reference": {"type": "proposal", "key": proposal},
            "keeper": {"address": east.address},
            "approver": {"address": city.address},
        }
        assert waiting_for(nobody, whole, form) == ["approver"]

    def test_a_stale_proposal_of_a_list_is_skipped_and_named(
        self, nobody: TestClient, home: Home, office: dict[str, str]
    ) -> None:
        names = ("keeper-north", "keeper-east", "approver-east", "city-authority")
        north, east, approver, authority = (signer_of(home, name) for name in names)
        whole = account(home, 0, Scope.DRAFTS, Scope.READ)
        terms = {
            "act": "set-terms", "division": "420102", "mode": "government", "share": 5_000, "notice_days": 0,
            "source": DECISION, "by": {"address": authority.address},
        }  # fmt: skip
        recorded(nobody, terms, authority, whole)
        # Both sites are of one street, whose approver decides first.
        near = {"act": "grant", "role": "approver", "division": "420102001", "holder": approver.address}
        recorded(nobody, {**near, "by": {"address": authority.address}}, authority, whole)
        form = request_form(
            home, site=str(NORTH_ENTERPRISE), by={"address": north.address}, note=None, quantity="9"
        )
        asked, _ = recorded(nobody, form, north, whole)
        keys = []
        for quantity in ("2", "3"):
            offer = {
                "act": "propose",
                "client_id": f"0x{secrets.token_hex(32)}",
                "request": asked["key"],
                "giver": str(EAST_GOVERNMENT),
                "lots": [{"lot": MASK, "quantity": quantity}],
                "by": {"address": east.address},
            }
            answer, told = recorded(nobody, offer, east, whole)
            assert told["state"] == "recorded", told
            keys.append(answer["key"])
        by = {"address": approver.address}
        approval = {"act": "approve", "proposals": keys, "by": by}
        handed = signed_form(nobody, prepared(nobody, whole, approval), approver, whole)
        gone = {"act": "withdraw-proposals", "proposals": keys[:1], "role": "keeper", "reason": "not-needed"}
        recorded(nobody, {**gone, "by": {"address": east.address}}, east, whole)
        sent = nobody.post("/v1/transactions", json=handed, headers=whole)
        where = sent.headers["location"]
        assert settled(nobody, where, whole)["state"] == "recorded"
        answer = nobody.get(f"{where}/skipped", headers=whole).json()
        [skipped] = answer["skipped"]
        assert (skipped["proposal"], skipped["code"]) == (keys[0], "not_proposed")
        assert keys[0][:8] in skipped["text"]["en"] and keys[0][:8] in skipped["text"]["zh"]
        other = nobody.get(f"/v1/proposals/{keys[1]}", headers=whole).json()
        assert other["proposal"]["state"] == "approved"

    def test_what_authorities_do(
        self, nobody: TestClient, home: Home, office: dict[str, str], keys: Mapping[str, dict[str, str]]
    ) -> None:
        authority = signer_of(home, "city-authority")
        own = keys["city-authority"]
        by = {"address": authority.address}
        forms = [
            site_form(home),
            {
                "act": "register-consignee", "consignee": "local:N-1", "division": "420102001001",
                "zh": "新医院", "by": by,
            },
            {
                "act": "register-supplier", "supplier": "91420100MA4KY12343", "zh": "新商行",
                "by": {**by, "division": "4201"},
            },
            {
                "act": "grant", "holder": signer_of(home, "keeper-east").address, "role": "keeper",
                "division": "420102001002", "by": by,
            },
            {
                "act": "set-floors", "site": str(EAST_GOVERNMENT), "source": DECISION, "by": by,
                "floors": [{"item": str(MASKS), "quantity": "10"}],
            },
            {
                "act": "set-cycles", "site": str(EAST_GOVERNMENT), "source": DECISION, "by": by,
                "cycles": [{"category": "2990101", "days": 30}],
            },
            {
                "act": "set-terms", "division": "420102", "mode": "agreement", "share": 5_000,
                "notice_days": 2, "source": DECISION, "by": by,
            },
            emergency_form(home),
        ]  # fmt: skip
        for form in forms:
            _, told = recorded(nobody, form, authority, own)
            assert told["state"] == "recorded", (form, told)
        with Ledger.open(home) as ledger:
            site = ledger.index().sites()[420102001001509]
            assert ledger.records.name(RecordId("site", 420102001001509), site.name) is not None
        ending = {"act": "end-emergency", "division": "420102", "reason": "danger-past", "by": by}
        answer = nobody.post("/v1/acts", json=ending, headers=office)
        assert answer.status_code == 200, answer.text


class TestCallers:
    def test_its_own_signer_whatever_it_reads(
        self, nobody: TestClient, home: Home, keys: Mapping[str, dict[str, str]]
    ) -> None:
        """A supplier's key has no division: it prepares its own acts, and nobody else's."""
        supplier = signer_of(home, "sound-supplies").address
        form = {"act": "accept-class", "role": "supplier", "by": {"address": supplier}}
        answer = nobody.post("/v1/acts", json=form, headers=keys["sound-supplies"])
        assert answer.status_code == 409, answer.text  # it has its class already: the contract says so
        lower = {**form, "by": {"address": supplier.lower()}}
        assert nobody.post("/v1/acts", json=lower, headers=keys["sound-supplies"]).status_code == 409
        other = nobody.post("/v1/acts", json=request_form(home), headers=keys["sound-supplies"])
        assert_problem(other, 403, "not-allowed", "may not")

    @pytest.mark.parametrize("scopes", [(), (Scope.READ,), (Scope.BOOKS,)])
    def test_whoever_prepares_nothing(
        self, nobody: TestClient, home: Home, scopes: tuple[Scope, ...]
    ) -> None:
        headers = account(home, 0, *scopes)
        answer = nobody.post("/v1/acts", json=request_form(home), headers=headers)
        assert_problem(answer, 403, "not-allowed", "may not")

    def test_the_public(self, nobody: TestClient, home: Home, office: dict[str, str]) -> None:
        answer = prepared(nobody, office, request_form(home))
        for path, body in (
            ("/v1/acts", request_form(home)),
            ("/v1/acts/number", {"act": answer["act"]}),
            ("/v1/transactions", {"act": answer["act"], "raw": "0x01"}),
        ):
            assert nobody.post(path, json=body).status_code == 401

    def test_a_proposal_is_told_to_whoever_reads_a_side(
        self, nobody: TestClient, home: Home, keys: Mapping[str, dict[str, str]]
    ) -> None:
        """The form of an act is no way to read what a proposal or document says."""
        with Ledger.open(home) as ledger:
            document = ledger.index().stock_card(EAST_GOVERNMENT)[0].document.key
        supplier = {"address": signer_of(home, "sound-supplies").address}
        form = {"act": "show", "document": f"{document:062x}", "by": supplier}
        answer = nobody.post("/v1/acts", json=form, headers=keys["sound-supplies"])
        assert_problem(answer, 403, "not-allowed", "may not")
        unknown = {**form, "document": "0" * 62}
        assert_problem(
            nobody.post("/v1/acts", json=unknown, headers=keys["sound-supplies"]),
            403,
            "not-allowed",
            "may not",
        )
        west = account(home, 420103, Scope.DRAFTS)
        assert_problem(nobody.post("/v1/acts", json=form, headers=west), 403, "not-allowed", "may not")


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "status"),
        [
            ({"act": "issue"}, 422),
            ({"act": None}, 422),
            ({"quantity": "0"}, 422),
            ({"quantity": 40}, 422),
            ({"quantity": "٤"}, 422),
            ({"quantity": "9223372036854775808"}, 422),
            ({"quantity": "9" * 40}, 422),
            ({"site": "420102001001598"}, 409),
            ({"site": "4201020010011\x00"}, 422),
            ({"item": "000000000000"}, 422),
            ({"needed_by": "2026-13-01"}, 422),
            ({"needed_by": "2020-01-01"}, 409),
            ({"needed_by": "9999-12-31"}, 409),
            ({"reason": "because"}, 422),
            ({"urgency": "very"}, 422),
            ({"consignee": "local:"}, 422),
            ({"consignee": "\ud800"}, 422),
            ({"note": "\ud800"}, 422),
            ({"note": ""}, 422),
            ({"note": "x" * 2_001}, 422),
            ({"client_id": "0x00"}, 422),
            ({"by": {"address": "0x" + "ab" * 20}}, 409),
            ({"by": {"address": "0xAb" + "ab" * 19}}, 422),
            ({"by": {"address": "0x12"}}, 422),
            ({"by": None}, 422),
            ({"extra": 1}, 422),
        ],
    )
    def test_a_bad_form(
        self, nobody: TestClient, home: Home, office: dict[str, str], changes: dict[str, Any], status: int
    ) -> None:
        import json

        body = json.dumps(request_form(home, **changes))
        headers = {**office, "Content-Type": "application/json"}
        answer = nobody.post("/v1/acts", content=body, headers=headers)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    def test_things_named_twice(self, nobody: TestClient, home: Home, office: dict[str, str]) -> None:
        by = {"address": signer_of(home, "city-authority").address}
        floor = {"item": str(MASKS), "quantity": "10"}
        forms = [
            {
                "act": "set-floors", "site": str(EAST_GOVERNMENT), "source": DECISION, "by": by,
                "floors": [floor, floor],
            },
            {"act": "reject", "proposals": ["1" * 62] * 2, "reason": "seen-on-site", "by": by},
            {"act": "reject", "proposals": [], "reason": "seen-on-site", "by": by},
        ]  # fmt: skip
        for form in forms:
            assert nobody.post("/v1/acts", json=form, headers=office).status_code == 422

    def test_unknown_things(self, nobody: TestClient, home: Home) -> None:
        by = {"address": signer_of(home, "approver-city").address}
        whole = account(home, 0, Scope.DRAFTS)
        for form, type_ in (
            ({"act": "approve", "proposals": ["1" * 62], "by": by}, "proposal-unknown"),
            (
                {"act": "withdraw-request", "request": "1" * 62, "reason": "not-needed", "by": by},
                "request-unknown",
            ),
            ({"act": "show", "document": "1" * 62, "by": by}, "document-unknown"),
        ):
            assert_problem(nobody.post("/v1/acts", json=form, headers=whole), 409, type_, "look its key up")

    def test_a_number_at_a_time(
        self, nobody: TestClient, home: Home, office: dict[str, str], keys: Mapping[str, dict[str, str]]
    ) -> None:
        keeper = signer_of(home, "keeper-west")
        by, site = {"address": keeper.address}, str(WEST_GOVERNMENT)
        one, two = (
            prepared(nobody, keys["keeper-west"], request_form(home, site=site, by=by)) for _ in range(2)
        )
        handed = signed_form(nobody, one, keeper, keys["keeper-west"])
        answer = nobody.post("/v1/acts/number", json={"act": two["act"]}, headers=keys["keeper-west"])
        assert_problem(answer, 409, "signature-open", "in hand")
        sent = nobody.post("/v1/transactions", json=handed, headers=keys["keeper-west"])
        settled(nobody, sent.headers["location"], keys["keeper-west"])

    def test_what_is_handed_in_is_what_the_act_says(
        self, nobody: TestClient, home: Home, office: dict[str, str], keys: Mapping[str, dict[str, str]]
    ) -> None:
        keeper = signer_of(home, "keeper-east")
        own = keys["keeper-east"]
        answer = prepared(nobody, own, request_form(home))
        handed = signed_form(nobody, answer, keeper, own)
        act = handed["act"]
        other = prepared(nobody, own, request_form(home, quantity="41"))["act"]
        record = {**act["record"], "signature": None}
        for body, status, type_ in (
            ({**handed, "act": {**act, "gas": act["gas"] + 1}}, 409, "transaction-other"),
            ({**handed, "act": {**act, "record": record}}, 409, "record-signature"),
            ({**handed, "act": {**act, "record": None}}, 422, "act-form"),
            ({**handed, "act": {**act, "chain_id": 5}}, 409, "act-ledger"),
            ({**handed, "act": {**act, "address": act["ledger"]}}, 409, "act-ledger"),
            ({**handed, "act": other}, 409, "record-signature"),
            ({**handed, "raw": "0x01"}, 409, "transaction"),
        ):
            refusal = nobody.post("/v1/transactions", json=body, headers=own)
            assert refusal.status_code in (status, 422), refusal.text
            assert type_ in refusal.json()["type"], refusal.text
        sent = nobody.post("/v1/transactions", json=handed, headers=own)
        assert settled(nobody, sent.headers["location"], own)["state"] == "recorded"

    def test_a_name_is_not_replaced(
        self, nobody: TestClient, home: Home, keys: Mapping[str, dict[str, str]]
    ) -> None:
        """A registered site's name stays, whoever hands in another one with an account that prepares."""
        authority = signer_of(home, "city-authority")
        form = site_form(home, site="420102001001508")
        first = prepared(nobody, keys["city-authority"], form)
        second = prepared(nobody, keys["city-authority"], {**form, "zh": "别的名称"})
        handed = signed_form(nobody, first, authority, keys["city-authority"])
        sent = nobody.post("/v1/transactions", json=handed, headers=keys["city-authority"])
        settled(nobody, sent.headers["location"], keys["city-authority"])
        late = act_of(second).signed(authority)
        raw = authority.sign_transaction(late.transaction(99)).hex()
        from ledger_client.acts import to_dict

        body = {"act": to_dict(late), "raw": f"0x{raw}"}
        answer = nobody.post("/v1/transactions", json=body, headers=keys["city-authority"])
        assert answer.status_code == 409, answer.text
        with RecordStore.open(home.records, RecordsKey.read(home.records_key)) as records:
            found = records.get(RecordId("site", 420102001001508))
            assert found is not None and found.name.zh == "新设商户储备点"


class TestWhoAsks:
    """A server is not believed: whoever signs makes the act of its own form and compares."""

    def asked(self, home: Home, form: dict[str, Any]) -> Any:
        """The act of a form, made by the client itself from what it knows of the ledger."""
        with Ledger.open(home) as ledger:
            offices = Offices.of(ledger.deployment, ledger.records)
            return prepare_act(parse_act_form(form), offices, NoActsKnown()).act

    def test_a_tampered_answer(self, nobody: TestClient, home: Home, office: dict[str, str]) -> None:
        keeper: Signer = signer_of(home, "keeper-east")
        form = request_form(home, by={"address": keeper.address, "division": "420102001001"})
        answer = prepared(nobody, office, form)
        asked = self.asked(home, form)
        require_same(act_of(answer), asked)
        with Ledger.open(home) as ledger:
            assert answer["sentences"]["en"] == say(act_of(answer), ledger.deployment.offset)
        for name, value in (
            ("quantity", "4000"),
            ("site", str(NORTH_ENTERPRISE)),
            ("neededBy", "1797782398"),
            ("consignee", "0x5"),
            ("reason", 111),
            ("urgency", 3),
            ("clientId", f"0x{'77' * 32}"),
        ):
            arguments = answer["act"]["arguments"]
            tampered = {**arguments, "asking": {**arguments["asking"], name: value}}
            act = from_dict({**answer["act"], "arguments": tampered})
            with pytest.raises(ActDiffersError):
                require_same(act, asked)
