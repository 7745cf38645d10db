"""The most that could be filled, by OR-Tools (the extra `optimum`): a bound that plans are measured against.

One item is a flow from givers through their lots to requests: a giver gives no more than it may, a lot no
more than it has, a request takes no more than it asks for, and each base unit counts with the weight that
its request has at the start. The largest sum of weights is the flow of least cost; all quantities are
whole.

Reads networks and writes flows as JSON, so that OR-Tools may live in an environment of its own:

    python -m ledger_client.matching.optimum < networks.json
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

from ledger_client.matching._givers import Giver
from ledger_client.matching._needs import Market, Need
from ledger_client.matching.city import City, CityProfile


@dataclass(frozen=True, slots=True)
class Network:
    """What could flow of one item.

    Attributes:
        needs: (base units, weight of each) by request.
        givers: (base units that it may give, its lots); a lot is (base units, indices of the needs that it
            serves).
    """

    needs: list[tuple[int, int]]
    givers: list[tuple[int, list[tuple[int, list[int]]]]]


@dataclass(frozen=True, slots=True)
class Flow:
    """The best flow through a network: base units, and the sum of their weights."""

    units: int
    weighted: int


def network_of(city: City, profile: CityProfile, item: int) -> Network:
    """Return what could flow of `item`, from the givers that `district.propose` would look at.

    Raises:
        ValueError: A request cannot be meant, see `goods.in_order`.
    """
    market = Market(city, profile)
    needs = [need for need in market.needs if need.request.item == item]
    served: dict[Giver, list[tuple[int, Need]]] = {}
    for index, need in enumerate(needs):
        for giver in need.givers:
            served.setdefault(giver, []).append((index, need))
    return Network(
        needs=[(need.lacking, need.weight()) for need in needs],
        givers=[
            (giver.left, _lots(giver, served[giver]))
            for giver in sorted(served, key=lambda giver: giver.site)
        ],
    )


def _lots(giver: Giver, served: list[tuple[int, Need]]) -> list[tuple[int, list[int]]]:
    return [
        (units, [index for index, need in served if until >= need.request.needed_by])
        for until, _, units in sorted(giver.lots, key=lambda lot: lot[1])
    ]


def most(network: Network) -> Flow:
    """Return the best flow through `network`.

    Raises:
        ModuleNotFoundError: OR-Tools is not installed.
        RuntimeError: The solver found no optimum.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    solver = SimpleMinCostFlow()
    source, sink, first_giver = 0, 1, 2 + len(network.needs)
    asked = sum(units for units, _ in network.needs)
    node = first_giver
    for may_give, lots in network.givers:
        giver, node = node, node + 1
        solver.add_arc_with_capacity_and_unit_cost(source, giver, may_give, 0)
        for units, serves in lots:
            solver.add_arc_with_capacity_and_unit_cost(giver, node, units, 0)
            for index in serves:
                solver.add_arc_with_capacity_and_unit_cost(node, 2 + index, units, 0)
            node += 1
    into = [
        solver.add_arc_with_capacity_and_unit_cost(2 + index, sink, units, -weight)
        for index, (units, weight) in enumerate(network.needs)
    ]
    solver.add_arc_with_capacity_and_unit_cost(source, sink, asked, 0)  # what stays open
    solver.set_node_supply(source, asked)
    solver.set_node_supply(sink, -asked)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("OR-Tools found no best flow")
    return Flow(sum(solver.flow(arc) for arc in into), -solver.optimal_cost())


def main() -> None:
    """Read a list of networks from stdin, and write the list of their flows to stdout."""
    networks = json.load(sys.stdin)
    json.dump([asdict(most(Network(**network))) for network in networks], sys.stdout)


if __name__ == "__main__":
    main()
