// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment, Signing} from "../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {Asking, IReallocation, Offer, Proposal, Request} from "../../contracts/interfaces/IReallocation.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {DivisionId, DocumentKey, ItemId, ProposalKey, RequestKey, SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {ProposalState, Refusal} from "../../contracts/types/ProposalState.sol";
import {Scenes} from "./Scenes.sol";
import {same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice Requests, proposals of the first site's grain, approvals and deliveries, one by one. Terms of the city let
/// the first site give all that it has at once, until a test says otherwise.
abstract contract Allocations is Scenes {
    uint256 internal constant WHOLE = 10_000; // basis points
    uint8 internal constant ROUTINE = 1;
    uint256 internal constant MISSING = 1 << 95;
    uint256 internal constant FOUND_AT_SENDER = 1;
    uint256 internal constant FOUND_AT_RECEIVER = 2;

    uint256 private _requests;

    function setUp() public virtual override {
        super.setUp();
        _setTerms(CITY, WHOLE, 0);
    }

    // ------------------------------------------------------------------------------------------------ requests

    function _asking(uint64 site, uint256 quantity, uint256 neededBy, uint8 urgency)
        internal
        returns (Asking memory asking)
    {
        asking.clientId = bytes32(++_requests);
        (asking.site, asking.item) = (SiteId.wrap(site), ItemId.wrap(GRAIN));
        (asking.quantity, asking.neededBy, asking.urgency) = (uint64(quantity), uint64(neededBy), urgency);
    }

    /// @dev By a keeper of the second site, or of the other.
    function _request(uint64 site, uint256 quantity, uint256 neededBy, uint8 urgency)
        internal
        returns (RequestKey)
    {
        uint256 key = site == OTHER_SITE ? OTHER_KEEPER : SECOND_KEEPER;
        Asking memory asking = _asking(site, quantity, neededBy, urgency);
        bytes memory data = abi.encodeCall(IReallocation.request, (asking, _division(key)));
        return abi.decode(_do(key, address(reallocation), data), (RequestKey));
    }

    /// @dev For the second site, in the same community: ten days are left.
    function _requestNear(uint256 quantity) internal returns (RequestKey) {
        return _request(SECOND_SITE, quantity, block.timestamp + 10 days, ROUTINE);
    }

    function _proposing(RequestKey request, uint256 quantity) internal returns (bytes memory) {
        Offer memory offer;
        (offer.clientId, offer.request, offer.giver) = (bytes32(++_requests), request, SiteId.wrap(FIRST_SITE));
        offer.lines = _grainLine(quantity);
        return abi.encodeCall(IReallocation.propose, (offer, DivisionId.wrap(COMMUNITY)));
    }

    function _propose(RequestKey request, uint256 quantity) internal returns (ProposalKey) {
        return abi.decode(_do(KEEPER, address(reallocation), _proposing(request, quantity)), (ProposalKey));
    }

    /// @dev Of the whole that a new request of the second site asks for.
    function _proposal(uint256 quantity) internal returns (ProposalKey) {
        return _propose(_requestNear(quantity), quantity);
    }

    function _grainLine(uint256 quantity) internal view returns (uint256[] memory lines) {
        lines = new uint256[](1);
        lines[0] = uint256(_grain) << 96 | quantity;
    }

    // ------------------------------------------------------------------------------------------------ decisions

    function _listed(ProposalKey proposal) internal pure returns (ProposalKey[] memory proposals) {
        proposals = new ProposalKey[](1);
        proposals[0] = proposal;
    }

    /// @dev What comes of it when `key` approves it alone.
    function _approveBy(uint256 key, ProposalKey proposal, uint256 staleReason) internal returns (Refusal) {
        bytes memory data = abi.encodeCall(
            IReallocation.approve,
            (_listed(proposal), _division(key), uint16(staleReason))
        );
        vm.prank(vm.addr(key));
        (bool done, bytes memory answer) = address(reallocation).call(data);
        if (done) return abi.decode(answer, (Refusal[]))[0];
        same(uint32(bytes4(answer)), uint32(IReallocation.ReallocationNotApproved.selector), "an approval's error");
        uint256 refusal;
        assembly {
            refusal := mload(add(answer, 0x44))
        }
        return Refusal(refusal);
    }

    /// @dev The street's approver, whose decision what stays in a community is, finds this.
    function _found(ProposalKey proposal, Refusal expected, string memory what) internal {
        _foundBy(STREET_APPROVER, proposal, expected, what);
    }

    function _foundBy(uint256 key, ProposalKey proposal, Refusal expected, string memory what) internal {
        same(uint8(_approveBy(key, proposal, 0)), uint8(expected), what);
    }

    function _approved(uint256 quantity) internal returns (ProposalKey proposal) {
        proposal = _proposal(quantity);
        _found(proposal, Refusal.NONE, "a proposal against which nothing stands");
    }

    function _rejecting(ProposalKey proposal, uint256 key) internal view returns (bytes memory) {
        return abi.encodeCall(IReallocation.reject, (_listed(proposal), _division(key), 5));
    }

    function _withdrawing(ProposalKey proposal, uint256 key) internal view returns (bytes memory) {
        return abi.encodeCall(
            IReallocation.withdraw, (_listed(proposal), roleOf[key], _division(key), 5)
        );
    }

    function _expiring(ProposalKey proposal) internal pure returns (bytes memory) {
        return abi.encodeCall(IReallocation.expire, (_listed(proposal)));
    }

    // ------------------------------------------------------------------------------------------------ deliveries

    /// @dev A document by which grain leaves for the second site.
    function _leaving(Kind kind, ProposalKey proposal, uint256 quantity) internal returns (Draft memory draft) {
        draft = _new(kind, FIRST_SITE, SECOND_SITE, FIRST_SITE, KEEPER);
        draft.document.reference_ = 4 << 248 | ProposalKey.unwrap(proposal);
        draft.document.lines = _grainLine(quantity);
        if (kind == Kind.HAND_OVER) draft.other = SECOND_KEEPER;
        else draft.document.deadline = uint64(block.timestamp + 1 days);
    }

    function _send(Draft memory draft) internal {
        Signing memory signing = _signing(draft);
        if (draft.kind == Kind.HAND_OVER) {
            return _send(draft.sender, abi.encodeCall(IStockLedger.handOver, (draft.document, signing)));
        }
        _send(draft.sender, abi.encodeCall(IStockLedger.dispatch, (draft.document, signing)));
    }

    /// @dev Handed over and shown.
    function _handOver(ProposalKey proposal, uint256 quantity) internal returns (Draft memory draft) {
        draft = _leaving(Kind.HAND_OVER, proposal, quantity);
        _send(draft);
        _show(draft);
    }

    /// @dev Dispatched and shown.
    function _dispatch(ProposalKey proposal, uint256 quantity) internal returns (Draft memory draft) {
        draft = _leaving(Kind.DISPATCH, proposal, quantity);
        _send(draft);
        _show(draft);
    }

    /// @dev Accepted but for what is missing, and shown.
    function _accept(Draft memory dispatched, uint256 missing) internal returns (Draft memory draft) {
        draft = _new(Kind.ACCEPTANCE, FIRST_SITE, SECOND_SITE, SECOND_SITE, SECOND_KEEPER);
        draft.document.reference_ = 2 << 248 | _keyOf(dispatched);
        if (missing != 0) draft.document.lines = _exception(missing);
        Consignment memory sent = Consignment(1, new address[](1), dispatched.document.lines);
        sent.signers[0] = vm.addr(KEEPER);
        _send(SECOND_KEEPER, abi.encodeCall(ILedgerSteps.accept, (draft.document, sent, _signing(draft))));
        _show(draft);
    }

    function _exception(uint256 missing) private view returns (uint256[] memory lines) {
        lines = _grainLine(missing);
        lines[0] |= MISSING;
    }

    /// @dev What was missing is found, at the sender and the rest at the receiver, and the settlement is recorded.
    function _settle(Draft memory dispatched, uint256 atSender, uint256 atReceiver)
        internal
        returns (Draft memory draft)
    {
        draft = _new(Kind.SETTLEMENT, FIRST_SITE, SECOND_SITE, FIRST_SITE, CITY_APPROVER);
        draft.document.reference_ = 2 << 248 | _keyOf(dispatched);
        draft.document.lines = new uint256[](2);
        draft.document.lines[0] = uint256(_grain) << 96 | FOUND_AT_SENDER << 80 | atSender;
        draft.document.lines[1] = uint256(_grain) << 96 | FOUND_AT_RECEIVER << 80 | atReceiver;
        Consignment memory rest = Consignment(2, new address[](2), _exception(atSender + atReceiver));
        (rest.signers[0], rest.signers[1]) = (vm.addr(KEEPER), vm.addr(SECOND_KEEPER));
        _send(CITY_APPROVER, abi.encodeCall(ILedgerSteps.settle, (draft.document, rest, _signing(draft))));
    }

    function _showing(Draft memory draft) internal pure returns (bytes memory) {
        return abi.encodeCall(IReallocation.show, (draft.kind, DocumentKey.wrap(_keyOf(draft)), draft.document));
    }

    function _show(Draft memory draft) internal {
        _do(STRANGER, address(reallocation), _showing(draft));
    }

    function _showingReversed(Draft memory draft) internal pure returns (bytes memory) {
        return abi.encodeCall(IReallocation.showReversed, (DocumentKey.wrap(_keyOf(draft))));
    }

    // ------------------------------------------------------------------------------------------------ what is kept

    function _reserved() internal view returns (uint256) {
        return reallocation.reserved(SiteId.wrap(FIRST_SITE), ItemId.wrap(GRAIN));
    }

    /// @dev What is reserved at the first site, and what is left of a proposal.
    function _assertGiver(ProposalKey proposal, uint256 reserved, uint256 remaining) internal view {
        same(_reserved(), reserved, "what is reserved");
        same(reallocation.proposalOf(proposal).remaining, remaining, "what is left of a proposal");
    }

    function _assertRequest(RequestKey request, uint256 promised, uint256 accepted) internal view {
        Request memory found = reallocation.requestOf(request);
        same(found.promised, promised, "what is promised");
        same(found.accepted, accepted, "what is accepted");
    }

    function _assertState(ProposalKey proposal, ProposalState expected) internal view {
        Proposal memory found = reallocation.proposalOf(proposal);
        same(uint8(found.state), uint8(expected), "state of a proposal");
    }

    function _requestOf(ProposalKey proposal) internal view returns (RequestKey) {
        return reallocation.proposalOf(proposal).request;
    }
}
