"""`/v1/acts`: what is done beside documents is prepared for a key elsewhere, which gets its number."""

from __future__ import annotations

from api.access.callers import CallerDep
from api.access.rights import Rights, Scope
from api.office import DeskDep
from api.problems import Problem
from api.reading import ReadingDep
from api.resources import Resource
from api.schemas.acts import ActAnswer, ActNumber, ActNumberForm
from api.schemas.common import Block
from ledger_client.act_forms import ActForm
from ledger_client.acts import Act, from_model
from ledger_client.index.marks import MarkedReader

router = Resource(prefix="/acts", tags=["acts"])


@router.post(
    "",
    operation_id="prepare_act",
    summary="Prepare an act",
    responses=Problem.responses(401, 403, 409, 413),
)
def prepare_act(caller: CallerDep, reading: ReadingDep, desk: DeskDep, form: ActForm) -> ActAnswer:
    """Make the act of a form: a registration, grant, norm, request, proposal, decision and so on.

    It is the call that the command of its name would make. Nothing of it is kept; the contract is asked, and
    what it would refuse now is refused. Whoever signs it computes everything from `act`.
    """
    require_own(caller, form.by.address)

    def allow(places: tuple[int, ...]) -> None:
        if not places:  # there is no such thing
            caller.require_draft_reader()
        elif not any(caller.may(Scope.DRAFTS, each) for each in places):
            caller.require_any(Scope.READ, places)

    def prepare(index: MarkedReader) -> Act:
        return desk.acts.prepare(form, index, allow)

    act, stamp = reading.consistent(prepare)
    return ActAnswer.of(act, desk.deployment.offset, Block.of(stamp))


@router.post(
    "/number",
    operation_id="reserve_act_number",
    summary="The number that an act is signed under",
    responses=Problem.responses(401, 403, 409, 413),
)
def reserve_act_number(
    caller: CallerDep, reading: ReadingDep, desk: DeskDep, form: ActNumberForm
) -> ActNumber:
    """Reserve the signer's next number for two minutes; the signed act goes to `POST /v1/transactions`.

    A key has one number in hand at a time, for documents and acts together. The contract is asked again. What
    is not signed in time leaves no gap: whatever comes next gets the same number.
    """
    require_own(caller, form.act.sender)
    act = from_model(form.act)
    reserved = desk.acts.reserve(act)
    _, stamp = reading.consistent(lambda _: None)
    return ActNumber.of(act, reserved, Block.of(stamp))


def require_own(caller: Rights, address: str) -> None:
    """Refuse an act to whoever neither signs it nor prepares anything; the contract judges who may do it.

    Raises:
        NotSignedInError: It is the public.
        NotAllowedError: The account prepares nothing.
    """
    if caller.account is None or caller.account.lower() != address.lower():
        caller.require_drafter()
