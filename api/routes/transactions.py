"""`/v1/transactions`: what its sender signed is handed in once, and found again."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request, Response

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.office import DeskDep
from api.problems import Problem, UnknownHereError
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.routes.acts import require_own
from api.routes.drafts import sent_by
from api.schemas.acts import ActTransactionForm
from api.schemas.common import Block
from api.schemas.drafts import signature_of
from api.schemas.transactions import SkippedProposals, Transaction, TransactionForm
from ledger_client.acts import from_model
from ledger_client.desk import Desk, Handed
from ledger_client.keccak import keccak

router = Resource(prefix="/transactions", tags=["transactions"])


class TransactionUnknownError(UnknownHereError):
    """No transaction with a hash was handed in here."""

    en = "transaction {hash} was not handed in here; look its hash up, or ask a node"
    zh = "此处未收到交易 {hash}；请核对哈希，或向节点查询"


def _hash(
    hash: Annotated[
        str,
        Path(
            pattern="^0x[0-9a-f]{64}$",
            description="Of the transaction.",
            examples=["0x001384ae0e29b5fa7ba544de4caf26ab3e9782a282eab630f1a80b163bdf25d4"],
        ),
    ],
) -> bytes:
    return bytes.fromhex(hash[2:])


HashParameter = Annotated[bytes, Depends(_hash)]


@router.post(
    "",
    operation_id="hand_in_transaction",
    summary="Hand a signed transaction in",
    status_code=202,
    responses=Problem.responses(401, 403, 404, 409, 413),
)
def hand_in_transaction(
    caller: CallerDep,
    reading: ReadingDep,
    desk: DeskDep,
    form: TransactionForm | ActTransactionForm,
    request: Request,
    response: Response,
) -> Transaction:
    """Take in the transaction of a draft or an act; it is on disk before this answers, and sent soon after.

    It must be what the draft or act says, under the number that is reserved for it. The same bytes get the
    same answer at any time; other content under the same key is refused (409).
    """
    raw = bytes.fromhex(form.raw[2:])
    if isinstance(form, ActTransactionForm):
        require_own(caller, form.act.sender)
        entry = desk.acts.hand_in(from_model(form.act), raw)
    else:
        key = int(form.draft, 16)
        sent_by(caller, desk, key)
        signature = signature_of(form.record_signature) if form.record_signature else None
        entry = desk.hand_in(key, raw, signature)
    # What stands already under the key with the same content: the first one, under whichever number.
    hash_ = entry.hash or keccak(raw)
    response.headers["Location"] = f"{request.url.path}/0x{hash_.hex()}"
    return _answer(desk, reading, hash_)


@router.get(
    "/{hash}",
    operation_id="read_transaction",
    summary="What became of a transaction",
    responses=Problem.responses(401, 403, 404),
)
def read_transaction(
    caller: CallerDep, reading: ReadingDep, desk: DeskDep, hash_: HashParameter
) -> Transaction:
    """Return whether a transaction that was handed in is sent, recorded or refused, and what it waits for."""
    handed = desk.handed(hash_)
    if handed is None:
        caller.require_draft_reader()
        raise TransactionUnknownError(hash=f"0x{hash_.hex()}")
    _require_sees(caller, reading, desk, handed)
    return Transaction.of(hash_, handed, _block(reading))


@router.get(
    "/{hash}/skipped",
    operation_id="list_skipped",
    summary="Proposals that an approval passed over",
    responses=Problem.responses(401, 403, 404),
)
def list_skipped(
    caller: CallerDep, reading: ReadingDep, desk: DeskDep, hash_: HashParameter
) -> SkippedProposals:
    """Return which proposals of a list were not approved while others were, and why: the contract skips them.

    Nothing was skipped in a transaction that is in no block, or approves nothing.
    """
    handed = desk.handed(hash_)
    if handed is None:
        caller.require_draft_reader()
        raise TransactionUnknownError(hash=f"0x{hash_.hex()}")
    _require_sees(caller, reading, desk, handed)
    return SkippedProposals.of(hash_, desk.skipped(handed), _block(reading))


def _require_sees(caller: Rights, reading: Reading, desk: Desk, handed: Handed) -> None:
    """Refuse a transaction to whoever neither signed it nor sees its document, drafted or recorded.

    That of an act is seen by whoever prepares anything, as the act's own transaction.
    """
    key = handed.document
    if key is None:
        require_own(caller, handed.entry.sender)
        return
    signers: set[str] = {handed.entry.sender}
    places: tuple[int, ...]
    stored = desk.find(key)
    if stored is not None:
        signers |= {each.address for each in stored.draft.seats.values()}
        places = stored.draft.sites
    else:
        document, _ = reading.consistent(lambda index: index.document(key))
        sites = (document.from_site, document.to_site) if document else ()
        places = tuple(each for each in sites if each)
    caller.require_seat(signers, places, (Scope.READ, Scope.DRAFTS))


def _answer(desk: Desk, reading: Reading, hash_: bytes) -> Transaction:
    handed = desk.handed(hash_)
    if handed is None:
        raise TransactionUnknownError(hash=f"0x{hash_.hex()}")
    return Transaction.of(hash_, handed, _block(reading))


def _block(reading: Reading) -> Block:
    _, stamp = reading.consistent(lambda _: None)
    return Block.of(stamp)
