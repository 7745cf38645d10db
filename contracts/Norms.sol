// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Cycles} from "./base/Cycles.sol";
import {Decision, Decisions} from "./base/Decisions.sol";
import {Emergencies} from "./base/Emergencies.sol";
import {ICatalogue} from "./interfaces/ICatalogue.sol";
import {IDirectory} from "./interfaces/IDirectory.sol";
import {Floor, Giving, INorms} from "./interfaces/INorms.sol";
import {IStockLedger} from "./interfaces/IStockLedger.sol";
import {Divisions} from "./libraries/Divisions.sol";
import {DivisionId, ItemId, SiteId} from "./types/Ids.sol";
import {NormWord} from "./types/NormWord.sol";

/// @title Norms
/// @dev Read from below: `Decisions` (who decides, from when, journals), `Emergencies`, `Cycles` (cycles, counts that
/// were proved, what is overdue), and here floors, terms and what follows from all of them.
contract Norms is Cycles, Emergencies {
    using Divisions for DivisionId;

    // ---------------------------------------------------------------------------------------------- immutables

    uint256 private constant _MOST_QUANTITY = (1 << 63) - 1;
    uint8 private constant _MODES = 5;
    uint16 private constant _MOST_SHARE = 10_000;
    uint16 private constant _MOST_NOTICE = 366;
    /// @dev Says that terms are set, so that a share and a notice of 0 are terms too.
    uint64 private constant _TERMS_SET = 1 << 63;

    ICatalogue private immutable _catalogue;

    // ------------------------------------------------------------------------------------------------- storage

    mapping(SiteId => mapping(ItemId => NormWord)) private _floors;
    mapping(DivisionId => mapping(uint8 mode => NormWord)) private _terms;

    // --------------------------------------------------------------------------------------------- constructor

    /// @param directory the directory whose grants and places count here
    /// @param catalogue the catalogue whose items have floors here
    /// @param ledger the ledger whose counts are shown here
    constructor(IDirectory directory, ICatalogue catalogue, IStockLedger ledger) Decisions(directory) Cycles(ledger) {
        _catalogue = catalogue;
    }

    // -------------------------------------------------------------------------------------------------- floors

    /// @inheritdoc INorms
    function setFloors(
        SiteId site,
        Floor[] calldata floors,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) external {
        Decision memory decision = _decisionAtSite(site, effectiveAt, source, authorityDivision);
        if (floors.length == 0) revert NormsNothingSet();
        for (uint256 i; i < floors.length; ++i) _setFloor(site, floors[i], decision);
    }

    function _setFloor(SiteId site, Floor calldata floor_, Decision memory decision) private {
        ItemId item = floor_.item;
        // slither-disable-next-line calls-loop (the catalogue is honest code; items are in it alone)
        if (!_catalogue.item(item).isRegistered()) revert NormsItemUnknown(item);
        _requireAtMost(floor_.quantity, _MOST_QUANTITY);

        _floors[site][item] = _floors[site][item].set(floor_.quantity, decision.effectiveAt, block.timestamp);
        bytes32 digest = keccak256(
            abi.encode(
                FloorSet.selector,
                site,
                item,
                msg.sender,
                floor_.quantity,
                decision.effectiveAt,
                decision.source,
                decision.authorityDivision,
                decision.grantPosition,
                block.timestamp
            )
        );
        _roll(SiteId.unwrap(site), digest);
        // slither-disable-next-line reentrancy-events (the calls before are views)
        emit FloorSet(
            site,
            item,
            msg.sender,
            floor_.quantity,
            decision.effectiveAt,
            decision.source,
            decision.authorityDivision,
            decision.grantPosition,
            uint64(block.timestamp)
        );
    }

    // --------------------------------------------------------------------------------------------------- terms

    /// @inheritdoc INorms
    function setTerms(
        DivisionId division,
        uint8 mode,
        uint16 share,
        uint16 noticeDays,
        uint64 effectiveAt,
        bytes32 source,
        DivisionId authorityDivision
    ) external {
        Decision memory decision = _decisionAtDivision(division, effectiveAt, source, authorityDivision);
        if (mode == 0 || mode > _MODES) revert NormsModeUnknown(mode);
        _requireAtMost(share, _MOST_SHARE);
        _requireAtMost(noticeDays, _MOST_NOTICE);

        _recordTerms(division, mode, share, noticeDays, decision);
    }

    /// @dev Without checks.
    function _recordTerms(
        DivisionId division,
        uint8 mode,
        uint16 share,
        uint16 noticeDays,
        Decision memory decision
    ) private {
        uint64 value = _TERMS_SET | uint64(noticeDays) << 16 | share;
        _terms[division][mode] = _terms[division][mode].set(value, decision.effectiveAt, block.timestamp);
        bytes32 digest = keccak256(
            abi.encode(
                TermsSet.selector,
                division,
                mode,
                msg.sender,
                share,
                noticeDays,
                decision.effectiveAt,
                decision.source,
                decision.authorityDivision,
                decision.grantPosition,
                block.timestamp
            )
        );
        _roll(DivisionId.unwrap(division), digest);
        emit TermsSet(
            division,
            mode,
            msg.sender,
            share,
            noticeDays,
            decision.effectiveAt,
            decision.source,
            decision.authorityDivision,
            decision.grantPosition,
            uint64(block.timestamp)
        );
    }

    // --------------------------------------------------------------------------------------------------- views

    /// @inheritdoc INorms
    function giving(SiteId site, ItemId item) external view returns (Giving memory found) {
        found.floor = _floors[site][item].valueAt(block.timestamp);
        uint64 ruling = _rulingTerms(site);
        found.callable = ruling != 0;
        found.share = uint16(ruling);
        found.noticeDays = uint16(ruling >> 16);
        found.stale = isStale(site, _categoryOf(item));
    }

    /// @dev The value of the terms in force at the nearest division above the site that has some for its mode; 0 where
    /// none has.
    function _rulingTerms(SiteId site) private view returns (uint64 value) {
        uint8 mode = uint8(site.mode());
        DivisionId division = site.community();
        value = _terms[division][mode].valueAt(block.timestamp);
        // slither-disable-next-line incorrect-equality (0 says that there are none)
        while (value == 0 && division != Divisions.ROOT) {
            division = division.parent();
            value = _terms[division][mode].valueAt(block.timestamp);
        }
    }

    /// @inheritdoc INorms
    function floor(SiteId site, ItemId item) external view returns (NormWord) {
        return _floors[site][item];
    }

    /// @inheritdoc INorms
    function terms(DivisionId division, uint8 mode) external view returns (NormWord) {
        return _terms[division][mode];
    }
}
