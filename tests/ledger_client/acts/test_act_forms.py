"""Forms of acts: one for every act, and each the act that the registers' methods make of the same words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from acted import CERTIFICATE, CLIENT, LATER, OTHER, SIGNER, SOURCE, act_of, elsewhere, prepared_calls
from facade import (
    BAG_ITEM,
    CONSUMER,
    MASK_ITEM,
    PLACE,
    RICE_ITEM,
    START,
    THE_COMMUNITY,
    THE_DISTRICT,
    THE_ISSUER,
    THE_SUPPLIER,
)
from played_ledger import CATEGORY, LOOSE, MASK, ROOT, STRANGER

from ledger_client.act_forms import (
    ActForm,
    ActMalformedError,
    DeadlineOpenError,
    GrantOpenError,
    NoActsKnown,
    Offices,
    TwiceError,
    parse_act_form,
    prepare_act,
)
from ledger_client.acts import SAID, Act, from_dict, require_same, to_dict
from ledger_client.forms import FormOpenError
from ledger_client.ledger import Ledger
from ledger_client.reasons import REASONS, ReasonUnknownError
from ledger_client.roles import Role

BY = {"address": SIGNER.address, "division": str(THE_DISTRICT)}
AN_ISSUER, A_SUPPLIER = f"{THE_ISSUER:040x}", f"{THE_SUPPLIER:040x}"
BEGIN, END = "2026-09-21T14:13:20+00:00", "2026-09-22T14:13:20+00:00"
QUALIFICATION = f"{8:040x}"


def name_of(code: int) -> str:
    return REASONS[code].name


def hexed(data: bytes) -> str:
    return f"0x{data.hex()}"


def forms(consent: str) -> dict[str, dict[str, Any]]:
    """A form of every act that leaves nothing to an index, by the function that it calls."""
    grant = {"holder": ROOT.address, "division": str(THE_DISTRICT)}
    accreditation = {"issuer": AN_ISSUER, "category": str(CATEGORY)}
    decided = {"source": hexed(SOURCE)}
    return {
        "registerDivision": {
            "act": "register-division", "division": str(THE_COMMUNITY), "zh": "东城社区",
            "en": "East community",
        },
        "closeDivision": {
            "act": "close-division", "division": str(THE_COMMUNITY), "successor": str(THE_DISTRICT),
        },
        "registerSite": {
            "act": "register-site", "site": str(PLACE), "zh": "东城储备点", "en": "East site",
            "disposal": True,
        },
        "registerConsignee": {
            "act": "register-consignee", "consignee": f"{CONSUMER:040x}", "division": str(THE_DISTRICT),
            "zh": "东城医院",
        },
        "closeConsignee": {
            "act": "close-consignee", "consignee": f"{CONSUMER:040x}", "division": str(THE_DISTRICT),
        },
        "grant": {
            **grant, "act": "grant", "role": "issuer", "subject": AN_ISSUER, "class_consent": consent,
        },
        "acceptClass": {"act": "accept-class", "role": "auditor"},
        "proposeReplacement": {
            "act": "propose-replacement", "old_holder": ROOT.address, "new_holder": STRANGER.address,
            "grants": [
                {"division": str(THE_DISTRICT)}, {"division": str(THE_COMMUNITY), "subject": f"{5:040x}"},
            ],
            "compromised_since": BEGIN, "class_consent": consent,
        },
        "objectToReplacement": {"act": "object-to-replacement", "replacement": 4},
        "executeReplacement": {"act": "execute-replacement", "replacement": 4},
        "registerSupplier": {
            "act": "register-supplier", "supplier": A_SUPPLIER, "zh": "东城商行", "en": "East trading",
        },
        "registerIssuer": {"act": "register-issuer", "issuer": AN_ISSUER, "zh": "质检所"},
        "accredit": {**accreditation, "act": "accredit", "from": BEGIN, "until": END},
        "renewAccreditation": {**accreditation, "act": "renew-accreditation", "until": END},
        "issueQualification": {
            **accreditation, "act": "issue-qualification", "supplier": A_SUPPLIER, "grade": "A",
            "from": BEGIN, "until": END, "certificate": hexed(CERTIFICATE),
        },
        "renewQualification": {
            "act": "renew-qualification", "qualification": QUALIFICATION, "grade": "B", "until": END,
        },
        "registerItem": {
            "act": "register-item", "item": str(MASK_ITEM), "zh": "口罩", "en": "Masks", "unit": "H87",
            "category": str(CATEGORY), "shelf_life": 90, "serial": True,
        },
        "setFactor": {"act": "set-factor", "pack": str(BAG_ITEM), "unit": str(RICE_ITEM), "factor": "25"},
        "setFloors": {
            **decided, "act": "set-floors", "site": str(PLACE), "effective_at": END,
            "floors": [
                {"item": str(RICE_ITEM), "quantity": "500"}, {"item": str(MASK_ITEM), "quantity": str(2**62)},
            ],
        },
        "setTerms": {
            **decided, "act": "set-terms", "division": str(THE_DISTRICT), "mode": "agreement", "share": 2_550,
            "notice_days": 3,
        },
        "setCycles": {
            **decided, "act": "set-cycles", "site": str(PLACE),
            "cycles": [{"category": str(CATEGORY), "days": 30}, {"category": "1010102", "days": 0}],
        },
        "declareEmergency": {
            **decided, "act": "declare-emergency", "division": str(THE_DISTRICT), "until": END,
            "reason": name_of(110),
        },
        "endEmergency": {"act": "end-emergency", "division": str(THE_DISTRICT), "reason": name_of(150)},
        "request": {
            "act": "request", "client_id": hexed(CLIENT), "site": str(PLACE), "item": str(MASK_ITEM),
            "quantity": "400", "needed_by": END, "reason": name_of(110), "consignee": f"{CONSUMER:040x}",
            "note": "缺口",
        },
        "expire": {"act": "expire-proposals", "proposals": [f"{7 << 240:062x}"]},
        "showReversed": {"act": "show-reversed", "document": f"{6:062x}"},
    }  # fmt: skip


@pytest.fixture(scope="module")
def offices(acting: Ledger) -> Offices:
    return Offices.of(acting.deployment, acting.records, acting.now)


def made(offices: Offices, form: dict[str, Any]) -> Act:
    return act_of(prepare_act(parse_act_form({"by": BY, **form}), offices, NoActsKnown()))


def test_the_same_act_as_the_registers_make(acting: Ledger, offices: Offices) -> None:
    calls = {each.function: each for each in map(act_of, prepared_calls(acting, elsewhere()))}
    role = acting.roles.class_consent(ROOT, Role.KEEPER)
    given = forms(hexed(role.r + role.vs))
    assert len(given) == 26
    for function, form in given.items():
        require_same(made(offices, form), calls[function])


def test_there_is_a_form_of_every_act() -> None:
    models = get_args(get_args(ActForm)[0])
    assert len(models) == len(SAID)
    assert len({model.model_fields["act"].annotation for model in models}) == len(SAID)


def test_those_whose_reason_a_form_takes_by_its_use(offices: Offices) -> None:
    """The sample has other reasons, which the contracts take and no form does."""
    accreditation = {"issuer": AN_ISSUER, "category": str(CATEGORY)}
    qualification = {"qualification": QUALIFICATION}
    grant = {"holder": ROOT.address, "role": "keeper", "division": str(THE_DISTRICT), "reason": "key-lost"}
    suspended = {"reason": "under-investigation", "since": BEGIN}
    for act, rest, function, last in (
        ("suspend-accreditation", {**accreditation, **suspended}, "suspendAccreditation", START),
        ("suspend-qualification", {**qualification, **suspended}, "suspendQualification", START),
        ("revoke-accreditation", {**accreditation, **suspended, "reason": "breach-of-rules"}, None, START),
        ("revoke-qualification", {**qualification, **suspended, "reason": "breach-of-rules"}, None, START),
        ("revoke", {**grant, "compromised_since": BEGIN}, "revoke", START),
        ("revoke", grant, "revoke", 0),
        ("veto", grant, "veto", 90),
    ):
        made_one = made(offices, {"act": act, **rest})
        assert made_one.arguments[-1] == last
        assert function in (None, made_one.function)
    with pytest.raises(ReasonUnknownError):
        made(offices, {"act": "revoke", **grant, "reason": "outbreak"})


def test_a_day_is_whole(offices: Offices) -> None:
    """An emergency ends after its last day, a request is of use on its day, a validity ends with its day."""
    given = forms("0x" + "00" * 64)
    day, next_day = 1790006400, 1790092800  # 2026-09-22 and 23 of the ledger's days
    until = {"until": "2026-09-22"}
    assert made(offices, {**given["declareEmergency"], **until}).named["until"] == next_day
    assert made(offices, {**given["accredit"], **until}).named["until"] == day
    needed = made(offices, {**given["request"], "needed_by": "2026-09-22"}).arguments[0][4]
    assert needed == next_day - 1
    assert LATER == START + 86_400


def test_what_is_left_open(offices: Offices) -> None:
    given = forms("0x" + "00" * 64)
    by = {"by": {"address": SIGNER.address}}
    for name in ("registerSite", "request", "setFloors", "endEmergency", "grant"):
        with pytest.raises(FormOpenError):
            made(offices, {**given[name], **by})
    for form in (given["proposeReplacement"], given["registerSupplier"]):
        with pytest.raises(GrantOpenError):
            made(offices, {**form, **by})
    propose = {
        "act": "propose", "client_id": hexed(CLIENT), "request": f"{5 << 200:062x}", "giver": str(OTHER),
        "lots": [
            {"lot": f"{MASK.lot_id:040x}", "quantity": "4"},
            {"lot": f"{LOOSE.owned_by(5, 1).lot_id:040x}", "quantity": "0"},
        ],
    }  # fmt: skip
    by_hand, planned = made(offices, propose), made(offices, {**propose, "anchor": f"0x{'ab' * 32}"})
    assert (by_hand.function, planned.function) == ("propose", "propose")
    assert [each.arguments[0][3] for each in (by_hand, planned)] == [bytes(32), b"\xab" * 32]
    approval = {
        "act": "approve-with-consent", "client_id": hexed(CLIENT), "proposal": "1" * 62, "kind": "dispatch",
    }  # fmt: skip
    with pytest.raises(DeadlineOpenError):
        made(offices, approval)
    with pytest.raises(DeadlineOpenError):
        made(offices, {**approval, "kind": "hand-over", "deadline": "2026-12-01"})
    with pytest.raises(FormOpenError):
        made(offices, {**approval, "kind": "hand-over"})


def test_things_named_twice(offices: Offices) -> None:
    given = forms("0x" + "00" * 64)
    for name, member in (("setFloors", "floors"), ("setCycles", "cycles"), ("expire", "proposals")):
        with pytest.raises(TwiceError):
            made(offices, {**given[name], member: [*given[name][member], given[name][member][0]]})


def test_what_comes_of_a_form_can_be_read(offices: Offices) -> None:
    for form in forms("0x" + "11" * 64).values():
        act = made(offices, form)
        assert from_dict(to_dict(act)) == act
        assert from_dict(to_dict(replace(act, gas=act.gas + 1))) != act


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"act": 1},
        {"act": "issue", "by": BY},
        {"act": "approve", "by": BY},
        "\x1b",
        {"\ud800": 1},
    ],
)
def test_no_form(value: object) -> None:
    with pytest.raises(ActMalformedError) as caught:
        parse_act_form(value)
    assert caught.value.text("en").isprintable()
