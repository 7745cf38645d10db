"""`GET /v1/suppliers/{supplier}/verdict`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import assert_problem, copy_of, iso, serving, wait_for

from ledger_client.demo.cast import BUREAU, LAPSED, MEDICAL_DEVICE, SOUND, SUPPLIERS, at
from ledger_client.home import Home
from ledger_client.identifiers import supplier_id
from ledger_client.index import IndexReader
from ledger_client.ledger import Ledger
from ledger_client.reasons import reason_named
from ledger_client.signers import KeystoreSigner

SOUND_CODE, LAPSED_CODE = "91420100MA4KXMPL1B", "91420100MA4KXMPL2E"
STRANGER_CODE = "91110000600037341L"
NOTHING: dict[str, Any] = {
    "status": "unknown",
    "qualification": None,
    "issuer": None,
    "issuer_name": None,
    "is_issuer_accredited": None,
    "is_suspended": None,
    "is_revoked": None,
    "is_in_date": None,
    "valid_from": None,
    "valid_until": None,
    "grade": None,
}


def ask(client: TestClient, supplier: str, moment: int | None = None, category: int = MEDICAL_DEVICE) -> Any:
    params: dict[str, str | int] = {"category": category}
    if moment is not None:
        params["at"] = iso(moment)
    answer = client.get(f"/v1/suppliers/{supplier}/verdict", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestRefusals:
    def test_wrong_check_character_names_the_right_one(self, client: TestClient) -> None:
        answer = client.get("/v1/suppliers/91420100MA4KXMPL1C/verdict", params={"category": 1})
        assert_problem(answer, 422, "check-character", "91420100MA4KXMPL1C", "should be B")

    def test_wrong_check_digits_of_a_lei(self, client: TestClient) -> None:
        answer = client.get("/v1/suppliers/5493001KJTIIGC8Y1R13/verdict", params={"category": 1})
        assert_problem(answer, 422, "check-character", "LEI", "12")

    @pytest.mark.parametrize("supplier", ["1", "x" * 40, "0" * 39, "f" * 41, "DROP", "0x" + "0" * 40])
    def test_what_names_no_supplier(self, client: TestClient, supplier: str) -> None:
        answer = client.get(f"/v1/suppliers/{supplier}/verdict", params={"category": 1})
        assert_problem(answer, 422, "supplier-form", supplier, "18 characters")

    def test_letter_that_no_uscc_has(self, client: TestClient) -> None:
        answer = client.get("/v1/suppliers/91420100MA4KXMPLIB/verdict", params={"category": 1})
        assert_problem(answer, 422, "code-form", "never I, O, S, V or Z")

    def test_no_category(self, client: TestClient) -> None:
        problem = assert_problem(
            client.get(f"/v1/suppliers/{SOUND_CODE}/verdict"), 422, "parameter-malformed", "must be given"
        )
        assert problem["errors"][0]["value"] is None

    @pytest.mark.parametrize("category", ["0", "-1", str(2**32), "masks"])
    def test_category_out_of_bounds(self, client: TestClient, category: str) -> None:
        answer = client.get(f"/v1/suppliers/{SOUND_CODE}/verdict", params={"category": category})
        assert_problem(answer, 422, "parameter-malformed", "category")

    @pytest.mark.parametrize(
        ("moment", "type_"), [("now", "moment-form"), ("2026-09-20", "time-without-zone")]
    )
    def test_at_that_is_no_time(self, client: TestClient, moment: str, type_: str) -> None:
        answer = client.get(f"/v1/suppliers/{SOUND_CODE}/verdict", params={"category": 1, "at": moment})
        assert_problem(answer, 422, type_, moment)


class TestUnknown:
    def test_supplier_is_an_answer_and_no_good_news(self, client: TestClient) -> None:
        answer = ask(client, STRANGER_CODE, at(5))
        assert answer["is_registered"] is False
        assert answer["name"] is None
        assert answer["supplier"] == f"{supplier_id('uscc', STRANGER_CODE):040x}"
        assert answer["then"] == answer["now"] == NOTHING

    def test_category_is_no_good_news(self, client: TestClient) -> None:
        answer = ask(client, SOUND_CODE, at(5), category=77)
        assert answer["is_registered"] is True
        assert answer["then"] == answer["now"] == NOTHING

    def test_before_anything_was_recorded(self, client: TestClient) -> None:
        answer = ask(client, SOUND_CODE, at(0) - 86_400)
        assert answer["then"] == NOTHING
        assert answer["now"]["status"] == "issuer_not_accredited"
        assert answer["now"]["is_issuer_accredited"] is False
        assert answer["now"]["is_in_date"] is False


class TestVerdict:
    def test_of_a_sound_supplier_fact_by_fact(self, client: TestClient, index: IndexReader) -> None:
        answer = ask(client, SOUND_CODE, at(5))
        [(key, _)] = index.qualifications(SOUND).items()
        valid = {
            "status": "valid",
            "qualification": f"{key:040x}",
            "issuer": f"{BUREAU:040x}",
            "issuer_name": {"zh": "样例市卫生局", "en": "Sample health bureau"},
            "is_issuer_accredited": True,
            "is_suspended": False,
            "is_revoked": False,
            "is_in_date": True,
            "valid_from": iso(at(0, 0)),
            "valid_until": iso(at(365)),
            "grade": "A",
        }
        zh, en = SUPPLIERS[SOUND]
        head = index.position()
        assert answer == {
            "supplier": f"{SOUND:040x}",
            "code": SOUND_CODE,
            "name": {"zh": zh, "en": en},
            "is_registered": True,
            "category": MEDICAL_DEVICE,
            "categories": [MEDICAL_DEVICE],
            "at": iso(at(5)),
            "then": valid,
            "now": valid,
            "block": {"number": head.number, "hash": f"0x{head.hash.hex()}", "time": iso(head.time)},
        }

    @pytest.mark.parametrize(
        "form", ["9142 0100 MA4K-XMPL1B", "91420100ma4kxmpl1b", "９１４２０１００MA4KXMPL1B", f"{SOUND:040X}"]
    )
    def test_understands_every_way_of_writing_it(self, client: TestClient, form: str) -> None:
        answer = ask(client, form, at(5))
        assert answer["supplier"] == f"{SOUND:040x}"
        assert answer["code"] == (None if len(form) == 40 else SOUND_CODE)

    def test_says_what_else_can_be_asked(self, client: TestClient) -> None:
        """Whoever has no account knows no category."""
        answer = client.get(f"/v1/suppliers/{SOUND_CODE}/verdict", params={"category": 77}).json()
        assert (answer["categories"], answer["now"]["status"]) == ([MEDICAL_DEVICE], "unknown")

    def test_of_an_lei(self, client: TestClient) -> None:
        answer = ask(client, "5493001KJTIIGC8Y1R12", at(5))
        assert answer["code"] == "5493001KJTIIGC8Y1R12"
        assert answer["is_registered"] is False

    @pytest.mark.parametrize(
        ("moment", "status", "is_in_date"),
        [(at(1, 0) - 1, "valid", True), (at(1, 0), "expired", False), (at(1, 0) + 1, "expired", False)],
    )
    def test_ends_at_the_second_that_is_written(
        self, client: TestClient, index: IndexReader, moment: int, status: str, is_in_date: bool
    ) -> None:
        now = ask(client, LAPSED_CODE, moment)["now"]
        assert (now["status"], now["is_in_date"], now["grade"]) == (status, is_in_date, "C")
        assert (
            now["status"]
            == index.supplier_verdict(LAPSED, MEDICAL_DEVICE, moment).verdict.status.name.lower()
        )

    def test_without_a_time_is_of_the_servers_clock(self, client: TestClient) -> None:
        before = iso(int(time.time()))
        assert before <= ask(client, SOUND_CODE)["at"] <= iso(int(time.time()))


@pytest.fixture(scope="module")
def suspended(city: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server on whose city the sound supplier is suspended today, with effect from the tenth day."""
    home = copy_of(city, tmp_path_factory.mktemp("suspended") / "home")
    with serving(home) as client, Ledger.open(home) as ledger:
        [qualification] = ledger.index().qualifications(SOUND)
        reason = reason_named("under-investigation").code
        bureau = KeystoreSigner.open(home.keys / "bureau.json", "")
        ledger.write(
            [ledger.qualifications.suspend(qualification, reason=reason, effective_at=at(10), by=bureau)]
        )
        wait_for(lambda: ask(client, SOUND_CODE, at(15))["now"]["status"] != "valid")
        yield client


class TestThenAndNow:
    def test_differ_where_the_past_was_judged_anew(self, suspended: TestClient) -> None:
        answer = ask(suspended, SOUND_CODE, at(15))
        assert (answer["then"]["status"], answer["then"]["is_suspended"]) == ("valid", False)
        assert (answer["now"]["status"], answer["now"]["is_suspended"]) == ("suspended", True)
        assert answer["now"]["is_in_date"] is True
        assert answer["now"]["is_revoked"] is False

    def test_agree_before_that(self, suspended: TestClient) -> None:
        answer = ask(suspended, SOUND_CODE, at(10) - 1)
        assert answer["then"] == answer["now"]
        assert answer["now"]["status"] == "valid"
