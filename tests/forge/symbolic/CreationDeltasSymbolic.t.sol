// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStockLedger} from "../../../contracts/interfaces/IStockLedger.sol";
import {vm} from "../Vm.sol";
import {Deltas} from "./Deltas.sol";

/// @notice What opening, receipt and repack, which create lots, do to any balance. Each line has any bits, so that its
/// lot is any whose id the attributes hash to, new or there before.
contract CreationDeltasSymbolicTest is Deltas {
    // ------------------------------------------------------------------------------------------------ opening

    /// @custom:halmos --array-lengths lines={0,4,8} --loop 9
    function check_openDelta_here_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _open(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={0,4,8} --loop 9
    function check_openDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _open(lines, site, lot);
    }

    function _open(uint256[] calldata lines, uint64 site, uint160 lot) private {
        bytes memory data = abi.encodeCall(IStockLedger.open, (_document(0, FIRST_SITE, lines), _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        uint256 put = site == FIRST_SITE ? _sumAt(lines, 0, 4, lot) : 0;
        if (_sent(data)) _assertDelta(before, site, lot, put, 0);
    }

    // ------------------------------------------------------------------------------------------------ receipt

    /// @custom:halmos --array-lengths lines={4} --loop 5
    function check_receiveDelta_here_1Line(uint256[] calldata lines, uint160 lot) public {
        _receive(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={4} --loop 5
    function check_receiveDelta_elsewhere_1Line(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _receive(lines, site, lot);
    }

    /// @dev Fixed are the source and that the receipt relies on no qualification.
    function _receive(uint256[] calldata lines, uint64 site, uint160 lot) private {
        bytes memory data =
            abi.encodeCall(IStockLedger.receiveGoods, (_document(SUPPLIER, FIRST_SITE, lines), _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        uint256 put = site == FIRST_SITE ? _sumAt(lines, 0, 4, lot) : 0;
        if (_sent(data)) _assertDelta(before, site, lot, put, 0);
    }

    // ------------------------------------------------------------------------------------------------ repack

    /// @custom:halmos --array-lengths lines={5} --loop 6
    function check_repackDelta_here_1Line(uint256[] calldata lines, uint160 lot) public {
        _repack(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={5} --loop 6
    function check_repackDelta_elsewhere_1Line(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _repack(lines, site, lot);
    }

    function _repack(uint256[] calldata lines, uint64 site, uint160 lot) private {
        bytes memory data = abi.encodeCall(IStockLedger.repack, (_document(FIRST_SITE, 0, lines), _signing()));
        uint256 before = _before(FIRST_SITE, site, lot);
        bool here = site == FIRST_SITE;
        (uint256 input, uint256 output) = here ? (_sumAt(lines, 0, 5, lot), _sumAt(lines, 1, 5, lot)) : (0, 0);
        if (_sent(data)) _assertDelta(before, site, lot, output, input);
    }
}
