"""What an answer says of documents: found in the index at once for several, then shaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from api.reading import Reading
from api.routes._concerned import site_names, sites_of
from api.routes._items import item_labels
from api.schemas.common import Name
from api.schemas.documents import (
    DocumentFacts,
    Facts,
    Goods,
    JournalEntry,
    Signer,
    items_received,
    lots_named,
)
from api.schemas.sites import CardDocument
from ledger_client.documents import Kind
from ledger_client.emergencies import EmergencySpell
from ledger_client.fold.records import (
    Consignee,
    Grant,
    Item,
    Lot,
    RecordedDocument,
    Registered,
    Site,
)
from ledger_client.index.journals import JournalPlace
from ledger_client.index.whole import WholeReader
from ledger_client.trace import grants_behind, signatures

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class FoundDocuments:
    """Documents with what the index knows of everything that they speak of.

    Attributes:
        documents: In the order in which they are told.
        others: Those that reversed or named them, by number.
        journals: Where they stand, by number.
        grants: On which their signers relied.
        lots: That they name.
        items: Of these.
        sites: In whose journals they stand.
        suppliers: That are their sources.
        consignees: That they name.
        spells: The emergencies of the ledger.
    """

    documents: Sequence[RecordedDocument]
    others: dict[int, RecordedDocument]
    journals: dict[int, list[JournalPlace]]
    grants: dict[bytes, Grant]
    lots: dict[int, Lot]
    items: dict[int, Item]
    sites: dict[int, Site]
    suppliers: dict[int, Registered]
    consignees: dict[int, Consignee]
    spells: list[EmergencySpell]

    @classmethod
    def of(cls, index: WholeReader, documents: Sequence[RecordedDocument]) -> FoundDocuments:
        """Ask the index."""
        lots = index.lots_by_id({lot for each in documents for lot in lots_named(each)})
        sources = {each.from_ for each in documents if each.kind == Kind.RECEIPT}
        receivers = {each.to for each in documents if each.kind == Kind.ISSUE}
        return cls(
            documents,
            index.numbered({n for each in documents for n in (each.reversed_by, each.named_by) if n}),
            {each.number: index.journal_places(each) for each in documents},
            grants_behind(index, documents),
            lots,
            index.items({each.item for each in lots.values()}.union(*map(items_received, documents))),
            sites_of(index, {site for each in documents for site in (each.from_site, each.to_site)}),
            _known({each: index.supplier(each) for each in sources}),
            _known({each: index.consignee(each) for each in receivers}),
            index.emergencies(),
        )

    def facts(self, reading: Reading) -> list[DocumentFacts]:
        """Return the documents as they go out, without their bodies."""
        names, goods = site_names(reading, self.sites), self.goods(reading)
        return [self._facts(reading, each, names, goods) for each in self.documents]

    def goods(self, reading: Reading) -> Goods:
        """Return the lots that the documents name, with the names of their items."""
        return Goods(self.lots, item_labels(reading, self.items))

    def _facts(
        self, reading: Reading, document: RecordedDocument, names: dict[int, Name | None], goods: Goods
    ) -> DocumentFacts:
        supplier = self.suppliers.get(document.from_) if document.kind == Kind.RECEIPT else None
        consignee = self.consignees.get(document.to) if document.kind == Kind.ISSUE else None
        facts = Facts(
            CardDocument.of(document, self.spells),
            document,
            goods,
            [Signer.of(each) for each in signatures(document, self.grants)],
            [JournalEntry.of(each, names.get(each.site)) for each in self.journals[document.number]],
            self.others.get(document.reversed_by),
            self.others.get(document.named_by),
            None if supplier is None else Name.of(reading.name("supplier", document.from_, supplier.name)),
            None if consignee is None else Name.of(reading.name("consignee", document.to, consignee.name)),
        )
        return DocumentFacts.of_facts(facts)


def _known(found: dict[int, Record | None]) -> dict[int, Record]:
    return {number: each for number, each in found.items() if each is not None}


def cards(documents: Iterable[RecordedDocument], spells: Sequence[EmergencySpell]) -> list[CardDocument]:
    """Return what a list says of documents."""
    return [CardDocument.of(each, spells) for each in documents]
