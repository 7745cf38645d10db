// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    GrantScope,
    IDirectory,
    Replacement,
    ReplacementStatus,
    SuspendedGrant
} from "./interfaces/IDirectory.sol";
import {Divisions} from "./libraries/Divisions.sol";
import {Signature, TypedData} from "./libraries/TypedData.sol";
import {ConsigneeWord, ConsigneeWordLibrary} from "./types/ConsigneeWord.sol";
import {DivisionWord, DivisionWordLibrary} from "./types/DivisionWord.sol";
import {GrantWord, GrantWordLibrary} from "./types/GrantWord.sol";
import {ConsigneeId, DivisionId, SiteId} from "./types/Ids.sol";
import {Journal} from "./types/Journal.sol";
import {Role} from "./types/Role.sol";
import {SiteWord, SiteWordLibrary} from "./types/SiteWord.sol";

/// @title Directory
contract Directory is IDirectory, TypedData {
    using Divisions for DivisionId;

    // ---------------------------------------------------------------------------------------------- immutables

    bytes32 private constant _CLASS_CONSENT_TYPEHASH = keccak256("ClassConsent(address holder,uint8 class)");
    uint64 private constant _LOWEST_COMMUNITY = 100_000_000_000;
    uint64 private constant _MODES = 5;
    /// @dev Moving one grant takes some 60,000 gas, so that 64 of them fit into a block of any engine.
    uint256 private constant _MOST_GRANTS = 64;

    /// @inheritdoc IDirectory
    uint64 public immutable delay;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(DivisionId => DivisionWord) private _divisions;
    mapping(DivisionId => bytes32) private _divisionNames;
    mapping(SiteId => SiteWord) private _sites;
    mapping(SiteId => bytes32) private _siteNames;
    mapping(ConsigneeId => ConsigneeWord) private _consignees;
    mapping(ConsigneeId => bytes32) private _consigneeNames;
    mapping(address => Role) private _classes;
    mapping(bytes32 grantKey => GrantWord) private _grants;
    mapping(address => Journal) private _journals;
    uint256 private _replacementCount;
    mapping(uint256 => Replacement) private _replacements;
    mapping(uint256 => SuspendedGrant[]) private _suspended;

    // --------------------------------------------------------------------------------------------- constructor

    /// @param root the first AUTHORITY at division 0, acting at once; should be a multi-signature wallet
    /// @param delay_ D in seconds; 0 only on a demo
    constructor(address root, uint64 delay_) {
        if (root == address(0)) revert DirectoryHolderZero();

        delay = delay_;

        _joinUnchecked(root, Role.AUTHORITY);
        _grantUnchecked(root, Role.AUTHORITY, Divisions.ROOT, 0, Divisions.ROOT, uint64(block.timestamp));
    }

    // ----------------------------------------------------------------------------------------------- divisions

    /// @inheritdoc IDirectory
    function registerDivision(DivisionId division_, bytes32 nameDigest, DivisionId authorityDivision) external {
        _requireAuthorityOver(authorityDivision, division_);
        if (!division_.isWellFormed()) revert DirectoryDivisionMalformed(division_);
        // Division 0 is well formed and exists from the beginning.
        if (division_ == Divisions.ROOT || _divisions[division_].isRegistered()) {
            revert DirectoryDivisionExists(division_);
        }
        _requireOpen(division_.parent());
        _requireName(nameDigest);

        _divisions[division_] = DivisionWordLibrary.create();
        _divisionNames[division_] = nameDigest;
        emit DivisionRegistered(division_, msg.sender, authorityDivision, nameDigest);
    }

    /// @inheritdoc IDirectory
    function closeDivision(DivisionId division_, DivisionId successor, DivisionId authorityDivision) external {
        // Nothing is above division 0, so it is never closed.
        _requireAuthorityAbove(authorityDivision, division_);
        _requireOpen(division_);
        if (successor == division_) revert DirectorySuccessorItself(DivisionId.unwrap(successor));
        // Division 0 passes as open: here it says that there is no successor.
        _requireOpen(successor);

        _divisions[division_] = _divisions[division_].close(successor);
        emit DivisionClosed(division_, msg.sender, authorityDivision, successor);
    }

    function _requireOpen(DivisionId division_) private view {
        if (division_ == Divisions.ROOT) return;
        DivisionWord word = _divisions[division_];
        if (!word.isRegistered()) revert DirectoryDivisionUnknown(division_);
        if (word.isClosed()) revert DirectoryDivisionClosed(division_, word.successor());
    }

    function _requireName(bytes32 nameDigest) private pure {
        if (nameDigest == 0) revert DirectoryNameMissing();
    }

    // --------------------------------------------------------------------------------------------------- sites

    /// @inheritdoc IDirectory
    function registerSite(SiteId site_, bool disposal, bytes32 nameDigest, DivisionId authorityDivision) external {
        _requireAuthorityOver(authorityDivision, site_.community());
        if (!_isWellFormed(site_)) revert DirectorySiteMalformed(site_);
        if (_sites[site_].isRegistered()) revert DirectorySiteExists(site_);
        _requireOpen(site_.community());
        _requireName(nameDigest);

        _sites[site_] = SiteWordLibrary.create(disposal);
        _siteNames[site_] = nameDigest;
        emit SiteRegistered(site_, msg.sender, authorityDivision, disposal, nameDigest);
    }

    /// @inheritdoc IDirectory
    function closeSite(SiteId site_, SiteId successor, DivisionId authorityDivision) external {
        _requireAuthorityOver(authorityDivision, site_.community());
        _requireOpenSite(site_);
        if (successor == site_) revert DirectorySuccessorItself(SiteId.unwrap(successor));
        if (SiteId.unwrap(successor) != 0) _requireOpenSite(successor);

        _sites[site_] = _sites[site_].close(successor);
        emit SiteClosed(site_, msg.sender, authorityDivision, successor);
    }

    function _requireOpenSite(SiteId site_) private view {
        SiteWord word = _sites[site_];
        if (!word.isRegistered()) revert DirectorySiteUnknown(site_);
        if (word.isClosed()) revert DirectorySiteClosed(site_, word.successor());
    }

    function _isWellFormed(SiteId site_) private pure returns (bool) {
        uint64 mode = site_.mode();
        // That the community has no more than 12 digits follows from its being registered.
        return DivisionId.unwrap(site_.community()) >= _LOWEST_COMMUNITY && mode != 0 && mode <= _MODES
            && SiteId.unwrap(site_) % 100 != 0;
    }

    // ---------------------------------------------------------------------------------------------- consignees

    /// @inheritdoc IDirectory
    function registerConsignee(
        ConsigneeId consignee_,
        DivisionId division_,
        bytes32 nameDigest,
        DivisionId authorityDivision
    ) external {
        _requireAuthorityOver(authorityDivision, division_);
        if (ConsigneeId.unwrap(consignee_) == 0) revert DirectoryConsigneeZero();
        if (_consignees[consignee_].isRegistered()) revert DirectoryConsigneeExists(consignee_);
        _requireOpen(division_);
        _requireName(nameDigest);

        _consignees[consignee_] = ConsigneeWordLibrary.create(division_);
        _consigneeNames[consignee_] = nameDigest;
        emit ConsigneeRegistered(consignee_, division_, msg.sender, authorityDivision, nameDigest);
    }

    /// @inheritdoc IDirectory
    function closeConsignee(ConsigneeId consignee_, DivisionId authorityDivision) external {
        requireConsignee(consignee_);
        _requireAuthorityOver(authorityDivision, _consignees[consignee_].division());

        _consignees[consignee_] = _consignees[consignee_].close();
        emit ConsigneeClosed(consignee_, msg.sender, authorityDivision);
    }

    /// @inheritdoc IDirectory
    function requireConsignee(ConsigneeId consignee_) public view {
        ConsigneeWord word = _consignees[consignee_];
        if (!word.isRegistered()) revert DirectoryConsigneeUnknown(consignee_);
        if (word.isClosed()) revert DirectoryConsigneeClosed(consignee_);
    }

    // ------------------------------------------------------------------------------------------------- classes

    /// @inheritdoc IDirectory
    function acceptClass(Role role) external {
        if (role == Role.NONE) revert DirectoryRoleNone();
        if (_classes[msg.sender] != Role.NONE) revert DirectoryClassTaken(msg.sender, _classes[msg.sender], role);

        _joinUnchecked(msg.sender, role);
    }

    /// @dev `holder` is of the class of `role`, or joins it with its consent.
    function _join(address holder, Role role, Signature calldata consent) private {
        // A malformed signature recovers to zero: without this line it would speak for the zero address.
        if (holder == address(0)) revert DirectoryHolderZero();
        if (role == Role.NONE) revert DirectoryRoleNone();
        Role class = _classes[holder];
        if (class == role) return;
        if (class != Role.NONE) revert DirectoryClassTaken(holder, class, role);
        if (_signerOf(keccak256(abi.encode(_CLASS_CONSENT_TYPEHASH, holder, role)), consent) != holder) {
            revert DirectoryConsentMissing(holder, role);
        }

        _joinUnchecked(holder, role);
    }

    function _joinUnchecked(address holder, Role role) private {
        uint64 recordedAt = uint64(block.timestamp);

        _classes[holder] = role;
        _roll(holder, keccak256(abi.encode(ClassAccepted.selector, holder, role, recordedAt)));
        emit ClassAccepted(holder, role, recordedAt);
    }

    // -------------------------------------------------------------------------------------------------- grants

    /// @inheritdoc IDirectory
    function grant(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        Signature calldata consent
    ) external {
        _requireAuthority(authorityDivision);
        _requireReach(role, authorityDivision, division_);
        _requireOpen(division_);
        _requireSubject(role, subject);
        if (role == Role.ISSUER && division_ != Divisions.ROOT) revert DirectoryIssuerBelowRoot(division_);
        _requireNoGrant(holder, role, division_, subject);
        _join(holder, role, consent);

        _grantUnchecked(holder, role, division_, subject, authorityDivision, uint64(block.timestamp) + delay);
    }

    /// @inheritdoc IDirectory
    function revoke(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason,
        uint64 compromisedSince
    ) external {
        bytes32 key = _grantKey(holder, role, division_, subject);

        _requireAuthority(authorityDivision);
        _requireReach(role, authorityDivision, division_);
        if (!_grants[key].stands()) revert DirectoryGrantMissing(holder, role, division_, subject);
        _requirePast(compromisedSince);

        bytes32 digest = keccak256(
            abi.encode(
                GrantRevoked.selector,
                holder,
                division_,
                msg.sender,
                role,
                subject,
                authorityDivision,
                reason,
                compromisedSince,
                block.timestamp
            )
        );
        _grants[key] = _grants[key].revoke(uint64(block.timestamp), _roll(holder, digest));
        emit GrantRevoked(
            holder,
            division_,
            msg.sender,
            role,
            subject,
            authorityDivision,
            reason,
            compromisedSince,
            uint64(block.timestamp)
        );
    }

    /// @inheritdoc IDirectory
    function veto(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        uint16 reason
    ) external {
        bytes32 key = _grantKey(holder, role, division_, subject);

        if (!_grants[key].stands()) revert DirectoryGrantMissing(holder, role, division_, subject);
        _requireAuthorityAbove(authorityDivision, _grants[key].granterDivision());
        if (_grants[key].from() <= block.timestamp) {
            revert DirectoryGrantActs(holder, role, division_, subject, _grants[key].from());
        }

        bytes32 digest = keccak256(
            abi.encode(
                GrantVetoed.selector,
                holder,
                division_,
                msg.sender,
                role,
                subject,
                authorityDivision,
                reason,
                block.timestamp
            )
        );
        _grants[key] = _grants[key].revoke(uint64(block.timestamp), _roll(holder, digest));
        emit GrantVetoed(
            holder, division_, msg.sender, role, subject, authorityDivision, reason, uint64(block.timestamp)
        );
    }

    function _grantUnchecked(
        address holder,
        Role role,
        DivisionId division_,
        uint256 subject,
        DivisionId authorityDivision,
        uint64 from
    ) private {
        bytes32 digest = keccak256(
            abi.encode(
                GrantMade.selector,
                holder,
                division_,
                msg.sender,
                role,
                subject,
                authorityDivision,
                from,
                block.timestamp
            )
        );
        _grants[_grantKey(holder, role, division_, subject)] =
            GrantWordLibrary.create(from, _roll(holder, digest), authorityDivision);
        emit GrantMade(
            holder, division_, msg.sender, role, subject, authorityDivision, from, uint64(block.timestamp)
        );
    }

    function _requireSubject(Role role, uint256 subject) private pure {
        bool speaks = role == Role.ISSUER || role == Role.SUPPLIER;
        if (speaks ? subject == 0 || subject > type(uint160).max : subject != 0) {
            revert DirectorySubjectInvalid(role, subject);
        }
    }

    function _requireNoGrant(address holder, Role role, DivisionId division_, uint256 subject) private view {
        if (_grants[_grantKey(holder, role, division_, subject)].stands()) {
            revert DirectoryGrantExists(holder, role, division_, subject);
        }
    }

    function _requirePast(uint64 compromisedSince) private view {
        if (compromisedSince > block.timestamp) {
            revert DirectoryCompromiseInFuture(compromisedSince, uint64(block.timestamp));
        }
    }

    function _grantKey(address holder, Role role, DivisionId division_, uint256 subject)
        private
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(holder, role, division_, subject));
    }

    // --------------------------------------------------------------------------------------------- authorities

    function _requireAuthority(DivisionId authorityDivision) private view {
        requireGrant(msg.sender, Role.AUTHORITY, authorityDivision, 0);
    }

    /// @dev The caller is an authority of `division_` or of a level above it.
    function _requireAuthorityOver(DivisionId authorityDivision, DivisionId division_) private view {
        _requireAuthority(authorityDivision);
        if (!authorityDivision.contains(division_)) revert DirectoryOutsideDivision(authorityDivision, division_);
    }

    /// @dev The caller is an authority of a level above `division_`.
    function _requireAuthorityAbove(DivisionId authorityDivision, DivisionId division_) private view {
        _requireAuthority(authorityDivision);
        if (!authorityDivision.isAbove(division_)) revert DirectoryNotAbove(authorityDivision, division_);
    }

    /// @dev An authority of `authorityDivision` may grant, revoke and move grants of `role` at `division_`.
    function _requireReach(Role role, DivisionId authorityDivision, DivisionId division_) private pure {
        if (!authorityDivision.contains(division_)) revert DirectoryOutsideDivision(authorityDivision, division_);
        // No level is above division 0, so its authorities are made by their like.
        if (role == Role.AUTHORITY && division_ == authorityDivision && division_ != Divisions.ROOT) {
            revert DirectoryNotAbove(authorityDivision, division_);
        }
    }

    // ------------------------------------------------------------------------------------ replacement of a key

    /// @inheritdoc IDirectory
    function proposeReplacement(
        address oldHolder,
        address newHolder,
        GrantScope[] calldata grants,
        DivisionId authorityDivision,
        uint64 compromisedSince,
        Signature calldata newHolderConsent
    ) external returns (uint256 replacement) {
        replacement = _replacementCount + 1;

        _requireAuthority(authorityDivision);
        if (oldHolder == newHolder) revert DirectoryReplacementSame(oldHolder);
        if (grants.length == 0 || grants.length > _MOST_GRANTS) {
            revert DirectoryReplacementSize(grants.length, _MOST_GRANTS);
        }
        _requirePast(compromisedSince);
        _join(newHolder, _classes[oldHolder], newHolderConsent);

        _replacementCount = replacement;
        _replacements[replacement] = Replacement({
            oldHolder: oldHolder,
            proposedAt: uint64(block.timestamp),
            status: ReplacementStatus.PROPOSED,
            newHolder: newHolder,
            authorityDivision: authorityDivision,
            proposer: msg.sender
        });
        _recordProposal(replacement, uint64(grants.length), compromisedSince);
        for (uint256 i; i < grants.length; ++i) {
            _suspend(replacement, grants[i]);
        }
    }

    /// @inheritdoc IDirectory
    function objectToReplacement(uint256 replacement) external {
        Replacement storage stored = _replacement(replacement);

        if (msg.sender != stored.oldHolder) revert DirectoryNotParty(replacement, msg.sender);
        if (stored.status != ReplacementStatus.PROPOSED) {
            revert DirectoryReplacementStatus(replacement, stored.status);
        }
        uint64 until = stored.proposedAt + delay;
        if (block.timestamp >= until) revert DirectoryObjectionTooLate(replacement, until);

        stored.status = ReplacementStatus.OBJECTED;
        _rollBoth(
            stored,
            keccak256(
                abi.encode(
                    ReplacementObjected.selector, stored.oldHolder, stored.newHolder, replacement, block.timestamp
                )
            )
        );
        emit ReplacementObjected(stored.oldHolder, stored.newHolder, replacement, uint64(block.timestamp));
    }

    /// @inheritdoc IDirectory
    function decideReplacement(uint256 replacement, bool uphold, DivisionId authorityDivision, uint16 reason)
        external
    {
        Replacement storage stored = _replacement(replacement);

        _requireAuthorityAbove(authorityDivision, stored.authorityDivision);
        // One address may hold grants on several levels; it does not judge its own proposal.
        if (msg.sender == stored.proposer) revert DirectoryNotParty(replacement, msg.sender);
        if (stored.status != ReplacementStatus.OBJECTED) {
            revert DirectoryReplacementStatus(replacement, stored.status);
        }

        stored.status = uphold ? ReplacementStatus.UPHELD : ReplacementStatus.REFUSED;
        _recordDecision(replacement, uphold, authorityDivision, reason);
        if (uphold) return;
        SuspendedGrant[] storage grants = _suspended[replacement];
        for (uint256 i; i < grants.length; ++i) {
            _reinstate(replacement, grants[i]);
        }
    }

    /// @inheritdoc IDirectory
    function executeReplacement(uint256 replacement) external {
        Replacement storage stored = _replacement(replacement);

        if (msg.sender != stored.proposer && msg.sender != stored.newHolder) {
            revert DirectoryNotParty(replacement, msg.sender);
        }
        if (stored.status != ReplacementStatus.PROPOSED && stored.status != ReplacementStatus.UPHELD) {
            revert DirectoryReplacementStatus(replacement, stored.status);
        }
        uint64 from = stored.proposedAt + delay;
        if (block.timestamp < from) revert DirectoryReplacementTooEarly(replacement, from);

        stored.status = ReplacementStatus.EXECUTED;
        SuspendedGrant[] storage grants = _suspended[replacement];
        for (uint256 i; i < grants.length; ++i) {
            _move(replacement, grants[i]);
        }
        _recordExecution(replacement);
    }

    /// @dev That the authority acts was seen before; here it may be suspending itself.
    function _suspend(uint256 replacement, GrantScope calldata scope) private {
        Replacement storage stored = _replacements[replacement];
        address holder = stored.oldHolder;
        Role role = _classes[holder];
        bytes32 key = _grantKey(holder, role, scope.division, scope.subject);

        _requireReach(role, stored.authorityDivision, scope.division);
        if (!_grants[key].stands()) revert DirectoryGrantMissing(holder, role, scope.division, scope.subject);
        if (_grants[key].isSuspended()) revert DirectoryGrantSuspended(holder, role, scope.division, scope.subject);
        _requireNoGrant(stored.newHolder, role, scope.division, scope.subject);

        uint64 position = _roll(
            holder,
            keccak256(
                abi.encode(
                    GrantSuspended.selector,
                    holder,
                    scope.division,
                    replacement,
                    role,
                    scope.subject,
                    block.timestamp
                )
            )
        );
        _grants[key] = _grants[key].suspend(position);
        _suspended[replacement].push(SuspendedGrant(scope.division, position, scope.subject));
        emit GrantSuspended(holder, scope.division, replacement, role, scope.subject, uint64(block.timestamp));
    }

    function _reinstate(uint256 replacement, SuspendedGrant storage listed) private {
        address holder = _replacements[replacement].oldHolder;
        Role role = _classes[holder];
        (DivisionId division_, uint256 subject) = (listed.division, listed.subject);
        bytes32 key = _grantKey(holder, role, division_, subject);

        if (_grants[key].position() != listed.position) return;

        bytes32 digest = keccak256(
            abi.encode(
                GrantReinstated.selector, holder, division_, replacement, role, subject, block.timestamp
            )
        );
        _grants[key] = _grants[key].reinstate(_roll(holder, digest));
        emit GrantReinstated(holder, division_, replacement, role, subject, uint64(block.timestamp));
    }

    function _move(uint256 replacement, SuspendedGrant storage listed) private {
        Replacement storage stored = _replacements[replacement];
        Role role = _classes[stored.oldHolder];
        (DivisionId division_, uint256 subject) = (listed.division, listed.subject);
        bytes32 oldKey = _grantKey(stored.oldHolder, role, division_, subject);

        if (_grants[oldKey].position() != listed.position) return;
        // Somebody may have made the same grant to the new holder while D passed.
        _requireNoGrant(stored.newHolder, role, division_, subject);

        bytes32 digest = keccak256(
            abi.encode(
                GrantReplaced.selector,
                stored.oldHolder,
                stored.newHolder,
                replacement,
                division_,
                role,
                subject,
                block.timestamp
            )
        );
        (uint64 oldPosition, uint64 newPosition) = _rollBoth(stored, digest);
        _grants[oldKey] = _grants[oldKey].revoke(uint64(block.timestamp), oldPosition);
        _grants[_grantKey(stored.newHolder, role, division_, subject)] =
            GrantWordLibrary.create(uint64(block.timestamp), newPosition, stored.authorityDivision);
        emit GrantReplaced(
            stored.oldHolder, stored.newHolder, replacement, division_, role, subject, uint64(block.timestamp)
        );
    }

    function _recordProposal(uint256 replacement, uint64 grants, uint64 compromisedSince) private {
        Replacement storage stored = _replacements[replacement];
        bytes32 digest = keccak256(
            abi.encode(
                ReplacementProposed.selector,
                stored.oldHolder,
                stored.newHolder,
                replacement,
                msg.sender,
                stored.authorityDivision,
                grants,
                compromisedSince,
                block.timestamp
            )
        );
        _rollBoth(stored, digest);
        emit ReplacementProposed(
            stored.oldHolder,
            stored.newHolder,
            replacement,
            msg.sender,
            stored.authorityDivision,
            grants,
            compromisedSince,
            uint64(block.timestamp)
        );
    }

    function _recordDecision(uint256 replacement, bool uphold, DivisionId authorityDivision, uint16 reason) private {
        Replacement storage stored = _replacements[replacement];
        bytes32 digest = keccak256(
            abi.encode(
                ReplacementDecided.selector,
                stored.oldHolder,
                stored.newHolder,
                replacement,
                uphold,
                msg.sender,
                authorityDivision,
                reason,
                block.timestamp
            )
        );
        _rollBoth(stored, digest);
        emit ReplacementDecided(
            stored.oldHolder,
            stored.newHolder,
            replacement,
            uphold,
            msg.sender,
            authorityDivision,
            reason,
            uint64(block.timestamp)
        );
    }

    function _recordExecution(uint256 replacement) private {
        Replacement storage stored = _replacements[replacement];
        bytes32 digest = keccak256(
            abi.encode(
                ReplacementExecuted.selector,
                stored.oldHolder,
                stored.newHolder,
                replacement,
                msg.sender,
                block.timestamp
            )
        );
        _rollBoth(stored, digest);
        emit ReplacementExecuted(
            stored.oldHolder, stored.newHolder, replacement, msg.sender, uint64(block.timestamp)
        );
    }

    function _replacement(uint256 replacement) private view returns (Replacement storage stored) {
        stored = _replacements[replacement];
        if (stored.status == ReplacementStatus.NONE) revert DirectoryReplacementUnknown(replacement);
    }

    // ------------------------------------------------------------------------------------------------ journals

    function _roll(address holder, bytes32 digest) private returns (uint64 position) {
        Journal next = _journals[holder].roll(uint160(holder), digest);
        _journals[holder] = next;
        position = next.sequence();
    }

    function _rollBoth(Replacement storage stored, bytes32 digest)
        private
        returns (uint64 oldPosition, uint64 newPosition)
    {
        oldPosition = _roll(stored.oldHolder, digest);
        newPosition = _roll(stored.newHolder, digest);
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IDirectory
    function requireGrant(address holder, Role role, DivisionId division_, uint256 subject)
        public
        view
        returns (bytes32 grantKey, uint64 position)
    {
        grantKey = _grantKey(holder, role, division_, subject);
        GrantWord word = _grants[grantKey];
        if (!word.acts(block.timestamp)) revert DirectoryGrantMissing(holder, role, division_, subject);
        position = word.position();
    }

    /// @inheritdoc IDirectory
    function division(DivisionId division_) external view returns (DivisionWord) {
        return _divisions[division_];
    }

    /// @inheritdoc IDirectory
    function divisionName(DivisionId division_) external view returns (bytes32) {
        return _divisionNames[division_];
    }

    /// @inheritdoc IDirectory
    function site(SiteId site_) external view returns (SiteWord) {
        return _sites[site_];
    }

    /// @inheritdoc IDirectory
    function siteName(SiteId site_) external view returns (bytes32) {
        return _siteNames[site_];
    }

    /// @inheritdoc IDirectory
    function consignee(ConsigneeId consignee_) external view returns (ConsigneeWord) {
        return _consignees[consignee_];
    }

    /// @inheritdoc IDirectory
    function consigneeName(ConsigneeId consignee_) external view returns (bytes32) {
        return _consigneeNames[consignee_];
    }

    /// @inheritdoc IDirectory
    function classOf(address holder) external view returns (Role) {
        return _classes[holder];
    }

    /// @inheritdoc IDirectory
    function grantOf(bytes32 grantKey) external view returns (GrantWord) {
        return _grants[grantKey];
    }

    /// @inheritdoc IDirectory
    function journal(address holder) external view returns (Journal) {
        return _journals[holder];
    }

    /// @inheritdoc IDirectory
    function replacementOf(uint256 replacement) external view returns (Replacement memory) {
        return _replacement(replacement);
    }

    /// @inheritdoc IDirectory
    function replacementGrants(uint256 replacement) external view returns (SuspendedGrant[] memory) {
        return _suspended[replacement];
    }
}
