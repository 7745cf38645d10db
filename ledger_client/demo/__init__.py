"""A sample city that is played through on a ledger of its own, and what its audit must find."""
