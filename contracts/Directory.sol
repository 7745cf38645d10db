// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Grants} from "./base/Grants.sol";
import {
    GrantScope,
    IDirectory,
    Replacement,
    ReplacementStatus,
    SuspendedGrant
} from "./interfaces/IDirectory.sol";
import {Divisions} from "./libraries/Divisions.sol";
import {Signature} from "./libraries/TypedData.sol";
import {GrantWord, GrantWordLibrary} from "./types/GrantWord.sol";
import {DivisionId} from "./types/Ids.sol";
import {Role} from "./types/Role.sol";

/// @title Directory
/// @dev Read from below: `Holders` (classes, journals, who may do what now), `Places` (divisions, sites, consignees),
/// `Grants` (granting, revoking, vetoing), and here the replacement of keys.
contract Directory is Grants {
    // ---------------------------------------------------------------------------------------------- immutables

    /// @dev Suspending or moving one grant takes some 41,000 gas, so that 64 of them fit into a block of any engine.
    uint256 private constant _MOST_GRANTS = 64;

    // ------------------------------------------------------------------------------------------------- storage

    uint256 private _replacementCount;
    mapping(uint256 => Replacement) private _replacements;
    mapping(uint256 => SuspendedGrant[]) private _suspended;

    // --------------------------------------------------------------------------------------------- constructor

    /// @param root the first AUTHORITY at division 0, acting at once; should be a multi-signature wallet
    /// @param delay_ D in seconds; 0 only on a demo
    constructor(address root, uint64 delay_) Grants(delay_) {
        if (root == address(0)) revert DirectoryHolderZero();

        _joinUnchecked(root, Role.AUTHORITY);
        _grantUnchecked(root, Role.AUTHORITY, Divisions.ROOT, 0, Divisions.ROOT, uint64(block.timestamp));
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
        // One address may hold grants on several levels; it does not judge its own case.
        if (msg.sender == stored.proposer || msg.sender == stored.oldHolder || msg.sender == stored.newHolder) {
            revert DirectoryNotParty(replacement, msg.sender);
        }
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
        if (stored.status == ReplacementStatus.PROPOSED) _requireProposerActs(replacement);

        stored.status = ReplacementStatus.EXECUTED;
        SuspendedGrant[] storage grants = _suspended[replacement];
        for (uint256 i; i < grants.length; ++i) {
            _move(replacement, grants[i]);
        }
        _recordExecution(replacement);
    }

    /// @dev A key that was stolen proposes, too: revoking or replacing it stops what nobody above has upheld.
    function _requireProposerActs(uint256 replacement) private view {
        Replacement storage stored = _replacements[replacement];
        (address proposer, DivisionId division_) = (stored.proposer, stored.authorityDivision);
        GrantWord word = _grants[_grantKey(proposer, Role.AUTHORITY, division_, 0)];

        if (word.acts(block.timestamp) || _isSuspendedBy(replacement, word)) return;
        revert DirectoryProposerPowerless(replacement, proposer, division_);
    }

    /// @dev Division 0 may move its own grant, which its own proposal suspends. A position belongs to one grant of one
    /// holder, and every change gives the grant another.
    function _isSuspendedBy(uint256 replacement, GrantWord word) private view returns (bool) {
        if (_replacements[replacement].proposer != _replacements[replacement].oldHolder) return false;
        SuspendedGrant[] storage grants = _suspended[replacement];
        for (uint256 i; i < grants.length; ++i) {
            if (grants[i].position == word.position()) return true;
        }
        return false;
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

    function _rollBoth(Replacement storage stored, bytes32 digest)
        private
        returns (uint64 oldPosition, uint64 newPosition)
    {
        oldPosition = _roll(stored.oldHolder, digest);
        newPosition = _roll(stored.newHolder, digest);
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IDirectory
    function replacementOf(uint256 replacement) external view returns (Replacement memory) {
        return _replacement(replacement);
    }

    /// @inheritdoc IDirectory
    function replacementGrants(uint256 replacement) external view returns (SuspendedGrant[] memory) {
        return _suspended[replacement];
    }
}
