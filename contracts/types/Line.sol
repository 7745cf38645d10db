// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ItemId, LotId} from "./Ids.sol";

/// @notice The head word of a line: lot (160) ‖ reason (16) ‖ zero (17) ‖ quantity (63).
/// @dev In an exception of a consignment the top bit of the reason says missing (1) or returning (0).
type Line is uint256;

/// @notice Attributes of a lot in one word: item (64) ‖ made day (32) ‖ expires day (32) ‖ zero (127) ‖ own (1).
/// @dev Days are counted from 1970 at the ledger's offset; 0 is none. `own` asks for a lot of the line's own.
type Attributes is uint256;

using LineLibrary for Line global;
using AttributesLibrary for Attributes global;

/// @title Lines
library LineLibrary {
    uint256 internal constant QUANTITY_MASK = (1 << 63) - 1;
    /// @dev The 17 bits between reason and quantity; zero in a well-formed line.
    uint256 internal constant SPARE_MASK = ((1 << 17) - 1) << 63;
    /// @dev The top bit of the reason.
    uint256 internal constant MISSING = 1 << 95;
    /// @dev Shift that leaves (lot, reason), by which lines ascend.
    uint256 internal constant BY_LOT_AND_REASON = 80;
    /// @dev Shift that leaves the lot alone, by which lines of dispatch, count, release, hold and recall ascend.
    uint256 internal constant BY_LOT = 96;

    function lot(Line line) internal pure returns (LotId) {
        return LotId.wrap(uint160(Line.unwrap(line) >> 96));
    }

    function reason(Line line) internal pure returns (uint16) {
        return uint16(Line.unwrap(line) >> 80);
    }

    /// @notice Base units of the lot's item, below 2**63.
    function quantity(Line line) internal pure returns (uint256) {
        return Line.unwrap(line) & QUANTITY_MASK;
    }

    function isMissing(Line line) internal pure returns (bool) {
        return Line.unwrap(line) & MISSING != 0;
    }

    function isWellFormed(Line line) internal pure returns (bool) {
        return Line.unwrap(line) & SPARE_MASK == 0;
    }

    /// @notice The line with another quantity, which is below 2**63.
    function withQuantity(Line line, uint256 quantity_) internal pure returns (Line) {
        return Line.wrap((Line.unwrap(line) & ~QUANTITY_MASK) | quantity_);
    }
}

/// @title Attributes of lots
library AttributesLibrary {
    function item(Attributes attributes) internal pure returns (ItemId) {
        return ItemId.wrap(uint64(Attributes.unwrap(attributes) >> 192));
    }

    function made(Attributes attributes) internal pure returns (uint32) {
        return uint32(Attributes.unwrap(attributes) >> 160);
    }

    function expires(Attributes attributes) internal pure returns (uint32) {
        return uint32(Attributes.unwrap(attributes) >> 128);
    }

    function isOwn(Attributes attributes) internal pure returns (bool) {
        return Attributes.unwrap(attributes) & 1 != 0;
    }

    function isWellFormed(Attributes attributes) internal pure returns (bool) {
        return uint128(Attributes.unwrap(attributes)) < 2;
    }

    /// @notice The id of the lot with these attributes: the same goods get the same id wherever they are typed in.
    /// @param source the supplier, or the salted digest of the donor
    /// @param batch the digest of the batch as printed
    /// @param own 0 for ordinary lots; keccak(document key, line ordinal) for goods that must be held
    function lotId(Attributes attributes, uint256 source, bytes32 batch, uint256 own) internal pure returns (LotId) {
        return LotId.wrap(
            uint160(
                uint256(
                    keccak256(abi.encode(attributes.item(), source, batch, attributes.made(), attributes.expires(), own))
                ) >> 96
            )
        );
    }
}
