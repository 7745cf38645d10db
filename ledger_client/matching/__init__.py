"""Matching: which goods go to which request, and why; of the standard library alone, to run anywhere.

Pure functions: lots, requests and how far sites are apart go in, proposals with their reasons come out. The
same input, in whatever order, gives the same proposals on every machine. Two profiles: `district`
(`propose`), the product's default, takes a whole city with floors, terms, counts and emergencies;
`donor-network` (`match`) takes givers who offer once and requests far apart.

Example::

    plan = propose(City(today=18_290, lots=lots, requests=requests, terms=terms))
    plan.proposals[0].giver, plan.proposals[0].lots, plan.proposals[0].reasons
"""

from ledger_client.matching.city import City, CityProfile, Plan, Proposal, Quantity, Terms
from ledger_client.matching.distances import Distance, Distances, Unit
from ledger_client.matching.district import DISTRICT, propose
from ledger_client.matching.donor_network import match
from ledger_client.matching.donor_proposals import LotProposal, Ways, Why
from ledger_client.matching.drafts import Draft, DraftCode, Drafted, turn_into_requests
from ledger_client.matching.goods import FOR_EVER, Lot, Request
from ledger_client.matching.profiles import DONOR_NETWORK, DonorProfile

__all__ = [
    "DISTRICT",
    "DONOR_NETWORK",
    "FOR_EVER",
    "City",
    "CityProfile",
    "Distance",
    "Distances",
    "DonorProfile",
    "Draft",
    "DraftCode",
    "Drafted",
    "Lot",
    "LotProposal",
    "Plan",
    "Proposal",
    "Quantity",
    "Request",
    "Terms",
    "Unit",
    "Ways",
    "Why",
    "match",
    "propose",
    "turn_into_requests",
]
