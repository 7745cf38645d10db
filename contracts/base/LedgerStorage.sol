// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DocumentKey, LotId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {LotWord} from "../types/LotWord.sol";

/// @title Storage of the ledger: every word it keeps
/// @notice The one place where the ledger's storage is declared. `StockLedger` and `LedgerSteps`, whose code it
/// delegatecalls, both inherit it, so that a slot means the same to both; no other part of either declares state.
abstract contract LedgerStorage {
    mapping(DocumentKey key => uint256 word) internal _documents;
    mapping(SiteId site => Journal journal) internal _siteJournals;
    mapping(LotId lot => Journal journal) internal _lotJournals;
    // slither-disable-next-line uninitialized-state (written by the ledger, whose storage this is)
    mapping(LotId lot => LotWord word) internal _lots;
    /// @dev Keyed by site (64) ‖ lot (160): one hash a balance.
    mapping(uint256 siteAndLot => uint256 word) internal _balances;
    mapping(DocumentKey key => uint256 word) internal _consignments;
}
