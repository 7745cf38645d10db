"""What a verifier trusts: the trust file, how it is accepted, and how another one follows upon it.

A verifier believes its own trust file and nothing that evidence, a server or a node says (docs/verify.md)::

    offer = read_offer(Path("from-the-operator.json"))
    accept(offer, parse_fingerprint("3fa2…"), Path("trust.json"), "from-the-operator.json")
    read_accepted(Path("trust.json")).trust.witnesses
"""

from ledger_client.trust.acceptance import (
    accept,
    accept_successor,
    add_approval,
    fingerprint_groups,
    parse_fingerprint,
    read_accepted,
    read_offer,
    remember_head,
)
from ledger_client.trust.succession import approve
from ledger_client.trust.trust_file import Accepted, Contract, Head, Offer, Trust

__all__ = [
    "Accepted",
    "Contract",
    "Head",
    "Offer",
    "Trust",
    "accept",
    "accept_successor",
    "add_approval",
    "approve",
    "fingerprint_groups",
    "parse_fingerprint",
    "read_accepted",
    "read_offer",
    "remember_head",
]
