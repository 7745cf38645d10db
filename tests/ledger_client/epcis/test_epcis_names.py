"""Names of sites and lots in events."""

from __future__ import annotations

import re

import pytest

from ledger_client.epcis import NAMES, UrnFormError, number_of, urn

SITE = 420102001001101


def test_there_and_back() -> None:
    assert number_of("site", urn("site", SITE)) == SITE
    assert number_of("lot", urn("lot", 7)) == 7
    assert urn("document", 1) == f"urn:shecang:document:{1:062x}"
    assert urn("item", 299010310001) == "urn:shecang:item:299010310001"


@pytest.mark.parametrize("what", NAMES)
def test_forms(what: str) -> None:
    name = urn(what, SITE if what == "site" else 299010310001)  # type: ignore[arg-type]
    assert re.fullmatch(f"urn:shecang:{what}:{NAMES[what]}", name)  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "urn:shecang:lot:1",
        "urn:shecang:site:４２０１０２００１００１１０１",
        f"{SITE}",
        "urn:shecang:site:42010200100110",
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UrnFormError) as caught:
        number_of("site", text)
    assert "urn:shecang:site:420102001001101" in caught.value.text("en")
    assert "储备点" in caught.value.text("zh")
