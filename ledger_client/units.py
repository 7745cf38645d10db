"""Units of UN/CEFACT Recommendation 20 as they stand behind a number, in words."""

from __future__ import annotations

from ledger_client.language import tr

_UNITS: dict[str, tuple[str, str, str]] = {
    "C62": ("piece", "pieces", "个"),
    "H87": ("piece", "pieces", "件"),
    "SET": ("set", "sets", "套"),
    "PR": ("pair", "pairs", "双"),
    "DZN": ("dozen", "dozen", "打"),
    "KGM": ("kg", "kg", "千克"),
    "GRM": ("g", "g", "克"),
    "TNE": ("t", "t", "吨"),
    "LTR": ("l", "l", "升"),
    "MLT": ("ml", "ml", "毫升"),
    "MTR": ("m", "m", "米"),
    "BG": ("bag", "bags", "袋"),
    "XBG": ("bag", "bags", "袋"),
    "XBJ": ("bucket", "buckets", "桶"),
    "XBO": ("bottle", "bottles", "瓶"),
    "XBX": ("box", "boxes", "盒"),
    "XCA": ("can", "cans", "罐"),
    "XCS": ("case", "cases", "箱"),
    "XCT": ("carton", "cartons", "箱"),
    "XDR": ("drum", "drums", "桶"),
    "XPA": ("packet", "packets", "包"),
    "XPK": ("package", "packages", "件"),
    "XRO": ("roll", "rolls", "卷"),
}


def unit_text(code: str, quantity: int = 2) -> str:
    """Return the word of a unit in the language in force; its code where the table has none.

    Args:
        code: Of Recommendation 20, as the catalogue has it; empty for an item that is not there.
        quantity: How many, for the singular.
    """
    if code not in _UNITS:
        return code or tr("base units", "个基本单位")
    one, several, zh = _UNITS[code]
    return tr(one if quantity == 1 else several, zh)
