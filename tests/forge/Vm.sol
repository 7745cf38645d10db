// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice An event as forge recorded it.
struct Log {
    bytes32[] topics;
    bytes data;
    address emitter;
}

/// @notice The cheat codes of forge that these tests use.
interface Vm {
    function addr(uint256 key) external pure returns (address);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 time) external;
    function prank(address sender) external;
    function assume(bool condition) external pure;
    function record() external;
    function accesses(address target) external returns (bytes32[] memory reads, bytes32[] memory writes);
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function deployCode(string calldata artifact, bytes calldata arguments) external returns (address);
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @notice Thrown when a test finds something else than it should.
error Differs(string what, uint256 found, uint256 expected);

function same(uint256 found, uint256 expected, string memory what) pure {
    if (found != expected) revert Differs(what, found, expected);
}

function check(bool condition, string memory what) pure {
    if (!condition) revert Differs(what, 0, 1);
}
