"""Who is answered where: a row for each route, sorted by its path; what is not said here is refused."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from ledger_client.demo.cast import EAST_GOVERNMENT

EAST = str(EAST_GOVERNMENT)
DISTRICT, CITY, COMMUNITY = EAST[:6], EAST[:4], EAST[:12]
SUPPLIER = "91420100MA4KXMPL1B"

PUBLIC, NONE, ELSEWHERE, HERE, ALL = "public", "no scope", "other district", "district", "country"
CALLERS = (PUBLIC, NONE, ELSEWHERE, HERE, ALL)
"""Nobody; an account without scopes; one of another district; one of this district; one of the country."""

EVERYBODY = frozenset(CALLERS)
READERS = frozenset({ELSEWHERE, HERE, ALL})
"""Who reads anything at all, and therefore the registers."""


@dataclass(frozen=True, slots=True)
class Row:
    """A route, an address of it, and who is answered.

    Attributes:
        path: As the description of the API writes it.
        address: What is asked.
        answered: Kinds of callers; all others are refused.
        method: Of the request.
        json: Its body, None for none.
        status: Of the answer to those who are answered.
    """

    path: str
    address: str
    answered: Set[str]
    method: str = "GET"
    json: Any = None
    status: int = 200

    @property
    def name(self) -> str:
        """How the test is called."""
        return f"{self.method} {self.address}"


DRAFTERS = frozenset({ALL})
"""Who prepares documents; sessions of keys are tested with what they sign, see `test_draft_callers.py`."""

_NOBODY = "0x00000000000000000000000000000000000000aa"
_NO_KEY = "0" * 62
_SIGNATURE = f"0x{'11' * 64}"
# Looked up in vain, behind the question who asks.
_FORM = {
    "kind": "acceptance",
    "client_id": f"0x{'22' * 32}",
    "consignment": _NO_KEY,
    "keeper": {"address": _NOBODY},
}
_ACT_FORM = {"act": "expire-proposals", "proposals": [_NO_KEY], "by": {"address": _NOBODY}}
# It is read behind the same question, and is none that may be signed.
_NO_ACT = {
    "form": "shecang act 1",
    "chain_id": 1,
    "genesis": f"0x{'44' * 32}",
    "ledger": _NOBODY,
    "contract": "StockLedger",
    "address": _NOBODY,
    "function": "issue",
    "arguments": {},
    "sender": _NOBODY,
    "id": f"0x{'55' * 16}",
    "gas": 21_000,
    "record": None,
}
_TRANSACTION = {"draft": _NO_KEY, "raw": "0x01"}

ROWS = (
    Row("/health", "/health", EVERYBODY),
    Row("/ready", "/ready", EVERYBODY),
    Row("/v1/acts", "/v1/acts", DRAFTERS, "POST", json=_ACT_FORM, status=409),
    Row("/v1/acts/number", "/v1/acts/number", DRAFTERS, "POST", json={"act": _NO_ACT}, status=422),
    Row("/v1/drafts", f"/v1/drafts?waiting_for={_NOBODY}", DRAFTERS),
    Row("/v1/drafts", "/v1/drafts", DRAFTERS, "POST", json=_FORM, status=409),
    Row("/v1/drafts/{key}", f"/v1/drafts/{_NO_KEY}", READERS, status=404),
    Row("/v1/drafts/{key}", f"/v1/drafts/{_NO_KEY}", READERS, "DELETE", status=404),
    Row("/v1/drafts/{key}", f"/v1/drafts/{_NO_KEY}", DRAFTERS, "PUT", json={}, status=422),
    Row(
        "/v1/drafts/{key}/consents",
        f"/v1/drafts/{_NO_KEY}/consents",
        READERS,
        "POST",
        json={"part": "other", "signature": _SIGNATURE},
        status=404,
    ),
    Row("/v1/drafts/{key}/number", f"/v1/drafts/{_NO_KEY}/number", READERS, "POST", status=404),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY, "DELETE", status=204),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY, "POST", json={}, status=409),  # it says who asks by its body
    Row("/v1/sign-in/nonce", "/v1/sign-in/nonce", EVERYBODY),
    Row("/v1/sites/{site}/stock-card", f"/v1/sites/{EAST}/stock-card", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{EAST}", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{COMMUNITY}", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{DISTRICT}", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{CITY}", {ALL}),
    Row("/v1/stock/on-hand/{place}", "/v1/stock/on-hand/0", {ALL}),
    Row("/v1/stock/totals/{place}", f"/v1/stock/totals/{EAST}", {HERE, ALL}),
    Row("/v1/stock/totals/{place}", f"/v1/stock/totals/{COMMUNITY}", {HERE, ALL}),
    Row("/v1/stock/totals/{place}", f"/v1/stock/totals/{DISTRICT}", EVERYBODY),
    Row("/v1/stock/totals/{place}", "/v1/stock/totals/0", EVERYBODY),
    Row("/v1/suppliers/{supplier}/verdict", f"/v1/suppliers/{SUPPLIER}/verdict?category=1", EVERYBODY),
    Row("/v1/transactions", "/v1/transactions", READERS, "POST", json=_TRANSACTION, status=404),
    Row(
        "/v1/transactions",
        "/v1/transactions",
        DRAFTERS,
        "POST",
        json={"act": _NO_ACT, "raw": "0x01"},
        status=422,
    ),
    Row("/v1/transactions/{hash}", f"/v1/transactions/0x{'33' * 32}", READERS, status=404),
)
