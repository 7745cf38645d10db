"""A plan is anchored, kept, read back, and computed anew."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

from ledger_client.anchors import (
    BlockId,
    KeptPlan,
    Part,
    PlanFormError,
    Rechecked,
    anchor,
    configuration_of,
    distances_digest,
    keep_plan,
    output_digest,
    parsed,
    parts_of,
    read_plan,
    recheck,
    written,
)
from ledger_client.errors import MismatchError
from ledger_client.files import FileExistsAlreadyError
from ledger_client.keccak import keccak
from ledger_client.matching import DISTRICT, City, CityProfile, Distances, Lot, Plan, Quantity, Request, Terms
from ledger_client.matching import propose as proposed
from ledger_client.matching.city import ReasonCode
from ledger_client.matching.distances import Unit

ROOT = Path(__file__).parents[2]
BLOCK = BlockId(77, keccak(b"block"))
ITEM = 3_000_001_00001
HOME, NEAR, FAR = 420106001001101, 420106001002101, 420106002001201
LARGE = 2**62
DISTANCES = Distances(pairs={(NEAR, HOME): 850})


def small_city() -> City:
    """Keys, lots and quantities as large as the ledger's; one request is filled in part, one not at all."""
    return City(
        today=18_290,
        lots=[Lot(2**160 - 1, NEAR, ITEM, LARGE, 18_300), Lot(7, NEAR, ITEM, 5), Lot(9, FAR, ITEM, 4)],
        requests=[
            Request(2**248 - 1, HOME, ITEM, LARGE + 20, LARGE + 20, 18_297, 3, 0, reason=4),
            Request(5, HOME + 100, ITEM, 3, 3, 18_280, 1, 0),
        ],
        floors=[Quantity(HOME, ITEM, 10), Quantity(FAR, ITEM, 1)],
        terms={(0, 1): Terms(10_000, 0), (0, 2): Terms(10_000, 3)},
        distances=DISTANCES,
    )


PLAN = proposed(small_city())
KEPT = KeptPlan.of(BLOCK, DISTRICT, DISTANCES, PLAN)


class TestAnchor:
    def test_is_keccak_over_four_words_in_their_order(self) -> None:
        words = [bytes([number]) * 32 for number in (1, 2, 3, 4)]

        assert anchor(*words) == keccak(b"".join(words))
        assert KEPT.parts.anchor == keccak(
            BLOCK.hash + KEPT.parts.configuration + distances_digest(DISTANCES) + output_digest(PLAN)
        )

    def test_a_part_of_another_length_is_refused(self) -> None:
        with pytest.raises(ValueError, match="32 bytes"):
            anchor(b"", bytes(32), bytes(32), bytes(64))

    def test_can_be_written_a_second_time_from_the_description(self) -> None:
        """As the module's head says it, with the standard library's JSON."""

        def canonical(value: object) -> bytes:
            return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

        profile = {
            "name": "district",
            "nearest": 20,
            "parcel_metres": 1_000,
            "parcel_seconds": 120,
            "urgencies": {"1": 1, "2": 2, "3": 4},
        }
        by_level = {"0": 1_000_000, "12": 300, "2": 250_000, "4": 25_000, "6": 6_000, "9": 1_500}
        rows = [
            {"flagged": ["f" * 62], "profile": "district", "proposals": 2, "unfilled": 2, "unit": "metres"},
            *(
                {
                    "approval": proposal.approval,
                    "distance": proposal.distance.value,
                    "giver": proposal.giver,
                    "item": ITEM,
                    "left": str(proposal.left),
                    "level": proposal.distance.level,
                    "lots": {f"{lot:040x}": str(units) for lot, units in proposal.lots},
                    "quantity": str(proposal.quantity),
                    "reasons": {str(reason.code): str(reason.value) for reason in proposal.reasons},
                    "receiver": HOME,
                    "request": "f" * 62,
                }
                for proposal in PLAN.proposals
            ),
            {"code": "past", "quantity": "3", "request": f"{5:062x}"},
            {"code": "no-stock-above-floor", "quantity": "12", "request": "f" * 62},
        ]
        words = [
            {"profile": profile, "rules": 1},
            {"by_level": by_level, "pairs": [[NEAR, HOME, 850]], "points": [], "unit": "metres"},
        ]
        output = b"".join(canonical(row) + b"\n" for row in rows)

        assert KEPT.parts.anchor == keccak(
            BLOCK.hash + b"".join(keccak(canonical(word)) for word in words) + keccak(output)
        )

    def test_every_number_of_the_profile_is_in_the_configuration(self) -> None:
        configuration = configuration_of(DISTRICT)

        assert configuration["profile"].keys() == {field.name for field in fields(CityProfile)}
        assert configuration["rules"] == 1

    def test_the_order_of_distances_is_nothing(self) -> None:
        pairs = {(NEAR, HOME): 1, (FAR, HOME): 2}
        points = {NEAR: (1, 2), HOME: (-3, 4)}
        turned = Distances(dict(reversed(pairs.items())), dict(reversed(points.items())))

        assert distances_digest(Distances(pairs, points)) == distances_digest(turned)

    @pytest.mark.parametrize(
        "other",
        [
            Distances(),
            Distances(pairs={(HOME, NEAR): 850}),
            Distances(pairs={(NEAR, HOME): 851}),
            Distances(pairs={(NEAR, HOME): 850}, unit=Unit.SECONDS),
            Distances(pairs={(NEAR, HOME): 850}, points={NEAR: (0, 0)}),
            Distances(pairs={(NEAR, HOME): 850}, by_level=dict.fromkeys((0, 2, 4, 6, 9, 12), 1)),
        ],
    )
    def test_other_distances_have_another_digest(self, other: Distances) -> None:
        assert distances_digest(other) != distances_digest(DISTANCES)


class TestKept:
    def test_comes_back_as_it_was(self, tmp_path: Path) -> None:
        keep_plan(tmp_path / "plan.jsonl", KEPT)

        assert read_plan(tmp_path / "plan.jsonl") == KEPT
        assert read_plan(tmp_path / "plan.jsonl").parts == KEPT.parts

    def test_holds_lots_keys_and_quantities_as_large_as_the_ledger_has(self) -> None:
        (proposal,) = (
            proposal for proposal in parsed(written(KEPT), "plan").plan.proposals if proposal.giver == NEAR
        )

        assert proposal.request == 2**248 - 1
        assert dict(proposal.lots)[2**160 - 1] == LARGE

    def test_an_old_file_is_left_alone(self, tmp_path: Path) -> None:
        keep_plan(tmp_path / "plan.jsonl", KEPT)

        with pytest.raises(FileExistsAlreadyError):
            keep_plan(tmp_path / "plan.jsonl", KEPT)

    def test_an_empty_plan_is_kept_as_well(self) -> None:
        empty = KeptPlan.of(BLOCK, DISTRICT, Distances(), Plan("district", Unit.SECONDS, (), (), ()))

        assert parsed(written(empty), "plan") == empty

    def test_reasons_come_in_the_order_of_their_codes(self) -> None:
        order = list(ReasonCode)
        for proposal in PLAN.proposals:
            places = [order.index(reason.code) for reason in proposal.reasons]
            assert places == sorted(set(places))

    @pytest.mark.parametrize(
        ("line", "spoil"),
        [
            (1, lambda raw: b""),
            (1, lambda raw: raw[1:]),
            (1, lambda raw: raw.replace(b"shecang plan 1", b"shecang plan 2")),
            (1, lambda raw: raw.replace(b'"number":77', b'"number":true')),
            (1, lambda raw: raw.replace(b'"hash":"0x', b'"hash":"0x00')),
            (1, lambda raw: raw.replace(b'"kind"', b'"kind ')),
            (1, lambda raw: raw.replace(b'"configuration":{', b'"configuration":{"a":[[[[[[[[]]]]]]]],')),
            (2, lambda raw: raw.replace(b'"metres"}', b'"miles"}')),
            (2, lambda raw: raw.replace(b'"proposals":2', b'"proposals":2.0')),
            (2, lambda raw: raw.replace(b'"flagged":["f', b'"flagged":["0f')),
            (3, lambda raw: raw.replace(b'"reasons":{', b'"reasons":{"above":"1",', 1)),
            (3, lambda raw: raw.replace(b'"approval":420106001', b'"approval":"420106001"')),
            (3, lambda raw: raw.replace(b'"left":"0"', b'"left":" 0"')),
            (3, lambda raw: raw.replace(b'"giver"', b'"given":1,"giver"', 1)),
            (
                5,
                lambda raw: raw.replace(b'"unfilled":2', b'"unfilled":1').replace(
                    b'"code":"past"', b'"code":"gone"'
                ),
            ),
            (5, lambda raw: raw.replace(b'"proposals":2', b'"proposals":9')),
            (6, lambda raw: raw[:-1]),
            (7, lambda raw: raw + b"{}\n"),
            (7, lambda raw: raw + raw.splitlines(keepends=True)[-1]),
        ],
    )
    def test_what_was_changed_is_refused_with_its_line(
        self, line: int, spoil: Callable[[bytes], bytes]
    ) -> None:
        raw = spoil(written(KEPT))
        assert raw != written(KEPT)

        with pytest.raises(PlanFormError) as caught:
            parsed(raw, "plan.jsonl")

        assert isinstance(caught.value, MismatchError)
        assert caught.value.facts["line"] == line
        assert caught.value.text("en").startswith(f"plan.jsonl, line {line}: no plan as it was kept (")
        assert caught.value.text("zh").startswith(f"plan.jsonl 第 {line} 行：")

    def test_another_plan_is_read_and_has_another_anchor(self) -> None:
        raw = written(KEPT).replace(b'"left":"0"', b'"left":"1"')

        assert parsed(raw, "plan").parts.anchor != KEPT.parts.anchor


class TestRecheck:
    def test_the_same_city_has_the_same_parts(self) -> None:
        kept = parsed(written(KEPT), "plan")
        found = parts_of(BLOCK, DISTRICT, DISTANCES, proposed(small_city()))

        assert recheck(KEPT.parts.anchor, kept.parts, found) == Rechecked(is_anchored=True, differing=())
        assert recheck(KEPT.parts.anchor, kept.parts, found).is_same

    @pytest.mark.parametrize(
        ("other", "part"),
        [
            (replace(KEPT, block=BlockId(77, keccak(b"fork"))), Part.BLOCK),
            (replace(KEPT, block=BlockId(78, BLOCK.hash)), Part.BLOCK),
            (KeptPlan.of(BLOCK, replace(DISTRICT, nearest=19), DISTANCES, PLAN), Part.CONFIGURATION),
            (replace(KEPT, configuration={**KEPT.configuration, "rules": 2}), Part.CONFIGURATION),
            (KeptPlan.of(BLOCK, DISTRICT, Distances(), PLAN), Part.DISTANCES),
            (replace(KEPT, plan=replace(PLAN, flagged=())), Part.OUTPUT),
        ],
    )
    def test_says_which_part_differs(self, other: KeptPlan, part: Part) -> None:
        found = recheck(KEPT.parts.anchor, KEPT.parts, other.parts)

        assert (found.is_anchored, found.differing, found.is_same) == (True, (part,), False)

    def test_several_come_in_the_order_of_the_anchor(self) -> None:
        other = KeptPlan.of(BlockId(1, bytes(32)), replace(DISTRICT, nearest=1), Distances(), PLAN)

        assert recheck(KEPT.parts.anchor, KEPT.parts, other.parts).differing == (
            Part.BLOCK,
            Part.CONFIGURATION,
            Part.DISTANCES,
        )

    def test_a_file_that_was_not_anchored_proves_nothing(self) -> None:
        found = recheck(bytes(32), KEPT.parts, KEPT.parts)

        assert (found.is_anchored, found.differing, found.is_same) == (False, (), False)


def test_another_process_computes_the_same_anchor() -> None:
    """Nothing of it hangs on the order of a set or on a hash with a seed."""
    code = "import test_anchors; print(test_anchors.KEPT.parts.anchor.hex())"
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": f"{ROOT}:{Path(__file__).parent}", "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert found == {KEPT.parts.anchor.hex()}
