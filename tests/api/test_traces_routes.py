"""`GET /v1/traces/…`: quantities add up, and beyond the caller's sites nothing but these comes through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asking_city import Asking
from fastapi.testclient import TestClient
from served import UNLIMITED, account_of, assert_problem, client_of, copy_of, wait_for
from several_readers import PUBLIC, several_readers

from api.access.rights import Rights, Scope
from api.app import create_app
from api.routes import _traces
from api.schemas.traces import Beside, entry_of, held_entry
from ledger_client.databases import open_database
from ledger_client.demo.cast import (
    ALCOHOL_LOT,
    BUREAU,
    CHECKPOINT,
    CLINIC,
    EAST_GOVERNMENT,
    GOWN_LOT,
    LAPSED,
    MASK_LOT,
    SITES,
    SOUND,
    WEST_GOVERNMENT,
    id_of,
)
from ledger_client.digests import document_key
from ledger_client.divisions import DivisionId
from ledger_client.fold.records import RecordedDocument
from ledger_client.fold.verdicts import Status
from ledger_client.index import IndexReader
from ledger_client.index.traces import TraceReader
from ledger_client.index.whole import WholeReader
from ledger_client.trace import (
    Arrival,
    EdgeKind,
    Flow,
    Node,
    NodeKind,
    follow,
    of_issuer,
    trace_lot,
    whereabouts,
)
from ledger_client.trace.graph import outcome

MASKS, GOWNS, ALCOHOL = (f"{each.lot_id:040x}" for each in (MASK_LOT, GOWN_LOT, ALCOHOL_LOT))
BUREAU_CODE = "11420100XMPL0001TC"
QUALIFIED_HERE = "b0a46d1cb3fbedce4f0f7bf0a6d23c4ed306ec28"  # of the lapsed supplier, by its certificate
BARE = {"kind", "lot", "quantity", "from_site", "to_site", "is_beyond"}
"""What of an entry beyond the caller's sites may be more than null."""

EAST_CALLER = Rights("east", (DivisionId(420102),), frozenset(Scope))
WEST_CALLER = Rights("west", (DivisionId(420103),), frozenset(Scope))


@pytest.fixture(scope="module")
def west(asking: Asking, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client that reads the western district alone."""
    home = copy_of(asking.home, tmp_path_factory.mktemp("west") / "home")
    key = account_of(home, 420103)
    with client_of(create_app(home, UNLIMITED)) as client:
        client.headers["Authorization"] = f"Bearer {key}"
        wait_for(lambda: client.get("/v1/documents?place=420103").status_code == 200)
        yield client


def got(client: TestClient, address: str) -> dict[str, Any]:
    answer = client.get(f"/v1/traces/{address}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


class TestWhole:
    """To whoever reads the whole country."""

    @pytest.mark.parametrize("lot", [MASKS, GOWNS, ALCOHOL])
    def test_adds_up_as_the_command_does(self, asked: TestClient, asking: Asking, lot: str) -> None:
        engine = open_database(asking.home.index)
        expected = trace_lot(TraceReader(engine), int(lot, 16), asking.at)
        engine.dispose()
        told = got(asked, f"lots/{lot}")
        assert told["is_conserved"] is expected.is_conserved is True
        assert not any(each["is_beyond"] for each in told["entries"])
        flows = [(each.kind.code, str(each.quantity)) for each in expected.followed.flows]
        shown = [(each["kind"], each["quantity"]) for each in told["entries"] if each["kind"] != "held"]
        assert shown == flows
        held = {each["to_site"]: int(each["quantity"]) for each in told["entries"] if each["kind"] == "held"}
        assert held == {str(site): units for (site, _), units in expected.followed.held.items() if units}
        assert [each["number"] for each in told["documents"]] == [
            each.number for each in expected.followed.documents
        ]
        [account] = told["accounts"]
        totals = expected.accounts[int(lot, 16)].totals
        assert {name: int(account[name]) for name in totals._fields} == totals._asdict()
        assert int(account["held"]) == sum(held.values())

    def test_origin_and_signers(self, asked: TestClient) -> None:
        told = got(asked, f"lots/{GOWNS}")
        origins = {each["kind"]: each["origin"] for each in told["entries"] if each["origin"]}
        assert origins["received"]["verdict"] == "valid"
        assert origins["received"]["issuer_name"]["en"] == "Sample health bureau"
        assert origins["opening"]["verdict"] == "unknown"
        assert all(each["signers"] for each in told["documents"])
        assert told["documents"][-1]["kind"] == "recall"

    def test_of_supplier_qualification_consignee_and_document(self, asked: TestClient) -> None:
        sound = got(asked, f"suppliers/{SOUND:040x}")
        assert {each["lot"] for each in sound["entries"]} == {MASKS, GOWNS, ALCOHOL}
        lapsed = got(asked, f"suppliers/{LAPSED:040x}")
        [qualification] = {each["origin"]["qualification"] for each in lapsed["entries"] if each["origin"]}
        by_paper = got(asked, f"qualifications/{qualification}")
        assert by_paper["entries"] == lapsed["entries"]
        assert by_paper["standing"]["status"] == "expired"
        for consignee in (CLINIC, CHECKPOINT):
            told = got(asked, f"consignees/{consignee:040x}")
            assert f"{consignee:040x}" in {each["consignee"] for each in told["entries"]}
            assert told["consignee_names"][f"{consignee:040x}"]["en"].startswith("Sample East")
        key = f"{document_key(EAST_GOVERNMENT, id_of('dispatch')):062x}"
        told = got(asked, f"documents/{key}")
        assert {each["lot"] for each in told["entries"]} == {MASKS}
        assert key in {each["key"] for each in told["documents"]}

    def test_of_an_issuer_what_its_qualifications_let_in(self, asked: TestClient, asking: Asking) -> None:
        engine = open_database(asking.home.index)
        radius = of_issuer(TraceReader(engine), BUREAU, asking.at)
        engine.dispose()
        told = got(asked, f"issuers/{BUREAU_CODE}")
        assert (told["subject"], told["id"], told["standing"]) == ("issuer", f"{BUREAU:040x}", None)
        # Gowns on the sound supplier's, masks on the lapsed one's; the sound one's masks came on none.
        [bad_masks] = {each["lot"] for each in got(asked, f"suppliers/{LAPSED:040x}")["entries"]}
        assert {each["lot"] for each in told["entries"]} == {GOWNS, bad_masks}
        assert {int(each["lot"], 16) for each in told["entries"]} == {each.lot for each in radius.lots}
        came = {(each["document"], each["lot"], each["quantity"]) for each in told["entries"] if by(each)}
        assert came == {
            (f"{each.document.key:062x}", f"{each.lot:040x}", str(each.quantity)) for each in radius.arrivals
        }
        assert {each["lot"]["lot"]: each["held"] for each in told["accounts"]} == {
            f"{each.lot:040x}": str(each.account.held) for each in radius.lots
        }
        assert told["is_conserved"] is radius.is_conserved is True
        assert got(asked, f"issuers/{BUREAU:040x}") == told

    @pytest.mark.parametrize(
        ("address", "type_"),
        [
            (f"issuers/{'0' * 40}", "issuer-unknown"),
            (f"lots/{'0' * 40}", "lot-not-recorded"),
            (f"suppliers/{'0' * 40}", "supplier-not-registered"),
            (f"qualifications/{'0' * 40}", "qualification-not-recorded"),
            (f"consignees/{'0' * 40}", "consignee-not-registered"),
            (f"documents/{'0' * 62}", "document-not-recorded"),
        ],
    )
    def test_unknown(self, asked: TestClient, address: str, type_: str) -> None:
        assert_problem(asked.get(f"/v1/traces/{address}"), 404, type_)

    def test_too_wide(self, asked: TestClient, west: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_traces, "MOST_LOTS", 0)
        lapsed = f"qualifications/{QUALIFIED_HERE}"
        bureau = f"issuers/{BUREAU:040x}"
        for address in (
            f"lots/{MASKS}",
            f"suppliers/{SOUND:040x}",
            f"consignees/{CLINIC:040x}",
            lapsed,
            bureau,
        ):
            assert_problem(asked.get(f"/v1/traces/{address}"), 409, "trace-too-wide", "one by one")
        # Of what lies elsewhere nobody hears how much it is.
        for address in (f"lots/{ALCOHOL}", f"suppliers/{LAPSED:040x}", lapsed):
            assert_problem(west.get(f"/v1/traces/{address}"), 403, "not-allowed")

    @pytest.mark.parametrize(
        "kind", ["lots", "suppliers", "qualifications", "issuers", "consignees", "documents"]
    )
    @pytest.mark.parametrize("id_", ["1", "g" * 40, "%00", "0" * 63])
    def test_malformed(self, asked: TestClient, kind: str, id_: str) -> None:
        assert asked.get(f"/v1/traces/{kind}/{id_}").status_code == 422


class TestBeyond:
    """To whoever reads one district of the two that the goods were in."""

    def test_a_trace_without_a_site_of_the_caller_is_refused(self, west: TestClient) -> None:
        for address in (f"lots/{ALCOHOL}", f"suppliers/{LAPSED:040x}", f"consignees/{CHECKPOINT:040x}"):
            assert_problem(west.get(f"/v1/traces/{address}"), 403, "not-allowed")

    @pytest.mark.parametrize("address", [f"lots/{MASKS}", f"lots/{GOWNS}", f"suppliers/{SOUND:040x}"])
    def test_quantities_stay_and_nothing_else(
        self, west: TestClient, asked: TestClient, asked_index: IndexReader, address: str
    ) -> None:
        whole, told = got(asked, address), got(west, address)
        names = ("kind", "lot", "quantity", "from_site", "to_site")
        assert [[each[name] for name in names] for each in told["entries"]] == [
            [each[name] for name in names] for each in whole["entries"]
        ]
        beyond = [each for each in told["entries"] if each["is_beyond"]]
        assert beyond
        for each in beyond:
            assert {name for name, value in each.items() if value is not None} <= BARE
        for seen, all_ in zip(told["entries"], whole["entries"], strict=True):
            assert seen["is_beyond"] or {**seen, "is_beyond": False} == all_

    def test_an_issuer_s_lots_that_never_came_here_are_left_out(
        self, west: TestClient, asked: TestClient
    ) -> None:
        """The west got gowns on the bureau's word; the masks on it lie in the east alone."""
        told = got(west, f"issuers/{BUREAU:040x}")
        gowns = got(west, f"lots/{GOWNS}")
        for field in ("entries", "documents", "accounts", "site_names"):
            assert told[field] == gowns[field]
        assert any(each["is_beyond"] for each in told["entries"])
        assert len({each["lot"] for each in got(asked, f"issuers/{BUREAU:040x}")["entries"]}) == 2

    def test_a_lot_on_its_way_here_is_one_of_ours(self, asking: Asking) -> None:
        """Alcohol never left the east; a consignment of it stands in."""
        engine = open_database(asking.home.index)
        with WholeReader(engine).one_state() as index:
            [alcohol] = whereabouts(follow(index, [ALCOHOL_LOT.lot_id]))
            sent = [(EdgeKind.IN_TRANSIT, int(EAST_GOVERNMENT), int(WEST_GOVERNMENT), 5)]
            for caller, some, lots in (
                (WEST_CALLER, alcohol, []),
                (WEST_CALLER, replace(alcohol, on_the_way=sent), [ALCOHOL_LOT.lot_id]),
                (EAST_CALLER, alcohol, [ALCOHOL_LOT.lot_id]),
                (EAST_CALLER, replace(alcohol, held={}), [ALCOHOL_LOT.lot_id]),
            ):
                assert _traces.lots_of_caller(index, caller, [some]) == lots
        engine.dispose()

    def test_an_issuer_of_which_nothing_came_here(self, asking: Asking, tmp_path: Path) -> None:
        home = copy_of(asking.home, tmp_path / "home")
        with several_readers(home, 4301, 420103) as readers:
            answer = readers[4301].get(f"/v1/traces/issuers/{BUREAU:040x}")
            problem = assert_problem(answer, 403, "not-allowed", "whole country")
            assert "4201" not in problem["detail"]
            assert readers[420103].get(f"/v1/traces/issuers/{BUREAU:040x}").status_code == 200
            answer = readers[PUBLIC].get(f"/v1/traces/issuers/{BUREAU:040x}")
            assert_problem(answer, 401, "not-signed-in")

    def test_no_document_key_signer_or_name_of_the_other_district(
        self, west: TestClient, asked: TestClient, asked_index: IndexReader
    ) -> None:
        """Looked for in the text as it came: whatever stands in documents of the other district alone."""
        text = west.get(f"/v1/traces/suppliers/{SOUND:040x}").text
        own, others = set[str](), set[str]()
        for site in SITES:
            for entry in asked_index.stock_card(site):
                document = entry.document
                named = {document.from_site, document.to_site} - {0}
                words = words_of(document)
                (own if any(str(each).startswith("420103") for each in named) else others).update(words)
        secret = others - own
        assert len(secret) > 20
        assert not [word for word in secret if word in text]
        for site, (zh, en) in SITES.items():
            assert (zh in text or en in text) is str(site).startswith("420103") or site not in traced(west)

    @pytest.mark.parametrize("kind", [each for each in EdgeKind if each is not EdgeKind.HELD])
    def test_every_kind_of_entry(self, asked_index: IndexReader, kind: EdgeKind) -> None:
        """A flow of each kind with all that can stand in it: its reader sees it, nobody elsewhere does."""
        flow = flow_of(asked_index, kind)
        arrival = Arrival(flow.document, flow.lot, SOUND, 7, Status.VALID, Status.REVOKED, 0xB0B)
        beside = Beside(EAST_CALLER, {(flow.document.number, flow.lot): arrival}, {}, {})
        assert entry_of(flow, beside).document == f"{flow.document.key:062x}"
        hidden = entry_of(flow, replace(beside, caller=WEST_CALLER)).model_dump()
        assert hidden["is_beyond"] is True
        assert {name for name, value in hidden.items() if value is not None} <= BARE
        assert hidden["quantity"] == "7"

    def test_what_is_held(self) -> None:
        own = held_entry(EAST_GOVERNMENT, 1, 7, EAST_CALLER, is_stale=True)
        assert (own.is_stale, own.is_beyond) == (True, False)
        hidden = held_entry(EAST_GOVERNMENT, 1, 7, WEST_CALLER, is_stale=True).model_dump()
        assert {name for name, value in hidden.items() if value is not None} == BARE - {"from_site"}

    def test_accounts_of_lots_that_were_here_alone(self, west: TestClient) -> None:
        told = got(west, f"suppliers/{SOUND:040x}")
        assert {each["lot"]["lot"] for each in told["accounts"]} == {MASKS, GOWNS}
        assert Counter(each["kind"] for each in told["documents"])["recall"] == 1
        assert {code[:6] for code in told["site_names"]} == {"420103"}


def by(entry: dict[str, Any]) -> bool:
    """Return whether an entry came on a qualification of the bureau."""
    return entry["origin"] is not None and entry["origin"]["issuer"] == f"{BUREAU:040x}"


def traced(client: TestClient) -> set[int]:
    entries = got(client, f"suppliers/{SOUND:040x}")["entries"]
    return {int(site) for each in entries for site in (each["from_site"], each["to_site"]) if site}


def words_of(document: RecordedDocument) -> set[str]:
    """What only a document tells: its key, digests, transaction, signers."""
    signers = {document.sender, document.other, document.approver}
    return {
        f"{document.key:062x}",
        document.transaction.hex(),
        document.digest.hex(),
        *(each for each in signers if int(each, 16)),
    }


def flow_of(index: IndexReader, kind: EdgeKind) -> Flow:
    """Return a flow of a kind within the east, with a document of the east."""
    document = index.document(document_key(EAST_GOVERNMENT, id_of("hand-over")))
    assert document is not None
    assert WEST_GOVERNMENT not in (document.from_site, document.to_site)
    here = Node(NodeKind.SITE, EAST_GOVERNMENT, 1)
    there = Node(NodeKind.SITE, EAST_GOVERNMENT + 100, 1)
    paper = Node(NodeKind.DOCUMENT, document.key)
    ends = {
        EdgeKind.OPENING: (paper, here),
        EdgeKind.RECEIVED: (paper, here),
        EdgeKind.GAINED: (outcome(EdgeKind.GAINED), here),
        EdgeKind.ISSUED: (here, Node(NodeKind.CONSIGNEE, CLINIC)),
        EdgeKind.WRITTEN_OFF: (here, outcome(EdgeKind.WRITTEN_OFF)),
        EdgeKind.LOST: (here, outcome(EdgeKind.LOST)),
    }
    source, target = ends.get(kind, (here, there))
    return Flow(kind, 1, source, target, 7, document, into=(2, 9))
