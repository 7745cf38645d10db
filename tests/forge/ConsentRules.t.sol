// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signing} from "../../contracts/interfaces/IDocuments.sol";
import {IReallocation} from "../../contracts/interfaces/IReallocation.sol";
import {ProposalKey, QualificationId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Refusal} from "../../contracts/types/ProposalState.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Allocations} from "./Allocations.sol";
import {same} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice Goods that leave the district: nothing is approved without the caller's own consent to the very document
/// that the proposal comes to, and the ledger takes that document with this consent.
contract ConsentRulesTest is Allocations {
    uint256 private constant QUANTITY = 5;

    function _leavingDistrict(uint256 neededBy) private returns (ProposalKey) {
        return _propose(_request(OTHER_SITE, QUANTITY, neededBy, ROUTINE), QUANTITY);
    }

    /// @dev The proposal's document, as the giver's keeper will record it with the city's consent.
    function _prepared(Kind kind, ProposalKey proposal) private returns (Draft memory draft) {
        draft = _new(kind, FIRST_SITE, OTHER_SITE, FIRST_SITE, KEEPER);
        draft.document.reference_ = 4 << 248 | ProposalKey.unwrap(proposal);
        draft.document.lines = _grainLine(QUANTITY);
        if (kind == Kind.DISPATCH) draft.document.deadline = uint64(block.timestamp + 1 days);
        else draft.other = OTHER_KEEPER;
        draft.approver = CITY_APPROVER;
    }

    function _consenting(ProposalKey proposal, Draft memory draft, Signing memory signing)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(
            IReallocation.approveWithConsent,
            (
                proposal,
                _division(CITY_APPROVER),
                0,
                draft.kind,
                draft.document,
                signing.body,
                signing.validUntil,
                signing.approver
            )
        );
    }

    function _mustConsent(ProposalKey proposal, Draft memory draft) private {
        _do(CITY_APPROVER, address(reallocation), _consenting(proposal, draft, _signing(draft)));
    }

    function _mustNotConsent(ProposalKey proposal, Draft memory draft, string memory what) private {
        bytes4 other = IReallocation.ReallocationPreparedOther.selector;
        bytes memory data = _consenting(proposal, draft, _signing(draft));
        _refused(CITY_APPROVER, address(reallocation), data, other, what);
        same(_reserved(), 0, "reserved after a refusal");
    }

    // ------------------------------------------------------------------------------------------------ who consents

    /// @notice Out of the district nothing is approved in a list, by no level, whatever its turn; nor with the signature
    /// of somebody else. With the caller's own it is, and the ledger takes the document with it.
    function test_nothingLeavesTheDistrictWithoutTheCallersConsent() public {
        ProposalKey proposal = _leavingDistrict(block.timestamp + 10 days);
        _foundBy(CITY_APPROVER, proposal, Refusal.CONSENT_MISSING, "approved in a list");
        _foundBy(APPROVER, proposal, Refusal.WRONG_LEVEL, "the district of the giver");
        _foundBy(OTHER_APPROVER, proposal, Refusal.WRONG_LEVEL, "the district of the receiver");
        Draft memory draft = _prepared(Kind.DISPATCH, proposal);
        bytes4 other = IReallocation.ReallocationConsentOther.selector;
        uint256[3] memory signers = [CITY_APPROVER + 1, KEEPER, STRANGER];
        for (uint256 i; i < 3; ++i) {
            draft.approver = signers[i];
            bytes memory data = _consenting(proposal, draft, _signing(draft));
            _refused(CITY_APPROVER, address(reallocation), data, other, "signed by somebody else");
        }
        draft.approver = CITY_APPROVER;
        Signing memory signing = _signing(draft);
        signing.body = keccak256("another body");
        _refused(CITY_APPROVER, address(reallocation), _consenting(proposal, draft, signing), other, "another body");

        _mustConsent(proposal, draft);
        _assertGiver(proposal, QUANTITY, QUANTITY);
        _send(draft);
        _show(draft);
        _assertGiver(proposal, 0, 0);
    }

    /// @notice A hand-over is prepared and consented to as well.
    function test_aHandOverIsConsentedToAsWell() public {
        ProposalKey proposal = _leavingDistrict(block.timestamp + 10 days);
        Draft memory draft = _prepared(Kind.HAND_OVER, proposal);
        draft.document.deadline = uint64(block.timestamp + 1);
        _mustNotConsent(proposal, draft, "a hand-over with a deadline");
        draft.document.deadline = 0;
        _mustConsent(proposal, draft);
        _send(draft);
        _show(draft);
        _assertRequest(_requestOf(proposal), 0, QUANTITY);
    }

    // ------------------------------------------------------------------------------------------------ to what

    /// @notice Each field of the document is the proposal's: one that is not is refused, though it was consented to.
    function testFuzz_theDocumentIsTheProposals(uint256 bits) public {
        ProposalKey proposal = _leavingDistrict(block.timestamp + 10 days);
        Draft memory draft = _prepared(Kind.DISPATCH, proposal);
        draft.document.from = SECOND_SITE;
        _mustNotConsent(proposal, draft, "from another site");
        (draft.document.from, draft.document.to) = (FIRST_SITE, SECOND_SITE);
        _mustNotConsent(proposal, draft, "to another site");
        draft.document.to = OTHER_SITE;
        draft.document.reference_ ^= 1 << bits % 256;
        _mustNotConsent(proposal, draft, "of another proposal");
        draft.document.reference_ ^= 1 << bits % 256;
        draft.document.lines[0] ^= 1 << bits % 256;
        _mustNotConsent(proposal, draft, "other lines");
        draft.document.lines = new uint256[](0);
        _mustNotConsent(proposal, draft, "no line");
        draft.document.lines = new uint256[](2);
        draft.document.lines[0] = draft.document.lines[1] = _grainLine(QUANTITY)[0];
        _mustNotConsent(proposal, draft, "a line twice");
        draft.document.lines = _grainLine(QUANTITY);
        draft.document.qualification = qualification;
        _mustNotConsent(proposal, draft, "with a qualification");
        draft.document.qualification = QualificationId.wrap(0);
        _mustConsent(proposal, draft);
    }

    /// @notice It occurs on a day that is not over, by the last second of need, and has its deadline ahead; the consent
    /// counts until now at least.
    function testFuzz_theDocumentCanStillBeRecorded(uint256 ahead) public {
        ahead = 1 + ahead % 5 days;
        uint256 start = block.timestamp;
        ProposalKey proposal = _leavingDistrict(start + ahead);
        Draft memory draft = _prepared(Kind.DISPATCH, proposal);
        draft.document.occurredAt = Timestamp.wrap(uint64(start - 1));
        _mustNotConsent(proposal, draft, "a time that is over");
        draft.document.occurredAt = Timestamp.wrap(uint64(start + ahead + 1));
        _mustNotConsent(proposal, draft, "after the day of need");
        draft.document.occurredAt = Timestamp.wrap(_dayOf(start - 1 days));
        _mustNotConsent(proposal, draft, "a day that is over");
        draft.document.occurredAt = Timestamp.wrap(_dayOf(start));
        draft.document.deadline = uint64(start);
        _mustNotConsent(proposal, draft, "a deadline that does not lie ahead");
        draft.document.deadline = uint64(start + 1);
        Signing memory signing = _signing(draft);
        signing.validUntil = uint64(start - 1);
        signing.approver = _sign(CITY_APPROVER, _consentDigest(draft, signing));
        bytes4 other = IReallocation.ReallocationPreparedOther.selector;
        bytes memory data = _consenting(proposal, draft, signing);
        _refused(CITY_APPROVER, address(reallocation), data, other, "a consent that is over");
        signing.validUntil = uint64(start);
        signing.approver = _sign(CITY_APPROVER, _consentDigest(draft, signing));
        _do(CITY_APPROVER, address(reallocation), _consenting(proposal, draft, signing));
    }

    /// @dev The day of a second, without its time.
    function _dayOf(uint256 time) private pure returns (uint64) {
        return uint64((time + OFFSET) / 1 days * 1 days - OFFSET) | 1 << 63;
    }

    /// @notice No other kind of document is prepared.
    function test_nothingButADeliveryIsPrepared() public {
        ProposalKey proposal = _leavingDistrict(block.timestamp + 10 days);
        bytes4 wrong = IReallocation.ReallocationKindWrong.selector;
        for (uint8 kind = 1; kind <= uint8(Kind.LIFT); ++kind) {
            if (Kind(kind) == Kind.HAND_OVER || Kind(kind) == Kind.DISPATCH) continue;
            Draft memory draft = _prepared(Kind(kind), proposal);
            bytes memory data = _consenting(proposal, draft, _signing(draft));
            _refused(CITY_APPROVER, address(reallocation), data, wrong, "neither dispatch nor hand-over");
        }
    }

    // ------------------------------------------------------------------------------------------------ the same rules

    /// @notice An emergency at each end is none that covers both sites: the notice stands until one of the city is.
    function test_anEmergencyAtEachEndCoversNotBoth() public {
        _setTerms(CITY, WHOLE, 2);
        ProposalKey proposal = _leavingDistrict(block.timestamp + 1 days);
        _do(STREET_AUTHORITY, address(norms), _declaring(STREET, block.timestamp + 10 days, STREET));
        _do(CITY_AUTHORITY, address(norms), _declaring(OTHER_STREET, block.timestamp + 10 days, CITY));
        Draft memory draft = _prepared(Kind.DISPATCH, proposal);
        bytes memory data = _consenting(proposal, draft, _signing(draft));
        bytes4 not_ = IReallocation.ReallocationNotApproved.selector;
        _refused(CITY_APPROVER, address(reallocation), data, not_, "an emergency at each end");
        _do(ROOT, address(norms), _declaring(CITY, block.timestamp + 1, 0));
        _do(CITY_APPROVER, address(reallocation), data);
    }

    /// @notice What was rejected is not approved with a consent either, nor is anything twice.
    function test_whatWasDecidedIsNotConsentedTo() public {
        ProposalKey proposal = _leavingDistrict(block.timestamp + 10 days);
        Draft memory draft = _prepared(Kind.DISPATCH, proposal);
        bytes memory data = _consenting(proposal, draft, _signing(draft));
        _do(CITY_APPROVER, address(reallocation), data);
        bytes4 not_ = IReallocation.ReallocationNotApproved.selector;
        _refused(CITY_APPROVER, address(reallocation), data, not_, "approved twice");
        proposal = _leavingDistrict(block.timestamp + 10 days);
        _do(CITY_APPROVER, address(reallocation), _rejecting(proposal, CITY_APPROVER));
        draft = _prepared(Kind.DISPATCH, proposal);
        data = _consenting(proposal, draft, _signing(draft));
        _refused(CITY_APPROVER, address(reallocation), data, not_, "approved after it was rejected");
        same(_reserved(), QUANTITY, "reserved once");
    }
}
