"""`/v1/drafts`: documents are prepared, read, consented to, and withdrawn; the sender gets its number."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.office import DeskDep
from api.problems import Problem
from api.reading import Reading, ReadingDep
from api.resources import Resource
from api.schemas.common import Block
from api.schemas.drafts import (
    ConsentForm,
    DraftAnswer,
    Inbox,
    Number,
    signature_of,
)
from ledger_client.addresses import Address, parse_address
from ledger_client.desk import Desk
from ledger_client.divisions import ROOT
from ledger_client.documents import Kind
from ledger_client.drafts import Draft, Part, from_dict
from ledger_client.drafts.store import DraftUnknownError, StoredDraft
from ledger_client.errors import UsageError
from ledger_client.forms import DocumentForm
from ledger_client.index.whole import WholeReader

router = Resource(prefix="/drafts", tags=["drafts"])

_MOST = 50
_READ = (Scope.READ, Scope.DRAFTS)


class DraftKeyError(UsageError):
    """A draft is put under another key than its own."""

    en = "the draft says itself that its key is {key}, and it was put under {given}; put it under its own"
    zh = "草稿自身的编号为 {key}，却以 {given} 提交；请使用其自身编号"


class DraftPlaceError(UsageError):
    """`after` is no place in a list of drafts."""

    en = "{value!r} is no place in this list; take `next_after` of the page before"
    zh = "{value!r} 不是该列表中的位置；请使用上一页的 next_after"


class InboxQuery(BaseModel):
    """Whose inbox, and which page of it."""

    model_config = ConfigDict(extra="forbid")

    waiting_for: str = Field(
        pattern="^0x[0-9a-fA-F]{40}$", description="The address whose signature is next."
    )
    after: str | None = Field(
        None,
        pattern="^[0-9]{1,12}-[0-9a-f]{62}$",
        description="`next_after` of the page before.",
    )
    limit: int = Field(_MOST, ge=1, le=200, description="Drafts on the page.")


def _key(
    key: Annotated[
        str,
        Path(
            pattern="^[0-9a-f]{62}$",
            description="Key of the draft, 62 hexadecimal digits.",
            examples=["c82563f33b0c1d5fd0ab7e2f9827d09d0e11c0af66901398c89d937cd39031"],
        ),
    ],
) -> int:
    return int(key, 16)


KeyParameter = Annotated[int, Depends(_key)]


@router.post(
    "",
    operation_id="prepare_draft",
    summary="Prepare a document",
    status_code=201,
    responses={
        200: {"model": DraftAnswer, "description": "The draft that this form has made before"},
        **Problem.responses(401, 403, 409, 413),
    },
)
def prepare_draft(
    caller: CallerDep, reading: ReadingDep, desk: DeskDep, form: DocumentForm, response: Response
) -> DraftAnswer:
    """Make a document of a form and keep it for its signers; nothing is recorded yet.

    It is the document that the command of its kind would make. The contract is asked first: what it would
    refuse now, whoever consents, is refused. The same form with the same client id is the same draft, however
    often it is sent (then 200); other content under it is refused (409). A document to which an approver
    consented when approving its proposal, prepared as approved under its client id, has that consent.
    """
    _require_prepares(caller, form)

    def allow(draft: Draft) -> None:
        caller.require(Scope.DRAFTS, _prepared_at(draft))

    def prepare(index: WholeReader) -> tuple[StoredDraft, bool]:
        return desk.prepare(form, index, allow)

    (stored, is_new), stamp = reading.consistent(prepare, WholeReader)
    response.status_code = 201 if is_new else 200
    return _answer(desk, stored, Block.of(stamp))


@router.put(
    "/{key}",
    operation_id="put_draft",
    summary="Bring a draft that was made elsewhere",
    responses=Problem.responses(401, 403, 409, 413),
    # Read by the client's own reader, behind the question who asks.
    openapi_extra={
        "requestBody": {
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/DraftModel"}}},
            "required": True,
        }
    },
)
def put_draft(
    caller: CallerDep, reading: ReadingDep, desk: DeskDep, key: KeyParameter, draft: Annotated[object, Body()]
) -> DraftAnswer:
    """Keep a draft as `shecang` writes it, or add the consents of one that stands here.

    Its note stays where it was made. Consents are looked at, and the contract is asked, as for a form.
    """
    caller.require_drafter()
    taken = from_dict(draft)
    caller.require(Scope.DRAFTS, _prepared_at(taken))
    if taken.key != key:
        raise DraftKeyError(key=f"{taken.key:062x}", given=f"{key:062x}")
    stored, _ = desk.take(taken)
    return _answer(desk, stored, _block(reading))


@router.get(
    "",
    operation_id="list_drafts",
    summary="Drafts that wait for somebody's signature",
    responses=Problem.responses(401, 403),
)
def list_drafts(
    caller: CallerDep, reading: ReadingDep, desk: DeskDep, query: Annotated[InboxQuery, Query()]
) -> Inbox:
    """Return a page of the inbox of an address, the oldest first.

    The session of that address sees all of it; an account that prepares documents those that name a site of
    its divisions.
    """
    address = parse_address(query.waiting_for)
    caller.require_inbox(address)
    shown: list[StoredDraft] = []
    place = _place(query.after)
    while len(shown) <= query.limit:
        page = desk.inbox(address, place, query.limit + 1)
        if not page:
            break
        place = (page[-1].made_at, page[-1].draft.key)
        shown += [each for each in page if not each.is_sent and _sees(caller, each.draft)]
    block = _block(reading)
    last = shown[query.limit - 1] if len(shown) > query.limit else None
    return Inbox(
        waiting_for=address,
        drafts=[_answer(desk, each, block) for each in shown[: query.limit]],
        next_after=None if last is None else f"{last.made_at}-{last.draft.key:062x}",
        block=block,
    )


@router.get(
    "/{key}",
    operation_id="read_draft",
    summary="A draft",
    responses=Problem.responses(401, 403, 404),
)
def read_draft(caller: CallerDep, reading: ReadingDep, desk: DeskDep, key: KeyParameter) -> DraftAnswer:
    """Return a draft: what it says, who has signed, and who is next."""
    stored = draft_for(caller, desk, key, _READ)
    return _answer(desk, stored, _block(reading))


@router.delete(
    "/{key}",
    operation_id="withdraw_draft",
    summary="Withdraw a draft",
    responses=Problem.responses(401, 403, 404, 409),
)
def withdraw_draft(caller: CallerDep, reading: ReadingDep, desk: DeskDep, key: KeyParameter) -> DraftAnswer:
    """Withdraw a draft, as one of its signers. Consents that were given stay valid until their end."""
    draft_for(caller, desk, key, ())
    stored = desk.withdraw(key, Address(caller.account))  # type: ignore[arg-type]  # it has a seat
    return _answer(desk, stored, _block(reading))


@router.post(
    "/{key}/consents",
    operation_id="consent_to_draft",
    summary="Deliver a consent",
    responses=Problem.responses(401, 403, 404, 409, 413),
)
def consent_to_draft(
    caller: CallerDep, reading: ReadingDep, desk: DeskDep, key: KeyParameter, consent: ConsentForm
) -> DraftAnswer:
    """Add the consent of a signer; whoever brings it, it counts only if that key signed this very draft."""
    draft_for(caller, desk, key, (Scope.DRAFTS,))
    stored = desk.consent(key, Part(consent.part), signature_of(consent.signature))
    return _answer(desk, stored, _block(reading))


@router.post(
    "/{key}/number",
    operation_id="reserve_number",
    summary="The number that the sender signs under",
    responses=Problem.responses(401, 403, 404, 409),
)
def reserve_number(caller: CallerDep, reading: ReadingDep, desk: DeskDep, key: KeyParameter) -> Number:
    """Reserve the sender's next number for two minutes, once everybody else has consented.

    A key has one number in hand at a time. The contract is asked again, with all consents. What is not signed
    in time leaves no gap: the next document gets the same number.
    """
    stored = sent_by(caller, desk, key)
    return Number.of(stored.draft, desk.reserve(key), _block(reading))


def draft_for(caller: Rights, desk: Desk, key: int, scopes: tuple[Scope, ...]) -> StoredDraft:
    """Return a draft to one of its signers, or to whoever has one of some scopes over a site it names.

    Raises:
        NotSignedInError: It is the public.
        NotAllowedError: It is neither.
        DraftUnknownError: There is none; told only to whoever may see drafts at all.
    """
    stored = desk.find(key)
    if stored is None:
        caller.require_draft_reader()
        raise DraftUnknownError(draft=f"{key:062x}"[:8])
    draft = stored.draft
    caller.require_seat({each.address for each in draft.seats.values()}, draft.sites, scopes)
    return stored


def sent_by(caller: Rights, desk: Desk, key: int) -> StoredDraft:
    """Return a draft to its sender, or to whoever prepares documents of the site that records it.

    Raises:
        NotSignedInError: It is the public.
        NotAllowedError: It is neither.
        DraftUnknownError: There is none; told only to whoever may see drafts at all.
    """
    stored = desk.find(key)
    if stored is None:
        caller.require_draft_reader()
        raise DraftUnknownError(draft=f"{key:062x}"[:8])
    caller.require_seat({stored.draft.sender.address}, [_prepared_at(stored.draft)], (Scope.DRAFTS,))
    return stored


def _require_prepares(caller: Rights, form: object) -> None:
    """Refuse before anything is looked up: by the form's site, else whoever prepares nothing at all."""
    caller.require_drafter()
    site = getattr(form, "site", None)
    if site is not None:
        caller.require(Scope.DRAFTS, int(site))


def _prepared_at(draft: Draft) -> int:
    """Return the place over which somebody prepares documents who prepares this one."""
    kind = draft.original.kind if draft.original else draft.kind
    return ROOT if kind in (Kind.RECALL, Kind.LIFT) else draft.recording_site


def _sees(caller: Rights, draft: Draft) -> bool:
    addresses = {each.address for each in draft.seats.values()}
    places = draft.sites or (ROOT,)
    return caller.account in addresses or any(caller.may(Scope.DRAFTS, each) for each in places)


def _answer(desk: Desk, stored: StoredDraft, block: Block) -> DraftAnswer:
    transaction = desk.transaction_of(stored)
    return DraftAnswer.of(stored, desk.state(stored), transaction, desk.deployment.offset, block)


def _block(reading: Reading) -> Block:
    _, stamp = reading.consistent(lambda _: None)
    return Block.of(stamp)


def _place(after: str | None) -> tuple[int, int] | None:
    if after is None:
        return None
    made_at, _, key = after.partition("-")
    return int(made_at), int(key, 16)
