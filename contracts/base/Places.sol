// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../interfaces/IDirectory.sol";
import {IPlaces} from "../interfaces/IPlaces.sol";
import {Divisions} from "../libraries/Divisions.sol";
import {ConsigneeWord, ConsigneeWordLibrary} from "../types/ConsigneeWord.sol";
import {DivisionWord, DivisionWordLibrary} from "../types/DivisionWord.sol";
import {ConsigneeId, DivisionId, SiteId} from "../types/Ids.sol";
import {SiteWord, SiteWordLibrary} from "../types/SiteWord.sol";
import {Holders} from "./Holders.sol";

/// @title Places
/// @notice The part of the Directory that knows divisions, sites and consignees.
abstract contract Places is Holders {
    using Divisions for DivisionId;

    // ---------------------------------------------------------------------------------------------- immutables

    uint64 private constant _LOWEST_COMMUNITY = 100_000_000_000;
    uint64 private constant _MODES = 5;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(DivisionId => DivisionWord) private _divisions;
    mapping(DivisionId => bytes32) private _divisionNames;
    mapping(SiteId => SiteWord) private _sites;
    mapping(SiteId => bytes32) private _siteNames;
    mapping(ConsigneeId => ConsigneeWord) private _consignees;
    mapping(ConsigneeId => bytes32) private _consigneeNames;

    // ----------------------------------------------------------------------------------------------- divisions

    /// @inheritdoc IPlaces
    function registerDivision(DivisionId division_, bytes32 nameDigest, DivisionId authorityDivision) external {
        _requireAuthorityOver(authorityDivision, division_);
        if (!division_.isWellFormed()) revert DirectoryDivisionMalformed(division_);
        // Division 0 is well formed and exists from the beginning.
        if (division_ == Divisions.ROOT || _divisions[division_].isRegistered()) {
            revert DirectoryDivisionExists(division_);
        }
        _requireOpen(division_.parent());
        _requireName(nameDigest);

        _divisions[division_] = DivisionWordLibrary.create();
        _divisionNames[division_] = nameDigest;
        emit DivisionRegistered(division_, msg.sender, authorityDivision, nameDigest);
    }

    /// @inheritdoc IPlaces
    function closeDivision(DivisionId division_, DivisionId successor, DivisionId authorityDivision) external {
        // Nothing is above division 0, so it is never closed.
        _requireAuthorityAbove(authorityDivision, division_);
        _requireOpen(division_);
        if (successor == division_) revert DirectorySuccessorItself(DivisionId.unwrap(successor));
        // Division 0 passes as open: here it says that there is no successor.
        _requireOpen(successor);

        _divisions[division_] = _divisions[division_].close(successor);
        emit DivisionClosed(division_, msg.sender, authorityDivision, successor);
    }

    function _requireOpen(DivisionId division_) internal view {
        if (division_ == Divisions.ROOT) return;
        DivisionWord word = _divisions[division_];
        if (!word.isRegistered()) revert DirectoryDivisionUnknown(division_);
        if (word.isClosed()) revert DirectoryDivisionClosed(division_, word.successor());
    }

    function _requireName(bytes32 nameDigest) private pure {
        if (nameDigest == 0) revert DirectoryNameMissing();
    }

    // --------------------------------------------------------------------------------------------------- sites

    /// @inheritdoc IPlaces
    function registerSite(SiteId site_, bool disposal, bytes32 nameDigest, DivisionId authorityDivision) external {
        _requireAuthorityOver(authorityDivision, site_.community());
        if (!_isWellFormed(site_)) revert DirectorySiteMalformed(site_);
        if (_sites[site_].isRegistered()) revert DirectorySiteExists(site_);
        _requireOpen(site_.community());
        _requireName(nameDigest);

        _sites[site_] = SiteWordLibrary.create(disposal);
        _siteNames[site_] = nameDigest;
        emit SiteRegistered(site_, msg.sender, authorityDivision, disposal, nameDigest);
    }

    /// @inheritdoc IPlaces
    function closeSite(SiteId site_, SiteId successor, DivisionId authorityDivision) external {
        _requireAuthorityOver(authorityDivision, site_.community());
        _requireOpenSite(site_);
        if (successor == site_) revert DirectorySuccessorItself(SiteId.unwrap(successor));
        if (SiteId.unwrap(successor) != 0) _requireOpenSite(successor);

        _sites[site_] = _sites[site_].close(successor);
        emit SiteClosed(site_, msg.sender, authorityDivision, successor);
    }

    function _requireOpenSite(SiteId site_) private view {
        SiteWord word = _sites[site_];
        if (!word.isRegistered()) revert DirectorySiteUnknown(site_);
        if (word.isClosed()) revert DirectorySiteClosed(site_, word.successor());
    }

    function _isWellFormed(SiteId site_) private pure returns (bool) {
        uint64 mode = site_.mode();
        // That the community has no more than 12 digits follows from its being registered.
        return DivisionId.unwrap(site_.community()) >= _LOWEST_COMMUNITY && mode != 0 && mode <= _MODES
            && SiteId.unwrap(site_) % 100 != 0;
    }

    // ---------------------------------------------------------------------------------------------- consignees

    /// @inheritdoc IPlaces
    function registerConsignee(
        ConsigneeId consignee_,
        DivisionId division_,
        bytes32 nameDigest,
        DivisionId authorityDivision
    ) external {
        _requireAuthorityOver(authorityDivision, division_);
        if (ConsigneeId.unwrap(consignee_) == 0) revert DirectoryConsigneeZero();
        if (_consignees[consignee_].isRegistered()) revert DirectoryConsigneeExists(consignee_);
        _requireOpen(division_);
        _requireName(nameDigest);

        _consignees[consignee_] = ConsigneeWordLibrary.create(division_);
        _consigneeNames[consignee_] = nameDigest;
        emit ConsigneeRegistered(consignee_, division_, msg.sender, authorityDivision, nameDigest);
    }

    /// @inheritdoc IPlaces
    function closeConsignee(ConsigneeId consignee_, DivisionId authorityDivision) external {
        requireConsignee(consignee_);
        _requireAuthorityOver(authorityDivision, _consignees[consignee_].division());

        _consignees[consignee_] = _consignees[consignee_].close();
        emit ConsigneeClosed(consignee_, msg.sender, authorityDivision);
    }

    /// @inheritdoc IPlaces
    function requireConsignee(ConsigneeId consignee_) public view {
        ConsigneeWord word = _consignees[consignee_];
        if (!word.isRegistered()) revert DirectoryConsigneeUnknown(consignee_);
        if (word.isClosed()) revert DirectoryConsigneeClosed(consignee_);
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IPlaces
    function division(DivisionId division_) external view returns (DivisionWord) {
        return _divisions[division_];
    }

    /// @inheritdoc IPlaces
    function divisionName(DivisionId division_) external view returns (bytes32) {
        return _divisionNames[division_];
    }

    /// @inheritdoc IPlaces
    function site(SiteId site_) external view returns (SiteWord) {
        return _sites[site_];
    }

    /// @inheritdoc IPlaces
    function siteName(SiteId site_) external view returns (bytes32) {
        return _siteNames[site_];
    }

    /// @inheritdoc IPlaces
    function consignee(ConsigneeId consignee_) external view returns (ConsigneeWord) {
        return _consignees[consignee_];
    }

    /// @inheritdoc IPlaces
    function consigneeName(ConsigneeId consignee_) external view returns (bytes32) {
        return _consigneeNames[consignee_];
    }
}
