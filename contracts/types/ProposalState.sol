// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice Where a proposal stands. That its time is over follows from block time, until `expire` records it.
enum ProposalState {
    NONE,
    PROPOSED,
    APPROVED,
    REJECTED,
    WITHDRAWN,
    EXPIRED
}

/// @notice Why a proposal was not approved, in the order in which it is looked at. The numbers are part of events.
enum Refusal {
    NONE,
    /// no proposal has this key
    UNKNOWN,
    /// it was approved, rejected, withdrawn or expired before; value: its state
    NOT_PROPOSED,
    /// the day of need is over; limit: the last second at which it could be approved
    TOO_LATE,
    /// the request was withdrawn
    REQUEST_WITHDRAWN,
    /// the caller's division may not approve (yet); value: that division; limit: the lowest one that may now
    WRONG_LEVEL,
    /// goods leave the district: the approver's consent to the prepared document is asked for
    CONSENT_MISSING,
    /// more than the request still asks for; value: proposed; limit: what is open
    ABOVE_REQUEST,
    /// no terms stand for the giver's storage mode
    NOT_CALLABLE,
    /// the giver's count is overdue, and no reason was given
    STALE,
    /// the notice ends after the day of need; value: when it ends; limit: the day of need
    NOTICE_TOO_LONG,
    /// reserved and proposed come to more than the callable share; value: their sum; limit: the share
    ABOVE_SHARE,
    /// floor, reserved and proposed come to more than is usable; value: their sum; limit: what is usable
    BELOW_FLOOR
}
