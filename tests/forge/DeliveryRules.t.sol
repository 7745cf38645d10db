// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DeliveryState, IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {DocumentKey, ProposalKey, RequestKey} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Allocations} from "./Allocations.sol";
import {same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice What a delivery that is shown takes from reserved and promised and adds to accepted: once, in parts, to the
/// unit and to the second.
contract DeliveryRulesTest is Allocations {
    uint256 private constant QUANTITY = 100;

    // ------------------------------------------------------------------------------------------------ quantities

    /// @notice In parts, until nothing is left; a unit more than that is refused, of each kind.
    function testFuzz_noMoreThanTheRestIsDelivered(uint256 part, bool first, bool second) public {
        part = 1 + part % (QUANTITY - 1);
        ProposalKey proposal = _approved(QUANTITY);
        _deliver(_kind(first), proposal, part);
        _assertGiver(proposal, QUANTITY - part, QUANTITY - part);
        Draft memory above = _leaving(_kind(second), proposal, QUANTITY - part + 1);
        _send(above);
        _notShown(above, IReallocation.ReallocationDeliveryAbove.selector, "a unit above the rest");
        _assertGiver(proposal, QUANTITY - part, QUANTITY - part);
        _deliver(_kind(second), proposal, QUANTITY - part);
        _assertGiver(proposal, 0, 0);
        above = _leaving(_kind(first), proposal, 1);
        _send(above);
        _notShown(above, IReallocation.ReallocationDeliveryAbove.selector, "a unit where nothing is left");
        uint256 accepted = (first ? part : 0) + (second ? QUANTITY - part : 0);
        _assertRequest(_requestOf(proposal), QUANTITY - accepted, accepted);
    }

    /// @notice A hand-over is accepted as it is shown, once; what is shown as reversed is open again, once.
    function testFuzz_aHandOverCountsOnce(uint256 part) public {
        part = 1 + part % QUANTITY;
        ProposalKey proposal = _approved(QUANTITY);
        RequestKey asked = _requestOf(proposal);
        Draft memory draft = _deliver(Kind.HAND_OVER, proposal, part);
        _assertRequest(asked, QUANTITY - part, part);
        _notShown(draft, IReallocation.ReallocationShownBefore.selector, "a hand-over shown again");
        bytes4 otherwise = IReallocation.ReallocationReversedOtherwise.selector;
        _refused(STRANGER, address(reallocation), _showingReversed(draft), otherwise, "what was not reversed");
        _assertRequest(asked, QUANTITY - part, part);

        _reverse(draft);
        _do(STRANGER, address(reallocation), _showingReversed(draft));
        _assertGiver(proposal, QUANTITY, QUANTITY);
        _assertRequest(asked, QUANTITY, 0);
        bytes4 wrong = IReallocation.ReallocationDeliveryWrong.selector;
        _refused(STRANGER, address(reallocation), _showingReversed(draft), wrong, "what was taken back before");
        _notShown(draft, otherwise, "a hand-over that was reversed");
        _assertGiver(proposal, QUANTITY, QUANTITY);
    }

    /// @notice A dispatch is accepted but for what is missing, and that once it is found at the receiver; each of these
    /// counts once.
    function testFuzz_aDispatchIsAcceptedOnce(uint256 part, uint256 missing) public {
        part = 3 + part % (QUANTITY - 2);
        missing = 2 + missing % (part - 2);
        ProposalKey proposal = _approved(QUANTITY);
        RequestKey asked = _requestOf(proposal);
        Draft memory dispatched = _deliver(Kind.DISPATCH, proposal, part);
        _assertRequest(asked, QUANTITY, 0);
        Draft memory accepted = _accept(dispatched, missing);
        _assertRequest(asked, QUANTITY - part, part - missing);
        bytes4 wrong = IReallocation.ReallocationDeliveryWrong.selector;
        _notShown(accepted, wrong, "an acceptance shown again");

        Draft memory settled = _settle(dispatched, 1, missing - 1);
        _show(settled);
        _assertRequest(asked, QUANTITY - part, part - 1);
        _notShown(settled, IReallocation.ReallocationShownBefore.selector, "a settlement shown again");
        _assertRequest(asked, QUANTITY - part, part - 1);
        _assertGiver(proposal, QUANTITY - part, QUANTITY - part);
    }

    /// @notice A dispatch that was shown and is reversed was never promised twice, and is left to be delivered.
    function testFuzz_aDispatchThatIsReversedIsLeft(uint256 part) public {
        part = 1 + part % QUANTITY;
        ProposalKey proposal = _approved(QUANTITY);
        Draft memory dispatched = _deliver(Kind.DISPATCH, proposal, part);
        _reverse(dispatched);
        _do(STRANGER, address(reallocation), _showingReversed(dispatched));
        _assertGiver(proposal, QUANTITY, QUANTITY);
        _assertRequest(_requestOf(proposal), QUANTITY, 0);
        DeliveryState state = reallocation.deliveryOf(DocumentKey.wrap(_keyOf(dispatched))).state;
        same(uint8(state), uint8(DeliveryState.REVERSED), "state of a delivery");
    }

    // ------------------------------------------------------------------------------------------------ ends

    /// @notice The end of an approved proposal frees what is left of it, and leaves what others reserved.
    function testFuzz_theEndFreesTheRest(uint256 part, bool expires) public {
        part = part % QUANTITY;
        RequestKey asked = _request(SECOND_SITE, QUANTITY, block.timestamp + 1 days, ROUTINE);
        ProposalKey proposal = _propose(asked, QUANTITY);
        same(uint8(_approveBy(STREET_APPROVER, proposal, 0)), 0, "approved");
        _approved(7);
        if (part != 0) _handOver(proposal, part);
        if (expires) vm.warp(block.timestamp + 1 days + 1);
        if (expires) _do(STRANGER, address(reallocation), _expiring(proposal));
        else _do(STREET_APPROVER, address(reallocation), _withdrawing(proposal, STREET_APPROVER));
        _assertGiver(proposal, 7, QUANTITY - part);
        _assertRequest(asked, 0, part);
    }

    /// @notice What left before the end still counts when it is shown later, and reserves nothing when it is reversed.
    function testFuzz_whatLeftBeforeTheEndStillCounts(uint256 part, bool handOver) public {
        part = 1 + part % QUANTITY;
        ProposalKey proposal = _approved(QUANTITY);
        RequestKey asked = _requestOf(proposal);
        vm.warp(block.timestamp + 1 hours);
        Draft memory late = _leaving(_kind(handOver), proposal, part);
        late.document.occurredAt = Timestamp.wrap(uint64(block.timestamp + 1));
        _do(KEEPER, address(reallocation), _withdrawing(proposal, KEEPER));
        Draft memory inTime = _leaving(_kind(handOver), proposal, part);
        vm.warp(block.timestamp + 1);
        _send(late);
        _notShown(late, IReallocation.ReallocationDeliveryOutside.selector, "a second after the end");
        _send(inTime);
        _show(inTime);
        _assertGiver(proposal, 0, QUANTITY - part);
        _assertRequest(asked, handOver ? 0 : part, handOver ? part : 0);
        _reverse(inTime);
        _do(STRANGER, address(reallocation), _showingReversed(inTime));
        _assertGiver(proposal, 0, QUANTITY);
        _assertRequest(asked, 0, 0);
    }

    /// @notice Nothing is delivered of what was never approved.
    function test_whatWasNotApprovedIsNotDelivered() public {
        _isNotDelivered(Kind.HAND_OVER);
        _isNotDelivered(Kind.DISPATCH);
    }

    function _isNotDelivered(Kind kind) private {
        ProposalKey proposal = _proposal(QUANTITY);
        Draft memory draft = _leaving(kind, proposal, 1);
        _send(draft);
        bytes4 wrong = IReallocation.ReallocationStateWrong.selector;
        _notShown(draft, wrong, "a delivery of what is proposed");
        _do(STREET_APPROVER, address(reallocation), _rejecting(proposal, STREET_APPROVER));
        _notShown(draft, wrong, "a delivery of what was rejected");
    }

    // ------------------------------------------------------------------------------------------------ times and sites

    /// @notice From the second of the approval until the last second of need; a day alone counts to its end.
    function test_aDeliveryOccursBetweenApprovalAndNeed() public {
        _occursInTime(true);
        _occursInTime(false);
    }

    function _occursInTime(bool handOver) private {
        vm.warp(block.timestamp - block.timestamp % 1 days + 12 hours);
        uint256 start = block.timestamp;
        RequestKey asked = _request(SECOND_SITE, QUANTITY, start + 2 days, ROUTINE);
        ProposalKey proposal = _propose(asked, QUANTITY);
        same(uint8(_approveBy(STREET_APPROVER, proposal, 0)), 0, "approved");
        vm.warp(start + 2 days + 1);
        uint64 day = uint64((start + OFFSET) / 1 days * 1 days - OFFSET) | 1 << 63;
        _occurs(handOver, proposal, uint64(start - 1), false);
        _occurs(handOver, proposal, uint64(start), true);
        _occurs(handOver, proposal, day - 1 days, false);
        _occurs(handOver, proposal, day, true);
        _occurs(handOver, proposal, uint64(start + 2 days), true);
        _occurs(handOver, proposal, uint64(start + 2 days + 1), false);
        same(reallocation.proposalOf(proposal).remaining, QUANTITY - 3, "what is left of a proposal");
    }

    function _occurs(bool handOver, ProposalKey proposal, uint64 time, bool counts) private {
        Draft memory draft = _leaving(_kind(handOver), proposal, 1);
        draft.document.occurredAt = Timestamp.wrap(time);
        _send(draft);
        if (counts) _show(draft);
        else _notShown(draft, IReallocation.ReallocationDeliveryOutside.selector, "outside the time of a delivery");
    }

    /// @notice A delivery to another site of the same proposal's giver does not count for it.
    function test_aDeliveryElsewhereDoesNotCount() public {
        ProposalKey proposal = _approved(QUANTITY);
        Draft memory draft = _leaving(Kind.HAND_OVER, proposal, 1);
        draft.document.to = OTHER_SITE;
        (draft.other, draft.approver) = (OTHER_KEEPER, CITY_APPROVER);
        _send(draft);
        _notShown(draft, IReallocation.ReallocationDeliveryElsewhere.selector, "to another site");
        draft = _leaving(Kind.HAND_OVER, proposal, 1);
        draft.document.reference_ = 0;
        _send(draft);
        _notShown(draft, IReallocation.ReallocationReferenceOther.selector, "of no proposal");
        _assertGiver(proposal, QUANTITY, QUANTITY);
    }

    // ------------------------------------------------------------------------------------------------ scenes

    function _kind(bool handOver) private pure returns (Kind) {
        return handOver ? Kind.HAND_OVER : Kind.DISPATCH;
    }

    function _deliver(Kind kind, ProposalKey proposal, uint256 quantity) private returns (Draft memory) {
        return kind == Kind.HAND_OVER ? _handOver(proposal, quantity) : _dispatch(proposal, quantity);
    }

    function _notShown(Draft memory draft, bytes4 error_, string memory what) private {
        _refused(STRANGER, address(reallocation), _showing(draft), error_, what);
    }
}
