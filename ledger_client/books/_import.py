"""Recording what a plan says: registrations, receipts, releases, issues, each wave before the next.

Documents are recorded a batch at a time. An import that is interrupted and run again goes on where it was:
a document's client id follows from the line, so that nothing is recorded twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ledger_client.book import BookSheet
from ledger_client.book import Mapping as GoodsMapping
from ledger_client.books._body import body_of
from ledger_client.books._gather import plan_import
from ledger_client.books._plan import Plan, PlannedLine
from ledger_client.divisions import DivisionId
from ledger_client.documents import Timestamp
from ledger_client.identifiers import SiteId
from ledger_client.ledger import Ledger
from ledger_client.lines import Line
from ledger_client.reasons import reason_named
from ledger_client.records import Record, RecordAnswer, RecordId
from ledger_client.reverts.directory import ConsigneeUnknownError
from ledger_client.reverts.stock import (
    ItemUnknownError,
    LotHeldError,
    LotUnknownError,
    StockInsufficientError,
)
from ledger_client.stock import Goods, Particulars
from ledger_client.tagged import tagged_digest
from ledger_client.writing import Party, Prepared

BATCH = 50
"""Documents that are signed and sent at once; the most that an interruption leaves on the way."""

_NOT_YET = (
    ItemUnknownError,
    ConsigneeUnknownError,
    LotUnknownError,
    LotHeldError,
    StockInsufficientError,
)
"""Refusals of a document whose items, consignees or goods an earlier wave is about to bring."""

LOTS_A_RELEASE = 100
DISTRICT_SPAN = 10**9
"""A site's number divided by this is its district."""

Progress = Callable[[str, str, int, int], None]
"""Told what is being recorded, in English and Chinese, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signs an import.

    Attributes:
        keeper: Records receipts and issues.
        approver: Consents to what is late, and releases what is issued.
        authority: Registers consignees of the site's district.
        catalogue: Registers items, as an authority of division 0.
    """

    keeper: Party
    approver: Party
    authority: Party
    catalogue: Party


def import_book(
    ledger: Ledger,
    sheets: Sequence[BookSheet],
    mapping: GoodsMapping,
    site: SiteId,
    signers: Signers,
    progress: Progress = lambda *_: None,
) -> Plan:
    """Record of some books what is missing on the ledger; a second run records nothing.

    Args:
        ledger: The ledger.
        sheets: All sheets of the books.
        mapping: Which item each goods is; only confirmed rows count.
        site: The site that the books are about; it must be open.
        signers: Who signs.
        progress: Told how it goes.

    Returns:
        The plan, all of which is recorded.

    Raises:
        BookSaltDeletedError: The salt was deleted; the books can only be compared.
        RevertError: The contract refuses a document; those before it are recorded.
        StillWaitingError: Documents are in no block yet; run it again later.
    """
    ledger.finish()
    plan = plan_import(ledger, sheets, mapping, site)
    _Import(ledger, plan, signers, progress).run()
    return plan


class _Import:
    """One run."""

    def __init__(self, ledger: Ledger, plan: Plan, signers: Signers, progress: Progress) -> None:
        self._ledger = ledger
        self._plan = plan
        self._signers = signers
        self._progress = progress

    def run(self) -> None:
        receipts, issues = self._plan.of("receipt"), self._plan.of("issue")
        self._require_roles(
            self._receipt(receipts[0]) if receipts else None,
            self._release(self._plan.releases[:1]) if self._plan.releases else None,
            self._issue(issues[0]) if issues else None,
        )
        self._register()
        self._name_donors(receipts)
        self._write("receipts", "接收", receipts, self._receipt)
        lots = self._plan.releases
        releases = [lots[at : at + LOTS_A_RELEASE] for at in range(0, len(lots), LOTS_A_RELEASE)]
        self._write("releases", "放行", releases, self._release)
        self._write("issues", "发放", issues, self._issue)

    def _require_roles(self, *firsts: Prepared | None) -> None:
        """Refuse a missing role or a closed site before anything is recorded.

        The contract looks at signers and site before it looks at goods, which are not there yet.
        """
        for each in firsts:
            if each is not None:
                with suppress(*_NOT_YET):
                    sender = each.submission.sender
                    self._ledger.chain.call(each.to, each.submission.data, "pending", sender=sender)

    def _register(self) -> None:
        ledger, plan = self._ledger, self._plan
        items = [
            ledger.items.register(
                each.item,
                zh=each.name_zh,
                en=each.name_en,
                unit=each.base_unit_code or "",
                category=each.qualification,
                serial=each.tracking == "serial",
                by=self._signers.catalogue,
            )
            for each in plan.items
        ]
        consignees = [
            ledger.consignees.register(
                plan.consignees[name],
                DivisionId(plan.site // DISTRICT_SPAN),
                zh=name,
                by=self._signers.authority,
            )
            for name in plan.unregistered
        ]
        self._write("items and consignees", "物品和领用单位", [*items, *consignees], lambda each: each)

    def _name_donors(self, receipts: Iterable[PlannedLine]) -> None:
        """Keep the donors' names in the records; whose record was deleted stays forgotten."""
        records = self._ledger.records
        names = {self._plan.attributes(each).source: each.line.line.party for each in receipts}
        ids = {RecordId("donor", source): name for source, name in names.items()}
        new = [
            Record.new(id_, zh=name)
            for id_, name in ids.items()
            if records.verify_name(id_, b"") is RecordAnswer.ABSENT
        ]
        records.put_many(new, self._signers.keeper.signer)

    def _write(self, en: str, zh: str, all_: Sequence[Any], prepare: Callable[[Any], Prepared]) -> None:
        for at in range(0, len(all_), BATCH):
            self._progress(en, zh, at, len(all_))
            batch = [prepare(each) for each in all_[at : at + BATCH]]
            # The first batch is checked before it is sent, so that what all of them lack costs nothing.
            self._ledger.write(batch, check=at == 0)
        if all_:
            self._progress(en, zh, len(all_), len(all_))

    # -- documents

    def _receipt(self, each: PlannedLine) -> Prepared:
        attributes = self._plan.attributes(each)
        return self._ledger.stock.receive(
            self._plan.site,
            attributes.source,
            [Goods(attributes, each.quantity)],
            keeper=self._signers.keeper,
            approver=self._signers.approver,
            held=True,
            particulars=self._particulars(each),
        )

    def _issue(self, each: PlannedLine) -> Prepared:
        return self._ledger.stock.issue(
            self._plan.site,
            self._plan.consignees[each.line.line.party],
            [Line(drawn.lot, drawn.quantity) for drawn in each.drawn],
            keeper=self._signers.keeper,
            approver=self._signers.approver,
            particulars=self._particulars(each, reason_named("distribution").code),
        )

    def _release(self, lots: Sequence[int]) -> Prepared:
        fields = [lot.to_bytes(20, "big") for lot in lots]
        return self._ledger.stock.release(
            self._plan.site,
            lots,
            approver=self._signers.approver,
            particulars=Particulars(
                client_id=tagged_digest("shecang/book-release/1", self._plan.salt, *fields),
                reason=reason_named("donation").code,
            ),
        )

    def _particulars(self, each: PlannedLine, reason: int = 0) -> Particulars:
        day = each.line.line.date
        if day is None:
            raise TypeError("a line that is recorded has a day")
        return Particulars(
            client_id=self._plan.client_id(each),
            occurred_at=Timestamp.of_day(day, self._ledger.deployment.offset),
            reason=reason,
            body=body_of(each.line, each.part, each.kept),
        )
