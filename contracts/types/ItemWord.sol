// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CategoryId} from "./Ids.sol";

/// @notice What the catalogue keeps of an item, from the lowest bit up: qualification category (32), shelf life in days
/// (16), base unit (24), serial-numbered (1), registered (1). Zero means that the item was never registered.
type ItemWord is uint256;

using ItemWordLibrary for ItemWord global;

/// @title Words of items
library ItemWordLibrary {
    uint256 private constant _SERIAL = 1 << 72;
    uint256 private constant _REGISTERED = 1 << 73;

    /// @notice The word of a new item.
    function create(CategoryId qualificationCategory_, uint16 shelfLife_, bytes3 unit_, bool serial)
        internal
        pure
        returns (ItemWord)
    {
        return ItemWord.wrap(
            uint256(CategoryId.unwrap(qualificationCategory_)) | uint256(shelfLife_) << 32
                | uint256(uint24(unit_)) << 48 | (serial ? _SERIAL : 0) | _REGISTERED
        );
    }

    function isRegistered(ItemWord word) internal pure returns (bool) {
        return ItemWord.unwrap(word) & _REGISTERED != 0;
    }

    /// @notice The category for which a supplier of the item must be qualified, 0 where none is needed.
    function qualificationCategory(ItemWord word) internal pure returns (CategoryId) {
        return CategoryId.wrap(uint32(ItemWord.unwrap(word)));
    }

    /// @notice Days from the day of making through which the item may be used, 0 where it does not spoil.
    function shelfLife(ItemWord word) internal pure returns (uint16) {
        return uint16(ItemWord.unwrap(word) >> 32);
    }

    /// @notice The base unit: a code of UN/CEFACT Recommendation 20 in ASCII, filled up with a zero byte.
    function unit(ItemWord word) internal pure returns (bytes3) {
        return bytes3(uint24(ItemWord.unwrap(word) >> 48));
    }

    /// @notice Whether each piece has a serial number.
    function isSerial(ItemWord word) internal pure returns (bool) {
        return ItemWord.unwrap(word) & _SERIAL != 0;
    }
}
