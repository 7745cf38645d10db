"""Every code of the matching is a sentence in both languages, with its figures and without the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger_client.explanations import (
    SENTENCES,
    Names,
    distance_text,
    explain_drafted,
    explain_proposal,
    explain_unfilled,
)
from ledger_client.language import Language, use_language
from ledger_client.matching import (
    FOR_EVER,
    City,
    Distances,
    Draft,
    DraftCode,
    Drafted,
    Lot,
    Plan,
    Quantity,
    Request,
    Terms,
    Unit,
    propose,
    turn_into_requests,
)
from ledger_client.matching.city import Proposal, Reason, ReasonCode, Unfilled, UnfilledCode
from ledger_client.matching.distances import Distance

TODAY = 18_290  # 2020-01-29
MASKS, GOWNS = 3_000_001_00001, 3_000_002_00001
HOME, NEAR, SAME, FAR = 420106001001101, 420106001002101, 420106001001201, 420106002001201
NAMES = Names(
    site={HOME: "East Gate", NEAR: "Lake Road", SAME: "Mill Yard", FAR: "Old Pier"}.__getitem__,
    division={420106001: "Lakeside Street", 420106: "Wuchang", 42: "Hubei", 0: "China"}.__getitem__,
    item={MASKS: "masks", GOWNS: "gowns"}.__getitem__,
    unit={MASKS: "pieces", GOWNS: "sets"}.__getitem__,
)
REQUEST = Request(7, HOME, MASKS, 1_300, 1_300, TODAY + 3, 2, 0)
PROPOSAL = Proposal(
    request=7,
    giver=NEAR,
    receiver=HOME,
    item=MASKS,
    quantity=1_200,
    lots=((1, 1_200),),
    left=300,
    distance=Distance(850),
    approval=420106001,
    reasons=(),
)
DRAFT = Draft(4, HOME, 3_000_001, 1_300, "箱", TODAY + 3, 2, 0)
VALUES = {ReasonCode.EMERGENCY: 42, ReasonCode.DISTANCE_BY_LEVEL: 9, ReasonCode.EXPIRES: 18_293}


@pytest.fixture(params=["en", "zh"])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    use_language(request.param)
    yield request.param
    use_language("en")


@pytest.fixture
def chinese() -> Iterator[None]:
    use_language("zh")
    yield
    use_language("en")


def require_sentence(text: str, language: Language) -> None:
    """A sentence of its language, with no code and no trace of a template."""
    codes = [code for kind in (ReasonCode, UnfilledCode, DraftCode) for code in kind if "-" in code]
    assert not any(code in text for code in codes)
    assert not re.search(r"[{}_<>]|Code|None|\s\s", text)
    if language == "en":
        assert re.fullmatch(r"[A-Z0-9][^\u4e00-\u9fff]*\.", text), text
    else:
        assert re.search(r"[\u4e00-\u9fff]", text), text
        assert text.endswith("。"), text
        assert not re.search(r"[a-z]{4,}", text), text


def of_reason(code: ReasonCode, value: int, **changes: object) -> str:
    proposal = replace(PROPOSAL, reasons=(Reason(code, value),), **changes)  # type: ignore[arg-type]
    return explain_proposal(proposal, Unit.METRES, NAMES)[1]


def of_rest(code: UnfilledCode, request: Request = REQUEST) -> str:
    return explain_unfilled(Unfilled(7, 100, code), request, NAMES)


class TestEveryCode:
    @pytest.mark.parametrize("code", ReasonCode)
    def test_of_a_reason(self, code: ReasonCode, language: Language) -> None:
        value = VALUES.get(code, 12_345)
        proposal = replace(PROPOSAL, reasons=(Reason(code, value),))
        for sentence in explain_proposal(proposal, Unit.METRES):
            require_sentence(sentence, language)

    @pytest.mark.parametrize("code", UnfilledCode)
    def test_of_what_stays_open(self, code: UnfilledCode, language: Language) -> None:
        sentence = explain_unfilled(Unfilled(7, 100, code), REQUEST)

        require_sentence(sentence, language)
        assert "100" in sentence

    @pytest.mark.parametrize("code", DraftCode)
    def test_of_a_draft(self, code: DraftCode, language: Language) -> None:
        asks = code not in (DraftCode.NO_ITEM, DraftCode.PAST)
        drafted = Drafted(4, code, REQUEST if asks else None, near=900, givers=2, beyond=400 if asks else 0)
        names = Names(measure=lambda unit: unit if language == "zh" else "boxes")
        sentences = explain_drafted(drafted, DRAFT, names)

        assert len(sentences) == (2 if asks else 1)
        for sentence in sentences:
            require_sentence(sentence, language)

    def test_has_a_sentence_of_its_own(self, language: Language) -> None:
        assert SENTENCES.keys() == set(ReasonCode)
        assert len({of_rest(code) for code in UnfilledCode}) == len(UnfilledCode)
        assert len({of_reason(code, VALUES.get(code, 2)) for code in ReasonCode}) == len(ReasonCode)


@pytest.mark.parametrize(
    ("code", "value", "sentence"),
    [
        (
            ReasonCode.LEVEL,
            4_250,
            "East Gate has 42.50% of its floor, what is promised to it included; "
            "among requests as urgent, who has least of it comes first.",
        ),
        (
            ReasonCode.NO_FLOOR,
            1_300,
            "East Gate has no floor, so that the 1,300 pieces it asked for stand in its place.",
        ),
        (ReasonCode.URGENCY, 3, "The request is critical."),
        (ReasonCode.URGENCY, 7, "The request is of urgency 7."),
        (
            ReasonCode.STALE,
            3_000_001,
            "The count of masks (category 3000001) is overdue at East Gate, so that its stock is "
            "an old figure.",
        ),
        (
            ReasonCode.ABOVE_NORM,
            35_000,
            "The request asks for 350% of the floor, more than three times it, and gives a reason.",
        ),
        (ReasonCode.RANK, 1, "Lake Road is the nearest of those that may give it."),
        (ReasonCode.RANK, 4, "Lake Road is number 4 by distance among those that may give it."),
        (ReasonCode.EMERGENCY, 42, "An emergency in Hubei covers both, so that no notice has to pass."),
        (ReasonCode.NOTICE, 1, "Lake Road has 1 day of notice, which ends by the day of need."),
        (ReasonCode.NOTICE, 3, "Lake Road has 3 days of notice, which end by the day of need."),
        (
            ReasonCode.DISTANCE_BY_LEVEL,
            9,
            "The distance between the two is not known; 850 m is assumed, since both lie in Lakeside Street.",
        ),
        (
            ReasonCode.DISTANCE_BY_LEVEL,
            0,
            "The distance between the two is not known; 850 m is assumed, since both lie in China.",
        ),
        (
            ReasonCode.EXPIRES,
            TODAY + 9,
            "The first of these goods may be used until 2020-02-07; what expires first goes first.",
        ),
        (ReasonCode.SPLIT, 2, "2 givers share in the request."),
        (ReasonCode.SAME_PARCEL, 3, "3 items travel together from Lake Road to East Gate."),
    ],
)
def test_a_reason_in_words(code: ReasonCode, value: int, sentence: str) -> None:
    assert of_reason(code, value) == sentence


class TestProposal:
    def test_begins_with_what_goes_and_ends_with_what_is_left_and_who_approves(self) -> None:
        assert explain_proposal(PROPOSAL, Unit.METRES, NAMES) == [
            "Lake Road gives 1,200 pieces of masks to East Gate, 850 m away.",
            "Once the whole plan is carried out, Lake Road has 300 pieces of it left.",
            "An approver of Lakeside Street decides: "
            "the lowest division that contains both and is no community.",
        ]

    def test_without_names_codes_are_shown(self) -> None:
        assert explain_proposal(replace(PROPOSAL, approval=0), Unit.SECONDS) == [
            f"Site {NEAR} gives 1,200 base units of item {MASKS} to site {HOME}, 15 minutes away.",
            f"Once the whole plan is carried out, site {NEAR} has 300 base units of it left.",
            "An approver of the country decides: the lowest division that contains both and is no community.",
        ]

    @pytest.mark.usefixtures("chinese")
    def test_in_chinese(self) -> None:
        assert explain_proposal(PROPOSAL, Unit.METRES)[0] == (
            f"储备点 {NEAR}向储备点 {HOME}调出物品 {MASKS} 1,200 个基本单位，相距 850 米。"
        )


class TestRest:
    def test_names_quantity_item_site_and_day(self) -> None:
        assert of_rest(UnfilledCode.PAST) == (
            "100 pieces of masks for East Gate stay open: "
            "the day of need, 2020-02-01, is over; ask again for a later one."
        )

    def test_a_day_that_never_comes_is_no_error(self) -> None:
        assert of_rest(UnfilledCode.EXPIRED, REQUEST._replace(needed_by=FOR_EVER)).endswith(f"{FOR_EVER}.")


class TestDraft:
    def test_says_how_much_is_near_and_what_nobody_may_give(self) -> None:
        drafted = Drafted(4, DraftCode.MOST_NEAR, REQUEST, near=900, givers=1, beyond=400)

        assert explain_drafted(drafted, DRAFT, NAMES) == [
            "Asks for 1,300 pieces of masks: "
            "900 pieces may be given by 1 giver near, of no other item of the category more.",
            "Nobody near may give 400 pieces of them; they are asked for all the same.",
        ]

    def test_where_nobody_has_any_it_is_said_once(self) -> None:
        drafted = Drafted(4, DraftCode.NONE_NEAR, REQUEST, beyond=1_300)

        assert explain_drafted(drafted, DRAFT, NAMES) == [
            "Asks for 1,300 pieces of masks: "
            "nobody near may give any item of the category, so that the first of them is asked for."
        ]


@pytest.mark.parametrize(
    ("value", "unit", "en", "zh"),
    [
        (0, Unit.METRES, "0 m", "0 米"),
        (999, Unit.METRES, "999 m", "999 米"),
        (1_000, Unit.METRES, "1.0 km", "1.0 公里"),
        (3_849, Unit.METRES, "3.8 km", "3.8 公里"),
        (3_850, Unit.METRES, "3.9 km", "3.9 公里"),
        (1_234_567, Unit.METRES, "1,234.6 km", "1,234.6 公里"),
        (0, Unit.SECONDS, "0 minutes", "0 分钟"),
        (1, Unit.SECONDS, "1 minute", "1 分钟"),
        (61, Unit.SECONDS, "2 minutes", "2 分钟"),
        (7_140, Unit.SECONDS, "119 minutes", "119 分钟"),
        (7_500, Unit.SECONDS, "2 h 5 min", "2 小时 5 分钟"),
    ],
)
def test_a_distance_as_people_say_it(value: int, unit: Unit, en: str, zh: str) -> None:
    assert distance_text(value, unit) == en
    use_language("zh")
    try:
        assert distance_text(value, unit) == zh
    finally:
        use_language("en")


def shortage() -> tuple[City, Plan]:
    """Two who ask for masks and gowns; three who give, one after a notice, one from the same community."""
    requests = [
        Request(1, HOME, MASKS, 40, 40, TODAY + 5, 3, 0, reason=2),
        Request(2, HOME, GOWNS, 5, 5, TODAY + 5, 1, 0),
        Request(3, FAR - 100, MASKS, 9, 9, TODAY - 1, 1, 0),
    ]
    city = City(
        today=TODAY,
        lots=[
            Lot(1, NEAR, MASKS, 20, TODAY + 30),
            Lot(2, NEAR, GOWNS, 4),
            Lot(3, SAME, MASKS, 6),
            Lot(4, FAR, MASKS, 5),
        ],
        requests=requests,
        floors=[Quantity(HOME, MASKS, 10), Quantity(NEAR, MASKS, 8)],
        terms={(42, 1): Terms(10_000, 0), (42, 2): Terms(5_000, 2)},
        stale=[(HOME, 3_000_001)],
        distances=Distances(pairs={(NEAR, HOME): 1_250}),
    )
    return city, propose(city)


def test_a_whole_plan_is_told_in_sentences(language: Language) -> None:
    city, plan = shortage()
    requests = {request.request: request for request in city.requests}
    told = [sentence for proposal in plan.proposals for sentence in explain_proposal(proposal, plan.unit)]
    told += [explain_unfilled(rest, requests[rest.request]) for rest in plan.unfilled]

    assert len(plan.proposals) == 4
    assert len(plan.unfilled) == 3
    for sentence in told:
        require_sentence(sentence, language)


def test_a_draft_is_told_from_the_items_that_it_turned_into() -> None:
    city, _ = shortage()
    draft = replace(DRAFT, unit="piece", quantity=30)
    found = turn_into_requests(city, [draft], {MASKS: "piece"}, lambda draft, item: 100)

    assert [explain_drafted(drafted, draft, NAMES) for drafted in found] == [
        [
            "Asks for 30 pieces of masks: 17 pieces may be given by 3 givers near, "
            "of no other item of the category more.",
            "Nobody near may give 13 pieces of them; they are asked for all the same.",
        ]
    ]
