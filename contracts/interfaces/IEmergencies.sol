// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EmergencyWord} from "../types/EmergencyWord.sol";
import {DivisionId} from "../types/Ids.sol";

/// @title Emergencies
/// @notice For how long which division is in an emergency: levels of approval need not wait for each other there, and
/// notices are not waited for. Nothing else changes: not the delay D, classes, second keys, the status of lots,
/// conservation, floors, shares or overdue counts.
/// @dev Whether a document counts as one of an emergency follows from block time and division and is never typed.
interface IEmergencies {
    /// @notice Thrown when an emergency was to end in the past, at once, or more than 30 days ahead.
    error NormsEmergencyTooLong(uint64 until, uint64 latest);

    /// @notice Thrown when the emergency of `division`, in force until `until` or ended less than 30 days ago, was
    /// declared on a grant of `declaredBy`: only an authority above that declares it again, and whoever declared it
    /// declares none for a division in it either.
    error NormsEmergencyNotAbove(DivisionId division, DivisionId declaredBy, uint64 until);

    /// @notice Thrown when no emergency of `division` itself is in force.
    error NormsNoEmergency(DivisionId division);

    /// @notice Thrown when an emergency comes without a reason.
    error NormsReasonMissing(DivisionId division);

    /// @notice Thrown when an authority of `authorityDivision` was to decide on a division that it does not contain.
    error NormsAuthorityElsewhere(DivisionId authorityDivision, uint64 subject);

    /// @notice Emitted when an emergency was declared, or declared again (then `from` is when it began, while one
    /// was in force). An entry of the division's journal.
    /// @param authorityDivision the division of the grant relied on
    /// @param grantPosition position in the authority's journal at this grant's last change
    event EmergencyDeclared(
        DivisionId indexed division,
        address indexed authority,
        DivisionId authorityDivision,
        uint64 grantPosition,
        uint64 from,
        uint64 until,
        uint16 reason,
        bytes32 source,
        uint64 recordedAt
    );

    /// @notice Emitted when an emergency was ended before its time. An entry of the division's journal.
    event EmergencyEnded(
        DivisionId indexed division,
        address indexed authority,
        DivisionId authorityDivision,
        uint64 grantPosition,
        uint16 reason,
        uint64 recordedAt
    );

    /// @notice Declares an emergency that begins now, or declares one again.
    /// @param division a registered, open division, or 0 for the country
    /// @param until the first second at which it is over; at most 30 days ahead
    /// @param reason a code of the published list, not 0
    /// @param source digest of the decision that orders it, not 0
    /// @param authorityDivision the division of the caller's AUTHORITY grant; `division` or above it, and while an
    /// emergency is in force or ended less than 30 days ago strictly above the grant that declared it (0 excepted); nor
    /// may the caller's grant have declared such a one for a division above
    function declareEmergency(
        DivisionId division,
        uint64 until,
        uint16 reason,
        bytes32 source,
        DivisionId authorityDivision
    ) external;

    /// @notice Ends an emergency that is in force, now.
    /// @param reason a code of the published list, not 0
    /// @param authorityDivision the division of the caller's AUTHORITY grant; `division` or above it
    function endEmergency(DivisionId division, uint16 reason, DivisionId authorityDivision) external;

    /// @notice The last emergency of a division.
    function emergency(DivisionId division) external view returns (EmergencyWord);

    /// @notice Whether an emergency at or above `division` is in force now, and the highest such division.
    function emergencyOver(DivisionId division) external view returns (bool inForce, DivisionId highest);
}
