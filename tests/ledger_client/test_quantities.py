import pytest

from ledger_client.quantities import QuantityFormError, QuantityRangeError, parse_quantity


@pytest.mark.parametrize(
    "text",
    ["", " ", "1e3", "-1", "−1", "+1", "1.0", "1,000", "0x10", "1_000", "²", "١٢", "十二", "1 2", "NaN", "½"],
)
def test_threat_21_refuses_what_is_no_whole_number(text: str) -> None:
    with pytest.raises(QuantityFormError) as caught:
        parse_quantity(text)
    assert repr(text) in caught.value.text("en")
    assert "1200" in caught.value.text("zh")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("text", [str(2**63), str(2**256), "9" * 10_000])
def test_threat_21_refuses_what_no_ledger_keeps(text: str) -> None:
    with pytest.raises(QuantityRangeError) as caught:
        parse_quantity(text)
    assert str(2**63 - 1) in caught.value.text()


def test_refuses_nothing_where_something_must_be() -> None:
    with pytest.raises(QuantityRangeError):
        parse_quantity("0", least=1)
    assert parse_quantity("0") == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("１２", 12), (" 007 ", 7), (str(2**53 + 1), 2**53 + 1), (str(2**63 - 1), 2**63 - 1)],
)
def test_takes_whole_numbers(text: str, value: int) -> None:
    assert parse_quantity(text) == value
