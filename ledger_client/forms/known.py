"""What a form leaves to the ledger: grants, lots of items, consignments, documents, what a card says.

A server looks it up in its index. Whoever compares what a server prepared has none, and asks a form in which
nothing is left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn, Protocol

from ledger_client.addresses import Address
from ledger_client.documents import Timestamp
from ledger_client.errors import RefusedError, UsageError
from ledger_client.fold.records import CONSIGNMENT_DONE
from ledger_client.identifiers import batch_digest
from ledger_client.reception import Reception, judge
from ledger_client.recorded import card_up_to, expected_of
from ledger_client.reverts.stock import LotUnknownError
from ledger_client.roles import Role
from ledger_client.seats import nearest_grant
from ledger_client.typed import parse_day
from ledger_client.words import LotStatus

if TYPE_CHECKING:
    from ledger_client.fold.records import Consignment, Lot, RecordedDocument
    from ledger_client.forms.models import LotForm
    from ledger_client.index.reads import IndexReader


class FormOpenError(UsageError):
    """A form leaves something open that only the ledger knows, and there is no index to ask."""

    en = (
        "the form leaves {what} to the server, which nobody here can compare: write it into the form, or "
        "compare by an index of your own"
    )
    zh = "表单将{what_zh}留给服务器决定，此处无法核对：请在表单中写明，或用自己的索引核对"


class ConsignmentUnknownError(RefusedError):
    """No consignment of a key is open."""

    en = "there is no open consignment {consignment}: it was closed, or never dispatched; look its key up"
    zh = "没有未办结的在途单 {consignment}：已办结，或从未发运；请核对编号"


class DocumentUnknownError(RefusedError):
    """No document has a key."""

    en = "document {document} is not recorded on this ledger; look its key up"
    zh = "账本中没有单据 {document}；请核对编号"


class LotNotHereError(RefusedError):
    """A site holds no lot that fits what is printed on goods, or several."""

    en = (
        "site {site} holds {count} lots of item {item} that fit what the line says; name batch and dates, "
        "or the lot itself"
    )
    zh = "储备点 {site} 有 {count} 个物品 {item} 的批次符合该行；请写明批号与日期，或直接写批次编号"


class LotMissingError(UsageError):
    """A line names neither a lot nor an item."""

    en = "a line names neither lot nor item; write one of them"
    zh = "明细行既未写批次也未写物品；请填写其一"


class Known(Protocol):
    """What a form may leave open."""

    def grant(self, address: Address, role: Role, division: int, subject: int) -> int:
        """Return the division of the grant nearest above a division, else itself."""

    def lot_at(self, site: int, line: LotForm) -> int:
        """Return the lot at a site that a line means without naming it."""

    def lot(self, lot: int) -> Lot:
        """Return what is known of a lot."""

    def batch(self, lots: Sequence[int], *, recalled: bool) -> list[int]:
        """Return lots with all others of their batches that are (not) recalled."""

    def reception(
        self,
        source: int,
        items: Sequence[int],
        occurred: Timestamp | None,
        *,
        is_donation: bool,
        is_signed: bool,
    ) -> Reception:
        """Return how goods will be received."""

    def consignment(self, key: int) -> Consignment:
        """Return an open consignment."""

    def document(self, key: int) -> RecordedDocument:
        """Return a recorded document."""

    def counted_against(self, site: int, entry: int | None) -> tuple[int, dict[int, int]]:
        """Return a site's journal word after an entry of its card, and what it should hold of each lot."""


class IndexKnown:
    """What an index says.

    Args:
        index: Where it is looked up.
        offset: Seconds by which the ledger's days are ahead of UTC.
    """

    def __init__(self, index: IndexReader, offset: int) -> None:
        self._index = index
        self._offset = offset

    def grant(self, address: Address, role: Role, division: int, subject: int) -> int:
        """See `Known.grant`."""
        return nearest_grant(self._index, address, role, division, subject)

    def lot_at(self, site: int, line: LotForm) -> int:
        """See `Known.lot_at`.

        Raises:
            LotMissingError: The line names no item either.
            LotNotHereError: No lot there fits, or several do.
        """
        if line.item is None:
            raise LotMissingError()
        wanted = (
            int(line.item),
            batch_digest(line.batch) if line.batch else None,
            parse_day(line.made) if line.made else None,
            parse_day(line.expires) if line.expires else None,
        )
        found = [
            each.lot
            for each in self._index.on_hand(site)
            if all(
                asked is None or asked == there
                for asked, there in zip(wanted, _printed(each.attributes), strict=True)
            )
        ]
        if len(found) != 1:
            raise LotNotHereError(site=site, item=line.item, count=len(found))
        return found[0]

    def lot(self, lot: int) -> Lot:
        """See `Known.lot`.

        Raises:
            LotUnknownError: It was never received.
        """
        record = self._index.lot(lot)
        if record is None:
            raise LotUnknownError(lot=lot)
        return record

    def batch(self, lots: Sequence[int], *, recalled: bool) -> list[int]:
        """See `Known.batch`.

        Raises:
            LotUnknownError: One was never received.
        """
        chosen = set(lots)
        for lot in lots:
            record = self.lot(lot)
            chosen.update(
                other
                for other, each in self._index.lots(record.item).items()
                if (each.source, each.batch) == (record.source, record.batch)
                and bool(each.status & LotStatus.RECALLED) is recalled
            )
        return sorted(chosen)

    def reception(
        self,
        source: int,
        items: Sequence[int],
        occurred: Timestamp | None,
        *,
        is_donation: bool,
        is_signed: bool,
    ) -> Reception:
        """See `Known.reception`.

        Raises:
            MixedGoodsError: The items need different qualifications.
        """
        return judge(
            self._index,
            source,
            items,
            is_donation=is_donation,
            is_signed=is_signed,
            occurred=occurred,
            offset=self._offset,
        )

    def consignment(self, key: int) -> Consignment:
        """See `Known.consignment`.

        Raises:
            ConsignmentUnknownError: None of that key is open.
        """
        found = self._index.consignment(key)
        if found is None or found.state == CONSIGNMENT_DONE:
            raise ConsignmentUnknownError(consignment=f"{key:062x}")
        return found

    def document(self, key: int) -> RecordedDocument:
        """See `Known.document`.

        Raises:
            DocumentUnknownError: None has that key.
        """
        found = self._index.document(key)
        if found is None:
            raise DocumentUnknownError(document=f"{key:062x}")
        return found

    def counted_against(self, site: int, entry: int | None) -> tuple[int, dict[int, int]]:
        """See `Known.counted_against`.

        Raises:
            CountPlaceError: The card has no such entry.
        """
        card = card_up_to(self._index, site, entry)
        return (card[-1].journal if card else 0), expected_of(card)


class NothingKnown:
    """Whoever has no index: what a form leaves open is refused."""

    def grant(self, *_: object) -> int:
        """Refuse: the division of a grant is open."""
        _refuse("the division of a signer's grant", "签署人的授权区划")

    def lot_at(self, *_: object) -> int:
        """Refuse: a lot is open."""
        _refuse("which lot a line means", "明细行所指的批次")

    def lot(self, *_: object) -> Lot:
        """Refuse: what a lot is made of is open."""
        _refuse("what a lot is made of", "批次的属性")

    def batch(self, *_: object, **__: object) -> list[int]:
        """Refuse: the other lots of a batch are open."""
        _refuse("the other lots of the batch", "同批的其他批次")

    def reception(self, *_: object, **__: object) -> Reception:
        """Refuse: whether goods are held is open."""
        _refuse("the qualification, or whether goods are held", "所依据的资质或是否暂扣")

    def consignment(self, *_: object) -> Consignment:
        """Refuse: what is left of a consignment is open."""
        _refuse("what is left of a consignment", "在途单的剩余内容")

    def document(self, *_: object) -> RecordedDocument:
        """Refuse: what a document says is open."""
        _refuse("what the document says that is undone", "被冲销单据的内容")

    def counted_against(self, *_: object) -> tuple[int, dict[int, int]]:
        """Refuse: what should have been there is open."""
        _refuse("what the stock card says", "库存卡的内容")


def _refuse(what: str, what_zh: str) -> NoReturn:
    raise FormOpenError(what=what, what_zh=what_zh)


def _printed(lot: Lot) -> tuple[int, bytes, int, int]:
    return lot.item, lot.batch, lot.made, lot.expires
