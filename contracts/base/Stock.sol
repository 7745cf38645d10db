// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocuments} from "../interfaces/IDocuments.sol";
import {LotId, SiteId} from "../types/Ids.sol";
import {Line} from "../types/Line.sol";
import {LotWord} from "../types/LotWord.sol";
import {LedgerStorage} from "./LedgerStorage.sol";

/// @title Stock: what each site holds of each lot
/// @notice Moves quantities. It knows no documents and no signers.
abstract contract Stock is IDocuments, LedgerStorage {
    /// @dev Shift that leaves (lot, reason), by which the lines of most documents ascend.
    uint256 internal constant BY_LOT_AND_REASON = 80;
    /// @dev Shift that leaves the lot, by which lines of dispatch, count, release, hold and recall ascend.
    uint256 internal constant BY_LOT = 96;

    /// @dev Where goods come from or go to no site.
    SiteId internal constant NO_SITE = SiteId.wrap(0);

    uint256 internal constant QUANTITY_MASK = (1 << 63) - 1;
    /// @dev In a balance word: the lot is held at this site.
    uint256 internal constant HELD_HERE = 1 << 63;
    /// @dev The top bit of a line's reason.
    uint256 private constant MISSING = 1 << 95;
    /// @dev The 17 spare bits of a line.
    uint256 private constant SPARE_MASK = ((1 << 17) - 1) << 63;

    // ---------------------------------------------------------------------------------------------- many lines

    /// @dev Moves lines of one word from one site to another; 0 is no site. Lots must be usable on day `usableOn`,
    /// whatever their status where that is 0. Lines ascend by what `shift` leaves of them.
    ///
    /// This loop is most of what a hand-over costs: three cold words a line, and nothing else that could be left out.
    /// It stops at the first bad line, before it is written; `_refuse` then finds out what is wrong with it. Balances
    /// are below 2**63, so that neither sum nor difference of two leaves 64 bits unnoticed.
    function _move(uint256[] calldata lines, SiteId from, SiteId to, uint256 usableOn, uint256 shift) internal {
        uint256 bad;
        assembly ("memory-safe") {
            // Two areas for hashing, [key, mapping slot] each: lots in scratch space, balances in free memory.
            let balanceArea := mload(0x40)
            mstore(0x20, _lots.slot)
            mstore(add(balanceArea, 0x20), _balances.slot)

            let previous := 0
            // The lines of a consignment must not look like exceptions.
            let forbidden := SPARE_MASK
            if eq(shift, BY_LOT) { forbidden := or(forbidden, MISSING) }
            let fromSite := shl(160, from)
            let toSite := shl(160, to)
            let usableRange := sub(0x100000000, usableOn)
            let end := add(lines.offset, shl(5, lines.length))
            let position := lines.offset
            for {} lt(position, end) { position := add(position, 0x20) } {
                let head := calldataload(position)
                let order := shr(shift, head)
                let quantity := and(head, QUANTITY_MASK)
                let good := and(gt(order, previous), and(gt(quantity, 0), iszero(and(head, forbidden))))
                previous := order
                let lotId := shr(96, head)
                if usableOn {
                    // Status ‖ use-until day: usable in [usableOn, 2**32), any status bit lies above.
                    mstore(0, lotId)
                    let status := shr(128, sload(keccak256(0, 0x40)))
                    good := and(good, lt(sub(status, usableOn), usableRange))
                }
                // Both words are read before either is written, so that what is refused can be explained.
                let fromSlot
                let fromWord
                if fromSite {
                    mstore(balanceArea, or(fromSite, lotId))
                    fromSlot := keccak256(balanceArea, 0x40)
                    fromWord := sload(fromSlot)
                    good := and(good, iszero(lt(and(fromWord, QUANTITY_MASK), quantity)))
                    if usableOn { good := and(good, iszero(and(fromWord, HELD_HERE))) }
                }
                if toSite {
                    mstore(balanceArea, or(toSite, lotId))
                    let slot := keccak256(balanceArea, 0x40)
                    let word := sload(slot)
                    good := and(good, iszero(and(add(and(word, QUANTITY_MASK), quantity), HELD_HERE)))
                    if iszero(good) { break }
                    sstore(slot, add(word, quantity))
                }
                if iszero(good) { break }
                if fromSite { sstore(fromSlot, sub(fromWord, quantity)) }
            }
            bad := shr(5, sub(position, lines.offset))
        }
        if (bad != lines.length) _refuse(lines, bad, from, to, usableOn, shift);
    }

    /// @dev Says what `_move` found wrong with line `index`. Reverts always.
    function _refuse(
        uint256[] calldata lines,
        uint256 index,
        SiteId from,
        SiteId to,
        uint256 usableOn,
        uint256 shift
    ) private view {
        Line line = Line.wrap(lines[index]);
        LotId lot_ = line.lot();
        uint256 previous = index == 0 ? 0 : lines[index - 1] >> shift;
        if (Line.unwrap(line) >> shift <= previous) revert StockLedgerLinesNotAscending(index);
        if (line.quantity() == 0 || !line.isWellFormed() || (shift == BY_LOT && line.isMissing())) _malformed(index);
        if (usableOn != 0) _requireUsable(lot_, from, usableOn);
        if (SiteId.unwrap(from) != 0) {
            uint256 held = _balances[_at(from, lot_)] & QUANTITY_MASK;
            if (held < line.quantity()) revert StockLedgerStockInsufficient(from, lot_, held, line.quantity());
        }
        revert StockLedgerBalanceOverflow(to, lot_);
    }

    // ---------------------------------------------------------------------------------------------- one lot

    /// @dev The key of a balance.
    function _at(SiteId site, LotId lot_) internal pure returns (uint256) {
        return uint256(SiteId.unwrap(site)) << 160 | LotId.unwrap(lot_);
    }

    /// @dev Adds base units of a lot to a site.
    function _put(SiteId site, LotId lot_, uint256 quantity) internal {
        uint256 word = _balances[_at(site, lot_)];
        if ((word & QUANTITY_MASK) + quantity > QUANTITY_MASK) revert StockLedgerBalanceOverflow(site, lot_);
        _balances[_at(site, lot_)] = word + quantity;
    }

    /// @dev Takes base units of a lot, whatever its status, from a site.
    function _take(SiteId site, LotId lot_, uint256 quantity) internal {
        uint256 word = _balances[_at(site, lot_)];
        uint256 held = word & QUANTITY_MASK;
        if (held < quantity) revert StockLedgerStockInsufficient(site, lot_, held, quantity);
        _balances[_at(site, lot_)] = word - quantity;
    }

    /// @dev Refuses a lot that is unknown, held, recalled, held at `site`, or past its use-until day on `usableOn`.
    function _requireUsable(LotId lot_, SiteId site, uint256 usableOn) internal view {
        LotWord word = _knownLot(lot_);
        if (word.isRecalled()) revert StockLedgerLotRecalled(lot_);
        if (word.isHeld()) revert StockLedgerLotHeld(lot_);
        if (_balances[_at(site, lot_)] & HELD_HERE != 0) revert StockLedgerLotHeldHere(site, lot_);
        if (word.useUntil() < usableOn) revert StockLedgerLotExpired(lot_, word.useUntil());
    }

    /// @dev The word of a lot that some document created.
    function _knownLot(LotId lot_) internal view returns (LotWord word) {
        word = _lots[lot_];
        if (!word.exists()) revert StockLedgerLotUnknown(lot_);
    }

    // ---------------------------------------------------------------------------------------------- lines

    /// @dev The head of the line at word `index`, which ascends from `previous` by what `shift` leaves of it.
    function _head(uint256[] calldata lines, uint256 index, uint256 previous, uint256 shift)
        internal
        pure
        returns (Line line)
    {
        line = Line.wrap(lines[index]);
        if (Line.unwrap(line) >> shift <= previous >> shift) revert StockLedgerLinesNotAscending(index);
        if (!line.isWellFormed()) _malformed(index);
    }

    /// @dev One place for a refusal that many lines share. Reverts always.
    function _malformed(uint256 index) internal pure {
        revert StockLedgerLineMalformed(index);
    }
}
