// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReallocation, Offer} from "../interfaces/IReallocation.sol";
import {Contents} from "../libraries/Contents.sol";
import {DivisionId, DocumentKey, ItemId, LotId, ProposalKey, RequestKey, SiteId} from "../types/Ids.sol";
import {Line} from "../types/Line.sol";
import {ProposalState} from "../types/ProposalState.sol";
import {ProposalRecord, RequestRecord} from "../types/ReallocationRecords.sol";
import {Role} from "../types/Role.sol";
import {Turns} from "./Turns.sol";
import {UsableStock} from "./UsableStock.sol";

/// @title Proposals
/// @notice What one giver may give for a request, and the ends that a proposal takes: rejected, withdrawn, expired.
abstract contract Proposals is Turns, UsableStock {
    uint256 private constant _LINES_MOST = 64;

    /// @dev What a proposal comes to, and on the strength of which grant it is made.
    struct Making {
        uint256 quantity;
        uint256 left;
        DivisionId keeperDivision;
        uint256 grantPosition;
    }

    // ---------------------------------------------------------------------------------------------- propose

    /// @inheritdoc IReallocation
    function propose(Offer calldata offer, DivisionId keeperDivision) external returns (ProposalKey key) {
        key = ProposalKey.wrap(
            DocumentKey.unwrap(Contents.keyOf(RequestKey.unwrap(offer.request), offer.clientId))
        );
        bytes32 linesHash = keccak256(abi.encodePacked(offer.lines));
        bytes32 content = keccak256(abi.encode(offer.request, offer.giver, offer.anchor, linesHash));
        bytes32 stored = _offered[key];
        if (stored == content) return key;
        if (stored != 0) _refuse(uint32(ReallocationKeyTaken.selector), ProposalKey.unwrap(key));

        RequestRecord memory asked = _openRequest(offer.request);
        if (offer.giver == asked.site) _refuse(uint32(ReallocationSameSite.selector), SiteId.unwrap(offer.giver));
        _requireEither(keeperDivision, offer.giver, asked.site);
        // slither-disable-next-line uninitialized-local (filled in below)
        Making memory making;
        (making.keeperDivision, making.grantPosition) = (keeperDivision, _requireGrant(Role.KEEPER, keeperDivision));
        (making.quantity, making.left) = _quantityOf(offer, asked.item);

        _store(key, offer, content, making.quantity);
        _record(key, offer, making, linesHash);
    }

    /// @dev The sum of the lines, and what of their lots stays usable at the giver.
    function _quantityOf(Offer calldata offer, ItemId asked) private view returns (uint256 quantity, uint256 left) {
        uint256 count = offer.lines.length;
        if (count == 0 || count > _LINES_MOST) _refuse(uint32(ReallocationLinesWrong.selector), count);
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 previous;
        for (uint256 i; i < count; ++i) {
            Line line = Line.wrap(offer.lines[i]);
            LotId lot = line.lot();
            // Reason and spare bits are one run of zeros between lot and quantity.
            if (LotId.unwrap(lot) <= previous || line.reason() != 0 || !line.isWellFormed()) {
                _refuse(uint32(ReallocationLineMalformed.selector), i);
            }
            previous = LotId.unwrap(lot);
            uint256 usable = _usable(lot, _lotOf(lot, asked), offer.giver);
            if (usable < line.quantity()) {
                _refuse(uint32(ReallocationLotShort.selector), LotId.unwrap(lot), usable, line.quantity());
            }
            quantity += line.quantity();
            left += usable - line.quantity();
        }
        _requireQuantity(quantity);
        left = _capped(left);
    }

    function _store(ProposalKey key, Offer calldata offer, bytes32 content, uint256 quantity) private {
        // slither-disable-next-line uninitialized-local (what is not set is 0)
        ProposalRecord memory proposal;
        proposal.request = offer.request;
        proposal.state = PROPOSED;
        proposal.giver = offer.giver;
        proposal.remaining = quantity;
        proposal.proposedAt = block.timestamp;
        _saveProposal(key, proposal);
        _offered[key] = content;
        _lines[key] = offer.lines;
    }

    /// @dev The lines enter the journal by their hash, and the event whole.
    function _record(ProposalKey key, Offer calldata offer, Making memory making, bytes32 linesHash) private {
        bytes memory topics = abi.encode(ProposalMade.selector, key, offer.request, msg.sender);
        bytes memory words = abi.encode(
            offer.giver,
            making.quantity,
            making.left,
            offer.anchor,
            making.keeperDivision,
            making.grantPosition,
            block.timestamp
        );
        _roll(offer.request, keccak256(bytes.concat(topics, words, linesHash)));
        // Seven words, and the place of the lines behind them.
        _log(bytes.concat(topics, words, abi.encode(8 * 0x20, offer.lines.length), abi.encodePacked(offer.lines)));
    }

    // ---------------------------------------------------------------------------------------------- reject

    /// @inheritdoc IReallocation
    function reject(ProposalKey[] calldata proposals, DivisionId approverDivision, uint16 reason) external {
        _requireNamed(proposals);
        _requireReason(reason, 0, 0);
        uint256 position = _requireGrant(Role.APPROVER, approverDivision);
        for (uint256 i; i < proposals.length; ++i) _reject(proposals[i], approverDivision, reason, position);
    }

    function _reject(ProposalKey key, DivisionId division, uint16 reason, uint256 position) private {
        ProposalRecord memory proposal = _knownProposal(key);
        if (proposal.state != PROPOSED) _stateWrong(key, proposal.state);
        _requireTurn(key, proposal, _requestAt(proposal.request), division);

        proposal.state = uint256(ProposalState.REJECTED);
        _saveProposal(key, proposal);
        RequestKey asked = proposal.request;
        _enter(
            asked,
            abi.encode(
                ProposalRejected.selector,
                key,
                asked,
                msg.sender,
                reason,
                division,
                position,
                block.timestamp
            )
        );
    }

    // ---------------------------------------------------------------------------------------------- withdraw

    /// @inheritdoc IReallocation
    function withdraw(ProposalKey[] calldata proposals, Role role, DivisionId division, uint16 reason) external {
        _requireNamed(proposals);
        if (role != Role.KEEPER && role != Role.APPROVER) {
            _refuse(uint32(ReallocationRoleWrong.selector), uint256(role));
        }
        _requireReason(reason, 0, 0);
        uint256 position = _requireGrant(role, division);
        for (uint256 i; i < proposals.length; ++i) _withdraw(proposals[i], role, division, reason, position);
    }

    function _withdraw(ProposalKey key, Role role, DivisionId division, uint16 reason, uint256 position) private {
        ProposalRecord memory proposal = _standing(key);
        RequestRecord memory record = _requestAt(proposal.request);
        if (role == Role.KEEPER) _requireEither(division, proposal.giver, record.site);
        else _requireTurn(key, proposal, record, division);

        uint256 released = _end(key, proposal, record, ProposalState.WITHDRAWN);
        RequestKey asked = proposal.request;
        _enter(
            asked,
            abi.encode(
                ProposalWithdrawn.selector,
                key,
                asked,
                msg.sender,
                role,
                reason,
                released,
                division,
                position,
                block.timestamp
            )
        );
    }

    // ---------------------------------------------------------------------------------------------- expire

    /// @inheritdoc IReallocation
    function expire(ProposalKey[] calldata proposals) external {
        _requireNamed(proposals);
        for (uint256 i; i < proposals.length; ++i) _expire(proposals[i]);
    }

    function _expire(ProposalKey key) private {
        ProposalRecord memory proposal = _standing(key);
        RequestKey asked = proposal.request;
        RequestRecord memory record = _requestAt(asked);
        if (!record.withdrawn && block.timestamp <= record.neededBy) {
            _refuse(uint32(ReallocationNotOver.selector), ProposalKey.unwrap(key), record.neededBy);
        }

        uint256 released = _end(key, proposal, record, ProposalState.EXPIRED);
        _enter(
            asked,
            abi.encode(ProposalExpired.selector, key, asked, msg.sender, released, block.timestamp)
        );
    }

    // ---------------------------------------------------------------------------------------------- ends

    /// @dev A proposal that has not ended.
    function _standing(ProposalKey key) private view returns (ProposalRecord memory proposal) {
        proposal = _knownProposal(key);
        if (proposal.state != PROPOSED && proposal.state != APPROVED) {
            _stateWrong(key, proposal.state);
        }
    }

    /// @dev Frees what an approved proposal still had reserved. What remains of it stays written, since a delivery
    /// that occurred before may still be shown.
    function _end(ProposalKey key, ProposalRecord memory proposal, RequestRecord memory asked, ProposalState state)
        private
        returns (uint256 released)
    {
        if (proposal.state == APPROVED) {
            released = proposal.remaining;
            _setReserved(proposal.giver, asked.item, _reservedAt(proposal.giver, asked.item) - released);
            asked.promised -= released;
            _saveRequest(proposal.request, asked);
        }
        proposal.state = uint256(state);
        proposal.endedAt = block.timestamp;
        _saveProposal(key, proposal);
    }
}
