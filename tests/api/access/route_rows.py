"""Who is answered where: a row for each route, sorted by its path; what is not said here is refused."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from ledger_client.demo.cast import (
    ALCOHOL_LOT,
    BUREAU,
    CHECKPOINT,
    EAST_GOVERNMENT,
    MASK_LOT,
    NORTH_HOUSEHOLDS,
    id_of,
)
from ledger_client.digests import document_key

EAST = str(EAST_GOVERNMENT)
DISTRICT, CITY, COMMUNITY = EAST[:6], EAST[:4], EAST[:12]
BOOK = "（2026年9月20日）\n捐赠单位,品名,计量单位,数量\n样例慈善会,棉被,件,40\n".encode()
MAPPING = (
    "goods,specification,unit,item,name_zh,name_en,base_unit,contents,qualification,tracking,status,reason\n"
    "棉被,,件,2990101-00001,棉被,,件,,0,consumable,confirmed,the same\n"
).encode()
SUPPLIER = "91420100MA4KXMPL1B"

WITHIN = f"{document_key(EAST_GOVERNMENT, id_of('reversal')):062x}"
ACROSS = f"{document_key(EAST_GOVERNMENT, id_of('dispatch')):062x}"
"""Documents of this district alone, and of both districts."""
COUNT = f"{document_key(NORTH_HOUSEHOLDS, id_of('count')):062x}"
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
        content: Its body as it is, where it is no JSON, and its media type.
        status: Of the answer to those who are answered.
        or_status: Likewise, where what an earlier caller did may be in the way; 0 for none.
    """

    path: str
    address: str
    answered: Set[str]
    method: str = "GET"
    json: Any = None
    content: tuple[bytes, str] | None = None
    status: int = 200
    or_status: int = 0

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
    Row("/metrics", "/metrics", READERS),
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
    Row("/v1/norms/{place}/gaps", f"/v1/norms/{DISTRICT}/gaps", {HERE, ALL}),
    Row("/v1/norms/{place}/gaps", f"/v1/norms/{CITY}/gaps", {ALL}),
    Row("/v1/norms/{place}/history", f"/v1/norms/{DISTRICT}/history", {HERE, ALL}),
    Row("/v1/norms/{place}/overdue", f"/v1/norms/{DISTRICT}/overdue", {HERE, ALL}),
    Row("/v1/norms/{place}/overdue", f"/v1/norms/{CITY}/overdue", {ALL}),
    Row("/v1/norms/{place}/stale", f"/v1/norms/{DISTRICT}/stale", {HERE, ALL}),
    Row("/v1/norms/{place}/stale", f"/v1/norms/{CITY}/stale", {ALL}),
    Row("/v1/proposals", f"/v1/proposals?place={EAST}", {HERE, ALL}),
    Row("/v1/proposals", "/v1/proposals?place=0", {ALL}),
    Row("/v1/proposals/plans", "/v1/proposals/plans", {ALL}, "POST", json={"place": EAST}, status=201),
    Row("/v1/proposals/plans/{plan}", f"/v1/proposals/plans/{'0' * 40}", {ALL}, status=404),
    Row(
        "/v1/proposals/plans/{plan}/unfilled",
        f"/v1/proposals/plans/{'0' * 40}/unfilled",
        {ALL},
        status=404,
    ),
    # The city has none: whoever reads anything hears so.
    Row("/v1/proposals/{key}", f"/v1/proposals/{'0' * 62}", READERS, status=404),
    Row("/v1/requests", f"/v1/requests?place={EAST}", {HERE, ALL}),
    Row("/v1/requests", "/v1/requests?place=0", {ALL}),
    Row("/v1/requests/{key}", f"/v1/requests/{'0' * 62}", READERS, status=404),
    Row("/v1/consignees", f"/v1/consignees?division={CITY}", READERS),
    Row("/v1/consignees", f"/v1/consignees?division={CITY[:2]}", {ALL}),
    Row("/v1/consignees", "/v1/consignees", {ALL}),
    Row("/v1/consignees/{consignee}", "/v1/consignees/local:EASTCLINIC", {HERE, ALL}),
    Row("/v1/divisions", "/v1/divisions", READERS),
    Row("/v1/divisions/{division}", f"/v1/divisions/{DISTRICT}", READERS),
    Row("/v1/issuers", "/v1/issuers", READERS),
    Row("/v1/issuers/{issuer}", f"/v1/issuers/{BUREAU:040x}", READERS),
    Row("/v1/items", "/v1/items", READERS),
    Row("/v1/items/{item}", "/v1/items/299010310001", READERS),
    Row("/v1/qualifications", "/v1/qualifications", READERS),
    Row("/v1/qualifications", f"/v1/qualifications?certificate={'0' * 64}", READERS),
    Row(
        "/v1/qualifications/{qualification}",
        f"/v1/qualifications/{0:040x}",
        READERS,  # its id follows from a key file, which is random: another one is not there
        status=404,
    ),
    Row("/v1/roles", "/v1/roles", READERS),
    Row("/v1/roles/grants", f"/v1/roles/grants?division={CITY}", READERS),
    Row("/v1/roles/grants", f"/v1/roles/grants?division={CITY[:2]}", {ALL}),
    Row("/v1/roles/grants", "/v1/roles/grants", {ALL}),
    Row("/v1/roles/holders/{holder}", f"/v1/roles/holders/0x{1:040x}", READERS, status=404),
    Row("/v1/roles/replacements", f"/v1/roles/replacements?division={DISTRICT}", {HERE, ALL}),
    Row("/v1/roles/replacements", "/v1/roles/replacements", {ALL}),
    Row("/v1/roles/replacements/{number}", "/v1/roles/replacements/1", READERS, status=404),
    Row("/v1/search", "/v1/search?q=91420100MA4KXMPL1B", READERS),
    Row("/v1/audits", "/v1/audits", READERS),
    Row("/v1/audits", "/v1/audits", READERS, "POST", status=202, or_status=409),
    Row("/v1/audits/{audit}", f"/v1/audits/{'0' * 32}", READERS, status=404),
    Row("/v1/audits/{audit}", f"/v1/audits/{'0' * 32}", READERS, "DELETE", status=404),
    Row(
        "/v1/books",
        f"/v1/books?site={EAST}&name=b.csv",
        {ALL},
        "POST",
        content=(BOOK, "text/csv"),
        status=201,
    ),
    Row("/v1/books/mappings", "/v1/books/mappings", {ALL}, "POST", content=(MAPPING, "text/csv"), status=201),
    Row("/v1/books/{book}", f"/v1/books/{'0' * 40}", {ALL}, status=404),
    Row("/v1/books/{book}/lines", f"/v1/books/{'0' * 40}/lines", {ALL}, status=404),
    Row("/v1/books/{book}/mapping", f"/v1/books/{'0' * 40}/mapping", {ALL}, status=404),
    Row("/v1/books/{book}/suspects", f"/v1/books/{'0' * 40}/suspects", {ALL}, status=404),
    Row("/v1/checkpoints", "/v1/checkpoints", READERS, status=404),
    Row(
        "/v1/evidence/trust-files",
        "/v1/evidence/trust-files",
        EVERYBODY,
        "POST",
        content=(b"{}", "application/json"),
        status=422,
    ),
    Row(
        "/v1/evidence/verifications",
        "/v1/evidence/verifications",
        EVERYBODY,
        "POST",
        content=(b"{}", "application/jsonl"),
        status=404,
    ),
    Row("/v1/evidence/{site}", f"/v1/evidence/{EAST}", {HERE, ALL}, status=404),
    Row("/v1/epcis/events", "/v1/epcis/events", READERS),
    Row("/v1/epcis/events", f"/v1/epcis/events?place={EAST}", {HERE, ALL}),
    Row("/v1/epcis/events", f"/v1/epcis/events?place={CITY}", {ALL}),
    Row("/v1/exchange/movements", "/v1/exchange/movements", READERS),
    Row("/v1/exchange/movements", f"/v1/exchange/movements?place={EAST}", {HERE, ALL}),
    Row("/v1/exchange/stock", "/v1/exchange/stock", READERS),
    Row("/v1/exchange/stock", f"/v1/exchange/stock?place={CITY}&format=csv", {ALL}),
    Row("/v1/scans", "/v1/scans?label=6901234567892", READERS),
    Row("/v1/scans", f"/v1/scans?label=6901234567892&place={EAST}", {HERE, ALL}),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY, "DELETE", status=204),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY, "POST", json={}, status=409),  # it says who asks by its body
    Row("/v1/sign-in/nonce", "/v1/sign-in/nonce", EVERYBODY),
    Row("/v1/sites", f"/v1/sites?division={CITY}", READERS),
    Row("/v1/sites", f"/v1/sites?division={CITY[:2]}", {ALL}),
    Row("/v1/sites", "/v1/sites", {ALL}),
    Row("/v1/sites/{site}", f"/v1/sites/{EAST}", {HERE, ALL}),
    Row("/v1/sites/{site}/stock-card", f"/v1/sites/{EAST}/stock-card", {HERE, ALL}),
    Row("/v1/sites/{site}/stock-card/proofs", f"/v1/sites/{EAST}/stock-card/proofs", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{EAST}", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{COMMUNITY}", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{DISTRICT}", {HERE, ALL}),
    Row("/v1/stock/on-hand/{place}", f"/v1/stock/on-hand/{CITY}", {ALL}),
    Row("/v1/stock/on-hand/{place}", "/v1/stock/on-hand/0", {ALL}),
    Row("/v1/stock/totals/{place}", f"/v1/stock/totals/{EAST}", {HERE, ALL}),
    Row("/v1/stock/totals/{place}", f"/v1/stock/totals/{COMMUNITY}", {HERE, ALL}),
    Row("/v1/stock/totals/{place}", f"/v1/stock/totals/{DISTRICT}", EVERYBODY),
    Row("/v1/stock/totals/{place}", "/v1/stock/totals/0", EVERYBODY),
    Row("/v1/suppliers", "/v1/suppliers", READERS),
    Row("/v1/suppliers/{supplier}", f"/v1/suppliers/{SUPPLIER}", READERS),
    Row("/v1/suppliers/{supplier}/deliveries", f"/v1/suppliers/{SUPPLIER}/deliveries", READERS),
    Row(
        "/v1/suppliers/{supplier}/deliveries",
        f"/v1/suppliers/{SUPPLIER}/deliveries?place={EAST}",
        {HERE, ALL},
    ),
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
    Row("/v1/transactions/{hash}/skipped", f"/v1/transactions/0x{'33' * 32}/skipped", READERS, status=404),
    Row("/v1/traces/consignees/{consignee}", f"/v1/traces/consignees/{CHECKPOINT:040x}", {HERE, ALL}),
    Row("/v1/traces/differences/{key}", f"/v1/traces/differences/{COUNT}", {HERE, ALL}),
    Row("/v1/traces/documents/{key}", f"/v1/traces/documents/{ACROSS}", READERS),
    Row("/v1/traces/documents/{key}", f"/v1/traces/documents/{WITHIN}", {HERE, ALL}),
    Row("/v1/traces/issuers/{issuer}", f"/v1/traces/issuers/{BUREAU:040x}", READERS),
    Row("/v1/traces/keys/{holder}", f"/v1/traces/keys/0x{1:040x}", READERS, status=404),
    Row("/v1/traces/lots/{lot}", f"/v1/traces/lots/{LOT_HERE}", {HERE, ALL}),
    Row("/v1/traces/lots/{lot}", f"/v1/traces/lots/{LOT_THERE_TOO}", READERS),
    Row(
        "/v1/traces/qualifications/{qualification}",
        f"/v1/traces/qualifications/{QUALIFIED_HERE}",
        {HERE, ALL},
    ),
    Row("/v1/traces/shortages/{key}", f"/v1/traces/shortages/{ACROSS}", READERS),
    Row("/v1/traces/suppliers/{supplier}", f"/v1/traces/suppliers/{SUPPLIER}", READERS),
)
