"""Another system books a receipt with two signers, over HTTP only.

A keeper's program and a supplier's program need not know each other, and nobody has to believe the server:
each holds what it is asked to sign against the trust file and against what it knows, and signs on its own
machine. Here both run in one process, one after the other, so that the whole way can be read at once::

    python docs/examples/receipt_over_http.py http://127.0.0.1:8000 --trust trust.json \
        --account KEY --qualification ID --keeper keys/keeper.json --supplier keys/supplier.json

`--account` is the key of a reader account with the scope `drafts` over the site (`shecang reader add`). The
passphrases of the key files are taken from SHECANG_PASSPHRASE; demo keys have none.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from ledger_client.addresses import Address
from ledger_client.drafts import Draft
from ledger_client.errors import ShecangError
from ledger_client.remote import Remote
from ledger_client.signers import KeystoreSigner, Signer
from ledger_client.trust import Trust, read_accepted

SITE = "420102001001101"
COMMUNITY = "420102001001"  # where the keeper's grant lies
CITY = "4201"  # where the supplier's grant lies
SUPPLIER = "91420100MA4KXMPL1B"  # its USCC
GOWNS = "299010310001"


def prepare(remote: Remote, keeper: Address, supplier: Address, qualification: str) -> Draft:
    """The office: write the receipt down, and have the server make a draft of it.

    The form leaves nothing open, so that `prepare` can compare every field of what comes back. Whoever sends
    it twice, as after a lost answer, gets the same draft, because of the client id.
    """
    return remote.prepare(
        {
            "kind": "receipt",
            "client_id": f"0x{secrets.token_hex(32)}",
            "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "site": SITE,
            "supplier": SUPPLIER,
            "goods": [{"item": GOWNS, "quantity": "40", "batch": "G-2611", "expires": "2028-10-31"}],
            "keeper": {"address": keeper, "division": COMMUNITY},
            "supplier_signer": {"address": supplier, "division": CITY},
            "qualification": qualification,
            "held": False,
            "order": "PO-2026-118",
        }
    )


def consent(address: str, trust: Trust, supplier: Signer) -> None:
    """The supplier: look into the inbox, read, and sign what was delivered.

    It signs in with its key. Drafts that come out of `inbox` are for the trusted ledger; what they say is
    made from the bytes that are signed.
    """
    remote = Remote(address, trust)
    remote.sign_in(supplier)
    for found in remote.inbox(supplier.address):
        print("\n".join(found.sentences()))
        # A person reads this, or a program compares it with its own delivery note.
        remote.consent(found.draft, supplier)


def send(address: str, trust: Trust, keeper: Signer, draft: Draft) -> tuple[str, int]:
    """The keeper: sign the transaction, last, and wait until it is in a block.

    The server gives the number for two minutes and sends what was signed; it cannot alter it.
    """
    remote = Remote(address, trust)
    remote.sign_in(keeper)
    transaction = remote.send(draft, keeper)
    return f"0x{transaction.hex()}", remote.wait(transaction)


def main() -> int:
    """Book one receipt."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("address")
    for name in ("trust", "account", "qualification", "keeper", "supplier"):
        parser.add_argument(f"--{name}", required=True)
    given = parser.parse_args()
    passphrase = os.environ.get("SHECANG_PASSPHRASE", "")
    try:
        trust = read_accepted(Path(given.trust)).trust
        keeper, supplier = (
            KeystoreSigner.open(Path(path), passphrase) for path in (given.keeper, given.supplier)
        )
        office = Remote(given.address, trust, account=given.account)
        draft = prepare(office, keeper.address, supplier.address, given.qualification)
        consent(given.address, trust, supplier)
        transaction, block = send(given.address, trust, keeper, draft)
    except ShecangError as error:
        print(error.text(), file=sys.stderr)
        return error.exit_code
    print(f"recorded as {draft.key:062x} by transaction {transaction} in block {block}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
