"""How near a plan of the matching is to the best one: with OR-Tools, the extra `optimum`.

The best plan of each item is the most that could flow from givers to requests, weighted by how urgent each
request is and how badly off its site (`ledger_client.matching.optimum`). Items are summed up by weight, since
pieces and litres add up to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from ledger_client.errors import UnavailableError
from ledger_client.matching import City, CityProfile, Plan
from ledger_client.matching.city import WHOLE, UnfilledCode
from ledger_client.matching.optimum import most, network_of

_LEFT_OUT = (UnfilledCode.REASON_MISSING, UnfilledCode.PAST)
"""Requests that may get nothing, and that no network holds."""


class BoundMissingError(UnavailableError):
    """OR-Tools is not installed."""

    en = "the best plan was not looked for: install OR-Tools with pip install 'shecang[optimum]' first"
    zh = "未计算最优方案：请先用 pip install 'shecang[optimum]' 安装 OR-Tools"


@dataclass(frozen=True, slots=True)
class Bound:
    """What a plan fills and what could be filled, in base units times the weight of their request."""

    planned: int
    most: int

    @property
    def share(self) -> int:
        """The plan in basis points of the most; all of it where nothing could be filled."""
        return self.planned * WHOLE // self.most if self.most else WHOLE


def measure(city: City, profile: CityProfile, plan: Plan) -> Bound:
    """Return what a plan fills beside the most that could be filled.

    Raises:
        BoundMissingError: OR-Tools is not installed.
    """
    left_out = {rest.request for rest in plan.unfilled if rest.code in _LEFT_OUT}
    asking = [request for request in city.requests if request.request not in left_out]
    planned = best = 0
    for item in sorted({request.item for request in asking}):
        network = network_of(city, profile, item)
        # As in the network: by request.
        ids = sorted(request.request for request in asking if request.item == item)
        weights = {key: weight for key, (_, weight) in zip(ids, network.needs, strict=True)}
        planned += sum(each.quantity * weights[each.request] for each in plan.proposals if each.item == item)
        try:
            best += most(network).weighted
        except ModuleNotFoundError as error:
            raise BoundMissingError() from error
    return Bound(planned, best)
