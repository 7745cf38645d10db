// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {Divisions} from "./libraries/Divisions.sol";
import {CategoryId, ItemId} from "./types/Ids.sol";
import {ItemWord, ItemWordLibrary} from "./types/ItemWord.sol";
import {Role} from "./types/Role.sol";

/// @title Catalogue
contract Catalogue is ICatalogue {
    // ---------------------------------------------------------------------------------------------- immutables

    uint64 private constant _LOWEST_ITEM = 100_000_000_000;
    uint64 private constant _HIGHEST_ITEM = 999_999_999_999;
    uint64 private constant _FACTOR_LIMIT = 1 << 63;

    /// @inheritdoc ICatalogue
    IDirectory public immutable directory;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(ItemId => ItemWord) private _items;
    mapping(ItemId => bytes32) private _itemNames;
    mapping(ItemId pack => mapping(ItemId unit => uint64)) private _factors;

    // --------------------------------------------------------------------------------------------- constructor

    /// @param directory_ the directory whose grants count here
    constructor(IDirectory directory_) {
        directory = directory_;
    }

    // --------------------------------------------------------------------------------------------------- items

    /// @inheritdoc ICatalogue
    function registerItem(
        ItemId item_,
        CategoryId qualificationCategory,
        uint16 shelfLife,
        bytes3 unit,
        bool serial,
        bytes32 nameDigest
    ) external {
        _requireRoot();
        if (ItemId.unwrap(item_) < _LOWEST_ITEM || ItemId.unwrap(item_) > _HIGHEST_ITEM) {
            revert CatalogueItemMalformed(item_);
        }
        if (_items[item_].isRegistered()) revert CatalogueItemExists(item_);
        if (!_isUnit(unit)) revert CatalogueUnitMalformed(unit);
        if (nameDigest == 0) revert CatalogueNameMissing();

        _items[item_] = ItemWordLibrary.create(qualificationCategory, shelfLife, unit, serial);
        _itemNames[item_] = nameDigest;
        emit ItemRegistered(item_, msg.sender, qualificationCategory, shelfLife, unit, serial, nameDigest);
    }

    /// @dev Two or three digits or capital letters; a code of two ends in a zero byte.
    function _isUnit(bytes3 unit) private pure returns (bool) {
        return _isCode(unit[0]) && _isCode(unit[1]) && (unit[2] == 0 || _isCode(unit[2]));
    }

    function _isCode(bytes1 character) private pure returns (bool) {
        return (character >= "0" && character <= "9") || (character >= "A" && character <= "Z");
    }

    // ------------------------------------------------------------------------------------------------- factors

    /// @inheritdoc ICatalogue
    function setFactor(ItemId pack, ItemId unit, uint64 factor_) external {
        _requireRoot();
        if (factor_ == 0 || factor_ >= _FACTOR_LIMIT) revert CatalogueFactorInvalid(factor_);
        _requireItem(pack);
        _requireItem(unit);
        if (ItemId.unwrap(pack) == ItemId.unwrap(unit)) revert CatalogueFactorItself(pack);
        _requireNoFactor(pack, unit);
        _requireNoFactor(unit, pack);

        _factors[pack][unit] = factor_;
        emit FactorSet(pack, unit, msg.sender, factor_);
    }

    function _requireItem(ItemId item_) private view {
        if (!_items[item_].isRegistered()) revert CatalogueItemUnknown(item_);
    }

    function _requireNoFactor(ItemId pack, ItemId unit) private view {
        if (_factors[pack][unit] != 0) revert CatalogueFactorExists(pack, unit, _factors[pack][unit]);
    }

    function _requireRoot() private view {
        // slither-disable-next-line unused-return (it refuses, or all is well)
        directory.requireGrant(msg.sender, Role.AUTHORITY, Divisions.ROOT, 0);
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc ICatalogue
    function item(ItemId item_) external view returns (ItemWord) {
        return _items[item_];
    }

    /// @inheritdoc ICatalogue
    function itemName(ItemId item_) external view returns (bytes32) {
        return _itemNames[item_];
    }

    /// @inheritdoc ICatalogue
    function factor(ItemId pack, ItemId unit) external view returns (uint64) {
        return _factors[pack][unit];
    }

    /// @inheritdoc ICatalogue
    function requireFactor(ItemId from, ItemId to, uint256 input, uint256 output) external view {
        uint64 unpacking = _factors[from][to];
        uint64 packing = _factors[to][from];
        // At most one of the two is set; both factors of the products are below 2**63.
        if (unpacking != 0 && output != input * unpacking) {
            revert CatalogueFactorMismatch(from, to, unpacking, input, output);
        }
        if (packing != 0 && input != output * packing) {
            revert CatalogueFactorMismatch(from, to, packing, input, output);
        }
    }
}
