"""GTINs and scans, as people type them."""

from __future__ import annotations

from office import RICE_BAGS, SITE, OfficeShell

GTIN = "06901234567892"


def test_registered_and_scanned(shell: OfficeShell) -> None:
    answer = shell.ok("item", "gtin", "6901234567892", RICE_BAGS, "--holds", "2", "--by", "root")
    assert GTIN in answer.out
    (row,) = shell.ok("item", "gtins", "--json").lines()
    assert (row["gtin"], row["item"], row["holds"]) == (GTIN, RICE_BAGS, "2")
    assert row["by"].startswith("0x")
    found = shell.ok("lot", "scan", f"(01){GTIN}(10)R-1", "--at", SITE, "--json").json()
    assert (found["item"], found["units"], found["batch"]) == (RICE_BAGS, "2", "R-1")
    assert found["lots"][0]["same_batch"] is True
    people = shell.ok("lot", "scan", f"(01){GTIN}(10)R-1(17)281231", "--at", SITE).out
    assert "batch R-1, use by 2028-12-31" in people
    chinese = shell.run("lot", "scan", f"(01){GTIN}(10)R-1", "--at", SITE, language="zh")
    assert "批号 R-1；可能的批次" in chinese.out


def test_nobody_has_said(shell: OfficeShell) -> None:
    assert "shecang item gtin 00000096385074 ITEM" in shell.ok("lot", "scan", "96385074").out
    assert shell.ok("lot", "scan", "96385074", "--json").json()["item"] is None


def test_refused(shell: OfficeShell) -> None:
    for words, said in (
        (("item", "gtin", "6901234567893", RICE_BAGS, "--by", "root"), "last digit"),
        (("item", "gtin", GTIN, "999999999999", "--by", "root"), "not registered"),
        (("item", "gtin", GTIN, RICE_BAGS, "--holds", "0", "--by", "root"), "0"),
        (("item", "gtin", GTIN, RICE_BAGS, "--by", "keeper"), "no authority of the country"),
        (("item", "gtin", GTIN, RICE_BAGS, "--by", "district"), "no authority of the country"),
        (("lot", "scan", "rice"), "no barcode"),
        (("lot", "scan", GTIN, "--at", "4"), "4"),
    ):
        answer = shell.run(*words)
        assert answer.code in (1, 2), (words, answer)
        assert said in answer.err
