// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ConsigneeWord} from "../types/ConsigneeWord.sol";
import {DivisionWord} from "../types/DivisionWord.sol";
import {ConsigneeId, DivisionId, SiteId} from "../types/Ids.sol";
import {SiteWord} from "../types/SiteWord.sol";

/// @title Places
/// @notice Divisions, sites and consignees: where goods are and who receives them.
/// @dev The part of the Directory that says what is where; who may say so is in `IDirectory`.
interface IPlaces {
    /// @notice Thrown when `division` has not 2, 4, 6, 9 or 12 digits.
    error DirectoryDivisionMalformed(DivisionId division);

    /// @notice Thrown when `division` was never registered.
    error DirectoryDivisionUnknown(DivisionId division);

    /// @notice Thrown when `division` is closed; `successor` is 0 where none took over.
    error DirectoryDivisionClosed(DivisionId division, DivisionId successor);

    /// @notice Thrown when `division` is registered already.
    error DirectoryDivisionExists(DivisionId division);

    /// @notice Thrown when `site` is not a community of 12 digits, a mode from 1 to 5 and a number from 1 to 99.
    error DirectorySiteMalformed(SiteId site);

    /// @notice Thrown when `site` was never registered.
    error DirectorySiteUnknown(SiteId site);

    /// @notice Thrown when `site` is closed; `successor` is 0 where none took over.
    error DirectorySiteClosed(SiteId site, SiteId successor);

    /// @notice Thrown when `site` is registered already.
    error DirectorySiteExists(SiteId site);

    /// @notice Thrown when a consignee has id 0.
    error DirectoryConsigneeZero();

    /// @notice Thrown when `consignee` was never registered.
    error DirectoryConsigneeUnknown(ConsigneeId consignee);

    /// @notice Thrown when `consignee` is closed.
    error DirectoryConsigneeClosed(ConsigneeId consignee);

    /// @notice Thrown when `consignee` is registered already.
    error DirectoryConsigneeExists(ConsigneeId consignee);

    /// @notice Thrown when a registration comes without the salted digest of its name record.
    error DirectoryNameMissing();

    /// @notice Thrown when a division or site was to succeed itself.
    error DirectorySuccessorItself(uint64 id);

    /// @notice Emitted when a division was registered.
    event DivisionRegistered(
        DivisionId indexed division, address indexed authority, DivisionId authorityDivision, bytes32 nameDigest
    );

    /// @notice Emitted when a division was closed; `successor` is 0 where none takes over.
    event DivisionClosed(
        DivisionId indexed division, address indexed authority, DivisionId authorityDivision, DivisionId successor
    );

    /// @notice Emitted when a site was registered.
    event SiteRegistered(
        SiteId indexed site, address indexed authority, DivisionId authorityDivision, bool disposal, bytes32 nameDigest
    );

    /// @notice Emitted when a site was closed; `successor` is 0 where none takes over.
    event SiteClosed(SiteId indexed site, address indexed authority, DivisionId authorityDivision, SiteId successor);

    /// @notice Emitted when a consignee was registered.
    event ConsigneeRegistered(
        ConsigneeId indexed consignee,
        DivisionId indexed division,
        address indexed authority,
        DivisionId authorityDivision,
        bytes32 nameDigest
    );

    /// @notice Emitted when a consignee was closed.
    event ConsigneeClosed(ConsigneeId indexed consignee, address indexed authority, DivisionId authorityDivision);

    /// @notice Registers a division below an open parent.
    /// @param division 2, 4, 6, 9 or 12 digits
    /// @param nameDigest the salted digest of the name record, not zero
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains `division`
    function registerDivision(DivisionId division, bytes32 nameDigest, DivisionId authorityDivision) external;

    /// @notice Closes a division. It keeps its prefix; grants in it go on acting, new ones are refused, and no
    /// successor inherits any.
    /// @dev Warning: what lies below stays open, and it is not possible to open a division again.
    /// @param successor an open division that takes over, 0 where none does
    /// @param authorityDivision the division of the caller's AUTHORITY grant; strictly above `division`
    function closeDivision(DivisionId division, DivisionId successor, DivisionId authorityDivision) external;

    /// @notice Registers a site in an open community.
    /// @param site community (12 digits), mode (1 to 5), number (01 to 99)
    /// @param disposal whether the site takes goods that may no longer be used
    /// @param nameDigest the salted digest of the name record, not zero
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains the community
    function registerSite(SiteId site, bool disposal, bytes32 nameDigest, DivisionId authorityDivision) external;

    /// @notice Closes a site, for instance because its mode or place changes.
    /// @dev Warning: it is not possible to open a site again.
    /// @param successor an open site that takes over, 0 where none does
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains the community
    function closeSite(SiteId site, SiteId successor, DivisionId authorityDivision) external;

    /// @notice Registers a consignee: a hospital, a checkpoint, residents in sum; never a person.
    /// @param division the open division in which it lies, 0 for the country
    /// @param nameDigest the salted digest of the name record, not zero
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains `division`
    function registerConsignee(
        ConsigneeId consignee,
        DivisionId division,
        bytes32 nameDigest,
        DivisionId authorityDivision
    ) external;

    /// @notice Closes a consignee: nothing is issued to it any more.
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains the consignee's
    function closeConsignee(ConsigneeId consignee, DivisionId authorityDivision) external;

    /// @notice Refuses unless `consignee` is registered and open.
    function requireConsignee(ConsigneeId consignee) external view;

    /// @notice The word of a division. Division 0 exists always and has none.
    function division(DivisionId division_) external view returns (DivisionWord);

    /// @notice The salted digest of a division's name record.
    function divisionName(DivisionId division_) external view returns (bytes32);

    /// @notice The word of a site.
    function site(SiteId site_) external view returns (SiteWord);

    /// @notice The salted digest of a site's name record.
    function siteName(SiteId site_) external view returns (bytes32);

    /// @notice The word of a consignee.
    function consignee(ConsigneeId consignee_) external view returns (ConsigneeWord);

    /// @notice The salted digest of a consignee's name record.
    function consigneeName(ConsigneeId consignee_) external view returns (bytes32);
}
