// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Counted, INorms} from "../../contracts/interfaces/INorms.sol";
import {CategoryId, DocumentKey, ItemId, SiteId} from "../../contracts/types/Ids.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Scenes} from "./Scenes.sol";
import {check, same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice When a count makes a category fresh, and what becomes of that once the count is reversed.
contract CountsTest is Scenes {
    /// @notice From the second at which its reversal is recorded, a count no longer makes anything fresh: what is stale
    /// is what would be if it had never been made.
    function testFuzz_aReversedCountNoLongerCounts(uint256 dayCount, uint256 later) public {
        (dayCount, later) = (1 + dayCount % 3_660, later % 3_660 days);
        uint256 due = block.timestamp + dayCount * 1 days;
        _setCycle(dayCount);
        Draft memory count = _countedAt(due + 1);
        check(!_isStale(), "a count makes what was overdue fresh");

        _reverse(count);
        check(_isStale(), "overdue at once, as the count is reversed");
        check(norms.giving(SiteId.wrap(FIRST_SITE), ItemId.wrap(GRAIN)).stale, "the giver's count is overdue");
        vm.warp(block.timestamp + later);
        check(_isStale(), "overdue from then on");
        _refused(STRANGER, address(norms), _proving(count), INorms.NormsCountReversed.selector, "what is reversed");
    }

    /// @notice Before the cycle's own first time is over nothing is overdue, whether the count stands or not.
    function testFuzz_aReversedCountLeavesTheCyclesOwnTime(uint256 dayCount, uint256 part) public {
        dayCount = 1 + dayCount % 3_660;
        uint256 due = block.timestamp + dayCount * 1 days;
        _setCycle(dayCount);
        _reverse(_countedAt(block.timestamp + part % (dayCount * 1 days)));
        check(!_isStale(), "nothing is overdue yet");
        vm.warp(due);
        check(!_isStale(), "the last second of the cycle's own time");
        vm.warp(due + 1);
        check(_isStale(), "the count of that time is reversed");
    }

    /// @notice An older count takes the place of one that is reversed, and of no other.
    function testFuzz_anOlderCountCountsAfterAReversal(uint256 dayCount, uint256 gap) public {
        (dayCount, gap) = (2 + dayCount % 3_659, 1 + gap % 2 days);
        _setCycle(dayCount);
        vm.warp(block.timestamp + dayCount * 1 days + 1);
        Draft memory older = _count();
        _record(older);
        Draft memory newer = _countedAt(block.timestamp + gap);
        _refused(STRANGER, address(norms), _proving(older), INorms.NormsCountNotNewer.selector, "an older count");
        _refused(STRANGER, address(norms), _proving(newer), INorms.NormsCountNotNewer.selector, "the same count");
        _assertCounted(newer);

        _reverse(newer);
        check(_isStale(), "what the newer count had made fresh");
        _do(STRANGER, address(norms), _proving(older));
        _assertCounted(older);
        check(!_isStale(), "the older count stands");
        _refused(STRANGER, address(norms), _proving(newer), INorms.NormsCountReversed.selector, "what is reversed");
    }

    /// @notice A count makes fresh for as many days as the cycle has, to the second.
    function testFuzz_aCountCountsForTheDaysOfTheCycle(uint256 dayCount, uint256 part) public {
        dayCount = 1 + dayCount % 3_660;
        _setCycle(dayCount);
        uint256 time = block.timestamp + 1 + part % (2 * dayCount * 1 days);
        Draft memory count = _countedAt(time);
        _assertCounted(count);
        uint256 until = time + dayCount * 1 days;
        vm.warp(until);
        check(!_isStale(), "the last second for which it counts");
        vm.warp(until + 1);
        check(_isStale(), "the second after");
    }

    /// @notice The ledger takes a time a little ahead of the block's; a count of such a time counts from now on, so that
    /// it puts nothing off.
    function testFuzz_aCountIsNeverOfATimeToCome(uint256 dayCount, uint256 ahead) public {
        (dayCount, ahead) = (1 + dayCount % 3_660, 1 + ahead % 2 minutes);
        _setCycle(dayCount);
        vm.warp(block.timestamp + 1);
        uint256 time = block.timestamp;
        Draft memory count = _count();
        count.document.occurredAt = Timestamp.wrap(uint64(time + ahead));
        _record(count);
        _do(STRANGER, address(norms), _proving(count));
        Counted memory found = norms.counted(SiteId.wrap(FIRST_SITE), CategoryId.wrap(GRAIN_CATEGORY));
        same(found.countedAt, time, "time of a count ahead of the block's");
        vm.warp(time + dayCount * 1 days + 1);
        check(_isStale(), "a second after the days of the cycle");
    }

    /// @dev Counts at that time, and proves it.
    function _countedAt(uint256 time) private returns (Draft memory count) {
        vm.warp(time);
        count = _count();
        _record(count);
        _do(STRANGER, address(norms), _proving(count));
    }

    function _assertCounted(Draft memory count) private view {
        Counted memory found = norms.counted(SiteId.wrap(FIRST_SITE), CategoryId.wrap(GRAIN_CATEGORY));
        same(DocumentKey.unwrap(found.key), _keyOf(count), "last count");
        same(found.countedAt, Timestamp.unwrap(count.document.occurredAt), "time of the last count");
    }
}
