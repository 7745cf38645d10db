"""Computing an anchored proposal anew: from the ledger as it was at the block that the plan names.

Whoever rechecks needs the plan as it was kept, and the file of distances that it was made with, where there
was one; everything else is on the chain. It is taken from one's own index, which was read from the chain
event by event and keeps what was recorded when: what came after the block is put back, so that nothing is
read again that was recorded before it, and whoever submitted the plan is asked nothing. That the index is
what the events add up to, the audit shows::

    found = recheck_proposal(ledger, proposal, read_plan(path), DISTRICT, distances)
    found.is_same, found.differing
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ledger_client.anchors import KeptPlan, Part, parts_of, recheck
from ledger_client.audit._replay import replay
from ledger_client.city import CityFacts, SitesSince, city_of, facts_of_block
from ledger_client.city_replay import facts_of_state
from ledger_client.deliveries import lots_of
from ledger_client.errors import UnavailableError
from ledger_client.events import SiteClosed, SiteRegistered, decode_event
from ledger_client.matching import CityProfile, Distances, propose
from ledger_client.plans import Listed, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger_client.events import Log
    from ledger_client.fold.allocation_records import Proposal
    from ledger_client.ledger import Ledger


class BlockMissingError(UnavailableError):
    """The chain has not the block at which a plan was made."""

    en = "the plan was made at block {block}, and the chain reached here ends before it; nothing was compared"
    zh = "该方案基于区块 {block} 计算，而此处的链尚未到该区块；无法核对"


@dataclass(frozen=True, slots=True)
class Found:
    """What a recheck found.

    Attributes:
        is_anchored: Whether the plan that was kept is the one that the proposal names.
        differing: Parts that came out differently, in the anchor's order.
        is_planned: Whether the proposal is one of the plan: for its request, from its giver, with its lots.
        kept: The plan as it was kept.
        listed: The proposal as it was planned, with the lots that it lists; None where it was not.
    """

    is_anchored: bool
    differing: tuple[Part, ...]
    is_planned: bool
    kept: KeptPlan
    listed: Listed | None

    @property
    def is_same(self) -> bool:
        """Whether everything came out as it was proposed."""
        return self.is_anchored and self.is_planned and not self.differing


def facts_at(ledger: Ledger, block: int) -> CityFacts:
    """Return what all events up to a block add up to, as one's own index has it.

    The index tells by time what was recorded when. Where the next block has the same time, which test nodes
    allow, all events are folded anew instead.

    Raises:
        BlockMissingError: The chain is not that long.
        MismatchError: The events cannot be the whole truth; the sentence names the document.
    """
    ledger.index()
    stamp, after = ledger.source.block(block), ledger.source.block(block + 1)
    if stamp is None:
        raise BlockMissingError(block=block)
    if after is not None and after.time <= stamp.time:
        folded = replay(ledger.source, ledger.deployment.first_block, block)
        return facts_of_state(folded.state, stamp, ledger.deployment.offset)
    later = ledger.chain.logs([ledger.deployment.directory], block + 1, ledger.source.head())
    since = sites_since(log for logs in later for log in logs)
    return facts_of_block(ledger.index_engine, stamp, ledger.deployment.offset, since)


def sites_since(logs: Iterable[Log]) -> SitesSince:
    """Return what became of sites by some logs of the Directory, of which an index keeps no time.

    Raises:
        EventUnknownError, EventMalformedError: A log is none of the Directory's.
    """
    events = [decode_event(log) for log in logs]
    return SitesSince(
        closed=frozenset(each.site for each in events if isinstance(each, SiteClosed)),
        registered=frozenset(each.site for each in events if isinstance(each, SiteRegistered)),
    )


def recheck_proposal(
    ledger: Ledger, proposal: Proposal, kept: KeptPlan, profile: CityProfile, distances: Distances
) -> Found:
    """Compute the plan of a proposal anew, and compare.

    Args:
        ledger: Where the proposal is.
        proposal: As the ledger has it.
        kept: The plan that it is said to come from.
        profile: The profile that the plan names.
        distances: Those that the plan was made with.

    Raises:
        BlockMissingError: The chain is not that long.
        MismatchError: The events cannot be the whole truth; the sentence names the document.
    """
    facts = facts_at(ledger, kept.block.number)
    plan = propose(city_of(facts, distances), profile)
    compared = recheck(proposal.anchor, kept.parts, parts_of(facts.block, profile, distances, plan))
    ours = next((each for each in listed(facts, plan) if _is(each, proposal)), None)
    is_planned = ours is not None and dict(ours.lots) == lots_of(proposal.lines)
    return Found(compared.is_anchored, compared.differing, is_planned, kept, ours)


def _is(each: Listed, proposal: Proposal) -> bool:
    return (each.proposal.request, each.proposal.giver) == (proposal.request, proposal.giver)
