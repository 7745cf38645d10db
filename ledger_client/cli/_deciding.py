"""`shecang reallocate approve` and its like: who decides on which grant, and what became of each proposal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from ledger_client.allocation import ProposalState, Refusal, district_of, lowest_approving
from ledger_client.cli import _acts as acts
from ledger_client.cli._allocation import Words, allocation_of, find_proposal, now_of, proposal_at
from ledger_client.cli._delivering import DeadlineMissingError
from ledger_client.cli._office import keep_unsigned, print_json
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.deliveries import lots_of
from ledger_client.documents import Kind
from ledger_client.errors import RefusedError, ShecangError
from ledger_client.identifiers import SiteId
from ledger_client.language import tr
from ledger_client.reverts.reallocation import (
    ReallocationNotApprovedError,
)
from ledger_client.roles import Role
from ledger_client.seats import SITE_SPAN, nearest_grant

if TYPE_CHECKING:
    from ledger_client.index.allocation import AllocationReader, ProposalAt
    from ledger_client.ledger import Ledger
    from ledger_client.outbox import Entry
    from ledger_client.signers import Signer
    from ledger_client.writing import Party, Prepared

AT_ONCE = 40
"""Proposals that one transaction decides on at most: 40 of 64 lots each stay far below a block's gas."""


@dataclass(frozen=True, slots=True)
class Consenting:
    """How the goods of proposals travel that leave the district, as typed.

    Attributes:
        is_hand_over: Whether both keepers are there; else a dispatch.
        deadline: Of a dispatch, seconds; None where not given.
        said: When it occurs, and a note.
    """

    is_hand_over: bool
    deadline: int | None
    said: acts.Said


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one proposal.

    Attributes:
        key: Of the proposal.
        entry: Where the decision is recorded; None where it was refused.
        why: Why it was refused; empty where it was not.
        refusal: The contract's name for that; None where it has none.
    """

    key: int
    entry: Entry | None
    why: str = ""
    refusal: str | None = None


def find_all(reader: AllocationReader, typed: Sequence[str], at: int) -> list[ProposalAt]:
    """Return the proposals that were typed, each once, in their order.

    Raises:
        IdUnknownError: One is none.
    """
    keys = dict.fromkeys(find_proposal(reader, text) for text in typed)
    return [proposal_at(reader, key, at) for key in keys]


def leaves_district(each: ProposalAt) -> bool:
    """Return whether the goods of a proposal leave their district: approving consents to their document."""
    return district_of(SiteId(each.proposal.giver)) != district_of(SiteId(each.request.site))


# ------------------------------------------------------------------------------------------------ approving


def approve_all(
    ledger: Ledger,
    proposals: Sequence[ProposalAt],
    approver: Signer,
    stale_reason: int,
    consenting: Consenting,
) -> list[Decided]:
    """Approve what can be approved, and return what became of each.

    Raises:
        DeadlineMissingError: One leaves the district, and nothing says how its goods travel.
    """
    leaving = _leaving(proposals, consenting)
    decided: dict[int, Decided] = {}
    near = [each for each in proposals if each not in leaving]
    for party, some in _by_party(ledger, approver, near):
        decided |= {each.key: each for each in _approve(ledger, some, party, stale_reason)}
    for each in leaving:
        party = _deciding(ledger, approver, each)
        decided[each.key] = _approve_leaving(ledger, each, party, stale_reason, consenting)
    return [decided[each.key] for each in proposals]


def approving_calls(
    ledger: Ledger,
    proposals: Sequence[ProposalAt],
    approver: Signer,
    stale_reason: int,
    consenting: Consenting,
) -> list[Prepared]:
    """Return the calls that approve proposals, for an approver whose key is elsewhere.

    Raises:
        DeadlineMissingError: One leaves the district, and nothing says how its goods travel.
    """
    leaving = _leaving(proposals, consenting)
    near = [each for each in proposals if each not in leaving]
    return [
        *(
            _approving(ledger, chunk, party, stale_reason)
            for party, some in _by_party(ledger, approver, near)
            for chunk in _at_once(some)
        ),
        *(
            _consenting(ledger, each, _deciding(ledger, approver, each), stale_reason, consenting)
            for each in leaving
        ),
    ]


def over_at(reader: AllocationReader, proposals: Iterable[ProposalAt], at: int) -> list[int]:
    """Return approved proposals whose time is over and that still reserve what these want to give."""
    found: list[int] = []
    for giver, item in {(each.proposal.giver, each.request.item) for each in proposals}:
        found += [
            each.key
            for each in reader.proposals(at, states=(ProposalState.APPROVED,), giver=giver)
            if each.is_over and each.request.item == item and each.proposal.remaining
        ]
    return sorted(found)


def tell_approved(ledger: Ledger, decided: Sequence[Decided], as_json: bool) -> bool:
    """Say what became of each proposal; return whether all were approved."""
    reader, words, at = allocation_of(ledger), Words(ledger), now_of(ledger)
    for each in decided:
        found = reader.proposal(each.key, at)
        if as_json:
            print_json(_row(each, found))
        elif each.entry is None or found is None:
            typer.echo(tr(f"not approved: {each.why}", f"未批准：{each.why}"))
        else:
            typer.echo(_approved(words, each, found))
    return all(each.entry is not None for each in decided)


def _leaving(proposals: Sequence[ProposalAt], consenting: Consenting) -> list[ProposalAt]:
    """Return the proposals whose goods leave their district.

    Raises:
        DeadlineMissingError: There is one, and nothing says how its goods travel.
    """
    leaving = [each for each in proposals if leaves_district(each)]
    if leaving and not consenting.is_hand_over and consenting.deadline is None:
        raise DeadlineMissingError(proposal=short(leaving[0].key))
    return leaving


def _at_once(proposals: Sequence[ProposalAt]) -> list[Sequence[ProposalAt]]:
    return [proposals[at : at + AT_ONCE] for at in range(0, len(proposals), AT_ONCE)]


def _approving(ledger: Ledger, proposals: Sequence[ProposalAt], party: Party, stale_reason: int) -> Prepared:
    lots = sum(len(lots_of(each.proposal.lines)) for each in proposals)
    keys = [each.key for each in proposals]
    return ledger.reallocation.approve(keys, lots=lots, stale_reason=stale_reason, approver=party)


def _approve(
    ledger: Ledger, proposals: Sequence[ProposalAt], party: Party, stale_reason: int
) -> list[Decided]:
    found: list[Decided] = []
    for some in _at_once(proposals):
        keys = [each.key for each in some]
        try:
            [entry] = ledger.write([_approving(ledger, some, party, stale_reason)])
        except ReallocationNotApprovedError as error:
            found += _why_none(ledger, keys, party, stale_reason, error)
        else:
            skipped = _skipped(ledger, entry)
            found += [
                Decided(key, None, *skipped[key]) if key in skipped else Decided(key, entry) for key in keys
            ]
    return found


def _why_none(
    ledger: Ledger, keys: Sequence[int], party: Party, stale_reason: int, error: ReallocationNotApprovedError
) -> list[Decided]:
    """Return why none of a list could be approved: the contract said it of the first alone."""
    found = [_refused(keys[0], error)]
    for key in keys[1:]:
        call = ledger.reallocation.approve([key], stale_reason=stale_reason, approver=party)
        found.append(_refused(key, _asked(ledger, call)))
    return found


def _asked(ledger: Ledger, call: Prepared) -> ShecangError | None:
    """Return what the contract has against a call, None where nothing any more."""
    try:
        ledger.chain.call(call.to, call.submission.data, "pending", sender=call.submission.sender)
    except RefusedError as error:
        return error
    return None


def _refused(key: int, error: ShecangError | None) -> Decided:
    if error is None:
        why = tr("it could be approved by now; approve it once more", "现已可以批准；请再次批准")
        return Decided(key, None, why)
    name = Refusal(error.refusal).name if isinstance(error, ReallocationNotApprovedError) else None
    return Decided(key, None, error.text(), name)


def _skipped(ledger: Ledger, entry: Entry) -> dict[int, tuple[str, str]]:
    """Return why some of a list were not approved, by proposal."""
    from ledger_client.skipping import skipped_in

    found = skipped_in(ledger.chain, ledger.deployment, entry)
    return {each.proposal: (each.text(), each.refusal.name) for each in found}


def _consenting(
    ledger: Ledger, each: ProposalAt, party: Party, stale_reason: int, consenting: Consenting
) -> Prepared:
    return ledger.reallocation.approve_with_consent(
        each.key,
        SiteId(each.proposal.giver),
        SiteId(each.request.site),
        lots_of(each.proposal.lines),
        kind=Kind.HAND_OVER if consenting.is_hand_over else Kind.DISPATCH,
        deadline=0 if consenting.is_hand_over else consenting.deadline or 0,
        stale_reason=stale_reason,
        particulars=consenting.said.particulars(ledger),
        approver=party,
    )


def _approve_leaving(
    ledger: Ledger, each: ProposalAt, party: Party, stale_reason: int, consenting: Consenting
) -> Decided:
    call = _consenting(ledger, each, party, stale_reason, consenting)
    try:
        [entry] = ledger.write([call])
    except RefusedError as error:
        return _refused(each.key, error)
    return Decided(each.key, entry)


def _approved(words: Words, decided: Decided, found: ProposalAt) -> str:
    proposal, request, entry = found.proposal, found.request, decided.entry
    quantity, item = words.quantity(proposal.quantity, request.item), words.item(request.item)
    giver, receiver, when = (
        words.site(proposal.giver),
        words.site(request.site),
        words.until(request.needed_by),
    )
    block, key = entry.block_number if entry else None, short(found.key)
    sentence = tr(
        f"approved {key} in block {block}: {quantity} of {item} from {giver} to {receiver}, "
        f"to be delivered by {when}",
        f"已批准 {key}，区块 {block}：由 {giver} 向 {receiver} 调出{item} {quantity}，最迟 {when} 交付",
    )
    if proposal.callable_from > proposal.approved_at:
        called = words.time(proposal.callable_from)
        sentence += tr(f"; the giver's notice ends {called}", f"；调出方通知期于 {called} 届满")
    if leaves_district(found):
        sentence += tr(
            f"; its document is signed: the giver's keeper sends it with `shecang reallocate deliver {key}`",
            f"；单据已会签：由调出方保管员用 `shecang reallocate deliver {key}` 发出",
        )
    return sentence


def _row(each: Decided, found: ProposalAt | None) -> dict[str, Any]:
    entry = each.entry
    return {
        "proposal": f"{each.key:0{KEY_DIGITS}x}",
        "approved": entry is not None,
        "refusal": each.refusal,
        "why": each.why or None,
        "transaction": f"0x{entry.hash.hex()}" if entry and entry.hash else None,
        "block": entry.block_number if entry else None,
        "callable_from": found.proposal.callable_from if found and entry else None,
        "with_consent": bool(entry and found and leaves_district(found)),
    }


# ------------------------------------------------------------------------------------------------ other acts


def reject_calls(
    ledger: Ledger, proposals: Sequence[ProposalAt], approver: Signer, reason: int
) -> list[tuple[Prepared, list[int]]]:
    """Return the calls that reject proposals, and which each of them decides on."""
    return [
        (ledger.reallocation.reject(keys, reason=reason, approver=party), keys)
        for party, some in _by_party(ledger, approver, proposals)
        for keys in chunks([each.key for each in some])
    ]


def withdraw_calls(
    ledger: Ledger, proposals: Sequence[ProposalAt], role: Role, by: Signer, reason: int
) -> list[tuple[Prepared, list[int]]]:
    """Return the calls that withdraw proposals as a keeper of either site or as an approver."""
    acting = _deciding if role is Role.APPROVER else _keeping
    return [
        (ledger.reallocation.withdraw(keys, role, reason=reason, by=party), keys)
        for party, some in _grouped((acting(ledger, by, each), each) for each in proposals)
        for keys in chunks([each.key for each in some])
    ]


def expire_calls(ledger: Ledger, proposals: Sequence[int], by: Signer) -> list[tuple[Prepared, list[int]]]:
    """Return the calls that record that the time of proposals is over."""
    return [(ledger.reallocation.expire(keys, by=by), keys) for keys in chunks(list(proposals))]


def write_each(
    ledger: Ledger,
    calls: Sequence[tuple[Prepared, list[int]]],
    what: tuple[str, str],
    as_json: bool,
    *,
    is_progress: bool = False,
) -> None:
    """Write calls one after the other and say of each proposal what was done, in English and Chinese.

    Args:
        ledger: Where.
        calls: With the proposals that each decides on.
        what: What was done.
        as_json: Whether to say it as JSON.
        is_progress: Whether it is no result of the command, so that it goes to stderr.
    """
    if not is_progress:
        keep_unsigned(ledger, [call for call, _ in calls], as_json)
    for call, keys in calls:
        [entry] = ledger.write([call])
        for key in keys:
            if as_json and not is_progress:
                print_json(
                    {
                        "proposal": f"{key:0{KEY_DIGITS}x}",
                        "transaction": f"0x{entry.hash.hex()}" if entry.hash else None,
                        "block": entry.block_number,
                    }
                )
                continue
            en, zh = what
            block = entry.block_number
            text = tr(f"{en} {short(key)}, block {block}", f"{zh} {short(key)}，区块 {block}")
            typer.echo(text, err=is_progress)


def chunks(keys: list[int]) -> list[list[int]]:
    """Return keys in parts that one transaction takes."""
    return [keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE)]


def short(key: int) -> str:
    """Return the first 8 digits of a key."""
    return f"{key:0{KEY_DIGITS}x}"[:8]


def _by_party(
    ledger: Ledger, approver: Signer, proposals: Iterable[ProposalAt]
) -> list[tuple[Party, list[ProposalAt]]]:
    return _grouped((_deciding(ledger, approver, each), each) for each in proposals)


def _grouped(pairs: Iterable[tuple[Party, ProposalAt]]) -> list[tuple[Party, list[ProposalAt]]]:
    """Return proposals by the grant on which is decided, for one call decides on one grant."""
    groups: dict[int, tuple[Party, list[ProposalAt]]] = {}
    for party, each in pairs:
        groups.setdefault(party.division, (party, []))[1].append(each)
    return list(groups.values())


def _deciding(ledger: Ledger, approver: Signer, each: ProposalAt) -> Party:
    """Return an approver on the grant nearest above both sites."""
    from ledger_client.writing import Party

    lowest = lowest_approving(SiteId(each.proposal.giver), SiteId(each.request.site))
    return Party(approver, nearest_grant(ledger.index(), approver.address, Role.APPROVER, lowest))


def keeper_of_either(ledger: Ledger, keeper: Signer, giver: int, receiver: int) -> Party:
    """Return a keeper on a grant over either site, over the giver first."""
    from ledger_client.writing import Party

    index = ledger.index()
    held = {grant.division for grant in index.grants(keeper.address) if grant.role == Role.KEEPER}
    nearest = [
        nearest_grant(index, keeper.address, Role.KEEPER, site // SITE_SPAN) for site in (giver, receiver)
    ]
    return Party(keeper, next((division for division in nearest if division in held), nearest[0]))


def _keeping(ledger: Ledger, keeper: Signer, each: ProposalAt) -> Party:
    return keeper_of_either(ledger, keeper, each.proposal.giver, each.request.site)
