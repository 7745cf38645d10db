// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {vm} from "../Vm.sol";
import {svm, Symbolic} from "./Symbolic.sol";

/// @notice Any address but the root's, which has the only grant, calls any function of the Catalogue that writes, with
/// any words: no storage of any contract changes. Why of the Catalogue alone stands in docs/limits.md.
contract StrangerSymbolicTest is Symbolic {
    function setUp() public {
        _deploy();
    }

    function check_strangerChangesNothing_catalogue(address stranger) public {
        _check(stranger, address(catalogue), svm.createCalldata("Catalogue"));
    }

    function _check(address stranger, address target, bytes memory data) private {
        vm.assume(stranger != vm.addr(ROOT));
        uint256[4] memory before = _snapshots();
        vm.prank(stranger);
        // Refused or answered: either way nothing is written.
        (bool done,) = target.call(data);
        done;
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
