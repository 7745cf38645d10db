// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document} from "../interfaces/IDocuments.sol";
import {DeliveryState, IReallocation} from "../interfaces/IReallocation.sol";
import {Contents} from "../libraries/Contents.sol";
import {DocumentKey, ItemId, ProposalKey, RequestKey, SiteId} from "../types/Ids.sol";
import {Kind} from "../types/Kind.sol";
import {Line} from "../types/Line.sol";
import {DeliveryRecord, ProposalRecord, RequestRecord} from "../types/ReallocationRecords.sol";
import {UsableStock} from "./UsableStock.sol";

/// @title Deliveries
/// @notice Documents of the stock ledger, shown whole. What they hash to is what the ledger recorded, so it does not
/// matter who shows them.
abstract contract Deliveries is UsableStock {
    uint256 private constant _REFERENCE_CONSIGNMENT = 2;
    /// @dev The flag in a document's word.
    uint256 private constant _REVERSED = 1;
    /// @dev The reason of a settlement's line.
    uint16 private constant _FOUND_AT_RECEIVER = 2;

    uint256 private constant _DISPATCHED = uint256(DeliveryState.DISPATCHED);
    uint256 private constant _ANSWERED = uint256(DeliveryState.ANSWERED);

    /// @dev What a document that is shown changes.
    struct Change {
        ProposalKey proposal;
        DocumentKey delivery;
        uint256 delivered;
        uint256 accepted;
    }

    // ---------------------------------------------------------------------------------------------- show

    /// @inheritdoc IReallocation
    function show(Kind kind, DocumentKey key, Document calldata document) external {
        bool leaves = _leaves(kind);
        bool answers = kind == Kind.ACCEPTANCE || kind == Kind.CONTEST || kind == Kind.RETURN;
        if (!leaves && !answers && kind != Kind.SETTLEMENT) _kindWrong(kind);
        _requireRecorded(kind, key, document);

        Change memory change;
        if (leaves) change = _showDelivery(kind, key, document);
        else if (answers) change = _showAnswer(kind, key, document);
        else change = _showSettlement(key, document);
        _record(kind, key, change);
    }

    /// @dev Refuses what the ledger has not recorded, or has reversed.
    function _requireRecorded(Kind kind, DocumentKey key, Document calldata document) private view {
        uint256 word = _document(key);
        // slither-disable-next-line incorrect-equality (digests must be equal)
        if (word == 0 || word >> 8 != uint256(Contents.digest(kind, key, document)) >> 8) {
            _refuse(uint32(ReallocationDocumentOther.selector), DocumentKey.unwrap(key));
        }
        if (word & _REVERSED != 0) _refuse(uint32(ReallocationReversedOtherwise.selector), DocumentKey.unwrap(key), 1);
    }

    /// @dev The ledger's word of a document.
    function _document(DocumentKey key) private view returns (uint256) {
        return _ledger.document(key);
    }

    // ---------------------------------------------------------------------------------------------- what leaves

    function _showDelivery(Kind kind, DocumentKey key, Document calldata document)
        private
        returns (Change memory change)
    {
        if (_deliveryAt(key).state != 0) _refuse(uint32(ReallocationShownBefore.selector), DocumentKey.unwrap(key));
        ProposalKey named = ProposalKey.wrap(_named(key, document.reference_, REFERENCE_PROPOSAL));
        ProposalRecord memory proposal = _knownProposal(named);
        RequestRecord memory asked = _requestAt(proposal.request);
        _requireFitting(named, proposal, asked, document);

        uint256 quantity = _deliveredOf(named, proposal.remaining, asked.item, document.lines);
        proposal.remaining -= quantity;
        if (proposal.state == APPROVED) {
            _setReserved(proposal.giver, asked.item, _reservedAt(proposal.giver, asked.item) - quantity);
        } else {
            asked.promised = _kept(asked.promised + quantity);
        }

        bool handedOver = kind == Kind.HAND_OVER;
        if (handedOver) {
            asked.promised -= quantity;
            asked.accepted = _kept(asked.accepted + quantity);
        }
        _saveProposal(named, proposal);
        _saveRequest(proposal.request, asked);
        _saveDelivery(key, DeliveryRecord(named, handedOver ? _ANSWERED : _DISPATCHED, quantity));
        return Change(named, key, quantity, handedOver ? quantity : 0);
    }

    /// @dev Refuses a delivery of a proposal that was never approved, between other sites, or at another time.
    function _requireFitting(
        ProposalKey key,
        ProposalRecord memory proposal,
        RequestRecord memory asked,
        Document calldata document
    ) private view {
        if (proposal.approvedAt == 0) _stateWrong(key, proposal.state);
        if (document.from != SiteId.unwrap(proposal.giver) || document.to != SiteId.unwrap(asked.site)) {
            _refuse(
                uint32(ReallocationDeliveryElsewhere.selector), ProposalKey.unwrap(key), document.from, document.to
            );
        }
        uint256 latest = asked.neededBy;
        if (proposal.endedAt != 0 && proposal.endedAt < latest) latest = proposal.endedAt;
        uint64 time = document.occurredAt.secondsOf();
        if (_endOf(document.occurredAt) < proposal.approvedAt || time > latest) {
            _refuse(
                uint32(ReallocationDeliveryOutside.selector), ProposalKey.unwrap(key), time, proposal.approvedAt, latest
            );
        }
    }

    /// @dev The sum of lines that hold nothing but `item`, and come to no more than `remaining`.
    function _deliveredOf(ProposalKey key, uint256 remaining, ItemId item, uint256[] calldata lines)
        private
        view
        returns (uint256 sum)
    {
        for (uint256 i; i < lines.length; ++i) {
            Line line = Line.wrap(lines[i]);
            _lotOf(line.lot(), item);
            sum += line.quantity();
        }
        if (sum > remaining) {
            _refuse(uint32(ReallocationDeliveryAbove.selector), ProposalKey.unwrap(key), remaining, sum);
        }
    }

    // ---------------------------------------------------------------------------------------------- what comes in

    /// @dev An acceptance, contest or return: nothing of the dispatch is on its way any more.
    function _showAnswer(Kind kind, DocumentKey key, Document calldata document)
        private
        returns (Change memory change)
    {
        DeliveryRecord memory delivery;
        RequestKey named;
        RequestRecord memory asked;
        (change, delivery, named, asked) = _answered(key, document, _DISPATCHED);

        delivery.state = _ANSWERED;
        asked.promised -= delivery.quantity;
        if (kind == Kind.ACCEPTANCE) {
            // The ledger let no exception account for more than was on its way.
            change.accepted = delivery.quantity - _sumOf(document.lines);
            asked.accepted = _kept(asked.accepted + change.accepted);
        }
        _saveDelivery(change.delivery, delivery);
        _saveRequest(named, asked);
    }

    /// @dev A settlement: what was missing and found at the receiver is accepted after all.
    function _showSettlement(DocumentKey key, Document calldata document) private returns (Change memory change) {
        if (_settlementsShown[key]) _refuse(uint32(ReallocationShownBefore.selector), DocumentKey.unwrap(key));
        RequestKey named;
        RequestRecord memory asked;
        (change,, named, asked) = _answered(key, document, _ANSWERED);

        _settlementsShown[key] = true;
        for (uint256 i; i < document.lines.length; ++i) {
            Line line = Line.wrap(document.lines[i]);
            if (line.reason() == _FOUND_AT_RECEIVER) change.accepted += line.quantity();
        }
        asked.accepted = _kept(asked.accepted + change.accepted);
        _saveRequest(named, asked);
    }

    /// @dev The dispatch that a document answers, which is in `state`, and the request that it was for.
    function _answered(DocumentKey key, Document calldata document, uint256 state)
        private
        view
        returns (Change memory change, DeliveryRecord memory delivery, RequestKey named, RequestRecord memory asked)
    {
        change.delivery = DocumentKey.wrap(_named(key, document.reference_, _REFERENCE_CONSIGNMENT));
        delivery = _deliveryAt(change.delivery);
        if (delivery.state != state) _deliveryWrong(change.delivery, delivery.state);
        change.proposal = delivery.proposal;
        named = _proposalAt(change.proposal).request;
        asked = _requestAt(named);
    }

    function _deliveryWrong(DocumentKey key, uint256 state) private pure {
        _refuse(uint32(ReallocationDeliveryWrong.selector), DocumentKey.unwrap(key), state);
    }

    function _sumOf(uint256[] calldata lines) private pure returns (uint256 sum) {
        for (uint256 i; i < lines.length; ++i) sum += Line.wrap(lines[i]).quantity();
    }

    /// @dev What a reference of this type names.
    function _named(DocumentKey key, uint256 reference_, uint256 type_) private pure returns (uint248) {
        if (reference_ >> 248 != type_) {
            _refuse(uint32(ReallocationReferenceOther.selector), DocumentKey.unwrap(key), reference_);
        }
        return uint248(reference_);
    }

    function _record(Kind kind, DocumentKey key, Change memory change) private {
        RequestKey asked = _proposalAt(change.proposal).request;
        _enter(
            asked,
            abi.encode(
                DeliveryShown.selector,
                key,
                change.proposal,
                asked,
                kind,
                change.delivery,
                change.delivered,
                change.accepted,
                msg.sender,
                block.timestamp
            )
        );
    }

    // ---------------------------------------------------------------------------------------------- reversed

    /// @inheritdoc IReallocation
    function showReversed(DocumentKey key) external {
        DeliveryRecord memory delivery = _deliveryAt(key);
        uint256 state = delivery.state;
        if (state != _DISPATCHED && state != _ANSWERED) _deliveryWrong(key, state);
        if (_document(key) & _REVERSED == 0) {
            _refuse(uint32(ReallocationReversedOtherwise.selector), DocumentKey.unwrap(key), 0);
        }

        delivery.state = uint256(DeliveryState.REVERSED);
        _saveDelivery(key, delivery);
        // The ledger reverses no dispatch that was answered: one that is reversed and answered is a hand-over.
        RequestKey asked = _takeBack(delivery.proposal, delivery.quantity, state == _ANSWERED);

        _enter(
            asked,
            abi.encode(
                DeliveryReversed.selector,
                key,
                delivery.proposal,
                asked,
                delivery.quantity,
                msg.sender,
                block.timestamp
            )
        );
    }

    function _takeBack(ProposalKey key, uint256 quantity, bool handedOver) private returns (RequestKey named) {
        ProposalRecord memory proposal = _proposalAt(key);
        named = proposal.request;
        RequestRecord memory asked = _requestAt(named);
        proposal.remaining += quantity;
        if (handedOver) asked.accepted -= quantity;
        if (proposal.state == APPROVED) {
            uint256 sum = _reservedAt(proposal.giver, asked.item) + quantity;
            _setReserved(proposal.giver, asked.item, _kept(sum));
            if (handedOver) asked.promised = _kept(asked.promised + quantity);
        } else if (!handedOver) {
            asked.promised -= quantity;
        }
        _saveProposal(key, proposal);
        _saveRequest(named, asked);
    }
}
