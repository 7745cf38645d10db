// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Consignment, Document, Original, Signing} from "../../contracts/interfaces/IDocuments.sol";
import {ILedgerSteps} from "../../contracts/interfaces/ILedgerSteps.sol";
import {IStockLedger} from "../../contracts/interfaces/IStockLedger.sol";
import {LotId, SiteId} from "../../contracts/types/Ids.sol";
import {Kind} from "../../contracts/types/Kind.sol";
import {LotWord} from "../../contracts/types/LotWord.sol";
import {Differs, same, vm} from "./Vm.sol";
import {World} from "./World.sol";

/// @notice Sees that a document writes the words of the ledger that its kind and its lines call for, each of them and
/// no other, and none in any other contract. Which ones these are is said here a second time, from the call alone and
/// what the ledger answered before it.
abstract contract Written is World {
    // Slots of the ledger's mappings, in the order in which it declares them.
    uint256 private constant DOCUMENTS = 0;
    uint256 private constant SITE_JOURNALS = 1;
    uint256 private constant LOT_JOURNALS = 2;
    uint256 private constant LOTS = 3;
    uint256 private constant BALANCES = 4;
    uint256 private constant CONSIGNMENTS = 5;

    uint256 private constant UNITS = (1 << 63) - 1;

    /// @dev A word that must be written is marked with the round, one that was with the round and one.
    mapping(bytes32 slot => uint256 mark) private _marks;
    uint256 private _round;
    uint256 private _unwritten;
    mapping(uint256 round => mapping(uint256 lot => uint256 units)) private _coming;

    function _send(uint256 sender, bytes memory data) internal virtual override {
        _round += 2;
        _unwritten = 0;
        this.expectWords(data);
        vm.record();
        super._send(sender, data);
        _assertWritten();
    }

    function _assertWritten() private {
        (, bytes32[] memory writes) = vm.accesses(address(ledger));
        for (uint256 i; i < writes.length; ++i) {
            uint256 mark = _marks[writes[i]];
            if (mark != _round && mark != _round + 1) {
                revert Differs("a word was written that the document does not touch", uint256(writes[i]), 0);
            }
            if (mark == _round) --_unwritten;
            _marks[writes[i]] = _round + 1;
        }
        same(_unwritten, 0, "words of a document that were not written");
        address[4] memory others = [address(directory), address(catalogue), address(registry), steps];
        for (uint256 i; i < others.length; ++i) {
            (, writes) = vm.accesses(others[i]);
            same(writes.length, 0, "words written in another contract");
        }
    }

    // ------------------------------------------------------------------------------------------------ by kind

    /// @notice Marks the words that the call must write. Called by this contract alone, for the sake of calldata.
    function expectWords(bytes calldata data) external {
        Kind kind = _kindOf(bytes4(data));
        if (kind == Kind.REVERSAL) return _expectReversal(data[4:]);
        if (kind >= Kind.ACCEPTANCE && kind <= Kind.SETTLEMENT) return _expectStep(kind, data[4:]);
        (Document memory document, Signing memory signing) = abi.decode(data[4:], (Document, Signing));
        bool byReceiver = kind == Kind.OPENING || kind == Kind.RECEIPT;
        uint248 key = _expectDocument(kind, byReceiver, document, signing);
        if (kind == Kind.DISPATCH) _expect(key, CONSIGNMENTS);
        _expectJournals(kind, document);
        _expectLines(kind, document, false);
    }

    function _kindOf(bytes4 selector) private pure returns (Kind) {
        bytes4[18] memory selectors = [
            IStockLedger.open.selector,
            IStockLedger.receiveGoods.selector,
            IStockLedger.release.selector,
            IStockLedger.hold.selector,
            IStockLedger.issue.selector,
            IStockLedger.handOver.selector,
            IStockLedger.dispatch.selector,
            ILedgerSteps.accept.selector,
            ILedgerSteps.contest.selector,
            ILedgerSteps.returnConsignment.selector,
            ILedgerSteps.acceptReturn.selector,
            ILedgerSteps.settle.selector,
            IStockLedger.count.selector,
            IStockLedger.writeOff.selector,
            IStockLedger.repack.selector,
            ILedgerSteps.reverse.selector,
            IStockLedger.recall.selector,
            IStockLedger.lift.selector
        ];
        for (uint8 i; i < 18; ++i) if (selectors[i] == selector) return Kind(i + 1);
        revert("no document");
    }

    /// @dev The document's own word, and that of the document which it names with an approver's signature.
    function _expectDocument(Kind kind, bool byReceiver, Document memory document, Signing memory signing)
        private
        returns (uint248 key)
    {
        key = _key(byReceiver ? document.to : document.from, document.clientId);
        _expect(key, DOCUMENTS);
        bool approved = signing.approver.r != 0 || kind == Kind.RELEASE || kind == Kind.HOLD;
        if (kind != Kind.COUNT && approved && document.reference_ >> 248 == 1) {
            _expect(uint248(document.reference_), DOCUMENTS);
        }
    }

    /// @dev The journals of the sites that a document of this kind names.
    function _expectJournals(Kind kind, Document memory document) private {
        if (kind == Kind.RECALL || kind == Kind.LIFT) return;
        bool comesIn = kind == Kind.OPENING || kind == Kind.RECEIPT;
        if (!comesIn) _expect(document.from, SITE_JOURNALS);
        if (comesIn || (kind >= Kind.HAND_OVER && kind <= Kind.SETTLEMENT)) _expect(document.to, SITE_JOURNALS);
    }

    /// @dev The balances and lots of every line; of a reversal (`undo`) the balances alone, of nothing as it was.
    function _expectLines(Kind kind, Document memory document, bool undo) private {
        uint256[] memory lines = document.lines;
        bool comesIn = kind == Kind.OPENING || kind == Kind.RECEIPT;
        uint256 width = comesIn ? 4 : kind == Kind.COUNT ? 2 : kind == Kind.REPACK ? 5 : 1;
        for (uint256 i; i < lines.length; i += width) {
            uint256 lot = lines[i] >> 96;
            if (comesIn) {
                if (!undo && lines[i] & UNITS == 0) continue;
                _expectBalance(document.to, lot);
                if (!undo) _expectLotIfNew(lot);
            } else if (kind == Kind.HOLD || kind == Kind.RELEASE || kind == Kind.RECALL || kind == Kind.LIFT) {
                _expectStatus(kind, document.from, lot);
            } else {
                _expectBalance(document.from, lot);
                if (kind == Kind.HAND_OVER) _expectBalance(document.to, lot);
                if (kind != Kind.REPACK) continue;
                _expectBalance(document.from, lines[i + 1] >> 96);
                if (!undo) _expectLotIfNew(lines[i + 1] >> 96);
            }
        }
    }

    function _expectLotIfNew(uint256 lot) private {
        if (LotWord.unwrap(ledger.lot(LotId.wrap(uint160(lot)))) == 0) _expect(lot, LOTS);
    }

    /// @dev A release clears what is there: the flag of the site, and that of the lot if it was created here.
    function _expectStatus(Kind kind, uint256 site, uint256 lot) private {
        _expect(lot, LOT_JOURNALS);
        if (kind == Kind.RECALL || kind == Kind.LIFT) return _expect(lot, LOTS);
        bool heldHere = ledger.balance(SiteId.wrap(uint64(site)), LotId.wrap(uint160(lot))) >> 63 == 1;
        if (kind == Kind.HOLD || heldHere) _expectBalance(site, lot);
        if (kind == Kind.HOLD) return;
        uint256 word = LotWord.unwrap(ledger.lot(LotId.wrap(uint160(lot))));
        if (word >> 160 & 1 == 1 && uint64(word >> 64) == site) _expect(lot, LOTS);
    }

    // ------------------------------------------------------------------------------------------------ steps

    function _expectStep(Kind kind, bytes calldata arguments) private {
        (Document memory document, Consignment memory consignment, Signing memory signing) =
            abi.decode(arguments, (Document, Consignment, Signing));
        _expectDocument(kind, kind == Kind.ACCEPTANCE || kind == Kind.CONTEST, document, signing);
        _expectJournals(kind, document);
        _expect(uint248(document.reference_), CONSIGNMENTS);
        if (kind == Kind.CONTEST) return;
        if (kind == Kind.SETTLEMENT) return _expectFound(document);
        uint256 site = kind == Kind.ACCEPTANCE ? document.to : document.from;
        mapping(uint256 lot => uint256 units) storage coming = _coming[_round];
        _addUp(coming, consignment.lines, document.lines);
        for (uint256 i; i < consignment.lines.length; ++i) {
            uint256 lot = consignment.lines[i] >> 96;
            if (coming[lot] != 0) _expectBalance(site, lot);
        }
    }

    /// @dev What the exceptions leave of what is on its way of each lot and not missing already.
    function _addUp(
        mapping(uint256 lot => uint256 units) storage coming,
        uint256[] memory lines,
        uint256[] memory exceptions
    ) private {
        for (uint256 i; i < lines.length; ++i) {
            if (lines[i] >> 95 & 1 == 0) coming[lines[i] >> 96] += lines[i] & UNITS;
        }
        for (uint256 i; i < exceptions.length; ++i) coming[exceptions[i] >> 96] -= exceptions[i] & UNITS;
    }

    function _expectFound(Document memory document) private {
        for (uint256 i; i < document.lines.length; ++i) {
            uint256 reason = uint16(document.lines[i] >> 80);
            if (reason == 3) continue;
            _expectBalance(reason == 1 ? document.from : document.to, document.lines[i] >> 96);
        }
    }

    function _expectReversal(bytes calldata arguments) private {
        (Document memory document, Original memory original, Signing memory signing) =
            abi.decode(arguments, (Document, Original, Signing));
        _expectDocument(Kind.REVERSAL, original.kind == Kind.RECEIPT, document, signing);
        _expect(uint248(document.reference_), DOCUMENTS);
        if (original.kind == Kind.DISPATCH) _expect(uint248(document.reference_), CONSIGNMENTS);
        _expectJournals(original.kind, document);
        _expectLines(original.kind, original.document, true);
    }

    // ------------------------------------------------------------------------------------------------ words

    function _expectBalance(uint256 site, uint256 lot) private {
        _expect(site << 160 | lot, BALANCES);
    }

    function _expect(uint256 key, uint256 mappingSlot) private {
        bytes32 slot = keccak256(abi.encode(key, mappingSlot));
        if (_marks[slot] == _round) return;
        _marks[slot] = _round;
        ++_unwritten;
    }
}
