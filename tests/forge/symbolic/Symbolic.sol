// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Catalogue} from "../../../contracts/Catalogue.sol";
import {Directory} from "../../../contracts/Directory.sol";
import {LedgerSteps} from "../../../contracts/LedgerSteps.sol";
import {StockLedger} from "../../../contracts/StockLedger.sol";
import {SupplierRegistry} from "../../../contracts/SupplierRegistry.sol";
import {vm} from "../Vm.sol";
import {World} from "../World.sol";

/// @notice The cheat codes of halmos that these tests use.
interface Svm {
    function enableSymbolicStorage(address target) external;
    function snapshotStorage(address target) external returns (uint256 id);
    function createCalldata(string memory contractName) external returns (bytes memory);
    function createAddress(string memory name) external returns (address);
    function createUint256(string memory name) external returns (uint256);
}

Svm constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));

/// @notice The world with code that halmos can deploy; run by halmos alone, whose checks forge does not know.
abstract contract Symbolic is World {
    function _deploy() internal override {
        directory = new Directory(vm.addr(ROOT), 0);
        catalogue = new Catalogue(directory);
        registry = new SupplierRegistry(directory);
        LedgerSteps code = new LedgerSteps(directory, OFFSET);
        steps = address(code);
        ledger = new StockLedger(directory, catalogue, registry, code, OFFSET);
    }
}
