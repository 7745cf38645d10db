"""Labels of goods, as scanners give them and people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.scans import SCAN_LIMIT, Scan, ScanFormError, parse_gtin, read_scan

GTIN = "06901234567892"
MAY_31_2028 = 21_335  # days since 1970
WHOLE = Scan(GTIN, "AB12", None, MAY_31_2028)


@pytest.mark.parametrize(
    ("label", "scan"),
    [
        (" 6901234567892\r\n", Scan(GTIN)),
        (GTIN, Scan(GTIN)),
        ("6901234567892", Scan(GTIN)),
        ("96385074", Scan("00000096385074")),
        ("]E06901234567892", Scan(GTIN)),
        ("010690123456789210AB12\x1d17280531", WHOLE),
        ("]C1010690123456789210AB12\x1d17280531", WHOLE),
        ("]d2010690123456789210AB12\x1d17280531", WHOLE),
        ("(01)06901234567892(10)AB12(17)280531", WHOLE),
        ("(01)06901234567892(17)280500(10)AB12", WHOLE),  # day 00: the last of the month
        ("(01)06901234567892(15)280531(10)AB12", WHOLE),
        ("(01)06901234567892(17)280531(15)270101(10)AB12", WHOLE),
        ("https://id.gs1.org/01/06901234567892/10/AB12?17=280531", WHOLE),
        ("https://example.cn/goods/01/06901234567892/10/AB12?17=280531", WHOLE),
        ("]Q3https://id.gs1.org/01/06901234567892/10/A%2F1", Scan(GTIN, "A/1")),
        ("(01)06901234567892(11)280531", Scan(GTIN, made=MAY_31_2028)),
        ("(02)06901234567892(37)12", Scan(GTIN, count=12)),
        ("(01)06901234567892(30)7", Scan(GTIN, count=7)),
        ("(01)06901234567892(21)serial", Scan(GTIN)),
    ],
)
def test_labels(label: str, scan: Scan) -> None:
    assert read_scan(label) == scan


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("", "0 characters"),
        ("1" * (SCAN_LIMIT + 1), "201 characters"),
        ("6901234567893", "last digit"),
        ("(01)06901234567893", "last digit"),
        ("https://id.gs1.org/01/06901234567893", "last digit"),
        ("hello", "cannot be read"),
        ("(01)", "cannot be read"),
        ("(", "cannot be read"),
        ("https://example.cn/a?b=1", "cannot be read"),
        ("(10)AB12(17)280531", "no GTIN"),
        ("(01)06901234567892(17)281399", "cannot be read"),
        ("(01)06901234567892(10)批号", "cannot be read"),
        ("(01)06901234567892(01)06901234567892", "twice"),
        ("６９０１２３４５６７８９２", "cannot be read"),
        ("\ud800", "cannot be read"),
        ("]", "cannot be read"),
        ("]C1", "cannot be read"),
    ],
)
def test_what_is_no_label(label: str, why: str) -> None:
    with pytest.raises(ScanFormError) as caught:
        read_scan(label)
    assert why in caught.value.text("en")
    assert "条码" in caught.value.text("zh")


@given(st.text(max_size=SCAN_LIMIT))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert len(read_scan(text).gtin) == 14
    except ScanFormError as error:
        assert error.text("en")


@given(st.text(alphabet="()0123456789]C1dQ3\x1d/:https?=&ABC", max_size=60))
def test_nearly_labels_are_read_or_refused(text: str) -> None:
    try:
        assert read_scan(text).count >= 0
    except ScanFormError as error:
        assert error.text("zh")


def test_gtins_are_typed_alone() -> None:
    assert parse_gtin(" 6901234567892 ") == GTIN
    for wrong in ("690123456789", "(01)06901234567892", "6901234567893", ""):
        with pytest.raises(ScanFormError):
            parse_gtin(wrong)
