// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocuments} from "../../contracts/interfaces/IDocuments.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {Shipments} from "./Shipments.sol";
import {check, vm} from "./Vm.sol";
import {Draft} from "./World.sol";

/// @notice What the fuzzer calls: one function a kind of document. Whatever its seed, such a call records a document
/// of that kind, and a refusal by the ledger fails the test.
contract Handler is Shipments {
    constructor() {
        _build();
        _seed(0);
        _open(FIRST_SITE);
        _open(SECOND_SITE);
        _open(OTHER_SITE);
        _open(DISPOSAL_SITE);
        _receipt(FIRST_SITE, true);
    }

    modifier recording(Kind kind, uint256 seed) {
        ++calls;
        _seed(seed);
        uint256 before = documentsOf[kind];
        _;
        check(documentsOf[kind] > before, "a call records a document of its kind");
    }

    function opening(uint256 seed) external recording(Kind.OPENING, seed) {
        _opening();
    }

    function receipt(uint256 seed) external recording(Kind.RECEIPT, seed) {
        _receipt(_anySite(), false);
    }

    function release(uint256 seed) external recording(Kind.RELEASE, seed) {
        _release(_anySite());
    }

    function hold(uint256 seed) external recording(Kind.HOLD, seed) {
        _hold(_anySite());
    }

    function issue(uint256 seed) external recording(Kind.ISSUE, seed) {
        _issue(_anySite());
    }

    function handOver(uint256 seed) external recording(Kind.HAND_OVER, seed) {
        uint64 from = _anySite();
        _handOver(from, _otherSite(from));
    }

    function dispatch(uint256 seed) external recording(Kind.DISPATCH, seed) {
        uint64 from = _anySite();
        _dispatch(from, _otherSite(from));
    }

    function acceptance(uint256 seed) external recording(Kind.ACCEPTANCE, seed) {
        uint64 from = _anySite();
        _acceptance(from, _otherSite(from));
    }

    function contest(uint256 seed) external recording(Kind.CONTEST, seed) {
        uint64 from = _anySite();
        _contest(from, _otherSite(from));
    }

    function returning(uint256 seed) external recording(Kind.RETURN, seed) {
        uint64 from = _anySite();
        _return(from, _otherSite(from));
    }

    function returnAcceptance(uint256 seed) external recording(Kind.RETURN_ACCEPTANCE, seed) {
        uint64 from = _anySite();
        _returnAcceptance(from, _otherSite(from));
    }

    function settlement(uint256 seed) external recording(Kind.SETTLEMENT, seed) {
        uint64 from = _anySite();
        _settlement(from, _otherSite(from));
    }

    function count(uint256 seed) external recording(Kind.COUNT, seed) {
        _count(_anySite());
    }

    function writeOff(uint256 seed) external recording(Kind.WRITE_OFF, seed) {
        _writeOff(_anySite());
    }

    function repack(uint256 seed) external recording(Kind.REPACK, seed) {
        _repack(_anySite());
    }

    function reversal(uint256 seed) external recording(Kind.REVERSAL, seed) {
        uint64 from = _anySite();
        _reversal(from, _otherSite(from));
    }

    function recall(uint256 seed) external recording(Kind.RECALL, seed) {
        _recall();
    }

    function lift(uint256 seed) external recording(Kind.LIFT, seed) {
        _lift();
    }

    /// @notice Lets up to two days pass, so that lots expire.
    function wait(uint256 seed) external {
        _seed(seed);
        vm.warp(block.timestamp + _draw(2 days));
    }

    /// @notice A lot that is held, recalled or expired is neither issued, handed over, dispatched nor repacked.
    function moveUnusable(uint256 seed) external {
        _seed(seed);
        uint64 site = _anySite();
        uint160 lot = _unusable(site);
        uint256[] memory lines = new uint256[](1);
        lines[0] = _head(lot, 0, 1);
        uint64 to = site == FIRST_SITE ? SECOND_SITE : FIRST_SITE;

        Draft memory draft = _moving(Kind.ISSUE, site, CONSIGNEE, lines);
        _assertUnusable(draft, abi.encodeCall(IStockLedger.issue, (draft.document, _signing(draft))));
        draft = _moving(Kind.HAND_OVER, site, to, lines);
        draft.other = draft.sender == KEEPER ? SECOND_KEEPER : KEEPER;
        _assertUnusable(draft, abi.encodeCall(IStockLedger.handOver, (draft.document, _signing(draft))));
        draft = _moving(Kind.DISPATCH, site, to, lines);
        draft.document.deadline = uint64(block.timestamp + 1 days);
        _assertUnusable(draft, abi.encodeCall(IStockLedger.dispatch, (draft.document, _signing(draft))));
        draft = _moving(Kind.REPACK, site, 0, new uint256[](5));
        _repackLine(draft.document.lines, 0, lines[0]);
        _assertUnusable(draft, abi.encodeCall(IStockLedger.repack, (draft.document, _signing(draft))));
        ++refusals;
    }

    /// @dev The ledger refuses the document, and for the status of the lot.
    function _assertUnusable(Draft memory draft, bytes memory data) private {
        vm.prank(vm.addr(draft.sender));
        (bool done, bytes memory answer) = address(ledger).call(data);
        check(!done, "a lot that may not be used was moved");
        bytes4 refusal = bytes4(answer);
        check(
            refusal == IDocuments.StockLedgerLotHeld.selector || refusal == IDocuments.StockLedgerLotHeldHere.selector
                || refusal == IDocuments.StockLedgerLotRecalled.selector
                || refusal == IDocuments.StockLedgerLotExpired.selector,
            "refused for another reason than its status"
        );
    }

    function _moving(Kind kind, uint64 site, uint256 to, uint256[] memory lines) private returns (Draft memory draft) {
        draft = _draft(kind, site, to);
        draft.sender = _keeperOf(site);
        draft.approver = CITY_APPROVER;
        draft.document.lines = lines;
    }

    function _unusable(uint64 site) private returns (uint160) {
        uint160[] memory stocked = _stocked(site, lots.length, false);
        for (uint256 i; i < stocked.length; ++i) if (!_isUsable(site, stocked[i])) return stocked[i];
        uint256[] memory lines = _usableLines(site, false);
        _cut(lines, 1);
        lines[0] = _head(uint160(lines[0] >> 96), 0, 0);
        _holdLots(site, lines);
        return uint160(lines[0] >> 96);
    }
}
