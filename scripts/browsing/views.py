"""Every view of the page, with something in it: where it is, and who looks.

A view that is not here is not tested: `tests/page/test_every_view.py` compares with the routes of the page.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.allocation import proposal_key, request_key
from ledger_client.demo.cast import (
    DISINFECTANT,
    EAST,
    EAST_DISTRICT,
    EAST_GOVERNMENT,
    LAPSED,
    MASK_LOT,
    MEDICAL_DEVICE,
    NORTH_ENTERPRISE,
    SOUND,
    WEST_GOVERNMENT,
    id_of,
)
from ledger_client.digests import document_key

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class View:
    """A view.

    Attributes:
        name: Of pictures and tests.
        path: Where it is, with `?` and `#`.
        who: Who looks, a name of `browsing.people`, or PUBLIC.
        refusals: Statuses with which the server refuses something that it asks.
    """

    name: str
    path: str
    who: str = PUBLIC
    refusals: tuple[int, ...] = ()


def _document(name: str) -> str:
    """Return the key of a document that East Community's government store recorded."""
    return f"{document_key(EAST_GOVERNMENT, id_of(name)):062x}"


_SITE = f"/stock/sites/{EAST_GOVERNMENT}"
_REQUEST = request_key(WEST_GOVERNMENT, id_of("gowns for west"))
_ASKED = request_key(NORTH_ENTERPRISE, id_of("masks for north"))  # of which some have come
_PROPOSAL = proposal_key(_REQUEST, id_of("east gives gowns"))
_USCC = "91420100MA4KXMPL2E"  # of the supplier of whom most is to be said

VIEWS = (
    View("home", "/"),
    View("verdict", f"/verdict?code={_USCC}&category={MEDICAL_DEVICE}"),
    View("totals", f"/totals?place={EAST_DISTRICT}"),
    View("verify", "/verify"),
    View("search-public", f"/search?q={_USCC}", refusals=(401,)),  # who may search is said
    View("sign-in", "/sign-in"),
    View("keys", "/keys"),
    View("not-found", "/no/such/page"),
    # The procurement officer.
    View("suppliers", "/suppliers", "officer"),
    View("supplier", f"/suppliers/{SOUND:040x}", "officer"),
    View("supplier-lapsed", f"/suppliers/{LAPSED:040x}?category={MEDICAL_DEVICE}", "officer"),
    View("supplier-revoked", f"/suppliers/{LAPSED:040x}?category={DISINFECTANT}", "officer"),
    # The auditor.
    View("search", "/search?q=420102001001", "auditor"),
    View("stock", "/stock", "auditor"),
    View("stock-community", f"/stock?place={EAST}", "auditor"),
    View("site", _SITE, "auditor"),
    View("site-holdings", f"{_SITE}?show=holdings", "auditor"),
    View("site-pictures", f"{_SITE}?show=pictures", "auditor"),
    View("site-evidence", f"{_SITE}?show=evidence", "auditor"),
    View("document", f"/documents/{_document('dispatch')}", "auditor"),
    View("books", "/books", "auditor"),
    View("trace-start", "/trace", "auditor"),
    View("trace-lot", f"/trace/lot/{MASK_LOT.lot_id:040x}", "auditor"),
    View("trace-supplier", f"/trace/supplier/{LAPSED:040x}", "auditor"),
    View("trace-shortage", f"/trace/shortage/{_document('on the way')}", "auditor"),
    View("audit", "/audit", "auditor"),
    View("audit-checkpoints", "/audit?show=checkpoints", "auditor"),
    # The community keeper.
    View("keeper", "/keeper", "keeper"),
    View("keeper-receive", "/keeper/receive", "keeper"),
    View("keeper-issue", "/keeper/issue", "keeper"),
    View("keeper-hand-over", "/keeper/hand-over", "keeper"),
    View("keeper-dispatch", "/keeper/dispatch", "keeper"),
    View("keeper-count", "/keeper/count", "keeper"),
    View("keeper-write-off", "/keeper/write-off", "keeper"),
    View("keeper-ask", "/keeper/ask", "keeper"),
    View("keeper-receiver", "/keeper", "receiver"),
    View("keeper-accept", f"/keeper/accept/{_document('on the way')}", "receiver"),
    View("keeper-return", f"/keeper/return/{_document('on the way')}", "receiver"),
    View("keeper-requests", f"/keeper/requests#{_ASKED:062x}", "neighbour"),
    View("inbox", "/inbox", "neighbour"),
    View("inbox-account", "/inbox", "district"),
    # The district.
    View("district", "/district", "district"),
    View("district-requests", "/district/requests", "district"),
    View("district-request", f"/district/requests/{_REQUEST:062x}", "district"),
    View("district-proposals", "/district/proposals", "street"),
    View("district-proposals-city", "/district/proposals", "approver"),
    View("district-proposal", f"/district/proposals/{_PROPOSAL:062x}", "approver"),
    View("district-plan", "/district/plan", "approver"),
    View("district-gaps", "/district/gaps", "district"),
    View("district-stale", "/district/stale", "district"),
    View("district-emergency", "/district/emergency", "authority"),
    View("district-norms", "/district/norms", "district"),
)
