"""Acts: what is done beside documents of stock, prepared for a key that is elsewhere, and checked by it."""

from ledger_client.acts._abi import plain, writing_functions
from ledger_client.acts.act import (
    ACT_GAS,
    ID_BYTES,
    UNIT,
    Act,
    ActConsentError,
    ActRecordError,
    ActSignerError,
)
from ledger_client.acts.act_file import (
    ActFormError,
    ActModel,
    act_text,
    from_dict,
    from_model,
    parse_act,
    read_act,
    to_dict,
    write_act,
)
from ledger_client.acts.checks import (
    ActDiffersError,
    ActLedgerError,
    require_ledger,
    require_same,
    require_signer,
    require_unsigned,
)
from ledger_client.acts.saying import SAID, say

__all__ = [
    "ACT_GAS",
    "ID_BYTES",
    "SAID",
    "UNIT",
    "Act",
    "ActConsentError",
    "ActDiffersError",
    "ActFormError",
    "ActLedgerError",
    "ActModel",
    "ActRecordError",
    "ActSignerError",
    "act_text",
    "from_dict",
    "from_model",
    "parse_act",
    "plain",
    "read_act",
    "require_ledger",
    "require_same",
    "require_signer",
    "require_unsigned",
    "say",
    "to_dict",
    "write_act",
    "writing_functions",
]
