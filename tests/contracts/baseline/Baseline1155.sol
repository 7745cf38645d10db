// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";

/// @title What the gas benchmark compares with: OpenZeppelin's ERC-1155 as it is, with a door for minting.
contract Baseline1155 is ERC1155 {
    constructor() ERC1155("") {}

    /// @notice Mints `values[i]` of each `ids[i]` to `to`.
    function mintBatch(address to, uint256[] calldata ids, uint256[] calldata values) external {
        _mintBatch(to, ids, values, "");
    }
}
