// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A signature over typed data in the compact form of EIP-2098; all zero where nobody signed.
struct Signature {
    bytes32 r;
    /// s, with the parity of y in the top bit
    bytes32 vs;
}

/// @title Typed data (EIP-712)
/// @notice The domain is (chain id, contract): nothing signed for one ledger counts on another.
/// @dev By hand because OpenZeppelin's EIP712 needs `mcopy`, which `berlin` has not.
abstract contract TypedData {
    bytes32 private constant _DOMAIN_TYPEHASH = keccak256("EIP712Domain(uint256 chainId,address verifyingContract)");

    /// @dev Where this code was deployed; `address(this)` is another address when it runs by delegatecall.
    address private immutable _home = address(this);
    bytes32 private immutable _separator = _separatorOf(address(this));

    /// @dev Whether the code runs where it was deployed, not by delegatecall.
    function _isAtHome() internal view returns (bool) {
        return address(this) == _home;
    }

    /// @dev The EIP-712 domain separator of the contract that runs on this chain. Cached where the code was deployed (a
    /// permissioned chain that changes its id deploys anew); by delegatecall that of the contract it runs for.
    function _domainSeparator() internal view returns (bytes32) {
        return _isAtHome() ? _separator : _separatorOf(address(this));
    }

    function _separatorOf(address verifyingContract) private view returns (bytes32) {
        return keccak256(abi.encode(_DOMAIN_TYPEHASH, block.chainid, verifyingContract));
    }

    /// @dev The address whose signature over `structHash` this is; zero where nobody signed or it is malformed.
    function _signerOf(bytes32 structHash, Signature calldata signature) internal view returns (address signer) {
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", _domainSeparator(), structHash));
        // slither-disable-next-line unused-return (zero says that it failed)
        (signer,,) = ECDSA.tryRecover(digest, signature.r, signature.vs);
    }
}
