// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document, Original} from "../../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../../contracts/interfaces/ILedgerSteps.sol";
import {Kind} from "../../../contracts/types/Kind.sol";
import {vm} from "../Vm.sol";
import {Deltas} from "./Deltas.sol";

/// @notice What reversals of receipt, count and repack do to any balance: the originals have lines of several words, any
/// of them with any bits.
contract ReversalDeltasSymbolicTest is Deltas {
    uint256 private constant SOURCE = 5;

    // ------------------------------------------------------------------------------------------------ receipt

    /// @custom:halmos --array-lengths lines={4,8} --loop 9
    function check_reverseReceiptDelta_here_upTo2Lines(uint256[] calldata lines, uint160 lot) public {
        _reverseReceipt(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={4,8} --loop 9
    function check_reverseReceiptDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot)
        public
    {
        vm.assume(site != FIRST_SITE);
        _reverseReceipt(lines, site, lot);
    }

    function _reverseReceipt(uint256[] calldata lines, uint64 site, uint160 lot) private {
        bytes memory data = _reversal(Kind.RECEIPT, SOURCE, FIRST_SITE, lines);
        uint256 before = _before(FIRST_SITE, site, lot);
        uint256 taken = site == FIRST_SITE ? _sumAt(lines, 0, 4, lot) : 0;
        if (_sent(data)) _assertDelta(before, site, lot, 0, taken);
    }

    // ------------------------------------------------------------------------------------------------ count

    /// @custom:halmos --array-lengths lines={2} --loop 3
    function check_reverseCountDelta_here_1Line(uint256[] calldata lines, uint160 lot) public {
        _reverseCount(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={2,4} --loop 5
    function check_reverseCountDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _reverseCount(lines, site, lot);
    }

    function _reverseCount(uint256[] calldata lines, uint64 site, uint160 lot) private {
        // No count is recorded with more expected than a balance may be.
        for (uint256 i = 1; i < lines.length; i += 2) vm.assume(lines[i] <= QUANTITY);
        bytes memory data = _reversal(Kind.COUNT, FIRST_SITE, 0, lines);
        uint256 before = _before(FIRST_SITE, site, lot);
        (uint256 expected, uint256 counted) = (0, 0);
        if (site == FIRST_SITE) {
            counted = _sumAt(lines, 0, 2, lot);
            for (uint256 i; i < lines.length; i += 2) if (lines[i] >> 96 == lot) expected += lines[i + 1];
        }
        if (_sent(data)) _assertDelta(before, site, lot, expected, counted);
    }

    // ------------------------------------------------------------------------------------------------ repack

    /// @custom:halmos --array-lengths lines={5} --loop 6
    function check_reverseRepackDelta_here_1Line(uint256[] calldata lines, uint160 lot) public {
        _reverseRepack(lines, FIRST_SITE, lot);
    }

    /// @custom:halmos --array-lengths lines={5,10} --loop 11
    function check_reverseRepackDelta_elsewhere_upTo2Lines(uint256[] calldata lines, uint64 site, uint160 lot) public {
        vm.assume(site != FIRST_SITE);
        _reverseRepack(lines, site, lot);
    }

    function _reverseRepack(uint256[] calldata lines, uint64 site, uint160 lot) private {
        bytes memory data = _reversal(Kind.REPACK, FIRST_SITE, 0, lines);
        uint256 before = _before(FIRST_SITE, site, lot);
        bool here = site == FIRST_SITE;
        (uint256 input, uint256 output) = here ? (_sumAt(lines, 0, 5, lot), _sumAt(lines, 1, 5, lot)) : (0, 0);
        if (_sent(data)) _assertDelta(before, site, lot, input, output);
    }

    // ------------------------------------------------------------------------------------------------ how

    /// @dev The call that reverses the document `NAMED`.
    function _reversal(Kind kind, uint256 from, uint256 to, uint256[] calldata lines)
        private
        pure
        returns (bytes memory)
    {
        Document memory document = _document(from, to, new uint256[](0));
        document.reference_ = 3 << 248 | NAMED;
        Original memory original = Original(kind, _document(from, to, lines), new address[](0));
        return abi.encodeCall(ILedgerSteps.reverse, (document, original, _signing()));
    }
}
