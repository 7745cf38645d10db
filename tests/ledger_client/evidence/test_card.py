"""The card of one site, from its documents alone, is what the fold of the whole ledger makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stock_history import SITES, History, random_documents, short_story

from ledger_client.documents import Kind
from ledger_client.events import DocumentRecorded, decode_event
from ledger_client.evidence.card import CardRefusedError, SiteCard
from ledger_client.fold import State, fold_event, memory_state


def folded(history: History) -> tuple[State, dict[int, list[DocumentRecorded]]]:
    """Return the state of a history, and the documents of each site in the order of its journal."""
    state = memory_state()
    documents: dict[int, DocumentRecorded] = {}
    for log in history.chain.logs(0, history.chain.head()):
        event = decode_event(log)
        fold_event(state, event)
        if isinstance(event, DocumentRecorded):
            documents[state.document_count] = event
    by_site: dict[int, list[DocumentRecorded]] = {}
    for entry in state.site_entries:
        by_site.setdefault(entry.site, []).append(documents[entry.document])
    return state, by_site


def require_same(history: History) -> None:
    state, by_site = folded(history)
    assert by_site
    for site, documents in by_site.items():
        card = SiteCard(site, keep_rows=True)
        for document in documents:
            # What evidence leaves out is not there to be relied on.
            card.add(replace(document, from_journal=0, to_journal=0))
        assert card.journal == state.site_journals[site]
        balances = {lot: word for (where, lot), word in state.balances.items() if where == site}  # type: ignore[attr-defined]
        assert card.balances == balances
        moved = [
            (lot, delta, quantity, held)
            for _, _, where, lot, delta, quantity, held, _ in state.movements
            if where == site
        ]
        assert [row[2:] for row in card.rows if row.lot] == moved


@pytest.mark.parametrize("seed", range(12))
def test_random_documents_after_every_kind(seed: int) -> None:
    history, _ = short_story()
    random_documents(history, 120, seed)
    require_same(history)


def test_a_story_with_every_kind() -> None:
    history, _ = short_story()
    _, by_site = folded(history)
    kinds = {document.kind for documents in by_site.values() for document in documents}
    assert kinds >= {Kind.CONTEST, Kind.RETURN, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT, Kind.REVERSAL}
    require_same(history)


@pytest.fixture(scope="module")
def documents() -> list[DocumentRecorded]:
    """The documents of the site of the story at which most happens."""
    history, _ = short_story()
    return folded(history)[1][SITES[0]]


class TestRefused:
    def test_a_document_of_another_site(self, documents: list[DocumentRecorded]) -> None:
        card = SiteCard(SITES[3] + 1)
        with pytest.raises(CardRefusedError):
            card.add(documents[0])

    def test_more_than_there_is(self, documents: list[DocumentRecorded]) -> None:
        card = SiteCard(SITES[0])
        gone = next(document for document in documents if document.kind is Kind.HAND_OVER)
        with pytest.raises(CardRefusedError):
            card.add(gone)

    @pytest.mark.parametrize("kind", [Kind.ACCEPTANCE, Kind.SETTLEMENT, Kind.REVERSAL])
    def test_what_nothing_came_before(self, documents: list[DocumentRecorded], kind: Kind) -> None:
        card = SiteCard(SITES[0])
        later = next((document for document in documents if document.kind is kind), None)
        if later is None:
            pytest.skip(f"the story has no {kind.name} at this site")
        with pytest.raises(CardRefusedError):
            card.add(later)

    @pytest.mark.parametrize("kind", [Kind.RECALL, Kind.LIFT])
    def test_a_document_that_names_no_site(self, documents: list[DocumentRecorded], kind: Kind) -> None:
        with pytest.raises(CardRefusedError):
            SiteCard(SITES[0]).add(replace(documents[0], kind=kind, from_=SITES[0]))

    @pytest.mark.parametrize("kind", [Kind.OPENING, Kind.RECEIPT, Kind.COUNT, Kind.REPACK])
    def test_a_line_that_is_not_whole(self, documents: list[DocumentRecorded], kind: Kind) -> None:
        document = replace(documents[0], kind=kind, from_=SITES[0], to=SITES[0], lines=bytes(32))
        with pytest.raises(CardRefusedError):
            SiteCard(SITES[0]).add(document)
