// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind} from "../../contracts/types/Kind.sol";
import {Allocator} from "./Allocator.sol";
import {Handler} from "./Handler.sol";
import {LEVELS} from "./Rules.sol";
import {Differs} from "./Vm.sol";

/// @notice Requests, proposals, approvals, deliveries, norms and emergencies among documents of every kind: what is
/// reserved, promised and accepted, and that the stock ledger is left alone.
contract ReallocationTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant OWN = 22;
    // Every refusal; the lowest level and two above it; hand-over to return, settlement, and that one was reversed.
    uint256 private constant LEVELS_FROM = 32;
    uint256 private constant KINDS_FROM = 64;
    uint256 private constant ALL_OUTCOMES = (1 << 13) - 1 | 7 << LEVELS_FROM | 0x117c0 << KINDS_FROM;

    Allocator private _allocator;

    function setUp() public {
        _allocator = new Allocator();
    }

    function _callers() private pure returns (bytes4[] memory all) {
        bytes4[OWN] memory own = [
            Allocator.setFloors.selector,
            Allocator.setTerms.selector,
            Allocator.setCycles.selector,
            Allocator.proveCount.selector,
            Allocator.declareEmergency.selector,
            Allocator.endEmergency.selector,
            Allocator.request.selector,
            Allocator.requestWrongly.selector,
            Allocator.withdrawRequest.selector,
            Allocator.propose.selector,
            Allocator.proposeWrongly.selector,
            Allocator.approve.selector,
            Allocator.approveAtTheEdge.selector,
            Allocator.approveWithConsent.selector,
            Allocator.reject.selector,
            Allocator.withdraw.selector,
            Allocator.expire.selector,
            Allocator.show.selector,
            Allocator.showReversed.selector,
            Allocator.deliver.selector,
            Allocator.answer.selector,
            Allocator.waitABit.selector
        ];
        bytes4[20] memory documents = [
            Handler.receipt.selector,
            Handler.release.selector,
            Handler.hold.selector,
            Handler.issue.selector,
            Handler.handOver.selector,
            Handler.dispatch.selector,
            Handler.acceptance.selector,
            Handler.contest.selector,
            Handler.returning.selector,
            Handler.returnAcceptance.selector,
            Handler.settlement.selector,
            Handler.count.selector,
            Handler.writeOff.selector,
            Handler.repack.selector,
            Handler.reversal.selector,
            Handler.recall.selector,
            Handler.lift.selector,
            Handler.wait.selector,
            Handler.receiveMost.selector,
            Handler.closeSite.selector
        ];
        all = new bytes4[](own.length + documents.length);
        for (uint256 i; i < own.length; ++i) all[i] = own[i];
        for (uint256 i; i < documents.length; ++i) all[own.length + i] = documents[i];
    }

    // --- read by forge

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_allocator);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_allocator), _callers());
    }

    /// @notice After every call. What failed stands in the error.
    function invariant_allocation() public view {
        _allocator.assertConserved();
        _allocator.assertBalances();
        _allocator.assertJournals();
        _allocator.assertConsignments();
        _allocator.assertDocuments();
        _allocator.assertLots();
        _allocator.assertAll();
    }

    /// @notice Every function is called, in an order that the seed shuffles; all holds afterwards.
    function testFuzz_everyCallIsMade(uint256 seed) public {
        bytes4[] memory selectors = _callers();
        for (uint256 i = selectors.length; i > 1; --i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 j = seed % i;
            (selectors[i - 1], selectors[j]) = (selectors[j], selectors[i - 1]);
        }
        for (uint256 i; i < selectors.length; ++i) _call(selectors[i], uint256(keccak256(abi.encode(seed, i))));
        invariant_allocation();
    }

    /// @notice Whatever the fuzzer draws: every refusal of an approval is met here, every level approves, and every kind
    /// of document that says something is shown.
    function test_everyOutcomeIsMet() public {
        bytes4[] memory selectors = _callers();
        uint256 met;
        for (uint256 i; met & ALL_OUTCOMES != ALL_OUTCOMES; ++i) {
            if (i == 40) revert Differs("an outcome is never met", met, ALL_OUTCOMES);
            if (i != 0) _allocator = new Allocator();
            for (uint256 j; j < 80; ++j) {
                uint256 draw = uint256(keccak256(abi.encode("outcome", i, j)));
                // Three of four are calls of these contracts.
                _call(selectors[draw % (draw >> 128 & 3 == 0 ? selectors.length : OWN)], draw);
            }
            met |= _met();
            invariant_allocation();
        }
    }

    /// @dev A bit for each reason of a refusal, each level that approved, and each kind that was shown.
    function _met() private view returns (uint256 bits) {
        bits = _allocator.refusalsSeen();
        for (uint256 i; i < LEVELS; ++i) if (_allocator.approvedAbove(i) != 0) bits |= 1 << (LEVELS_FROM + i);
        for (uint8 i; i <= uint8(Kind.LIFT); ++i) if (_allocator.shownOf(Kind(i)) != 0) bits |= 1 << (KINDS_FROM + i);
    }

    function _call(bytes4 selector, uint256 seed) private {
        (bool done, bytes memory answer) = address(_allocator).call(abi.encodeWithSelector(selector, seed));
        if (done) return;
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}
