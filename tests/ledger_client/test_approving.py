from dataclasses import replace

import pytest

from ledger_client.allocation import ProposalState, Refusal, Terms
from ledger_client.approving import Deciding, Refused, refusal
from ledger_client.divisions import DivisionId

DAY = 86_400
SOUND = Deciding(
    state=ProposalState.PROPOSED,
    at=1_000,
    needed_by=1_000 + 5 * DAY,
    withdrawn=False,
    approver=DivisionId(420106),
    levels=(DivisionId(420106), DivisionId(4201)),
    leaves_district=False,
    with_consent=False,
    proposed=100,
    open=100,
    terms=Terms(5_000, 5),
    is_stale=False,
    stale_reason=0,
    in_emergency=False,
    floor=90,
    reserved=10,
    usable=220,
)

# In the contract's order: each change, and what is said of it.
WRONG = [
    ({"state": ProposalState.NONE}, Refused(Refusal.UNKNOWN)),
    ({"state": ProposalState.REJECTED}, Refused(Refusal.NOT_PROPOSED, 3)),
    ({"at": 1_001 + 5 * DAY}, Refused(Refusal.TOO_LATE, 0, 1_000 + 5 * DAY)),
    ({"withdrawn": True}, Refused(Refusal.REQUEST_WITHDRAWN)),
    ({"approver": DivisionId(42)}, Refused(Refusal.WRONG_LEVEL, 42, 420106)),
    ({"leaves_district": True}, Refused(Refusal.CONSENT_MISSING)),
    ({"open": 99}, Refused(Refusal.ABOVE_REQUEST, 100, 99)),
    ({"terms": None}, Refused(Refusal.NOT_CALLABLE)),
    ({"is_stale": True}, Refused(Refusal.STALE)),
    ({"terms": Terms(5_000, 6)}, Refused(Refusal.NOTICE_TOO_LONG, 1_000 + 6 * DAY, 1_000 + 5 * DAY)),
    ({"usable": 219}, Refused(Refusal.ABOVE_SHARE, 110, 109)),
    ({"floor": 111}, Refused(Refusal.BELOW_FLOOR, 221, 220)),
]


def test_what_fits_exactly_is_approved() -> None:
    assert refusal(SOUND) == Refused(Refusal.NONE)


@pytest.mark.parametrize(("changes", "refused"), WRONG, ids=[refused.refusal.name for _, refused in WRONG])
def test_each_reason_with_its_numbers(changes: dict[str, object], refused: Refused) -> None:
    assert refusal(replace(SOUND, **changes)) == refused  # type: ignore[arg-type]


def test_every_reason_is_met_in_the_order_of_its_number() -> None:
    assert [refused.refusal for _, refused in WRONG] == list(Refusal)[1:]
    everything: dict[str, object] = {}
    for changes, refused in reversed(WRONG):
        everything |= changes
        if refused.refusal is not Refusal.NOTICE_TOO_LONG:
            assert refusal(replace(SOUND, **everything)).refusal is refused.refusal  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "helped"),
    [
        ({"is_stale": True}, {"stale_reason": 41}),
        ({"leaves_district": True}, {"with_consent": True}),
        ({"terms": Terms(5_000, 6)}, {"in_emergency": True}),
        ({"approver": DivisionId(4201)}, {}),
    ],
)
def test_what_lets_it_pass_all_the_same(changes: dict[str, object], helped: dict[str, object]) -> None:
    assert refusal(replace(SOUND, **changes, **helped)).refusal is Refusal.NONE  # type: ignore[arg-type]


def test_an_emergency_changes_neither_floor_nor_share() -> None:
    for changes, refused in WRONG[-2:]:
        assert refusal(replace(SOUND, in_emergency=True, **changes)) == refused  # type: ignore[arg-type]
