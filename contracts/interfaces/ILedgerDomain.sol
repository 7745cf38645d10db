// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Domain of the stock ledger
/// @notice What contracts beside the ledger need to check a consent that is given for it.
interface ILedgerDomain {
    /// @notice The EIP-712 domain separator of the ledger on this chain.
    function domainSeparator() external view returns (bytes32);
}
