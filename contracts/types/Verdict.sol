// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a qualification is worth at a time. Where several apply, the first of this order is told: UNKNOWN,
/// REVOKED, SUSPENDED, ISSUER_NOT_ACCREDITED, EXPIRED, NOT_YET_VALID, VALID. The numbers are part of documents and
/// never change.
enum Status {
    /// nothing was known
    UNKNOWN,
    VALID,
    NOT_YET_VALID,
    EXPIRED,
    SUSPENDED,
    REVOKED,
    ISSUER_NOT_ACCREDITED,
    /// the goods need no qualification; said by the ledger, never by the registry
    NOT_NEEDED
}

/// @notice From the lowest bit up: status (8), grade (8: 1 A to 4 D, 0 none), position in the supplier's journal at the
/// qualification's last change (64), position in the issuer's journal at the accreditation's last change (64).
type Verdict is uint256;

using VerdictLibrary for Verdict global;

/// @title Verdicts
library VerdictLibrary {
    /// @notice Packs a verdict; a grade is below 256.
    function pack(Status status_, uint8 grade_, uint64 supplierPosition_, uint64 issuerPosition_)
        internal
        pure
        returns (Verdict)
    {
        return Verdict.wrap(
            uint256(uint8(status_)) | uint256(grade_) << 8 | uint256(supplierPosition_) << 16
                | uint256(issuerPosition_) << 80
        );
    }

    function status(Verdict verdict) internal pure returns (Status) {
        return Status(uint8(Verdict.unwrap(verdict)));
    }

    /// @notice 1 (A) to 4 (D).
    function grade(Verdict verdict) internal pure returns (uint8) {
        return uint8(Verdict.unwrap(verdict) >> 8);
    }

    /// @notice The sequence of the supplier's journal after the qualification's last change.
    function supplierPosition(Verdict verdict) internal pure returns (uint64) {
        return uint64(Verdict.unwrap(verdict) >> 16);
    }

    /// @notice The sequence of the issuer's journal after the accreditation's last change.
    function issuerPosition(Verdict verdict) internal pure returns (uint64) {
        return uint64(Verdict.unwrap(verdict) >> 80);
    }

    function isValid(Verdict verdict) internal pure returns (bool) {
        return verdict.status() == Status.VALID;
    }
}
