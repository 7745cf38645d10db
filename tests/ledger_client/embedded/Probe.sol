// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What the tests of the embedded chain call: one function for each thing a chain can do.
contract Probe {
    error Failed(uint256 value, address caller);

    event Written(uint256 indexed slot, address indexed caller, uint256 value);
    event Noted(bytes data) anonymous;

    function write(uint256 slot, uint256 value) external {
        assembly {
            sstore(slot, value)
        }
        emit Written(slot, msg.sender, value);
    }

    function writeMany(uint256 first, uint256 count) external {
        for (uint256 slot = first; slot < first + count; slot++) {
            assembly {
                sstore(slot, add(slot, 1))
            }
            emit Written(slot, msg.sender, slot + 1);
        }
    }

    function note(bytes calldata data) external {
        emit Noted(data);
    }

    function read(uint256 slot) external view returns (uint256 value) {
        assembly {
            value := sload(slot)
        }
    }

    function environment() external view returns (uint256, uint256, uint256, uint256, address) {
        return (block.number, block.timestamp, block.gaslimit, block.chainid, msg.sender);
    }

    function fail(uint256 value) external view {
        revert Failed(value, msg.sender);
    }

    function failInWords() external pure {
        revert("in words");
    }

    function panic(uint256 value) external pure returns (uint256) {
        return 1 / value;
    }

    function notBefore(uint256 time) external view {
        require(block.timestamp >= time, "too early");
    }

    function burn() external view {
        while (gasleft() > 0) {}
    }

    function recurse(uint256 depth) external view returns (uint256) {
        return depth == 0 ? 0 : 1 + this.recurse(depth - 1);
    }
}
