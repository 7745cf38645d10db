// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind} from "../../contracts/types/Kind.sol";
import {Refusal} from "../../contracts/types/ProposalState.sol";
import {Allocator} from "./Allocator.sol";
import {Handler} from "./Handler.sol";
import {LEVELS} from "./Rules.sol";
import {check} from "./Vm.sol";

/// @notice Requests, proposals, approvals, deliveries, norms and emergencies among documents of every kind: what is
/// reserved, promised and accepted, and that the stock ledger is left alone.
contract ReallocationTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant CALLS = 40;

    Allocator private _allocator;

    function setUp() public {
        _allocator = new Allocator();
    }

    function _callers() private pure returns (bytes4[] memory all) {
        bytes4[21] memory own = [
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

    /// @notice Every function is called, twice, in an order that the seed shuffles; all holds after each round.
    function testFuzz_everyCallIsMade(uint256 seed) public {
        bytes4[] memory selectors = _callers();
        for (uint256 round; round < 2; ++round) {
            for (uint256 i = selectors.length; i > 1; --i) {
                seed = uint256(keccak256(abi.encode(seed)));
                uint256 j = seed % i;
                (selectors[i - 1], selectors[j]) = (selectors[j], selectors[i - 1]);
            }
            for (uint256 i; i < selectors.length; ++i) _call(selectors[i], uint256(keccak256(abi.encode(seed, i))));
            invariant_allocation();
        }
    }

    /// @notice Whatever the fuzzer draws: every refusal of an approval is met here, every level approves, and every kind
    /// of document that says something is shown.
    function test_everyOutcomeIsMet() public {
        bytes4[] memory selectors = _callers();
        for (uint256 i; !_allIsMet(); ++i) {
            check(i < 4_000, "an outcome is never met");
            uint256 draw = uint256(keccak256(abi.encode("outcome", i)));
            _call(selectors[draw % selectors.length], draw);
        }
        invariant_allocation();
    }

    function _allIsMet() private view returns (bool) {
        if (_allocator.refusalsSeen() != (1 << (uint8(Refusal.BELOW_FLOOR) + 1)) - 1) return false;
        for (uint256 i; i < LEVELS - 2; ++i) if (_allocator.approvedAbove(i) == 0) return false;
        for (uint8 kind = uint8(Kind.HAND_OVER); kind <= uint8(Kind.REVERSAL); ++kind) {
            bool says = kind != uint8(Kind.RETURN_ACCEPTANCE) && kind < uint8(Kind.COUNT) || kind == uint8(Kind.REVERSAL);
            if (says && _allocator.shownOf(Kind(kind)) == 0) return false;
        }
        return true;
    }

    function _call(bytes4 selector, uint256 seed) private {
        (bool done, bytes memory answer) = address(_allocator).call(abi.encodeWithSelector(selector, seed));
        if (done) return;
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}
