// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalogue} from "../interfaces/ICatalogue.sol";
import {ItemId, LotId, SiteId} from "../types/Ids.sol";
import {ItemWord} from "../types/ItemWord.sol";
import {Attributes} from "../types/Line.sol";
import {LotWord, LotWordLibrary} from "../types/LotWord.sol";
import {Stock} from "./Stock.sol";

/// @title Lots: how they come to be
/// @notice Creates the lots that openings, receipts and repacks name, of items that the Catalogue knows.
abstract contract Lots is Stock {
    ICatalogue internal immutable _catalogue;

    constructor(ICatalogue catalogue) {
        _catalogue = catalogue;
    }

    /// @dev Creates a lot, unless it is there: a receipt never changes the status of a lot, for the better least of
    /// all. Use-until is the printed day; else made + shelf life; else none.
    function _create(LotId lot_, Attributes attributes, ItemWord item, SiteId site, bool held)
        internal
        returns (LotWord word)
    {
        word = _lots[lot_];
        if (word.exists()) return word;
        word = LotWordLibrary.create(attributes.item(), site, _useUntil(lot_, attributes, item), held);
        _lots[lot_] = word;
    }

    /// @dev Made so late that the last day of use would be none that a lot word holds, or the one that stands for never,
    /// is a mistake in the day of making.
    function _useUntil(LotId lot_, Attributes attributes, ItemWord item) private pure returns (uint32) {
        if (attributes.expires() != 0) return attributes.expires();
        // slither-disable-next-line incorrect-equality (0 is no day)
        if (attributes.made() == 0 || item.shelfLife() == 0) return LotWordLibrary.NEVER;
        uint256 last = uint256(attributes.made()) + item.shelfLife();
        if (last >= LotWordLibrary.NEVER) revert StockLedgerMadeTooLate(lot_, attributes.made(), item.shelfLife());
        return uint32(last);
    }

    /// @dev Refuses a lot id that its attributes do not hash to.
    function _requireLot(LotId lot_, LotId computed) internal pure {
        if (lot_ != computed) revert StockLedgerLotMismatch(lot_, computed);
    }

    /// @dev The word of an item that the Catalogue knows.
    function _item(ItemId id) internal view returns (ItemWord word) {
        word = _catalogue.item(id);
        if (!word.isRegistered()) revert StockLedgerItemUnknown(id);
    }
}
