"""Books on the ledger: comparing a district's book with the chain, and importing what is missing there.

`ledger_client.book` reads books and knows no chain; this package brings both together::

    for comparison in reconcile(ledger, sheets, mapping, site):
        print(comparison.status)
"""

from ledger_client.book._reconcile import BookLine, BookProblem, ChainEntry, Comparison, LineStatus
from ledger_client.books._compare import reconcile
from ledger_client.books._history import chain_entries

__all__ = [
    "BookLine",
    "BookProblem",
    "ChainEntry",
    "Comparison",
    "LineStatus",
    "chain_entries",
    "reconcile",
]
