// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signature} from "../libraries/TypedData.sol";
import {GrantWord} from "../types/GrantWord.sol";
import {DivisionId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Role} from "../types/Role.sol";
import {IPlaces} from "./IPlaces.sol";

/// @notice Where a replacement of a key stands.
enum ReplacementStatus {
    NONE,
    /// the grants are suspended; the old holder may object until D has passed
    PROPOSED,
    /// the old holder objected; a level above the proposer decides
    OBJECTED,
    /// the level above let the replacement stand
    UPHELD,
    /// the level above refused the replacement, and the grants act again
    REFUSED,
    /// the grants were moved to the new holder
    EXECUTED
}

/// @notice One grant of a holder whose class is known, since class and role are one.
struct GrantScope {
    /// the division of the grant
    DivisionId division;
    /// the issuer or supplier for whom the holder speaks, 0 for the other roles
    uint256 subject;
}

/// @notice A grant that a replacement lists.
struct SuspendedGrant {
    DivisionId division;
    /// the sequence of the old holder's journal after the suspension; a grant that stands elsewhere changed since
    uint64 position;
    uint256 subject;
}

/// @notice A replacement of a key.
struct Replacement {
    /// the address that loses its grants
    address oldHolder;
    /// block time of the proposal; D later it may be executed
    uint64 proposedAt;
    ReplacementStatus status;
    /// the address that takes over
    address newHolder;
    /// the division of the grant on which the proposer relied
    DivisionId authorityDivision;
    /// the authority that proposed it
    address proposer;
}

/// @title Directory
/// @notice Divisions, sites, consignees, and who may do what where.
/// @dev A grant is (holder, role, division, subject) and is valid on the division and below. Whoever relies on a grant
/// names its division, so that the check is one read and needs no walk up the tree; it also works where no site gives a
/// prefix. An address belongs for life to one class, and class and role are one: its grants all have the same role.
///
/// Who may: an AUTHORITY grants other roles at its own division and below, and AUTHORITY strictly below; at division 0
/// there is no level above, so AUTHORITY at 0 may grant, revoke and replace AUTHORITY at 0. ISSUER is granted at
/// division 0 only, because the word of an issuer counts everywhere. A grant acts D after it was made; an authority
/// strictly above the granter may veto it until then. Revocation acts at once. Nothing ever shortens D.
///
/// Journals: every event that names a holder is one entry of that holder's journal, and an event that names an old and
/// a new holder one entry of both. The digest of an entry is keccak(topics of the log ‖ data of the log): each event
/// carries every field that changed and the block time, indexed fields first, all of them whole words.
///
/// What this rests on: block time is not ahead of real time by more than the engine allows (else D is shorter);
/// the authority of division 0 is several people (a multi-signature wallet), because nobody can veto it and nobody
/// decides on an objection to a replacement that it proposed. A lost key costs liveness only until it is replaced.
interface IDirectory is IPlaces {
    /// @notice Thrown when `holder` has no such grant that acts now: never made, not yet acting, suspended or revoked.
    error DirectoryGrantMissing(address holder, Role role, DivisionId division, uint256 subject);

    /// @notice Thrown when `holder` has that grant already: acting, suspended or waiting for its delay.
    error DirectoryGrantExists(address holder, Role role, DivisionId division, uint256 subject);

    /// @notice Thrown when that grant is suspended by a replacement that is under way.
    error DirectoryGrantSuspended(address holder, Role role, DivisionId division, uint256 subject);

    /// @notice Thrown when a veto comes after the grant began to act at `from`; it can only be revoked now.
    error DirectoryGrantActs(address holder, Role role, DivisionId division, uint256 subject, uint64 from);

    /// @notice Thrown when `division` neither is nor lies in `authorityDivision`.
    error DirectoryOutsideDivision(DivisionId authorityDivision, DivisionId division);

    /// @notice Thrown when `authorityDivision` is not strictly above `division`.
    error DirectoryNotAbove(DivisionId authorityDivision, DivisionId division);

    /// @notice Thrown when `holder` belongs for life to the class of `holderRole` and was to join that of `role`.
    error DirectoryClassTaken(address holder, Role holderRole, Role role);

    /// @notice Thrown when `holder` has no class yet and neither signed for that of `role` nor accepted it before.
    error DirectoryConsentMissing(address holder, Role role);

    /// @notice Thrown when a role is NONE, or when the old holder of a replacement has no class and so no grants.
    error DirectoryRoleNone();

    /// @notice Thrown when ISSUER or SUPPLIER comes without an id of 160 bits, or another role with a subject.
    error DirectorySubjectInvalid(Role role, uint256 subject);

    /// @notice Thrown when ISSUER was to be granted at `division`; it is granted at division 0 only.
    error DirectoryIssuerBelowRoot(DivisionId division);

    /// @notice Thrown when a holder is the zero address.
    error DirectoryHolderZero();

    /// @notice Thrown when a key is said to be compromised since a time after the block time `recordedAt`.
    error DirectoryCompromiseInFuture(uint64 compromisedSince, uint64 recordedAt);

    /// @notice Thrown when a replacement names the same address as old and as new holder.
    error DirectoryReplacementSame(address holder);

    /// @notice Thrown when a replacement lists no grant, or more than `most`.
    error DirectoryReplacementSize(uint256 size, uint256 most);

    /// @notice Thrown when there is no replacement of that number.
    error DirectoryReplacementUnknown(uint256 replacement);

    /// @notice Thrown when the replacement is not in a status that allows the call.
    error DirectoryReplacementStatus(uint256 replacement, ReplacementStatus status);

    /// @notice Thrown when the replacement may be executed from `from` on.
    error DirectoryReplacementTooEarly(uint256 replacement, uint64 from);

    /// @notice Thrown when the old holder could object until before `until`.
    error DirectoryObjectionTooLate(uint256 replacement, uint64 until);

    /// @notice Thrown when `caller` is not a party of the replacement that may do this, or a party that would decide.
    error DirectoryNotParty(uint256 replacement, address caller);

    /// @notice Thrown when the grant as AUTHORITY at `division` on which `proposer` relied is revoked or suspended, and
    /// no level above upheld the replacement.
    error DirectoryProposerPowerless(uint256 replacement, address proposer, DivisionId division);

    /// @notice Emitted when an address joined its class, for life. An entry of the holder's journal.
    event ClassAccepted(address indexed holder, Role role, uint64 recordedAt);

    /// @notice Emitted when a grant was made; it acts from `from`. An entry of the holder's journal.
    event GrantMade(
        address indexed holder,
        DivisionId indexed division,
        address indexed authority,
        Role role,
        uint256 subject,
        DivisionId authorityDivision,
        uint64 from,
        uint64 recordedAt
    );

    /// @notice Emitted when a grant was revoked. An entry of the holder's journal.
    /// @dev `recordedAt` is binding; `compromisedSince` (0 for none) is a claim that makes findings, never rewrites.
    event GrantRevoked(
        address indexed holder,
        DivisionId indexed division,
        address indexed authority,
        Role role,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason,
        uint64 compromisedSince,
        uint64 recordedAt
    );

    /// @notice Emitted when a grant was vetoed before it acted. An entry of the holder's journal.
    event GrantVetoed(
        address indexed holder,
        DivisionId indexed division,
        address indexed authority,
        Role role,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason,
        uint64 recordedAt
    );

    /// @notice Emitted when a grant was suspended by a replacement. An entry of the holder's journal.
    event GrantSuspended(
        address indexed holder,
        DivisionId indexed division,
        uint256 indexed replacement,
        Role role,
        uint256 subject,
        uint64 recordedAt
    );

    /// @notice Emitted when a replacement was refused and a grant acts again. An entry of the holder's journal.
    event GrantReinstated(
        address indexed holder,
        DivisionId indexed division,
        uint256 indexed replacement,
        Role role,
        uint256 subject,
        uint64 recordedAt
    );

    /// @notice Emitted when a grant was revoked from the old holder and made to the new one, who acts at once.
    /// An entry of both journals.
    event GrantReplaced(
        address indexed oldHolder,
        address indexed newHolder,
        uint256 indexed replacement,
        DivisionId division,
        Role role,
        uint256 subject,
        uint64 recordedAt
    );

    /// @notice Emitted when a replacement was proposed, before its grants are suspended. An entry of both journals.
    event ReplacementProposed(
        address indexed oldHolder,
        address indexed newHolder,
        uint256 indexed replacement,
        address authority,
        DivisionId authorityDivision,
        uint64 grants,
        uint64 compromisedSince,
        uint64 recordedAt
    );

    /// @notice Emitted when the old holder objected. An entry of both journals.
    event ReplacementObjected(
        address indexed oldHolder, address indexed newHolder, uint256 indexed replacement, uint64 recordedAt
    );

    /// @notice Emitted when a level above the proposer decided on an objection. An entry of both journals.
    event ReplacementDecided(
        address indexed oldHolder,
        address indexed newHolder,
        uint256 indexed replacement,
        bool upheld,
        address authority,
        DivisionId authorityDivision,
        uint16 reason,
        uint64 recordedAt
    );

    /// @notice Emitted when a replacement was executed, after its grants were moved. An entry of both journals.
    event ReplacementExecuted(
        address indexed oldHolder,
        address indexed newHolder,
        uint256 indexed replacement,
        address caller,
        uint64 recordedAt
    );

    /// @notice The caller joins the class of `role`, for life; for holders that cannot sign, as contract wallets.
    /// @dev The one function that any address may call; it changes nothing but the caller's own class and journal.
    function acceptClass(Role role) external;

    /// @notice Makes a grant that acts D from now, unless it is vetoed.
    /// @dev A grant that was revoked or vetoed may be made again and waits D again.
    /// @param division the division on which and below which the grant is valid, open; 0 for ISSUER
    /// @param subject the issuer of an ISSUER, the supplier of a SUPPLIER, else 0
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains `division`, and is strictly
    /// above it when `role` is AUTHORITY (division 0 excepted)
    /// @param consent the holder's signature over ClassConsent(holder, class); not looked at when it has a class
    function grant(
        address holder,
        Role role,
        DivisionId division,
        uint256 subject,
        DivisionId authorityDivision,
        Signature calldata consent
    ) external;

    /// @notice Revokes a grant at once, whether it acts, waits or is suspended.
    /// @dev Warning: an authority of division 0 may revoke the last grant of AUTHORITY at 0, and then nobody can ever
    /// register provinces or grant AUTHORITY to them.
    /// @param authorityDivision as in `grant`
    /// @param reason a code of the published list
    /// @param compromisedSince the time since which the key is said to be in foreign hands, 0 for none; a claim
    function revoke(
        address holder,
        Role role,
        DivisionId division,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason,
        uint64 compromisedSince
    ) external;

    /// @notice Ends a grant that does not act yet.
    /// @param authorityDivision the division of the caller's AUTHORITY grant; strictly above that of the granter
    /// @param reason a code of the published list
    function veto(
        address holder,
        Role role,
        DivisionId division,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason
    ) external;

    /// @notice Proposes to move grants from a lost or stolen key to a new one, and suspends them at once.
    /// @dev Class and consent of the new holder as in `grant`. A grant that is revoked meanwhile is not moved.
    /// @param grants the grants to move, 1 to 64, each standing and not suspended
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains that of each grant, and is
    /// strictly above it when the holders are authorities (division 0 excepted)
    /// @param compromisedSince the time since which the old key is said to be in foreign hands, 0 for none; a claim
    /// @param newHolderConsent the new holder's signature over ClassConsent; not looked at when it has a class
    /// @return replacement the number of the replacement, from 1
    function proposeReplacement(
        address oldHolder,
        address newHolder,
        GrantScope[] calldata grants,
        DivisionId authorityDivision,
        uint64 compromisedSince,
        Signature calldata newHolderConsent
    ) external returns (uint256 replacement);

    /// @notice The old holder objects, before D has passed since the proposal. A level above the proposer decides.
    /// @dev Without a decision the grants stay suspended. With D = 0 (a demo) nobody can object.
    function objectToReplacement(uint256 replacement) external;

    /// @notice Decides on an objection, finally.
    /// @dev Warning: nobody decides on what division 0 proposed, since no level is above it; its grants stay suspended
    /// until they are revoked and made anew, which takes D again.
    /// @param uphold true: the replacement may be executed once D has passed since it was proposed; false: it is
    /// refused and its grants act again at once
    /// @param authorityDivision the division of the caller's AUTHORITY grant; strictly above that of the proposer.
    /// The caller is neither the proposer nor the old or the new holder
    /// @param reason a code of the published list
    function decideReplacement(uint256 replacement, bool uphold, DivisionId authorityDivision, uint16 reason)
        external;

    /// @notice Moves the grants, D after the proposal, without an objection or after it was overruled.
    /// @dev Called by the proposer or the new holder. The new grants act at once, because D was waited already.
    /// Grants that changed since they were suspended (revoked, vetoed) are not moved. Unless a level above upheld it,
    /// the grant on which the proposer relied must act still; only this replacement itself may have suspended it.
    function executeReplacement(uint256 replacement) external;

    /// @notice Refuses unless `holder` has that grant and it acts now.
    /// @return grantKey keccak(holder, role, division, subject)
    /// @return position the sequence of the holder's journal after the grant's last change
    function requireGrant(address holder, Role role, DivisionId division, uint256 subject)
        external
        view
        returns (bytes32 grantKey, uint64 position);

    /// @notice D: seconds after which a grant acts and a replacement may be executed. 0 only on a demo.
    function delay() external view returns (uint64);

    /// @notice The class of an address, NONE while it has none.
    function classOf(address holder) external view returns (Role);

    /// @notice The word of a grant.
    /// @param grantKey keccak(holder, role, division, subject)
    function grantOf(bytes32 grantKey) external view returns (GrantWord);

    /// @notice The journal of a holder.
    function journal(address holder) external view returns (Journal);

    /// @notice A replacement by its number.
    function replacementOf(uint256 replacement) external view returns (Replacement memory);

    /// @notice The grants that a replacement lists, in the order of the proposal.
    function replacementGrants(uint256 replacement) external view returns (SuspendedGrant[] memory);
}
