"""Books on the ledger: comparing a district's book with the chain, and importing what is missing there.

`ledger_client.book` reads books and knows no chain; this package brings both together::

    for comparison in reconcile(ledger, sheets, mapping, site):
        print(comparison.status)
"""

from ledger_client.book._reconcile import BookLine, BookProblem, ChainEntry, Comparison, LineStatus
from ledger_client.books._compare import reconcile
from ledger_client.books._gather import plan_import
from ledger_client.books._history import chain_entries
from ledger_client.books._import import Progress, Signers, import_book
from ledger_client.books._plan import Action, Plan, PlannedLine

__all__ = [
    "Action",
    "BookLine",
    "BookProblem",
    "ChainEntry",
    "Comparison",
    "LineStatus",
    "Plan",
    "PlannedLine",
    "Progress",
    "Signers",
    "chain_entries",
    "import_book",
    "plan_import",
    "reconcile",
]
