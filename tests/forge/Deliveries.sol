// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document} from "../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {Delivery, DeliveryState, IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {DocumentKey, ProposalKey, RequestKey} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {ProposalState} from "../../contracts/types/ProposalState.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Approvals, Decision} from "./Approvals.sol";
import {Delivered, Offered} from "./Requests.sol";
import {Ghost} from "./Ghost.sol";
import {ladder, LEVELS} from "./Rules.sol";
import {check, same, vm} from "./Vm.sol";
import {Draft, World} from "./World.sol";

/// @notice Documents of the stock ledger that refer to proposals, and their showing. What a document puts into a site is
/// read off the balances before and after it, never off its lines.
abstract contract Deliveries is Approvals {
    uint256 private constant OF_CONSIGNMENT = 2;
    uint256 private constant OF_PROPOSAL = 4;

    uint256 private _put;
    uint248 private _planned;
    mapping(uint256 index => uint256 units) private _putBy;
    mapping(uint248 proposal => uint256 units) private _putUnder;
    mapping(uint248 document => uint248 proposal) private _proposalOf;
    mapping(uint248 document => uint256 place) internal deliveredAt; // from 1
    mapping(uint248 document => bool) private _settlementShown;

    /// @notice How many documents of each kind were shown, and reversals.
    mapping(Kind kind => uint256 documents) public shownOf;

    // ------------------------------------------------------------------------------------------------ the ledger's

    function _send(uint256 sender, bytes memory data) internal virtual override {
        uint64 site = _putsInto(data);
        uint256 before = site == 0 ? 0 : _allHeld(site);
        vm.record();
        super._send(sender, data);
        address[2] memory both = [address(norms), address(reallocation)];
        for (uint256 i; i < 2; ++i) {
            (, bytes32[] memory writes) = vm.accesses(both[i]);
            same(writes.length, 0, "words that a document writes in norms or reallocation");
        }
        _put = site == 0 ? 0 : _allHeld(site) - before;
    }

    /// @dev The receiving site of a hand-over, acceptance or settlement; 0 of all others.
    function _putsInto(bytes memory data) private pure returns (uint64) {
        bytes4 selector = bytes4(data);
        bool puts = selector == IStockLedger.handOver.selector || selector == ILedgerSteps.accept.selector
            || selector == ILedgerSteps.settle.selector;
        if (!puts) return 0;
        bytes memory arguments = new bytes(data.length - 4);
        for (uint256 i; i < arguments.length; ++i) arguments[i] = data[i + 4];
        return uint64(abi.decode(arguments, (Document)).to);
    }

    function _allHeld(uint64 site) private view returns (uint256 units) {
        for (uint256 i; i < lots.length; ++i) units += _held(site, lots[i]);
    }

    function _note(Draft memory draft, uint64 from, uint64 to) internal virtual override returns (uint256 index) {
        index = super._note(draft, from, to);
        uint256 reference_ = draft.document.reference_;
        bool delivers = draft.kind == Kind.DISPATCH || draft.kind == Kind.HAND_OVER;
        bool answers = draft.kind == Kind.ACCEPTANCE || draft.kind == Kind.SETTLEMENT;
        uint248 proposal;
        if (delivers && reference_ >> 248 == OF_PROPOSAL) proposal = uint248(reference_);
        if (answers) proposal = _proposalOf[uint248(reference_)];
        _proposalOf[recorded[index].key] = proposal;
        _putBy[index] = _put;
        _putUnder[proposal] += _put;
    }

    /// @dev What is planned refers to its proposal; of all others some do to any.
    function _refer(Draft memory draft, bool late) internal override {
        uint248 proposal = _planned;
        if (proposal == 0 && offered.length != 0 && _chance(20)) proposal = offered[_draw(offered.length)].key;
        if (proposal == 0) return;
        draft.document.reference_ = OF_PROPOSAL << 248 | proposal;
        if (!late && _planned != 0 && _chance(85)) draft.document.occurredAt = Timestamp.wrap(uint64(block.timestamp));
    }

    // ------------------------------------------------------------------------------------------------ delivering

    /// @dev Sends what was approved, at once or on its way, and mostly no more than is left.
    function _deliverSome(bool handOver) internal returns (uint256 index) {
        uint256 place = _deliverable();
        if (prepared[place].sender != 0 && _chance(70) && _isStillGood(place)) return _deliverPrepared(place);
        uint64 giver = offered[place].giver;
        uint160[] memory usable = _usableOf(giver, _itemOf(place));
        uint256 left = _remainingOf(place);
        uint256[] memory lines = new uint256[](usable.length);
        uint256 length;
        for (uint256 i; i < usable.length && left != 0; ++i) {
            uint256 part = _held(giver, usable[i]);
            if (part > left && !_chance(4)) part = left;
            if (_chance(40)) part = 1 + _draw(part);
            left = left > part ? left - part : 0;
            lines[length++] = _head(usable[i], 0, part);
        }
        _cut(lines, length);
        _planned = offered[place].key;
        index = handOver ? _handOverLines(giver, _receiverOf(place), lines) : _dispatchLines(giver, _receiverOf(place), lines);
        _planned = 0;
    }

    /// @dev One that is approved, with something left of it and usable lots at the giver.
    function _deliverable() private returns (uint256 place) {
        place = offered.length == 0 ? 0 : _draw(offered.length);
        for (uint256 i; i < offered.length; ++i) {
            place = (place + 1) % offered.length;
            bool approved = offered[place].state == ProposalState.APPROVED;
            bool ended = offered[place].endedAt != 0 && offered[place].approvedAt != 0 && _chance(10);
            if (!(approved || ended) || _remainingOf(place) == 0 || closed[_receiverOf(place)]) continue;
            if (_usableOf(offered[place].giver, _itemOf(place)).length != 0) return place;
        }
        return _newlyApproved();
    }

    /// @dev A new proposal that is approved. Some take more than is asked for, or than may be taken.
    function _newlyApproved() private returns (uint256 place) {
        for (uint256 tries; tries < 20; ++tries) {
            place = _newlyDecided();
            if (offered[place].state == ProposalState.APPROVED) return place;
        }
        check(false, "nothing is ever approved");
    }

    function _newlyDecided() private returns (uint256 place) {
        for (uint256 before = offered.length; offered.length == before;) _offerNew();
        place = offered.length - 1;
        _ease(offered[place].giver, _itemOf(place));
        Decision memory decision = _lowestDecision(place);
        if (!_leavesDistrict(place)) {
            uint248[] memory keys = new uint248[](1);
            keys[0] = offered[place].key;
            _approve(keys, decision);
        } else {
            decision.consented = true;
            _approvePrepared(place, decision);
        }
    }

    function _lowestDecision(uint256 place) private returns (Decision memory decision) {
        (uint256 lowest,,) = _rungs(place);
        decision.division = ladder(_receiverOf(place) / 1e3)[lowest];
        while (roleOf[decision.key] != Role.APPROVER || divisionOf[decision.key] != decision.division) {
            decision.key = _approverFor(place);
        }
        decision.staleReason = 6;
    }

    /// @dev Whether the ledger still takes the document that was consented to.
    function _isStillGood(uint256 place) private view returns (bool) {
        Draft memory draft = prepared[place];
        if (block.timestamp >= offered[place].approvedAt + 1 days) return false;
        uint256[] memory lines = draft.document.lines;
        for (uint256 i; i < lines.length; ++i) {
            uint160 lot = uint160(lines[i] >> 96);
            if (!_isUsable(offered[place].giver, lot)) return false;
            if (_held(offered[place].giver, lot) < lines[i] & QUANTITY) return false;
        }
        return true;
    }

    /// @dev The giver's keeper records the document with the consent that approved it.
    function _deliverPrepared(uint256 place) private returns (uint256 index) {
        Draft memory draft = prepared[place];
        delete prepared[place];
        (uint64 from, uint64 to) = (uint64(draft.document.from), uint64(draft.document.to));
        return draft.kind == Kind.DISPATCH ? _sendDispatch(draft, from, to) : _sendHandOver(draft, from, to);
    }

    /// @dev The ledger goes on with a dispatch that was shown: accepted, returned or reversed.
    function _answerSome() internal {
        uint256 start = delivered.length == 0 ? 0 : _draw(delivered.length);
        for (uint256 i; i < delivered.length; ++i) {
            Delivered storage one = delivered[(start + i) % delivered.length];
            uint256 shipment = recorded[one.index].shipment;
            if (one.handOver) {
                if (!_isReversible(one.index) || !_chance(30)) continue;
                return _reverse(one.index);
            }
            if (!_isOpen(shipment)) continue;
            uint256 way = _draw(10);
            if (way == 0) return _returnOf(shipment);
            if (way < 3 && _isReversible(one.index)) return _reverse(one.index);
            if (closed[shipments[shipment].to]) continue;
            return _accept(shipment, _chance(50) ? new uint256[](0) : _exceptions(shipments[shipment].lines, 3));
        }
        _showDocument(_deliverSome(_chance(30)), 0);
    }

    // ------------------------------------------------------------------------------------------------ showing

    /// @dev Shows a document: mostly one that says something new, sometimes any, sometimes one that is not there.
    function _showSome() internal {
        uint256 index = _draw(recorded.length);
        if (!_chance(15)) {
            for (uint256 i; i < recorded.length && !_saysNew(index); ++i) index = (index + 1) % recorded.length;
            if (!_saysNew(index)) index = _deliverSome(_chance(50));
        }
        if (_chance(15)) index = _shownAlready(index);
        _showDocument(index, _chance(5) ? 1 + _draw(3) : 0);
    }

    /// @dev A delivery that was shown, mostly one of which as much again is left; `other` where there is none.
    function _shownAlready(uint256 other) private returns (uint256) {
        uint256 start = delivered.length == 0 ? 0 : _draw(delivered.length);
        for (uint256 i; i < delivered.length; ++i) {
            Delivered storage one = delivered[(start + i) % delivered.length];
            if (_remainingOf(one.offered) >= one.quantity || _chance(10)) return one.index;
        }
        return other;
    }

    function _saysNew(uint256 index) private view returns (bool) {
        (, uint256 reasons) = _whyNot(index);
        return reasons == 0;
    }

    function _showDocument(uint256 index, uint256 tampered) private {
        Kind kind = recorded[index].kind;
        uint248 key = recorded[index].key;
        Document memory document = drafts[index].document;
        if (tampered == 1) key ^= 1;
        if (tampered == 2) document.reason ^= 1;
        if (tampered == 3) kind = Kind(1 + uint8(kind) % uint8(Kind.LIFT));
        (bytes4[] memory why, uint256 reasons) = _whyNot(index);
        for (uint256 i; i < reasons; ++i) _refuseIf(true, why[i]);
        if (tampered != 0) {
            _refuseIf(true, IReallocation.ReallocationDocumentOther.selector);
            _refuseIf(true, IReallocation.ReallocationKindWrong.selector);
        }
        (bool accepted,) = _ask(
            STRANGER,
            address(reallocation),
            abi.encodeCall(IReallocation.show, (kind, DocumentKey.wrap(key), document)),
            1
        );
        if (!accepted) return;
        _enterShown(index);
        // At once again, where nothing else would speak against it.
        uint256 place = deliveredAt[recorded[index].key];
        if (place == 0 || delivered[place - 1].index != index) return;
        if (_remainingOf(delivered[place - 1].offered) >= delivered[place - 1].quantity) _showDocument(index, 0);
    }

    function _enterShown(uint256 index) private {
        Kind kind = recorded[index].kind;
        uint256 reference_ = drafts[index].document.reference_;
        ++shownOf[kind];
        if (kind == Kind.DISPATCH || kind == Kind.HAND_OVER) {
            bool handOver = kind == Kind.HAND_OVER;
            uint256 quantity = _quantityOf(drafts[index].document.lines);
            delivered.push(
                Delivered(
                    index, offeredAt[uint248(reference_)] - 1, quantity, handOver ? _putBy[index] : 0, handOver, handOver, false
                )
            );
            deliveredAt[recorded[index].key] = delivered.length;
            return;
        }
        Delivered storage one = delivered[deliveredAt[uint248(reference_)] - 1];
        if (kind == Kind.ACCEPTANCE || kind == Kind.SETTLEMENT) one.accepted += _putBy[index];
        if (kind == Kind.SETTLEMENT) _settlementShown[recorded[index].key] = true;
        else one.answered = true;
    }

    /// @dev Every reason why a recorded document is not shown, as it stands.
    function _whyNot(uint256 index) private view returns (bytes4[] memory why, uint256 length) {
        why = new bytes4[](12);
        Kind kind = recorded[index].kind;
        if (recorded[index].reversed) why[length++] = IReallocation.ReallocationReversedOtherwise.selector;
        if (kind == Kind.DISPATCH || kind == Kind.HAND_OVER) return _whyNotDelivered(index, why, length);
        bool answers = kind == Kind.ACCEPTANCE || kind == Kind.CONTEST || kind == Kind.RETURN;
        if (!answers && kind != Kind.SETTLEMENT) {
            why[length++] = IReallocation.ReallocationKindWrong.selector;
            return (why, length);
        }
        uint256 place = deliveredAt[uint248(drafts[index].document.reference_)];
        bool fits = place != 0 && !delivered[place - 1].reversed && delivered[place - 1].answered != answers;
        if (!fits) why[length++] = IReallocation.ReallocationDeliveryWrong.selector;
        if (!fits && answers) why[length++] = IReallocation.ReallocationShownBefore.selector;
        if (_settlementShown[recorded[index].key]) why[length++] = IReallocation.ReallocationShownBefore.selector;
    }

    function _whyNotDelivered(uint256 index, bytes4[] memory why, uint256 length)
        private
        view
        returns (bytes4[] memory, uint256)
    {
        Document memory document = drafts[index].document;
        if (deliveredAt[recorded[index].key] != 0) why[length++] = IReallocation.ReallocationShownBefore.selector;
        uint256 place = offeredAt[uint248(document.reference_)];
        if (document.reference_ >> 248 != OF_PROPOSAL) {
            why[length++] = IReallocation.ReallocationReferenceOther.selector;
        }
        if (place == 0) {
            why[length++] = IReallocation.ReallocationProposalUnknown.selector;
            return (why, length);
        }
        Offered memory one = offered[--place];
        if (one.approvedAt == 0) why[length++] = IReallocation.ReallocationStateWrong.selector;
        if (document.from != one.giver || document.to != _receiverOf(place)) {
            why[length++] = IReallocation.ReallocationDeliveryElsewhere.selector;
        }
        if (_holdsOther(document.lines, _itemOf(place))) why[length++] = IReallocation.ReallocationLotOther.selector;
        if (_quantityOf(document.lines) > _remainingOf(place)) {
            why[length++] = IReallocation.ReallocationDeliveryAbove.selector;
        }
        if (!_isInside(document.occurredAt, place)) why[length++] = IReallocation.ReallocationDeliveryOutside.selector;
        return (why, length);
    }

    function _holdsOther(uint256[] memory lines, uint64 item) private view returns (bool) {
        for (uint256 i; i < lines.length; ++i) if (goodsOf[uint160(lines[i] >> 96)].item != item) return true;
        return false;
    }

    /// @dev Whether any moment of the time claimed lies between the approval and the end of a proposal.
    function _isInside(Timestamp occurredAt, uint256 place) private view returns (bool) {
        uint256 begins = Timestamp.unwrap(occurredAt) & (1 << 63) - 1;
        uint256 ends = Timestamp.unwrap(occurredAt) >> 63 == 1 ? begins + 1 days - 1 : begins;
        uint256 latest = _neededBy(place);
        uint256 endedAt = offered[place].endedAt;
        if (endedAt != 0 && endedAt < latest) latest = endedAt;
        return ends >= offered[place].approvedAt && begins <= latest;
    }

    /// @dev Shows that a delivery was reversed, or that any document was.
    function _showSomeReversed() internal {
        uint256 index = _draw(recorded.length);
        if (delivered.length != 0 && !_chance(20)) {
            uint256 start = _draw(delivered.length);
            for (uint256 i; i < delivered.length; ++i) {
                index = delivered[(start + i) % delivered.length].index;
                if (recorded[index].reversed && !delivered[(start + i) % delivered.length].reversed) break;
            }
        }
        uint256 place = deliveredAt[recorded[index].key];
        bool takesBack = place != 0 && !delivered[place - 1].reversed;
        if (takesBack && !recorded[index].reversed && _isReversible(index) && _chance(60)) _reverse(index);
        _refuseIf(!recorded[index].reversed, IReallocation.ReallocationReversedOtherwise.selector);
        _refuseIf(!takesBack, IReallocation.ReallocationDeliveryWrong.selector);
        (bool accepted,) = _ask(
            STRANGER,
            address(reallocation),
            abi.encodeCall(IReallocation.showReversed, (DocumentKey.wrap(recorded[index].key))),
            1
        );
        if (!accepted) return;
        delivered[place - 1].reversed = true;
        ++shownOf[Kind.REVERSAL];
    }

    // ------------------------------------------------------------------------------------------------ what must hold

    /// @notice Every delivery that was shown stands as the documents left it.
    function assertDeliveries() external view {
        for (uint256 i; i < delivered.length; ++i) {
            Delivered storage one = delivered[i];
            Delivery memory found = reallocation.deliveryOf(DocumentKey.wrap(recorded[one.index].key));
            DeliveryState state = one.reversed
                ? DeliveryState.REVERSED
                : one.answered ? DeliveryState.ANSWERED : DeliveryState.DISPATCHED;
            same(ProposalKey.unwrap(found.proposal), offered[one.offered].key, "proposal of a delivery");
            same(uint8(found.state), uint8(state), "state of a delivery");
            same(found.quantity, one.quantity, "quantity of a delivery");
        }
    }

    /// @notice No request has accepted more than documents that refer to its proposals put into its site, whether they
    /// were shown or not; so none is covered without accepted delivery.
    function assertCovered() external view {
        for (uint256 i; i < askedFor.length; ++i) {
            uint256 put;
            for (uint256 j; j < offered.length; ++j) if (offered[j].asked == i) put += _putUnder[offered[j].key];
            uint256 accepted = reallocation.requestOf(RequestKey.wrap(askedFor[i].key)).accepted;
            check(accepted <= put, "nothing is accepted that did not arrive");
        }
    }
}
