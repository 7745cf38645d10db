// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {QualificationId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Supply} from "./Entries.sol";
import {Shipments} from "./Shipments.sol";
import {check, same} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice Documents that must be refused. Each is made and sent as any other, in a call to oneself: the refusal comes
/// through as the ledger gave it, and undoes what was noted.
abstract contract Attempts is Shipments {
    modifier attempt() {
        check(msg.sender == address(this), "attempts are the handler's own");
        _;
    }

    /// @dev Sees that the attempt fails with these very bytes.
    function _mustRefuse(bytes memory attempted, bytes memory expected) internal {
        (bool done, bytes memory answer) = address(this).call(attempted);
        check(!done, "recorded what must be refused");
        same(uint32(bytes4(answer)), uint32(bytes4(expected)), "refused for another reason");
        same(uint256(keccak256(answer)), uint256(keccak256(expected)), "the refusal says something else");
        ++refusals;
    }

    // ------------------------------------------------------------------------------------------------ attempts

    function tryOpening(uint64 site) external attempt {
        _open(site);
    }

    function tryReceipt(uint64 to, Supply memory supply) external attempt {
        _receiveOne(to, supply, 1 + _draw(9));
    }

    /// @notice The goods of a receipt once more.
    function tryReceiptAgain(uint256 index) external attempt {
        Draft memory draft = drafts[index];
        draft.document.clientId = keccak256(abi.encode(draft.document.clientId));
        _receive(draft);
    }

    function tryRepack(uint64 site, uint256[] memory taken) external attempt {
        _repackLines(site, taken);
    }

    /// @notice Turns what is taken into the lot that a receipt of one line brought.
    function tryRepackInto(uint64 site, uint256[] memory taken, uint256 receipt) external attempt {
        uint256[] memory received = drafts[receipt].document.lines;
        uint256[] memory lines = new uint256[](5);
        (lines[0], lines[1]) = (taken[0], _head(uint160(received[0] >> 96), 0, 1 + _draw(9)));
        (lines[2], lines[3], lines[4]) = (received[2], received[3], drafts[receipt].document.from);
        _repackWords(site, lines);
    }

    function tryCount(uint64 site, uint256[] memory lines) external attempt {
        _countWith(site, lines);
    }

    function tryHandOver(uint64 from, uint64 to, uint256[] memory lines) external attempt {
        _handOverLines(from, to, lines);
    }

    function tryDispatch(uint64 from, uint64 to, uint256[] memory lines) external attempt {
        _dispatchLines(from, to, lines);
    }

    function tryAccept(uint256 shipment, uint256[] memory exceptions) external attempt {
        _accept(shipment, exceptions);
    }

    function tryReturn(uint256 shipment) external attempt {
        _returnOf(shipment);
    }

    function tryAcceptReturn(uint256 shipment, uint256[] memory missing) external attempt {
        _acceptReturnOf(shipment, missing);
    }

    function trySettle(uint256 shipment, uint256[] memory found) external attempt {
        _settleOf(shipment, found);
    }

    function tryReverse(uint256 index) external attempt {
        _reverse(index);
    }

    function tryRecall(uint160 issuer, uint256 key, uint256[] memory lines) external attempt {
        _recallBy(Kind.RECALL, issuer, key, lines);
    }

    // ------------------------------------------------------------------------------------------------ parts

    function _grain() internal view returns (Supply memory) {
        return Supply(SUPPLIER, SUPPLYING, QualificationId.wrap(0), GRAIN);
    }

    function _counted(uint160 lot, uint256 counted, uint256 expected) internal pure returns (uint256[] memory lines) {
        lines = new uint256[](2);
        (lines[0], lines[1]) = (_head(lot, 0, counted), expected);
    }

    /// @dev Dispatches the lines and returns the consignment.
    function _consign(uint64 from, uint64 to, uint256[] memory lines) internal returns (uint256) {
        return recorded[_dispatchLines(from, to, lines)].shipment;
    }

    /// @dev Accepts a consignment of one lot but for 3 units that go back and 4 that are missing.
    function _acceptMost(uint256 shipment, uint160 lot) internal {
        uint256[] memory exceptions = new uint256[](2);
        (exceptions[0], exceptions[1]) = (_head(lot, 1, 3), _head(lot, 1 << 15, 4));
        _accept(shipment, exceptions);
    }
}
