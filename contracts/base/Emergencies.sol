// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEmergencies} from "../interfaces/IEmergencies.sol";
import {Divisions} from "../libraries/Divisions.sol";
import {EmergencyWord, EmergencyWordLibrary} from "../types/EmergencyWord.sol";
import {DivisionId} from "../types/Ids.sol";
import {Decisions} from "./Decisions.sol";

/// @title Emergencies
/// @notice Who declares one, for how long, and whom it covers.
abstract contract Emergencies is Decisions {
    using Divisions for DivisionId;

    // ---------------------------------------------------------------------------------------------- immutables

    /// @dev How long one lasts at most, and for how long after its end only a level above declares the next.
    uint64 private constant _LONGEST = 30 days;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(DivisionId => EmergencyWord) private _emergencies;

    // --------------------------------------------------------------------------------------------- emergencies

    /// @inheritdoc IEmergencies
    function declareEmergency(
        DivisionId division,
        uint64 until,
        uint16 reason,
        bytes32 source,
        DivisionId authorityDivision
    ) external {
        uint64 grantPosition = _requireMayDecide(division, reason, authorityDivision);
        _requireSource(source);
        uint64 latest = uint64(block.timestamp) + _LONGEST;
        if (until <= block.timestamp || until > latest) revert NormsEmergencyTooLong(until, latest);
        EmergencyWord last = _emergencies[division];
        _requireMayRepeat(division, authorityDivision);

        uint64 from = last.inForce(block.timestamp) ? last.from() : uint64(block.timestamp);
        _emergencies[division] = EmergencyWordLibrary.create(from, until, authorityDivision);
        bytes32 digest = keccak256(
            abi.encode(
                EmergencyDeclared.selector,
                division,
                msg.sender,
                authorityDivision,
                grantPosition,
                from,
                until,
                reason,
                source,
                block.timestamp
            )
        );
        _roll(DivisionId.unwrap(division), digest);
        emit EmergencyDeclared(
            division, msg.sender, authorityDivision, grantPosition, from, until, reason, source, uint64(block.timestamp)
        );
    }

    /// @inheritdoc IEmergencies
    function endEmergency(DivisionId division, uint16 reason, DivisionId authorityDivision) external {
        uint64 grantPosition = _requireMayDecide(division, reason, authorityDivision);
        EmergencyWord last = _emergencies[division];
        if (!last.inForce(block.timestamp)) revert NormsNoEmergency(division);

        _emergencies[division] = last.end(block.timestamp);
        bytes32 digest = keccak256(
            abi.encode(
                EmergencyEnded.selector,
                division,
                msg.sender,
                authorityDivision,
                grantPosition,
                reason,
                block.timestamp
            )
        );
        _roll(DivisionId.unwrap(division), digest);
        emit EmergencyEnded(
            division, msg.sender, authorityDivision, grantPosition, reason, uint64(block.timestamp)
        );
    }

    function _requireMayDecide(DivisionId division, uint16 reason, DivisionId authorityDivision)
        private
        view
        returns (uint64 grantPosition)
    {
        grantPosition = _requireAuthority(authorityDivision);
        _requireOver(authorityDivision, division);
        // slither-disable-next-line incorrect-equality (0 is no reason)
        if (reason == 0) revert NormsReasonMissing(division);
    }

    /// @dev Whoever declared the last one does not prolong it, nor begin the next right after it, nor go on in a division
    /// of it: else a district and all of its streets in turn would last. Nothing is above division 0.
    function _requireMayRepeat(DivisionId division, DivisionId authorityDivision) private view {
        if (authorityDivision == Divisions.ROOT) return;
        DivisionId over = division;
        while (true) {
            EmergencyWord last = _emergencies[over];
            DivisionId declaredBy = last.declaredBy();
            bool again = over == division || declaredBy == authorityDivision;
            bool recent = last.exists() && block.timestamp < last.until() + _LONGEST;
            if (again && recent && !authorityDivision.isAbove(declaredBy)) {
                revert NormsEmergencyNotAbove(over, declaredBy, last.until());
            }
            if (over == authorityDivision) break;
            over = over.parent();
        }
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IEmergencies
    function emergency(DivisionId division) external view returns (EmergencyWord) {
        return _emergencies[division];
    }

    /// @inheritdoc IEmergencies
    function emergencyOver(DivisionId division) external view returns (bool inForce, DivisionId highest) {
        while (true) {
            if (_emergencies[division].inForce(block.timestamp)) (inForce, highest) = (true, division);
            if (division == Divisions.ROOT) break;
            division = division.parent();
        }
    }
}
