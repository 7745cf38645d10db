// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConsigneeId, DivisionId, DocumentKey, ItemId, LotId, ProposalKey, RequestKey, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Kind} from "../types/Kind.sol";
import {ProposalState, Refusal} from "../types/ProposalState.sol";
import {Role} from "../types/Role.sol";
import {Timestamp} from "../types/Timestamp.sol";
import {Signature} from "../libraries/TypedData.sol";
import {Document} from "./IDocuments.sol";

/// @notice What a site asks for. The same content under the same client id is the same request.
struct Asking {
    /// chosen by the client; with the site it makes the key
    bytes32 clientId;
    /// the receiving site
    SiteId site;
    ItemId item;
    /// base units, above 0 and below 2**63
    uint64 quantity;
    /// the last second at which the goods are of use; after now, at most 366 days ahead
    uint64 neededBy;
    /// 1 routine, 2 urgent, 3 critical
    uint8 urgency;
    /// a code of the published list; not 0 where the site has a floor and the quantity is above three times it
    uint16 reason;
    /// to whom the goods will be issued, 0 for none
    ConsigneeId consignee;
    /// salted digest of the request's body, 0 where it has none
    bytes32 body;
}

/// @notice What the contract keeps of a request.
struct Request {
    SiteId site;
    ItemId item;
    /// base units asked for
    uint64 quantity;
    /// base units accepted at the site
    uint64 accepted;
    ConsigneeId consignee;
    uint40 neededBy;
    uint8 urgency;
    uint16 reason;
    bool withdrawn;
    /// base units approved or on their way, and neither accepted nor fallen away
    uint64 promised;
}

/// @notice What a site may give for a request.
struct Offer {
    /// chosen by the client; with the request it makes the key
    bytes32 clientId;
    RequestKey request;
    SiteId giver;
    /// keccak(block, configuration, distances, output) of the matching that it comes from, 0 where nobody computed it
    bytes32 anchor;
    /// lot (160) ‖ zero (33) ‖ quantity (63), ascending by lot, 1 to 64; quantity 0 for lots that stay and show that
    /// the floor is covered
    uint256[] lines;
}

/// @notice What the contract keeps of a proposal.
struct Proposal {
    RequestKey request;
    ProposalState state;
    SiteId giver;
    /// base units proposed or approved and not yet shown as delivered
    uint64 remaining;
    uint40 proposedAt;
    /// 0 until it was approved
    uint40 approvedAt;
    /// when it was withdrawn or expired, 0 until then
    uint40 endedAt;
}

/// @notice What was found when a proposal was approved.
struct Approval {
    /// the division of the approver's grant
    DivisionId division;
    /// position in the approver's journal at this grant's last change
    uint64 grantPosition;
    /// base units of the listed lots that were usable
    uint64 usable;
    /// base units that the giver must keep
    uint64 floor;
    /// base units of the item that are reserved at the giver from now on, these included
    uint64 reserved;
    /// when the giver's notice ends, seconds
    uint64 callableFrom;
    /// whether an emergency covers both sites
    bool emergency;
    /// why it was approved although the giver's count is overdue, 0 where it is not
    uint16 staleReason;
    uint64 recordedAt;
}

/// @notice Where a delivery stands.
enum DeliveryState {
    NONE,
    /// dispatched, and not answered
    DISPATCHED,
    /// accepted, contested or returned; or handed over
    ANSWERED,
    /// reversed
    REVERSED
}

/// @notice What the contract keeps of a dispatch or hand-over that was shown.
struct Delivery {
    ProposalKey proposal;
    DeliveryState state;
    /// base units that left the giver
    uint64 quantity;
}

/// @title Reallocation
/// @notice From a request to accepted deliveries: request, proposals, one approval a giver, documents of the stock
/// ledger shown by content, and what is reserved at each giver meanwhile. It moves no stock.
/// @dev Read `docs/adr/0011-norms-and-reallocation.md` first. A request is open while less is accepted than asked for,
/// its day of need is not over, and it was not withdrawn; so it closes by accepted quantities alone.
interface IReallocation {
    // ---------------------------------------------------------------------------------------------- errors

    /// @notice Thrown when another request or proposal stands under this key.
    error ReallocationKeyTaken(uint248 key);

    /// @notice Thrown when `site` was never registered or is closed.
    error ReallocationSiteNotOpen(SiteId site);

    /// @notice Thrown when `item` was never registered.
    error ReallocationItemUnknown(ItemId item);

    /// @notice Thrown when a quantity is 0 or not below 2**63.
    error ReallocationQuantityInvalid(uint256 quantity);

    /// @notice Thrown when goods were to be needed by a time that is over or more than 366 days ahead.
    error ReallocationNeededByOutside(uint64 neededBy, uint64 earliest, uint64 latest);

    /// @notice Thrown when `urgency` is not 1 to 3.
    error ReallocationUrgencyUnknown(uint8 urgency);

    /// @notice Thrown when something that needs a reason comes without one. `quantity` and `floor` are those of a
    /// request above three times the floor, 0 elsewhere.
    error ReallocationReasonMissing(uint64 quantity, uint64 floor);

    /// @notice Thrown when the grant relied on, at `division`, contains neither of the sites that it has to.
    error ReallocationGrantElsewhere(DivisionId division, SiteId site);

    /// @notice Thrown when no request has this key.
    error ReallocationRequestUnknown(RequestKey request);

    /// @notice Thrown when a request asks for nothing more: it is covered, withdrawn, or its day of need is over.
    error ReallocationRequestOver(RequestKey request, uint64 accepted, bool withdrawn, uint64 neededBy);

    /// @notice Thrown when a site was to give to itself.
    error ReallocationSameSite(SiteId site);

    /// @notice Thrown when a proposal lists no lots, or more than 64.
    error ReallocationLinesWrong(uint256 lines);

    /// @notice Thrown when a line has bits set that it has not, or does not ascend by lot.
    error ReallocationLineMalformed(uint256 index);

    /// @notice Thrown when `lot` is not of the item asked for; `item` is what it is, 0 if it was never created.
    error ReallocationLotOther(LotId lot, ItemId item, ItemId asked);

    /// @notice Thrown when less of `lot` is usable at the giver than the proposal takes.
    error ReallocationLotShort(LotId lot, uint256 usable, uint256 proposed);

    /// @notice Thrown when no proposal has this key.
    error ReallocationProposalUnknown(ProposalKey proposal);

    /// @notice Thrown when a proposal is in a state in which this is not done.
    error ReallocationStateWrong(ProposalKey proposal, ProposalState state);

    /// @notice Thrown when nothing of a list could be approved; why the first was not.
    error ReallocationNotApproved(ProposalKey proposal, Refusal refusal, uint256 value, uint256 limit);

    /// @notice Thrown when an approver of `division` may not decide on the proposal now; the lowest division that may
    /// is `lowest`.
    error ReallocationLevelWrong(ProposalKey proposal, DivisionId division, DivisionId lowest);

    /// @notice Thrown when a call names no proposal.
    error ReallocationNothingNamed();

    /// @notice Thrown when a proposal was to be withdrawn on a grant of this role.
    error ReallocationRoleWrong(Role role);

    /// @notice Thrown when a proposal was to expire before its time is over.
    error ReallocationNotOver(ProposalKey proposal, uint64 until);

    /// @notice Thrown when a field of the prepared document is not what the proposal says.
    error ReallocationPreparedOther(ProposalKey proposal, bytes32 field);

    /// @notice Thrown when the consent to the prepared document is not the caller's.
    error ReallocationConsentOther(address signer, address caller);

    /// @notice Thrown when the document shown is not the one recorded under `key`.
    error ReallocationDocumentOther(DocumentKey key);

    /// @notice Thrown when the document under `key` was reversed, or was to be shown as reversed and is not.
    error ReallocationReversedOtherwise(DocumentKey key, bool reversed);

    /// @notice Thrown when a document of this kind says nothing about a proposal.
    error ReallocationKindWrong(Kind kind);

    /// @notice Thrown when a document refers to no proposal (type 4) or to no consignment (type 2).
    error ReallocationReferenceOther(DocumentKey key, uint256 reference_);

    /// @notice Thrown when a document was shown before.
    error ReallocationShownBefore(DocumentKey key);

    /// @notice Thrown when the dispatch that a document answers was never shown, or in `state`.
    error ReallocationDeliveryWrong(DocumentKey dispatch, DeliveryState state);

    /// @notice Thrown when a delivery goes between other sites than approved.
    error ReallocationDeliveryElsewhere(ProposalKey proposal, uint256 from, uint256 to);

    /// @notice Thrown when a delivery is more than is left of what was approved.
    error ReallocationDeliveryAbove(ProposalKey proposal, uint256 remaining, uint256 delivered);

    /// @notice Thrown when a delivery is said to have occurred before the approval or after the proposal was over.
    error ReallocationDeliveryOutside(ProposalKey proposal, uint64 occurredAt, uint64 earliest, uint64 latest);

    // ---------------------------------------------------------------------------------------------- events

    /// @notice Emitted when a request was made. Every event here is an entry of its request's journal.
    /// @param floor what the site must keep of the item, base units; above three times that the request is flagged,
    /// and never where it is 0
    /// @param keeperDivision the division of the grant relied on
    /// @param grantPosition position in the caller's journal at this grant's last change
    event RequestMade(
        RequestKey indexed request,
        SiteId indexed site,
        address indexed keeper,
        Asking asking,
        uint64 floor,
        DivisionId keeperDivision,
        uint64 grantPosition,
        uint64 recordedAt
    );

    /// @notice Emitted when a request was withdrawn.
    event RequestWithdrawn(
        RequestKey indexed request,
        address indexed keeper,
        uint16 reason,
        DivisionId keeperDivision,
        uint64 grantPosition,
        uint64 recordedAt
    );

    /// @notice Emitted when a proposal was made.
    /// @param quantity base units, the sum of the lines
    /// @param left base units of the listed lots that stay usable at the giver
    event ProposalMade(
        ProposalKey indexed proposal,
        RequestKey indexed request,
        address indexed keeper,
        SiteId giver,
        uint64 quantity,
        uint64 left,
        bytes32 anchor,
        DivisionId keeperDivision,
        uint64 grantPosition,
        uint64 recordedAt,
        uint256[] lines
    );

    /// @notice Emitted when a proposal was approved.
    event ProposalApproved(
        ProposalKey indexed proposal, RequestKey indexed request, address indexed approver, Approval approval
    );

    /// @notice Emitted, beside `ProposalApproved`, with the approver's consent to the prepared document. Its `from`, `to`,
    /// `reference` and lines are the proposal's.
    event ConsentGiven(
        ProposalKey indexed proposal,
        RequestKey indexed request,
        address indexed approver,
        Kind kind,
        bytes32 clientId,
        Timestamp occurredAt,
        uint16 reason,
        uint64 deadline,
        bytes32 body,
        uint64 validUntil,
        Signature consent
    );

    /// @notice Emitted for each proposal of a list that was not approved while others were. Changes nothing, and is in
    /// no journal.
    event ProposalSkipped(
        ProposalKey indexed proposal, address indexed approver, Refusal refusal, uint256 value, uint256 limit
    );

    /// @notice Emitted when a proposal was rejected.
    event ProposalRejected(
        ProposalKey indexed proposal,
        RequestKey indexed request,
        address indexed approver,
        uint16 reason,
        DivisionId approverDivision,
        uint64 grantPosition,
        uint64 recordedAt
    );

    /// @notice Emitted when a proposal was withdrawn, before or after it was approved.
    /// @param released base units that are no longer reserved
    event ProposalWithdrawn(
        ProposalKey indexed proposal,
        RequestKey indexed request,
        address indexed holder,
        Role role,
        uint16 reason,
        uint64 released,
        DivisionId division,
        uint64 grantPosition,
        uint64 recordedAt
    );

    /// @notice Emitted when it was recorded that the time of a proposal is over.
    event ProposalExpired(
        ProposalKey indexed proposal,
        RequestKey indexed request,
        address indexed caller,
        uint64 released,
        uint64 recordedAt
    );

    /// @notice Emitted when a document of the stock ledger was shown, with what it changed.
    /// @param document the document's key
    /// @param delivery key of the dispatch or hand-over that it is or answers
    /// @param delivered base units that left the giver with it
    /// @param accepted base units that were accepted at the receiver with it
    event DeliveryShown(
        DocumentKey indexed document,
        ProposalKey indexed proposal,
        RequestKey indexed request,
        Kind kind,
        DocumentKey delivery,
        uint64 delivered,
        uint64 accepted,
        address caller,
        uint64 recordedAt
    );

    /// @notice Emitted when it was shown that a delivery was reversed.
    /// @param quantity base units that had left the giver with it
    event DeliveryReversed(
        DocumentKey indexed document,
        ProposalKey indexed proposal,
        RequestKey indexed request,
        uint64 quantity,
        address caller,
        uint64 recordedAt
    );

    // ---------------------------------------------------------------------------------------------- requests

    /// @notice Asks for goods. A keeper of the receiving site.
    /// @dev The same content again changes nothing and returns the same key.
    /// @param keeperDivision the division of the caller's KEEPER grant; contains the site
    /// @return request the request's key
    function request(Asking calldata asking, DivisionId keeperDivision) external returns (RequestKey request);

    /// @notice Withdraws a request that is open. What is on its way for it still counts; what was approved and did not
    /// leave may be expired by anybody.
    /// @param reason a code of the published list, not 0
    /// @param keeperDivision as in `request`
    function withdrawRequest(RequestKey request, uint16 reason, DivisionId keeperDivision) external;

    // ---------------------------------------------------------------------------------------------- proposals

    /// @notice Proposes what one giver gives for an open request. A keeper of either site, or of a division above one.
    /// @dev The same content again changes nothing and returns the same key.
    /// @param keeperDivision the division of the caller's KEEPER grant; contains the giver or the receiving site
    /// @return proposal the proposal's key
    function propose(Offer calldata offer, DivisionId keeperDivision) external returns (ProposalKey proposal);

    /// @notice Approves what can be approved of a list, in its order; emits why for the others.
    /// @dev If none can be, the call is refused with the reason of the first. Proposals whose goods leave the district go
    /// through `approveWithConsent`.
    /// @param approverDivision the division of the caller's APPROVER grant: the lowest that contains both sites and is no
    /// community, or one above it whose turn has come
    /// @param staleReason why givers whose count is overdue give all the same, 0 where they do not
    /// @return refusals why each was not approved; NONE where it was
    function approve(ProposalKey[] calldata proposals, DivisionId approverDivision, uint16 staleReason)
        external
        returns (Refusal[] memory refusals);

    /// @notice Approves one proposal with the caller's consent to its prepared document, which is emitted.
    /// @param kind DISPATCH or HAND_OVER
    /// @param document the prepared document: from, to, reference (type 4) and lines are the proposal's (lines of
    /// quantity 0 left out), it occurs on a day that is not over, and a dispatch has its deadline ahead, a hand-over none
    /// @param body salted digest of the document's body
    /// @param validUntil until when the consent counts, seconds
    /// @param consent the caller's signature over Consent(content, body, validUntil) in the stock ledger's domain
    function approveWithConsent(
        ProposalKey proposal,
        DivisionId approverDivision,
        uint16 staleReason,
        Kind kind,
        Document calldata document,
        bytes32 body,
        uint64 validUntil,
        Signature calldata consent
    ) external;

    /// @notice Rejects proposals that were not decided on. An approver who could approve them by level.
    /// @param reason a code of the published list, not 0
    function reject(ProposalKey[] calldata proposals, DivisionId approverDivision, uint16 reason) external;

    /// @notice Withdraws proposals that were not decided on, or what was not yet shown as delivered of approved ones. A
    /// keeper of either site, or an approver who could approve them by level.
    /// @param role KEEPER or APPROVER
    /// @param division the division of the caller's grant of that role
    /// @param reason a code of the published list, not 0
    function withdraw(ProposalKey[] calldata proposals, Role role, DivisionId division, uint16 reason) external;

    /// @notice Records that the time of proposals is over: their day of need, or that of a withdrawn request at once.
    /// What they had reserved is free. Anybody may.
    function expire(ProposalKey[] calldata proposals) external;

    // ---------------------------------------------------------------------------------------------- deliveries

    /// @notice Shows a recorded document. Anybody may. A dispatch or hand-over refers to its proposal (type 4); an
    /// acceptance, contest, return or settlement to the consignment of a dispatch that was shown (type 2).
    /// @dev A delivery occurred between the approval and the end of the proposal, between its sites, and holds nothing
    /// but its item, at most what is left of it. Accepted is what left less the exceptions of the acceptance, what a
    /// settlement found at the receiver, and all of a hand-over.
    /// @param key the document's key; the client id in `document` is not looked at
    function show(Kind kind, DocumentKey key, Document calldata document) external;

    /// @notice Shows that a dispatch or hand-over was reversed after it was shown: what it changed is taken back. Anybody
    /// may.
    function showReversed(DocumentKey key) external;

    // ---------------------------------------------------------------------------------------------- views

    /// @notice Between which divisions an approver's grant may stand now: the lowest, and the highest whose turn has
    /// come; every level between them may decide.
    function levels(ProposalKey proposal) external view returns (DivisionId lowest, DivisionId highest);

    /// @notice Base units of `item` that are approved to leave `site` and were not shown to have left.
    function reserved(SiteId site, ItemId item) external view returns (uint64);

    /// @notice A request; all zero where there is none.
    function requestOf(RequestKey request) external view returns (Request memory);

    /// @notice A proposal; all zero where there is none.
    function proposalOf(ProposalKey proposal) external view returns (Proposal memory);

    /// @notice The lines of a proposal.
    function linesOf(ProposalKey proposal) external view returns (uint256[] memory);

    /// @notice A dispatch or hand-over that was shown; all zero where it was not.
    function deliveryOf(DocumentKey key) external view returns (Delivery memory);

    /// @notice The journal of a request.
    function journal(RequestKey request) external view returns (Journal);
}
