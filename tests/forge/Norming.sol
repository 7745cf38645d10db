// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEmergencies} from "../../contracts/interfaces/IEmergencies.sol";
import {Counted, Cycle, Floor, Giving, INorms} from "../../contracts/interfaces/INorms.sol";
import {CategoryId, DivisionId, DocumentKey, ItemId, SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Calls} from "./Calls.sol";
import {covers, ladder, LEVELS} from "./Rules.sol";
import {same} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice A value of a norm and from when it holds.
struct Entry {
    uint256 value;
    uint64 from;
}

/// @notice The last count of a category that was proved: its place among the recorded documents.
struct Proved {
    bool known;
    uint256 index;
    uint64 countedAt;
}

/// @notice An emergency as it was declared last.
struct Alarm {
    bool known;
    uint64 from;
    uint64 until;
    uint64 declaredBy;
}

/// @notice Where, from when and by whom norms are to be set.
struct Setting {
    uint64 subject;
    uint64 effectiveAt;
    bytes32 source;
    uint256 key;
    uint64 division;
}

/// @notice Norms as they should be: each a list of what was set, read back without words.
abstract contract Norming is Calls {
    uint256 internal constant NOTICE = 1 << 16;

    mapping(bytes32 norm => Entry[] entries) private _entries;
    mapping(uint64 site => mapping(uint32 category => Proved proved)) internal proved;
    mapping(uint64 division => Alarm alarm) internal alarms;

    // ------------------------------------------------------------------------------------------------ reading

    /// @dev What holds now and since when; nothing where nothing was set.
    function _normNow(bytes32 norm) private view returns (bool known, uint256 value, uint64 since) {
        Entry[] storage entries = _entries[norm];
        for (uint256 i = entries.length; i > 0; --i) {
            if (entries[i - 1].from <= block.timestamp) return (true, entries[i - 1].value, entries[i - 1].from);
        }
    }

    function _floorOf(uint64 site, uint64 item) internal view returns (uint256 quantity) {
        (, quantity,) = _normNow(_floorKey(site, item));
    }

    function _givingOf(uint64 site, uint64 item) internal view returns (Giving memory giving) {
        giving.floor = uint64(_floorOf(site, item));
        uint64[LEVELS] memory rungs = ladder(site / 1e3);
        for (uint256 i; i < LEVELS && !giving.callable; ++i) {
            (bool known, uint256 value,) = _normNow(_termsKey(rungs[i], _mode(site)));
            if (!known) continue;
            (giving.callable, giving.share, giving.noticeDays) = (true, uint16(value), uint16(value / NOTICE));
        }
        giving.stale = _isOverdue(site, uint32(item / 1e5));
    }

    function _isOverdue(uint64 site, uint32 category) internal view returns (bool) {
        (, uint256 dayCount, uint64 last) = _normNow(_cycleKey(site, category));
        Proved storage count = proved[site][category];
        if (count.known && !recorded[count.index].reversed && count.countedAt > last) last = count.countedAt;
        return dayCount != 0 && block.timestamp > last + dayCount * 1 days;
    }

    /// @dev The highest rung of the site's ladder, from `rung` on, on which an emergency is in force.
    function _emergencyFrom(uint64 site, uint256 rung) internal view returns (bool inForce, uint256 highest) {
        uint64[LEVELS] memory rungs = ladder(site / 1e3);
        for (; rung < LEVELS; ++rung) {
            Alarm storage alarm = alarms[rungs[rung]];
            if (alarm.known && block.timestamp < alarm.until) (inForce, highest) = (true, rung);
        }
    }

    function _floorKey(uint64 site, uint64 item) private pure returns (bytes32) {
        return keccak256(abi.encode("floor", site, item));
    }

    function _termsKey(uint64 division, uint8 mode) private pure returns (bytes32) {
        return keccak256(abi.encode("terms", division, mode));
    }

    function _cycleKey(uint64 site, uint32 category) private pure returns (bytes32) {
        return keccak256(abi.encode("cycle", site, category));
    }

    function _mode(uint64 site) private pure returns (uint8) {
        return uint8(site / 100 % 10);
    }

    // ------------------------------------------------------------------------------------------------ setting

    /// @dev An authority and a time: mostly good ones.
    function _setting(uint64 subject) private returns (Setting memory setting) {
        setting.subject = subject;
        setting.key = _authority();
        setting.division = divisionOf[setting.key];
        if (_chance(3)) setting.division = CITY;
        if (_chance(40)) setting.effectiveAt = uint64(block.timestamp + _draw(6 days));
        if (_chance(4)) setting.effectiveAt = uint64(block.timestamp - 1 - _draw(9 days));
        if (_chance(2)) setting.effectiveAt = uint64(block.timestamp + 366 days + 1);
        if (!_chance(3)) setting.source = keccak256("a decision");
    }

    function _authority() internal returns (uint256) {
        if (_chance(4)) return _chance(50) ? COMMUNITY_AUTHORITY : STRANGER;
        return _chance(50) ? ROOT : STREET_AUTHORITY + _draw(3);
    }

    function _refuseSetting(Setting memory setting, bool isOpen, uint64 inner, bytes4 notOpen) private {
        _refuseUnlessGranted(setting.key, Role.AUTHORITY, setting.division);
        _refuseIf(setting.division > 999_999_999, INorms.NormsAuthorityBound.selector);
        _refuseIf(!covers(setting.division, inner), IEmergencies.NormsAuthorityElsewhere.selector);
        _refuseIf(!isOpen, notOpen);
        _refuseIf(setting.source == 0, INorms.NormsSourceMissing.selector);
        uint64 from = setting.effectiveAt;
        _refuseIf(
            from != 0 && (from < block.timestamp || from > block.timestamp + 366 days), INorms.NormsEffectiveOutside.selector
        );
    }

    /// @dev What waits is replaced; what holds goes on until then.
    function _enter(bytes32 norm, uint256 value, uint64 effectiveAt) private {
        Entry[] storage entries = _entries[norm];
        while (entries.length != 0 && entries[entries.length - 1].from > block.timestamp) entries.pop();
        entries.push(Entry(value, effectiveAt == 0 ? uint64(block.timestamp) : effectiveAt));
    }

    function _item() internal returns (uint64) {
        uint256 way = _draw(6);
        return way < 3 ? GRAIN : way == 3 ? MASK : PACK + uint64(way - 4);
    }

    /// @dev A site and an item that norms are set for.
    function _aim() internal virtual returns (uint64 site, uint64 item) {
        return (sites[_draw(sites.length)], _item());
    }

    function _setSomeFloors() internal {
        (uint64 site, uint64 item) = _aim();
        Setting memory setting = _setting(site);
        Floor[] memory floors = new Floor[](1 + _draw(2));
        for (uint256 i; i < floors.length; ++i) {
            floors[i] = Floor(ItemId.wrap(i == 0 ? item : _item()), uint64(_draw(_chance(60) ? 300 : 4_000)));
        }
        if (_chance(2)) floors = new Floor[](0);
        _setFloors(setting, floors);
    }

    function _setFloors(Setting memory setting, Floor[] memory floors) internal {
        uint64 site = setting.subject;
        _refuseSetting(setting, !closed[site], site / 1e3, INorms.NormsSiteNotOpen.selector);
        _refuseIf(floors.length == 0, INorms.NormsNothingSet.selector);
        for (uint256 i; i < floors.length; ++i) {
            if (_chance(2)) floors[i].quantity |= 1 << 63;
            if (_chance(2)) floors[i].item = ItemId.wrap(201_0101_00009);
            _refuseIf(floors[i].quantity >> 63 != 0, INorms.NormsValueInvalid.selector);
            _refuseIf(ItemId.unwrap(floors[i].item) == 201_0101_00009, INorms.NormsItemUnknown.selector);
        }
        (bool accepted,) = _ask(
            setting.key,
            address(norms),
            abi.encodeCall(
                INorms.setFloors,
                (SiteId.wrap(site), floors, setting.effectiveAt, setting.source, DivisionId.wrap(setting.division))
            ),
            floors.length
        );
        if (!accepted) return;
        for (uint256 i; i < floors.length; ++i) {
            _enter(_floorKey(site, ItemId.unwrap(floors[i].item)), floors[i].quantity, setting.effectiveAt);
        }
    }

    function _setSomeTerms() internal {
        (uint64 site,) = _aim();
        uint64[LEVELS] memory rungs = ladder(site / 1e3);
        uint8 mode = _chance(70) ? _mode(site) : uint8(1 + _draw(5));
        if (_chance(2)) mode = _chance(50) ? 0 : 6;
        uint256 share = _chance(70) ? 5_000 + _draw(5_001) : _draw(5_000);
        uint256 noticeDays = _chance(70) ? 0 : _draw(9);
        if (_chance(2)) share = 10_001;
        if (_chance(2)) noticeDays = 367;
        _setTerms(_setting(rungs[_draw(LEVELS)]), mode, uint16(share), uint16(noticeDays));
    }

    function _setTerms(Setting memory setting, uint8 mode, uint16 share, uint16 noticeDays) internal {
        _refuseSetting(setting, true, setting.subject, INorms.NormsDivisionNotOpen.selector);
        _refuseIf(mode == 0 || mode > 5, INorms.NormsModeUnknown.selector);
        _refuseIf(share > 10_000 || noticeDays > 366, INorms.NormsValueInvalid.selector);
        (bool accepted,) = _ask(
            setting.key,
            address(norms),
            abi.encodeCall(
                INorms.setTerms,
                (
                    DivisionId.wrap(setting.subject),
                    mode,
                    share,
                    noticeDays,
                    setting.effectiveAt,
                    setting.source,
                    DivisionId.wrap(setting.division)
                )
            ),
            1
        );
        if (accepted) _enter(_termsKey(setting.subject, mode), share + noticeDays * NOTICE, setting.effectiveAt);
    }

    function _setSomeCycles() internal {
        (uint64 site, uint64 item) = _aim();
        Setting memory setting = _setting(site);
        Cycle[] memory cycles = new Cycle[](1);
        cycles[0] = Cycle(CategoryId.wrap(uint32(item / 1e5)), uint16(_chance(10) ? 0 : 1 + _draw(5)));
        if (_chance(2)) cycles[0].dayCount = 3_661;
        if (_chance(2)) cycles[0].category = CategoryId.wrap(999_999);
        if (_chance(2)) cycles = new Cycle[](0);
        _setCycles(setting, cycles);
    }

    function _setCycles(Setting memory setting, Cycle[] memory cycles) internal {
        uint64 site = setting.subject;
        _refuseSetting(setting, !closed[site], site / 1e3, INorms.NormsSiteNotOpen.selector);
        _refuseIf(cycles.length == 0, INorms.NormsNothingSet.selector);
        for (uint256 i; i < cycles.length; ++i) {
            _refuseIf(cycles[i].dayCount > 3_660, INorms.NormsValueInvalid.selector);
            _refuseIf(CategoryId.unwrap(cycles[i].category) < 1e6, INorms.NormsCategoryMalformed.selector);
        }
        (bool accepted,) = _ask(
            setting.key,
            address(norms),
            abi.encodeCall(
                INorms.setCycles,
                (SiteId.wrap(site), cycles, setting.effectiveAt, setting.source, DivisionId.wrap(setting.division))
            ),
            cycles.length
        );
        if (!accepted) return;
        for (uint256 i; i < cycles.length; ++i) {
            bytes32 norm = _cycleKey(site, CategoryId.unwrap(cycles[i].category));
            _enter(norm, cycles[i].dayCount, setting.effectiveAt);
        }
    }

    /// @dev Lets a site give all that it has of an item at once, by the root.
    function _ease(uint64 site, uint64 item) internal {
        _setOwnTerms(site, 10_000, 0);
        if (!closed[site]) _setOwnCycle(site, item, 0);
    }

    /// @dev Terms for sites of this mode in this community alone, by the root, from now on.
    function _setOwnTerms(uint64 site, uint256 share, uint256 noticeDays) internal {
        _setTerms(_byRoot(site / 1e3), _mode(site), uint16(share), uint16(noticeDays));
    }

    function _setOwnCycle(uint64 site, uint64 item, uint16 dayCount) internal {
        Cycle[] memory cycles = new Cycle[](1);
        cycles[0] = Cycle(CategoryId.wrap(uint32(item / 1e5)), dayCount);
        _setCycles(_byRoot(site), cycles);
    }

    function _setOwnFloor(uint64 site, uint64 item, uint256 quantity) internal {
        Floor[] memory floors = new Floor[](1);
        floors[0] = Floor(ItemId.wrap(item), uint64(quantity));
        _setFloors(_byRoot(site), floors);
    }

    function _byRoot(uint64 subject) private pure returns (Setting memory) {
        return Setting(subject, 0, keccak256("a decision"), ROOT, 0);
    }

    // ------------------------------------------------------------------------------------------------ counts

    /// @dev Shows one of the documents, mostly a count as it stands.
    function _proveSome() internal {
        uint256 index = _chance(40) ? _count(_takingSite()) : _draw(recorded.length);
        for (uint256 i; i < recorded.length && recorded[index].kind != Kind.COUNT && !_chance(2); ++i) {
            index = (index + 1) % recorded.length;
        }
        Draft memory draft = drafts[index];
        uint248 key = recorded[index].key;
        bool other = _chance(5);
        if (other && _chance(50)) key = uint248(_draw(type(uint248).max));
        else if (other) draft.document.reason ^= 1;
        _refuseIf(other || recorded[index].kind != Kind.COUNT, INorms.NormsDocumentOther.selector);
        _refuseIf(recorded[index].reversed, INorms.NormsCountReversed.selector);
        _prove(index, key, draft);
    }

    function _prove(uint256 index, uint248 key, Draft memory draft) private {
        uint64 site = uint64(draft.document.from);
        (uint32[] memory categories, uint64 countedAt) = _newlyCounted(site, draft);
        // What is no count may have lines that say anything.
        if (!_isRefused()) _refuseIf(categories.length == 0, INorms.NormsCountNotNewer.selector);
        (bool accepted,) = _ask(
            STRANGER,
            address(norms),
            abi.encodeCall(INorms.proveCount, (DocumentKey.wrap(key), draft.document)),
            categories.length
        );
        if (!accepted) return;
        for (uint256 i; i < categories.length; ++i) proved[site][categories[i]] = Proved(true, index, countedAt);
    }

    /// @dev Each category once, if nothing later was proved of it or what was is reversed.
    function _newlyCounted(uint64 site, Draft memory draft) private view returns (uint32[] memory fresh, uint64 countedAt) {
        countedAt = Timestamp.unwrap(draft.document.occurredAt) & type(uint64).max >> 1;
        if (countedAt > block.timestamp) countedAt = uint64(block.timestamp);
        fresh = new uint32[](draft.document.lines.length);
        uint256 length;
        for (uint256 i; i < draft.document.lines.length; i += 2) {
            uint32 category = uint32(goodsOf[uint160(draft.document.lines[i] >> 96)].item / 1e5);
            Proved storage last = proved[site][category];
            bool newer = !last.known || recorded[last.index].reversed || countedAt > last.countedAt;
            for (uint256 j; j < length; ++j) if (fresh[j] == category) newer = false;
            if (newer) fresh[length++] = category;
        }
        assembly {
            mstore(fresh, length)
        }
    }

    // ------------------------------------------------------------------------------------------------ emergencies

    function _declareSome() internal {
        uint64[LEVELS] memory rungs = ladder(sites[_draw(sites.length)] / 1e3);
        Setting memory setting = _setting(rungs[_draw(1 + _draw(LEVELS))]);
        uint256 until = block.timestamp + 1 + _draw(_chance(60) ? 2 days : 30 days);
        if (_chance(4)) until = _chance(50) ? block.timestamp : block.timestamp + 30 days + 1;
        uint16 reason = _chance(3) ? 0 : 7;
        _refuseAlarm(setting, reason);
        _refuseIf(setting.source == 0, INorms.NormsSourceMissing.selector);
        _refuseIf(
            until <= block.timestamp || until > block.timestamp + 30 days, IEmergencies.NormsEmergencyTooLong.selector
        );
        Alarm memory old = alarms[setting.subject];
        bool higher = covers(old.declaredBy, setting.division) && setting.division != old.declaredBy;
        bool prolongs = _isRecent(old) && higher;
        // Nor does the same grant go on at or below what it declared.
        for (uint256 i; i < LEVELS; ++i) {
            Alarm memory last = alarms[rungs[i]];
            bool own = last.declaredBy == setting.division && covers(rungs[i], setting.subject);
            if (_isRecent(last) && own && setting.division != 0) prolongs = true;
        }
        _refuseIf(prolongs, IEmergencies.NormsEmergencyNotAbove.selector);
        (bool accepted,) = _ask(
            setting.key,
            address(norms),
            abi.encodeCall(
                IEmergencies.declareEmergency,
                (
                    DivisionId.wrap(setting.subject),
                    uint64(until),
                    reason,
                    setting.source,
                    DivisionId.wrap(setting.division)
                )
            ),
            1
        );
        if (!accepted) return;
        uint64 from = old.known && block.timestamp < old.until ? old.from : uint64(block.timestamp);
        alarms[setting.subject] = Alarm(true, from, uint64(until), setting.division);
    }

    function _isRecent(Alarm memory alarm) private view returns (bool) {
        return alarm.known && block.timestamp < uint256(alarm.until) + 30 days;
    }

    function _refuseAlarm(Setting memory setting, uint16 reason) private {
        _refuseUnlessGranted(setting.key, Role.AUTHORITY, setting.division);
        _refuseIf(!covers(setting.division, setting.subject), IEmergencies.NormsAuthorityElsewhere.selector);
        _refuseIf(reason == 0, IEmergencies.NormsReasonMissing.selector);
    }

    function _endSome() internal {
        uint64[LEVELS] memory rungs = ladder(sites[_draw(sites.length)] / 1e3);
        uint256 rung = _draw(LEVELS);
        // The next above it on which one is in force, if there is any.
        for (uint256 i; i < LEVELS && block.timestamp >= alarms[rungs[rung]].until; ++i) rung = (rung + 1) % LEVELS;
        Setting memory setting = _setting(rungs[rung]);
        uint16 reason = _chance(3) ? 0 : 7;
        _refuseAlarm(setting, reason);
        Alarm storage alarm = alarms[setting.subject];
        _refuseIf(block.timestamp >= alarm.until, IEmergencies.NormsNoEmergency.selector);
        (bool accepted,) = _ask(
            setting.key,
            address(norms),
            abi.encodeCall(
                IEmergencies.endEmergency,
                (DivisionId.wrap(setting.subject), reason, DivisionId.wrap(setting.division))
            ),
            1
        );
        if (accepted) alarm.until = uint64(block.timestamp);
    }

    // ------------------------------------------------------------------------------------------------ what must hold

    /// @notice What each site gives of each item, which counts are overdue, and which emergencies are in force.
    function assertNorms() external view {
        uint64[4] memory items = [PACK, PIECE, MASK, GRAIN];
        for (uint256 i; i < sites.length; ++i) {
            for (uint256 j; j < items.length; ++j) _assertGiving(sites[i], items[j]);
            for (uint256 j; j < 3; ++j) _assertCounted(sites[i], uint32(items[j + 1] / 1e5));
            _assertEmergency(sites[i]);
        }
    }

    function _assertGiving(uint64 site, uint64 item) private view {
        Giving memory found = norms.giving(SiteId.wrap(site), ItemId.wrap(item));
        Giving memory expected = _givingOf(site, item);
        same(found.floor, expected.floor, "floor");
        same(found.callable ? 1 : 0, expected.callable ? 1 : 0, "whether a site gives");
        same(found.share, expected.share, "callable share");
        same(found.noticeDays, expected.noticeDays, "days of notice");
        same(found.stale ? 1 : 0, expected.stale ? 1 : 0, "whether a count is overdue");
    }

    function _assertCounted(uint64 site, uint32 category) private view {
        Counted memory found = norms.counted(SiteId.wrap(site), CategoryId.wrap(category));
        Proved storage expected = proved[site][category];
        same(DocumentKey.unwrap(found.key), expected.known ? recorded[expected.index].key : 0, "last count");
        same(found.countedAt, expected.countedAt, "time of the last count");
    }

    function _assertEmergency(uint64 site) private view {
        (bool inForce, DivisionId highest) = norms.emergencyOver(DivisionId.wrap(site / 1e3));
        (bool expected, uint256 rung) = _emergencyFrom(site, 0);
        same(inForce ? 1 : 0, expected ? 1 : 0, "whether an emergency is in force");
        if (inForce) same(DivisionId.unwrap(highest), ladder(site / 1e3)[rung], "highest division in an emergency");
    }
}
