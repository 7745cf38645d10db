"""The trust file: all that a verifier believes, written down before it sees any evidence.

What the operator hands out is an *offer*; somebody who has compared its fingerprint over another channel
(paper, telephone) accepts it, and only an accepted one is verified against::

    offer = Offer(Trust.of(deployment, witnesses, threshold=2, spacing=100, final_depth=0))
    offer.trust.fingerprint            # 32 bytes, read aloud in eight groups
    accepted = Accepted(offer.trust)   # what `trust accept` writes

Everything that a verifier looks up on the chain follows from it: addresses and code hashes of the contracts,
and the slots in which they keep their words. Hexadecimal is lower case and without 0x.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ledger_client.addresses import Address, address_from_bytes, address_to_bytes
from ledger_client.canonical import NUMBER_LIMIT, NotCanonicalError, canonical, parse_canonical
from ledger_client.contracts import CONTRACTS, Deployment
from ledger_client.digests import domain_separator
from ledger_client.errors import UnavailableError, UsageError
from ledger_client.keccak import keccak
from ledger_client.slots import LEDGER, layout
from ledger_client.trust.signatures import SIGNATURE_BYTES

TRUST_FILE_LIMIT = 262_144
"""Bytes of a trust file at most."""

WITNESS_LIMIT = 256
SPACING_LIMIT = 10_000
"""Blocks between two checkpoints at most: as many headers an evidence file may carry."""

_VERSION = 2
"""1 had no Norms and no Reallocation."""
_BRACKETS = 2 * WITNESS_LIMIT  # one a witness that approved, and some
_OFFER, _ACCEPTED = "shecang-trust-offer", "shecang-trust"


class TrustFormError(UnavailableError):
    """A file is no trust file."""

    en = "{source} is no trust file ({reason}); ask the operator for it again"
    zh = "{source} 不是信任文件（{reason_zh}）；请向运营方重新索取"


class WitnessCountError(UsageError):
    """Witnesses and threshold do not go together."""

    en = (
        "{threshold} of {count} witnesses do not vouch for anything: name 1 to 256 different witnesses, of "
        "whom more than half must sign"
    )
    zh = "{count} 名见证人中的 {threshold} 名不足以作证：请指定 1 至 256 名不同的见证人，且须过半数签署"


class SpacingError(UsageError):
    """Checkpoints lie too far apart, or nowhere."""

    en = "a checkpoint every {spacing} blocks at depth {depth} cannot be; take 1 to 10000, and 0 or more"
    zh = "每 {spacing} 个区块、深度 {depth} 设检查点不可行；间隔应为 1 至 10000，深度不小于 0"


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract as a verifier knows it.

    Attributes:
        address: Where it is.
        code_hash: keccak of the code that it must have, 32 bytes.
        slots: Slot of each state variable, 32 bytes, by its name.
    """

    address: Address
    code_hash: bytes
    slots: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block of which somebody has verified evidence: number, and hash of 32 bytes."""

    number: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What is believed of one ledger.

    Attributes:
        chain_id: Id of the chain.
        genesis_hash: Hash of block 0, 32 bytes.
        first_block: Block below which the ledger has no event.
        offset: Seconds by which the ledger's days are ahead of UTC.
        contracts: By name, in the order of deployment.
        witnesses: Who vouches for headers, ascending by address.
        threshold: k, how many of them must; more than half.
        spacing: K, at multiples of which they sign.
        final_depth: How many blocks must lie above one that they sign.
        predecessor: Fingerprint of the trust file that this one succeeds, None for the first.
    """

    chain_id: int
    genesis_hash: bytes
    first_block: int
    offset: int
    contracts: Mapping[str, Contract]
    witnesses: tuple[Address, ...]
    threshold: int
    spacing: int
    final_depth: int
    predecessor: bytes | None = None

    @classmethod
    def of(
        cls,
        deployment: Deployment,
        witnesses: Sequence[Address],
        *,
        threshold: int,
        spacing: int,
        final_depth: int,
    ) -> Trust:
        """Return what follows from a deployment record and the choice of witnesses.

        Raises:
            WitnessCountError: Nobody vouches, one twice, or not more than half must.
            SpacingError: `spacing` or `final_depth` is out of range.
        """
        hashes, addresses = deployment.code_hashes, deployment.addresses
        contracts = {name: Contract(addresses[name], hashes[name], layout(name)) for name in CONTRACTS}
        trust = cls(
            chain_id=deployment.chain_id,
            genesis_hash=deployment.genesis_hash,
            first_block=deployment.first_block,
            offset=deployment.offset,
            contracts=contracts,
            witnesses=tuple(sorted(witnesses, key=address_to_bytes)),
            threshold=threshold,
            spacing=spacing,
            final_depth=final_depth,
        )
        trust._require_possible()
        return trust

    def _require_possible(self) -> None:
        count = len(self.witnesses)
        unlike = len(set(self.witnesses)) == count
        if not (1 <= count <= WITNESS_LIMIT and unlike and count < 2 * self.threshold <= 2 * count):
            raise WitnessCountError(threshold=self.threshold, count=count)
        if not (1 <= self.spacing <= SPACING_LIMIT and 0 <= self.final_depth < NUMBER_LIMIT):
            raise SpacingError(spacing=self.spacing, depth=self.final_depth)

    def succeeded_by(self, witnesses: Sequence[Address], *, threshold: int) -> Trust:
        """Return the same with other witnesses, as the successor of this one.

        Raises:
            WitnessCountError: As `of`.
        """
        successor = replace(
            self,
            witnesses=tuple(sorted(witnesses, key=address_to_bytes)),
            threshold=threshold,
            predecessor=self.fingerprint,
        )
        successor._require_possible()
        return successor

    @property
    def ledger(self) -> Address:
        """Address of the StockLedger, by which a ledger is known on its chain."""
        return self.contracts[LEDGER].address

    @property
    def domain(self) -> bytes:
        """EIP-712 domain separator of what its witnesses sign."""
        return domain_separator(self.chain_id, self.ledger)

    @property
    def fingerprint(self) -> bytes:
        """Keccak of the canonical text: 32 bytes."""
        return keccak(canonical(self.to_dict()))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "version": _VERSION,
            "chain_id": self.chain_id,
            "genesis_hash": self.genesis_hash.hex(),
            "first_block": self.first_block,
            "offset": self.offset,
            "contracts": {
                name: {
                    "address": address_to_bytes(contract.address).hex(),
                    "code_hash": contract.code_hash.hex(),
                    "slots": {label: slot.hex() for label, slot in contract.slots.items()},
                }
                for name, contract in self.contracts.items()
            },
            "witnesses": [address_to_bytes(witness).hex() for witness in self.witnesses],
            "threshold": self.threshold,
            "spacing": self.spacing,
            "final_depth": self.final_depth,
            "predecessor": self.predecessor.hex() if self.predecessor else None,
        }

    @classmethod
    def from_dict(cls, raw: Any) -> Trust:
        """Return what a JSON form says.

        Raises:
            ValueError: It is none, or one of another version.
        """
        if raw["version"] != _VERSION:
            raise ValueError(f"version {raw['version']}")
        trust = cls(
            chain_id=_number(raw["chain_id"]),
            genesis_hash=_bytes(raw["genesis_hash"], 32),
            first_block=_number(raw["first_block"]),
            offset=_number(raw["offset"]),
            contracts={name: _contract(raw["contracts"][name]) for name in CONTRACTS},
            witnesses=tuple(address_from_bytes(_bytes(witness, 20)) for witness in raw["witnesses"]),
            threshold=_number(raw["threshold"]),
            spacing=_number(raw["spacing"]),
            final_depth=_number(raw["final_depth"]),
            predecessor=_bytes(raw["predecessor"], 32) if raw["predecessor"] is not None else None,
        )
        try:
            trust._require_possible()
        except UsageError as error:
            raise ValueError(error.text("en")) from error
        if trust.to_dict() != raw or list(trust.witnesses) != sorted(trust.witnesses, key=address_to_bytes):
            raise ValueError("unknown or misplaced fields")
        return trust


@dataclass(frozen=True, slots=True)
class Approval:
    """A witness's signature under a successor.

    Attributes:
        witness: Of the predecessor.
        signature: 64 bytes, r ‖ vs (EIP-2098).
    """

    witness: Address
    signature: bytes


@dataclass(frozen=True, slots=True)
class Offer:
    """A trust file as the operator hands it out, with the approvals of a predecessor's witnesses, if any."""

    trust: Trust
    approvals: tuple[Approval, ...] = ()

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        approvals = [
            {"witness": address_to_bytes(each.witness).hex(), "signature": each.signature.hex()}
            for each in self.approvals
        ]
        return _text({"type": _OFFER, "trust": self.trust.to_dict(), "approvals": approvals})


@dataclass(frozen=True, slots=True)
class Accepted:
    """A trust file that somebody has accepted, with the newest block verified against it."""

    trust: Trust
    head: Head | None = field(default=None)

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        head = {"number": self.head.number, "hash": self.head.hash.hex()} if self.head else None
        return _text({"type": _ACCEPTED, "trust": self.trust.to_dict(), "head": head})


def read_trust(content: bytes, source: str) -> Offer | Accepted:
    """Return the trust file in `content`.

    Args:
        content: Of the file.
        source: How a sentence calls it.

    Raises:
        TrustFormError: It is none.
    """
    try:
        raw = parse_canonical(content.removesuffix(b"\n"), source, _BRACKETS)
        found = _read(raw)
    except NotCanonicalError as error:
        raise TrustFormError(source=source, reason=error.reason, reason_zh=error.reason_zh) from error
    except KeyError as error:
        member = ascii(error.args[0])[:60]
        raise TrustFormError(
            source=source, reason=f"{member} is missing", reason_zh=f"缺少 {member}"
        ) from error
    except (TypeError, ValueError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        raise TrustFormError(source=source, reason=reason, reason_zh="内容格式有误") from error
    if found.to_bytes() != content:
        raise TrustFormError(source=source, reason="unknown fields", reason_zh="含未知字段")
    return found


def _read(raw: Any) -> Offer | Accepted:
    trust = Trust.from_dict(raw["trust"])
    if raw["type"] == _OFFER:
        approvals = [
            Approval(
                address_from_bytes(_bytes(each["witness"], 20)), _bytes(each["signature"], SIGNATURE_BYTES)
            )
            for each in raw["approvals"]
        ]
        order = [address_to_bytes(each.witness) for each in approvals]
        if any(one >= two for one, two in pairwise(order)):
            raise ValueError("approvals out of order")
        return Offer(trust, tuple(approvals))
    if raw["type"] != _ACCEPTED:
        raise ValueError(f"type {raw['type']}")
    head = raw["head"]
    return Accepted(trust, head and Head(_number(head["number"]), _bytes(head["hash"], 32)))


def _contract(raw: Any) -> Contract:
    slots = {label: _bytes(slot, 32) for label, slot in raw["slots"].items()}
    return Contract(address_from_bytes(_bytes(raw["address"], 20)), _bytes(raw["code_hash"], 32), slots)


def _number(value: Any) -> int:
    # True is an int, and is no number here.
    if type(value) is not int or not 0 <= value < NUMBER_LIMIT:
        raise ValueError(f"{value!r} is no number")
    return value


def _bytes(text: Any, length: int) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != length or value.hex() != text:
        raise ValueError(f"{text} is not {length} bytes in lower-case hexadecimal")
    return value


def _text(value: Any) -> bytes:
    return canonical(value) + b"\n"
