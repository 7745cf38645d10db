// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Asking, IReallocation} from "../interfaces/IReallocation.sol";
import {Contents} from "../libraries/Contents.sol";
import {ConsigneeId, DivisionId, DocumentKey, RequestKey, SiteId} from "../types/Ids.sol";
import {RequestRecord} from "../types/ReallocationRecords.sol";
import {Role} from "../types/Role.sol";
import {SiteWord} from "../types/SiteWord.sol";
import {ReallocationStorage} from "./ReallocationStorage.sol";

/// @title Requests
/// @notice What a site asks for. A request is never closed by anybody: it is covered, withdrawn, or its day is over.
abstract contract Requests is ReallocationStorage {
    uint64 private constant _NEEDED_WITHIN = 366 days;

    uint8 internal constant ROUTINE = 1;
    uint8 internal constant CRITICAL = 3;

    /// @dev Above this many times the floor a request says why.
    uint256 private constant _FLOORS_WITHOUT_REASON = 3;

    // ---------------------------------------------------------------------------------------------- request

    /// @inheritdoc IReallocation
    function request(Asking memory asking, DivisionId keeperDivision) external returns (RequestKey key) {
        key = RequestKey.wrap(
            DocumentKey.unwrap(Contents.keyOf(SiteId.unwrap(asking.site), asking.clientId))
        );
        bytes memory encoded = abi.encode(asking);
        uint256 content = uint192(uint256(keccak256(encoded)));
        uint256 stored = _requestAt(key).content;
        if (stored == content) return key;
        if (stored != 0) revert ReallocationKeyTaken(RequestKey.unwrap(key));

        _requireAskable(asking);
        uint64 position = _requireKeeperOf(asking.site, keeperDivision);
        uint64 floor = _norms.floor(asking.site, asking.item).valueAt(block.timestamp);
        if (asking.quantity > _FLOORS_WITHOUT_REASON * floor) {
            _requireReason(asking.reason, asking.quantity, floor);
        }

        _saveRequest(key, _recordOf(asking, content));
        _enter(
            key,
            bytes.concat(
                abi.encode(RequestMade.selector, key, asking.site, msg.sender),
                encoded,
                abi.encode(floor, keeperDivision, position, uint64(block.timestamp))
            )
        );
    }

    function _requireAskable(Asking memory asking) private view {
        SiteWord site = _directory.site(asking.site);
        if (!site.isRegistered() || site.isClosed()) revert ReallocationSiteNotOpen(asking.site);
        if (!_catalogue.item(asking.item).isRegistered()) revert ReallocationItemUnknown(asking.item);
        _requireQuantity(asking.quantity);
        uint64 now_ = uint64(block.timestamp);
        if (asking.neededBy <= now_ || asking.neededBy > now_ + _NEEDED_WITHIN) {
            revert ReallocationNeededByOutside(asking.neededBy, now_ + 1, now_ + _NEEDED_WITHIN);
        }
        if (asking.urgency < ROUTINE || asking.urgency > CRITICAL) {
            revert ReallocationUrgencyUnknown(asking.urgency);
        }
        if (ConsigneeId.unwrap(asking.consignee) != 0) _directory.requireConsignee(asking.consignee);
    }

    function _requireKeeperOf(SiteId site, DivisionId division) private view returns (uint64) {
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
        uint64 position = _requireKeeperOf(record.site, keeperDivision);

        record.withdrawn = true;
        _saveRequest(key, record);
        _roll(
            key,
            keccak256(
                abi.encode(
                    RequestWithdrawn.selector,
                    key,
                    msg.sender,
                    reason,
                    keeperDivision,
                    position,
                    uint64(block.timestamp)
                )
            )
        );
        emit RequestWithdrawn(key, msg.sender, reason, keeperDivision, position, uint64(block.timestamp));
    }
}
