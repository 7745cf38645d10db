"""Looking up what a text may be, form by form; nothing is found that the caller may not read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.access.rights import Rights, Scope
from api.schemas.search import By, ResultKind
from ledger_client.addresses import Address
from ledger_client.divisions import ROOT
from ledger_client.fold.records import RecordedDocument
from ledger_client.identifiers import IssuerId, SupplierId, consignee_id, issuer_id, supplier_id
from ledger_client.index.found import beginning, documents_of_transaction, named, sites_of_lot
from ledger_client.index.marks import MarkedReader
from ledger_client.index.register_pages import qualifications_page
from ledger_client.search.forms import ID_DIGITS, KEY_DIGITS, Form

MOST = 20
"""Results of one answer; more of them help nobody to choose."""

_LOOKED_AT = 200  # ids with the same first digits that are looked at for one caller
_NAMED_BY_ID: tuple[ResultKind, ...] = ("supplier", "issuer", "consignee")


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found.

    Attributes:
        kind: What it is.
        id: As its resource takes it.
        by: As which form it was found.
        number: Of the record with its name, 0 where it has none.
        label_of: Kind of that record; of a lot its item.
    """

    kind: ResultKind
    id: str
    by: By
    number: int = 0
    label_of: str = ""


@dataclass(frozen=True, slots=True)
class Located:
    """What the node says of a hash: the block that a transaction is in, and the number of a block."""

    transaction: int | None = None
    block: int | None = None


class Looking:
    """Looks up forms in one state of the index for one caller.

    Args:
        index: The index.
        caller: Who asks.
        located: What the node says of the hash among the forms.
        height: The last block that the index read.
        items: What the GTINs among the forms stand for, as the records say.
    """

    def __init__(
        self, index: MarkedReader, caller: Rights, located: Located, height: int, items: Mapping[str, int]
    ) -> None:
        self._index = index
        self._caller = caller
        self._located = located
        self._height = height
        self._items = items

    def hits(self, forms: Collection[Form]) -> Iterator[Hit]:
        """Give what is found by some forms, in their order; the same may come twice."""
        lookups: dict[str, Callable[[str], Iterator[Hit]]] = {
            "uscc": self._by_uscc,
            "lei": self._by_lei,
            "gtin": self._by_gtin,
            "site": self._site,
            "division": self._division,
            "item": self._item,
            "hash": self._hash,
            "address": self._holder,
            "beginning": self._beginning,
            "block_number": self._block,
        }
        for form in forms:
            yield from lookups[form.kind](form.value)

    def may_read(self, place: int) -> bool:
        """Return whether the caller reads what lies at a site or in a division."""
        return self._caller.may(Scope.READ, place)

    def _by_uscc(self, code: str) -> Iterator[Hit]:
        ids = (supplier_id("uscc", code), issuer_id("uscc", code), consignee_id("uscc", code))
        yield from self._parties(ids, "uscc")

    def _by_lei(self, code: str) -> Iterator[Hit]:
        ids = (supplier_id("lei", code), issuer_id("lei", code), consignee_id("lei", code))
        yield from self._parties(ids, "lei")

    def _by_gtin(self, gtin: str) -> Iterator[Hit]:
        if gtin in self._items:
            yield from self._item(str(self._items[gtin]), "gtin")

    def _parties(self, ids: tuple[SupplierId, IssuerId, int], by: By) -> Iterator[Hit]:
        for kind, number in zip(_NAMED_BY_ID, ids, strict=True):
            for record in named(self._index, kind, [number]).values():
                if kind != "consignee" or self.may_read(record.division):
                    yield Hit(kind, f"{number:040x}", by, number, kind)

    def _site(self, code: str) -> Iterator[Hit]:
        if self.may_read(int(code)) and self._index.site(int(code)):
            yield Hit("site", code, "site", int(code), "site")

    def _division(self, code: str) -> Iterator[Hit]:
        if int(code) == ROOT:
            yield Hit("division", code, "division")
        elif self._index.division(int(code)):
            yield Hit("division", code, "division", int(code), "division")

    def _item(self, code: str, by: By = "item") -> Iterator[Hit]:
        if self._index.items([int(code)]):
            yield Hit("item", code, by, int(code), "item")

    def _hash(self, digits: str) -> Iterator[Hit]:
        for number in qualifications_page(self._index, None, 0, MOST, bytes.fromhex(digits)):
            yield Hit("qualification", f"{number:040x}", "hash")
        if self._located.block is not None:
            yield from self._block(str(self._located.block), "hash")
        block = self._located.transaction
        if block is None or block > self._height:
            return
        documents = documents_of_transaction(self._index, block, bytes.fromhex(digits))
        readable = [each for each in documents if self._reads_document(each)]
        # What recorded no document names no place here: it is told to who reads the whole country.
        if readable or (not documents and self.may_read(ROOT)):
            yield Hit("transaction", f"0x{digits}", "hash")
        for each in readable:
            yield Hit("document", f"{each.key:062x}", "hash")

    def _block(self, number: str, by: By = "block_number") -> Iterator[Hit]:
        if int(number) <= self._height:
            yield Hit("block", number, by)

    def _holder(self, address: str) -> Iterator[Hit]:
        grants = self._index.grants(Address(address))  # type: ignore[arg-type]
        if any(self.may_read(each.division) for each in grants):
            yield Hit("holder", address, "address")

    def _beginning(self, digits: str) -> Iterator[Hit]:
        for lot, record in self._some("lots", digits, ID_DIGITS).items():
            if self._reads_any({record.creating_site, *sites_of_lot(self._index, lot)}):
                yield Hit("lot", f"{lot:040x}", "beginning", record.item, "item")
        for each in self._documents(digits):
            yield Hit("document", f"{each.key:062x}", "beginning")
        for key, request in self._some("requests", digits, KEY_DIGITS).items():
            if self.may_read(request.site):
                yield Hit("request", f"{key:062x}", "beginning")
        for key, proposal in self._some("proposals", digits, KEY_DIGITS).items():
            asked: int = self._some("requests", f"{proposal.request:062x}", KEY_DIGITS)[proposal.request].site
            if self._reads_any({proposal.giver, asked}):
                yield Hit("proposal", f"{key:062x}", "beginning")
        tables: tuple[tuple[ResultKind, str], ...] = (
            ("supplier", "suppliers"),
            ("issuer", "issuers"),
            ("consignee", "consignees"),
        )
        for kind, table in tables:
            for number, record in self._some(table, digits, ID_DIGITS).items():
                if kind != "consignee" or self.may_read(record.division):
                    yield Hit(kind, f"{number:040x}", "beginning", number, kind)
        for number in self._some("qualifications", digits, ID_DIGITS):
            yield Hit("qualification", f"{number:040x}", "beginning")

    def _some(self, name: str, digits: str, length: int) -> dict[int, Any]:
        return beginning(self._index, name, digits, length, _LOOKED_AT)

    def _documents(self, digits: str) -> list[RecordedDocument]:
        found: dict[int, RecordedDocument] = beginning(
            self._index, "documents", digits, KEY_DIGITS, _LOOKED_AT
        )
        return [each for each in found.values() if self._reads_document(each)]

    def _reads_document(self, document: RecordedDocument) -> bool:
        # What names no site, such as a recall, concerns every site that holds the lots.
        return self._reads_any({document.from_site, document.to_site} - {0} or {ROOT})

    def _reads_any(self, places: Collection[int]) -> bool:
        return any(self.may_read(each) for each in places)
