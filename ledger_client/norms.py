"""The norms of a ledger: what sites must keep, what may be called on, how often is counted, emergencies.

Each method prepares one call and returns it; `Ledger.write` signs and sends::

    source = hashlib.sha256(decision).digest()
    ledger.write([ledger.norms.set_floors(site, {rice: 500}, source=source, by=district)])

Norms take effect now or later, never in the past, and follow a decision whose digest goes on chain with them.
The contract decides which rules hold; `docs/adr/0011-norms-and-reallocation.md` says why they are so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ledger_client.calls import content_of, document_argument, require_fits, with_gas
from ledger_client.divisions import DivisionId
from ledger_client.documents import Document, Kind
from ledger_client.identifiers import ItemId, SiteId, StorageMode
from ledger_client.lines import line_width
from ledger_client.preparing import Drafter, Party, Prepared
from ledger_client.signers import Signer
from ledger_client.words import WORD_BYTES

if TYPE_CHECKING:
    from ledger_client.fold.records import RecordedDocument

NOW = 0
"""As the time from which a norm holds: that of the block that takes it."""

_CALL_GAS = 200_000
_NORM_GAS = 50_000
_COUNT_LINE_GAS = 80_000
# What they cost at most with 100 at once, and half again: a new floor 32,000, a cycle 29,000, and a line of a
# count 53,000 where each is of another category that was never counted.


class Norms:
    """Prepares what authorities set, and what anybody proves."""

    def __init__(self, writer: Drafter) -> None:
        self._writer = writer

    # -- norms

    def set_floors(
        self,
        site: SiteId,
        floors: Mapping[ItemId, int],
        *,
        effective_at: int = NOW,
        source: bytes,
        by: Party,
    ) -> Prepared:
        """Set what a site must keep of some items.

        Args:
            site: An open site.
            floors: Base units by item, each below 2**63; 0 for nothing.
            effective_at: From when, seconds since 1970, at most 366 days ahead; `NOW` for at once.
            source: Digest of the decision that orders it, 32 bytes, such as the SHA-256 of its file.
            by: The authority, of the street of the site or above.

        Raises:
            FieldRangeError: A quantity or the time fits no word of the contract.
        """
        for quantity in floors.values():
            require_fits("the floor", "保底量", quantity, 64)
        return self._set("setFloors", site, list(floors.items()), effective_at, source, by)

    def set_terms(
        self,
        division: DivisionId,
        mode: StorageMode,
        *,
        share: int,
        notice_days: int,
        effective_at: int = NOW,
        source: bytes,
        by: Party,
    ) -> Prepared:
        """Set on which terms sites of a storage mode give, in a division without terms nearer to them.

        Args:
            division: An open division, or 0.
            mode: The storage mode.
            share: Callable share of what is usable, in basis points: 10,000 is all of it.
            notice_days: Days from approval until the goods may be called, at most 366.
            effective_at: As in `set_floors`.
            source: As in `set_floors`.
            by: The authority, of this division or above, and of no community.

        Raises:
            FieldRangeError: Share, notice or time fits no word of the contract.
        """
        require_fits("the callable share", "可调用比例", share, 16)
        require_fits("the notice", "通知期", notice_days, 16)
        require_fits("the time of effect", "生效时间", effective_at, 64)
        arguments = (division, mode, share, notice_days, effective_at, source, by.division)
        return self._writer.call("Norms", "setTerms", *arguments, by=by.signer)

    def set_cycles(
        self,
        site: SiteId,
        cycles: Mapping[int, int],
        *,
        effective_at: int = NOW,
        source: bytes,
        by: Party,
    ) -> Prepared:
        """Set how often is counted what a site has of some categories.

        Args:
            site: An open site.
            cycles: Days by category of 7 digits, at most 3,660; 0 for no cycle.
            effective_at: As in `set_floors`; the first count is due the whole cycle later.
            source: As in `set_floors`.
            by: As in `set_floors`.

        Raises:
            FieldRangeError: A category, a number of days or the time fits no word of the contract.
        """
        for category, days in cycles.items():
            require_fits("the category", "类别", category, 32)
            require_fits("the count cycle", "盘点周期", days, 16)
        return self._set("setCycles", site, list(cycles.items()), effective_at, source, by)

    def _set(
        self,
        function: str,
        site: SiteId,
        norms: list[tuple[int, int]],
        effective_at: int,
        source: bytes,
        by: Party,
    ) -> Prepared:
        require_fits("the time of effect", "生效时间", effective_at, 64)
        arguments = (site, norms, effective_at, source, by.division)
        prepared = self._writer.call("Norms", function, *arguments, by=by.signer)
        return with_gas(prepared, _CALL_GAS + len(norms) * _NORM_GAS)

    # -- counts

    def prove_count(self, key: int, document: Document, *, by: Signer) -> Prepared:
        """Show a recorded count, so that what it counted is no longer overdue. Anybody may.

        Args:
            key: The count's key.
            document: The count; its client id may be zero.
            by: Who sends it.
        """
        prepared = self._writer.call("Norms", "proveCount", key, document_argument(document), by=by)
        lines = len(document.lines) // WORD_BYTES // line_width(Kind.COUNT)
        return with_gas(prepared, _CALL_GAS + lines * _COUNT_LINE_GAS)

    def proved(self, count: RecordedDocument, *, by: Signer) -> Prepared:
        """Return the call of `prove_count` for a count as the index has it."""
        return self.prove_count(count.key, content_of(count), by=by)

    # -- emergencies

    def declare_emergency(
        self, division: DivisionId, *, until: int, reason: int, source: bytes, by: Party
    ) -> Prepared:
        """Declare an emergency that begins now, or declare one again.

        Args:
            division: An open division, or 0.
            until: The first second at which it is over, at most 30 days ahead.
            reason: A code of `ledger_client.reasons`.
            source: Digest of the decision that orders it, 32 bytes.
            by: The authority, of this division or above; while one is in force or ended less than 30 days
                ago, above the grant that declared that one; nor the grant that declared such a one for a
                division above, unless it is that of the country.

        Raises:
            FieldRangeError: The time or the reason fits no word of the contract.
        """
        require_fits("the end of the emergency", "应急状态的结束时间", until, 64)
        require_fits("the reason", "原因", reason, 16)
        arguments = (division, until, reason, source, by.division)
        return self._writer.call("Norms", "declareEmergency", *arguments, by=by.signer)

    def end_emergency(self, division: DivisionId, *, reason: int, by: Party) -> Prepared:
        """End an emergency that is in force, now.

        Args:
            division: Of the emergency itself.
            reason: A code of `ledger_client.reasons`.
            by: The authority, at or above the grant that declared it.

        Raises:
            FieldRangeError: The reason fits no word of the contract.
        """
        require_fits("the reason", "原因", reason, 16)
        return self._writer.call("Norms", "endEmergency", division, reason, by.division, by=by.signer)
