// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Divisions} from "../../contracts/libraries/Divisions.sol";
import {ConsigneeWord, ConsigneeWordLibrary} from "../../contracts/types/ConsigneeWord.sol";
import {DivisionWord, DivisionWordLibrary} from "../../contracts/types/DivisionWord.sol";
import {GrantWord, GrantWordLibrary} from "../../contracts/types/GrantWord.sol";
import {EntryKind, EntryWord, EntryWordLibrary, StateWord} from "../../contracts/types/History.sol";
import {CategoryId, DivisionId, ItemId, LotId, SiteId} from "../../contracts/types/Ids.sol";
import {ItemWord, ItemWordLibrary} from "../../contracts/types/ItemWord.sol";
import {Journal} from "../../contracts/types/Journal.sol";
import {Attributes, Line} from "../../contracts/types/Line.sol";
import {LotWord, LotWordLibrary} from "../../contracts/types/LotWord.sol";
import {SiteWord, SiteWordLibrary} from "../../contracts/types/SiteWord.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Status, Verdict, VerdictLibrary} from "../../contracts/types/Verdict.sol";
import {check, same, vm} from "./Vm.sol";

/// @notice What is packed into a word comes out of it, and changing one field leaves the others.
contract WordsTest {
    using Divisions for DivisionId;

    function testFuzz_line(uint160 lot, uint16 reason, uint64 quantity, uint64 other) public pure {
        quantity %= 2 ** 63;
        other %= 2 ** 63;
        Line line = Line.wrap(uint256(lot) << 96 | uint256(reason) << 80 | quantity);
        same(LotId.unwrap(line.lot()), lot, "lot");
        same(line.reason(), reason, "reason");
        same(line.quantity(), quantity, "quantity");
        check(line.isMissing() == (reason >= 2 ** 15), "missing");
        check(line.isWellFormed(), "well formed");
        same(Line.unwrap(line.withQuantity(other)), uint256(lot) << 96 | uint256(reason) << 80 | other, "another quantity");
    }

    function testFuzz_lineWithSpareBits(uint256 word) public pure {
        check(Line.wrap(word).isWellFormed() == ((word >> 63) % 2 ** 17 == 0), "spare bits");
    }

    function testFuzz_attributes(uint64 item, uint32 made, uint32 expires, uint128 low) public pure {
        Attributes attributes = Attributes.wrap(uint256(item) << 192 | uint256(made) << 160 | uint256(expires) << 128 | low);
        same(ItemId.unwrap(attributes.item()), item, "item");
        same(attributes.made(), made, "made");
        same(attributes.expires(), expires, "expires");
        check(attributes.isOwn() == (low % 2 == 1), "own");
        check(attributes.isWellFormed() == (low < 2), "well formed");
    }

    function testFuzz_lotId(uint64 item, uint256 source, bytes32 batch, uint32 made, uint32 expires, uint256 own)
        public
        pure
    {
        Attributes attributes = Attributes.wrap(uint256(item) << 192 | uint256(made) << 160 | uint256(expires) << 128);
        bytes32 digest = keccak256(abi.encode(item, source, batch, made, expires, own));
        same(LotId.unwrap(attributes.lotId(source, batch, own)), uint256(digest) >> 96, "lot id");
    }

    function testFuzz_lotWord(uint64 item, uint64 site, uint32 useUntil, bool held) public pure {
        vm.assume(item != 0);
        LotWord word = LotWordLibrary.create(ItemId.wrap(item), SiteId.wrap(site), useUntil, held);
        _assertLot(word, item, site, useUntil, held, false);
        _assertLot(word.recalled(), item, site, useUntil, held, true);
        _assertLot(word.recalled().released(), item, site, useUntil, false, true);
        _assertLot(word.recalled().lifted(), item, site, useUntil, held, false);
        _assertLot(word.released(), item, site, useUntil, false, false);
        check(!LotWord.wrap(0).exists(), "no lot");
    }

    function _assertLot(LotWord word, uint64 item, uint64 site, uint32 useUntil, bool held, bool recalled) private pure {
        check(word.exists(), "exists");
        same(ItemId.unwrap(word.item()), item, "item");
        same(SiteId.unwrap(word.creatingSite()), site, "creating site");
        same(word.useUntil(), useUntil, "use until");
        check(word.isHeld() == held, "held");
        check(word.isRecalled() == recalled, "recalled");
    }

    function testFuzz_itemWord(uint32 category, uint16 shelfLife, bytes3 unit, bool serial) public pure {
        ItemWord word = ItemWordLibrary.create(CategoryId.wrap(category), shelfLife, unit, serial);
        check(word.isRegistered() && !ItemWord.wrap(0).isRegistered(), "registered");
        same(CategoryId.unwrap(word.qualificationCategory()), category, "category");
        same(word.shelfLife(), shelfLife, "shelf life");
        check(word.unit() == unit, "unit");
        check(word.isSerial() == serial, "serial");
    }

    function testFuzz_grantWord(uint64 from, uint64 position, uint64 division, uint64 time, uint64 moved) public pure {
        division %= 2 ** 63;
        vm.assume(from != 0 && time != 0);
        GrantWord word = GrantWordLibrary.create(from, position, DivisionId.wrap(division));
        _assertGrant(word, from, 0, position, division, false);
        _assertGrant(word.revoke(time, moved), from, time, moved, division, false);
        _assertGrant(word.suspend(moved), from, 0, moved, division, true);
        _assertGrant(word.suspend(position).reinstate(moved), from, 0, moved, division, false);
        _assertGrant(word.suspend(position).revoke(time, moved), from, time, moved, division, true);
        check(word.acts(from) && !word.acts(from - 1), "acts from");
        check(!word.suspend(moved).acts(from) && !word.revoke(time, moved).acts(from), "acts no more");
        check(!GrantWord.wrap(0).stands(), "no grant");
    }

    function _assertGrant(GrantWord word, uint64 from, uint64 revokedAt, uint64 position, uint64 division, bool suspended)
        private
        pure
    {
        same(word.from(), from, "from");
        same(word.revokedAt(), revokedAt, "revoked at");
        same(word.position(), position, "position");
        same(DivisionId.unwrap(word.granterDivision()), division, "division of the granter");
        check(word.isSuspended() == suspended, "suspended");
        check(word.stands() == (revokedAt == 0), "stands");
    }

    function testFuzz_places(uint64 successor, bool disposal) public pure {
        SiteWord site = SiteWordLibrary.create(disposal);
        check(site.isRegistered() && !site.isClosed() && site.isDisposal() == disposal, "new site");
        SiteWord closedSite = site.close(SiteId.wrap(successor));
        check(closedSite.isRegistered() && closedSite.isClosed() && closedSite.isDisposal() == disposal, "closed site");
        same(SiteId.unwrap(closedSite.successor()), successor, "successor of a site");
        DivisionWord division = DivisionWordLibrary.create();
        check(division.isRegistered() && !division.isClosed(), "new division");
        DivisionWord closed = division.close(DivisionId.wrap(successor));
        check(closed.isRegistered() && closed.isClosed(), "closed division");
        same(DivisionId.unwrap(closed.successor()), successor, "successor of a division");
        ConsigneeWord consignee = ConsigneeWordLibrary.create(DivisionId.wrap(successor));
        check(consignee.isRegistered() && !consignee.isClosed() && consignee.close().isClosed(), "consignee");
        same(DivisionId.unwrap(consignee.close().division()), successor, "division of a consignee");
    }

    function testFuzz_entryWord(uint8 kind, uint16 reason, uint8 grade, uint40[4] memory times, bool byAuthority) public pure {
        kind %= 6;
        EntryWord word = EntryWordLibrary.create(EntryKind(kind), reason, times[0], times[1], byAuthority).withInterval(
            grade, times[2], times[3]
        );
        check(uint8(word.kind()) == kind, "kind");
        same(uint16(EntryWord.unwrap(word) >> 8), reason, "reason");
        same(word.grade(), grade, "grade");
        same(word.effectiveAt(), times[0], "effective at");
        same(uint40(EntryWord.unwrap(word) >> 72), times[1], "recorded at");
        same(word.from(), times[2], "from");
        same(word.until(), times[3], "until");
        same(EntryWord.unwrap(word) >> 192, byAuthority ? 1 : 0, "by an authority");
    }

    function testFuzz_stateWord(uint8 grade, uint40[4] memory times, uint64 position, bool byAuthority) public pure {
        vm.assume(times[3] != 0);
        EntryWord entry =
            EntryWordLibrary.create(EntryKind.ISSUED, 1, times[0], times[1], byAuthority).withInterval(grade, times[2], times[3]);
        StateWord state = StateWord.wrap(0).next(entry, position);
        check(state.kind() == EntryKind.ISSUED && state.count() == 1, "first entry");
        check(state.grade() == grade && state.from() == times[2] && state.until() == times[3], "interval");
        check(state.position() == position && state.isByAuthority() == byAuthority, "who and where");
        state = state.next(EntryWordLibrary.create(EntryKind.SUSPENDED, 2, times[1], times[1], !byAuthority), 7);
        check(state.kind() == EntryKind.SUSPENDED && state.count() == 2, "second entry");
        check(state.grade() == grade && state.from() == times[2] && state.until() == times[3], "interval stays");
        check(state.position() == 7 && state.isByAuthority() == !byAuthority, "who and where changed");
    }

    function testFuzz_verdict(uint8 status, uint8 grade, uint64 supplier, uint64 issuer) public pure {
        status %= 8;
        Verdict verdict = VerdictLibrary.pack(Status(status), grade, supplier, issuer);
        check(uint8(verdict.status()) == status && verdict.isValid() == (status == 1), "status");
        check(verdict.grade() == grade, "grade");
        check(verdict.supplierPosition() == supplier && verdict.issuerPosition() == issuer, "positions");
    }

    function testFuzz_timestamp(uint64 time, bool dayOnly) public pure {
        time %= 2 ** 63;
        Timestamp stamp = Timestamp.wrap(dayOnly ? time | 1 << 63 : time);
        check(stamp.secondsOf() == time && stamp.isDayOnly() == dayOnly, "claimed time");
    }

    function testFuzz_journal(uint192 digest, uint64 sequence, uint256 subject, bytes32 entry) public pure {
        vm.assume(sequence != type(uint64).max);
        Journal journal = Journal.wrap(uint256(digest) << 64 | sequence);
        Journal next = journal.roll(subject, entry);
        bytes32 typeHash = keccak256("Roll(uint256 journal,uint256 subject,bytes32 digest)");
        bytes32 rolled = keccak256(abi.encode(typeHash, journal, subject, entry));
        same(next.sequence(), sequence + 1, "sequence");
        same(Journal.unwrap(next) >> 64, uint256(rolled) >> 64, "digest");
        check(!next.isEmpty() && Journal.wrap(0).isEmpty(), "empty");
    }

    /// @notice A division contains the sites whose community it contains, by prefix of 0, 2, 4, 6, 9 or 12 digits.
    function testFuzz_containment(uint64 site, uint64 other, uint8 level) public pure {
        uint64 community = 100_000_000_000 + site % 900_000_000_000;
        uint64[6] memory cuts = [uint64(1), 1_000, 1_000_000, 100_000_000, 10_000_000_000, 1_000_000_000_000];
        uint64 prefix = community / cuts[level % 6];
        DivisionId division = DivisionId.wrap(prefix);
        SiteId inside = SiteId.wrap(community * 1_000 + 101);
        check(division.isWellFormed(), "well formed");
        check(division.containsSite(inside) && division.contains(inside.community()), "contains");
        check(division.parent().contains(division) && (prefix == 0) != division.parent().isAbove(division), "parent");
        SiteId elsewhere = SiteId.wrap((100_000_000_000 + other % 900_000_000_000) * 1_000 + 305);
        bool same_ = DivisionId.unwrap(elsewhere.community()) / cuts[level % 6] == prefix;
        check(division.containsSite(elsewhere) == same_, "contains another site");
        check(division.contains(elsewhere.community()) == same_, "contains another community");
        check(inside.mode() == 1 && elsewhere.mode() == 3 && inside.district() == community / 1_000_000, "parts of a site");
    }
}
