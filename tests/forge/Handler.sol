// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Kind} from "../../contracts/types/Kind.sol";
import {Refusals} from "./Refusals.sol";
import {check, vm} from "./Vm.sol";

/// @notice What the fuzzer calls: one function a kind of document. Whatever its seed, such a call records a document
/// of that kind, and a refusal by the ledger fails the test. Beside them functions that ask for one refusal.
contract Handler is Refusals {
    constructor() {
        _build();
        _seed(0);
        _open(FIRST_SITE);
        _open(SECOND_SITE);
        _open(OTHER_SITE);
        _open(DISPOSAL_SITE);
        _receipt(FIRST_SITE, true);
        documentsBefore = recorded.length;
    }

    modifier recording(Kind kind, uint256 seed) {
        ++calls;
        _seed(seed);
        uint256 before = documentsOf[kind];
        _;
        check(documentsOf[kind] > before, "a call records a document of its kind");
    }

    function opening(uint256 seed) external recording(Kind.OPENING, seed) {
        _opening();
    }

    function receipt(uint256 seed) external recording(Kind.RECEIPT, seed) {
        _receipt(_takingSite(), false);
    }

    function release(uint256 seed) external recording(Kind.RELEASE, seed) {
        _release(_source());
    }

    function hold(uint256 seed) external recording(Kind.HOLD, seed) {
        _hold(_source());
    }

    function issue(uint256 seed) external recording(Kind.ISSUE, seed) {
        _issue(_source());
    }

    function handOver(uint256 seed) external recording(Kind.HAND_OVER, seed) {
        uint64 from = _source();
        _handOver(from, _otherSite(from));
    }

    function dispatch(uint256 seed) external recording(Kind.DISPATCH, seed) {
        uint64 from = _source();
        _dispatch(from, _otherSite(from));
    }

    function acceptance(uint256 seed) external recording(Kind.ACCEPTANCE, seed) {
        uint64 from = _source();
        _acceptance(from, _otherSite(from));
    }

    function contest(uint256 seed) external recording(Kind.CONTEST, seed) {
        uint64 from = _source();
        _contest(from, _otherSite(from));
    }

    function returning(uint256 seed) external recording(Kind.RETURN, seed) {
        uint64 from = _source();
        _return(from, _otherSite(from));
    }

    function returnAcceptance(uint256 seed) external recording(Kind.RETURN_ACCEPTANCE, seed) {
        uint64 from = _source();
        _returnAcceptance(from, _otherSite(from));
    }

    function settlement(uint256 seed) external recording(Kind.SETTLEMENT, seed) {
        uint64 from = _source();
        _settlement(from, _otherSite(from));
    }

    function count(uint256 seed) external recording(Kind.COUNT, seed) {
        _count(_source());
    }

    function writeOff(uint256 seed) external recording(Kind.WRITE_OFF, seed) {
        _writeOff(_source());
    }

    function repack(uint256 seed) external recording(Kind.REPACK, seed) {
        _repack(_takingSite());
    }

    function reversal(uint256 seed) external recording(Kind.REVERSAL, seed) {
        uint64 from = _takingSite();
        _reversal(from, _otherSite(from));
    }

    function recall(uint256 seed) external recording(Kind.RECALL, seed) {
        _recall();
    }

    function lift(uint256 seed) external recording(Kind.LIFT, seed) {
        _lift();
    }

    /// @notice Lets up to two days pass, so that lots expire.
    function wait(uint256 seed) external {
        _seed(seed);
        vm.warp(block.timestamp + _draw(2 days));
    }

    /// @notice So much of one lot that no balance could hold a few units more.
    function receiveMost(uint256 seed) external recording(Kind.RECEIPT, seed) {
        _receiveGrain(_takingSite(), QUANTITY - _draw(3));
    }

    /// @notice Closes a site; nothing goes into it any more, and what it holds still goes out.
    function closeSite(uint256 seed) external recording(Kind.RECEIPT, seed) {
        _closeAndLeave();
    }

    // ------------------------------------------------------------------------------------------------ refused

    modifier refusing(uint256 seed) {
        _seed(seed);
        uint256 before = refusals;
        _;
        check(refusals > before, "a call asks for a refusal");
    }

    function refuseUnusable(uint256 seed) external refusing(seed) {
        _refuseUnusable();
    }

    function refuseReversal(uint256 seed) external refusing(seed) {
        _refuseReversal();
    }

    function refuseForeign(uint256 seed) external refusing(seed) {
        _refuseForeign();
    }

    function refuseOverflow(uint256 seed) external refusing(seed) {
        _refuseOverflow();
    }
}
