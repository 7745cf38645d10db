// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Refusing
/// @notice Custom errors in half the code of a `revert` statement: the compiler pushes each selector as a whole word
/// and encodes each list of arguments by itself, which for forty errors is a tenth of a contract.
/// @dev The first argument is uint32(Error.selector), the others are the error's arguments, one word each and in order;
/// that they are what the error declares is held by tests, which provoke each with its values.
abstract contract Refusing {
    function _refuse(uint32 selector, uint256 a) internal pure {
        _revertWith(selector, a, 0, 0, 0, 0x24);
    }

    function _refuse(uint32 selector, uint256 a, uint256 b) internal pure {
        _revertWith(selector, a, b, 0, 0, 0x44);
    }

    function _refuse(uint32 selector, uint256 a, uint256 b, uint256 c) internal pure {
        _revertWith(selector, a, b, c, 0, 0x64);
    }

    function _refuse(uint32 selector, uint256 a, uint256 b, uint256 c, uint256 d) internal pure {
        _revertWith(selector, a, b, c, d, 0x84);
    }

    function _revertWith(uint256 selector, uint256 a, uint256 b, uint256 c, uint256 d, uint256 length) private pure {
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, shl(224, selector))
            mstore(add(start, 0x04), a)
            mstore(add(start, 0x24), b)
            mstore(add(start, 0x44), c)
            mstore(add(start, 0x64), d)
            revert(start, length)
        }
    }
}
