// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Document} from "../interfaces/IDocuments.sol";
import {Counted, Cycle, INorms} from "../interfaces/INorms.sol";
import {IStockLedger} from "../interfaces/IStockLedger.sol";
import {Contents} from "../libraries/Contents.sol";
import {CategoryId, DivisionId, DocumentKey, ItemId, SiteId} from "../types/Ids.sol";
import {Kind} from "../types/Kind.sol";
import {Line} from "../types/Line.sol";
import {NormWord} from "../types/NormWord.sol";
import {Decision, Decisions} from "./Decisions.sol";

/// @title Cycles of counts
/// @notice How often is counted what a site has of a category, when it was counted last, and whether that is overdue.
abstract contract Cycles is Decisions {
    // ---------------------------------------------------------------------------------------------- immutables

    uint16 private constant _MOST_DAYS = 3_660;
    uint32 private constant _LOWEST_CATEGORY = 1_000_000;
    uint32 private constant _HIGHEST_CATEGORY = 9_999_999;
    /// @dev The digits of an item after its category.
    uint64 private constant _ITEMS_OF_CATEGORY = 100_000;
    uint256 private constant _COUNT_WORDS = 2;
    uint256 private constant _FLAG_REVERSED = 1;

    /// @dev The ledger whose counts are shown here.
    IStockLedger internal immutable _ledger;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(SiteId => mapping(CategoryId => NormWord)) private _cycles;
    mapping(SiteId => mapping(CategoryId => Counted)) private _counted;

    // --------------------------------------------------------------------------------------------- constructor

    constructor(IStockLedger ledger) {
        _ledger = ledger;
    }

    // -------------------------------------------------------------------------------------------------- cycles

    /// @inheritdoc INorms
    function setCycles(
        SiteId site,
        Cycle[] calldata cycles,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) external {
        Decision memory decision = _decisionAtSite(site, effectiveAt, source, authorityDivision);
        if (cycles.length == 0) revert NormsNothingSet();
        for (uint256 i; i < cycles.length; ++i) _setCycle(site, cycles[i], decision);
    }

    function _setCycle(SiteId site, Cycle calldata cycle_, Decision memory decision) private {
        CategoryId category = cycle_.category;
        if (CategoryId.unwrap(category) < _LOWEST_CATEGORY || CategoryId.unwrap(category) > _HIGHEST_CATEGORY) {
            revert NormsCategoryMalformed(category);
        }
        _requireAtMost(cycle_.dayCount, _MOST_DAYS);

        _cycles[site][category] =
            _cycles[site][category].set(cycle_.dayCount, decision.effectiveAt, block.timestamp);
        bytes32 digest = keccak256(
            abi.encode(
                CycleSet.selector,
                site,
                category,
                msg.sender,
                cycle_.dayCount,
                decision.effectiveAt,
                decision.source,
                decision.authorityDivision,
                decision.grantPosition,
                block.timestamp
            )
        );
        _roll(SiteId.unwrap(site), digest);
        emit CycleSet(
            site,
            category,
            msg.sender,
            cycle_.dayCount,
            decision.effectiveAt,
            decision.source,
            decision.authorityDivision,
            decision.grantPosition,
            uint64(block.timestamp)
        );
    }

    // -------------------------------------------------------------------------------------------------- counts

    /// @inheritdoc INorms
    function proveCount(DocumentKey key, Document calldata document) external {
        uint256 word = _ledger.document(key);
        bytes32 content = Contents.digest(Kind.COUNT, key, document);
        // slither-disable-next-line incorrect-equality (a word that is there, and digests)
        if (word == 0 || word >> 8 != uint256(content) >> 8) revert NormsDocumentOther(key);
        if (word & _FLAG_REVERSED != 0) revert NormsCountReversed(key);

        // The ledger took it from an opened site, so that it is an id of 64 bits.
        SiteId site = SiteId.wrap(uint64(document.from));
        uint64 countedAt = document.occurredAt.secondsOf();
        if (countedAt > block.timestamp) countedAt = uint64(block.timestamp);
        bool newer = false;
        for (uint256 i; i < document.lines.length; i += _COUNT_WORDS) {
            // slither-disable-next-line calls-loop (the ledger is honest code; lots are in it alone)
            ItemId item = _ledger.lot(Line.wrap(document.lines[i]).lot()).item();
            // After a category's first line it is known with this very count, and no line changes it again.
            if (_recordCounted(site, _categoryOf(item), Counted(key, countedAt))) newer = true;
        }
        if (!newer) revert NormsCountNotNewer(key);
    }

    /// @dev Whether it was later than what is known of the category, or what is known was reversed meanwhile.
    function _recordCounted(SiteId site, CategoryId category, Counted memory new_) private returns (bool) {
        Counted memory known = _counted[site][category];
        // What is known with this very count stands, so that the ledger is not asked again for every line.
        // slither-disable-next-line incorrect-equality (keys)
        bool same = DocumentKey.unwrap(known.key) == DocumentKey.unwrap(new_.key);
        if (new_.countedAt <= known.countedAt && (same || _stands(known))) return false;

        _counted[site][category] = new_;
        bytes32 digest = keccak256(
            abi.encode(
                CountProved.selector, site, category, new_.key, msg.sender, new_.countedAt, block.timestamp
            )
        );
        _roll(SiteId.unwrap(site), digest);
        // slither-disable-next-line reentrancy-events (the calls before are views)
        emit CountProved(site, category, new_.key, msg.sender, new_.countedAt, uint64(block.timestamp));
        return true;
    }

    /// @dev Whether there is such a count, and it is not reversed.
    function _stands(Counted memory count) private view returns (bool) {
        if (DocumentKey.unwrap(count.key) == 0) return false;
        // slither-disable-next-line calls-loop (the ledger is honest code; what is reversed is in it alone)
        return _ledger.document(count.key) & _FLAG_REVERSED == 0;
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc INorms
    function isStale(SiteId site, CategoryId category) public view returns (bool) {
        NormWord word = _cycles[site][category];
        uint256 dayCount = word.valueAt(block.timestamp);
        // slither-disable-next-line incorrect-equality (0 is no cycle)
        if (dayCount == 0) return false;

        uint256 due = word.since(block.timestamp) + dayCount * 1 days;
        if (block.timestamp <= due) return false;
        Counted memory known = _counted[site][category];
        return block.timestamp > known.countedAt + dayCount * 1 days || !_stands(known);
    }

    /// @inheritdoc INorms
    function cycle(SiteId site, CategoryId category) external view returns (NormWord) {
        return _cycles[site][category];
    }

    /// @inheritdoc INorms
    function counted(SiteId site, CategoryId category) external view returns (Counted memory) {
        return _counted[site][category];
    }

    /// @dev The category that an item's digits begin with.
    function _categoryOf(ItemId item) internal pure returns (CategoryId) {
        return CategoryId.wrap(uint32(ItemId.unwrap(item) / _ITEMS_OF_CATEGORY));
    }
}
