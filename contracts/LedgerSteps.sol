// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConsignmentSteps} from "./base/ConsignmentSteps.sol";
import {DocumentBook} from "./base/DocumentBook.sol";
import {Reversals} from "./base/Reversals.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";

/// @title Code of the steps that follow upon a document
/// @notice Acceptance, contest, return, settlement and reversal. `StockLedger` delegatecalls this code, which then
/// reads and writes the ledger's storage, emits the ledger's events and checks consents in the ledger's domain. It
/// keeps nothing of its own, and whoever calls it directly is refused.
contract LedgerSteps is ConsignmentSteps, Reversals {
    /// @param directory_ divisions, sites and grants
    /// @param offset_ seconds by which the ledger's days are ahead of UTC: 28,800 in China
    constructor(IDirectory directory_, uint64 offset_) DocumentBook(directory_, offset_) {}

    /// @notice The Directory that the code was built for; a ledger must have the same.
    function directory() external view returns (IDirectory) {
        return _directory;
    }

    /// @notice The seconds by which days are ahead of UTC; a ledger must have the same.
    function offset() external view returns (uint64) {
        return _offset;
    }
}
