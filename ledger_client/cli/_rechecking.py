"""How `shecang reallocate recheck` compares, and what it says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ledger_client.anchors import Part, distances_digest, read_plan
from ledger_client.cli._allocation import allocation_of, find_proposal, now_of, proposal_at
from ledger_client.cli._office import Office, print_json
from ledger_client.cli._typed import KEY_DIGITS
from ledger_client.distance_file import read_distances
from ledger_client.errors import MismatchError, UnavailableError
from ledger_client.language import tr
from ledger_client.matching import CityProfile, Distances
from ledger_client.plans import PROFILES, plan_path
from ledger_client.recheck import Found, recheck_proposal

if TYPE_CHECKING:
    from ledger_client.anchors import KeptPlan
    from ledger_client.ledger import Ledger

SAME, DIFFERS = 0, 1


class NoPlanError(UnavailableError):
    """A proposal comes from no plan."""

    en = "proposal {proposal} names no plan: a keeper proposed it by hand, and nothing can be computed anew"
    zh = "方案 {proposal} 未注明所据的匹配方案，系保管员手工提出，无从重新计算"


class PlanMissingError(UnavailableError):
    """The plan of a proposal is not here."""

    en = (
        "the plan of proposal {proposal} is not kept here; get the file {file} from whoever proposed, and "
        "give it as --plan"
    )
    zh = "此处没有方案 {proposal} 所据的匹配方案；请向提出方索取文件 {file}，并用 --plan 指定"


class DistancesMissingError(UnavailableError):
    """The distances of a plan are not here."""

    en = (
        "the plan of proposal {proposal} was made with a file of distances; give the same file as --distances"
    )
    zh = "方案 {proposal} 所据的匹配方案使用了距离文件；请用 --distances 指定同一文件"


class ProfileOtherError(MismatchError):
    """A plan was made with a profile that this program has not."""

    en = "the plan was made with profile {profile}, which this program has not; use the version that made it"
    zh = "该方案使用了本程序没有的配置 {profile}；请用当时的版本核对"


def run_recheck(office: Office, typed: str, plan: Path | None, distances: Path | None, as_json: bool) -> int:
    """Compute the plan of a proposal anew and say whether it is the same.

    Returns:
        0 where it is, 1 where something differs.

    Raises:
        NoPlanError, PlanMissingError, DistancesMissingError, BlockMissingError: It cannot be checked.
        PlanFormError, ProfileOtherError, MismatchError: What was kept cannot be right.
    """
    with office.ledger() as ledger:
        reader = allocation_of(ledger)
        key = find_proposal(reader, typed)
        each = proposal_at(reader, key, now_of(ledger))
        if not any(each.proposal.anchor):
            raise NoPlanError(proposal=_short(key))
        kept = _kept(ledger, key, each.proposal.anchor, plan)
        measured = _distances(ledger, key, kept, distances)
        found = recheck_proposal(ledger, each.proposal, kept, _profile(kept), measured)
    if as_json:
        print_json(_to_dict(key, found))
    else:
        for sentence in _sentences(key, found):
            office.out.print(sentence, markup=False, soft_wrap=True)
    return SAME if found.is_same else DIFFERS


def _kept(ledger: Ledger, key: int, anchor: bytes, plan: Path | None) -> KeptPlan:
    path = plan or plan_path(ledger.home, anchor)
    if not path.exists():
        raise PlanMissingError(proposal=_short(key), file=path.name)
    return read_plan(path)


def _distances(ledger: Ledger, key: int, kept: KeptPlan, file: Path | None) -> Distances:
    if file is not None:
        return read_distances(file, ledger.index().sites())
    if distances_digest(Distances()) != kept.distances:
        raise DistancesMissingError(proposal=_short(key))
    return Distances()


def _profile(kept: KeptPlan) -> CityProfile:
    """Return the profile that a plan names; that its numbers are still the same shows in the comparison."""
    for name, profile in PROFILES.items():
        if name == kept.plan.profile:
            return profile
    raise ProfileOtherError(profile=kept.plan.profile)


def _to_dict(key: int, found: Found) -> dict[str, Any]:
    return {
        "proposal": f"{key:0{KEY_DIGITS}x}",
        "is_same": found.is_same,
        "is_anchored": found.is_anchored,
        "is_planned": found.is_planned,
        "differing": [part.value for part in found.differing],
        "block": found.kept.block.number,
        "anchor": f"0x{found.kept.parts.anchor.hex()}",
    }


def _sentences(key: int, found: Found) -> list[str]:
    proposal, block = _short(key), found.kept.block.number
    if found.is_same:
        return [
            tr(
                f"The plan of proposal {proposal}, computed anew from the ledger at block {block}, is the "
                "same.",
                f"已按区块 {block} 的账本重新计算方案 {proposal} 所据的匹配方案：结果一致。",
            )
        ]
    said = []
    if not found.is_anchored:
        said.append(
            tr(
                f"The plan that was kept is not the one that proposal {proposal} names: get the one with its "
                "anchor.",
                f"所保存的匹配方案不是方案 {proposal} 注明的那一个：请索取锚定值相符的文件。",
            )
        )
    said += [tr(*_DIFFERS[part]) for part in found.differing]
    if not found.is_planned:
        said.append(
            tr(
                f"Computed anew, the plan has no proposal like {proposal}: for this request, from this "
                "giver, with these lots.",
                f"重新计算的结果中没有与方案 {proposal} 相同的一项（申请、调出方和批次）。",
            )
        )
    return said


_DIFFERS = {
    Part.BLOCK: (
        "The block at which it was made is another one on this chain.",
        "所据区块与此链上的区块不同。",
    ),
    Part.CONFIGURATION: (
        "It was made with another configuration or other rules than this program has.",
        "所用配置或规则与本程序不同。",
    ),
    Part.DISTANCES: (
        "It was made with other distances than those given.",
        "所用距离与所给的不同。",
    ),
    Part.OUTPUT: (
        "Computed anew, other proposals come out.",
        "重新计算得出的方案不同。",
    ),
}


def _short(key: int) -> str:
    return f"{key:0{KEY_DIGITS}x}"[:8]
