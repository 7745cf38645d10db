// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a document is. The numbers are part of every content digest and never change.
enum Kind {
    NONE,
    OPENING,
    RECEIPT,
    RELEASE,
    HOLD,
    ISSUE,
    HAND_OVER,
    DISPATCH,
    ACCEPTANCE,
    CONTEST,
    RETURN,
    RETURN_ACCEPTANCE,
    SETTLEMENT,
    COUNT,
    WRITE_OFF,
    REPACK,
    REVERSAL,
    RECALL,
    LIFT
}
