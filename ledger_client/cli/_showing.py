"""Showing recorded documents to Reallocation, so that they count for their request.

Whatever was recorded stands whether it is shown or not: who shows it is anybody, and when is any time later.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from ledger_client.allocation import REFERENCE_PROPOSAL, DeliveryState
from ledger_client.cli._allocation import Words, allocation_of, now_of, whole_request
from ledger_client.cli._office import print_json
from ledger_client.cli._typed import KEY_DIGITS, find_document
from ledger_client.documents import Kind
from ledger_client.errors import ShecangError
from ledger_client.language import tr

if TYPE_CHECKING:
    from ledger_client.index.allocation import AllocationReader, WholeRequest
    from ledger_client.index.reads import IndexReader
    from ledger_client.ledger import Ledger
    from ledger_client.signers import Signer
    from ledger_client.writing import Prepared

_ID_248 = (1 << 248) - 1
_ANSWERS = (Kind.ACCEPTANCE, Kind.CONTEST, Kind.RETURN, Kind.SETTLEMENT, Kind.REVERSAL)


@dataclass(frozen=True, slots=True)
class Due:
    """A document that counts for a request once it is shown.

    Attributes:
        key: Of the document.
        request: Key of the request.
        is_reversal: Whether it was shown before, was reversed since, and that is to be shown.
    """

    key: int
    request: int
    is_reversal: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What became of showing a document: where it is recorded, or why it was refused."""

    due: Due
    block: int | None
    transaction: str
    error: ShecangError | None


def due_of(reader: AllocationReader, index: IndexReader, request: int) -> list[Due]:
    """Return what is to be shown for a request, in the order in which it was recorded."""
    whole = whole_request(reader, request)
    due = [Due(document.key, request, False) for document in reader.unshown(request)]
    return due + [Due(key, request, True) for key in _reversed(whole, index)]


def calls_of(ledger: Ledger, due: Sequence[Due], by: Signer) -> list[Prepared]:
    """Return the calls of `show_due`."""
    return [_call(ledger, each, by) for each in due]


def show_due(ledger: Ledger, due: Sequence[Due], by: Signer) -> list[Told]:
    """Show one document after the other, for an answer counts only once its dispatch does."""
    return [_show(ledger, each, by) for each in due]


def show_recorded(ledger: Ledger, documents: Collection[int], by: Signer, as_json: bool) -> bool:
    """Show documents that were just recorded, where they count for a request; return whether all went well.

    A dispatch that they answer and that was not shown is shown before them. What fails is said, and undoes
    nothing.
    """
    index, reader = ledger.index(), allocation_of(ledger)
    due: list[Due] = []
    for key in documents:
        wanted, request = _concerned(reader, index, key, now_of(ledger))
        if request is not None:
            due += [each for each in due_of(reader, index, request) if each.key in wanted]
    return tell(ledger, show_due(ledger, due, by), as_json)


def tell(ledger: Ledger, told: Sequence[Told], as_json: bool) -> bool:
    """Say what became of showing documents; return whether all were shown."""
    for each in told:
        if as_json:
            print_json(_row(each))
        elif each.error is None:
            typer.echo(_shown(each))
        if each.error is not None:
            _say_failure(each)
    if not as_json:
        for request in dict.fromkeys(each.due.request for each in told if each.error is None):
            typer.echo(_standing(ledger, request))
    return all(each.error is None for each in told)


def _show(ledger: Ledger, due: Due, by: Signer) -> Told:
    try:
        [entry] = ledger.write([_call(ledger, due, by)])
    except ShecangError as error:
        return Told(due, None, "", error)
    return Told(due, entry.block_number, f"0x{entry.hash.hex()}" if entry.hash else "", None)


def _call(ledger: Ledger, due: Due, by: Signer) -> Prepared:
    if due.is_reversal:
        return ledger.reallocation.show_reversed(due.key, by=by)
    return ledger.reallocation.shown(find_document(ledger.index_engine, f"{due.key:0{KEY_DIGITS}x}"), by=by)


def _reversed(whole: WholeRequest, index: IndexReader) -> list[int]:
    """Return the deliveries that were reversed since they were shown, where that can still be shown."""
    found = []
    for key, delivery in whole.deliveries.items():
        is_hand_over = delivery.kind == Kind.HAND_OVER
        may_be = delivery.state == DeliveryState.DISPATCHED or (
            is_hand_over and delivery.state == DeliveryState.ANSWERED
        )
        document = index.document(key) if may_be else None
        if document is not None and document.reversed_by:
            found.append(key)
    return found


def _concerned(
    reader: AllocationReader, index: IndexReader, key: int, at: int
) -> tuple[set[int], int | None]:
    """Return which documents are to be shown now that one was recorded, and the request; None: of none."""
    document = index.document(key)
    leaves = document
    if document is not None and Kind.of(document.kind) in _ANSWERS:
        leaves = index.document(document.reference & _ID_248)
    if document is None or leaves is None or leaves.reference >> 248 != REFERENCE_PROPOSAL:
        return set(), None
    proposal = reader.proposal(leaves.reference & _ID_248, at)
    return {document.key, leaves.key}, proposal.proposal.request if proposal else None


def _row(each: Told) -> dict[str, Any]:
    return {
        "shown" if not each.due.is_reversal else "shown_reversed": f"{each.due.key:0{KEY_DIGITS}x}",
        "request": f"{each.due.request:0{KEY_DIGITS}x}",
        "transaction": each.transaction or None,
        "block": each.block,
        "refused": each.error.text() if each.error else None,
    }


def _shown(each: Told) -> str:
    document, request = _short(each.due.key), _short(each.due.request)
    if each.due.is_reversal:
        return tr(
            f"that {document} was reversed is shown for request {request}, block {each.block}",
            f"单据 {document} 已冲销一事已向申请 {request} 出示，区块 {each.block}",
        )
    return tr(
        f"document {document} is shown for request {request}, block {each.block}",
        f"单据 {document} 已向申请 {request} 出示，区块 {each.block}",
    )


def _say_failure(each: Told) -> None:
    document, request = _short(each.due.key), _short(each.due.request)
    why = each.error.text().rstrip("。") if each.error else ""
    typer.echo(
        tr(
            f"document {document} is recorded and stands, but does not count for request {request}: {why}. "
            f"`shecang reallocate shown {request} --by KEY` tries again",
            f"单据 {document} 已记录且有效，但尚未计入申请 {request}：{why}。"
            f"可用 `shecang reallocate shown {request} --by 密钥` 重试",
        ),
        err=True,
    )


def _standing(ledger: Ledger, request: int) -> str:
    whole = whole_request(allocation_of(ledger), request)
    words, asked = Words(ledger), whole.request
    accepted, promised, open_ = (
        words.quantity(units, asked.item) for units in (asked.accepted, asked.promised, asked.open)
    )
    if asked.is_covered:
        return tr(
            f"request {_short(request)} is covered: {accepted} accepted",
            f"申请 {_short(request)} 已满足：已验收 {accepted}",
        )
    return tr(
        f"request {_short(request)}: {accepted} accepted, {promised} approved or on the way, "
        f"{open_} still asked for",
        f"申请 {_short(request)}：已验收 {accepted}，已批准或在途 {promised}，尚缺 {open_}",
    )


def _short(key: int) -> str:
    return f"{key:0{KEY_DIGITS}x}"[:8]
