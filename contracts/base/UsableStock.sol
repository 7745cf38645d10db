// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ItemId, LotId, SiteId} from "../types/Ids.sol";
import {Line} from "../types/Line.sol";
import {LotWord} from "../types/LotWord.sol";
import {ReallocationStorage} from "./ReallocationStorage.sol";

/// @title Usable stock
/// @notice What a giver has of listed lots that may be used today, as the stock ledger has it.
abstract contract UsableStock is ReallocationStorage {
    uint256 private constant _BALANCE_MASK = (1 << 63) - 1;
    /// @dev In a balance word: the lot is held at this site.
    uint256 private constant _HELD_HERE = 1 << 63;

    /// @dev Base units of all listed lots that are usable at `site` today.
    function _usableOf(uint256[] storage lines, SiteId site) internal view returns (uint256 usable) {
        uint256 length = lines.length;
        for (uint256 i; i < length; ++i) {
            LotId lot = Line.wrap(lines[i]).lot();
            usable += _usable(lot, _lot(lot), site);
        }
    }

    /// @dev Base units of a lot at `site` that are neither held, recalled, held there, nor past their last day.
    function _usable(LotId lot, LotWord word, SiteId site) internal view returns (uint256) {
        uint256 today = (block.timestamp + _offset) / 1 days;
        if (word.isHeld() || word.isRecalled() || word.useUntil() < today) return 0;
        uint256 balance = _ledger.balance(site, lot);
        return balance & _HELD_HERE != 0 ? 0 : balance & _BALANCE_MASK;
    }

    function _lot(LotId lot) private view returns (LotWord) {
        return _ledger.lot(lot);
    }

    /// @dev The word of a lot of `asked`.
    function _lotOf(LotId lot, ItemId asked) internal view returns (LotWord word) {
        word = _lot(lot);
        if (ItemId.unwrap(word.item()) != ItemId.unwrap(asked)) {
            _refuse(
                uint32(ReallocationLotOther.selector),
                LotId.unwrap(lot),
                ItemId.unwrap(word.item()),
                ItemId.unwrap(asked)
            );
        }
    }
}
