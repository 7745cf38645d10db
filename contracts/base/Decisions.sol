// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../interfaces/IDirectory.sol";
import {INorms} from "../interfaces/INorms.sol";
import {Divisions} from "../libraries/Divisions.sol";
import {Levels} from "../libraries/Levels.sol";
import {DivisionWord} from "../types/DivisionWord.sol";
import {DivisionId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Role} from "../types/Role.sol";
import {SiteWord} from "../types/SiteWord.sol";

/// @dev What every norm is set by, beside what it says.
struct Decision {
    /// from when it holds, seconds
    uint64 effectiveAt;
    /// digest of what was decided
    bytes32 source;
    /// the division of the authority's grant
    DivisionId authorityDivision;
    /// position in the authority's journal at this grant's last change
    uint64 grantPosition;
}

/// @title Decisions of authorities
/// @notice What all that is set in `Norms` has in common: on whose grant, from when, and in which journal.
abstract contract Decisions is INorms {
    using Divisions for DivisionId;
    using Levels for DivisionId;

    // ---------------------------------------------------------------------------------------------- immutables

    uint64 private constant _LONGEST_AHEAD = 366 days;

    /// @dev The directory whose grants count here.
    IDirectory internal immutable _directory;

    // ------------------------------------------------------------------------------------------------- storage

    /// @dev By site or division: a site has more digits than any division, so that no two share one.
    mapping(uint64 subject => Journal) private _journals;

    // --------------------------------------------------------------------------------------------- constructor

    constructor(IDirectory directory) {
        _directory = directory;
    }

    // ----------------------------------------------------------------------------------------------- decisions

    /// @dev A norm of an open site, decided by an authority above its community.
    function _decisionAtSite(SiteId site, uint64 effectiveAt, bytes32 source, DivisionId authorityDivision)
        internal
        view
        returns (Decision memory decision)
    {
        decision.grantPosition = _requireUnbound(authorityDivision);
        if (!authorityDivision.containsSite(site)) {
            revert NormsAuthorityElsewhere(authorityDivision, SiteId.unwrap(site));
        }
        SiteWord word = _directory.site(site);
        if (!word.isRegistered() || word.isClosed()) revert NormsSiteNotOpen(site);
        _complete(decision, effectiveAt, source, authorityDivision);
    }

    /// @dev A norm of an open division, decided by an authority there or above, of no community.
    function _decisionAtDivision(
        DivisionId division,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) internal view returns (Decision memory decision) {
        decision.grantPosition = _requireUnbound(authorityDivision);
        _requireOver(authorityDivision, division);
        _complete(decision, effectiveAt, source, authorityDivision);
    }

    /// @dev An authority that norms do not bind: one above all communities.
    function _requireUnbound(DivisionId authorityDivision) private view returns (uint64 grantPosition) {
        grantPosition = _requireAuthority(authorityDivision);
        if (authorityDivision.isCommunity()) revert NormsAuthorityBound(authorityDivision);
    }

    function _complete(
        Decision memory decision,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) private view {
        _requireSource(source);
        (decision.source, decision.authorityDivision) = (source, authorityDivision);
        decision.effectiveAt = _effectiveAt(effectiveAt);
    }

    /// @dev 0 stands for now; nothing takes effect in the past.
    function _effectiveAt(uint64 effectiveAt) private view returns (uint64) {
        uint64 earliest = uint64(block.timestamp);
        uint64 latest = earliest + _LONGEST_AHEAD;
        // slither-disable-next-line incorrect-equality (0 stands for now)
        if (effectiveAt == 0) return earliest;
        if (effectiveAt < earliest || effectiveAt > latest) {
            revert NormsEffectiveOutside(effectiveAt, earliest, latest);
        }
        return effectiveAt;
    }

    function _requireAuthority(DivisionId authorityDivision) internal view returns (uint64 grantPosition) {
        // slither-disable-next-line unused-return (the key follows from the caller)
        (, grantPosition) = _directory.requireGrant(msg.sender, Role.AUTHORITY, authorityDivision, 0);
    }

    /// @dev Refuses unless `division` is open and `authorityDivision` is it or above it.
    function _requireOver(DivisionId authorityDivision, DivisionId division) internal view {
        if (!authorityDivision.contains(division)) {
            revert NormsAuthorityElsewhere(authorityDivision, DivisionId.unwrap(division));
        }
        if (division == Divisions.ROOT) return;
        DivisionWord word = _directory.division(division);
        if (!word.isRegistered() || word.isClosed()) revert NormsDivisionNotOpen(division);
    }

    function _requireSource(bytes32 source) internal pure {
        if (source == 0) revert NormsSourceMissing();
    }

    /// @dev Refuses a value above `highest`.
    function _requireAtMost(uint256 value, uint256 highest) internal pure {
        if (value > highest) revert NormsValueInvalid(value, highest);
    }

    // ------------------------------------------------------------------------------------------------ journals

    function _roll(uint64 subject, bytes32 digest) internal {
        _journals[subject] = _journals[subject].roll(subject, digest);
    }

    /// @inheritdoc INorms
    function journal(uint64 subject) external view returns (Journal) {
        return _journals[subject];
    }
}
