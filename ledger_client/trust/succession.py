"""A successor: other witnesses for the same ledger, approved by those who vouched before."""

from __future__ import annotations

from dataclasses import replace

from ledger_client.addresses import address_to_bytes
from ledger_client.errors import MismatchError
from ledger_client.keccak import keccak
from ledger_client.signers import Signer
from ledger_client.trust.signatures import signed_by
from ledger_client.trust.trust_file import Approval, Offer, Trust

_MAY_CHANGE = frozenset({"witnesses", "threshold", "predecessor"})

SUCCESSION_TYPEHASH = keccak(b"Succession(bytes32 predecessor,bytes32 successor)")


class SuccessorOtherError(MismatchError):
    """An offer does not follow upon the trust file that was accepted."""

    en = (
        "{source} does not follow upon the trust file in use ({what} differs, and only witnesses may): "
        "nothing was changed; ask the operator which file comes next"
    )
    zh = (
        "{source} 不是现用信任文件的后继（{what} 不同，而只有见证人可以更换）：未作更改；"
        "请向运营方询问后继文件"
    )


class ApprovalMissingError(MismatchError):
    """Too few of the old witnesses approve."""

    en = "{found} of the old witnesses approve {source}, and {needed} are needed; nothing was changed"
    zh = "{source} 仅有 {found} 名原见证人同意，需 {needed} 名；未作更改"


class ApprovalWrongError(MismatchError):
    """An approval is by nobody who may approve, or of another file."""

    en = "the approval by {witness} in {source} is not signed by that old witness; nothing was changed"
    zh = "{source} 中 {witness} 的同意签名无效：并非原见证人所签；未作更改"


class NoWitnessError(MismatchError):
    """A key is not one of the old witnesses'."""

    en = "{address} is not a witness of the trust file in use, so that its approval counts for nothing"
    zh = "{address} 不是现用信任文件的见证人，其同意无效"


def approve(before: Trust, offer: Offer, witness: Signer, source: str) -> Offer:
    """Return an offer with one more approval.

    Args:
        before: The trust file in use.
        offer: Its successor.
        witness: One of its witnesses.
        source: How a sentence calls the offer.

    Raises:
        SuccessorOtherError: The offer is no successor.
        NoWitnessError: The key is none of its witnesses'.
    """
    _require_follows(before, offer.trust, source)
    if witness.address not in before.witnesses:
        raise NoWitnessError(address=witness.address)
    signature = witness.sign_digest(succession_digest(before, offer.trust))
    others = [each for each in offer.approvals if each.witness != witness.address]
    approvals = [*others, Approval(witness.address, signature.r + signature.vs)]
    return replace(offer, approvals=tuple(sorted(approvals, key=lambda each: address_to_bytes(each.witness))))


def require_successor(before: Trust, offer: Offer, source: str) -> None:
    """Refuse an offer that k of the witnesses before did not approve.

    Raises:
        SuccessorOtherError: It is no successor of that file.
        ApprovalWrongError: One of the approvals is none; the others do not mend that.
        ApprovalMissingError: There are too few.
    """
    _require_follows(before, offer.trust, source)
    digest = succession_digest(before, offer.trust)
    approved = set()
    for each in offer.approvals:
        signer = signed_by(digest, each.signature)
        if signer != each.witness or signer not in before.witnesses:
            raise ApprovalWrongError(witness=each.witness, source=source)
        approved.add(signer)
    if len(approved) < before.threshold:
        raise ApprovalMissingError(source=source, found=len(approved), needed=before.threshold)


def succession_digest(before: Trust, after: Trust) -> bytes:
    """Return the EIP-712 digest that a witness signs, in the domain of the ledger that stays the same."""
    struct = keccak(SUCCESSION_TYPEHASH + before.fingerprint + after.fingerprint)
    return keccak(b"\x19\x01" + before.domain + struct)


def _require_follows(before: Trust, after: Trust, source: str) -> None:
    """Refuse whatever is not the same ledger with other witnesses.

    Whoever approves is asked about witnesses; code hashes, slots or spacing that change beside them would be
    approved unseen, and with another spacing what was signed before would count no more.
    """
    if after.predecessor != before.fingerprint:
        raise SuccessorOtherError(source=source, what="predecessor")
    stays, comes = before.to_dict(), after.to_dict()
    changed = next((name for name in stays if stays[name] != comes[name] and name not in _MAY_CHANGE), None)
    if changed is not None:
        raise SuccessorOtherError(source=source, what=changed)
