"""How far a stock card is proved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from api.jobs.sayings import of_error
from api.proving import CardProof, Vouched
from api.schemas.audits import Saying
from api.schemas.common import Block, DocumentKey, Hash, Name, SiteCode, Word, moment
from ledger_client.audit.site_journal import JournalDifference
from ledger_client.evidence.export import CheckpointOtherError
from ledger_client.index import BlockStamp

ProofState = Literal["matched", "pending", "mismatch", "not_checked"]


class ProofSpan(BaseModel):
    """Entries that follow one another and have the same state."""

    first: int = Field(description="Sequence of the first entry.")
    last: int = Field(description="Sequence of the last one.")
    state: ProofState = Field(
        description="`matched`: up to there the documents are exactly those to which the journal word on "
        "chain commits. `pending`: recorded in a block that is not final. `mismatch`: from there on they are "
        "not. `not_checked`: nothing could be compared."
    )
    vouched_by: Literal["checkpoint", "node"] | None = Field(
        description="Of `matched`: whether a checkpoint of the witnesses vouches for the word, or the "
        "server's node alone says it; else null."
    )


class ComparedBlock(BaseModel):
    """The final block at which contract storage was read."""

    number: int = Field(description="Its height.")
    hash: Hash = Field(description="Its hash.")
    time: datetime = Field(description="Its time, UTC.")
    sequence: int = Field(description="Entries of the site's journal at it.")
    journal: Word = Field(description="The site's journal word in contract storage at it.")

    @classmethod
    def of(cls, stamp: BlockStamp, word: int, sequence: int) -> ComparedBlock:
        """Return a block and the word there."""
        return cls(
            number=stamp.number,
            hash=f"0x{stamp.hash.hex()}",
            time=moment(stamp.time),
            sequence=sequence,
            journal=f"{word:064x}",
        )


class VouchedBlock(BaseModel):
    """The newest checkpoint at or below that block."""

    number: int = Field(description="Height.")
    hash: Hash = Field(description="Hash of the block that the witnesses signed.")
    sequence: int = Field(description="Entries of the site's journal at it, proven in its state.")
    journal: Word = Field(description="The site's journal word, proven in its state.")
    signers: int = Field(description="How many witnesses signed it.")
    witnesses: int = Field(description="How many the server's trust file names.")
    threshold: int = Field(description="How many of them it takes.")

    @classmethod
    def of(cls, vouched: Vouched) -> VouchedBlock:
        """Return a checkpoint and the word in its state."""
        return cls(
            number=vouched.word.block,
            hash=f"0x{vouched.block_hash.hex()}",
            sequence=vouched.word.sequence,
            journal=f"{vouched.word.word:064x}",
            signers=vouched.signers,
            witnesses=vouched.witnesses,
            threshold=vouched.threshold,
        )


class JournalMismatch(BaseModel):
    """Where index and chain part."""

    sequence: int = Field(
        description="Of the first entry that is not the same; one more than `entries` where "
        "the chain has entries that the server does not know."
    )
    document: DocumentKey | None = Field(description="What the server has there; null where it has nothing.")
    remade: Word | None = Field(description="The journal word that follows from it; null likewise.")
    on_chain: Word = Field(description="The word with which it was compared.")
    block: int = Field(description="At which block it stood.")
    text: Saying = Field(description="The sentence.")

    @classmethod
    def of(cls, site: str, difference: JournalDifference) -> JournalMismatch:
        """Return a difference in words."""
        document = None if difference.document is None else f"{difference.document.key:062x}"
        return cls(
            sequence=difference.sequence,
            document=document,
            remade=None if difference.remade is None else f"{difference.remade:064x}",
            on_chain=f"{difference.on_chain.word:064x}",
            block=difference.on_chain.block,
            text=Saying(**_sentence(site, difference, document)),
        )


class CardProofs(BaseModel):
    """How far the rows of a site's stock card are proved, for the whole card at once."""

    site: SiteCode = Field(description="The site.")
    name: Name | None = Field(description="Its name.")
    entries: int = Field(description="Entries of its journal that the server knows.")
    spans: list[ProofSpan] = Field(
        description="From entry 1 to the last, without gaps; a row of the card is in the span that has its "
        "`sequence`, and is `pending` where it is newer than all of them. It is about documents; that "
        "quantities follow from them is what an audit compares."
    )
    mismatch: JournalMismatch | None = Field(
        description="Where index and chain part; null where they do not."
    )
    compared: ComparedBlock | None = Field(description="With what it was compared; null: not at all.")
    vouched: VouchedBlock | None = Field(description="What witnesses vouch for; null for nothing.")
    trouble: Saying | None = Field(description="Why nothing was compared; null where it was.")
    vouching_trouble: Saying | None = Field(
        description="Why no checkpoint was compared; null where one was, or nothing at all."
    )
    is_other_chain: bool = Field(
        description="Whether the server's chain is not the one that the witnesses signed: an alarm, whatever "
        "else matches."
    )
    block: Block = Field(description="Up to which block the index has read.")

    @classmethod
    def of(cls, site: str, name: Name | None, proof: CardProof, stamp: BlockStamp) -> CardProofs:
        """Return a proof as it goes out."""
        compared = None
        if proof.compared is not None and proof.final is not None:
            compared = ComparedBlock.of(proof.compared, proof.final.word, proof.final.sequence)
        trouble, vouching = proof.trouble, proof.vouching_trouble
        return cls(
            site=site,
            name=name,
            entries=proof.entries,
            spans=list(_spans(proof)),
            mismatch=None if proof.difference is None else JournalMismatch.of(site, proof.difference),
            compared=compared,
            vouched=None if proof.vouched is None else VouchedBlock.of(proof.vouched),
            trouble=None if trouble is None else Saying(**of_error(trouble)),
            vouching_trouble=None if vouching is None else Saying(**of_error(vouching)),
            is_other_chain=isinstance(vouching, CheckpointOtherError),
            block=Block.of(stamp),
        )


def _spans(proof: CardProof) -> Iterator[ProofSpan]:
    if proof.final is None:
        ends: list[tuple[int, ProofState, Literal["checkpoint", "node"] | None]] = [
            (proof.entries, "not_checked", None)
        ]
    else:
        parting = proof.entries + 1 if proof.difference is None else proof.difference.sequence
        same = parting - 1
        rest: ProofState = "pending" if proof.difference is None else "mismatch"
        vouched = 0 if proof.vouched is None else proof.vouched.word.sequence
        ends = [
            (min(vouched, same), "matched", "checkpoint"),
            (min(proof.final.sequence, same), "matched", "node"),
            (same, "pending", None),
            (proof.entries, rest, None),
        ]
    first = 1
    for end, state, by in ends:
        last = min(end, proof.entries)
        if last >= first:
            yield ProofSpan(first=first, last=last, state=state, vouched_by=by)
            first = last + 1


def _sentence(site: str, difference: JournalDifference, document: str | None) -> dict[str, str]:
    at, block, known = difference.sequence, difference.on_chain.block, difference.on_chain.sequence
    if document is None:
        return {
            "en": f"the journal of site {site} on chain has {known} entries at block {block}, and the server "
            f"knows none from {at} on; have the index rebuilt with `shecang index rebuild`",
            "zh": f"区块 {block} 时储备点 {site} 的链上账簿有 {known} 条，服务器缺少自第 {at} 条起的单据；"
            "请用 `shecang index rebuild` 重建索引",
        }
    return {
        "en": f"from entry {at} on (document {document}) the server's documents of site {site} are not those "
        f"to which the chain commits at block {block}; have the ledger audited with `shecang audit run`",
        "zh": f"自第 {at} 条（单据 {document}）起，服务器所存储备点 {site} 的单据"
        f"与区块 {block} 的链上账簿不符；请用 `shecang audit run` 审计",
    }
