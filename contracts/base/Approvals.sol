// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Document} from "../interfaces/IDocuments.sol";
import {Giving} from "../interfaces/INorms.sol";
import {IReallocation} from "../interfaces/IReallocation.sol";
import {Contents} from "../libraries/Contents.sol";
import {Signature} from "../libraries/TypedData.sol";
import {DivisionId, DocumentKey, ProposalKey, QualificationId, RequestKey, SiteId} from "../types/Ids.sol";
import {Kind} from "../types/Kind.sol";
import {Line} from "../types/Line.sol";
import {Refusal} from "../types/ProposalState.sol";
import {ProposalRecord, RequestRecord} from "../types/ReallocationRecords.sol";
import {Role} from "../types/Role.sol";
import {Timestamp} from "../types/Timestamp.sol";
import {Turn, Turns} from "./Turns.sol";
import {UsableStock} from "./UsableStock.sol";

/// @title Approvals
/// @notice What a giver may part with, and who says so. Everything is looked at when it is approved, not before.
abstract contract Approvals is Turns, UsableStock {
    uint256 private constant _WHOLE = 10_000; // basis points

    /// @dev Who approves, and what for.
    struct Approving {
        DivisionId division;
        uint256 grantPosition;
        uint256 staleReason;
        /// with the consent to the prepared document
        bool consenting;
    }

    /// @dev What is found: the words of `Approval`, in their order.
    struct Found {
        DivisionId division;
        uint256 grantPosition;
        uint256 usable;
        uint256 floor;
        uint256 reserved;
        uint256 callableFrom;
        bool emergency;
        uint256 staleReason;
        uint256 recordedAt;
    }

    /// @dev Why a proposal is not approved.
    struct Finding {
        Refusal refusal;
        uint256 value;
        uint256 limit;
    }

    // ---------------------------------------------------------------------------------------------- a list

    /// @inheritdoc IReallocation
    function approve(ProposalKey[] calldata proposals, DivisionId approverDivision, uint16 staleReason)
        external
        returns (Refusal[] memory refusals)
    {
        _requireNamed(proposals);
        Approving memory approving =
            Approving(approverDivision, _requireGrant(Role.APPROVER, approverDivision), staleReason, false);

        refusals = new Refusal[](proposals.length);
        // slither-disable-start uninitialized-local (nothing was found yet)
        Finding memory first;
        bool any;
        // slither-disable-end uninitialized-local
        for (uint256 i; i < proposals.length; ++i) {
            Finding memory finding = _approve(proposals[i], approving);
            if (i == 0) first = finding;
            refusals[i] = finding.refusal;
            // slither-disable-next-line incorrect-equality (NONE: it was approved)
            if (finding.refusal == Refusal.NONE) any = true;
        }
        if (!any) _notApproved(proposals[0], first);
    }

    function _notApproved(ProposalKey key, Finding memory finding) private pure {
        _refuse(
            uint32(ReallocationNotApproved.selector),
            ProposalKey.unwrap(key),
            uint256(finding.refusal),
            finding.value,
            finding.limit
        );
    }

    /// @dev Approves one, or emits why not.
    function _approve(ProposalKey key, Approving memory approving) private returns (Finding memory finding) {
        Found memory approval;
        (finding, approval) = _look(key, approving);
        // slither-disable-next-line incorrect-equality (NONE: nothing was found against it)
        if (finding.refusal == Refusal.NONE) _record(key, approval);
        else emit ProposalSkipped(key, msg.sender, finding.refusal, finding.value, finding.limit);
    }

    // ---------------------------------------------------------------------------------------------- with consent

    /// @inheritdoc IReallocation
    function approveWithConsent(
        ProposalKey proposal,
        DivisionId approverDivision,
        uint16 staleReason,
        Kind kind,
        Document calldata document,
        bytes32 body,
        uint64 validUntil,
        Signature calldata consent
    ) external {
        _approveConsenting(proposal, approverDivision, staleReason);
        _requirePrepared(proposal, kind, document, validUntil);
        _requireConsent(kind, document, body, validUntil, consent);
        _recordConsent(proposal, kind, document, body, validUntil, consent);
    }

    function _approveConsenting(ProposalKey key, DivisionId division, uint16 staleReason) private {
        (Finding memory finding, Found memory approval) =
            _look(key, Approving(division, _requireGrant(Role.APPROVER, division), staleReason, true));
        if (finding.refusal != Refusal.NONE) _notApproved(key, finding);
        _record(key, approval);
    }

    /// @dev Refuses a document that is not the proposal's, or could not be shown once it is recorded.
    function _requirePrepared(ProposalKey key, Kind kind, Document calldata document, uint64 validUntil) private view {
        if (!_leaves(kind)) _kindWrong(kind);
        ProposalRecord memory proposal = _proposalAt(key);
        RequestRecord memory asked = _requestAt(proposal.request);

        _requireField(document.from == SiteId.unwrap(proposal.giver), key, "from");
        _requireField(document.to == SiteId.unwrap(asked.site), key, "to");
        _requireField(document.reference_ == (REFERENCE_PROPOSAL << 248 | ProposalKey.unwrap(key)), key, "reference");
        // What the event does not carry, and a consent whose time is over, would make a consent of no use.
        _requireField(QualificationId.unwrap(document.qualification) == 0, key, "qualification");
        _requireField(block.timestamp <= validUntil, key, "validUntil");
        // A dispatch has a deadline that lies ahead, a hand-over none at all.
        bool isDispatch = kind == Kind.DISPATCH;
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 after_;
        if (isDispatch) after_ = block.timestamp;
        // slither-disable-next-line incorrect-equality (whether there is a deadline, and a kind)
        _requireField(document.deadline > after_ == isDispatch, key, "deadline");
        Timestamp time = document.occurredAt;
        _requireField(_endOf(time) >= block.timestamp && time.secondsOf() <= asked.neededBy, key, "occurredAt");
        _requireField(_areLines(_lines[key], document.lines), key, "lines");
    }

    function _requireField(bool right, ProposalKey key, bytes32 field) private pure {
        if (!right) _refuse(uint32(ReallocationPreparedOther.selector), ProposalKey.unwrap(key), uint256(field));
    }

    /// @dev Whether `lines` are what a proposal takes, in its order.
    function _areLines(uint256[] storage proposed, uint256[] calldata lines) private view returns (bool) {
        // slither-disable-next-line uninitialized-local (begins at 0)
        uint256 next;
        uint256 length = proposed.length;
        for (uint256 i; i < length; ++i) {
            uint256 line = proposed[i];
            if (Line.wrap(line).quantity() == 0) continue;
            if (next == lines.length || lines[next] != line) return false;
            ++next;
        }
        return next == lines.length;
    }

    function _requireConsent(
        Kind kind,
        Document calldata document,
        bytes32 body,
        uint64 validUntil,
        Signature calldata consent
    ) private view {
        DocumentKey key = Contents.keyOf(document.from, document.clientId);
        bytes32 structHash = Contents.consent(Contents.digest(kind, key, document), body, validUntil);
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _ledgerSeparator, structHash));
        // slither-disable-next-line unused-return (zero says that it failed)
        (address signer,,) = ECDSA.tryRecover(digest, consent.r, consent.vs);
        if (signer != msg.sender) {
            _refuse(uint32(ReallocationConsentOther.selector), uint160(signer), uint160(msg.sender));
        }
    }

    function _recordConsent(
        ProposalKey key,
        Kind kind,
        Document calldata document,
        bytes32 body,
        uint64 validUntil,
        Signature calldata consent
    ) private {
        RequestKey asked = _proposalAt(key).request;
        _enter(
            asked,
            bytes.concat(
                abi.encode(ConsentGiven.selector, key, asked, msg.sender, kind, document.clientId),
                abi.encode(document.occurredAt, document.reason, document.deadline, body, validUntil, consent)
            )
        );
    }

    // ---------------------------------------------------------------------------------------------- what is found

    /// @dev Looks at a proposal in the order of `Refusal`.
    function _look(ProposalKey key, Approving memory approving)
        private
        view
        returns (Finding memory finding, Found memory approval)
    {
        ProposalRecord memory proposal = _proposalAt(key);
        RequestRecord memory asked = _requestAt(proposal.request);
        (finding.refusal, finding.value, finding.limit) = _lookAtTime(proposal, asked);
        if (finding.refusal != Refusal.NONE) return (finding, approval);
        (finding.refusal, finding.value, finding.limit) = _lookAtLevel(proposal, asked, approving, approval);
        if (finding.refusal != Refusal.NONE) return (finding, approval);

        Giving memory giving = _norms.giving(proposal.giver, asked.item);
        (finding.refusal, finding.value, finding.limit) = _lookAtTerms(asked, giving, approval);
        if (finding.refusal != Refusal.NONE) return (finding, approval);
        (finding.refusal, finding.value, finding.limit) = _lookAtStock(key, proposal, asked, giving, approval);

        approval.division = approving.division;
        approval.grantPosition = approving.grantPosition;
        approval.recordedAt = block.timestamp;
    }

    function _lookAtTime(ProposalRecord memory proposal, RequestRecord memory asked)
        private
        view
        returns (Refusal refusal, uint256 value, uint256 limit)
    {
        uint256 state = proposal.state;
        if (state == 0) return (Refusal.UNKNOWN, 0, 0);
        if (state != PROPOSED) return (Refusal.NOT_PROPOSED, state, 0);
        if (block.timestamp > asked.neededBy) return (Refusal.TOO_LATE, 0, asked.neededBy);
        if (asked.withdrawn) return (Refusal.REQUEST_WITHDRAWN, 0, 0);
    }

    /// @dev Sets `approval.emergency`, and hands the reason for a stale giver on.
    function _lookAtLevel(
        ProposalRecord memory proposal,
        RequestRecord memory asked,
        Approving memory approving,
        Found memory approval
    ) private view returns (Refusal refusal, uint256 value, uint256 limit) {
        Turn memory turn = _turnOf(proposal, asked);
        if (!_mayDecide(turn, approving.division)) {
            return (
                Refusal.WRONG_LEVEL, DivisionId.unwrap(approving.division), DivisionId.unwrap(turn.lowest)
            );
        }
        if (!approving.consenting && proposal.giver.district() != asked.site.district()) {
            return (Refusal.CONSENT_MISSING, 0, 0);
        }
        uint256 covered = asked.accepted + asked.promised;
        uint256 open = asked.quantity > covered ? asked.quantity - covered : 0;
        if (proposal.remaining > open) return (Refusal.ABOVE_REQUEST, proposal.remaining, open);
        approval.emergency = turn.emergency;
        approval.staleReason = approving.staleReason;
    }

    /// @dev Sets `approval.callableFrom`, and leaves the reason for a stale giver where it is one.
    function _lookAtTerms(RequestRecord memory asked, Giving memory giving, Found memory approval)
        private
        view
        returns (Refusal refusal, uint256 value, uint256 limit)
    {
        if (!giving.callable) return (Refusal.NOT_CALLABLE, 0, 0);
        if (!giving.stale) approval.staleReason = 0;
        // slither-disable-next-line incorrect-equality (0 is no reason)
        else if (approval.staleReason == 0) return (Refusal.STALE, 0, 0);
        uint256 notice = approval.emergency ? 0 : uint256(giving.noticeDays) * 1 days;
        approval.callableFrom = block.timestamp + notice;
        if (approval.callableFrom > asked.neededBy) {
            return (Refusal.NOTICE_TOO_LONG, approval.callableFrom, asked.neededBy);
        }
    }

    /// @dev Sets `approval.usable`, `approval.floor` and `approval.reserved`.
    function _lookAtStock(
        ProposalKey key,
        ProposalRecord memory proposal,
        RequestRecord memory asked,
        Giving memory giving,
        Found memory approval
    ) private view returns (Refusal refusal, uint256 value, uint256 limit) {
        uint256 usable = _capped(_usableOf(_lines[key], proposal.giver));
        uint256 taken = _reservedAt(proposal.giver, asked.item) + proposal.remaining;
        uint256 share = usable * giving.share / _WHOLE;
        if (taken > share) return (Refusal.ABOVE_SHARE, taken, share);
        if (giving.floor + taken > usable) return (Refusal.BELOW_FLOOR, giving.floor + taken, usable);
        (approval.usable, approval.floor, approval.reserved) = (usable, giving.floor, taken);
    }

    // ---------------------------------------------------------------------------------------------- record

    function _record(ProposalKey key, Found memory approval) private {
        ProposalRecord memory proposal = _proposalAt(key);
        RequestKey asked = proposal.request;
        RequestRecord memory record = _requestAt(asked);
        proposal.state = APPROVED;
        proposal.approvedAt = block.timestamp;
        record.promised += proposal.remaining;
        _saveProposal(key, proposal);
        _saveRequest(asked, record);
        _setReserved(proposal.giver, record.item, approval.reserved);

        _enter(asked, abi.encode(ProposalApproved.selector, key, asked, msg.sender, approval));
    }
}
