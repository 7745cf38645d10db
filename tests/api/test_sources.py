"""`/v1/suppliers`, `/v1/issuers`, `/v1/qualifications`, `/v1/items`: where goods come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, copy_of, iso, serving, wait_for

from ledger_client.demo.cast import BUREAU, LAPSED, MEDICAL_DEVICE, SOUND, SUPPLIERS, at
from ledger_client.home import Home
from ledger_client.identifiers import parse_item
from ledger_client.index import IndexReader
from ledger_client.index.register_pages import journal_word
from ledger_client.ledger import Ledger
from ledger_client.reasons import reason_named
from ledger_client.signers import KeystoreSigner
from ledger_client.writing import Party

SOUND_CODE = "91420100MA4KXMPL1B"
STRANGER_CODE = "91110000600037341L"
MASKS, GOWNS = parse_item("299010110001"), parse_item("299010310001")
PIECES = parse_item("299010110002")


def ask(client: TestClient, address: str, **params: Any) -> Any:
    answer = client.get(f"/v1/{address}", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestSuppliers:
    def test_page_by_page(self, client: TestClient) -> None:
        first = ask(client, "suppliers", limit=1)
        second = ask(client, "suppliers", limit=1, after=first["next_after"])
        rows = first["suppliers"] + second["suppliers"]
        assert [int(row["supplier"], 16) for row in rows] == sorted(SUPPLIERS)
        assert [row["qualification_count"] for row in rows] == [1, 1]
        assert second["next_after"] is None
        assert rows == ask(client, "suppliers")["suppliers"]

    @pytest.mark.parametrize("form", [SOUND_CODE, f"{SOUND:040x}"])
    def test_one(self, client: TestClient, index: IndexReader, form: str) -> None:
        answer = ask(client, f"suppliers/{form}", at=iso(at(5)))
        zh, en = SUPPLIERS[SOUND]
        assert answer["name"] == {"zh": zh, "en": en}
        assert answer["code"] == (SOUND_CODE if form == SOUND_CODE else None)
        assert answer["journal"] == f"{journal_word(index, 'supplier_journals', SOUND):064x}"
        [row], [key] = answer["qualifications"], index.qualifications(SOUND)
        assert row == {
            "qualification": f"{key:040x}",
            "supplier": f"{SOUND:040x}",
            "supplier_name": {"zh": zh, "en": en},
            "issuer": f"{BUREAU:040x}",
            "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
            "category": MEDICAL_DEVICE,
            "status": "valid",
            "is_in_date": True,
            "valid_from": iso(at(0, 0)),
            "valid_until": iso(at(365)),
            "grade": "A",
        }

    def test_that_is_not_there(self, client: TestClient) -> None:
        assert_problem(client.get(f"/v1/suppliers/{STRANGER_CODE}"), 404, "supplier-unknown", STRANGER_CODE)

    def test_mistyped(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/suppliers/91420100MA4KXMPL1C"), 422, "check-character")


class TestIssuers:
    def test_list(self, client: TestClient) -> None:
        [row] = ask(client, "issuers")["issuers"]
        assert row == {
            "issuer": f"{BUREAU:040x}",
            "name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
        }

    def test_one_page_by_page(self, client: TestClient, index: IndexReader) -> None:
        whole = ask(client, f"issuers/{BUREAU:040x}")
        first = ask(client, f"issuers/{BUREAU:040x}", limit=1)
        second = ask(client, f"issuers/{BUREAU:040x}", limit=1, after=first["next_after"])
        assert first["accreditations"] + second["accreditations"] == whole["accreditations"]
        assert (second["next_after"], whole["next_after"]) == (None, None)
        assert whole["journal"] == f"{journal_word(index, 'issuer_journals', BUREAU):064x}"
        assert {each["status"] for each in whole["accreditations"]} == {"valid"}
        assert [each["kind"] for each in first["accreditations"][0]["history"]] == ["issued"]

    def test_before_anything_counted(self, client: TestClient) -> None:
        answer = ask(client, f"issuers/{BUREAU:040x}", at="1970-01-02T00:00:00Z")
        assert {each["status"] for each in answer["accreditations"]} == {"not_yet_valid"}

    @pytest.mark.parametrize("form", ["x", "f" * 41, "91420100MA4KXMPL1C"])
    def test_what_names_none(self, client: TestClient, form: str) -> None:
        assert client.get(f"/v1/issuers/{form}").status_code == 422

    def test_that_is_not_there(self, client: TestClient) -> None:
        assert_problem(client.get(f"/v1/issuers/{STRANGER_CODE}"), 404, "issuer-unknown", STRANGER_CODE)


class TestItems:
    def test_page_by_page(self, client: TestClient, index: IndexReader) -> None:
        rows, after = [], {}
        for _ in index.items():
            page = ask(client, "items", limit=1, **after)
            rows += page["items"]
            after = {"after": page["next_after"]}
        assert after == {"after": None}
        assert rows == ask(client, "items")["items"]
        assert [int(row["item"]) for row in rows] == sorted(index.items())

    def test_one(self, client: TestClient) -> None:
        answer = ask(client, f"items/{GOWNS}")
        del answer["block"]
        assert answer == {
            "item": str(GOWNS),
            "category": "2990103",
            "name": {"zh": "一次性隔离衣(件)", "en": "Disposable gowns (piece)"},
            "unit": "H87",
            "qualification_category": MEDICAL_DEVICE,
            "shelf_life_days": None,
            "is_serial": False,
            "holds": [],
        }

    def test_of_a_category(self, client: TestClient) -> None:
        rows = ask(client, "items", category="2990103")["items"]
        assert [row["item"] for row in rows] == [str(GOWNS)]
        assert ask(client, "items", category="1234567")["items"] == []

    @pytest.mark.parametrize("form", ["x", "1", "0" * 12, "29901031000\u0661"])
    def test_what_is_none(self, client: TestClient, form: str) -> None:
        assert client.get(f"/v1/items/{form}").status_code == 422

    def test_that_is_not_there(self, client: TestClient) -> None:
        assert_problem(client.get("/v1/items/299010399999"), 404, "item-unknown", "299010399999")


@pytest.fixture(scope="module")
def judged(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A city where the sound supplier is suspended since day 10, the lapsed one revoked, a pack known."""
    home = copy_of(city, tmp_path_factory.mktemp("judged") / "home")
    with serving(home) as client, Ledger.open(home) as ledger:
        bureau = KeystoreSigner.open(home.keys / "bureau.json", "")
        root = Party(KeystoreSigner.open(home.keys / "root.json", ""), 0)
        [sound], [lapsed] = (ledger.index().qualifications(each) for each in (SOUND, LAPSED))
        why, end = reason_named("under-investigation").code, reason_named("certificate-invalid").code
        ledger.write([ledger.qualifications.suspend(sound, reason=why, effective_at=at(10), by=bureau)])
        ledger.write([ledger.qualifications.revoke(lapsed, reason=end, effective_at=at(3), by=root.signer)])
        call = ledger.items.register(PIECES, zh="医用外科口罩(只)", unit="H87", category=1, by=root)
        ledger.write([call])
        ledger.write([ledger.items.set_factor(MASKS, PIECES, 50, by=root)])
        wait_for(lambda: bool(client.get(f"/v1/items/{MASKS}").json()["holds"]))
        yield client


class TestQualifications:
    def test_list_of_a_supplier_and_of_all(self, client: TestClient, index: IndexReader) -> None:
        whole = ask(client, "qualifications", at=iso(at(5)))
        first = ask(client, "qualifications", at=iso(at(5)), limit=1)
        second = ask(client, "qualifications", at=iso(at(5)), limit=1, after=first["next_after"])
        assert first["qualifications"] + second["qualifications"] == whole["qualifications"]
        assert [int(row["qualification"], 16) for row in whole["qualifications"]] == sorted(
            index.qualifications()
        )
        [row] = ask(client, "qualifications", supplier=SOUND_CODE, at=iso(at(5)))["qualifications"]
        assert row in whole["qualifications"]
        assert row["supplier"] == f"{SOUND:040x}"
        assert ask(client, "qualifications", supplier=STRANGER_CODE)["qualifications"] == []
        digest = index.qualifications(SOUND)[int(row["qualification"], 16)].certificate.hex()
        for certificate in (digest, digest.upper(), f"0x{digest}"):
            assert ask(client, "qualifications", certificate=certificate, at=iso(at(5)))[
                "qualifications"
            ] == [row]
        other = f"{int(digest, 16) ^ 1:064x}"  # of a file that was changed
        assert ask(client, "qualifications", certificate=other)["qualifications"] == []
        both = ask(client, "qualifications", certificate=digest, supplier=STRANGER_CODE)
        assert both["qualifications"] == []
        assert client.get("/v1/qualifications", params={"certificate": digest[1:]}).status_code == 422
        assert client.get("/v1/qualifications", params={"supplier": "x"}).status_code == 422

    def test_suspended_then_and_now_with_the_reason(self, judged: TestClient) -> None:
        [row] = ask(judged, "qualifications", supplier=SOUND_CODE)["qualifications"]
        answer = ask(judged, f"qualifications/{row['qualification']}", at=iso(at(15)))
        then, now = answer["then"], answer["now"]
        assert (then["status"], then["is_suspended"], then["reason"]) == ("valid", False, None)
        assert (now["status"], now["is_suspended"], now["is_revoked"]) == ("suspended", True, False)
        assert (now["reason"], now["is_in_date"], now["grade"]) == ("under-investigation", True, "A")
        issued, suspended = answer["history"]
        assert (issued["kind"], issued["reason"], issued["grade"]) == ("issued", None, "A")
        assert (issued["valid_from"], issued["valid_until"]) == (iso(at(0, 0)), iso(at(365)))
        assert (suspended["entry"], suspended["kind"]) == (2, "suspended")
        assert suspended["effective_at"] == iso(at(10)) < suspended["recorded_at"]
        assert (suspended["valid_from"], suspended["grade"]) == (None, None)
        assert not suspended["is_by_authority"]
        assert [each["kind"] for each in answer["issuer_history"]] == ["issued"]
        assert answer["supplier_journal"].endswith(f"{3:016x}")

    def test_revoked_by_the_authority(self, judged: TestClient) -> None:
        [row] = ask(judged, "qualifications", supplier=f"{LAPSED:040x}")["qualifications"]
        assert row["status"] == "revoked"
        answer = ask(judged, f"qualifications/{row['qualification']}", at=iso(at(3) - 1))
        assert (answer["now"]["status"], answer["now"]["reason"]) == ("expired", None)
        answer = ask(judged, f"qualifications/{row['qualification']}", at=iso(at(3)))
        assert (answer["now"]["is_revoked"], answer["now"]["reason"]) == (True, "certificate-invalid")
        assert answer["then"]["is_revoked"] is False
        assert answer["history"][-1]["is_by_authority"] is True

    def test_of_which_nothing_was_known(self, client: TestClient, index: IndexReader) -> None:
        [key] = index.qualifications(SOUND)
        answer = ask(client, f"qualifications/{key:040x}", at=iso(at(0) - 86_400))
        assert answer["then"]["status"] == "unknown"
        assert answer["then"]["is_in_date"] is None

    def test_what_a_pack_holds(self, judged: TestClient) -> None:
        [held] = ask(judged, f"items/{MASKS}")["holds"]
        assert held == {
            "item": str(PIECES),
            "name": {"zh": "医用外科口罩(只)", "en": ""},
            "unit": "H87",
            "factor": "50",
        }
        assert ask(judged, f"items/{PIECES}")["holds"] == []
        assert [len(row["holds"]) for row in ask(judged, "items", category="2990101")["items"]] == [1, 0]

    @pytest.mark.parametrize("form", ["x", "f" * 39, "g" * 40])
    def test_what_is_no_id(self, client: TestClient, form: str) -> None:
        assert client.get(f"/v1/qualifications/{form}").status_code == 422

    def test_that_is_not_there(self, client: TestClient) -> None:
        assert_problem(client.get(f"/v1/qualifications/{'F' * 40}"), 404, "qualification-unknown", "f" * 40)
