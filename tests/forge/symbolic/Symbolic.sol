// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Catalogue} from "../../../contracts/Catalogue.sol";
import {Directory} from "../../../contracts/Directory.sol";
import {LedgerSteps} from "../../../contracts/LedgerSteps.sol";
import {Norms} from "../../../contracts/Norms.sol";
import {Reallocation} from "../../../contracts/Reallocation.sol";
import {StockLedger} from "../../../contracts/StockLedger.sol";
import {SupplierRegistry} from "../../../contracts/SupplierRegistry.sol";
import {GrantWord} from "../../../contracts/types/GrantWord.sol";
import {DocumentKey, LotId, SiteId} from "../../../contracts/types/Ids.sol";
import {Role} from "../../../contracts/types/Role.sol";
import {vm} from "../Vm.sol";
import {World} from "../World.sol";

/// @notice The cheat codes of halmos that these tests use.
interface Svm {
    function enableSymbolicStorage(address target) external;
    function snapshotStorage(address target) external returns (uint256 id);
    function createAddress(string memory name) external returns (address);
    function createUint256(string memory name) external returns (uint256);
}

Svm constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));

/// @notice The contracts with code that halmos can deploy, and with any storage; run by halmos alone, whose checks
/// forge does not know.
abstract contract Symbolic is World {
    /// @dev Seconds since 1970 are below this, as the contracts take for granted.
    uint256 internal constant TIMES = 2 ** 40;

    function _deploy() internal override {
        directory = new Directory(address(1), 3 days);
        catalogue = new Catalogue(directory);
        registry = new SupplierRegistry(directory);
        LedgerSteps code = new LedgerSteps(directory, OFFSET);
        steps = address(code);
        ledger = new StockLedger(directory, catalogue, registry, code, OFFSET);
        norms = new Norms(directory, catalogue, ledger);
        reallocation = new Reallocation(norms, ledger, directory, catalogue, OFFSET);
    }

    /// @dev Lets every word of every contract have any value. halmos counts the first read of a mapping as a change of
    /// storage, so each mapping that is read before a call may end well is read here.
    function _anyStorage() internal {
        svm.enableSymbolicStorage(address(directory));
        svm.enableSymbolicStorage(address(catalogue));
        svm.enableSymbolicStorage(address(registry));
        svm.enableSymbolicStorage(address(ledger));
        svm.enableSymbolicStorage(steps);
        svm.enableSymbolicStorage(address(norms));
        svm.enableSymbolicStorage(address(reallocation));
        ledger.document(DocumentKey.wrap(0));
        ledger.lot(LotId.wrap(0));
        ledger.balance(SiteId.wrap(0), LotId.wrap(0));
    }

    /// @dev Any time and somebody.
    function _anybody() internal returns (address somebody) {
        uint256 time = svm.createUint256("time");
        vm.assume(time < TIMES);
        vm.warp(time);
        somebody = svm.createAddress("somebody");
    }

    /// @dev Whoever is in no grant is not in this one either.
    function _assumeNoGrant(address stranger, Role role, uint64 division, uint256 subject) internal view {
        bytes32 key = keccak256(abi.encode(stranger, role, division, subject));
        vm.assume(GrantWord.unwrap(directory.grantOf(key)) == 0);
    }

    /// @dev The call that this check was called with, sent by anybody to `selector` of `target`, changes no word of
    /// another contract, whether it ends well or not.
    function _assertOthersUnchanged(address target, bytes4 selector) internal returns (bool done) {
        address somebody = _anybody();
        uint256[7] memory before = _snapshots();
        vm.prank(somebody);
        (done,) = target.call(bytes.concat(selector, msg.data[4:]));
        uint256[7] memory after_ = _snapshots();
        for (uint256 i; i < 5; ++i) assert(before[i] == after_[i]);
        if (target != address(norms)) assert(before[5] == after_[5]);
        if (target != address(reallocation)) assert(before[6] == after_[6]);
    }

    function _snapshots() internal returns (uint256[7] memory ids) {
        ids[0] = svm.snapshotStorage(address(directory));
        ids[1] = svm.snapshotStorage(address(catalogue));
        ids[2] = svm.snapshotStorage(address(registry));
        ids[3] = svm.snapshotStorage(address(ledger));
        ids[4] = svm.snapshotStorage(steps);
        ids[5] = svm.snapshotStorage(address(norms));
        ids[6] = svm.snapshotStorage(address(reallocation));
    }

    /// @dev The call that this check was called with, to `selector` of `target`, reverts: so it writes nothing.
    function _assertRefused(address sender, address target, bytes4 selector) internal {
        vm.prank(sender);
        (bool done,) = target.call(bytes.concat(selector, msg.data[4:]));
        assert(!done);
    }
}
