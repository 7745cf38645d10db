"""Matching: which goods go to which need on a day, and why; of the standard library alone, to run anywhere.

Pure functions: what is given, what is asked and how far apart they are go in, parcels with their reasons come
out. The same input, in whatever order, gives the same parcels on every machine.

Example::

    parcels = match(now, supplies, needs, distances)
    parcels[0].quantity, parcels[0].why.distance
"""

from ledger_client.matching.donor_network import match
from ledger_client.matching.parcels import Distances, Need, Parcel, Supply, Why
from ledger_client.matching.profiles import DONOR_NETWORK, Profile

__all__ = ["DONOR_NETWORK", "Distances", "Need", "Parcel", "Profile", "Supply", "Why", "match"]
