"""`shecang sign`: what a draft or an act says, and the signature of a signer; offline but for `--send`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger_client.cli._office import Office, office_of, print_json, somebody_types, write
from ledger_client.cli._trusted import TrustFile, accepted_trust
from ledger_client.errors import ShecangError, UsageError
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.addresses import Address
    from ledger_client.drafts import Draft, Part
    from ledger_client.signers import Signer


_NUMBER_LIMIT = (1 << 64) - 2
"""The highest number that a transaction can have (EIP-2681)."""


class NotAgreedError(UsageError):
    """Nobody said that the draft is to be signed."""

    en = "nothing was signed: read what the draft says, and answer y, or give --yes where nobody can answer"
    zh = "未签署：请阅读草稿内容后回答 y，或在无人应答时使用 --yes"


class SignedAlreadyError(UsageError):
    """A key has signed its part."""

    en = "the {part} of draft {draft} has signed already; it waits for {waiting} now"
    zh = "草稿 {draft} 的{part_zh}已签署；现待{waiting_zh}签署"


class NumberMissingError(UsageError):
    """A transaction is signed, and it is not said how it is sent."""

    en = (
        "the sender of draft {draft} signs a transaction: --send records it from here, --number N signs it "
        "under the number that a server reserved"
    )
    zh = "草稿 {draft} 的提交人须签署交易：--send 由本机记录；--number N 按服务器预留的序号签署"


@dataclass(frozen=True, slots=True)
class Typed:
    """The options of `shecang sign`, as typed."""

    key: str | None
    trust: Path | None
    send: bool
    number: int | None
    yes: bool
    as_json: bool


@dataclass(frozen=True, slots=True)
class KnownLedger:
    """The ledger that is trusted.

    Attributes:
        chain_id: Id of its chain.
        genesis: Hash of its block 0.
        contracts: Address of each contract, by name.
        offset: Seconds by which its days are ahead of UTC.
        source: Where that is known from, as a sentence calls it.
    """

    chain_id: int
    genesis: bytes
    contracts: Mapping[str, Address]
    offset: int
    source: str


def sign(
    context: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help=tr(
                "a draft or an act; without one those that wait are listed",
                "草稿或操作文件；省略则列出待签内容",
            ),
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(
            "--key", help=tr("key that signs; without one it is only shown", "签署密钥；省略则仅显示")
        ),
    ] = None,
    trust: TrustFile = None,
    send: Annotated[
        bool, typer.Option("--send", help=tr("record it, as its sender", "作为提交人直接记录"))
    ] = False,
    number: Annotated[
        int | None,
        typer.Option(
            "--number",
            min=0,
            max=_NUMBER_LIMIT,
            help=tr("print the sender's transaction of this number", "输出该序号的已签署交易"),
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=tr("do not ask", "不再询问"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=tr("JSON on stdout", "输出 JSON"))] = False,
) -> None:
    """Show a draft or an act, and sign it where a key is given."""
    from ledger_client.acts.act_file import is_act
    from ledger_client.drafts import Part, part_of, read_draft, require_time

    office = office_of(context)
    if file is None:
        from ledger_client.cli._drafts import list_drafts

        list_drafts(office, as_json)
        return
    if is_act(file):
        from ledger_client.cli._sign_acts import sign_act

        sign_act(office, file, Typed(key, trust, send, number, yes, as_json))
        return
    draft = read_draft(file)
    offset = _require_trusted(office, draft, trust)
    draft.require_true_consents()
    _show(office, draft, offset)
    if key is None:
        if as_json:
            print_json(_told(draft))
        return
    require_time(draft, time.time(), offset)
    signer = office.signer(key)
    part = part_of(draft, signer.address)
    _require_turn(draft, part)
    if part is Part.SENDER and not send and number is None:
        raise NumberMissingError(draft=_short(draft))
    require_agreed(yes)
    if part is not Part.SENDER:
        _consent(file, draft, part, signer, as_json)
    elif send:
        _send(office, draft, signer, as_json)
    else:
        raw = signer.sign_transaction(draft.transaction(number or 0)).hex()
        tell(f"0x{raw}", {"transaction": f"0x{raw}"}, as_json)


def _told(draft: Draft) -> dict[str, object]:
    """Return what a draft says, for programs; whose turn it is follows from it."""
    from ledger_client.drafts import to_dict

    waiting = {str(part): draft.seats[part].address for part in draft.waiting_for}
    return {**to_dict(draft), "key": f"{draft.key:062x}", "waiting_for": waiting}


def _send(office: Office, draft: Draft, signer: Signer, as_json: bool) -> None:
    """Record a draft to which everybody else has consented, with its body where it was drafted here."""
    from ledger_client.cli._drafts import open_drafts
    from ledger_client.drafts.store import DraftUnknownError

    with office.ledger() as ledger, open_drafts(office.home) as drafts:
        try:
            body = drafts.get(draft.key).body
        except DraftUnknownError:
            body = None
        body = body if body and body.body_digest() == draft.body else None
        write(ledger, [ledger.writer.adopted(draft, signer, body)], as_json)
        drafts.mark_sent(draft.key)


def known_ledger(office: Office, given: Path | None) -> KnownLedger:
    """Return the ledger of a trust file, else that of this home.

    Raises:
        TrustMissingError: Nothing is trusted here.
        NotAcceptedError: The trust file is only an offer.
    """
    from ledger_client.contracts import Deployment

    if given is None and not office.home.trust.is_file() and office.home.deployment.is_file():
        own = Deployment.load(office.home.deployment)
        source = str(office.home.deployment)
        return KnownLedger(own.chain_id, own.genesis_hash, own.addresses, own.offset, source)
    found = accepted_trust(office, given).trust
    contracts = {name: each.address for name, each in found.contracts.items()}
    source = str(given or office.home.trust)
    return KnownLedger(found.chain_id, found.genesis_hash, contracts, found.offset, source)


def _require_trusted(office: Office, draft: Draft, given: Path | None) -> int:
    """Hold a draft against the ledger of a trust file, else of this home; return the offset of its days.

    Raises:
        DraftLedgerError: It is for another one.
        TrustMissingError: Nothing is trusted here.
        NotAcceptedError: The trust file is only an offer.
    """
    from ledger_client.drafts import require_ledger

    known = known_ledger(office, given)
    require_ledger(
        draft,
        chain_id=known.chain_id,
        genesis=known.genesis,
        ledger=known.contracts["StockLedger"],
        source=known.source,
    )
    return known.offset


def _require_turn(draft: Draft, part: Part) -> None:
    """Refuse a part that has signed, and a sender before the others have."""
    from ledger_client.drafts import Part

    if part is Part.SENDER:
        draft.require_consents()
    elif part in draft.consents:
        waiting = draft.waiting_for
        raise SignedAlreadyError(
            draft=_short(draft),
            part=part.names[0],
            part_zh=part.names[1],
            waiting="the " + " and the ".join(each.names[0] for each in waiting),
            waiting_zh="、".join(each.names[1] for each in waiting),
        )


def _show(office: Office, draft: Draft, offset: int) -> None:
    """Say what the bytes of a draft say, on stderr: stdout is for what is signed."""
    from ledger_client.drafts import say

    for sentence in say(draft, offset):
        office.err.print(sentence, markup=False, soft_wrap=True)


def require_agreed(yes: bool) -> None:
    """Ask whether what was shown is to be signed.

    Raises:
        NotAgreedError: It is not, or nobody can answer.
    """
    if yes:
        return
    question = tr("sign this?", "签署以上内容？")
    if not somebody_types() or not typer.confirm(question, err=True):
        raise NotAgreedError()


def _consent(file: Path, draft: Draft, part: Part, signer: Signer, as_json: bool) -> None:
    from ledger_client.drafts import write_draft

    signature = signer.sign_digest(draft.consent_digest)
    signed = _as_it_stands(file, draft).consented(part, signature)
    write_draft(file.resolve(), signed)  # not in place of a link to it
    waiting: list[Address] = [signed.seats[each].address for each in signed.waiting_for]
    names = tr(" and the ", "、").join(each.label for each in signed.waiting_for)
    tell(
        tr(
            f"signed as {part.label}; {file} waits for the {names} now",
            f"已作为{part.label}签署；{file} 现待{names}签署",
        ),
        {"draft": f"{draft.key:062x}", "part": str(part), "waiting_for": waiting},
        as_json,
    )


def _as_it_stands(file: Path, draft: Draft) -> Draft:
    """Return the draft with the consents that its file has got since somebody began to read it."""
    from ledger_client.drafts import read_draft

    try:
        found = read_draft(file)
        found.require_true_consents()
    except ShecangError:
        return draft
    return found if replace(found, consents={}) == replace(draft, consents={}) else draft


def tell(sentence: str, value: dict[str, object], as_json: bool) -> None:
    """Print a sentence, or its value for programs."""
    if as_json:
        print_json(value)
    else:
        typer.echo(sentence)


def _short(draft: Draft) -> str:
    return f"{draft.key:062x}"[:8]
