"""`shecang sign` of an act: its one signer reads it, and records it or gives its transaction back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ledger_client.cli._office import Office, print_json, write
from ledger_client.cli.sign import KnownLedger, Typed, known_ledger, require_agreed, tell
from ledger_client.errors import UsageError

if TYPE_CHECKING:
    from ledger_client.acts import Act
    from ledger_client.signers import Signer


class ActNumberMissingError(UsageError):
    """An act is signed, and it is not said how it is sent."""

    en = (
        "act {act} is a transaction: --send records it from here, --number N signs it under the number that "
        "a server reserved"
    )
    zh = "操作 {act} 须签署为交易：--send 由本机记录；--number N 按服务器预留的序号签署"


def sign_act(office: Office, file: Path, typed: Typed) -> None:
    """Show an act, and sign it where a key is given.

    Raises:
        ActFormError: The file holds none.
        ActLedgerError: It is for another ledger.
        ActSignerError: The key is not its sender's.
        ActNumberMissingError: Neither `--send` nor `--number` is given.
        NotAgreedError: Nobody said that it is to be signed.
    """
    from ledger_client.acts import read_act, require_signer, to_dict

    act = read_act(file)
    _show(office, act, known_ledger(office, typed.trust))
    if typed.key is None:
        if typed.as_json:
            print_json({**to_dict(act), "waiting_for": {"sender": act.sender}})
        return
    signer = office.signer(typed.key)
    require_signer(act, signer.address)
    if not typed.send and typed.number is None:
        raise ActNumberMissingError(act=act.short)
    require_agreed(typed.yes)
    if typed.send:
        _send(office, act, signer, typed.as_json)
    else:
        _give_back(file, act.signed(signer), signer, typed)


def _show(office: Office, act: Act, known: KnownLedger) -> None:
    """Say what the arguments of an act say, on stderr, once it is held against what is trusted."""
    from ledger_client.acts import require_ledger, say

    require_ledger(
        act,
        chain_id=known.chain_id,
        genesis=known.genesis,
        contracts=known.contracts,
        source=known.source,
    )
    for sentence in say(act, known.offset):
        office.err.print(sentence, markup=False, soft_wrap=True)


def _send(office: Office, act: Act, signer: Signer, as_json: bool) -> None:
    from ledger_client.cli._drafts import forget_act

    what = {"request": "request", "propose": "proposal"}.get(act.function, "document")
    with office.ledger() as ledger:
        write(ledger, [ledger.writer.adopted_act(act, signer)], as_json, what)
        forget_act(ledger.home, act)


def _give_back(file: Path, act: Act, signer: Signer, typed: Typed) -> None:
    """Print the transaction, and leave in the file what else a server needs: consent and record, signed."""
    from ledger_client.acts import to_dict, write_act

    raw = f"0x{signer.sign_transaction(act.transaction(typed.number or 0)).hex()}"
    write_act(file.resolve(), act)  # not in place of a link to it
    tell(raw, {"transaction": raw, "act": to_dict(act)}, typed.as_json)
