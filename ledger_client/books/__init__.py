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
from ledger_client.books._ledger import BookLedger
from ledger_client.books._plan import Action, Plan, PlannedLine
from ledger_client.books._say import STATUS_LABELS, comparison_to_dict, planned_to_dict, sentence_of

__all__ = [
    "STATUS_LABELS",
    "Action",
    "BookLedger",
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
    "comparison_to_dict",
    "import_book",
    "plan_import",
    "planned_to_dict",
    "reconcile",
    "sentence_of",
]
