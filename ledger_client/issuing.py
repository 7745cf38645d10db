"""What arrived for a request is issued to its consignee: by documents that name the request.

A request may say to whom its goods will be issued, such as the hospital on whose list they stood. What was
accepted for it then waits at the site until an issue gives it to that consignee; the issue's reference is the
request (type 5, opaque to the ledger), so that a request can be followed to the hand that used the goods::

    issuing = Issuing.of(whole, documents, reader.issues(key))
    lines = [Line(lot, units) for lot, units in issuing.waiting.items()]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_client.allocation import REFERENCE_REQUEST, DeliveryState
from ledger_client.documents import Kind
from ledger_client.reasons import FOUND_AT_RECEIVER
from ledger_client.words import Head, pack_reference, split_words, unpack_head

if TYPE_CHECKING:
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.index.allocation import WholeRequest


def reference_to_request(key: int) -> int:
    """Return the reference by which an issue names the request whose goods it gives."""
    return pack_reference(REFERENCE_REQUEST, key)


@dataclass(frozen=True, slots=True)
class Issuing:
    """What arrived for a request, and what of it was issued to its consignee; base units by lot.

    Attributes:
        arrived: Accepted at the site with documents that were shown.
        issued: Issued to the consignee with reference to the request.
    """

    arrived: Mapping[int, int]
    issued: Mapping[int, int]

    @classmethod
    def of(
        cls,
        whole: WholeRequest,
        documents: Mapping[int, RecordedDocument],
        issues: Iterable[RecordedDocument],
    ) -> Issuing:
        """Return it for a request.

        Args:
            whole: The request.
            documents: Its deliveries and answers, by key.
            issues: To its consignee, naming it; none that was reversed.
        """
        arrived: Counter[int] = Counter()
        accepted = {each.delivery for each in whole.answers.values() if Kind.of(each.kind) is Kind.ACCEPTANCE}
        for key, delivery in whole.deliveries.items():
            is_hand_over = Kind.of(delivery.kind) is Kind.HAND_OVER
            stands = delivery.state != DeliveryState.REVERSED
            if stands and (is_hand_over or key in accepted):
                arrived.update(_lots(_heads(documents[key])))
        for key, answer in whole.answers.items():
            heads = _heads(documents[key])
            if Kind.of(answer.kind) is Kind.ACCEPTANCE:
                arrived.subtract(_lots(heads))  # its lines are the exceptions
            elif Kind.of(answer.kind) is Kind.SETTLEMENT:
                arrived.update(_lots(each for each in heads if each.reason == FOUND_AT_RECEIVER))
        issued: Counter[int] = Counter()
        for document in issues:
            issued.update(_lots(_heads(document)))
        return cls({lot: units for lot, units in arrived.items() if units}, dict(issued))

    @property
    def units_waiting(self) -> int:
        """Base units that arrived and were not issued, of whichever lots."""
        return max(0, sum(self.arrived.values()) - sum(self.issued.values()))

    @property
    def waiting(self) -> dict[int, int]:
        """What to issue next, by ascending lot: what arrived and was not issued, at most `units_waiting`.

        The site may have issued other lots of the item instead; then as much less of these waits.
        """
        left, found = self.units_waiting, {}
        for lot, units in sorted(self.arrived.items()):
            taken = min(left, max(0, units - self.issued.get(lot, 0)))
            left -= taken
            if taken:
                found[lot] = taken
        return found


def _heads(document: RecordedDocument) -> list[Head]:
    return [unpack_head(word) for word in split_words(document.lines)]


def _lots(heads: Iterable[Head]) -> Counter[int]:
    found: Counter[int] = Counter()
    for head in heads:
        found[head.lot] += head.quantity
    return found
