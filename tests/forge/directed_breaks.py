"""Mistakes that the random calls of the quick profile do not notice: a directed test aims at each rule."""

from __future__ import annotations

from breaks import Break

_APPROVALS = "contracts/base/Approvals.sol"
_CYCLES = "contracts/base/Cycles.sol"
_DELIVERIES = "contracts/base/Deliveries.sol"
_EMERGENCIES = "contracts/base/Emergencies.sol"
_PROPOSALS = "contracts/base/Proposals.sol"
_REQUESTS = "contracts/base/Requests.sol"

DIRECTED_BREAKS = (
    Break(
        "a count that was reversed still counts",
        _CYCLES,
        "return _ledger.document(count.key) & _FLAG_REVERSED == 0;",
        "return true;",
        "testFuzz_aReversedCountNoLongerCounts",
        "overdue at once, as the count is reversed",
    ),
    Break(
        "a count of a time to come puts off when it is overdue",
        _CYCLES,
        "        if (countedAt > block.timestamp) countedAt = uint64(block.timestamp);\n",
        "",
        "testFuzz_aCountIsNeverOfATimeToCome",
        "time of a count ahead of the block's",
    ),
    Break(
        "a count counts for a second more than the days of its cycle",
        _CYCLES,
        "return block.timestamp > known.countedAt + dayCount * 1 days ||",
        "return block.timestamp > known.countedAt + dayCount * 1 days + 1 ||",
        "testFuzz_aCountCountsForTheDaysOfTheCycle",
        "the second after",
    ),
    Break(
        "an emergency is declared again by whoever declared it",
        _EMERGENCIES,
        "if (again && recent && !authorityDivision.isAbove(declaredBy)) {",
        "if (again && recent && !authorityDivision.contains(declaredBy)) {",
        "testFuzz_onlyALevelAboveDeclaresAgain",
        "done: declared again",
    ),
    Break(
        "whoever declared an emergency goes on in a part of it",
        _EMERGENCIES,
        "bool again = over == division || declaredBy == authorityDivision;",
        "bool again = over == division;",
        "testFuzz_whoDeclaredOneDoesNotGoOnInAPartOfIt",
        "done: in a part of it",
    ),
    Break(
        "a proposal expires in the last second of need",
        _PROPOSALS,
        "block.timestamp <= record.neededBy",
        "block.timestamp < record.neededBy",
        "testFuzz_theDayOfNeedEndsToTheSecond",
        "done: expired in the last second",
    ),
    Break(
        "a settlement is shown twice",
        _DELIVERIES,
        "        _settlementsShown[key] = true;\n",
        "",
        "testFuzz_aDispatchIsAcceptedOnce",
        "done: a settlement shown again",
    ),
    Break(
        "anybody's signature is a consent",
        _APPROVALS,
        "if (signer != msg.sender) {",
        "if (signer == address(0)) {",
        "test_nothingLeavesTheDistrictWithoutTheCallersConsent",
        "done: signed by somebody else",
    ),
    Break(
        "an approval goes a unit above what is open",
        _APPROVALS,
        "if (proposal.remaining > open) return",
        "if (proposal.remaining > open + 1) return",
        "testFuzz_noMoreThanIsOpenIsApproved",
        "a unit above what is open",
    ),
    Break(
        "a delivery of a unit above the rest is refused by arithmetic alone",
        _DELIVERIES,
        "if (sum > remaining) {",
        "if (sum > remaining + 1) {",
        "testFuzz_noMoreThanTheRestIsDelivered",
        "a unit above the rest",
    ),
    Break(
        "what is said to have left after the end of a proposal counts",
        _DELIVERIES,
        "        if (proposal.endedAt != 0 && proposal.endedAt < latest) latest = proposal.endedAt;\n",
        "",
        "testFuzz_whatLeftBeforeTheEndStillCounts",
        "done: a second after the end",
    ),
    Break(
        "a document is prepared for a time after the day of need",
        _APPROVALS,
        " && time.secondsOf() <= asked.neededBy, key",
        ", key",
        "testFuzz_theDocumentCanStillBeRecorded",
        "done: after the day of need",
    ),
    Break(
        "a consent whose time is over is given",
        _APPROVALS,
        '        _requireField(block.timestamp <= validUntil, key, "validUntil");\n',
        "",
        "testFuzz_theDocumentCanStillBeRecorded",
        "done: a consent that is over",
    ),
    Break(
        "a dispatch is prepared whose deadline is over",
        _APPROVALS,
        "if (isDispatch) after_ = block.timestamp;",
        "",
        "testFuzz_theDocumentCanStillBeRecorded",
        "done: a deadline that does not lie ahead",
    ),
    Break(
        "a unit above three times the floor needs no reason",
        _REQUESTS,
        "asking.quantity > _FLOORS_WITHOUT_REASON * floor)",
        "asking.quantity > _FLOORS_WITHOUT_REASON * floor + 1)",
        "testFuzz_threeTimesTheFloorNeedNoReason",
        "done: a unit above three times the floor",
    ),
)
