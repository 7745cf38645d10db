// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SiteId} from "../types/Ids.sol";
import {Act, DocumentBook} from "./DocumentBook.sol";

/// @title Consignments: goods in transit
/// @notice OPEN → ACCEPTED (something returning or missing) → CLOSED. The contract keeps one word a consignment, a
/// commitment to state, sites, signers and remaining lines; whoever takes the next step brings these along.
/// @dev What a dispatch commits to and every later step (`ConsignmentSteps`) must find again.
abstract contract Consignments is DocumentBook {
    uint8 internal constant OPEN = 1;
    uint8 internal constant ACCEPTED = 2;
    /// @dev The whole word of a consignment of which nothing remains.
    uint256 internal constant CLOSED = 1;

    /// @dev keccak(state, from, to, keccak(signers), keccak(lines))[:192], in the upper bits of the word.
    function _commitment(uint8 state, SiteId from, SiteId to, address[] memory signers, uint256[] memory lines)
        internal
        pure
        returns (uint256)
    {
        bytes32 linesHash;
        assembly ("memory-safe") {
            // The words as they lie; `abi.encodePacked` would copy them one by one.
            linesHash := keccak256(add(lines, 0x20), shl(5, mload(lines)))
        }
        return uint256(keccak256(abi.encode(state, from, to, keccak256(abi.encodePacked(signers)), linesHash))) >> 64
            << 64;
    }

    /// @dev The signers so far and those of this act.
    function _withSigners(address[] memory signers, Act memory act) internal pure returns (address[] memory all) {
        all = new address[](signers.length + (act.header.approver.holder == address(0) ? 1 : 2));
        for (uint256 i; i < signers.length; ++i) all[i] = signers[i];
        all[signers.length] = act.header.sender.holder;
        if (act.header.approver.holder != address(0)) all[signers.length + 1] = act.header.approver.holder;
    }
}
