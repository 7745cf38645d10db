// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Asking, IReallocation} from "../interfaces/IReallocation.sol";
import {Contents} from "../libraries/Contents.sol";
import {ConsigneeId, DivisionId, DocumentKey, ItemId, RequestKey, SiteId} from "../types/Ids.sol";
import {RequestRecord} from "../types/ReallocationRecords.sol";
import {Role} from "../types/Role.sol";
import {SiteWord} from "../types/SiteWord.sol";
import {ReallocationStorage} from "./ReallocationStorage.sol";

/// @title Requests
/// @notice What a site asks for. A request is never closed by anybody: it is covered, withdrawn, or its day is over.
abstract contract Requests is ReallocationStorage {
    uint64 private constant _NEEDED_WITHIN = 366 days;

    uint8 private constant _ROUTINE = 1;
    uint8 private constant _CRITICAL = 3;

    /// @dev Bytes of an encoded `Asking`.
    uint256 private constant _ASKING_LENGTH = 9 * 0x20;

    /// @dev Above this many times the floor a request says why.
    uint256 private constant _FLOORS_WITHOUT_REASON = 3;

    // ---------------------------------------------------------------------------------------------- request

    /// @inheritdoc IReallocation
    function request(Asking memory asking, DivisionId keeperDivision) external returns (RequestKey key) {
        key = RequestKey.wrap(DocumentKey.unwrap(Contents.keyOf(SiteId.unwrap(asking.site), asking.clientId)));
        // Whole words, validated while they were decoded: they lie in the calldata as they would be encoded.
        bytes memory encoded = msg.data[4:4 + _ASKING_LENGTH];
        uint256 content = uint192(uint256(keccak256(encoded)));
        uint256 stored = _requestAt(key).content;
        if (stored == content) return key;
        if (stored != 0) _refuse(uint32(ReallocationKeyTaken.selector), RequestKey.unwrap(key));

        _requireAskable(asking);
        uint256 position = _requireKeeperOf(asking.site, keeperDivision);
        uint64 floor = _norms.floor(asking.site, asking.item).valueAt(block.timestamp);
        if (floor != 0 && asking.quantity > _FLOORS_WITHOUT_REASON * floor) {
            _requireReason(asking.reason, asking.quantity, floor);
        }

        _saveRequest(key, _recordOf(asking, content));
        _enter(
            key,
            bytes.concat(
                abi.encode(RequestMade.selector, key, asking.site, msg.sender),
                encoded,
                abi.encode(floor, keeperDivision, position, block.timestamp)
            )
        );
    }

    function _requireAskable(Asking memory asking) private view {
        SiteWord site = _directory.site(asking.site);
        if (!site.isRegistered() || site.isClosed()) {
            _refuse(uint32(ReallocationSiteNotOpen.selector), SiteId.unwrap(asking.site));
        }
        if (!_catalogue.item(asking.item).isRegistered()) {
            _refuse(uint32(ReallocationItemUnknown.selector), ItemId.unwrap(asking.item));
        }
        _requireQuantity(asking.quantity);
        uint64 now_ = uint64(block.timestamp);
        if (asking.neededBy <= now_ || asking.neededBy > now_ + _NEEDED_WITHIN) {
            _refuse(uint32(ReallocationNeededByOutside.selector), asking.neededBy, now_ + 1, now_ + _NEEDED_WITHIN);
        }
        if (asking.urgency < _ROUTINE || asking.urgency > _CRITICAL) {
            _refuse(uint32(ReallocationUrgencyUnknown.selector), asking.urgency);
        }
        if (ConsigneeId.unwrap(asking.consignee) != 0) _directory.requireConsignee(asking.consignee);
    }

    function _requireKeeperOf(SiteId site, DivisionId division) private view returns (uint256) {
        _requireEither(division, site, site);
        return _requireGrant(Role.KEEPER, division);
    }

    function _recordOf(Asking memory asking, uint256 content) private pure returns (RequestRecord memory record) {
        record.site = asking.site;
        record.item = asking.item;
        record.quantity = asking.quantity;
        record.consignee = asking.consignee;
        record.neededBy = asking.neededBy;
        record.urgency = asking.urgency;
        record.reason = asking.reason;
        record.content = content;
    }

    // ---------------------------------------------------------------------------------------------- withdrawal

    /// @inheritdoc IReallocation
    function withdrawRequest(RequestKey key, uint16 reason, DivisionId keeperDivision) external {
        RequestRecord memory record = _openRequest(key);
        _requireReason(reason, 0, 0);
        uint256 position = _requireKeeperOf(record.site, keeperDivision);

        record.withdrawn = true;
        _saveRequest(key, record);
        bytes memory entry =
            abi.encode(RequestWithdrawn.selector, key, msg.sender, reason, keeperDivision, position, block.timestamp);
        _roll(key, keccak256(entry));
        // As `_log` does, with two indexed fields.
        assembly ("memory-safe") {
            let start := add(entry, 0x20)
            log3(
                add(start, 0x60),
                sub(mload(entry), 0x60),
                mload(start),
                mload(add(start, 0x20)),
                mload(add(start, 0x40))
            )
        }
    }
}
