"""What a form of each act says, as users write it; read strictly.

Codes, reasons, times and quantities are written as in forms of documents (`ledger_client.forms`). `by` is who
signs; the division of its grant may be left out where the ledger's registers say which is meant.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from ledger_client.act_forms._decision_forms import (
    Approve,
    ApproveWithConsent,
    DeclareEmergency,
    EndEmergency,
    ExpireProposals,
    MakeRequest,
    Propose,
    ProveCount,
    RejectProposals,
    SetCycles,
    SetFloors,
    SetTerms,
    Show,
    ShowReversed,
    WithdrawProposals,
    WithdrawRequest,
)
from ledger_client.act_forms._register_forms import (
    AcceptClass,
    Accredit,
    CloseConsignee,
    CloseDivision,
    CloseSite,
    DecideReplacement,
    ExecuteReplacement,
    Grant,
    IssueQualification,
    ObjectToReplacement,
    ProposeReplacement,
    RegisterConsignee,
    RegisterDivision,
    RegisterIssuer,
    RegisterItem,
    RegisterSite,
    RegisterSupplier,
    ReinstateAccreditation,
    ReinstateQualification,
    RenewAccreditation,
    RenewQualification,
    Revoke,
    RevokeAccreditation,
    RevokeQualification,
    SetFactor,
    SuspendAccreditation,
    SuspendQualification,
    Veto,
)
from ledger_client.errors import UsageError


class ActMalformedError(UsageError):
    """A form lacks something, or has something that it must not have."""

    en = "this is no form of an act: {where} is missing or has another form; see /openapi.json"
    zh = "这不是操作表单：{where} 缺失或格式不符；详见 /openapi.json"


ActForm = Annotated[
    RegisterDivision | CloseDivision | RegisterSite | CloseSite | RegisterConsignee | CloseConsignee
    | RegisterSupplier | RegisterIssuer | RegisterItem | SetFactor
    | Grant | Revoke | Veto | AcceptClass
    | ProposeReplacement | ObjectToReplacement | DecideReplacement | ExecuteReplacement
    | Accredit | RenewAccreditation | SuspendAccreditation | ReinstateAccreditation | RevokeAccreditation
    | IssueQualification | RenewQualification | SuspendQualification | ReinstateQualification
    | RevokeQualification
    | SetFloors | SetCycles | SetTerms | ProveCount | DeclareEmergency | EndEmergency
    | MakeRequest | WithdrawRequest | Propose | WithdrawProposals | ExpireProposals
    | Approve | ApproveWithConsent | RejectProposals | Show | ShowReversed,
    Field(discriminator="act"),
]  # fmt: skip

_FORM: TypeAdapter[Any] = TypeAdapter(ActForm)


def parse_act_form(value: object) -> Any:
    """Return the form that a JSON value is.

    Raises:
        ActMalformedError: It is none.
    """
    try:
        return _FORM.validate_python(value)
    except ValidationError as error:
        where = ".".join(ascii(str(each)[:40])[1:-1] for each in error.errors()[0]["loc"]) or "object"
        raise ActMalformedError(where=where) from error
