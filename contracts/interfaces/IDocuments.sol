// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CategoryId, DivisionId, DocumentKey, ItemId, LotId, QualificationId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Kind} from "../types/Kind.sol";
import {Timestamp} from "../types/Timestamp.sol";
import {Signature} from "../libraries/TypedData.sol";

/// @notice The content of a document: what is said, not who says it. The same content is the same document, whoever
/// sends it.
struct Document {
    /// chosen by the client; with the recording site it makes the key
    bytes32 clientId;
    /// the sending or only site; the supplier or donor digest of a receipt; the issuer of a recall (0: an authority)
    uint256 from;
    /// the receiving site; the consignee of an issue; 0 where there is none
    uint256 to;
    /// when it is said to have occurred
    Timestamp occurredAt;
    /// type (8) ‖ id (248): 1 a document, 2 a consignment, 3 the document reversed; a count's raw journal word;
    /// all other types are opaque to this contract
    uint256 reference_;
    /// a code from the ledger's list of reasons, 0 for none
    uint16 reason;
    /// the qualification that a receipt relies on, 0 for none
    QualificationId qualification;
    /// until when the receiver of a dispatch is expected to answer, seconds since 1970
    uint64 deadline;
    /// packed lines, see `Line`; how many words a line has follows from the kind
    uint256[] lines;
}

/// @notice Who signs, on the strength of which grants. The first signer is the sender of the transaction; the
/// others sign `Consent(bytes32 content,bytes32 body,uint64 validUntil)`.
struct Signing {
    /// salted digest of the document's body, 0 where it has none
    bytes32 body;
    /// until when the consents count, seconds since 1970
    uint64 validUntil;
    /// the division of the sender's grant relied on
    DivisionId senderDivision;
    /// the division of the other party's grant relied on
    DivisionId otherDivision;
    /// the division of the approver's grant relied on
    DivisionId approverDivision;
    /// consent of the other party: receiver's keeper, second counter, supplier; all zero where there is none
    Signature other;
    /// consent of the approver; all zero where there is none
    Signature approver;
}

/// @notice Goods in transit as last committed to; the contract keeps their digest alone.
struct Consignment {
    /// 1 open, 2 accepted
    uint8 state;
    /// everybody who signed dispatch, acceptance, contest and return-acceptance, in order
    address[] signers;
    /// lines still to be accounted for
    uint256[] lines;
}

/// @notice A document that a reversal undoes, with everything that its content digest covers.
struct Original {
    Kind kind;
    /// its client id may be left out: the key that the reversal names stands for it
    Document document;
    /// of a dispatch: everybody who signed it, in order; empty otherwise
    address[] signers;
}

/// @notice One signer of a document.
struct Signer {
    address holder;
    /// key of the grant relied on, see `IDirectory.requireGrant`
    bytes32 grant;
    /// position in the holder's journal at this grant's last change
    uint64 position;
}

/// @notice The fields of a document in its event, beside key, from, to and lines.
/// @dev Together with these they are everything that content digest and document digest cover.
struct Header {
    Kind kind;
    Timestamp occurredAt;
    uint256 reference_;
    uint16 reason;
    QualificationId qualification;
    uint64 deadline;
    /// block time: when it was recorded
    uint64 recordedAt;
    /// verdict on the qualification of a receipt, see `Verdict`; 0 elsewhere
    uint256 verdict;
    bytes32 body;
    /// the sender of the transaction
    Signer sender;
    /// the other party; all zero where there is none
    Signer other;
    /// the approver; all zero where there is none
    Signer approver;
    /// journal of the site `from` with this document in it, 0 where `from` is no site
    Journal fromJournal;
    /// journal of the site `to` with this document in it, 0 where `to` is no site
    Journal toJournal;
}

/// @title Documents
/// @notice What a document says, who signs it, the event that records it, and every reason why the ledger refuses one.
interface IDocuments {
    /// @notice Emitted once for every document.
    event DocumentRecorded(
        DocumentKey indexed key, uint256 indexed from, uint256 indexed to, Header header, uint256[] lines
    );

    /// @notice Thrown when `key` is taken by a document with other content, whose digest (248 bits) is `stored`.
    error StockLedgerKeyTaken(DocumentKey key, uint248 stored);
    /// @notice Thrown when `site` has no opening yet.
    error StockLedgerSiteNotOpen(uint256 site);
    /// @notice Thrown when `site` has an opening already.
    error StockLedgerSiteAlreadyOpen(SiteId site);
    /// @notice Thrown when `site` is not registered in the Directory.
    error StockLedgerSiteUnknown(uint256 site);
    /// @notice Thrown when goods would go into `site`, which is closed; `successor` takes them, 0 if none does.
    error StockLedgerSiteClosed(SiteId site, SiteId successor);
    /// @notice Thrown when `from` and `to` are the same site.
    error StockLedgerSameSite(SiteId site);
    /// @notice Thrown when `value` is no identifier of 160 bits, or zero.
    error StockLedgerPartyInvalid(uint256 value);
    /// @notice Thrown when a field that has no meaning in this kind of document is not zero.
    error StockLedgerFieldNotZero(bytes32 field);
    /// @notice Thrown when a document of this kind gives no reason: hold, release, recall and lift say why,
    /// write-off and repack in the document's reason or in that of every line.
    error StockLedgerReasonMissing(Kind kind);

    /// @notice Thrown when `occurredAt` lies more than 120 s after the block's time `now_`.
    error StockLedgerTimeAhead(uint64 occurredAt, uint64 now_);
    /// @notice Thrown when a time that gives the day only is not the 00:00 of a day at the ledger's offset.
    error StockLedgerTimeNotADay(uint64 occurredAt);
    /// @notice Thrown when consents counted until `validUntil` only.
    error StockLedgerConsentExpired(uint64 validUntil, uint64 now_);
    /// @notice Thrown when a consent that `role` must give is missing or malformed.
    error StockLedgerConsentMissing(uint8 role);
    /// @notice Thrown when the grant relied on stands at `division`, which does not contain `site`.
    error StockLedgerGrantElsewhere(DivisionId division, SiteId site);
    /// @notice Thrown when `signer` signs where somebody else has to.
    error StockLedgerSignerRepeated(address signer);

    /// @notice Thrown when the line that begins at word `index` does not ascend.
    error StockLedgerLinesNotAscending(uint256 index);
    /// @notice Thrown when the line that begins at word `index` has bits or a quantity that this kind does not allow.
    error StockLedgerLineMalformed(uint256 index);
    /// @notice Thrown when there are no lines, or `words` are not a whole number of lines of this kind.
    error StockLedgerLinesIncomplete(uint256 words);
    /// @notice Thrown when `lot` was never created.
    error StockLedgerLotUnknown(LotId lot);
    /// @notice Thrown when the attributes given hash to `computed`.
    error StockLedgerLotMismatch(LotId lot, LotId computed);
    /// @notice Thrown when `lot` was created held and not released since.
    error StockLedgerLotHeld(LotId lot);
    /// @notice Thrown when `lot` is held at `site`.
    error StockLedgerLotHeldHere(SiteId site, LotId lot);
    /// @notice Thrown when `lot` is recalled.
    error StockLedgerLotRecalled(LotId lot);
    /// @notice Thrown when `lot` could be used until `useUntil`, a day counted from 1970, only.
    error StockLedgerLotExpired(LotId lot, uint32 useUntil);
    /// @notice Thrown when a release finds nothing held, or a lift nothing recalled.
    error StockLedgerLotNotHeld(LotId lot);
    /// @notice Thrown when `site` holds only `available` base units of `lot`.
    error StockLedgerStockInsufficient(SiteId site, LotId lot, uint256 available, uint256 requested);
    /// @notice Thrown when a balance would reach 2**63.
    error StockLedgerBalanceOverflow(SiteId site, LotId lot);

    /// @notice Thrown when `item` is not in the Catalogue.
    error StockLedgerItemUnknown(ItemId item);
    /// @notice Thrown when `item` needs category `needed` and the qualification is for `category`.
    error StockLedgerQualificationMismatch(ItemId item, CategoryId needed, CategoryId category);
    /// @notice Thrown when the line with ordinal `ordinal` must be held and was not given a lot of its own; `verdict` is
    /// what the receipt would be recorded with.
    error StockLedgerVerdictChanged(uint256 ordinal, uint256 verdict, bool late);
    /// @notice Thrown when `lot`, made on day `made`, would keep for `shelfLife` days beyond all days that count.
    error StockLedgerMadeTooLate(LotId lot, uint32 made, uint16 shelfLife);
    /// @notice Thrown when an output of a repack could be used longer (`output`) than its input (`input`).
    error StockLedgerRepackOutlives(LotId lot, uint32 output, uint32 input);

    /// @notice Thrown when a reference has not the type that this kind of document needs, or names nothing.
    error StockLedgerReferenceUnknown(uint256 reference_);
    /// @notice Thrown when the consignment given is not the one committed to, or not in `state`.
    error StockLedgerConsignmentChanged(DocumentKey consignment, uint8 state);
    /// @notice Thrown when the deadline of a dispatch does not lie ahead.
    error StockLedgerDeadlinePast(uint64 deadline);
    /// @notice Thrown when the deadline of a dispatch lies after `latest`, 366 days after the block's time.
    error StockLedgerDeadlineFar(uint64 deadline, uint64 latest);
    /// @notice Thrown when the receiver still has until `until` to answer.
    error StockLedgerDeadlineAhead(uint64 until);
    /// @notice Thrown when an exception or settlement accounts for more of `lot` than there is.
    error StockLedgerExceptionExceeds(LotId lot, uint256 available, uint256 requested);
    /// @notice Thrown when the approver of a settlement signed for one of its sides.
    error StockLedgerSettlerInvolved(address approver);
    /// @notice Thrown when a count refers to a position (`sequence`) that the journal has not reached.
    error StockLedgerCountAhead(uint64 sequence, uint64 current);
    /// @notice Thrown when a document of this kind cannot be reversed.
    error StockLedgerNotReversible(Kind kind);
    /// @notice Thrown when the original given is not the document named.
    error StockLedgerOriginalChanged(DocumentKey original);
    /// @notice Thrown when the original is reversed already.
    error StockLedgerAlreadyReversed(DocumentKey original);
    /// @notice Thrown when a later document that an approver signed names the original.
    error StockLedgerNamed(DocumentKey original);
}
