// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDirectory} from "../interfaces/IDirectory.sol";
import {Document, Header, IDocuments, Signer, Signing} from "../interfaces/IDocuments.sol";
import {Contents} from "../libraries/Contents.sol";
import {Signature, TypedData} from "../libraries/TypedData.sol";
import {DivisionId, DocumentKey, LotId, QualificationId, SiteId} from "../types/Ids.sol";
import {Journal} from "../types/Journal.sol";
import {Kind} from "../types/Kind.sol";
import {Role} from "../types/Role.sol";
import {SiteWord} from "../types/SiteWord.sol";
import {Timestamp} from "../types/Timestamp.sol";
import {LedgerStorage} from "./LedgerStorage.sol";

/// @dev A document on its way into the ledger: what its digests and its event need, gathered step by step.
struct Act {
    DocumentKey key;
    /// recorded before, with the same content: the caller ends here
    bool known;
    bytes32 content;
    /// struct hash that co-signers sign, and until when
    bytes32 consent;
    uint64 validUntil;
    /// recorded more than L after it is said to have occurred
    bool late;
    /// the time at which qualification and expiry are judged
    uint64 judgedAt;
    /// the recording site
    SiteId site;
    /// the sites that the document names, whose journals it rolls; 0 where there is none
    SiteId from;
    SiteId to;
    /// the consignment that it takes a step further
    DocumentKey consignment;
    Header header;
}

/// @title Documents: their digests, their signers, their journals
/// @notice The part of the ledger that is the same for every kind of document. It moves no stock.
abstract contract DocumentBook is IDocuments, LedgerStorage, TypedData {
    bytes32 internal constant DOCUMENT_TYPEHASH = keccak256(
        "Document(bytes32 content,bytes32 signers,uint64 recordedAt,uint256 verdict,bytes32 body)"
    );

    /// @dev Kinds that an approver or the like signs anyway, and that are judged when they are recorded.
    uint256 internal constant NEVER_LATE = (1 << uint8(Kind.RELEASE)) | (1 << uint8(Kind.HOLD))
        | (1 << uint8(Kind.RECALL)) | (1 << uint8(Kind.LIFT)) | (1 << uint8(Kind.SETTLEMENT))
        | (1 << uint8(Kind.REVERSAL));
    /// @dev Kinds whose first signer is an approver.
    uint256 internal constant SENT_BY_APPROVER =
        (1 << uint8(Kind.RELEASE)) | (1 << uint8(Kind.HOLD)) | (1 << uint8(Kind.SETTLEMENT));

    /// @dev L: a document recorded later than this after it is said to have occurred is late.
    uint64 internal constant LATE_AFTER = 7 days;
    /// @dev How far a claimed time may lie ahead of the block's.
    uint64 internal constant CLOCK_TOLERANCE = 120;

    uint8 internal constant REFERENCE_DOCUMENT = 1;
    uint8 internal constant REFERENCE_CONSIGNMENT = 2;
    uint8 internal constant REFERENCE_REVERSED = 3;

    uint256 internal constant FLAG_REVERSED = 1;
    uint256 internal constant FLAG_NAMED = 2;

    IDirectory internal immutable _directory;
    /// @dev Seconds by which days are ahead of UTC.
    uint64 internal immutable _offset;

    constructor(IDirectory directory, uint64 offset) {
        _directory = directory;
        _offset = offset;
    }

    // ---------------------------------------------------------------------------------------------- begin

    /// @dev Derives the key, answers a resent document, judges the claimed time.
    function _begin(Kind kind, uint256 recordingSite, Document calldata document_, Signing calldata signing)
        internal
        view
        returns (Act memory act)
    {
        act.key = Contents.keyOf(recordingSite, document_.clientId);
        act.content = Contents.digest(kind, act.key, document_);

        uint256 word = _documents[act.key];
        if (word != 0) {
            if (word >> 8 != uint256(act.content) >> 8) revert StockLedgerKeyTaken(act.key, uint248(word >> 8));
            act.known = true;
            return act;
        }
        if (kind != Kind.RECEIPT) _requireZero(QualificationId.unwrap(document_.qualification), "qualification");
        if (kind != Kind.DISPATCH) _requireZero(document_.deadline, "deadline");

        act.validUntil = signing.validUntil;
        act.consent = Contents.consent(act.content, signing.body, signing.validUntil);
        _fillHeader(act.header, kind, document_, signing.body);
        act.late = _isLate(kind, document_.occurredAt);
        act.judgedAt = act.late ? document_.occurredAt.secondsOf() : uint64(block.timestamp);
    }

    /// @dev Begins a document of one opened site, `from`, with lines of `width` words.
    function _beginAtSite(Kind kind, uint256 width, Document calldata document_, Signing calldata signing)
        internal
        view
        returns (Act memory act)
    {
        act = _begin(kind, document_.from, document_, signing);
        if (act.known) return act;

        act.site = act.from = _opened(document_.from);
        if (kind != Kind.ISSUE) _requireZero(document_.to, "to");
        _requireLines(document_.lines, width);
        _signSender(act, signing);
    }

    /// @dev Begins a document of two opened sites, recorded at the receiver or at the sender.
    function _beginTransfer(Kind kind, bool atReceiver, Document calldata document_, Signing calldata signing)
        internal
        view
        returns (Act memory act)
    {
        act = _begin(kind, atReceiver ? document_.to : document_.from, document_, signing);
        if (act.known) return act;

        act.from = _opened(document_.from);
        act.to = _opened(document_.to);
        if (act.from == act.to) revert StockLedgerSameSite(act.from);
        act.site = atReceiver ? act.to : act.from;
        _signSender(act, signing);
    }

    function _fillHeader(Header memory header, Kind kind, Document calldata document_, bytes32 body) private view {
        header.kind = kind;
        header.occurredAt = document_.occurredAt;
        header.reference_ = document_.reference_;
        header.reason = document_.reason;
        header.qualification = document_.qualification;
        header.deadline = document_.deadline;
        header.recordedAt = uint64(block.timestamp);
        header.body = body;
    }

    /// @dev Refuses a time ahead of the block's; release, hold, recall, lift, settlement and reversal are never late.
    function _isLate(Kind kind, Timestamp occurredAt) private view returns (bool) {
        uint64 time = occurredAt.secondsOf();
        if (time > block.timestamp + CLOCK_TOLERANCE) revert StockLedgerTimeAhead(time, uint64(block.timestamp));
        uint64 end = time;
        if (occurredAt.isDayOnly()) {
            if ((time + _offset) % 1 days != 0) revert StockLedgerTimeNotADay(time);
            end += 1 days;
        }
        return !_isOneOf(kind, NEVER_LATE) && block.timestamp > end + LATE_AFTER;
    }

    /// @dev Whether `kind` is in a set, one bit a kind.
    function _isOneOf(Kind kind, uint256 kinds) internal pure returns (bool) {
        return (kinds >> uint8(kind)) & 1 != 0;
    }

    /// @dev The day, counted from 1970 at the ledger's offset, in which `time` falls; of the first one the second, since
    /// 0 stands for no day.
    function _dayOf(uint64 time) internal view returns (uint256 day) {
        day = (time + _offset) / 1 days;
        // slither-disable-next-line incorrect-equality (0 stands for no day)
        if (day == 0) day = 1;
    }

    // ---------------------------------------------------------------------------------------------- sites

    /// @dev The site with this number, which has its opening; so it is registered too.
    function _opened(uint256 id) internal view returns (SiteId site) {
        // An id of more than 64 bits names no site; its low bits must not be taken for one.
        if (id > type(uint64).max) revert StockLedgerSiteNotOpen(id);
        site = SiteId.wrap(uint64(id));
        if (_siteJournals[site].isEmpty()) revert StockLedgerSiteNotOpen(id);
    }

    /// @dev The word of a registered site that may take goods in.
    function _takingIn(SiteId site) internal view returns (SiteWord word) {
        word = _directory.site(site);
        if (!word.isRegistered()) revert StockLedgerSiteUnknown(SiteId.unwrap(site));
        if (word.isClosed()) revert StockLedgerSiteClosed(site, word.successor());
    }

    /// @dev An identifier of 160 bits that is not zero.
    function _party(uint256 value) internal pure returns (uint160) {
        if (value == 0 || value >> 160 != 0) revert StockLedgerPartyInvalid(value);
        return uint160(value);
    }

    /// @dev Refuses words that are not one or more whole lines of `width` words.
    function _requireLines(uint256[] calldata lines, uint256 width) internal pure {
        if (lines.length == 0 || lines.length % width != 0) revert StockLedgerLinesIncomplete(lines.length);
    }

    function _requireZero(uint256 value, bytes32 field) internal pure {
        if (value != 0) revert StockLedgerFieldNotZero(field);
    }

    // ---------------------------------------------------------------------------------------------- signers

    /// @dev The sender of the transaction signs as keeper or approver of the recording site.
    function _signSender(Act memory act, Signing calldata signing) internal view {
        Role role = _isOneOf(act.header.kind, SENT_BY_APPROVER) ? Role.APPROVER : Role.KEEPER;
        _requireContains(signing.senderDivision, act.site);
        _grant(act.header.sender, msg.sender, role, signing.senderDivision, 0);
    }

    /// @dev The other party signs as a keeper of `site`, and is not the sender.
    function _signOther(Act memory act, SiteId site, Signing calldata signing) internal view {
        _requireContains(signing.otherDivision, site);
        _consent(act, act.header.other, signing.other, Role.KEEPER, signing.otherDivision, 0);
        if (act.header.other.holder == msg.sender) revert StockLedgerSignerRepeated(msg.sender);
    }

    /// @dev An approver of the recording site signs if `needed`, or if a consent is there: one consent serves every
    /// reason. Where goods leave the district, between `act.from` and `act.to`, it is one over both sites. Classes for
    /// life keep keeper and approver apart.
    function _signApprover(Act memory act, bool needed, bool leaves, Signing calldata signing) internal view {
        if (!needed && !leaves && signing.approver.r == 0) return;
        _requireContains(signing.approverDivision, act.site);
        if (leaves) {
            _requireContains(signing.approverDivision, act.from);
            _requireContains(signing.approverDivision, act.to);
        }
        _consent(act, act.header.approver, signing.approver, Role.APPROVER, signing.approverDivision, 0);
    }

    /// @dev Whether goods of this document leave the district.
    function _leaves(Act memory act) internal pure returns (bool) {
        return act.from.district() != act.to.district();
    }

    /// @dev Fills in `signer` with whoever signed the act's consent on a grant of `role`.
    function _consent(
        Act memory act,
        Signer memory signer,
        Signature calldata signature,
        Role role,
        DivisionId division,
        uint256 subject
    ) internal view {
        if (block.timestamp > act.validUntil) {
            revert StockLedgerConsentExpired(act.validUntil, uint64(block.timestamp));
        }
        address holder = _signerOf(act.consent, signature);
        if (holder == address(0)) revert StockLedgerConsentMissing(uint8(role));
        _grant(signer, holder, role, division, subject);
    }

    /// @dev Fills in `signer` with a holder whose grant acts now.
    function _grant(Signer memory signer, address holder, Role role, DivisionId division, uint256 subject)
        internal
        view
    {
        signer.holder = holder;
        (signer.grant, signer.position) = _directory.requireGrant(holder, role, division, subject);
    }

    function _requireContains(DivisionId division, SiteId site) internal pure {
        if (!division.containsSite(site)) revert StockLedgerGrantElsewhere(division, site);
    }

    // ---------------------------------------------------------------------------------------------- record

    /// @dev Stores the document, rolls the journals of the sites it names and emits it.
    function _record(Act memory act, Document calldata document_) internal returns (DocumentKey) {
        _documents[act.key] = uint256(act.content) >> 8 << 8;
        if (act.header.kind != Kind.COUNT) _nameReferenced(act, document_.reference_);

        bytes32 digest = _documentDigest(act);
        act.header.fromJournal = _rollSite(act.from, digest);
        act.header.toJournal = _rollSite(act.to, digest);
        emit DocumentRecorded(act.key, document_.from, document_.to, act.header, document_.lines);
        return act.key;
    }

    /// @dev A document that an approver signs makes the document that it names irreversible; a count's reference is a
    /// journal word.
    function _nameReferenced(Act memory act, uint256 reference_) private {
        if (reference_ >> 248 != REFERENCE_DOCUMENT) return;
        DocumentKey named = DocumentKey.wrap(uint248(reference_));
        uint256 word = _documents[named];
        // slither-disable-next-line incorrect-equality (keys, and a word that is there or not)
        if (word == 0 || DocumentKey.unwrap(named) == DocumentKey.unwrap(act.key)) {
            revert StockLedgerReferenceUnknown(reference_);
        }
        bool approved =
            act.header.approver.holder != address(0) || _isOneOf(act.header.kind, SENT_BY_APPROVER);
        if (approved) _documents[named] = word | FLAG_NAMED;
    }

    function _documentDigest(Act memory act) internal view returns (bytes32) {
        bytes32 signers = keccak256(
            bytes.concat(_packed(act.header.sender), _packed(act.header.other), _packed(act.header.approver))
        );
        return keccak256(
            abi.encode(DOCUMENT_TYPEHASH, act.content, signers, uint64(block.timestamp), act.header.verdict, act.header.body)
        );
    }

    function _packed(Signer memory signer) private pure returns (bytes memory) {
        return abi.encodePacked(signer.holder, signer.grant, signer.position);
    }

    function _rollSite(SiteId site, bytes32 digest) private returns (Journal journal) {
        // slither-disable-next-line incorrect-equality (no site)
        if (SiteId.unwrap(site) == 0) return journal;
        journal = _siteJournals[site].roll(SiteId.unwrap(site), digest);
        _siteJournals[site] = journal;
    }

    /// @dev Rolls the journal of every lot that a release, hold, recall or lift names.
    function _rollLots(Act memory act, uint256[] calldata lines) internal {
        bytes32 digest = _documentDigest(act);
        for (uint256 i; i < lines.length; ++i) {
            LotId lot_ = LotId.wrap(uint160(lines[i] >> 96));
            _lotJournals[lot_] = _lotJournals[lot_].roll(LotId.unwrap(lot_), digest);
        }
    }
}
