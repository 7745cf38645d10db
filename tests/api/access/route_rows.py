"""Who is answered where: a row for each route, sorted by its path; what is not said here is refused."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from ledger_client.demo.cast import BUREAU, EAST_GOVERNMENT

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


ROWS = (
    Row("/health", "/health", EVERYBODY),
    Row("/ready", "/ready", EVERYBODY),
    Row("/v1/consignees", f"/v1/consignees?division={DISTRICT}", {HERE, ALL}),
    Row("/v1/consignees", "/v1/consignees", {ALL}),
    Row("/v1/consignees/{consignee}", "/v1/consignees/local:EASTCLINIC", {HERE, ALL}),
    Row("/v1/divisions", "/v1/divisions", READERS),
    Row("/v1/divisions/{division}", f"/v1/divisions/{DISTRICT}", READERS),
    Row("/v1/issuers", "/v1/issuers", READERS),
    Row("/v1/issuers/{issuer}", f"/v1/issuers/{BUREAU:040x}", READERS),
    Row("/v1/items", "/v1/items", READERS),
    Row("/v1/items/{item}", "/v1/items/299010310001", READERS),
    Row("/v1/qualifications", "/v1/qualifications", READERS),
    Row(
        "/v1/qualifications/{qualification}",
        f"/v1/qualifications/{0:040x}",
        READERS,  # its id follows from a key file, which is random: another one is not there
        status=404,
    ),
    Row("/v1/roles", "/v1/roles", READERS),
    Row("/v1/roles/grants", f"/v1/roles/grants?division={DISTRICT}", {HERE, ALL}),
    Row("/v1/roles/grants", "/v1/roles/grants", {ALL}),
    Row("/v1/roles/holders/{holder}", f"/v1/roles/holders/0x{1:040x}", READERS, status=404),
    Row("/v1/roles/replacements", f"/v1/roles/replacements?division={DISTRICT}", {HERE, ALL}),
    Row("/v1/roles/replacements", "/v1/roles/replacements", {ALL}),
    Row("/v1/roles/replacements/{number}", "/v1/roles/replacements/1", READERS, status=404),
    Row("/v1/search", "/v1/search?q=91420100MA4KXMPL1B", READERS),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY, "DELETE", status=204),
    Row("/v1/sign-in", "/v1/sign-in", EVERYBODY, "POST", json={}, status=409),  # it says who asks by its body
    Row("/v1/sign-in/nonce", "/v1/sign-in/nonce", EVERYBODY),
    Row("/v1/sites", f"/v1/sites?division={DISTRICT}", {HERE, ALL}),
    Row("/v1/sites", "/v1/sites", {ALL}),
    Row("/v1/sites/{site}", f"/v1/sites/{EAST}", {HERE, ALL}),
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
    Row("/v1/suppliers", "/v1/suppliers", READERS),
    Row("/v1/suppliers/{supplier}", f"/v1/suppliers/{SUPPLIER}", READERS),
    Row("/v1/suppliers/{supplier}/verdict", f"/v1/suppliers/{SUPPLIER}/verdict?category=1", EVERYBODY),
)
