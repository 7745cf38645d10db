// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../../../contracts/interfaces/IDirectory.sol";
import {vm} from "../Vm.sol";
import {svm, Symbolic} from "./Symbolic.sol";

/// @notice Any address but the root's, which has the only grant, calls any function that may write, with any words
/// and up to 3 words in every array: no storage of any contract changes. The ledger's own storage may be anything.
contract StrangerSymbolicTest is Symbolic {
    function setUp() public {
        _deploy();
        svm.enableSymbolicStorage(address(ledger));
    }

    /// @custom:halmos --default-array-lengths 0,1,3 --loop 4
    function check_strangerChangesNothing_ledger_upTo3Lines(address stranger) public {
        _check(stranger, address(ledger), svm.createCalldata("StockLedger"));
    }

    /// @custom:halmos --default-array-lengths 0,1,3 --loop 4
    function check_strangerChangesNothing_steps_upTo3Lines(address stranger) public {
        _check(stranger, steps, svm.createCalldata("LedgerSteps"));
    }

    /// @custom:halmos --default-array-lengths 0,1,3 --loop 4
    function check_strangerChangesNothing_directory(address stranger) public {
        bytes memory data = svm.createCalldata("Directory");
        vm.assume(bytes4(data) != IDirectory.acceptClass.selector);
        _check(stranger, address(directory), data);
    }

    function check_strangerChangesNothing_catalogue(address stranger) public {
        _check(stranger, address(catalogue), svm.createCalldata("Catalogue"));
    }

    function check_strangerChangesNothing_registry(address stranger) public {
        _check(stranger, address(registry), svm.createCalldata("SupplierRegistry"));
    }

    function _check(address stranger, address target, bytes memory data) private {
        vm.assume(stranger != vm.addr(ROOT));
        uint256[4] memory before = _snapshots();
        vm.prank(stranger);
        (bool done,) = target.call(data);
        vm.assume(done);
        uint256[4] memory after_ = _snapshots();
        for (uint256 i; i < 4; ++i) assert(before[i] == after_[i]);
    }

    function _snapshots() private returns (uint256[4] memory ids) {
        ids[0] = svm.snapshotStorage(address(directory));
        ids[1] = svm.snapshotStorage(address(catalogue));
        ids[2] = svm.snapshotStorage(address(registry));
        ids[3] = svm.snapshotStorage(address(ledger));
    }
}
