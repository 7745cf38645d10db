"""The plan of any small city can be kept, read back, and told in both languages."""

from __future__ import annotations

from district_cases import cities, patient, profile, profiles, shuffled
from hypothesis import given
from hypothesis import strategies as st

from ledger_client.anchors import BlockId, KeptPlan, parsed, parts_of, written
from ledger_client.explanations import explain_proposal, explain_unfilled
from ledger_client.keccak import keccak
from ledger_client.language import use_language
from ledger_client.matching import City, CityProfile, propose

BLOCK = BlockId(7, keccak(b"block"))


@patient
@given(cities(most_lots=5, most_requests=3), profiles)
def test_comes_back_as_it_was(city: City, profile: CityProfile) -> None:
    kept = KeptPlan.of(BLOCK, profile, city.distances, propose(city, profile))

    assert parsed(written(kept), "plan") == kept


@patient
@given(cities(most_lots=5, most_requests=3), st.integers())
def test_the_order_of_a_city_leaves_the_anchor_alone(city: City, seed: int) -> None:
    chosen = profile()
    first, second = (propose(each, chosen) for each in (city, shuffled(city, seed)))

    assert parts_of(BLOCK, chosen, city.distances, first) == parts_of(BLOCK, chosen, city.distances, second)


@patient
@given(cities(most_lots=5, most_requests=3), profiles)
def test_is_told_without_holes(city: City, profile: CityProfile) -> None:
    plan, requests = propose(city, profile), {request.request: request for request in city.requests}
    for language in ("en", "zh"):
        use_language(language)  # type: ignore[arg-type]
        try:
            for proposal in plan.proposals:
                told = explain_proposal(proposal, plan.unit)
                assert len(told) == len(proposal.reasons) + 3
                assert all(told)
            assert all(explain_unfilled(rest, requests[rest.request]) for rest in plan.unfilled)
        finally:
            use_language("en")
