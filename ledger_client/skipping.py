"""Which proposals of a list were not approved while others were, from the events of the transaction.

The contract approves what it can and says of each of the others why not (`ProposalSkipped`), so that one
stale proposal does not stop a whole list::

    for each in skipped_in(chain, deployment, entry):
        print(each.text())
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.allocation import Refusal
from ledger_client.chain import Chain
from ledger_client.contracts import Deployment
from ledger_client.events import ProposalSkipped, decode_event
from ledger_client.language import Language
from ledger_client.outbox import Entry
from ledger_client.reverts.refusals import refusal_text


@dataclass(frozen=True, slots=True)
class Skipped:
    """A proposal that was passed over.

    Attributes:
        proposal: Its key.
        refusal: Why.
        value: As the contract gave it; what it is, `ProposalState.sol` says.
        limit: Likewise.
    """

    proposal: int
    refusal: Refusal
    value: int
    limit: int

    def text(self, language: Language | None = None) -> str:
        """Return why, in `language` or the language in force."""
        return refusal_text(self.refusal, self.proposal, self.value, self.limit, language)


def skipped_in(chain: Chain, deployment: Deployment, entry: Entry) -> list[Skipped]:
    """Return the proposals that a recorded transaction passed over, in the order of its list.

    Args:
        chain: Where the events are asked for.
        deployment: Of the ledger.
        entry: The transaction, as the outbox has it; of one that is in no block, nothing.

    Raises:
        UnavailableError: The node does not answer.
    """
    block = entry.block_number
    if block is None:
        return []
    addresses = [deployment.addresses["Reallocation"]]
    events = (
        decode_event(log)
        for logs in chain.logs(addresses, block, block)
        for log in logs
        if log.place.transaction == entry.hash
    )
    return [
        Skipped(each.proposal, Refusal(each.refusal), each.value, each.limit)
        for each in events
        if isinstance(each, ProposalSkipped)
    ]
