// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISupplierRegistry} from "../../contracts/interfaces/ISupplierRegistry.sol";
import {EntryWord, StateWord} from "../../contracts/types/History.sol";
import {CategoryId, IssuerId, QualificationId, SupplierId} from "../../contracts/types/Ids.sol";
import {Verdict} from "../../contracts/types/Verdict.sol";
import {check, same, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice The state word of a qualification and of an accreditation against the pure function over their entries,
/// after any entries in any order, and at any time.
contract HistoriesTest is World {
    uint8 private constant ISSUED = 1;
    uint8 private constant RENEWED = 2;
    uint8 private constant SUSPENDED = 3;
    uint8 private constant REVOKED = 5;

    IssuerId private _issuer = IssuerId.wrap(ISSUER);
    SupplierId private _supplier = SupplierId.wrap(SUPPLIER);
    CategoryId private _category = CategoryId.wrap(CATEGORY);
    uint256 private _random;
    uint256 private _recorded;

    struct Judged {
        uint8 status;
        uint8 grade;
        uint8 last;
        uint64 from;
        uint64 until;
    }

    function setUp() public {
        _build();
    }

    function testFuzz_stateWordsEqualTheEntries(uint256 seed) public {
        _random = seed;
        QualificationId id = _newQualification();
        for (uint256 i; i < 24; ++i) {
            uint256 way = _draw(10);
            // Revocations end a history, so they are rarer than the rest.
            if ((way == 3 || way == 7) && _draw(4) != 0) way -= 2;
            _change(id, way, _draw(3) == 0);
            if (_draw(2) == 0) vm.warp(block.timestamp + _draw(20 days));
            _assertEqual(id);
        }
        check(_recorded != 0, "entries were recorded");
    }

    /// @notice A history never holds more than 64 entries, and the last place takes a revocation only.
    function testFuzz_historyIsBounded(uint256 seed) public {
        _random = seed;
        QualificationId id = _newQualification();
        for (uint256 i; i < 70; ++i) _change(id, i % 2 == 0 ? 1 : 2, seed % 2 == 0);
        same(registry.qualificationEntries(id).length, 63, "entries before the last place");
        _change(id, 3, seed % 3 == 0);
        same(registry.qualificationEntries(id).length, 64, "entries with the revocation");
        _assertEqual(id);
    }

    function _newQualification() private returns (QualificationId) {
        uint64 from = uint64(block.timestamp - 5 days + _draw(10 days));
        vm.prank(vm.addr(ISSUING));
        return registry.issueQualification(
            _issuer, _supplier, _category, uint8(1 + _draw(4)), from, from + 6 days + uint64(_draw(30 days)), "another file"
        );
    }

    /// @dev Tries one change; the registry refuses what may not follow.
    function _change(QualificationId id, uint256 way, bool byRoot) private {
        uint64 past = uint64(block.timestamp - _draw(3 days));
        bytes memory data;
        if (way == 0) data = abi.encodeCall(ISupplierRegistry.renewQualification, (id, uint8(1 + _draw(4)), uint64(block.timestamp + 1 + _draw(60 days))));
        if (way == 1) data = abi.encodeCall(ISupplierRegistry.suspendQualification, (id, 7, past));
        if (way == 2) data = abi.encodeCall(ISupplierRegistry.reinstateQualification, (id, 7));
        if (way == 3) data = abi.encodeCall(ISupplierRegistry.revokeQualification, (id, 7, past));
        if (way == 4) data = abi.encodeCall(ISupplierRegistry.renewAccreditation, (_issuer, _category, uint64(block.timestamp + 1 + _draw(60 days))));
        if (way == 5) data = abi.encodeCall(ISupplierRegistry.suspendAccreditation, (_issuer, _category, 7, past));
        if (way == 6 || way == 8) data = abi.encodeCall(ISupplierRegistry.reinstateAccreditation, (_issuer, _category, 7));
        if (way == 7) data = abi.encodeCall(ISupplierRegistry.revokeAccreditation, (_issuer, _category, 7, past));
        if (way == 9) data = abi.encodeCall(ISupplierRegistry.renewQualification, (id, 2, uint64(block.timestamp + 50 days)));
        uint256 qualifications = registry.qualificationEntries(id).length;
        uint256 accreditations = registry.accreditationEntries(_issuer, _category).length;
        bool issuers = way == 0 || way == 9 || (way < 4 && !byRoot);
        vm.prank(vm.addr(issuers ? ISSUING : ROOT));
        (bool done,) = address(registry).call(data);
        uint256 added = registry.qualificationEntries(id).length - qualifications
            + registry.accreditationEntries(_issuer, _category).length - accreditations;
        same(added, done ? 1 : 0, "entries of one change");
        if (done) ++_recorded;
    }

    // ------------------------------------------------------------------------------------------------ equality

    function _assertEqual(QualificationId id) private {
        EntryWord[] memory entries = registry.qualificationEntries(id);
        EntryWord[] memory others = registry.accreditationEntries(_issuer, _category);
        _assertState(registry.qualificationState(id), entries);
        _assertState(registry.accreditationState(_issuer, _category), others);

        Judged memory now_ = _judged(entries, block.timestamp);
        Judged memory accredited = _judged(others, block.timestamp);
        (Verdict verdict, CategoryId category) = registry.verdictNow(_supplier, id);
        same(Verdict.unwrap(verdict) & 0xffff, _joined(now_, accredited), "verdict from the state words");
        same(CategoryId.unwrap(category), CATEGORY, "category");
        (Verdict listed,) = registry.verdictAt(_supplier, id, uint64(block.timestamp));
        same(Verdict.unwrap(listed), Verdict.unwrap(verdict), "verdict from the entries, now");

        uint64 then = uint64(block.timestamp - _draw(40 days));
        (listed,) = registry.verdictAt(_supplier, id, then);
        uint256 expected = _joined(_judged(entries, then), _judged(others, then));
        same(Verdict.unwrap(listed) & 0xffff, expected, "verdict from the entries, then");
        _assertKnown(id, entries, others, then);

        (bool accepts,) = address(registry).call(abi.encodeCall(ISupplierRegistry.requireAccredited, (_issuer, _category)));
        check(accepts == (accredited.status == 1), "whether the issuer is accredited");
    }

    /// @dev With fewer entries known the verdict is that of the shorter lists.
    function _assertKnown(QualificationId id, EntryWord[] memory entries, EntryWord[] memory others, uint64 then)
        private
    {
        uint256 known = _draw(entries.length + 1);
        uint256 otherKnown = _draw(others.length + 1);
        Verdict verdict = registry.verdictWith(id, then, known, otherKnown);
        assembly {
            mstore(entries, known)
            mstore(others, otherKnown)
        }
        same(Verdict.unwrap(verdict), _joined(_judged(entries, then), _judged(others, then)), "verdict of what was known");
    }

    function _assertState(StateWord state, EntryWord[] memory entries) private view {
        Judged memory judged = _judged(entries, block.timestamp);
        uint256 word = StateWord.unwrap(state);
        same(uint8(word), judged.last, "kind of the last entry");
        same(uint8(word >> 8), judged.grade, "grade");
        same(uint40(word >> 16), judged.from, "from");
        same(uint40(word >> 56), judged.until, "until");
        same(uint8(word >> 96), entries.length, "number of entries");
        same(word >> 168, EntryWord.unwrap(entries[entries.length - 1]) >> 192, "by an authority");
    }

    /// @dev The pure function: the last entry that counts by `time` rules; interval and grade are of the last ISSUED or
    /// RENEWED at or before it. Written from the words' layout, not from the library.
    function _judged(EntryWord[] memory entries, uint256 time) private pure returns (Judged memory judged) {
        if (entries.length == 0) return judged;
        judged.grade = uint8(EntryWord.unwrap(entries[0]) >> 24);
        bool rules;
        for (uint256 i; i < entries.length; ++i) if (uint40(EntryWord.unwrap(entries[i]) >> 32) <= time) rules = true;
        uint256 ruling;
        for (uint256 i; i < entries.length; ++i) if (uint40(EntryWord.unwrap(entries[i]) >> 32) <= time) ruling = i;
        if (!rules) {
            judged.status = 2;
            return judged;
        }
        for (uint256 i; i <= ruling; ++i) {
            uint256 word = EntryWord.unwrap(entries[i]);
            judged.last = uint8(word);
            if (judged.last != ISSUED && judged.last != RENEWED) continue;
            (judged.grade, judged.from, judged.until) = (uint8(word >> 24), uint40(word >> 112), uint40(word >> 152));
        }
        if (judged.last == REVOKED) judged.status = 5;
        else if (judged.last == SUSPENDED) judged.status = 4;
        else if (time >= judged.until) judged.status = 3;
        else judged.status = time < judged.from ? 2 : 1;
    }

    /// @dev Unknown, revoked and suspended are told before a missing accreditation, everything else after it.
    function _joined(Judged memory own, Judged memory accreditation) private pure returns (uint256) {
        bool first = own.status == 0 || own.status == 5 || own.status == 4;
        uint256 status = first || accreditation.status == 1 ? own.status : 6;
        return status | uint256(own.grade) << 8;
    }

    function _draw(uint256 bound) private returns (uint256) {
        _random = uint256(keccak256(abi.encode(_random)));
        return _random % bound;
    }
}
