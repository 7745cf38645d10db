// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What a grant allows. An address belongs for life to one class, and the class of a role bears its name.
enum Role {
    NONE,
    /// registers divisions, sites and grants below
    AUTHORITY,
    /// records at sites
    KEEPER,
    /// gives the second signature that a rule asks for, releases and settles
    APPROVER,
    /// speaks for one issuer
    ISSUER,
    /// speaks for one supplier
    SUPPLIER,
    /// reads and witnesses; records nothing
    AUDITOR
}
