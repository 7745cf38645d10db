"""Mistakes made on purpose: what each property says when the contracts break the rule that it states."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Break:
    """One line of a contract changed, and the words with which the forge tests must then fail."""

    name: str
    source: str
    before: str
    after: str
    test: str
    says: str

    def apply(self, root: Path) -> None:
        """Change the source in the copy `root`."""
        path = root / self.source
        text = path.read_text(encoding="utf-8")
        assert text.count(self.before) == 1, f"{self.name}: {text.count(self.before)} places"
        path.write_text(text.replace(self.before, self.after), encoding="utf-8")


LEDGER = "invariant_ledger|testFuzz_everyKindIsRecorded"
_STEPS = "contracts/base/ConsignmentSteps.sol"
_STOCK = "contracts/base/Stock.sol"
_BOOK = "contracts/base/DocumentBook.sol"
_REVERSALS = "contracts/base/Reversals.sol"
ALLOCATION = "invariant_allocation|testFuzz_everyCallIsMade|test_everyOutcomeIsMet"
_APPROVALS = "contracts/base/Approvals.sol"
_DELIVERIES = "contracts/base/Deliveries.sol"
_PROPOSALS = "contracts/base/Proposals.sol"

BREAKS = (
    Break(
        "movements do not debit the sender",
        _STOCK,
        "sstore(fromSlot, sub(fromWord, quantity))",
        "sstore(fromSlot, fromWord)",
        LEDGER,
        "conservation of a lot",
    ),
    Break(
        "an acceptance puts in what is missing too",
        _STEPS,
        "if (line.isMissing() || line.quantity() == 0) continue;",
        "if (line.quantity() == 0) continue;",
        LEDGER,
        "conservation of a lot|StockLedgerConsignmentChanged|word of a consignment",
    ),
    Break(
        "a settlement credits what was found twice",
        _STEPS,
        "_put(from, line.lot(), line.quantity());\n            else",
        "_put(from, line.lot(), 2 * line.quantity());\n            else",
        LEDGER,
        "conservation of a lot",
    ),
    Break(
        "a reversal puts nothing back",
        _REVERSALS,
        "_move(lines, act.to, act.from, 0, BY_LOT_AND_REASON);",
        "_move(lines, act.to, NO_SITE, 0, BY_LOT_AND_REASON);",
        LEDGER,
        "conservation of a lot",
    ),
    Break(
        "a take reaches the flag above the balance",
        _STOCK,
        "_balances[_at(site, lot_)] = word + quantity;",
        "_balances[_at(site, lot_)] = word + quantity | HELD_HERE;",
        LEDGER,
        "bits above a balance|StockLedgerLotHeldHere",
    ),
    Break(
        "a document rolls the sender's journal alone",
        _BOOK,
        "act.header.toJournal = _rollSite(act.to, digest);",
        "act.header.toJournal = act.header.fromJournal;",
        LEDGER,
        "journal of a site|StockLedgerSiteNotOpen",
    ),
    Break(
        "a consignment stays as it was after a settlement",
        _STEPS,
        "        _consignments[act.consignment] = word;\n    }",
        "        if (act.header.kind != Kind.SETTLEMENT) _consignments[act.consignment] = word;\n    }",
        LEDGER,
        "word of a consignment|StockLedgerConsignmentChanged",
    ),
    Break(
        "naming leaves no flag",
        _BOOK,
        "if (approved) _documents[named] = word | FLAG_NAMED;",
        "if (approved) _documents[named] = word;",
        LEDGER,
        "word of a document|recorded what must be refused",
    ),
    Break(
        "a release of a lot leaves it held",
        "contracts/types/LotWord.sol",
        "return LotWord.wrap(LotWord.unwrap(word) & ~HELD);",
        "return word;",
        LEDGER,
        "word of a lot|StockLedgerLotHeld",
    ),
    Break(
        "what is held at a site may be moved",
        _STOCK,
        "if usableOn { good := and(good, iszero(and(fromWord, HELD_HERE))) }",
        "",
        LEDGER,
        "a lot that may not be used was moved",
    ),
    Break(
        "every document is refused",
        _BOOK,
        "        _documents[act.key] = uint256(act.content) >> 8 << 8;\n",
        "        revert StockLedgerKeyTaken(act.key, 0);\n",
        LEDGER,
        "StockLedgerKeyTaken|setUp",
    ),
    Break(
        "any sender will do",
        _BOOK,
        "        _grant(act.header.sender, msg.sender, role, signing.senderDivision, 0);\n",
        "        role;\n",
        "testFuzz_validDocumentsOfEveryKind|testFuzz_issueAndReverse_100Lines",
        "what a stranger signed was recorded|setUp",
    ),
    Break(
        "any approver will do",
        _BOOK,
        "        _grant(signer, holder, role, division, subject);\n",
        "        signer.holder = holder; role; division; subject;\n",
        "testFuzz_validDocumentsOfEveryKind|testFuzz_writeOffAndReverse_100Lines",
        "what a stranger signed was recorded|setUp",
    ),
    Break(
        "a resent document is written again",
        _BOOK,
        "            act.known = true;\n            return act;\n",
        "",
        "testFuzz_validDocumentsOfEveryKind",
        "the document that stands is not answered|setUp",
    ),
    Break(
        "the loop lets equal lines pass",
        _STOCK,
        "let good := and(gt(order, previous),",
        "let good := and(iszero(lt(order, previous)),",
        "testFuzz_everyDefectAnywhere",
        "one moves and the other refuses",
    ),
    Break(
        "the loop stops and the slow function finds nothing wrong",
        _STOCK,
        "        revert StockLedgerBalanceOverflow(to, lot_);\n    }\n\n",
        "        if (index > 1e9) revert StockLedgerBalanceOverflow(to, lot_);\n    }\n\n",
        "testFuzz_everyDefectAnywhere",
        "one moves and the other refuses",
    ),
    Break(
        "a state word forgets the interval after a suspension",
        "contracts/types/History.sol",
        "? StateWord.unwrap(state) & _INTERVAL_MASK",
        "? 0",
        "testFuzz_stateWordsEqualTheEntries",
        "grade|until|verdict from the state words",
    ),
    Break(
        "an issue rolls the journals of its lots",
        "contracts/StockLedger.sol",
        "_move(document_.lines, act.from, NO_SITE, _dayOf(act.judgedAt), BY_LOT_AND_REASON);",
        "_move(document_.lines, act.from, NO_SITE, _dayOf(act.judgedAt), BY_LOT_AND_REASON);"
        " _rollLots(act, document_.lines);",
        "testFuzz_issueAndReverse_100Lines|testFuzz_validDocumentsOfEveryKind",
        "a word was written that the document does not touch",
    ),
    Break(
        "a lot that is there is written again",
        "contracts/base/Lots.sol",
        "if (word.exists()) return word;",
        "if (word.exists()) {\n            _lots[lot_] = word;\n            return word;\n        }",
        "testFuzz_open_100Lines|testFuzz_receiveTwiceAndReverse_100Lines",
        "a word was written that the document does not touch",
    ),
    Break(
        "a contest leaves the consignment as it was",
        _STEPS,
        "_commit(act, consignment_, _join(returning, document_.lines));",
        "_join(returning, document_.lines);",
        "testFuzz_contestAcceptReturnAndSettle_100Exceptions",
        "words of a document that were not written",
    ),
    Break(
        "goods go into a closed site",
        _BOOK,
        "if (word.isClosed()) revert StockLedgerSiteClosed(site, word.successor());",
        "",
        LEDGER,
        "recorded what must be refused",
    ),
    Break(
        "a closed site sends nothing",
        _BOOK,
        "if (_siteJournals[site].isEmpty()) revert StockLedgerSiteNotOpen(id);",
        "if (_siteJournals[site].isEmpty() || _directory.site(site).isClosed())"
        " revert StockLedgerSiteNotOpen(id);",
        LEDGER,
        "StockLedgerSiteNotOpen|refused for another reason",
    ),
    Break(
        "a document is reversed twice",
        _REVERSALS,
        "if (word & FLAG_REVERSED != 0) revert StockLedgerAlreadyReversed(key);",
        "",
        LEDGER,
        "recorded what must be refused|refused for another reason",
    ),
    Break(
        "a named document is reversed",
        _REVERSALS,
        "if (word & FLAG_NAMED != 0) revert StockLedgerNamed(key);",
        "",
        LEDGER,
        "recorded what must be refused",
    ),
    Break(
        "a reversal takes what is not there",
        _STOCK,
        "if (held < quantity) revert StockLedgerStockInsufficient(site, lot_, held, quantity);",
        "if (held < quantity) quantity = held;",
        LEDGER,
        "recorded what must be refused|conservation of a lot",
    ),
    Break(
        "a balance overflows",
        _STOCK,
        "if ((word & QUANTITY_MASK) + quantity > QUANTITY_MASK)"
        " revert StockLedgerBalanceOverflow(site, lot_);",
        "",
        LEDGER,
        "recorded what must be refused",
    ),
    Break(
        "a balance overflows in the loop",
        _STOCK,
        "good := and(good, iszero(and(add(and(word, QUANTITY_MASK), quantity), HELD_HERE)))",
        "",
        LEDGER,
        "recorded what must be refused",
    ),
    Break(
        "a supplier relies on another's qualification",
        "contracts/base/Qualifications.sol",
        "if (stored.supplier != supplier) {",
        "if (false) {",
        LEDGER,
        "recorded what must be refused",
    ),
    Break(
        "a qualification counts for another category",
        "contracts/base/Receipts.sol",
        "if (needed != reception.category) {",
        "if (false) {",
        LEDGER,
        "recorded what must be refused|refused for another reason",
    ),
    Break(
        "an issuer recalls what is not theirs",
        "contracts/StockLedger.sol",
        "_registry.requireAccredited(IssuerId.wrap(uint160(issuer)), category);",
        "issuer;",
        LEDGER,
        "recorded what must be refused",
    ),
    Break(
        "an approval takes what others reserved",
        _APPROVALS,
        "uint256 taken = _reservedAt(proposal.giver, asked.item) + proposal.remaining;",
        "uint256 taken = proposal.remaining;",
        ALLOCATION,
        "what is reserved|why it was not approved|done although|reserved after an approval",
    ),
    Break(
        "an approval goes below the floor",
        _APPROVALS,
        "if (giving.floor + taken > usable) return",
        "if (taken > usable) return",
        ALLOCATION,
        "why it was not approved|done although it must be refused",
    ),
    Break(
        "an approval goes a step above the callable share",
        _APPROVALS,
        "if (taken > share) return",
        "if (taken > share + 1) return",
        ALLOCATION,
        "why it was not approved|done although it must be refused",
    ),
    Break(
        "a giver whose count is overdue gives without a reason",
        _APPROVALS,
        "else if (approval.staleReason == 0) return (Refusal.STALE, 0, 0);",
        "",
        ALLOCATION,
        "why it was not approved|done although it must be refused|a reason stands where a count is overdue",
    ),
    Break(
        "two sites of one community are for that community",
        "contracts/base/Turns.sol",
        "turn.lowest = turn.highest = common.isCommunity() ? common.parent() : common;",
        "turn.lowest = turn.highest = common;",
        ALLOCATION,
        "lowest level of a proposal|why it was not approved|done although|ReallocationNotApproved",
    ),
    Break(
        "the next level has its turn a second late",
        "contracts/base/Turns.sol",
        "next <= block.timestamp &&",
        "next < block.timestamp &&",
        ALLOCATION,
        "highest level of a proposal|why it was not approved|ReallocationNotApproved",
    ),
    Break(
        "a dispatch leaves what it takes reserved",
        _DELIVERIES,
        "_setReserved(proposal.giver, asked.item, _reservedAt(proposal.giver, asked.item) - quantity);",
        "_setReserved(proposal.giver, asked.item, _reservedAt(proposal.giver, asked.item));",
        ALLOCATION,
        "what is reserved",
    ),
    Break(
        "a dispatch counts as accepted",
        _DELIVERIES,
        "bool handedOver = kind == Kind.HAND_OVER;",
        "bool handedOver = kind == Kind.HAND_OVER || kind == Kind.DISPATCH;",
        ALLOCATION,
        "what is accepted|what is promised|state of a delivery",
    ),
    Break(
        "an acceptance accepts its exceptions too",
        _DELIVERIES,
        "delivery.quantity - _sumOf(document.lines);",
        "delivery.quantity;",
        ALLOCATION,
        "what is accepted|nothing is accepted that did not arrive",
    ),
    Break(
        "a delivery is shown twice",
        _DELIVERIES,
        "if (_deliveryAt(key).state != 0) _refuse(",
        "if (_deliveryAt(key).state > 99) _refuse(",
        ALLOCATION,
        "done although it must be refused|refused for another reason|what is left of a proposal",
    ),
    Break(
        "what is shown need not be recorded",
        _DELIVERIES,
        "if (word == 0 || word >> 8 != uint256(Contents.digest(kind, key, document)) >> 8) {",
        "if (word == 0) {",
        ALLOCATION,
        "done although it must be refused|refused for another reason",
    ),
    Break(
        "a reversal that is shown gives nothing back",
        _DELIVERIES,
        "        proposal.remaining += quantity;\n",
        "",
        ALLOCATION,
        "what is left of a proposal|what is reserved",
    ),
    Break(
        "what has ended stays reserved",
        _PROPOSALS,
        "_reservedAt(proposal.giver, asked.item) - released);",
        "_reservedAt(proposal.giver, asked.item));",
        ALLOCATION,
        "what is reserved",
    ),
    Break(
        "a norm takes effect at once",
        "contracts/Norms.sol",
        "_floors[site][item].set(floor_.quantity, decision.effectiveAt, block.timestamp);",
        "_floors[site][item].set(floor_.quantity, uint64(block.timestamp), block.timestamp);",
        ALLOCATION,
        "floor|why it was not approved",
    ),
)
