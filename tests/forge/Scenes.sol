// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Original} from "../../contracts/interfaces/IDocuments.sol";
import {IEmergencies} from "../../contracts/interfaces/IEmergencies.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {Cycle, Floor, INorms} from "../../contracts/interfaces/INorms.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {CategoryId, DivisionId, DocumentKey, ItemId, SiteId} from "../../contracts/types/Ids.sol";
import {Journal} from "../../contracts/types/Journal.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Role} from "../../contracts/types/Role.sol";
import {Timestamp} from "../../contracts/types/Timestamp.sol";
import {Differs, same, vm} from "./Vm.sol";
import {Draft, World} from "./World.sol";

/// @notice One lot of grain at one site, two sites beside it, and calls that are made one by one: nothing is drawn but
/// by the test itself, so that a rule that the random calls seldom meet is met in every run.
abstract contract Scenes is World {
    uint256 internal constant STOCK = 1_000; // of the one lot, at the first site
    uint32 internal constant GRAIN_CATEGORY = 2_010_101;
    uint64 internal constant PROVINCE = 44;
    bytes32 internal constant SOURCE = keccak256("a decision");

    uint160 internal _grain; // the lot
    uint256 private _drafts;

    function setUp() public virtual {
        _build();
        _register(STREET_APPROVER, Role.APPROVER, STREET, 0);
        _register(COMMUNITY_APPROVER, Role.APPROVER, COMMUNITY, 0);
        _register(STREET_AUTHORITY, Role.AUTHORITY, STREET, 0);
        _register(DISTRICT_AUTHORITY, Role.AUTHORITY, DISTRICT, 0);
        _register(CITY_AUTHORITY, Role.AUTHORITY, CITY, 0);
        _grain = uint160(uint256(keccak256(abi.encode(GRAIN, 0, 0, 0, 0, 0))) >> 96);
        _openSite(FIRST_SITE, KEEPER, APPROVER, _grainArriving());
        _openSite(SECOND_SITE, SECOND_KEEPER, APPROVER, new uint256[](0));
        _openSite(OTHER_SITE, OTHER_KEEPER, OTHER_APPROVER, new uint256[](0));
    }

    function _grainArriving() private view returns (uint256[] memory lines) {
        lines = new uint256[](4);
        (lines[0], lines[1]) = (uint256(_grain) << 96 | STOCK, uint256(GRAIN) << 192);
    }

    function _openSite(uint64 site, uint256 keeper, uint256 approver, uint256[] memory lines) private {
        Draft memory draft = _new(Kind.OPENING, 0, site, site, keeper);
        draft.approver = approver;
        draft.document.lines = lines;
        _send(keeper, abi.encodeCall(IStockLedger.open, (draft.document, _signing(draft))));
    }

    function _division(uint256 key) internal view returns (DivisionId) {
        return DivisionId.wrap(divisionOf[key]);
    }

    // ------------------------------------------------------------------------------------------------ calls

    /// @dev A call that must be done; what it is refused for otherwise is passed on.
    function _do(uint256 key, address target, bytes memory data) internal returns (bytes memory answer) {
        bool done;
        vm.prank(vm.addr(key));
        (done, answer) = target.call(data);
        if (done) return answer;
        assembly {
            revert(add(answer, 0x20), mload(answer))
        }
    }

    /// @dev A call that must be refused for `error_`, and no other reason.
    function _refused(uint256 key, address target, bytes memory data, bytes4 error_, string memory what) internal {
        vm.prank(vm.addr(key));
        (bool done, bytes memory answer) = target.call(data);
        if (done) revert Differs(string.concat("done: ", what), 1, 0);
        same(uint32(bytes4(answer)), uint32(error_), what);
    }

    // ------------------------------------------------------------------------------------------------ documents

    function _new(Kind kind, uint256 from, uint256 to, uint256 recordingSite, uint256 sender)
        internal
        returns (Draft memory draft)
    {
        draft.kind = kind;
        draft.recordingSite = recordingSite;
        draft.document.clientId = bytes32(++_drafts);
        (draft.document.from, draft.document.to) = (from, to);
        draft.document.occurredAt = Timestamp.wrap(uint64(block.timestamp));
        draft.sender = sender;
    }

    /// @dev What the first site has of its lot is counted, and found to be there.
    function _count() internal returns (Draft memory draft) {
        draft = _new(Kind.COUNT, FIRST_SITE, 0, FIRST_SITE, KEEPER);
        draft.document.reference_ = Journal.unwrap(ledger.siteJournal(SiteId.wrap(FIRST_SITE)));
        draft.other = SECOND_KEEPER;
        draft.document.lines = new uint256[](2);
        draft.document.lines[0] = uint256(_grain) << 96 | STOCK;
        draft.document.lines[1] = STOCK;
    }

    function _record(Draft memory count) internal {
        _send(KEEPER, abi.encodeCall(IStockLedger.count, (count.document, _signing(count))));
    }

    /// @dev Undoes a document of the first site alone or with the second, signed as the original was.
    function _reverse(Draft memory draft) internal {
        Draft memory undo =
            _new(Kind.REVERSAL, draft.document.from, draft.document.to, draft.recordingSite, draft.sender);
        undo.document.reference_ = 3 << 248 | _keyOf(draft);
        (undo.other, undo.approver) = (draft.other, APPROVER);
        if (draft.kind == Kind.DISPATCH) undo.other = SECOND_KEEPER;
        address[] memory signers = new address[](draft.kind == Kind.DISPATCH ? 1 : 0);
        if (signers.length != 0) signers[0] = vm.addr(draft.sender);
        Original memory original = Original(draft.kind, draft.document, signers);
        _send(undo.sender, abi.encodeCall(ILedgerSteps.reverse, (undo.document, original, _signing(undo))));
    }

    // ------------------------------------------------------------------------------------------------ norms

    function _setCycle(uint256 dayCount) internal {
        Cycle[] memory cycles = new Cycle[](1);
        cycles[0] = Cycle(CategoryId.wrap(GRAIN_CATEGORY), uint16(dayCount));
        bytes memory data =
            abi.encodeCall(INorms.setCycles, (SiteId.wrap(FIRST_SITE), cycles, 0, SOURCE, DivisionId.wrap(0)));
        _do(ROOT, address(norms), data);
    }

    function _setFloor(uint64 site, uint256 quantity) internal {
        Floor[] memory floors = new Floor[](1);
        floors[0] = Floor(ItemId.wrap(GRAIN), uint64(quantity));
        bytes memory data =
            abi.encodeCall(INorms.setFloors, (SiteId.wrap(site), floors, 0, SOURCE, DivisionId.wrap(0)));
        _do(ROOT, address(norms), data);
    }

    /// @dev Of sites of the first site's mode, at `division`.
    function _setTerms(uint64 division, uint256 share, uint256 noticeDays) internal {
        bytes memory data = abi.encodeCall(
            INorms.setTerms,
            (DivisionId.wrap(division), 1, uint16(share), uint16(noticeDays), 0, SOURCE, DivisionId.wrap(0))
        );
        _do(ROOT, address(norms), data);
    }

    function _proving(Draft memory count) internal pure returns (bytes memory) {
        return abi.encodeCall(INorms.proveCount, (DocumentKey.wrap(_keyOf(count)), count.document));
    }

    function _isStale() internal view returns (bool) {
        return norms.isStale(SiteId.wrap(FIRST_SITE), CategoryId.wrap(GRAIN_CATEGORY));
    }

    function _declaring(uint64 division, uint256 until, uint64 authority) internal pure returns (bytes memory) {
        return abi.encodeCall(
            IEmergencies.declareEmergency,
            (DivisionId.wrap(division), uint64(until), 7, SOURCE, DivisionId.wrap(authority))
        );
    }

    function _ending(uint64 division, uint64 authority) internal pure returns (bytes memory) {
        return abi.encodeCall(IEmergencies.endEmergency, (DivisionId.wrap(division), 7, DivisionId.wrap(authority)));
    }
}
