// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document, Original} from "../../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../../contracts/interfaces/ILedgerSteps.sol";
import {Kind} from "../../../contracts/types/Kind.sol";
import {vm} from "../Vm.sol";
import {Deltas} from "./Deltas.sol";

/// @notice What acceptance, return, settlement and reversal do to any balance.
contract StepDeltasSymbolicTest is Deltas {
    // ------------------------------------------------------------------------------------------------ acceptance

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_acceptDelta_receiver_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _accept(lines, SECOND_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_acceptDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != SECOND_SITE);
        _accept(lines, site, lot);
    }

    function _accept(uint256[] calldata lines, uint64 site, uint160 lot) private {
        Document memory document = _step(new uint256[](0));
        bytes memory data = abi.encodeCall(ILedgerSteps.accept, (document, _given(1, lines), _signing()));
        uint256 before = _before(SECOND_SITE, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, site == SECOND_SITE ? _sum(lines, lot) : 0, 0);
    }

    /// @custom:halmos --array-lengths lines={1},exceptions={1} --loop 3
    function check_acceptWithExceptionDelta_receiver_1Line(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint160 lot
    ) public {
        _acceptWithException(lines, exceptions, SECOND_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={1},exceptions={1} --loop 3
    function check_acceptWithExceptionDelta_elsewhere_1Line(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint64 site, uint160 lot
    ) public {
        vm.assume(site != SECOND_SITE);
        _acceptWithException(lines, exceptions, site, lot);
    }

    function _acceptWithException(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint64 site,
        uint160 lot
    ) private {
        // What is dispatched is never missing.
        for (uint256 i; i < lines.length; ++i) vm.assume(lines[i] & MISSING == 0);
        Document memory document = _step(exceptions);
        bytes memory data = abi.encodeCall(ILedgerSteps.accept, (document, _given(1, lines), _signing()));
        bool here = site == SECOND_SITE;
        uint256 before = _before(SECOND_SITE, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, here ? _sum(lines, lot) : 0, here ? _sum(exceptions, lot) : 0);
    }

    // ------------------------------------------------------------------------------------------------ return

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_returnDelta_sender_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _return(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_returnDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _return(lines, site, lot);
    }

    function _return(uint256[] calldata lines, uint64 site, uint160 lot) private {
        Document memory document = _step(new uint256[](0));
        bytes memory data = abi.encodeCall(ILedgerSteps.returnConsignment, (document, _given(1, lines), _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, site == FIRST_SITE ? _sum(lines, lot) : 0, 0);
    }

    // ------------------------------------------------------------------------------------------------ reversal

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseIssueDelta_sender_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _reverse(Kind.ISSUE, lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseIssueDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot)
        public
    {
        vm.assume(site != FIRST_SITE);
        _reverse(Kind.ISSUE, lines, site, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseHandOverDelta_sender_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _reverse(Kind.HAND_OVER, lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseHandOverDelta_receiver_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _reverse(Kind.HAND_OVER, lines, SECOND_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseHandOverDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot)
        public
    {
        vm.assume(site != FIRST_SITE && site != SECOND_SITE);
        _reverse(Kind.HAND_OVER, lines, site, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseWriteOffDelta_sender_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _reverse(Kind.WRITE_OFF, lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseWriteOffDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot)
        public
    {
        vm.assume(site != FIRST_SITE);
        _reverse(Kind.WRITE_OFF, lines, site, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseDispatchDelta_sender_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _reverse(Kind.DISPATCH, lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_reverseDispatchDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot)
        public
    {
        vm.assume(site != FIRST_SITE);
        _reverse(Kind.DISPATCH, lines, site, lot);
    }

    function _reverse(Kind kind, uint256[] calldata lines, uint64 site, uint160 lot) private {
        uint256 to = kind == Kind.ISSUE ? CONSIGNEE : kind == Kind.WRITE_OFF ? 0 : SECOND_SITE;
        Document memory document = _document(FIRST_SITE, to, new uint256[](0));
        document.reference_ = 3 << 248 | NAMED;
        Original memory original = Original(kind, _document(FIRST_SITE, to, lines), _signers());
        bytes memory data = abi.encodeCall(ILedgerSteps.reverse, (document, original, _signing()));
        bool back = kind == Kind.HAND_OVER && site == SECOND_SITE;
        uint256 before = _before(FIRST_SITE, site, lot);
        if (!_sent(data)) return;
        uint256 moved = _sum(lines, lot);
        _assertDelta(before, site, lot, site == FIRST_SITE ? moved : 0, back ? moved : 0);
    }
}
