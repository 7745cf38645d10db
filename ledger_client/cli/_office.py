"""What every command needs: the home of the ledger, its keys, and how to print.

The main command makes one `Office` and hands it to all others as the context's object.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from ledger_client.divisions import DivisionId
from ledger_client.errors import UsageError
from ledger_client.home import Home
from ledger_client.language import tr
from ledger_client.roles import Role
from ledger_client.seats import SITE_SPAN, above, nearest_grant

# What opens a ledger takes two seconds to import, so that it is imported where one is opened.
if TYPE_CHECKING:
    from ledger_client.ledger import Ledger
    from ledger_client.outbox import Entry
    from ledger_client.signers import Signer
    from ledger_client.writing import Party, Prepared

FILE_WIDTH = 140
"""Columns of a table that is not written to a terminal."""


class KeyUnknownError(UsageError):
    """There is no key of a name."""

    en = "there is no key {name} in {directory}; there are: {known}"
    zh = "{directory} 中没有密钥 {name}；现有：{known}"

    @classmethod
    def of(cls, name: str, directory: Path) -> KeyUnknownError:
        """Return the error that names the keys of `directory`."""
        known = ", ".join(sorted(file.stem for file in directory.glob("*.json"))) or "–"
        return cls(name=name, directory=directory, known=known)


class _Console(Console):
    """A console whose reader may go, as `head` does: the command ends with its own exit code all the same."""

    def on_broken_pipe(self) -> None:
        """Write to nobody from now on."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


@dataclass(slots=True)
class Office:
    """The home that a command works on.

    Attributes:
        home: The ledger's directory.
        out: Where results go.
        err: Where progress goes.
    """

    home: Home
    out: Console
    err: Console

    @classmethod
    def at(cls, path: Path) -> Office:
        """Return the office whose ledger lives at `path`."""
        # Into a file or a pipe a table is as wide as it likes, not as a terminal of 80 columns.
        width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else FILE_WIDTH
        return cls(Home(path), _Console(highlight=False, width=width), _Console(stderr=True, highlight=False))

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Open the ledger for one command."""
        from ledger_client.ledger import Ledger

        with Ledger.open(self.home) as ledger:
            yield ledger

    def signer(self, name: str) -> Signer:
        """Open the key `name`.

        The passphrase comes from the environment (`SHECANG_PASSPHRASE_NAME`, hyphens as underscores, else
        `SHECANG_PASSPHRASE`) or is asked for; a demo key is first tried without one.

        Raises:
            KeyUnknownError: There is none.
            PassphraseError: The passphrase does not open it.
        """
        from ledger_client.keystores import PassphraseError, describe_keystore
        from ledger_client.signers import KeystoreSigner

        path = self.key_path(name)
        if describe_keystore(path).is_demo:
            try:
                return KeystoreSigner.open(path, "")
            except PassphraseError:
                pass  # a demo key with a passphrase: it is asked for below
        return KeystoreSigner.open(path, _passphrase(name))

    def key_path(self, name: str) -> Path:
        """Return the file of the key `name`.

        Raises:
            KeyUnknownError: There is none; the error names those that there are.
        """
        path = self.home.keys / f"{name}.json"
        if "/" in name or not path.is_file():
            raise KeyUnknownError.of(name, self.home.keys)
        return path

    def new_passphrase(self, name: str) -> str:
        """Return the passphrase for a new key: from the environment as in `signer`, or asked for twice."""
        value = _passphrase_in_environment(name)
        if value is not None:
            return value
        if not somebody_types():
            raise PassphraseMissingError(name=name, variable=_variable(name))
        question = tr(f"passphrase for the new key {name}", f"新密钥 {name} 的口令")
        return str(typer.prompt(question, hide_input=True, confirmation_prompt=True, err=True))

    def party_above(self, ledger: Ledger, name: str, division: DivisionId) -> Party:
        """Return the authority with key `name`, on a grant strictly above `division`."""
        return self.party(ledger, name, Role.AUTHORITY, above(division))

    def party(self, ledger: Ledger, name: str, role: Role, place: int, *, subject: int = 0) -> Party:
        """Return who signs with key `name`, on the grant of `role` nearest to a place.

        Where there is no such grant the place's own division is named, and the contract refuses it with a
        sentence that says who can grant it.

        Args:
            ledger: Where grants are looked up.
            name: Of the key, or the address of one that is elsewhere: then a document becomes a draft.
            role: What it signs as.
            place: A site or a division.
            subject: The issuer or supplier that it speaks for.
        """
        from ledger_client.writing import Party

        signer = self.signer_or_absent(name)
        division = place // SITE_SPAN if place >= 10**12 else place
        return Party(signer, nearest_grant(ledger.index(), signer.address, role, division, subject))

    def signer_or_absent(self, name: str) -> Signer:
        """Return the signer that the name of a key stands for, or the address of one that is elsewhere.

        Raises:
            KeyUnknownError: There is no key of the name.
            AddressFormError: It begins as an address does, and is none.
        """
        if not name.startswith("0x"):
            return self.signer(name)
        from ledger_client.addresses import parse_address
        from ledger_client.signers import AbsentSigner

        return AbsentSigner(parse_address(name))


def write(ledger: Ledger, prepared: Sequence[Prepared], as_json: bool, what: str = "document") -> list[Entry]:
    """Write, and tell what was recorded in which block, also when another one of several was refused.

    What is signed elsewhere is kept, see `keep_unsigned`.

    Args:
        ledger: Where.
        prepared: What.
        as_json: Whether to tell it as JSON.
        what: How JSON names the key of what was recorded.

    Returns:
        What became of each.
    """
    from ledger_client.writing import NotAllRecordedError

    keep_unsigned(ledger, prepared, as_json)
    try:
        entries = ledger.write(prepared)
    except NotAllRecordedError as error:
        _tell_recorded(prepared, error.entries, as_json, what)
        raise
    _tell_recorded(prepared, entries, as_json, what)
    return entries


def keep_unsigned(ledger: Ledger, prepared: Sequence[Prepared], as_json: bool) -> None:
    """Keep what waits for keys that are elsewhere, as drafts and acts, and end the command, if any does.

    What follows in a command is about what was recorded.

    Raises:
        Exit: Something waits.
        KeyAbsentError: Something waits, and something else could be recorded at once.
    """
    if all(each.is_complete for each in prepared):
        return
    from ledger_client.cli._drafts import keep_drafts

    keep_drafts(ledger, prepared, as_json)
    raise typer.Exit(0)


def _tell_recorded(prepared: Sequence[Prepared], entries: Sequence[Entry], as_json: bool, what: str) -> None:
    from ledger_client.outbox import EntryState

    for each, entry in zip(prepared, entries, strict=True):
        if entry.state is not EntryState.RECORDED:
            continue
        transaction = f"0x{entry.hash.hex()}" if entry.hash else ""
        if as_json:
            key = f"{each.key:062x}" if each.key else None
            place = {"block": entry.block_number, "is_final": entry.is_final}
            print_json({what: key, "transaction": transaction, **place})
            continue
        as_ = tr(f" as {each.key:062x}", f"为 {each.key:062x}") if each.key else ""
        # Where blocks may be replaced, the outbox goes on looking until this one cannot be any more.
        yet = "" if entry.is_final else tr(", which is not final yet", "（尚未最终确定）")
        block = entry.block_number
        typer.echo(tr(f"recorded{as_} in block {block}{yet}", f"已记录{as_}，区块 {block}{yet}"))


def print_json(value: Any) -> None:
    """Print one JSON value on one line of stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def office_of(context: typer.Context) -> Office:
    """Return the office that the main command made."""
    office = context.find_object(Office)
    return office if office is not None else Office.at(default_home())


def default_home() -> Path:
    """Return the home that `SHECANG_HOME` names, else `shecang` in the working directory."""
    return Path(os.environ.get("SHECANG_HOME", "shecang"))


def somebody_types() -> bool:
    """Return whether a person can answer a question."""
    return sys.stdin.isatty()


def _passphrase(name: str) -> str:
    value = _passphrase_in_environment(name)
    if value is not None:
        return value
    if not somebody_types():
        raise PassphraseMissingError(name=name, variable=_variable(name))
    question = tr(f"passphrase of {name}", f"{name} 的口令")
    return str(typer.prompt(question, hide_input=True, err=True))


def _passphrase_in_environment(name: str) -> str | None:
    return os.environ.get(_variable(name), os.environ.get("SHECANG_PASSPHRASE"))


def _variable(name: str) -> str:
    return f"SHECANG_PASSPHRASE_{name.upper().replace('-', '_')}"


class PassphraseMissingError(UsageError):
    """Nobody is there to type a passphrase."""

    en = "key {name} needs a passphrase and nobody can type it; set {variable}"
    zh = "密钥 {name} 需要口令，而无人可输入；请设置 {variable}"
