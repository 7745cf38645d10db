// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Stock} from "../../contracts/base/Stock.sol";
import {LotId, SiteId} from "../../contracts/types/Ids.sol";
import {Line} from "../../contracts/types/Line.sol";
import {LotWord} from "../../contracts/types/LotWord.sol";

/// @notice A door into `Stock`: its loop in assembly, and the same rules as the plainest loop there is.
contract Door is Stock {
    function move(uint256[] calldata lines, SiteId from, SiteId to, uint256 usableOn, uint256 shift) external {
        _move(lines, from, to, usableOn, shift);
    }

    function plainMove(uint256[] calldata lines, SiteId from, SiteId to, uint256 usableOn, uint256 shift) external {
        uint256 previous;
        for (uint256 i; i < lines.length; ++i) {
            Line line = Line.wrap(lines[i]);
            if (lines[i] >> shift <= previous) revert StockLedgerLinesNotAscending(i);
            previous = lines[i] >> shift;
            bool spare = (lines[i] >> 63) % 2 ** 17 != 0;
            bool missing = shift == BY_LOT && (lines[i] >> 95) % 2 == 1;
            if (line.quantity() == 0 || spare || missing) revert StockLedgerLineMalformed(i);
            if (usableOn != 0) _plainUsable(line.lot(), from, usableOn);
            if (SiteId.unwrap(from) != 0) _plainTake(from, line.lot(), line.quantity());
            if (SiteId.unwrap(to) != 0) _plainPut(to, line.lot(), line.quantity());
        }
    }

    function _plainUsable(LotId lot, SiteId site, uint256 usableOn) private view {
        uint256 word = LotWord.unwrap(_lots[lot]);
        if (word == 0) revert StockLedgerLotUnknown(lot);
        if (word >> 161 & 1 == 1) revert StockLedgerLotRecalled(lot);
        if (word >> 160 & 1 == 1) revert StockLedgerLotHeld(lot);
        if (_word(site, lot) >> 63 == 1) revert StockLedgerLotHeldHere(site, lot);
        if (uint32(word >> 128) < usableOn) revert StockLedgerLotExpired(lot, uint32(word >> 128));
    }

    function _plainTake(SiteId site, LotId lot, uint256 quantity) private {
        uint256 held = _word(site, lot) % 2 ** 63;
        if (held < quantity) revert StockLedgerStockInsufficient(site, lot, held, quantity);
        setBalance(site, lot, _word(site, lot) - quantity);
    }

    function _plainPut(SiteId site, LotId lot, uint256 quantity) private {
        if (_word(site, lot) % 2 ** 63 + quantity >= 2 ** 63) revert StockLedgerBalanceOverflow(site, lot);
        setBalance(site, lot, _word(site, lot) + quantity);
    }

    function put(SiteId site, LotId lot, uint256 quantity) external {
        _put(site, lot, quantity);
    }

    function take(SiteId site, LotId lot, uint256 quantity) external {
        _take(site, lot, quantity);
    }

    function setLot(LotId lot, uint256 word) external {
        _lots[lot] = LotWord.wrap(word);
    }

    function setBalance(SiteId site, LotId lot, uint256 word) public {
        _balances[uint256(SiteId.unwrap(site)) << 160 | LotId.unwrap(lot)] = word;
    }

    function balance(SiteId site, LotId lot) external view returns (uint256) {
        return _word(site, lot);
    }

    function _word(SiteId site, LotId lot) private view returns (uint256) {
        return _balances[uint256(SiteId.unwrap(site)) << 160 | LotId.unwrap(lot)];
    }
}
