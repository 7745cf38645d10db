"""What a text may be by its form alone."""

from __future__ import annotations

import pytest

from ledger_client.characters import CharacterError
from ledger_client.search.forms import Form, forms_of

HASH, KEY, LOT = "ab" * 32, "cd" * 31, "ef" * 20


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("91420100MA4KXMPL1B", {"uscc": "91420100MA4KXMPL1B"}),
        (" 9142 0100-ma4kxmpl１B ", {"uscc": "91420100MA4KXMPL1B"}),
        ("91420100MA4KXMPL1C", {}),  # its check character does not fit
        ("5493001KJTIIGC8Y1R12", {"lei": "5493001KJTIIGC8Y1R12"}),
        ("420102001001101", {"site": "420102001001101"}),
        ("4201", {"division": "4201"}),
        ("４２０１", {"division": "4201"}),
        ("0", {"division": "0", "block_number": "0"}),
        ("299010310001", {"item": "299010310001"}),
        ("6901234567892", {"gtin": "06901234567892"}),
        ("6901234567893", {}),
        ("40170725", {"gtin": "00000040170725"}),
        (f"0x{HASH}", {"hash": HASH}),
        (HASH.upper(), {"hash": HASH}),
        (f"0x{LOT}", {"address": "0xeFEfeFEfeFeFEFEFEfefeFeFefEfEfEfeFEFEFEf"}),
        ("12345678", {"beginning": "12345678", "block_number": "12345678"}),
        ("deadbee", {}),  # 7 digits
        ("DEADBEEF", {"beginning": "deadbeef"}),
        (KEY, {"beginning": KEY}),
        (KEY + "0", {}),
        ("东城社区", {}),
        ("0123", {}),  # a block's number has no zeros before it
        ("", {}),
        ("   ", {}),
        ("%", {}),
        ("' OR 1=1 --", {}),
        ("٤٢٠١", {}),
        ("\ufffd", {}),
        ("9" * 200, {}),
    ],
)
def test_forms(text: str, forms: dict[str, str]) -> None:
    found = {each.kind: each.value for each in forms_of(text)}
    if forms:
        assert forms.items() <= found.items()
    else:
        assert found.keys() <= {"beginning", "block_number", "division"}
    if not text.strip().isdigit():
        assert len(found) == len(forms) or "beginning" in found


def test_one_text_may_be_several_things() -> None:
    assert [each.kind for each in forms_of("420102001001")] == [
        "division",
        "item",
        "beginning",
        "block_number",
    ]
    assert Form("beginning", LOT) in forms_of(f"0x{LOT}")


def test_an_address_with_a_mistyped_case_is_none() -> None:
    assert {each.kind for each in forms_of("0xEFEfeFEfeFeFEFEFEfefeFeFefEfEfEfeFEFEFEf")} == {"beginning"}


@pytest.mark.parametrize("text", ["\0", "a\u200bb", "Wuhаn", "\u202e4201", "\ud800", "a\ufe00"])
def test_what_nobody_can_see_is_refused(text: str) -> None:
    with pytest.raises(CharacterError):
        forms_of(text)
