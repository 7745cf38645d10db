// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalogue} from "../interfaces/ICatalogue.sol";
import {IDirectory} from "../interfaces/IDirectory.sol";
import {ILedgerDomain} from "../interfaces/ILedgerDomain.sol";
import {INorms} from "../interfaces/INorms.sol";
import {IReallocation} from "../interfaces/IReallocation.sol";
import {IStockLedger} from "../interfaces/IStockLedger.sol";
import {DivisionId, DocumentKey, ItemId, ProposalKey, RequestKey, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Kind} from "../types/Kind.sol";
import {ProposalState} from "../types/ProposalState.sol";
import {DeliveryRecord, ProposalRecord, RequestRecord} from "../types/ReallocationRecords.sol";
import {Role} from "../types/Role.sol";
import {Timestamp} from "../types/Timestamp.sol";
import {Refusing} from "./Refusing.sol";

/// @title Storage of reallocation: every word it keeps, and whom it asks
/// @notice The one place where its storage is declared, with the checks and journals that all of its parts share.
abstract contract ReallocationStorage is IReallocation, Refusing {
    uint256 internal constant PROPOSED = uint256(ProposalState.PROPOSED);
    uint256 internal constant APPROVED = uint256(ProposalState.APPROVED);

    /// @dev Type of a reference that names a proposal; opaque to the ledger.
    uint256 internal constant REFERENCE_PROPOSAL = 4;

    /// @dev Quantities and all sums that are kept are below this.
    uint256 internal constant QUANTITY_LIMIT = 1 << 63;

    INorms internal immutable _norms;
    IStockLedger internal immutable _ledger;
    IDirectory internal immutable _directory;
    ICatalogue internal immutable _catalogue;
    /// @dev Seconds by which days are ahead of UTC.
    uint64 internal immutable _offset;
    /// @dev The ledger's domain, in which approvers sign consents.
    bytes32 internal immutable _ledgerSeparator;

    mapping(RequestKey key => uint256[3] words) private _requests;
    mapping(RequestKey key => Journal journal) internal _journals;
    mapping(ProposalKey key => uint256[2] words) private _proposals;
    /// @dev Keccak over everything that was offered; 0 where there is no proposal.
    mapping(ProposalKey key => bytes32 content) internal _offered;
    mapping(ProposalKey key => uint256[] lines) internal _lines;
    mapping(DocumentKey key => uint256[2] words) private _deliveries;
    mapping(DocumentKey key => bool shown) internal _settlementsShown;
    mapping(SiteId site => mapping(ItemId item => uint256 quantity)) private _reserved;

    constructor(INorms norms, IStockLedger ledger, IDirectory directory, ICatalogue catalogue, uint64 offset) {
        _norms = norms;
        _ledger = ledger;
        _directory = directory;
        _catalogue = catalogue;
        _offset = offset;
        _ledgerSeparator = ILedgerDomain(address(ledger)).domainSeparator();
    }

    // ---------------------------------------------------------------------------------------------- records

    function _requestAt(RequestKey key) internal view returns (RequestRecord memory record) {
        record.read(_requests[key]);
    }

    function _saveRequest(RequestKey key, RequestRecord memory record) internal {
        record.write(_requests[key]);
    }

    function _proposalAt(ProposalKey key) internal view returns (ProposalRecord memory record) {
        record.read(_proposals[key]);
    }

    function _saveProposal(ProposalKey key, ProposalRecord memory record) internal {
        record.write(_proposals[key]);
    }

    function _deliveryAt(DocumentKey key) internal view returns (DeliveryRecord memory record) {
        record.read(_deliveries[key]);
    }

    function _saveDelivery(DocumentKey key, DeliveryRecord memory record) internal {
        record.write(_deliveries[key]);
    }

    function _reservedAt(SiteId site, ItemId item) internal view returns (uint256) {
        return _reserved[site][item];
    }

    function _setReserved(SiteId site, ItemId item, uint256 quantity) internal {
        _reserved[site][item] = quantity;
    }

    // ---------------------------------------------------------------------------------------------- what there is

    /// @dev A request that still asks for something.
    function _openRequest(RequestKey key) internal view returns (RequestRecord memory record) {
        record = _requestAt(key);
        // slither-disable-next-line incorrect-equality (0: there is none)
        if (record.content == 0) _refuse(uint32(ReallocationRequestUnknown.selector), RequestKey.unwrap(key));
        if (record.withdrawn || record.accepted >= record.quantity || block.timestamp > record.neededBy) {
            _refuse(
                uint32(ReallocationRequestOver.selector),
                RequestKey.unwrap(key),
                record.accepted,
                record.withdrawn ? 1 : 0,
                record.neededBy
            );
        }
    }

    function _knownProposal(ProposalKey key) internal view returns (ProposalRecord memory record) {
        record = _proposalAt(key);
        // slither-disable-next-line incorrect-equality (0: there is none)
        if (record.state == 0) _refuse(uint32(ReallocationProposalUnknown.selector), ProposalKey.unwrap(key));
    }

    function _stateWrong(ProposalKey key, uint256 state) internal pure {
        _refuse(uint32(ReallocationStateWrong.selector), ProposalKey.unwrap(key), state);
    }

    // ---------------------------------------------------------------------------------------------- kinds

    /// @dev Whether goods leave the giver with a document of this kind.
    function _leaves(Kind kind) internal pure returns (bool) {
        return kind == Kind.DISPATCH || kind == Kind.HAND_OVER;
    }

    function _kindWrong(Kind kind) internal pure {
        _refuse(uint32(ReallocationKindWrong.selector), uint256(kind));
    }

    // ---------------------------------------------------------------------------------------------- who may

    /// @dev Position of the caller's grant, which acts now.
    function _requireGrant(Role role, DivisionId division) internal view returns (uint256 position) {
        // slither-disable-next-line unused-return (the grant's key follows from the event)
        (, position) = _directory.requireGrant(msg.sender, role, division, 0);
    }

    /// @dev Refuses a division that contains neither of two sites.
    function _requireEither(DivisionId division, SiteId site, SiteId other) internal pure {
        if (!division.containsSite(site) && !division.containsSite(other)) {
            _refuse(uint32(ReallocationGrantElsewhere.selector), DivisionId.unwrap(division), SiteId.unwrap(site));
        }
    }

    /// @dev Refuses where something that needs a reason has none. `quantity` and `floor` are those of a request.
    function _requireReason(uint16 reason, uint64 quantity, uint64 floor) internal pure {
        // slither-disable-next-line incorrect-equality (0 is no reason)
        if (reason == 0) _refuse(uint32(ReallocationReasonMissing.selector), quantity, floor);
    }

    function _requireNamed(ProposalKey[] calldata proposals) internal pure {
        if (proposals.length == 0) revert ReallocationNothingNamed();
    }

    // ---------------------------------------------------------------------------------------------- quantities

    /// @dev A sum that may be kept.
    function _kept(uint256 sum) internal pure returns (uint256) {
        if (sum >= QUANTITY_LIMIT) _refuse(uint32(ReallocationQuantityInvalid.selector), sum);
        return sum;
    }

    /// @dev A quantity that may be asked for or offered.
    function _requireQuantity(uint256 quantity) internal pure {
        if (quantity == 0 || quantity >= QUANTITY_LIMIT) {
            _refuse(uint32(ReallocationQuantityInvalid.selector), quantity);
        }
    }

    /// @dev A sum that is only looked at: the highest quantity there is stands for all above it.
    function _capped(uint256 sum) internal pure returns (uint256) {
        return sum < QUANTITY_LIMIT ? sum : QUANTITY_LIMIT - 1;
    }

    // ---------------------------------------------------------------------------------------------- time

    /// @dev The last second of a claimed time: its own, or that of its day where only the day is known.
    function _endOf(Timestamp time) internal pure returns (uint256) {
        uint256 seconds_ = time.secondsOf();
        return time.isDayOnly() ? seconds_ + 1 days - 1 : seconds_;
    }

    // ---------------------------------------------------------------------------------------------- journals

    /// @dev Appends an event with three indexed fields to the journal of its request, and emits it.
    /// @param entry abi.encode(the event's selector, every field of it in order, indexed ones first), all whole words:
    /// what the journal's digest is taken over is what the log holds, so it is encoded once
    function _enter(RequestKey key, bytes memory entry) internal {
        _roll(key, keccak256(entry));
        _log(entry);
    }

    function _roll(RequestKey key, bytes32 digest) internal {
        _journals[key] = _journals[key].roll(RequestKey.unwrap(key), digest);
    }

    /// @dev Emits an event with three indexed fields.
    /// @param entry selector and indexed fields, a word each, then the event's data
    function _log(bytes memory entry) internal {
        assembly ("memory-safe") {
            let start := add(entry, 0x20)
            log4(
                add(start, 0x80),
                sub(mload(entry), 0x80),
                mload(start),
                mload(add(start, 0x20)),
                mload(add(start, 0x40)),
                mload(add(start, 0x60))
            )
        }
    }
}
