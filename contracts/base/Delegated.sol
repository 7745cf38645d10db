// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ILedgerSteps} from "../interfaces/ILedgerSteps.sol";
import {TypedData} from "../libraries/TypedData.sol";

/// @title Code that runs for another contract only
/// @notice Functions that refuse unless they run by delegatecall.
abstract contract Delegated is ILedgerSteps, TypedData {
    modifier onlyDelegated() {
        if (_isAtHome()) revert LedgerStepsCalledDirectly();
        _;
    }
}
