// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ItemId, SiteId} from "./Ids.sol";

/// @notice What the ledger keeps of a lot, from the lowest bit up: item (64), creating site (64), use-until day (32),
/// status (8: 1 held, 2 recalled). Zero means that no document ever created the lot.
/// @dev Use-until and status lie side by side, so that one comparison of `word >> 128` says whether a lot is usable.
type LotWord is uint256;

using LotWordLibrary for LotWord global;

/// @title Words of lots
library LotWordLibrary {
    /// @dev Created held; a release at the creating site clears it everywhere.
    uint256 internal constant HELD = 1 << 160;

    /// @dev Recalled everywhere, until lifted.
    uint256 internal constant RECALLED = 1 << 161;

    /// @dev The use-until day of goods that do not expire.
    uint32 internal constant NEVER = type(uint32).max;

    /// @notice The word of a new lot.
    function create(ItemId item_, SiteId site, uint32 useUntil_, bool held) internal pure returns (LotWord) {
        return LotWord.wrap(
            uint256(ItemId.unwrap(item_)) | uint256(SiteId.unwrap(site)) << 64 | uint256(useUntil_) << 128
                | (held ? HELD : 0)
        );
    }

    function exists(LotWord word) internal pure returns (bool) {
        return LotWord.unwrap(word) != 0;
    }

    function item(LotWord word) internal pure returns (ItemId) {
        return ItemId.wrap(uint64(LotWord.unwrap(word)));
    }

    function creatingSite(LotWord word) internal pure returns (SiteId) {
        return SiteId.wrap(uint64(LotWord.unwrap(word) >> 64));
    }

    /// @notice The last day, counted from 1970 at the ledger's offset, on which the lot may be used.
    function useUntil(LotWord word) internal pure returns (uint32) {
        return uint32(LotWord.unwrap(word) >> 128);
    }

    function isHeld(LotWord word) internal pure returns (bool) {
        return LotWord.unwrap(word) & HELD != 0;
    }

    function isRecalled(LotWord word) internal pure returns (bool) {
        return LotWord.unwrap(word) & RECALLED != 0;
    }

    function released(LotWord word) internal pure returns (LotWord) {
        return LotWord.wrap(LotWord.unwrap(word) & ~HELD);
    }

    function recalled(LotWord word) internal pure returns (LotWord) {
        return LotWord.wrap(LotWord.unwrap(word) | RECALLED);
    }

    function lifted(LotWord word) internal pure returns (LotWord) {
        return LotWord.wrap(LotWord.unwrap(word) & ~RECALLED);
    }
}
