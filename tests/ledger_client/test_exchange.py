"""Tables of the exchange as text."""

from __future__ import annotations

import csv
import io

import pytest

from ledger_client.cells import guarded, unguarded
from ledger_client.exchange import STOCK, Named, stock_rows, to_csv, to_objects
from ledger_client.index.exchange import SiteTotal
from ledger_client.records import Name

SITE, ITEM = 420102001001101, 299010110001


@pytest.mark.parametrize("name", ["=1+1", "+86", "-x", "@cmd", "\tx", "'=1", "口罩", 'a,"b"', "two\nlines"])
def test_names_that_look_like_formulas_are_text(name: str) -> None:
    """Threat 19: what a spreadsheet would compute is written as text, and there and back it is the same."""
    named = Named({SITE: Name(name, "")}, {ITEM: Name("", name)}, {ITEM: "XBX"})
    rows = stock_rows([SiteTotal(SITE, ITEM, 7, 5)], named, 22)
    head, row = csv.reader(io.StringIO(to_csv(STOCK, rows), newline=""))
    assert tuple(head) == STOCK
    said = dict(zip(head, row, strict=True))
    assert said["site_name_zh"] == said["item_name_en"] == guarded(name)
    assert said["site_name_zh"][0] not in "=+-@\t\r"
    assert unguarded(said["site_name_zh"]) == name
    assert to_objects(STOCK, rows)[0]["site_name_zh"] == name  # no spreadsheet reads JSON


def test_figures_and_codes_stay_as_they_are() -> None:
    [row] = stock_rows([SiteTotal(SITE, ITEM, 2**63 - 1, 0)], Named({}, {}, {ITEM: "H87"}), 22)
    assert to_objects(STOCK, [row]) == [
        {
            "division": "420102001001",
            "site": "420102001001101",
            "site_name_zh": "",
            "site_name_en": "",
            "category": "2990101",
            "item": "299010110001",
            "item_name_zh": "",
            "item_name_en": "",
            "unit": "H87",
            "quantity": "9223372036854775807",
            "free": "0",
            "block": "22",
        }
    ]
