// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind} from "../../contracts/types/Kind.sol";
import {Handler} from "./Handler.sol";
import {check, same} from "./Vm.sol";

/// @notice The conservation line and what stands beside it, after any documents of any kinds by several actors.
contract ConservationTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler private _handler;

    function setUp() public {
        _handler = new Handler();
    }

    function _recorders() private pure returns (bytes4[] memory all) {
        bytes4[18] memory selectors = [
            Handler.opening.selector,
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
            Handler.lift.selector
        ];
        bytes4[7] memory others = [
            Handler.wait.selector,
            Handler.receiveMost.selector,
            Handler.closeSite.selector,
            Handler.refuseUnusable.selector,
            Handler.refuseReversal.selector,
            Handler.refuseForeign.selector,
            Handler.refuseOverflow.selector
        ];
        all = new bytes4[](25);
        for (uint256 i; i < selectors.length; ++i) all[i] = selectors[i];
        for (uint256 i; i < others.length; ++i) all[selectors.length + i] = others[i];
    }

    // --- read by forge

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _recorders());
    }

    /// @notice After every call. What failed stands in the error.
    function invariant_ledger() public view {
        _handler.assertConserved();
        _handler.assertBalances();
        _handler.assertJournals();
        _handler.assertConsignments();
        _handler.assertDocuments();
        _handler.assertLots();
    }

    /// @notice Each call recorded a document: what the invariant saw were no refusals. That there were calls at all,
    /// `test_forge.py` asks: here it would hide why a call failed, of which nothing is left.
    function afterInvariant() public view {
        uint256 recorded = _handler.recordedDocuments() - _handler.documentsBefore();
        check(recorded >= _handler.calls(), "N valid calls leave N documents");
    }

    /// @notice Every kind is recorded, three times, in an order that the seed shuffles; the ledger holds afterwards.
    function testFuzz_everyKindIsRecorded(uint256 seed) public {
        bytes4[] memory selectors = _recorders();
        for (uint256 round; round < 3; ++round) {
            for (uint256 i = selectors.length; i > 1; --i) {
                seed = uint256(keccak256(abi.encode(seed)));
                uint256 j = seed % i;
                (selectors[i - 1], selectors[j]) = (selectors[j], selectors[i - 1]);
            }
            for (uint256 i; i < selectors.length; ++i) _call(selectors[i], uint256(keccak256(abi.encode(seed, i))));
        }
        same(_handler.calls(), 3 * 20, "valid calls");
        for (uint8 kind = 1; kind <= uint8(Kind.LIFT); ++kind) {
            check(_handler.documentsOf(Kind(kind)) >= 3, "documents of a kind");
        }
        same(_handler.refusals(), 3 * 5, "refusals asked for");
        check(_handler.sentFromClosed() != 0, "a closed site sends");
        invariant_ledger();
    }

    /// @notice Whatever the fuzzer draws, each refusal is asked for here, and the ledger holds afterwards.
    function test_everyRefusalIsAskedFor() public {
        bytes4[4] memory selectors = [
            Handler.closeSite.selector,
            Handler.refuseReversal.selector,
            Handler.refuseForeign.selector,
            Handler.refuseOverflow.selector
        ];
        for (uint256 i; _handler.waysTried() != _handler.ALL_WAYS(); ++i) {
            check(i < 400, "a refusal is never asked for");
            for (uint256 j; j < selectors.length; ++j) _call(selectors[j], i);
        }
        invariant_ledger();
    }

    function _call(bytes4 selector, uint256 seed) private {
        (bool done, bytes memory answer) = address(_handler).call(abi.encodeWithSelector(selector, seed));
        if (done) return;
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }
}
