// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "./IDirectory.sol";
import {CategoryId, ItemId} from "../types/Ids.sol";
import {ItemWord} from "../types/ItemWord.sol";

/// @title Catalogue
/// @notice What goods are: items with their base units, and factors between the packs and the pieces of goods.
/// @dev Everything here is recorded by an AUTHORITY at division 0, because it counts everywhere, and is never changed:
/// quantities of documents are whole numbers of the base unit that stood here when they were recorded.
interface ICatalogue {
    /// @notice Thrown when `item` has not 12 digits: category of GB/T 38565 (7) and 5 more.
    error CatalogueItemMalformed(ItemId item);

    /// @notice Thrown when `item` is registered already.
    error CatalogueItemExists(ItemId item);

    /// @notice Thrown when `item` was never registered.
    error CatalogueItemUnknown(ItemId item);

    /// @notice Thrown when `unit` is not two or three digits or capital letters.
    error CatalogueUnitMalformed(bytes3 unit);

    /// @notice Thrown when a registration comes without the salted digest of its name record.
    error CatalogueNameMissing();

    /// @notice Thrown when a factor is 0 or not below 2**63.
    error CatalogueFactorInvalid(uint64 factor);

    /// @notice Thrown when an item was to hold itself.
    error CatalogueFactorItself(ItemId item);

    /// @notice Thrown when `pack` already holds `factor` base units of `unit`, or the other way round.
    error CatalogueFactorExists(ItemId pack, ItemId unit, uint64 factor);

    /// @notice Emitted when an item was registered.
    event ItemRegistered(
        ItemId indexed item,
        address indexed authority,
        CategoryId qualificationCategory,
        uint16 shelfLife,
        bytes3 unit,
        bool serial,
        bytes32 nameDigest
    );

    /// @notice Thrown when a factor between two items turns `input` base units of one into another number than
    /// `output` of the other.
    error CatalogueFactorMismatch(ItemId from, ItemId to, uint64 factor, uint256 input, uint256 output);

    /// @notice Emitted when it was set that a base unit of `pack` holds `factor` base units of `unit`.
    event FactorSet(ItemId indexed pack, ItemId indexed unit, address indexed authority, uint64 factor);

    /// @notice Registers an item, for good.
    /// @param item category of GB/T 38565 (7 digits) and 5 digits
    /// @param qualificationCategory the category for which a supplier must be qualified, 0 where none is needed
    /// @param shelfLife days from the day of making through which it may be used, 0 where it does not spoil
    /// @param unit the base unit: a code of UN/CEFACT Recommendation 20 in ASCII, filled up with a zero byte
    /// @param serial whether each piece has a serial number
    /// @param nameDigest the salted digest of the name record, not zero
    function registerItem(
        ItemId item,
        CategoryId qualificationCategory,
        uint16 shelfLife,
        bytes3 unit,
        bool serial,
        bytes32 nameDigest
    ) external;

    /// @notice Sets, for good, how many base units of `unit` one base unit of `pack` holds.
    /// @dev A factor belongs to two items, never to two units: 件 is a pack in one list and a piece in another.
    /// @param factor above 0 and below 2**63
    function setFactor(ItemId pack, ItemId unit, uint64 factor) external;

    /// @notice The word of an item.
    function item(ItemId item_) external view returns (ItemWord);

    /// @notice The salted digest of an item's name record.
    function itemName(ItemId item_) external view returns (bytes32);

    /// @notice How many base units of `unit` one base unit of `pack` holds, 0 where it is not known.
    function factor(ItemId pack, ItemId unit) external view returns (uint64);

    /// @notice The directory whose grants count here.
    function directory() external view returns (IDirectory);

    /// @notice Refuses a repack of `input` base units of `from` into `output` of `to` that a factor between the two,
    /// in either direction, does not give exactly; where there is none, anything goes.
    /// @param input below 2**63
    /// @param output below 2**63
    function requireFactor(ItemId from, ItemId to, uint256 input, uint256 output) external view;
}
