"""Forms of documents: what another system fills in, and the document that the stock commands make of it.

A server and whoever asks it make the document from the same form by the same code, so that the second can
compare what the first prepared::

    form = parse_form({"kind": "issue", "site": "420102001001101", …})
    prepare(form, stock, known, offset)       # a `Prepared`, whose draft waits for its signers
"""

from ledger_client.forms.known import (
    ConsignmentUnknownError,
    DocumentUnknownError,
    FormOpenError,
    IndexKnown,
    Known,
    NothingKnown,
)
from ledger_client.forms.making import prepare
from ledger_client.forms.models import (
    FORM,
    DocumentForm,
    FormMalformedError,
    GoodsForm,
    LotForm,
    SeatForm,
    parse_form,
)

__all__ = [
    "FORM",
    "ConsignmentUnknownError",
    "DocumentForm",
    "DocumentUnknownError",
    "FormMalformedError",
    "FormOpenError",
    "GoodsForm",
    "IndexKnown",
    "Known",
    "LotForm",
    "NothingKnown",
    "SeatForm",
    "parse_form",
    "prepare",
]
