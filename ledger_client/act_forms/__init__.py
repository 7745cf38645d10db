"""Forms of acts: what another system fills in, and the act that the commands make of it.

A server and whoever asks it make the act from the same form by the same code, so that the second can compare
what the first prepared::

    form = parse_act_form({"act": "declare-emergency", "division": "420102", …})
    prepare_act(form, offices, known).act     # waits for the key of `by`
"""

from ledger_client.act_forms._core import GrantOpenError, Offices, TwiceError
from ledger_client.act_forms._deciding import DeadlineOpenError
from ledger_client.act_forms.known import ActsKnown, IndexActs, NoActsKnown
from ledger_client.act_forms.making import prepare_act
from ledger_client.act_forms.models import ActForm, ActMalformedError, parse_act_form

__all__ = [
    "ActForm",
    "ActMalformedError",
    "ActsKnown",
    "DeadlineOpenError",
    "GrantOpenError",
    "IndexActs",
    "NoActsKnown",
    "Offices",
    "TwiceError",
    "parse_act_form",
    "prepare_act",
]
