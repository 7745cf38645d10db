// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerSteps} from "../../../contracts/interfaces/ILedgerSteps.sol";
import {vm} from "../Vm.sol";
import {Deltas} from "./Deltas.sol";

/// @notice What return-acceptance and settlement do to any balance, and that contest does nothing to any. The lines
/// are those of the consignment, the exceptions those of the document; both have any bits.
contract RemainderDeltasSymbolicTest is Deltas {
    // ------------------------------------------------------------------------------------------------ contest

    /// @custom:halmos --array-lengths lines={1,2},exceptions={1,2} --loop 5
    function check_contestDelta_anywhere_upTo2Lines(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint64 site,
        uint160 lot
    ) public {
        bytes memory data = abi.encodeCall(ILedgerSteps.contest, (_step(exceptions), _given(1, lines), _signing()));
        uint256 before = _before(SECOND_SITE, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, 0, 0);
    }

    // ------------------------------------------------------------------------------------------------ return-acceptance

    /// @custom:halmos --array-lengths lines={0,1,2},exceptions={0} --loop 3
    function check_acceptReturnDelta_sender_upTo2Lines(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint160 lot
    ) public {
        _acceptReturn(lines, exceptions, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2},exceptions={0} --loop 3
    function check_acceptReturnDelta_elsewhere_upTo2Lines(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint64 site,
        uint160 lot
    ) public {
        vm.assume(site != FIRST_SITE);
        _acceptReturn(lines, exceptions, site, lot);
    }

    /// @custom:halmos --array-lengths lines={1},exceptions={1} --loop 3
    function check_acceptReturnWithExceptionDelta_sender_1Line(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint160 lot
    ) public {
        _acceptReturn(lines, exceptions, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={1},exceptions={1} --loop 3
    function check_acceptReturnWithExceptionDelta_elsewhere_1Line(
        uint256[] calldata lines,
        uint256[] calldata exceptions,
        uint64 site,
        uint160 lot
    ) public {
        vm.assume(site != FIRST_SITE);
        _acceptReturn(lines, exceptions, site, lot);
    }

    function _acceptReturn(uint256[] calldata lines, uint256[] calldata exceptions, uint64 site, uint160 lot) private {
        bytes memory data =
            abi.encodeCall(ILedgerSteps.acceptReturn, (_step(exceptions), _given(2, lines), _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        bool here = site == FIRST_SITE;
        uint256 plus = here ? _sumOf(lines, lot, MISSING, 0) : 0;
        uint256 minus = here ? _sum(exceptions, lot) : 0;
        if (_sent(data)) _assertDelta(before, site, lot, plus, minus);
    }

    // ------------------------------------------------------------------------------------------------ settlement

    /// @custom:halmos --array-lengths lines={1},found={1} --loop 3
    function check_settleDelta_sender_1Line(uint256[] calldata lines, uint256[] calldata found, uint160 lot) public {
        _settle(lines, found, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={1},found={1} --loop 3
    function check_settleDelta_receiver_1Line(uint256[] calldata lines, uint256[] calldata found, uint160 lot) public {
        _settle(lines, found, SECOND_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={1},found={1} --loop 3
    function check_settleDelta_elsewhere_1Line(
        uint256[] calldata lines,
        uint256[] calldata found,
        uint64 site,
        uint160 lot
    ) public {
        vm.assume(site != FIRST_SITE && site != SECOND_SITE);
        _settle(lines, found, site, lot);
    }

    /// @dev A reason is found at the sender (1), found at the receiver (2), or lost (3), which is nowhere.
    function _settle(uint256[] calldata lines, uint256[] calldata found, uint64 site, uint160 lot) private {
        bytes memory data = abi.encodeCall(ILedgerSteps.settle, (_step(found), _given(2, lines), _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        uint256 reason = site == FIRST_SITE ? 1 : site == SECOND_SITE ? 2 : 0;
        uint256 plus = reason == 0 ? 0 : _sumOf(found, lot, REASON, reason << 80);
        if (_sent(data)) _assertDelta(before, site, lot, plus, 0);
    }

    // ------------------------------------------------------------------------------------------------ how

    /// @dev Of the lines of `lot` whose bits in `mask` are `bits`.
    function _sumOf(uint256[] calldata lines, uint160 lot, uint256 mask, uint256 bits)
        private
        pure
        returns (uint256 sum)
    {
        for (uint256 i; i < lines.length; ++i) {
            if (lines[i] >> 96 == lot && lines[i] & mask == bits) sum += lines[i] & QUANTITY;
        }
    }
}
