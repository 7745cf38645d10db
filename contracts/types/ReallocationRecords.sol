// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConsigneeId, ItemId, ProposalKey, RequestKey, SiteId} from "./Ids.sol";

// What `Reallocation` keeps, as it is in memory: whole words, since masking each field wherever it is met would be most
// of the code. In storage the fields are packed, each in as many bits as the interface gives it.

/// @notice A request.
struct RequestRecord {
    SiteId site;
    ItemId item;
    uint256 quantity;
    uint256 accepted;
    ConsigneeId consignee;
    uint256 neededBy;
    uint256 urgency;
    uint256 reason;
    bool withdrawn;
    uint256 promised;
    /// the last 192 bits of the keccak over everything that was asked; 0 where there is no request
    uint256 content;
}

/// @notice A proposal, but for its lines and the digest of its content.
struct ProposalRecord {
    RequestKey request;
    /// a `ProposalState`
    uint256 state;
    SiteId giver;
    uint256 remaining;
    uint256 proposedAt;
    uint256 approvedAt;
    uint256 endedAt;
}

/// @notice A dispatch or hand-over that was shown.
struct DeliveryRecord {
    ProposalKey proposal;
    /// a `DeliveryState`
    uint256 state;
    uint256 quantity;
}

using RecordLibrary for RequestRecord global;
using RecordLibrary for ProposalRecord global;
using RecordLibrary for DeliveryRecord global;

/// @title Records of reallocation
library RecordLibrary {
    /// @notice Reads a request, each word from the lowest bit up: site (64), item (64), quantity (64), accepted (64);
    /// consignee (160), needed by (40), urgency (8), reason (16), withdrawn (1); promised (64), content (192).
    function read(RequestRecord memory record, uint256[3] storage words) internal view {
        uint256 word = words[0];
        record.site = SiteId.wrap(uint64(word));
        record.item = ItemId.wrap(uint64(word >> 64));
        record.quantity = uint64(word >> 128);
        record.accepted = word >> 192;
        word = words[1];
        record.consignee = ConsigneeId.wrap(uint160(word));
        record.neededBy = uint40(word >> 160);
        record.urgency = uint8(word >> 200);
        record.reason = uint16(word >> 208);
        record.withdrawn = word >> 224 != 0;
        word = words[2];
        record.promised = uint64(word);
        record.content = word >> 64;
    }

    /// @notice Writes a request. Its quantities are below 2**64.
    function write(RequestRecord memory record, uint256[3] storage words) internal {
        words[0] = uint256(SiteId.unwrap(record.site)) | uint256(ItemId.unwrap(record.item)) << 64
            | record.quantity << 128 | record.accepted << 192;
        words[1] = uint256(ConsigneeId.unwrap(record.consignee)) | record.neededBy << 160 | record.urgency << 200
            | record.reason << 208 | (record.withdrawn ? 1 << 224 : 0);
        words[2] = record.promised | record.content << 64;
    }

    /// @notice Reads a proposal, each word from the lowest bit up: request (248), state (8); giver (64), remaining (64),
    /// proposed, approved and ended at (40 each).
    function read(ProposalRecord memory record, uint256[2] storage words) internal view {
        uint256 word = words[0];
        record.request = RequestKey.wrap(uint248(word));
        record.state = word >> 248;
        word = words[1];
        record.giver = SiteId.wrap(uint64(word));
        record.remaining = uint64(word >> 64);
        record.proposedAt = uint40(word >> 128);
        record.approvedAt = uint40(word >> 168);
        record.endedAt = word >> 208;
    }

    /// @notice Writes a proposal. What remains is below 2**64, times are below 2**40.
    function write(ProposalRecord memory record, uint256[2] storage words) internal {
        words[0] = uint256(RequestKey.unwrap(record.request)) | record.state << 248;
        words[1] = uint256(SiteId.unwrap(record.giver)) | record.remaining << 64 | record.proposedAt << 128
            | record.approvedAt << 168 | record.endedAt << 208;
    }

    /// @notice Reads a delivery, each word from the lowest bit up: proposal (248), state (8); quantity.
    function read(DeliveryRecord memory record, uint256[2] storage words) internal view {
        uint256 word = words[0];
        record.proposal = ProposalKey.wrap(uint248(word));
        record.state = word >> 248;
        record.quantity = words[1];
    }

    /// @notice Writes a delivery.
    function write(DeliveryRecord memory record, uint256[2] storage words) internal {
        words[0] = uint256(ProposalKey.unwrap(record.proposal)) | record.state << 248;
        words[1] = record.quantity;
    }
}
