// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CategoryId, DivisionId, DocumentKey, ItemId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {NormWord} from "../types/NormWord.sol";
import {Document} from "./IDocuments.sol";
import {IEmergencies} from "./IEmergencies.sol";

/// @notice What a site must keep of an item.
struct Floor {
    ItemId item;
    /// base units, below 2**63; 0: nothing
    uint64 quantity;
}

/// @notice How often what a site has of a category is counted.
struct Cycle {
    CategoryId category;
    /// days, at most 3,660; 0: no cycle
    uint16 dayCount;
}

/// @notice On which conditions a site gives an item.
struct Giving {
    /// base units that the site must keep
    uint64 floor;
    /// whether terms for the site's mode stand at a division above it; without them it gives nothing
    bool callable;
    /// callable share of the usable stock in basis points
    uint16 share;
    /// days from approval until the goods may be called
    uint16 noticeDays;
    /// whether the count of the item's category is overdue
    bool stale;
}

/// @notice The last count of a category at a site that was proved.
struct Counted {
    /// key of the count
    DocumentKey key;
    /// when it is said to have occurred, not after it was proved; seconds
    uint64 countedAt;
}

/// @title Norms
/// @notice What sites must keep, what may be called on which terms, how often is counted, and which counts are overdue.
/// Everything is set by an authority whose grant stands at the street of the community or above, with the digest of the
/// decision that it follows, and takes effect now or later, never in the past.
/// @dev Read `docs/adr/0011-norms-and-reallocation.md` first.
interface INorms is IEmergencies {
    /// @notice Thrown when `division` is a community: norms bind communities, so none sets its own.
    error NormsAuthorityBound(DivisionId division);

    /// @notice Thrown when `site` was never registered or is closed.
    error NormsSiteNotOpen(SiteId site);

    /// @notice Thrown when `division` was never registered or is closed.
    error NormsDivisionNotOpen(DivisionId division);

    /// @notice Thrown when `item` was never registered.
    error NormsItemUnknown(ItemId item);

    /// @notice Thrown when `category` has not 7 digits.
    error NormsCategoryMalformed(CategoryId category);

    /// @notice Thrown when `mode` is not 1 to 5.
    error NormsModeUnknown(uint8 mode);

    /// @notice Thrown when a norm was set to `value`, above what it may be.
    error NormsValueInvalid(uint256 value, uint256 highest);

    /// @notice Thrown when a norm was to take effect before now or more than 366 days ahead.
    error NormsEffectiveOutside(uint64 effectiveAt, uint64 earliest, uint64 latest);

    /// @notice Thrown when a norm comes without the digest of its source.
    error NormsSourceMissing();

    /// @notice Thrown when a call sets nothing.
    error NormsNothingSet();

    /// @notice Thrown when the document shown is not the one recorded under `key`.
    error NormsDocumentOther(DocumentKey key);

    /// @notice Thrown when the count under `key` was reversed.
    error NormsCountReversed(DocumentKey key);

    /// @notice Thrown when no category of the count under `key` was counted later than it is known already.
    error NormsCountNotNewer(DocumentKey key);

    /// @notice Emitted when a floor was set. An entry of the site's journal here.
    /// @param quantity base units that the site must keep from `effectiveAt` on
    /// @param source digest of the decision that it follows
    /// @param authorityDivision the division of the grant relied on
    /// @param grantPosition position in the authority's journal at this grant's last change
    event FloorSet(
        SiteId indexed site,
        ItemId indexed item,
        address indexed authority,
        uint64 quantity,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision,
        uint64 grantPosition,
        uint64 recordedAt
    );

    /// @notice Emitted when the terms of a storage mode were set. An entry of the division's journal here.
    /// @param share callable share in basis points
    /// @param noticeDays days from approval until the goods may be called
    event TermsSet(
        DivisionId indexed division,
        uint8 indexed mode,
        address indexed authority,
        uint16 share,
        uint16 noticeDays,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision,
        uint64 grantPosition,
        uint64 recordedAt
    );

    /// @notice Emitted when a count cycle was set. An entry of the site's journal here.
    event CycleSet(
        SiteId indexed site,
        CategoryId indexed category,
        address indexed authority,
        uint16 dayCount,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision,
        uint64 grantPosition,
        uint64 recordedAt
    );

    /// @notice Emitted once for each category of a count that was proved. An entry of the site's journal here.
    /// @param countedAt when it is said to have occurred, not after `recordedAt`
    event CountProved(
        SiteId indexed site,
        CategoryId indexed category,
        DocumentKey indexed key,
        address caller,
        uint64 countedAt,
        uint64 recordedAt
    );

    /// @notice Sets what a site must keep of some items.
    /// @param floors 1 or more
    /// @param effectiveAt from when, seconds; 0 for now; at most 366 days ahead
    /// @param source digest of the decision, not 0
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains the site, no community
    function setFloors(
        SiteId site,
        Floor[] calldata floors,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) external;

    /// @notice Sets on which terms sites of a storage mode in a division give.
    /// @dev They rule at every site of the mode below it, unless a division between has its own.
    /// @param mode 1 government, 2 agreement, 3 enterprise-held, 4 household, 5 merchant
    /// @param share callable share of the usable stock, at most 10,000 basis points
    /// @param noticeDays at most 366
    /// @param authorityDivision the division of the caller's AUTHORITY grant; contains `division`, no community
    function setTerms(
        DivisionId division,
        uint8 mode,
        uint16 share,
        uint16 noticeDays,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) external;

    /// @notice Sets how often what a site has of some categories is counted.
    /// @dev A cycle that takes effect gives the site its whole length for the first count. Setting it anew begins
    /// anew: the event says who did.
    function setCycles(
        SiteId site,
        Cycle[] calldata cycles,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) external;

    /// @notice Shows a recorded count, so that its categories are known to be counted. Anybody may.
    /// @param key the count's key; the client id in `document` is not looked at
    /// @param document the count, whole
    function proveCount(DocumentKey key, Document calldata document) external;

    /// @notice On which conditions `site` gives `item` now.
    function giving(SiteId site, ItemId item) external view returns (Giving memory);

    /// @notice Whether the count of `category` at `site` is overdue now.
    function isStale(SiteId site, CategoryId category) external view returns (bool);

    /// @notice The word of a floor.
    function floor(SiteId site, ItemId item) external view returns (NormWord);

    /// @notice The word of the terms of a mode at a division; its values are set (1, bit 63) ‖ notice (16) ‖ share (16).
    function terms(DivisionId division, uint8 mode) external view returns (NormWord);

    /// @notice The word of a cycle; its values are days.
    function cycle(SiteId site, CategoryId category) external view returns (NormWord);

    /// @notice The last count of a category at a site that was proved; all zero where none was.
    function counted(SiteId site, CategoryId category) external view returns (Counted memory);

    /// @notice The journal of what was set for a site (15 digits) or a division.
    function journal(uint64 subject) external view returns (Journal);
}
