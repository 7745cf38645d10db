// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Signing} from "../../contracts/interfaces/IDocuments.sol";
import {Signature} from "../../contracts/libraries/TypedData.sol";
import {check, same, vm} from "./Vm.sol";
import {Draft} from "./World.sol";
import {Written} from "./Written.sol";

/// @notice Before every document that is recorded, somebody in no grant sends it or signs it in the place of each of
/// its signers, and afterwards sends it again: none of that changes storage, in any contract. The document itself writes
/// its own words (`Written`).
abstract contract Strangers is Written {
    Signing private _signed;
    Signature private _forged;

    uint256 public attempts;

    /// @dev Keeps the signatures of the draft, and what the stranger makes of the same digest.
    function _signing(Draft memory draft) internal virtual override returns (Signing memory signing) {
        signing = super._signing(draft);
        _signed = signing;
        _forged = _sign(STRANGER, _consentDigest(draft, signing));
    }

    function _send(uint256 sender, bytes memory data) internal virtual override {
        _assertNoWrite(STRANGER, data, false);
        if (_signed.other.r != 0) _assertNoWrite(sender, _replaced(data, _signed.other), false);
        if (_signed.approver.r != 0) _assertNoWrite(sender, _replaced(data, _signed.approver), false);
        super._send(sender, data);
        _assertNoWrite(STRANGER, data, true);
    }

    /// @dev The call with one signature replaced by the stranger's; r is found by its value.
    function _replaced(bytes memory data, Signature memory old) private view returns (bytes memory forged) {
        forged = bytes.concat(data);
        for (uint256 i = 4; i + 64 <= forged.length; i += 32) {
            bytes32 word;
            assembly {
                word := mload(add(add(forged, 0x20), i))
            }
            if (word != old.r) continue;
            (bytes32 r, bytes32 vs) = (_forged.r, _forged.vs);
            assembly {
                mstore(add(add(forged, 0x20), i), r)
                mstore(add(add(forged, 0x40), i), vs)
            }
            return forged;
        }
        revert("no signature");
    }

    /// @dev Calls the ledger and sees that it refuses or, where `answers`, returns; and that nothing was written.
    function _assertNoWrite(uint256 sender, bytes memory data, bool answers) internal {
        ++attempts;
        _assertNoWriteAt(address(ledger), vm.addr(sender), data, answers);
    }

    function _assertNoWriteAt(address target, address sender, bytes memory data, bool answers) internal {
        vm.record();
        vm.prank(sender);
        (bool done,) = target.call(data);
        // A refusal undoes what it wrote.
        if (!done) return check(!answers, "the document that stands is not answered");
        check(answers, "what a stranger signed was recorded");
        address[7] memory all = [
            address(directory),
            address(catalogue),
            address(registry),
            address(ledger),
            steps,
            address(norms),
            address(reallocation)
        ];
        for (uint256 i; i < all.length; ++i) {
            (, bytes32[] memory writes) = vm.accesses(all[i]);
            same(writes.length, 0, "words written for a stranger");
        }
    }
}
