"""How far the stock card of a site is proved: the index against contract storage, and against a checkpoint.

The node says what the site's journal is at the newest final block; its state at the newest checkpoint proves
what k of n witnesses vouch for. Both words are compared with those that follow from the server's own index
(`ledger_client.audit.site_journal`), so that what a card shows is known to be what the chain commits to.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from api.jobs.opened import own_trust
from api.reading import Reading
from api.unknown import SiteUnknownError
from ledger_client.audit import AuditBlockReplacedError
from ledger_client.audit.site_journal import ChainWord, JournalDifference, RemadeJournals
from ledger_client.chain import Chain
from ledger_client.checkpoints import Checkpoint, Directory
from ledger_client.checkpoints.comparison import compare_statements
from ledger_client.contracts import Deployment
from ledger_client.errors import MismatchError, ShecangError, UnavailableError
from ledger_client.evidence._proving import proven_journal
from ledger_client.evidence.export import CheckpointOtherError
from ledger_client.fold.records import Site
from ledger_client.home import Home
from ledger_client.index import BlockStamp
from ledger_client.index.chain_source import ChainSource
from ledger_client.index.journals import JournalReader
from ledger_client.index.register_pages import journal_word
from ledger_client.slots import LEDGER, mapping_slot, slot_of
from ledger_client.trust import Trust

_HEIGHTS = 16
"""Statements of each witness that are looked through for the newest checkpoint."""

_MOST_PROVEN = 2_000
_MASK_64 = (1 << 64) - 1


class TrustOtherError(UnavailableError):
    """The trust file of a home is that of another ledger."""

    en = "the trust file of this server is of another ledger; who runs it accepts the one of this ledger"
    zh = "本服务器的信任文件属于另一账本；请服务器管理者接受本账本的信任文件"


class CheckpointAboveError(UnavailableError):
    """No checkpoint lies at or below the compared block."""

    en = "no checkpoint at or below block {block} is on this server; witnesses sign one in time"
    zh = "本服务器尚无区块 {block} 及以下的检查点；见证人将按期签署"


@dataclass(frozen=True, slots=True)
class Vouched:
    """A journal word that a checkpoint vouches for.

    Attributes:
        signers: How many of its witnesses signed.
        witnesses: How many there are.
        threshold: How many it takes.
    """

    word: ChainWord
    block_hash: bytes
    signers: int
    witnesses: int
    threshold: int


@dataclass(frozen=True, slots=True)
class CardProof:
    """How far a card is proved.

    Attributes:
        site: What is registered of the site.
        entries: Entries of its journal in the index.
        compared: Block at which contract storage was read; None where it was not.
        final: The word there; None likewise.
        vouched: What a checkpoint vouches for; None where none does.
        difference: Where index and chain part; None where they do not, or where nothing was compared.
        trouble: What kept it from being compared.
        vouching_trouble: What kept a checkpoint from being asked.
    """

    site: Site
    entries: int
    compared: BlockStamp | None = None
    final: ChainWord | None = None
    vouched: Vouched | None = None
    difference: JournalDifference | None = None
    trouble: ShecangError | None = None
    vouching_trouble: ShecangError | None = None


class Proofs:
    """What is asked of the chain about cards; used from several threads.

    Args:
        reading: The ledger.
        home: Where its trust file and its checkpoints are.
    """

    def __init__(self, reading: Reading, home: Home) -> None:
        self._reading, self._home = reading, home
        self._remade = RemadeJournals()
        self._one = threading.Lock()  # whoever asks next finds what the one before has computed
        self._proven: OrderedDict[tuple[int, bytes], int] = OrderedDict()

    def of(self, site: int) -> tuple[CardProof, BlockStamp]:
        """Return how far the card of a site is proved, and of which block the index is.

        Raises:
            SiteUnknownError: There is no such site.
        """
        chain, deployment = self._reading.chain, self._reading.deployment
        # Asked before the index is read once more: it only goes on meanwhile, and has all that is compared.
        before, stamp = self._reading.consistent(lambda index: _registered(index, site), JournalReader)
        try:
            compared = _compared(chain, deployment, stamp)
            final = ChainWord(_stored(chain, deployment, site, compared.number), compared.number)
        except UnavailableError as error:
            return CardProof(*before, trouble=error), stamp
        vouched, trouble = self._vouched(chain, deployment, site, compared.number)

        def read(index: JournalReader) -> CardProof:
            record, entries = _registered(index, site)
            words = [final] if vouched is None else [vouched.word, final]
            with self._one:
                found = [
                    self._remade.difference(
                        index, site, word, lambda block: _stored(chain, deployment, site, block)
                    )
                    for word in words
                ]
            parting = min(
                (each for each in found if each is not None), key=lambda each: each.sequence, default=None
            )
            return CardProof(record, entries, compared, final, vouched, parting, vouching_trouble=trouble)

        return self._reading.consistent(read, JournalReader)

    def _vouched(
        self, chain: Chain, deployment: Deployment, site: int, block: int
    ) -> tuple[Vouched | None, ShecangError | None]:
        """Return what the newest checkpoint up to a block vouches for, or what kept it from being asked."""
        try:
            trust = own_trust(self._home).trust
            if trust.ledger != deployment.addresses[LEDGER]:
                raise TrustOtherError()
            checkpoint = self._checkpoint(trust, block)
            word = ChainWord(self._proven_word(chain, trust, checkpoint, site), checkpoint.number)
        except ShecangError as error:
            return None, error
        witnesses = len(trust.witnesses)
        signers = len(checkpoint.statements)
        return Vouched(word, checkpoint.block_hash, signers, witnesses, trust.threshold), None

    def _checkpoint(self, trust: Trust, block: int) -> Checkpoint:
        place = Directory(self._home.checkpoints)
        said = {each: place.newest(trust, each, _HEIGHTS) for each in trust.witnesses}
        found = [each for each in compare_statements(trust, said).checkpoints if each.number <= block]
        if not found:
            raise CheckpointAboveError(block=block)
        return found[-1]

    def _proven_word(self, chain: Chain, trust: Trust, checkpoint: Checkpoint, site: int) -> int:
        """Return the word of a site in the state of a checkpoint, which never changes: it is asked for once.

        Raises:
            CheckpointOtherError: The node has another block there, or another state after it.
        """
        key = site, checkpoint.state_root
        if key not in self._proven:
            if chain.block(checkpoint.number).hash != checkpoint.block_hash:
                raise CheckpointOtherError(block=checkpoint.number)
            try:
                word = proven_journal(chain, trust, checkpoint.number, checkpoint.state_root, site)
            except MismatchError as error:
                raise CheckpointOtherError(block=checkpoint.number) from error
            self._proven[key] = word
            if len(self._proven) > _MOST_PROVEN:
                self._proven.popitem(last=False)
        return self._proven[key]


def _registered(index: JournalReader, site: int) -> tuple[Site, int]:
    record = index.site(site)
    if record is None:
        raise SiteUnknownError(site=site)
    return record, (journal_word(index, "site_journals", site) or 0) & _MASK_64


def _compared(chain: Chain, deployment: Deployment, stamp: BlockStamp) -> BlockStamp:
    """Return the newest block that is final and that the index has read.

    Raises:
        AuditBlockReplacedError: The index is not of this chain.
        UnavailableError: The node does not answer.
    """
    if ChainSource(chain, deployment).block(stamp.number) != stamp:
        raise AuditBlockReplacedError(block=stamp.number)
    final = chain.final()
    return stamp if final.number >= stamp.number else BlockStamp(final.number, final.hash, final.time)


def _stored(chain: Chain, deployment: Deployment, site: int, block: int) -> int:
    slot = mapping_slot(site, slot_of(LEDGER, "_siteJournals"))
    [word] = ChainSource(chain, deployment).storage(LEDGER, [slot], block)
    return word


async def _proofs_of(request: Request) -> Proofs:
    return cast(Proofs, request.state.proofs)


ProofsDep = Annotated[Proofs, Depends(_proofs_of)]
"""What is asked of the chain about cards, for an endpoint."""
