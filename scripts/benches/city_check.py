"""An independent check of a plan for a city, written from the rules in `ledger_client.matching.city`.

It shares the types with the heuristic and nothing else: stock, releasable goods, distances, divisions, the
nearest givers (by comparing all of them) and weights are worked out here once more. `violations` says what
is wrong with a plan, a sentence each; `weighted` what it fills; `network` what could be filled, for the
solver.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger_client.matching.city import (
    City,
    CityProfile,
    Plan,
    Proposal,
    Quantity,
    ReasonCode,
    Terms,
    UnfilledCode,
)
from ledger_client.matching.goods import Lot, Request

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Near:
    """A giver of a request."""

    site: int
    distance: int
    level: int | None


def level_in_common(first: int, second: int) -> int:
    """Return the digits of the lowest division that contains both sites."""
    here, there = str(first), str(second)
    return max(digits for digits in (0, 2, 4, 6, 9, 12) if here[:digits] == there[:digits])


def category(item: int) -> int:
    """Return the category of an item: what stands before the last five digits."""
    return int(str(item)[:-5] or "0")


class Rules:
    """What the rules say of one city."""

    def __init__(self, city: City, profile: CityProfile):
        self.city, self.profile = city, profile
        self.lots: dict[Place, list[Lot]] = defaultdict(list)
        for lot in city.lots:
            if lot.use_until is None or lot.use_until >= city.today:
                self.lots[lot.site, lot.item].append(lot)
        self.stock = {place: sum(lot.quantity for lot in lots) for place, lots in self.lots.items()}
        self.floor, self.reserved, self.promised = (
            _sums(entries) for entries in (city.floors, city.reserved, city.promised)
        )
        self.requests = {request.request: request for request in city.requests}
        self.asked = {(request.site, request.item) for request in city.requests}
        self._stale = set(city.stale)
        self._terms: dict[int, Terms] = {}
        self._able: dict[int, list[int]] = defaultdict(list)
        for site, item in self.lots:
            if self.releasable(site, item) > 0:
                self._able[item].append(site)
        self._near: dict[int, list[Near]] = {}

    def terms(self, site: int) -> Terms:
        """Return the terms of a site's storage mode nearest above it; one without any gives nothing."""
        if site not in self._terms:
            code, mode = str(site)[:12], int(str(site)[12])
            above = {
                len(str(division)) if division else 0: terms
                for (division, of), terms in self.city.terms.items()
                if of == mode and (division == 0 or code.startswith(str(division)))
            }
            self._terms[site] = above[max(above)] if above else Terms(share=0, notice=0)
        return self._terms[site]

    def is_stale(self, site: int, item: int) -> bool:
        """Return whether the count of the item's category is overdue at the site."""
        return (site, category(item)) in self._stale

    def releasable(self, site: int, item: int) -> int:
        """Return how many base units a site may give of an item."""
        if self.is_stale(site, item) or (site, item) in self.asked:
            return 0
        stock = self.stock.get((site, item), 0)
        callable_units = stock * self.terms(site).share // 10_000
        kept = self.reserved[site, item]
        return max(0, min(stock - self.floor[site, item] - kept, callable_units - kept))

    def emergency(self, giver: int, receiver: int) -> bool:
        """Return whether one emergency covers both sites."""
        common = str(giver)[: level_in_common(giver, receiver)]
        return any(division == 0 or common.startswith(str(division)) for division in self.city.emergencies)

    def is_in_time(self, giver: int, request: Request) -> bool:
        """Return whether the giver's notice ends by the day of need, or is skipped."""
        return self.city.today + self.terms(giver).notice <= request.needed_by or self.emergency(
            giver, request.site
        )

    def usable(self, site: int, request: Request) -> list[Lot]:
        """Return the site's lots of the item that may still be used on the day of need."""
        lots = self.lots.get((site, request.item), [])
        return [lot for lot in lots if lot.use_until is None or lot.use_until >= request.needed_by]

    def distance(self, giver: int, receiver: int) -> Near:
        """Return how far two sites are apart."""
        distances = self.city.distances
        for pair in ((giver, receiver), (receiver, giver)):
            if pair in distances.pairs:
                return Near(giver, distances.pairs[pair], None)
        if giver in distances.points and receiver in distances.points:
            (x, y), (u, v) = distances.points[giver], distances.points[receiver]
            return Near(giver, math.isqrt((x - u) * (x - u) + (y - v) * (y - v)), None)
        level = level_in_common(giver, receiver)
        return Near(giver, distances.by_level[level], level)

    def near(self, request: Request) -> list[Near]:
        """Return the nearest givers that could give something to `request`, by comparing all."""
        if request.request not in self._near:
            able = sorted(
                (self.distance(site, request.site) for site in self._able[request.item]),
                key=lambda near: (near.distance, near.site),
            )
            found: list[Near] = []
            for near in able:
                if len(found) == self.profile.nearest:
                    break
                if self.is_in_time(near.site, request) and self.usable(near.site, request):
                    found.append(near)
            self._near[request.request] = found
        return self._near[request.request]

    def is_above_norm(self, request: Request) -> bool:
        """Return whether more than three times the floor is asked for, where there is one."""
        floor = self.floor[request.site, request.item]
        return floor > 0 and request.asked > 3 * floor

    def refusal(self, request: Request) -> UnfilledCode | None:
        """Return why a request gets nothing whatever there is, or None."""
        if self.is_above_norm(request) and request.reason is None:
            return UnfilledCode.REASON_MISSING
        return UnfilledCode.PAST if request.needed_by < self.city.today else None

    def weight(self, request: Request) -> int:
        """Return the weight of a base unit for `request` at the start, in millionths."""
        place = request.site, request.item
        norm = self.floor[place] or request.asked
        has = self.stock.get(place, 0) + self.promised[place]
        return self.profile.urgencies[request.urgency] * 1_000_000 * norm // (norm + has)


def weighted(rules: Rules, plan: Plan, item: int | None = None) -> int:
    """Return the weighted quantity that a plan fills, of one item or of all."""
    return sum(
        proposal.quantity * rules.weight(rules.requests[proposal.request])
        for proposal in plan.proposals
        if item is None or proposal.item == item
    )


def network(rules: Rules, item: int) -> dict[str, object]:
    """Return what could flow of an item, as `ledger_client.matching.optimum` takes it.

    Returns:
        `needs`: (base units, weight) by request; `givers`: (releasable, lots), a lot being its base units and
        the indices of the needs that may have it.
    """
    requests = [
        request
        for _, request in sorted(rules.requests.items())
        if request.item == item and rules.refusal(request) is None
    ]
    served: dict[int, list[int]] = defaultdict(list)
    for index, request in enumerate(requests):
        for near in rules.near(request):
            served[near.site].append(index)
    return {
        "needs": [[request.quantity, rules.weight(request)] for request in requests],
        "givers": [
            [
                rules.releasable(site, item),
                [
                    [lot.quantity, [i for i in indices if lot in rules.usable(site, requests[i])]]
                    for lot in sorted(rules.lots[site, item], key=lambda lot: lot.lot)
                ],
            ]
            for site, indices in sorted(served.items())
        ],
    }


def violations(rules: Rules, plan: Plan) -> list[str]:
    """Return what is wrong with a plan: nothing, where every line keeps every rule."""
    return [
        *_of_the_order(plan),
        *_of_the_lines(rules, plan),
        *_of_the_goods(rules, plan),
        *_of_the_lots_chosen(rules, plan),
        *_of_the_requests(rules, plan),
        *_of_what_stays_open(rules, plan),
    ]


def _sums(entries: Iterable[Quantity]) -> Counter[Place]:
    found: Counter[Place] = Counter()
    for entry in entries:
        found[entry.site, entry.item] += entry.quantity
    return found


def _name(proposal: Proposal) -> str:
    return f"request {proposal.request} from {proposal.giver}"


def _of_the_order(plan: Plan) -> Iterator[str]:
    keys = [(proposal.request, proposal.giver) for proposal in plan.proposals]
    if keys != sorted(set(keys)):
        yield "proposals are not in order, or one giver has two for a request"
    if [rest.request for rest in plan.unfilled] != sorted({rest.request for rest in plan.unfilled}):
        yield "what stays open is not in order, or told twice"


def _of_the_lines(rules: Rules, plan: Plan) -> Iterator[str]:
    for proposal in plan.proposals:
        for what in _of_a_line(rules, proposal):
            yield f"{_name(proposal)}: {what}"


def _of_a_line(rules: Rules, proposal: Proposal) -> Iterator[str]:
    request = rules.requests.get(proposal.request)
    if request is None or (request.site, request.item) != (proposal.receiver, proposal.item):
        yield "no such request"
        return
    numbers = [lot for lot, _ in proposal.lots]
    if numbers != sorted(set(numbers)) or any(units <= 0 for _, units in proposal.lots):
        yield "lots are not ascending, or empty"
    if proposal.quantity != sum(units for _, units in proposal.lots) or proposal.quantity <= 0:
        yield "the lots are not the quantity"
    if not set(numbers) <= {lot.lot for lot in rules.usable(proposal.giver, request)}:
        yield "a lot is not there, or expires before the need"
    if not rules.is_in_time(proposal.giver, request):
        yield "the notice is too long"
    near = rules.near(request)
    ranks = {found.site: rank for rank, found in enumerate(near, 1)}
    if proposal.giver not in ranks:
        yield "the giver is none of the nearest"
        return
    found = near[ranks[proposal.giver] - 1]
    if (found.distance, found.level) != (proposal.distance.value, proposal.distance.level):
        yield "the distance is another one"
    digits = min(9, level_in_common(proposal.giver, proposal.receiver))  # a community is for its street
    if proposal.approval != int(str(proposal.giver)[:digits] or "0"):
        yield "another division has to approve"
    yield from _of_the_reasons(rules, proposal, request, ranks[proposal.giver])


def _of_the_reasons(rules: Rules, proposal: Proposal, request: Request, rank: int) -> Iterator[str]:
    said = {reason.code: reason.value for reason in proposal.reasons}
    floor = rules.floor[request.site, request.item]
    has = rules.stock.get((request.site, request.item), 0) + rules.promised[request.site, request.item]
    notice = rules.terms(proposal.giver).notice
    is_emergency = rules.emergency(proposal.giver, request.site)
    last_days = {
        lot.lot: lot.use_until for lot in rules.usable(proposal.giver, request) if lot.use_until is not None
    }
    days = [last_days[lot] for lot, _ in proposal.lots if lot in last_days]
    expected = {
        ReasonCode.LEVEL: has * 10_000 // floor if floor else None,
        ReasonCode.NO_FLOOR: None if floor else request.asked,
        ReasonCode.URGENCY: request.urgency,
        ReasonCode.RANK: rank,
        ReasonCode.DISTANCE_BY_LEVEL: proposal.distance.level,
        ReasonCode.NOTICE: notice if notice and not is_emergency else None,
        ReasonCode.EXPIRES: min(days, default=None),
        ReasonCode.STALE: category(request.item) if rules.is_stale(request.site, request.item) else None,
        ReasonCode.ABOVE_NORM: request.asked * 10_000 // floor if rules.is_above_norm(request) else None,
    }
    for code, value in expected.items():
        if said.get(code) != value:
            yield f"reason {code} says {said.get(code)} in place of {value}"
    if (ReasonCode.EMERGENCY in said) != is_emergency:
        yield "the emergency is not told, or there is none"


def _of_the_goods(rules: Rules, plan: Plan) -> Iterator[str]:
    """Conservation of each lot, floor, reserved goods, callable share, stale sites and those who ask."""
    taken: Counter[tuple[int, int, int]] = Counter()
    given: Counter[Place] = Counter()
    for proposal in plan.proposals:
        given[proposal.giver, proposal.item] += proposal.quantity
        for lot, units in proposal.lots:
            taken[proposal.giver, proposal.item, lot] += units
    for (site, item, number), units in taken.items():
        if units > sum(lot.quantity for lot in rules.lots[site, item] if lot.lot == number):
            yield f"lot {number} at {site}: {units} are more than there are"
    for (site, item), units in given.items():
        if units > rules.releasable(site, item):
            yield f"item {item} at {site}: {units} are more than it may give"
    for proposal in plan.proposals:
        place = proposal.giver, proposal.item
        if proposal.left != rules.stock.get(place, 0) - given[place]:
            yield f"{_name(proposal)}: the giver has another quantity left"


def _of_the_lots_chosen(rules: Rules, plan: Plan) -> Iterator[str]:
    """First expired, first out: while an earlier lot that serves has anything left, no later one is given."""
    rest = _left(rules, plan)
    for proposal in plan.proposals:
        request = rules.requests[proposal.request]
        order = {
            lot.lot: (math.inf if lot.use_until is None else lot.use_until, lot.lot)
            for lot in rules.usable(proposal.giver, request)
        }
        latest = max((order[lot] for lot, _ in proposal.lots if lot in order), default=None)
        for lot, key in order.items():
            if latest is not None and key < latest and rest[proposal.giver, proposal.item, lot] > 0:
                yield f"{_name(proposal)}: lot {lot} expires earlier and has something left"


def _left(rules: Rules, plan: Plan) -> Counter[tuple[int, int, int]]:
    rest: Counter[tuple[int, int, int]] = Counter()
    for (site, item), lots in rules.lots.items():
        for lot in lots:
            rest[site, item, lot.lot] += lot.quantity
    for proposal in plan.proposals:
        for lot, units in proposal.lots:
            rest[proposal.giver, proposal.item, lot] -= units
    return rest


def _of_the_requests(rules: Rules, plan: Plan) -> Iterator[str]:
    """Nobody gets more than was asked for, refused requests get nothing, and the rest is told."""
    filled: Counter[int] = Counter()
    for proposal in plan.proposals:
        filled[proposal.request] += proposal.quantity
    open_units = {rest.request: rest.quantity for rest in plan.unfilled}
    for number, request in rules.requests.items():
        if filled[number] + open_units.get(number, 0) != request.quantity or open_units.get(number) == 0:
            yield f"request {number}: filled and open are not what was asked for"
        if rules.refusal(request) is not None and filled[number]:
            yield f"request {number}: is to be refused and gets something"
    above = sorted(number for number, request in rules.requests.items() if rules.is_above_norm(request))
    if list(plan.flagged) != above:
        yield "the requests above three times the floor are other ones"


def _of_what_stays_open(rules: Rules, plan: Plan) -> Iterator[str]:
    """Nothing lies idle that could fill a request, and each reason is true."""
    rest = _left(rules, plan)
    given: Counter[Place] = Counter()
    for proposal in plan.proposals:
        given[proposal.giver, proposal.item] += proposal.quantity
    spare, above = _with_goods(rules, given)
    for unfilled in plan.unfilled:
        request, item = rules.requests[unfilled.request], rules.requests[unfilled.request].item
        refusal = rules.refusal(request)
        fresh = [
            site
            for site in spare[item]
            if any(rest[site, item, lot.lot] > 0 for lot in rules.usable(site, request))
        ]
        reachable = [site for site in fresh if rules.is_in_time(site, request)]
        if refusal is None and {near.site for near in rules.near(request)} & set(reachable):
            yield f"request {request.request}: stays open beside goods that could fill it"
        if refusal is not None:
            expected = refusal
        elif reachable:
            expected = UnfilledCode.TOO_FAR
        elif fresh:
            expected = UnfilledCode.NOTICE
        elif spare[item]:
            expected = UnfilledCode.EXPIRED
        elif any(rules.is_stale(site, item) for site in above[item]):
            expected = UnfilledCode.STALE
        else:
            expected = UnfilledCode.SHARE if above[item] else UnfilledCode.FLOOR
        if unfilled.code != expected:
            yield f"request {request.request}: stays open because of {expected}, not {unfilled.code}"


def _with_goods(rules: Rules, given: Counter[Place]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Return by item the sites that may still give, and others with goods above their floor."""
    spare: dict[int, list[int]] = defaultdict(list)
    above: dict[int, list[int]] = defaultdict(list)
    for (site, item), stock in rules.stock.items():
        place = site, item
        if given[place] < rules.releasable(site, item):
            spare[item].append(site)
        elif place not in rules.asked and stock - given[place] > rules.floor[place] + rules.reserved[place]:
            above[item].append(site)
    return spare, above
