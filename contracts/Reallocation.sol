// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Approvals} from "./base/Approvals.sol";
import {Deliveries} from "./base/Deliveries.sol";
import {Proposals} from "./base/Proposals.sol";
import {ReallocationStorage} from "./base/ReallocationStorage.sol";
import {Requests} from "./base/Requests.sol";
import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {INorms} from "./interfaces/INorms.sol";
import {Delivery, IReallocation, Proposal, Request} from "./interfaces/IReallocation.sol";
import {IStockLedger} from "./interfaces/IStockLedger.sol";
import {DocumentKey, ItemId, ProposalKey, RequestKey, SiteId} from "./types/Ids.sol";
import {Journal} from "./types/Journal.sol";
import {DeliveryRecord, ProposalRecord, RequestRecord} from "./types/ReallocationRecords.sol";

/// @title Reallocation
/// @notice See `IReallocation`. What is asked for is in `Requests`, what is offered and how that ends in `Proposals`,
/// who decides in `Turns` and on what in `Approvals`, what came of it in `Deliveries`.
contract Reallocation is Requests, Proposals, Approvals, Deliveries {
    /// @param norms floors, terms, overdue counts and emergencies
    /// @param ledger the stock ledger whose documents are shown here
    /// @param directory sites and grants
    /// @param catalogue items
    /// @param offset seconds by which the ledger's days are ahead of UTC: 28,800 in China
    constructor(INorms norms, IStockLedger ledger, IDirectory directory, ICatalogue catalogue, uint64 offset)
        ReallocationStorage(norms, ledger, directory, catalogue, offset)
    {}

    // ---------------------------------------------------------------------------------------------- views

    /// @inheritdoc IReallocation
    function reserved(SiteId site, ItemId item) external view returns (uint64) {
        return uint64(_reservedAt(site, item));
    }

    // A record's first words in memory are those of the struct that the interface names for it.

    /// @inheritdoc IReallocation
    function requestOf(RequestKey key) external view returns (Request memory answer) {
        RequestRecord memory record = _requestAt(key);
        assembly ("memory-safe") {
            answer := record
        }
    }

    /// @inheritdoc IReallocation
    function proposalOf(ProposalKey key) external view returns (Proposal memory answer) {
        ProposalRecord memory record = _proposalAt(key);
        assembly ("memory-safe") {
            answer := record
        }
    }

    /// @inheritdoc IReallocation
    function linesOf(ProposalKey key) external view returns (uint256[] memory) {
        return _lines[key];
    }

    /// @inheritdoc IReallocation
    function deliveryOf(DocumentKey key) external view returns (Delivery memory answer) {
        DeliveryRecord memory record = _deliveryAt(key);
        assembly ("memory-safe") {
            answer := record
        }
    }

    /// @inheritdoc IReallocation
    function journal(RequestKey key) external view returns (Journal) {
        return _journals[key];
    }
}
