"""What a file must prove, derived from what it tells, and never listed in it.

Export and verification walk the same tries to the same keys in the same order, so that the nodes of a file
have one order, none too many and none missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ledger_client.addresses import Address, address_to_bytes
from ledger_client.contracts import CONTRACTS
from ledger_client.errors import MismatchError
from ledger_client.evidence._forms import Manifest
from ledger_client.evidence.card import SiteCard
from ledger_client.evidence.named import Named
from ledger_client.evidence.names import PLACES, NameLine
from ledger_client.evidence.norms import places_of
from ledger_client.evidence.registers import Registers
from ledger_client.evidence.tries import EMPTY_TRIE, Account, What
from ledger_client.slots import CATALOGUE, DIRECTORY, LEDGER, NORMS, REGISTRY, balance_key, mapping_slot
from ledger_client.trust import Trust

_ITEM = (1 << 64) - 1


class CodeOtherError(MismatchError):
    """The state proves other code than the trust file names."""

    en = (
        "the {contract} at {address} has other code than the trust file says (hash {found}…, expected "
        "{expected}…): it was swapped, or the trust file is of another version"
    )
    zh = (
        "{address} 处的 {contract} 代码与信任文件不符（摘要 {found}…，应为 {expected}…）："
        "合约被调换，或信任文件版本不同"
    )


class ContractAbsentError(MismatchError):
    """The state proves that there is no account where a contract should be."""

    en = "there is no {contract} at {address} in the state of this block: it was not deployed then"
    zh = "该区块的状态中 {address} 处没有 {contract}：当时尚未部署"


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whom and what the documents of a file name.

    Attributes:
        site: The site.
        item: The item to which balances are narrowed, 0 for none.
        lots: Lots of the site, 20 bytes each.
        items: Items of receipts, beside those of the lots.
        suppliers: Suppliers whose journals the file holds.
        issuers: Issuers likewise.
        holders: Holders of grants likewise.
        norms: Sites and divisions whose journals in Norms the file holds.
        names: Names that the file claims.
    """

    site: int
    item: int
    lots: Iterable[bytes]
    items: Iterable[int]
    suppliers: Iterable[int]
    issuers: Iterable[int]
    holders: Iterable[Address]
    norms: Iterable[int] = ()
    names: Sequence[NameLine] = ()


def demanded_subjects(
    manifest: Manifest,
    card: SiteCard,
    named: Named,
    registers: Registers,
    names: Sequence[NameLine] = (),
) -> Subjects:
    """Return what a file must prove: all that its documents name, of the classes of proof that it carries."""
    with_suppliers, with_grants = "suppliers" in manifest.classes, "grants" in manifest.classes
    return Subjects(
        site=manifest.site,
        item=manifest.item,
        lots=card.balances,
        items=named.items,
        suppliers=named.suppliers if with_suppliers else (),
        issuers=registers.issuers_of(named.receipts) if with_suppliers else (),
        holders=named.holders if with_grants else (),
        norms=places_of(manifest.site) if "norms" in manifest.classes else (),
        names=names,
    )


@dataclass(slots=True)
class Proven:
    """Words that a state holds, each proved.

    Attributes:
        site: Word of the site.
        lots: Lot word by lot.
        balances: Balance word by lot, of the item only if one was named.
        journals: Journal word by (register, subject of 20 bytes).
        items: Item word by item.
        names: Digest by (register, id).
    """

    site: int = 0
    lots: dict[bytes, int] = field(default_factory=dict)
    balances: dict[bytes, int] = field(default_factory=dict)
    journals: dict[tuple[str, bytes], int] = field(default_factory=dict)
    items: dict[int, int] = field(default_factory=dict)
    names: dict[tuple[str, int], int] = field(default_factory=dict)


class Words(Protocol):
    """Where a walk takes accounts and words; `tries.State` proves them."""

    def account(self, address: bytes, what: What) -> Account:
        """Return the account at an address of 20 bytes."""

    def word(self, account: Account, slot: bytes, what: What) -> int:
        """Return a word of an account's storage."""


class Walk:
    """The walk through a state: every contract's account first, then the journal, then all else.

    Args:
        state: Of the block.
        trust: Where the contracts are, what code they have, and in which slots they keep their words.

    Attributes:
        words: How many words of storage it has come to.

    Raises:
        ContractAbsentError: There is no contract.
        CodeOtherError: A contract has other code than the trust file says.
        ProofNodeError: A proof does not hold; so of every method.
        ProofValueError: A proof leads to something that no contract writes; likewise.
    """

    def __init__(self, state: Words, trust: Trust) -> None:
        self._state, self._trust = state, trust
        self._accounts = {name: self._account(name) for name in CONTRACTS}
        self.words = 0

    def _account(self, name: str) -> Account:
        contract = self._trust.contracts[name]
        account = self._state.account(address_to_bytes(contract.address), _called(name, f"{name} "))
        if account.is_absent:
            raise ContractAbsentError(contract=name, address=contract.address)
        if account.code_hash != contract.code_hash:
            raise CodeOtherError(
                contract=name,
                address=contract.address,
                found=account.code_hash.hex()[:8],
                expected=contract.code_hash.hex()[:8],
            )
        return account

    @property
    def keeps_nothing(self) -> bool:
        """Whether the ledger's storage is empty: not one document was ever recorded."""
        return self._accounts[LEDGER].storage_root == EMPTY_TRIE

    def journal(self, site: int) -> int:
        """Return the journal word of the site; it comes first, since all else follows from its documents."""
        return self._word(LEDGER, "_siteJournals", site, _called("the journal", "账簿"))

    def prove(self, subjects: Subjects) -> Proven:
        """Return every word that `subjects` ask for."""
        proven, site = Proven(), subjects.site
        for lot in sorted(subjects.lots):
            proven.lots[lot] = self._word(LEDGER, "_lots", lot, _called("lot", "批次", lot))
        for lot, word in proven.lots.items():
            if subjects.item in (0, word & _ITEM):
                what = _called("the balance of lot", "批次结存", lot)
                proven.balances[lot] = self._word(LEDGER, "_balances", balance_key(site, lot), what)
        proven.site = self._word(DIRECTORY, "_sites", site, _called("the site", "储备点"))
        self._prove_journals(subjects, proven)
        items = {word & _ITEM for word in proven.lots.values()} | set(subjects.items)
        for item in sorted(items):
            what = _called(f"item {item}", f"物品 {item} ")
            proven.items[item] = self._word(CATALOGUE, "_items", item, what)
        for name in subjects.names:
            contract, label = PLACES[name.register]
            what = _called(f"the name of {name.register} {name.id}", f"{name.register} {name.id} 的名称")
            proven.names[name.register, name.id] = self._word(contract, label, name.id, what)
        return proven

    def _prove_journals(self, subjects: Subjects, proven: Proven) -> None:
        holders = sorted(map(address_to_bytes, subjects.holders))
        suppliers, issuers = (
            [number.to_bytes(20, "big") for number in sorted(ids)]
            for ids in (subjects.suppliers, subjects.issuers)
        )
        for register, contract, label, raws in (
            ("holders", DIRECTORY, "_journals", holders),
            ("suppliers", REGISTRY, "_supplierJournals", suppliers),
            ("issuers", REGISTRY, "_issuerJournals", issuers),
            ("norms", NORMS, "_journals", [number.to_bytes(20, "big") for number in subjects.norms]),
        ):
            for raw in raws:
                what = _called("the journal of", "账簿", raw)
                proven.journals[register, raw] = self._word(contract, label, raw, what)

    def _word(self, contract: str, label: str, key: int | bytes, what: What) -> int:
        self.words += 1
        slot = mapping_slot(key, self._trust.contracts[contract].slots[label])
        return self._state.word(self._accounts[contract], slot, what)


def _called(en: str, zh: str, raw: bytes = b"") -> What:
    return What(f"{en} {raw.hex()}", f"{zh} {raw.hex()} ") if raw else What(en, zh)
