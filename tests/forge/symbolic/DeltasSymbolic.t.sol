// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document} from "../../../contracts/interfaces/IDocuments.sol";
import {IStockLedger} from "../../../contracts/interfaces/IStockLedger.sol";
import {vm} from "../Vm.sol";
import {Deltas} from "./Deltas.sol";

/// @notice What issue, hand-over, dispatch, write-off and count do to any balance; that hold, release, recall and lift
/// do nothing to any quantity.
contract DeltasSymbolicTest is Deltas {
    // ------------------------------------------------------------------------------------------------ issue

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_issueDelta_sender_upTo3Lines(uint256[] calldata lines, uint160 lot) public {
        _issue(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_issueDelta_elsewhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _issue(lines, site, lot);
    }

    function _issue(uint256[] calldata lines, uint64 site, uint160 lot) private {
        Document memory document = _document(FIRST_SITE, CONSIGNEE, lines);
        bytes memory data = abi.encodeCall(IStockLedger.issue, (document, _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, 0, site == FIRST_SITE ? _sum(lines, lot) : 0);
    }

    // ------------------------------------------------------------------------------------------------ handOver

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_handOverDelta_sender_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _handOver(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_handOverDelta_receiver_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _handOver(lines, SECOND_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_handOverDelta_elsewhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE && site != SECOND_SITE);
        _handOver(lines, site, lot);
    }

    function _handOver(uint256[] calldata lines, uint64 site, uint160 lot) private {
        Document memory document = _document(FIRST_SITE, SECOND_SITE, lines);
        bytes memory data = abi.encodeCall(IStockLedger.handOver, (document, _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        // Summed up before the call, which leaves the solver less to find out after it.
        uint256 moved = _sum(lines, lot);
        if (!_sent(data)) return;
        _assertDelta(before, site, lot, site == SECOND_SITE ? moved : 0, site == FIRST_SITE ? moved : 0);
    }

    // ------------------------------------------------------------------------------------------------ dispatch

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_dispatchDelta_sender_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _dispatch(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_dispatchDelta_elsewhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _dispatch(lines, site, lot);
    }

    function _dispatch(uint256[] calldata lines, uint64 site, uint160 lot) private {
        Document memory document = _document(FIRST_SITE, SECOND_SITE, lines);
        document.deadline = uint64(NOW + 1 days);
        bytes memory data = abi.encodeCall(IStockLedger.dispatch, (document, _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, 0, site == FIRST_SITE ? _sum(lines, lot) : 0);
    }

    // ------------------------------------------------------------------------------------------------ writeOff

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_writeOffDelta_sender_upTo3Lines(uint256[] calldata lines, uint160 lot) public {
        _writeOff(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_writeOffDelta_elsewhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _writeOff(lines, site, lot);
    }

    function _writeOff(uint256[] calldata lines, uint64 site, uint160 lot) private {
        Document memory document = _document(FIRST_SITE, 0, lines);
        bytes memory data = abi.encodeCall(IStockLedger.writeOff, (document, _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, 0, site == FIRST_SITE ? _sum(lines, lot) : 0);
    }

    // ------------------------------------------------------------------------------------------------ count

    /// @custom:halmos --array-lengths lines={0,2,4} --loop 5
    function check_countDelta_here_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _count(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,2,4} --loop 5
    function check_countDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _count(lines, site, lot);
    }

    function _count(uint256[] calldata lines, uint64 site, uint160 lot) private {
        Document memory document = _document(FIRST_SITE, 0, lines);
        document.reference_ = 1; // a journal of one document, whatever it was
        bytes memory data = abi.encodeCall(IStockLedger.count, (document, _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        if (!_sent(data)) return;
        (uint256 counted, uint256 expected) = site == FIRST_SITE ? _counted(lines, lot) : (0, 0);
        _assertDelta(before, site, lot, counted, expected);
    }

    function _counted(uint256[] calldata lines, uint160 lot) private pure returns (uint256 counted, uint256 expected) {
        for (uint256 i; i < lines.length; i += 2) {
            if (lines[i] >> 96 != lot) continue;
            counted += lines[i] & QUANTITY;
            expected += lines[i + 1];
        }
    }

    // ------------------------------------------------------------------------------------------------ status

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_holdDelta_anywhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        uint256 before = _word(site, lot);
        bytes memory data = abi.encodeCall(IStockLedger.hold, (_document(FIRST_SITE, 0, lines), _signing()));
        _sent(data);
        // The flag may have changed, at that site.
        uint256 kept = site == FIRST_SITE ? ~(uint256(1) << 63) : type(uint256).max;
        assert(_word(site, lot) & kept == before & kept);
    }

    /// @custom:halmos --array-lengths lines={0,1,2} --loop 3
    function check_releaseDelta_anywhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        uint256 before = _word(site, lot);
        bytes memory data = abi.encodeCall(IStockLedger.release, (_document(FIRST_SITE, 0, lines), _signing()));
        _sent(data);
        // The flag may have changed, at that site.
        uint256 kept = site == FIRST_SITE ? ~(uint256(1) << 63) : type(uint256).max;
        assert(_word(site, lot) & kept == before & kept);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_recallDelta_anywhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        bytes memory data = abi.encodeCall(IStockLedger.recall, (_document(0, 0, lines), _signing()));
        uint256 before = _before(0, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, 0, 0);
    }

    /// @custom:halmos --array-lengths lines={0,1,2,3} --loop 4
    function check_liftDelta_anywhere_upTo3Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        bytes memory data = abi.encodeCall(IStockLedger.lift, (_document(0, 0, lines), _signing()));
        uint256 before = _before(0, site, lot);
        if (_sent(data)) _assertDelta(before, site, lot, 0, 0);
    }
}
