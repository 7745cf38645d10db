"""The rules of Norms and Reallocation as pure functions: what the contracts decide, decided again.

Client, index, audit and matching ask here; nothing is read and nothing is written. Times are seconds since
1970, quantities base units, shares basis points. Words are those that the contracts keep:

=============  ==========================================================================  ===================
norm           zero (48) ‖ from before (40) ‖ from (40) ‖ value (64) ‖ value before (64)   `NormWord.sol`
terms          set (1, bit 63) ‖ zero (31) ‖ notice (16) ‖ share (16)                      `INorms.terms`
emergency      zero (112) ‖ declared by (64) ‖ until (40) ‖ from (40)                      `EmergencyWord.sol`
=============  ==========================================================================  ===================

Example:
    >>> word = norm_set(0, value=500, from_=1_000, time=900)
    >>> norm_at(word, 999), norm_at(word, 1_000)
    (0, 500)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import NamedTuple

from ledger_client.divisions import ROOT, DivisionId, DivisionLevel, contains, level, parent_at
from ledger_client.documents import SECONDS_A_DAY, Timestamp
from ledger_client.identifiers import ItemId, SiteId, category_of, storage_mode
from ledger_client.keccak import keccak
from ledger_client.language import tr
from ledger_client.words import join_words

EMERGENCY_LONGEST = 30 * SECONDS_A_DAY
"""For how long an emergency is declared at most, and for how long after its end only a level above the grant
that declared it declares it again; seconds."""

EFFECTIVE_AHEAD = 366 * SECONDS_A_DAY
"""How far ahead a norm may take effect, and how far ahead goods may be needed; seconds."""

NORMS_WITHOUT_REASON = 3
"""A request above this many times the floor of its site needs a reason, and is flagged."""

REFERENCE_PROPOSAL = 4
"""Type of the reference by which a document names its proposal."""

REFERENCE_REQUEST = 5
"""Type of the reference by which an issue names the request whose goods it gives to their consignee."""

SHARE_WHOLE = 10_000
"""Basis points of everything."""

LINES_MOST = 64
"""How many lots a proposal lists at most."""

_TERMS_SET = 1 << 63
_MASK_16 = (1 << 16) - 1
_MASK_40 = (1 << 40) - 1
_MASK_64 = (1 << 64) - 1


class ProposalState(IntEnum):
    """Where a proposal stands; the numbers are those of `ProposalState.sol`."""

    NONE = 0
    PROPOSED = 1
    APPROVED = 2
    REJECTED = 3
    WITHDRAWN = 4
    EXPIRED = 5

    @property
    def label(self) -> str:
        """The state in the language in force."""
        return tr(*PROPOSAL_NAMES[self])


PROPOSAL_NAMES = {
    ProposalState.NONE: ("none", "无"),
    ProposalState.PROPOSED: ("proposed", "已提议"),
    ProposalState.APPROVED: ("approved", "已批准"),
    ProposalState.REJECTED: ("rejected", "已驳回"),
    ProposalState.WITHDRAWN: ("withdrawn", "已撤回"),
    ProposalState.EXPIRED: ("expired", "已过期"),
}
"""English and Chinese name of every state of a proposal."""


class DeliveryState(IntEnum):
    """Where a delivery that was shown stands; the numbers are those of `IReallocation.sol`."""

    NONE = 0
    DISPATCHED = 1
    ANSWERED = 2
    REVERSED = 3

    @property
    def label(self) -> str:
        """The state in the language in force."""
        return tr(*DELIVERY_NAMES[self])


DELIVERY_NAMES = {
    DeliveryState.NONE: ("not shown", "未出示"),
    DeliveryState.DISPATCHED: ("on its way", "在途"),
    DeliveryState.ANSWERED: ("answered", "已答复"),
    DeliveryState.REVERSED: ("reversed", "已冲销"),
}
"""English and Chinese name of every state of a delivery."""


class Urgency(IntEnum):
    """How urgent a request is: how long each level of approval has, see `LEVEL_TIMES`."""

    ROUTINE = 1
    URGENT = 2
    CRITICAL = 3

    @property
    def label(self) -> str:
        """The urgency in the language in force."""
        return tr(*URGENCY_NAMES[self])


URGENCY_NAMES = {
    Urgency.ROUTINE: ("routine", "常规"),
    Urgency.URGENT: ("urgent", "紧急"),
    Urgency.CRITICAL: ("critical", "特急"),
}
"""English and Chinese name of every urgency."""

LEVEL_TIMES = {
    Urgency.ROUTINE: 3 * SECONDS_A_DAY,
    Urgency.URGENT: SECONDS_A_DAY,
    Urgency.CRITICAL: 4 * 3_600,
}
"""Seconds that each level has before the next one up may decide too."""


class Refusal(IntEnum):
    """Why a proposal is not approved, in the order in which the contract looks (`ProposalState.sol`)."""

    NONE = 0
    UNKNOWN = 1
    NOT_PROPOSED = 2
    TOO_LATE = 3
    REQUEST_WITHDRAWN = 4
    WRONG_LEVEL = 5
    CONSENT_MISSING = 6
    ABOVE_REQUEST = 7
    NOT_CALLABLE = 8
    STALE = 9
    NOTICE_TOO_LONG = 10
    ABOVE_SHARE = 11
    BELOW_FLOOR = 12


# ---------------------------------------------------------------------------------------------- keys


def request_key(site: int, client_id: bytes) -> int:
    """Return the key (248 bits) of the request that the client calls `client_id` (32 bytes) at `site`."""
    return int.from_bytes(keccak(join_words((site,)) + client_id)[:31], "big")


def proposal_key(request: int, client_id: bytes) -> int:
    """Return the key (248 bits) of the proposal that the client calls `client_id` (32 bytes)."""
    return int.from_bytes(keccak(join_words((request,)) + client_id)[:31], "big")


def needs_reason(quantity: int, floor: int) -> bool:
    """Return whether a request for `quantity` is flagged and needs a reason; never where the floor is 0."""
    return floor != 0 and quantity > NORMS_WITHOUT_REASON * floor


# ---------------------------------------------------------------------------------------------- divisions


def community_of(site: SiteId) -> DivisionId:
    """Return the community in which a site lies."""
    return DivisionId(site // 1_000)


def district_of(site: SiteId) -> DivisionId:
    """Return the district in which a site lies: what leaves it needs the approver's consent."""
    return DivisionId(site // 1_000_000_000)


def upward(division: DivisionId) -> tuple[DivisionId, ...]:
    """Return a division and all above it, the country last."""
    steps = sorted((step for step in DivisionLevel if step <= level(division)), reverse=True)
    return tuple(parent_at(division, step) for step in steps)


def lowest_common(first: SiteId, second: SiteId) -> DivisionId:
    """Return the lowest division that contains both sites; their community where both lie in it."""
    other = community_of(second)
    return next(step for step in upward(community_of(first)) if contains(step, other))


def lowest_approving(giver: SiteId, receiver: SiteId) -> DivisionId:
    """Return the lowest division whose approver decides between two sites; never a community."""
    common = lowest_common(giver, receiver)
    return parent_at(common, min(level(common), DivisionLevel.STREET))


def approval_levels(
    giver: SiteId,
    receiver: SiteId,
    urgency: Urgency,
    proposed_at: int,
    at: int,
    emergency: DivisionId | None = None,
) -> tuple[DivisionId, ...]:
    """Return the divisions whose approvers may decide on a proposal at a time, the lowest first.

    Args:
        giver: The giving site.
        receiver: The receiving site.
        urgency: Of the request.
        proposed_at: Block time of the proposal, seconds.
        at: When it is decided, seconds; not before `proposed_at`.
        emergency: The highest division in an emergency at `at` at or above `lowest_common`, see
            `emergency_over`; None where there is none.
    """
    steps = upward(lowest_approving(giver, receiver))
    passed = (at - proposed_at) // LEVEL_TIMES[urgency]
    opened = steps.index(emergency) if emergency in steps else 0
    return steps[: max(passed, opened) + 1]


# ---------------------------------------------------------------------------------------------- norms


def norm_at(word: int, time: int) -> int:
    """Return what a norm is at `time`, at or after its word's last change; 0 where nothing holds."""
    return (word if time < norm_from(word) else word >> 64) & _MASK_64


def norm_since(word: int, time: int) -> int:
    """Return since when what holds at `time` holds, at or after its word's last change; seconds."""
    return word >> 168 & _MASK_40 if time < norm_from(word) else norm_from(word)


def norm_from(word: int) -> int:
    """Return since when the last value that was set holds or will hold; seconds."""
    return word >> 128 & _MASK_40


def norm_waiting(word: int, time: int) -> tuple[int, int] | None:
    """Return value and time of what a norm will be, where one waits at `time`; None where none does."""
    from_ = norm_from(word)
    return (word >> 64 & _MASK_64, from_) if time < from_ else None


def norm_set(word: int, *, value: int, from_: int, time: int) -> int:
    """Return the word after `value` was set at `time` to hold from `from_` on; one that waits is replaced."""
    return norm_at(word, time) | value << 64 | (from_ & _MASK_40) << 128 | norm_since(word, time) << 168


class Terms(NamedTuple):
    """On which terms a storage mode gives.

    Attributes:
        share: Callable share of the usable stock, basis points.
        notice: Days from approval until the goods may be called.
    """

    share: int
    notice: int


def terms_value(terms: Terms) -> int:
    """Return terms as the value of a norm."""
    return _TERMS_SET | terms.notice << 16 | terms.share


def terms_in(value: int) -> Terms | None:
    """Return the terms in the value of a norm; None where none are set."""
    return Terms(value & _MASK_16, value >> 16 & _MASK_16) if value & _TERMS_SET else None


def ruling_terms(
    site: SiteId, time: int, word_of: Callable[[DivisionId, int], int]
) -> tuple[DivisionId, Terms] | None:
    """Return the terms that rule at a site at `time`, and whose they are; None where it gives nothing.

    The nearest division from its community upward rules that has terms for its mode in force.

    Args:
        site: The giving site.
        time: Seconds.
        word_of: The norm word of (division, mode), 0 where none was set.
    """
    mode = int(storage_mode(site))
    for division in upward(community_of(site)):
        terms = terms_in(norm_at(word_of(division, mode), time))
        if terms is not None:
            return division, terms
    return None


# ---------------------------------------------------------------------------------------------- staleness


def count_due(cycle: int, counted_at: int, time: int) -> int | None:
    """Return the last second at which the count of a category at a site is not overdue.

    Args:
        cycle: Norm word of the cycle.
        counted_at: When the last proved count occurred, seconds; 0 where none was or it was reversed.
        time: Seconds, at or after the word's last change.

    Returns:
        Seconds; None where no cycle is in force at `time`.
    """
    days = norm_at(cycle, time)
    return max(norm_since(cycle, time), counted_at) + days * SECONDS_A_DAY if days else None


def is_stale(cycle: int, counted_at: int, time: int) -> bool:
    """Return whether the count of a category at a site is overdue at `time`; arguments of `count_due`."""
    due = count_due(cycle, counted_at, time)
    return due is not None and time > due


def counted_at(occurred_at: Timestamp, recorded_at: int) -> int:
    """Return the time for which a count stands: when it is said to have occurred, never after it was proved.

    Args:
        occurred_at: As the count says; of a day, its 00:00.
        recorded_at: Block time of the proof, seconds.
    """
    return min(occurred_at.seconds, recorded_at)


def categories_of(items: Iterable[ItemId]) -> tuple[int, ...]:
    """Return the categories (7 digits) of items, each once, ascending."""
    return tuple(sorted({category_of(item) for item in items}))


# ---------------------------------------------------------------------------------------------- emergencies


class Emergency(NamedTuple):
    """The last emergency of a division.

    Attributes:
        from_: When it began, seconds.
        until: The first second at which it is over.
        declared_by: The division of the grant that declared it.
    """

    from_: int
    until: int
    declared_by: DivisionId

    @property
    def word(self) -> int:
        """The word of `EmergencyWord.sol`."""
        return self.from_ & _MASK_40 | (self.until & _MASK_40) << 40 | self.declared_by << 80

    def is_in_force(self, time: int) -> bool:
        """Return whether it is in force at `time`, seconds."""
        return self.from_ <= time < self.until

    def may_redeclare(self, authority: DivisionId, time: int) -> bool:
        """Return whether an authority of the division `authority` may declare it again at `time`, seconds.

        While it is in force or ended less than 30 days ago, only above the grant that declared it; the
        country, above which nothing is, renews its own.
        """
        if time >= self.until + EMERGENCY_LONGEST:
            return True
        if authority == self.declared_by:
            return authority == ROOT
        return contains(authority, self.declared_by)

    def may_go_on_below(self, authority: DivisionId, time: int) -> bool:
        """Return whether an authority of the division `authority` may declare one below it at `time`.

        Whoever declared it may not, until 30 days after its end: else a district and all of its streets in
        turn would last. The country may.
        """
        return authority == ROOT or authority != self.declared_by or time >= self.until + EMERGENCY_LONGEST


def emergency_over(
    division: DivisionId, time: int, of: Callable[[DivisionId], Emergency | None]
) -> DivisionId | None:
    """Return the highest division at or above `division` that is in an emergency at `time`; None: none is.

    Args:
        division: Where.
        time: Seconds.
        of: The last emergency of a division, None where it never had one.
    """
    over = None
    for step in upward(division):
        found = of(step)
        if found is not None and found.is_in_force(time):
            over = step
    return over
