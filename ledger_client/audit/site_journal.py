"""How the documents of one site in an index stand to its journal on chain: up to which they are the same.

The words are made anew of what the index has of each document, and compared with a word of the chain: one in
contract storage, as a node says it, or one that is proven in the state of a checkpoint. A word holds how many
entries it commits to, so that everything up to there is complete and unaltered where both are equal::

    journals = RemadeJournals()
    journals.difference(reader, site, ChainWord(word, block), lambda block: ...)   # None: they are the same

It is the audit's comparison of one word. What the documents add up to, the audit itself compares.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ledger_client.audit._halving import ends_of_blocks, first_differing
from ledger_client.digests import digest_of_event, roll
from ledger_client.errors import UnavailableError
from ledger_client.evidence.export import as_recorded
from ledger_client.fold.records import RecordedDocument
from ledger_client.index.journals import JournalReader

_MASK_64 = (1 << 64) - 1
_PAGE = 500  # documents read from the index at once
_MOST_SITES = 1_000
_MOST_OF_SITE = 4  # words kept of a site: two are asked for at a time


@dataclass(frozen=True, slots=True)
class ChainWord:
    """The journal word of a site on chain.

    Attributes:
        word: Digest (192 bits) and sequence (64).
        block: Height of the block after which it stood.
    """

    word: int
    block: int

    @property
    def sequence(self) -> int:
        """How many entries it commits to."""
        return self.word & _MASK_64


@dataclass(frozen=True, slots=True)
class JournalDifference:
    """Where an index and the chain part.

    Attributes:
        sequence: Of the first entry that is not the same.
        document: What the index has there; None where it has nothing.
        remade: The word that follows from the index after that entry; None where it has nothing there.
        on_chain: What the chain says, and at which block.
    """

    sequence: int
    document: RecordedDocument | None
    remade: int | None
    on_chain: ChainWord


class _Step(NamedTuple):
    sequence: int
    document: RecordedDocument
    remade: int
    told: int


class RemadeJournals:
    """Journal words made anew of the documents of an index, a few of them kept for a while.

    Args:
        seconds: For how long a word is believed before the documents are read again: so long it may stay
            unseen that somebody changed the index.
        clock: Seconds that never go back.
    """

    def __init__(self, seconds: float = 300, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._kept: OrderedDict[int, dict[int, tuple[float, int]]] = OrderedDict()

    def word(self, reader: JournalReader, site: int, sequence: int) -> int | None:
        """Return the word after so many entries of a site; None where the index has fewer."""
        if not sequence:
            return 0
        now = self._clock()
        known = {each: found for each, found in self._kept.get(site, {}).items() if found[0] > now}
        begin = max((each for each in known if each <= sequence), default=0)
        until, word = known.get(begin, (now + self._seconds, 0))
        for step in _steps(reader, site, begin, sequence, word):
            begin, word = step.sequence, step.remade
        if begin < sequence:
            return None
        # What is built on a word that was kept is not believed for longer than it.
        known[sequence] = until, word
        self._kept[site] = dict(list(known.items())[-_MOST_OF_SITE:])
        self._kept.move_to_end(site)
        if len(self._kept) > _MOST_SITES:
            self._kept.popitem(last=False)
        return word

    def difference(
        self, reader: JournalReader, site: int, on_chain: ChainWord, stored: Callable[[int], int]
    ) -> JournalDifference | None:
        """Return where an index and the chain part, up to the block of a word; None where they do not.

        Args:
            reader: The index, which has read that block.
            site: The site.
            on_chain: The word.
            stored: Returns the word in contract storage at another block, where the node still has it.
        """
        remade = self.word(reader, site, on_chain.sequence)
        if remade == on_chain.word:
            return _surplus(reader, site, on_chain, remade)
        self._kept.pop(site, None)
        return _parting(reader, site, on_chain, stored)


def _surplus(reader: JournalReader, site: int, on_chain: ChainWord, remade: int) -> JournalDifference | None:
    """Return the entry of the index, up to the block of the word, that the chain does not have."""
    for step in _steps(reader, site, on_chain.sequence, on_chain.sequence + 1, remade):
        if step.document.block <= on_chain.block:
            return JournalDifference(step.sequence, step.document, step.remade, on_chain)
    return None


def _parting(
    reader: JournalReader, site: int, on_chain: ChainWord, stored: Callable[[int], int]
) -> JournalDifference:
    """Return where they part, knowing that they do.

    First the index is held against the words that the events told when it read them: that finds what was
    changed in it, document by document. Where it agrees with these, the events were not those of the chain,
    and the node's storage at the blocks of the documents says since when.
    """
    steps: list[_Step] = []
    for step in _steps(reader, site, 0, on_chain.sequence, 0):
        if step.remade != step.told:
            return JournalDifference(step.sequence, step.document, step.remade, on_chain)
        steps.append(step)
    ends = ends_of_blocks([(step.document, step.remade) for step in steps])
    beyond = JournalDifference(len(steps) + 1, None, None, on_chain)
    if len(steps) < on_chain.sequence and (not ends or _agrees(ends[-1], stored)):
        return beyond  # what there is, is right, and the rest is missing
    found = first_differing(ends, stored)
    for step in steps:
        if found is not None and step.document.number == found.number:
            return JournalDifference(step.sequence, step.document, step.remade, on_chain)
    return JournalDifference(1, steps[0].document if steps else None, None, on_chain)


def _agrees(end: tuple[RecordedDocument, int], stored: Callable[[int], int]) -> bool:
    try:
        return stored(end[0].block) == end[1]
    except UnavailableError:  # the node keeps no state as old: what the events told stands for it
        return True


def _steps(reader: JournalReader, site: int, after: int, last: int, word: int) -> Iterator[_Step]:
    """Yield the entries of a site behind one up to another, with the words made anew and as told."""
    while after < last:
        limit = min(_PAGE, last - after)
        documents = reader.history(site, after=after, limit=limit)
        told = reader.told_journals(site, after, limit)
        for document, each in zip(documents, told, strict=True):
            after += 1
            word = roll(word, site, _digest(document))
            yield _Step(after, document, word, each)
        if len(documents) < limit:
            return


def _digest(document: RecordedDocument) -> bytes:
    """Return the digest that follows from what an index has of a document; zeros where nothing can."""
    try:
        return digest_of_event(as_recorded(document))
    except (ValueError, OverflowError):  # somebody wrote into the table what no document has
        return bytes(32)
