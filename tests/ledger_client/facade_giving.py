"""A founded ledger behind the facade on which sites ask and give: terms, approvers of each level, a far site.

==============  =====================  =======================================
site            in                     between it and `PLACE` decides first
==============  =====================  =======================================
`PLACE`         COMMUNITY, mode 1
`OTHER_PLACE`   COMMUNITY, mode 2      the street
`FAR_PLACE`     another district       the city, with consent
==============  =====================  =======================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facade import (
    APPROVING,
    KEEPING,
    OTHER_PLACE,
    PLACE,
    RICE_ITEM,
    ROOT_PARTY,
    World,
)
from played_ledger import signer

from ledger_client.contracts import read
from ledger_client.deliveries import reference_to
from ledger_client.divisions import DivisionId
from ledger_client.documents import SECONDS_A_DAY, Timestamp
from ledger_client.identifiers import SiteId, StorageMode
from ledger_client.keccak import keccak
from ledger_client.roles import Role
from ledger_client.stock import Particulars
from ledger_client.writing import Party, Prepared

STREET, CITY, PROVINCE = DivisionId(420106001), DivisionId(4201), DivisionId(42)
FAR_DIVISIONS = (420111, 420111001, 420111001001)
FAR_COMMUNITY = DivisionId(FAR_DIVISIONS[-1])
FAR_PLACE = SiteId(420111001001101)
SOURCE = keccak(b"a decision")
OUTBREAK, NOT_NEEDED, GIVER_NEEDS_IT, SEEN_ON_SITE, DANGER_PAST = 110, 24, 130, 140, 150

STREET_APPROVING = Party(signer("approver of the street"), STREET)
CITY_APPROVING = Party(signer("approver of the city"), CITY)
DISTRICT_APPROVING = APPROVING
FAR_KEEPING = Party(signer("keeper far away"), FAR_COMMUNITY)
_GRANTS = (
    (STREET_APPROVING, Role.APPROVER),
    (CITY_APPROVING, Role.APPROVER),
    (FAR_KEEPING, Role.KEEPER),
)


@dataclass
class Giving:
    """A world in which sites ask and give."""

    world: World

    @property
    def now(self) -> int:
        """Seconds since 1970, by the newest block: on a node elsewhere it is ahead of the clock of a test."""
        return max(self.world.clock.now(), self.world.ledger.chain.head().time)

    def delivering(self, proposal: int) -> Particulars:
        """What a document says that delivers on a proposal now."""
        return Particulars(reference=reference_to(proposal), occurred_at=Timestamp(self.now))

    def answer(self, contract: str, function: str, *arguments: object) -> Any:
        """What a contract answers."""
        return read(self.world.ledger.chain, self.world.ledger.deployment, contract, function, *arguments)

    def ask(self, quantity: int = 40, site: SiteId = PLACE, **said: Any) -> Prepared:
        """Return a request for rice within ten days."""
        keeper = FAR_KEEPING if site == FAR_PLACE else KEEPING
        fields = {"needed_by": self.now + 10 * SECONDS_A_DAY, "reason": OUTBREAK, "keeper": keeper}
        return self.world.ledger.reallocation.request(site, RICE_ITEM, quantity, **{**fields, **said})

    def asked(self, quantity: int = 40, site: SiteId = PLACE, **said: Any) -> int:
        """Make a request and return its key."""
        request = self.ask(quantity, site, **said)
        self.world.write(request)
        return request.key

    def proposed(self, request: int, lots: Mapping[int, int], giver: SiteId = OTHER_PLACE) -> int:
        """Make a proposal and return its key."""
        proposal = self.world.ledger.reallocation.propose(request, giver, lots, keeper=KEEPING)
        self.world.write(proposal)
        return proposal.key

    def offered(self, quantity: int = 40, stock: int = 1_000) -> tuple[int, int, int]:
        """Let a new lot of `OTHER_PLACE` be proposed for a new request of `PLACE`; return keys and lot."""
        lot = self.world.stocked(stock, RICE_ITEM, OTHER_PLACE)
        request = self.asked(quantity)
        return request, self.proposed(request, {lot: quantity}), lot

    def approved(self, quantity: int = 40) -> tuple[int, int, int]:
        """As `offered`, and approved by the street."""
        request, proposal, lot = self.offered(quantity)
        self.world.write(self.world.ledger.reallocation.approve([proposal], approver=STREET_APPROVING))
        return request, proposal, lot

    def accepted(self, request: int) -> int:
        """What was accepted for a request, base units."""
        return int(self.answer("Reallocation", "requestOf", request)[3])

    def state(self, proposal: int) -> int:
        """The state of a proposal."""
        return int(self.answer("Reallocation", "proposalOf", proposal)[1])

    def reserved(self, site: SiteId = OTHER_PLACE) -> int:
        """What is reserved of the rice of a site, base units."""
        return int(self.answer("Reallocation", "reserved", site, RICE_ITEM))


def build_giving(world: World) -> Giving:
    """Let sites ask and give: register what is far away, make grants, set terms, open the far site."""
    ledger = world.ledger
    calls = [ledger.divisions.register(DivisionId(d), zh=f"区划{d}", by=ROOT_PARTY) for d in FAR_DIVISIONS]
    calls.append(ledger.sites.register(FAR_PLACE, zh="远处储备点", by=ROOT_PARTY))
    for party, role in _GRANTS:
        holder = party.signer
        consent = ledger.roles.class_consent(holder, role)
        division = DivisionId(party.division)
        calls.append(ledger.roles.grant(holder.address, role, division, consent=consent, by=ROOT_PARTY))
    for mode in (StorageMode.GOVERNMENT, StorageMode.AGREEMENT):
        calls.append(
            ledger.norms.set_terms(PROVINCE, mode, share=9_000, notice_days=2, source=SOURCE, by=ROOT_PARTY)
        )
    ledger.write(calls, check=False)
    ledger.write([ledger.stock.open(FAR_PLACE, keeper=FAR_KEEPING, approver=CITY_APPROVING)])
    return Giving(world)
