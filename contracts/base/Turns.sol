// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IReallocation} from "../interfaces/IReallocation.sol";
import {Divisions} from "../libraries/Divisions.sol";
import {Levels} from "../libraries/Levels.sol";
import {DivisionId, ProposalKey} from "../types/Ids.sol";
import {ProposalRecord, RequestRecord} from "../types/ReallocationRecords.sol";
import {ReallocationStorage} from "./ReallocationStorage.sol";

/// @dev Who may decide on a proposal now: every level between two divisions.
struct Turn {
    /// the lowest division that contains both sites and is no community
    DivisionId lowest;
    DivisionId highest;
    /// whether an emergency covers both sites
    bool emergency;
}

/// @title Turns: whose decision a proposal is
/// @notice A function of block time. Nothing here is stored, and nothing runs by itself.
abstract contract Turns is ReallocationStorage {
    using Divisions for DivisionId;
    using Levels for DivisionId;

    uint256 private constant _URGENT = 2;

    /// @dev For how long a level has a proposal to itself, seconds by urgency.
    uint256 private constant _ROUTINE_TIME = 3 days;
    uint256 private constant _URGENT_TIME = 1 days;
    uint256 private constant _CRITICAL_TIME = 4 hours;

    /// @inheritdoc IReallocation
    function levels(ProposalKey key) external view returns (DivisionId lowest, DivisionId highest) {
        ProposalRecord memory proposal = _knownProposal(key);
        Turn memory turn = _turnOf(proposal, _requestAt(proposal.request));
        return (turn.lowest, turn.highest);
    }

    function _turnOf(ProposalRecord memory proposal, RequestRecord memory asked)
        internal
        view
        returns (Turn memory turn)
    {
        DivisionId common = Levels.lowestCommon(proposal.giver, asked.site);
        turn.lowest = turn.highest = common.isCommunity() ? common.parent() : common;

        uint256 time = _timeOf(asked.urgency);
        uint256 next = proposal.proposedAt + time;
        for (; next <= block.timestamp && turn.highest != Divisions.ROOT; next += time) {
            turn.highest = turn.highest.parent();
        }

        DivisionId opened;
        (turn.emergency, opened) = _norms.emergencyOver(common);
        if (turn.emergency && opened.isAbove(turn.highest)) turn.highest = opened;
    }

    /// @dev Of a division at which a grant stands, so that it is well formed.
    function _mayDecide(Turn memory turn, DivisionId division) internal pure returns (bool) {
        return turn.highest.contains(division) && division.contains(turn.lowest);
    }

    function _requireTurn(
        ProposalKey key,
        ProposalRecord memory proposal,
        RequestRecord memory asked,
        DivisionId division
    ) internal view {
        Turn memory turn = _turnOf(proposal, asked);
        if (!_mayDecide(turn, division)) {
            _refuse(
                uint32(ReallocationLevelWrong.selector),
                ProposalKey.unwrap(key),
                DivisionId.unwrap(division),
                DivisionId.unwrap(turn.lowest)
            );
        }
    }

    function _timeOf(uint256 urgency) private pure returns (uint256) {
        if (urgency < _URGENT) return _ROUTINE_TIME;
        // slither-disable-next-line incorrect-equality (one of three)
        return urgency == _URGENT ? _URGENT_TIME : _CRITICAL_TIME;
    }
}
