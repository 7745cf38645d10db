"""Accreditations, sole traders and local consignees, as people type them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256

import pytest
from clocked_office import found_clocked, use_clock
from office import CATEGORY, COMMUNITY, DISTRICT, RICE_BAGS, SITE, USCC, OfficeShell, Papers

from ledger_client.embedded import ManualClock
from ledger_client.home import Home
from ledger_client.identifiers import supplier_id
from ledger_client.ledger import Ledger

TRADER, OTHER_TRADER = "92110000600037341H", "92420106MA4KXMPL1Y"
ISSUER = "91420100MA4KXMPL1B"
LEI = "5493001KJTIIGC8Y1R12"


START = 1_790_000_000


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficeShell]:
    """An office of this module's own, with a site that holds some rice."""
    before = os.environ.pop("SHECANG_HOME", None)
    shell, clock = OfficeShell(tmp_path_factory.mktemp("sources") / "home"), ManualClock(START)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SHECANG_PASSPHRASE", "words")
        use_clock(patched, clock)
        found_clocked(shell, clock)
        shell.ok("item", "add", RICE_BAGS, "--zh", "袋装大米", "--unit", "BG", "--by", "root")
        shell.ok("site", "add", SITE, "--zh", "储备点", "--by", "district")
        shell.ok(
            *("stock", "open", SITE, "--keeper", "keeper", "--approver", "approver"),
            *("--goods", f"{RICE_BAGS}=1000,batch=R-1"),
        )
        yield shell
    if before is not None:
        os.environ["SHECANG_HOME"] = before


@pytest.fixture(scope="module")
def issuer(shell: OfficeShell) -> str:
    """An issuer that nobody else uses, accredited until 2094."""
    shell.ok("issuer", "add", ISSUER, "--zh", "检测中心", "--by", "root")
    shell.ok("issuer", "accredit", ISSUER, CATEGORY, "--until", "2094-01-01", "--by", "root")
    return ISSUER


@pytest.fixture(scope="module")
def trader(shell: OfficeShell) -> str:
    """The id of a registered sole trader."""
    names = ("--zh", "便利店", "--en", "Corner shop")
    answer = shell.ok("supplier", "add", TRADER, *names, "--by", "district")
    rows = shell.ok("supplier", "list", "--json").lines()
    (supplier,) = [str(row["supplier"]) for row in rows if row["name"] == "Corner shop"]
    assert supplier in answer.err, "other offices need it"
    return supplier


def chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


def refused(shell: OfficeShell, *words: str, says: str, code: int = 1) -> None:
    answer = shell.run(*words)
    assert answer.code == code, answer
    assert says in answer.err
    assert chinese(shell.run(*words, language="zh").err)


class TestAccreditation:
    def statuses(self, shell: OfficeShell, issuer: str) -> list[str]:
        rows = shell.ok("issuer", "show", issuer, "--json").lines()
        return [row["status"] for row in rows if row["status"]]

    def test_by_another_authority_or_of_another_category_is_refused(
        self, shell: OfficeShell, issuer: str
    ) -> None:
        suspend = ("issuer", "suspend", issuer, CATEGORY, "--reason", "under-investigation", "--by")
        refused(shell, *suspend, "district", says="is no authority at division 0")
        for verb, more in (
            ("renew", ()),
            ("suspend", ("--reason", "breach-of-rules")),
            ("reinstate", ("--reason", "defect-remedied")),
            ("revoke", ("--reason", "breach-of-rules")),
        ):
            refused(shell, "issuer", verb, issuer, "9999999", *more, "--by", "root", says="accredit")
        refused(shell, *suspend[:-2], "expired", "--by", "root", says="no reason for this", code=2)

    def test_what_cannot_follow_is_refused(self, shell: OfficeShell, issuer: str) -> None:
        reinstate = ("issuer", "reinstate", issuer, CATEGORY, "--reason", "defect-remedied", "--by", "root")
        refused(shell, *reinstate, says="there can be no 'reinstated'")
        future = (
            "issuer",
            "suspend",
            issuer,
            CATEGORY,
            "--reason",
            "breach-of-rules",
            "--since",
            "2093-01-01",
        )
        refused(shell, *future, "--by", "root", says="2093")

    def test_renew_suspend_reinstate_revoke(self, shell: OfficeShell, issuer: str) -> None:
        by = ("--by", "root")
        shell.ok("issuer", "renew", issuer, CATEGORY, *by)
        assert self.statuses(shell, issuer) == ["valid"]
        shell.ok("issuer", "suspend", issuer, CATEGORY, "--reason", "under-investigation", *by)
        assert self.statuses(shell, issuer) == ["suspended"]
        shell.ok("issuer", "reinstate", issuer, CATEGORY, "--reason", "investigation-closed", *by)
        assert self.statuses(shell, issuer) == ["valid"]
        shell.ok(
            *("issuer", "revoke", issuer, CATEGORY, "--reason", "breach-of-rules", "--since", "2026-01-01"),
            *by,
        )
        rows = shell.ok("issuer", "show", issuer, "--json").lines()
        assert [row["kind"] for row in rows] == [
            "accredited",
            "renewed",
            "suspended",
            "reinstated",
            "revoked",
        ]
        assert rows[-1] | {"recorded": ""} == {
            "category": CATEGORY,
            "entry": 5,
            "kind": "revoked",
            "reason": "breach-of-rules",
            "from": "2026-01-01T00:00:00+08:00",
            "until": None,
            "recorded": "",
            "status": "revoked",
        }
        assert rows[0]["until"] == "2094-01-01T00:00:00+08:00" and rows[1]["until"] is None
        shown = shell.run("issuer", "show", issuer, language="zh").out
        assert "撤销" in shown and "∞" in shown

    def test_threat_5_under_a_suspended_accreditation_nothing_is_qualified(
        self, shell: OfficeShell, papers: Papers
    ) -> None:
        by = ("--by", "root")
        shell.ok("supplier", "add", USCC, "--zh", "供应商甲", "--by", "district")
        shell.ok(*papers.issue_words("2095-01-01"))
        shell.ok("issuer", "suspend", USCC, CATEGORY, "--reason", "under-investigation", *by)
        refused(shell, *papers.issue_words("2095-01-01"), says="its accreditation is suspended")
        (row,) = shell.ok("qualification", "list", USCC, "--json").lines()
        assert row["status"] == "issuer_not_accredited"
        shell.ok("issuer", "reinstate", USCC, CATEGORY, "--reason", "investigation-closed", *by)
        (row,) = shell.ok("qualification", "list", USCC, "--json").lines()
        assert row["status"] == "valid"


class TestSoleTrader:
    def test_threat_23_the_code_gives_no_id(self, shell: OfficeShell, trader: str) -> None:
        assert trader != f"{supplier_id('uscc', TRADER):040x}"
        receive = ("stock", "receive", SITE, "--supplier", TRADER, "--keeper", "keeper")
        refused(shell, *receive, "--goods", "201010100001=5", says="type the supplier's id", code=2)

    def test_an_unknown_one_or_a_mistyped_code_is_refused(self, shell: OfficeShell, trader: str) -> None:
        refused(shell, "supplier", "show", OTHER_TRADER, says="no sole trader")
        refused(
            shell, "supplier", "add", TRADER[:-1] + "J", "--by", "district", says="check character", code=2
        )
        grant = (
            "role",
            "grant",
            "thief",
            "supplier",
            DISTRICT,
            "--subject",
            OTHER_TRADER,
            "--by",
            "district",
        )
        refused(shell, *grant, says="no sole trader")

    def test_a_second_id_for_the_same_one_is_refused(self, shell: OfficeShell, trader: str) -> None:
        refused(shell, "supplier", "add", TRADER, "--zh", "同一家", "--by", "district", says=trader)

    def test_it_is_found_by_its_code_and_qualified_under_a_salted_certificate(
        self, shell: OfficeShell, papers: Papers, trader: str
    ) -> None:
        assert trader in shell.ok("supplier", "show", TRADER).out
        words = list(papers.issue_words("2095-01-01"))
        words[2] = OTHER_TRADER
        refused(shell, *words, says="no sole trader")
        words[2] = TRADER
        shell.ok(*words)
        (row,) = shell.ok("qualification", "list", TRADER, "--json").lines()
        assert (row["supplier"], row["status"]) == (trader, "valid")
        certificate = papers.directory / words[words.index("--certificate") + 1]
        plain = sha256(certificate.read_bytes()).digest()
        assert self.certificate(shell, row["qualification"]) not in (plain, bytes(32))

    def certificate(self, shell: OfficeShell, qualification: str) -> bytes:
        with Ledger.open(Home(shell.home)) as ledger:
            return ledger.index().qualifications()[int(qualification, 16)].certificate

    def test_somebody_speaks_for_it(self, shell: OfficeShell, trader: str) -> None:
        shell.ok("keys", "new", "shopkeeper", "--demo")
        shell.ok(
            *("role", "grant", "shopkeeper", "supplier", DISTRICT, "--subject", TRADER, "--by", "district")
        )
        (row,) = shell.ok("role", "show", "shopkeeper", "--json").lines()
        assert row["subject"] == trader


class TestConsignee:
    def test_a_code_without_form_is_refused(self, shell: OfficeShell) -> None:
        add = ("consignee", "add")
        by = (DISTRICT, "--zh", "站", "--by", "district")
        refused(shell, *add, "local:", *by, says="local code", code=2)
        refused(shell, *add, "local:" + "A" * 33, *by, says="local code", code=2)
        refused(shell, *add, "GATE7", *by, says="USCC", code=2)

    def test_one_that_is_not_there_cannot_be_closed(self, shell: OfficeShell) -> None:
        refused(shell, "consignee", "close", "local:NOWHERE", "--by", "district", says="is not registered")

    @pytest.mark.parametrize("code", ["local:GATE-7", LEI])
    def test_local_or_foreign_is_registered_supplied_and_closed(self, shell: OfficeShell, code: str) -> None:
        by = ("--by", "district")
        shell.ok("consignee", "add", code, COMMUNITY, "--zh", f"卡口{code[-4:]}", *by)
        rows = shell.ok("consignee", "list", "--json").lines()
        (row,) = [row for row in rows if row["name"] == f"卡口{code[-4:]}"]
        (held,) = shell.lots(SITE, RICE_BAGS)
        issue = ("stock", "issue", SITE, code, "--line", f"{held['lot']}=1", "--keeper", "keeper")
        shell.ok(*issue)
        refused(shell, "consignee", "close", code, "--by", "thief", says="is no authority")
        shell.ok("consignee", "close", row["consignee"], *by)
        refused(shell, *issue, says="is closed")
        rows = shell.ok("consignee", "list", "--json").lines()
        assert {each["consignee"]: each["closed"] for each in rows}[row["consignee"]] is True
