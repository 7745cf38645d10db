"""Roles, sources, items, doctor and help, as people type them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from office import CATEGORY, MASKS, RICE_BAGS, USCC, OfficeShell, Papers

from ledger_client.duties import bans_of, duties_of
from ledger_client.permissions import permissions_of
from ledger_client.roles import ROLE_NAMES, Role


class TestRole:
    def test_grants_of_a_key(self, shell: OfficeShell) -> None:
        (row,) = shell.ok("role", "show", "keeper", "--json").lines()
        assert (row["key"], row["role"], row["division"], row["acts"]) == (
            *("keeper", "keeper", "420106001001", "acting"),
        )

    @pytest.mark.parametrize("role", [role for role in Role if role])
    def test_lists_are_the_table(self, shell: OfficeShell, role: Role) -> None:
        # A key of this office bears the English name, and a key comes before a role.
        name = ROLE_NAMES[role][1]
        for option, expected in (
            ("--may", permissions_of(role)),
            ("--must", duties_of(role)),
            ("--must-not", bans_of(role)),
        ):
            rows = shell.ok("role", "show", name, option, "--json").lines()
            assert len(rows) == len(expected)
            assert {row["role"] for row in rows} <= {role.name.lower()}

    def test_lists_of_a_holder_are_those_of_its_roles(self, shell: OfficeShell) -> None:
        rows = shell.ok("role", "show", "approver", "--may", "--json").lines()
        assert {row["role"] for row in rows} == {"approver"}
        assert "审批人" in shell.run("role", "show", "approver", "--may", language="zh").out

    def test_revoked_at_once(self, shell: OfficeShell) -> None:
        shell.ok("keys", "new", "leaver", "--demo")
        shell.ok("role", "grant", "leaver", "auditor", "420106", "--by", "district")
        shell.ok(
            *("role", "revoke", "leaver", "auditor", "420106", "--by", "district", "--reason", "left-office")
        )
        (row,) = shell.ok("role", "show", "leaver", "--json").lines()
        assert row["acts"] == "revoked"


class TestSupplier:
    def test_answers_are_apart(self, shell: OfficeShell, papers: Papers) -> None:
        shell.ok(*papers.issue_words("2095-01-01"))
        key = shell.ok("qualification", "list", USCC, "--json").lines()[-1]["qualification"]
        shell.ok(
            *("qualification", "revoke", key, "--reason", "certificate-invalid", "--by", "issuer"),
            *("--since", "2026-01-01"),
        )
        found = shell.ok("supplier", "show", USCC, "--category", CATEGORY, "--json").lines()
        (worth,) = [each for each in found if each["qualification"] == key]
        now = worth["now"]
        assert (now["status"], now["standing"], now["in_date"], now["accredited"]) == (
            *("revoked", False, True, "valid"),
        )
        assert "certificate invalid" in now["reason"]
        # In the past it was not known at all; by what is known now it was revoked then already.
        found = shell.ok("supplier", "show", USCC, "--at", "2026-02-01", "--json").lines()
        (worth,) = [each for each in found if each["qualification"] == key]
        assert worth["then"]["known"] is False
        assert worth["now"]["status"] == "revoked"
        shown = shell.run("supplier", "show", USCC, language="zh").out
        assert "供应商甲" in shown
        assert "否: 已撤销，证书无效" in shown

    def test_unknown_supplier(self, shell: OfficeShell) -> None:
        answer = shell.ok("supplier", "show", "a" * 40)
        assert "no registered supplier" in answer.out

    def test_lists(self, shell: OfficeShell) -> None:
        (row,) = shell.ok("supplier", "list", "--json").lines()
        assert row["name"] == "Supplier A"
        (row,) = shell.ok("issuer", "list", "--json").lines()
        assert row["name"] == "检验院"


class TestQualification:
    def test_altered_file_is_refused_with_its_reason(
        self, shell: OfficeShell, papers: Papers, tmp_path: Path
    ) -> None:
        altered = tmp_path / "certificate.pdf"
        altered.write_bytes(b"another scan")
        words = list(papers.issue_words("2095-01-01"))
        words[words.index("--certificate") + 1] = str(altered)
        answer = shell.run(*words)
        assert answer.code == 1
        assert "altered after it was signed" in answer.err

    def test_signer_who_did_not_sign(self, shell: OfficeShell, papers: Papers, tmp_path: Path) -> None:
        other = tmp_path / "other.pem"
        other.write_bytes(
            Ed25519PrivateKey.generate()
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        words = list(papers.issue_words("2095-01-01"))
        words[words.index("--signer") + 1] = str(other)
        assert shell.run(*words).code == 1

    def test_nothing_is_trusted_by_default(self, shell: OfficeShell, papers: Papers) -> None:
        words = papers.issue_words("2095-01-01")
        answer = shell.run(*words[: words.index("--signature")])
        assert answer.code == 2
        assert "--issuer-cert" in answer.err

    def test_renew_suspend_and_reinstate(self, shell: OfficeShell, papers: Papers) -> None:
        shell.ok(*papers.issue_words("2094-01-01"))
        key = shell.ok("qualification", "list", "--json").lines()[-1]["qualification"]

        def status() -> str:
            rows = shell.ok("qualification", "list", "--json").lines()
            return next(str(row["status"]) for row in rows if row["qualification"] == key)

        by = ("--by", "issuer")
        shell.ok("qualification", "renew", key, "--grade", "A", "--until", "2095-06-01", *by)
        shell.ok("qualification", "suspend", key, "--reason", "under-investigation", *by)
        assert status() == "suspended"
        shell.ok("qualification", "reinstate", key, "--reason", "investigation-closed", *by)
        assert status() == "valid"


def test_items_and_what_packs_hold(shell: OfficeShell) -> None:
    rows = {row["item"]: row for row in shell.ok("item", "list", "--json").lines()}
    assert rows[MASKS]["category"] == CATEGORY
    assert rows[RICE_BAGS]["holds"] == ["25 × 201010100001"]


def test_doctor_names_what_is_unsafe(shell: OfficeShell) -> None:
    answer = shell.run("doctor", "--json")
    assert answer.code == 1
    unsafe = {row["about"] for row in answer.lines() if row["state"] == "unsafe"}
    assert unsafe == {"delay", "root", "keys"}
    text = shell.run("doctor", language="zh").out
    assert "D = 0" in text
    assert "演示密钥" in text
    assert "keeper" in text


def test_doctor_without_a_ledger_could_not_check(tmp_path: Path) -> None:
    answer = OfficeShell(tmp_path / "none").run("doctor", "--json")
    assert answer.code == 3
    assert {row["about"] for row in answer.lines()} > {"python", "packages", "disk", "ledger"}


def test_help_imports_no_ledger() -> None:
    code = (
        "import sys; from ledger_client.cli.app import app; "
        "assert not {'web3', 'eth', 'sqlalchemy', 'eth_account'} & set(sys.modules), 'heavy'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
