"""Who is answered where: a row for each route, sorted by its path; what is not said here is refused."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from ledger_client.demo.cast import ALCOHOL_LOT, CHECKPOINT, EAST_GOVERNMENT, MASK_LOT, id_of
from ledger_client.digests import document_key

EAST = str(EAST_GOVERNMENT)
DISTRICT, CITY, COMMUNITY = EAST[:6], EAST[:4], EAST[:12]
SUPPLIER = "91420100MA4KXMPL1B"

WITHIN = f"{document_key(EAST_GOVERNMENT, id_of('reversal')):062x}"
ACROSS = f"{document_key(EAST_GOVERNMENT, id_of('dispatch')):062x}"
"""Documents of this district alone, and of both districts."""
LOT_HERE, LOT_THERE_TOO = f"{ALCOHOL_LOT.lot_id:040x}", f"{MASK_LOT.lot_id:040x}"
QUALIFIED_HERE = "b0a46d1cb3fbedce4f0f7bf0a6d23c4ed306ec28"  # of the lapsed supplier, by its certificate
ITEM = MASK_LOT.item
"""Lots of this district alone, and of both districts; and the item of the other one."""

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


ROWS = (
    Row("/health", "/health", EVERYBODY),
    Row("/ready", "/ready", EVERYBODY),
    Row("/v1/consignments", f"/v1/consignments?place={EAST}", {HERE, ALL}),
    Row("/v1/consignments", "/v1/consignments?place=0&state=all", {ALL}),
    Row("/v1/consignments/{key}", f"/v1/consignments/{ACROSS}", READERS),
    Row("/v1/documents", f"/v1/documents?place={EAST}", {HERE, ALL}),
    Row("/v1/documents", f"/v1/documents?place={CITY}", {ALL}),
    Row("/v1/documents", "/v1/documents?place=0", {ALL}),
    Row("/v1/documents/events", "/v1/documents/events?wait=false", READERS),
    Row("/v1/documents/events", f"/v1/documents/events?wait=false&place={EAST}", {HERE, ALL}),
    Row("/v1/documents/{key}", f"/v1/documents/{WITHIN}", {HERE, ALL}),
    Row("/v1/documents/{key}", f"/v1/documents/{ACROSS}", READERS),
    Row("/v1/epcis/events", "/v1/epcis/events", READERS),
    Row("/v1/epcis/events", f"/v1/epcis/events?place={EAST}", {HERE, ALL}),
    Row("/v1/epcis/events", f"/v1/epcis/events?place={CITY}", {ALL}),
    Row("/v1/lots", f"/v1/lots?place={EAST}&item={ITEM}", {HERE, ALL}),
    Row("/v1/lots", f"/v1/lots?place=0&item={ITEM}", {ALL}),
    Row("/v1/lots/{lot}", f"/v1/lots/{LOT_HERE}", {HERE, ALL}),
    Row("/v1/lots/{lot}", f"/v1/lots/{LOT_THERE_TOO}", READERS),
    Row("/v1/norms/{place}", f"/v1/norms/{EAST}", {HERE, ALL}),
    Row("/v1/norms/{place}", "/v1/norms/0", {ALL}),
    Row("/v1/norms/{place}/cycles", f"/v1/norms/{DISTRICT}/cycles", {HERE, ALL}),
    Row("/v1/norms/{place}/floors", f"/v1/norms/{DISTRICT}/floors", {HERE, ALL}),
    Row("/v1/norms/{place}/history", f"/v1/norms/{DISTRICT}/history", {HERE, ALL}),
    Row("/v1/norms/{place}/overdue", f"/v1/norms/{DISTRICT}/overdue", {HERE, ALL}),
    Row("/v1/norms/{place}/overdue", f"/v1/norms/{CITY}/overdue", {ALL}),
    Row("/v1/proposals", f"/v1/proposals?place={EAST}", {HERE, ALL}),
    Row("/v1/proposals", "/v1/proposals?place=0", {ALL}),
    # The city has none: whoever reads anything hears so.
    Row("/v1/proposals/{key}", f"/v1/proposals/{'0' * 62}", READERS, status=404),
    Row("/v1/requests", f"/v1/requests?place={EAST}", {HERE, ALL}),
    Row("/v1/requests", "/v1/requests?place=0", {ALL}),
    Row("/v1/requests/{key}", f"/v1/requests/{'0' * 62}", READERS, status=404),
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
    Row("/v1/traces/consignees/{consignee}", f"/v1/traces/consignees/{CHECKPOINT:040x}", {HERE, ALL}),
    Row("/v1/traces/documents/{key}", f"/v1/traces/documents/{ACROSS}", READERS),
    Row("/v1/traces/documents/{key}", f"/v1/traces/documents/{WITHIN}", {HERE, ALL}),
    Row("/v1/traces/lots/{lot}", f"/v1/traces/lots/{LOT_HERE}", {HERE, ALL}),
    Row("/v1/traces/lots/{lot}", f"/v1/traces/lots/{LOT_THERE_TOO}", READERS),
    Row(
        "/v1/traces/qualifications/{qualification}",
        f"/v1/traces/qualifications/{QUALIFIED_HERE}",
        {HERE, ALL},
    ),
    Row("/v1/traces/suppliers/{supplier}", f"/v1/traces/suppliers/{SUPPLIER}", READERS),
)
