"""From an offer to the file that one verifies against, and the newest block that was verified against it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from ledger_client.errors import MismatchError, UnavailableError, UsageError
from ledger_client.files import FileUnavailableError, read_limited, replace_private, write_new_private
from ledger_client.signers import Signer
from ledger_client.trust.succession import approve, require_successor
from ledger_client.trust.trust_file import TRUST_FILE_LIMIT, Accepted, Head, Offer, Trust, read_trust

_GROUP = 8


class FingerprintFormError(UsageError):
    """A text is no fingerprint."""

    en = "{value!r} is no fingerprint: it has eight groups of eight digits 0-9 and a-f; read it out once more"
    zh = "{value!r} 不是指纹：应为八组、每组八位（0-9、a-f）；请重新核读"


class FingerprintDiffersError(MismatchError):
    """A trust file is another one than the fingerprint says."""

    en = (
        "the fingerprint of {source} is {found}, not the one given: it is not the file that the operator "
        "made; nothing was accepted"
    )
    zh = "{source} 的指纹为 {found}，与所给不符：并非运营方所制的文件；未予接受"


class NotAcceptedError(UnavailableError):
    """A trust file was never accepted."""

    en = (
        "{source} is only an offer: compare its fingerprint with the operator by paper or telephone, then "
        "run `shecang trust accept`"
    )
    zh = "{source} 尚未接受：请先以书面或电话与运营方核对指纹，再运行 `shecang trust accept`"


class AlreadyAcceptedError(UsageError):
    """A trust file was accepted before."""

    en = "{source} was accepted before; give the offer that came from the operator"
    zh = "{source} 已是接受过的信任文件；请提供运营方发来的文件"


def fingerprint_groups(fingerprint: bytes) -> str:
    """Return a fingerprint as it is read aloud: eight groups of eight digits."""
    digits = fingerprint.hex()
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def parse_fingerprint(text: str) -> bytes:
    """Return the fingerprint in a typed text, whatever stands between its digits.

    Raises:
        FingerprintFormError: It has not 64 hexadecimal digits.
    """
    digits = re.sub(r"[\s:,-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise FingerprintFormError(value=text)
    return bytes.fromhex(digits)


def read_offer(path: Path) -> Offer:
    """Return the offer in a file.

    Raises:
        TrustFormError: It is no trust file.
        AlreadyAcceptedError: It was accepted before.
        FileUnavailableError: It cannot be read.
    """
    found = read_trust(read_limited(path, TRUST_FILE_LIMIT), str(path))
    if isinstance(found, Accepted):
        raise AlreadyAcceptedError(source=path)
    return found


def read_accepted(path: Path) -> Accepted:
    """Return the accepted trust file at `path`.

    Raises:
        TrustFormError: It is no trust file.
        NotAcceptedError: Nobody has accepted it.
        FileUnavailableError: It cannot be read.
    """
    found = read_trust(read_limited(path, TRUST_FILE_LIMIT), str(path))
    if isinstance(found, Offer):
        raise NotAcceptedError(source=path)
    return found


def accept(offer: Offer, fingerprint: bytes, path: Path, source: str) -> Trust:
    """Write the accepted file of an offer whose fingerprint somebody has compared.

    Args:
        offer: What the operator handed out.
        fingerprint: As it came over another channel.
        path: Of the new file.
        source: How a sentence calls the offer.

    Raises:
        FingerprintDiffersError: It is another one; nothing is written.
        FileExistsAlreadyError: The file is there already.
    """
    _require_fingerprint(offer, fingerprint, source)
    write_accepted(path, Accepted(offer.trust))
    return offer.trust


def _require_fingerprint(offer: Offer, fingerprint: bytes, source: str) -> None:
    found = offer.trust.fingerprint
    if found != fingerprint:
        raise FingerprintDiffersError(source=source, found=fingerprint_groups(found))


def write_accepted(path: Path, accepted: Accepted) -> None:
    """Write the new file of somebody who need not compare: who has just made the trust file itself.

    Raises:
        FileExistsAlreadyError: The file is there already.
    """
    write_new_private(path, accepted.to_bytes())


def accept_successor(offer: Offer, path: Path, source: str, fingerprint: bytes | None = None) -> Trust:
    """Put an offer in the place of the accepted file that it succeeds; the newest block verified stays.

    Args:
        offer: With the approvals of the old witnesses.
        path: The accepted file, which is replaced.
        source: How a sentence calls the offer.
        fingerprint: As it came over another channel, where somebody has compared it all the same.

    Raises:
        FingerprintDiffersError: It is another one; nothing is written.
        SuccessorOtherError: It is no successor of that file.
        ApprovalMissingError: Fewer than k of the old witnesses approve.
        ApprovalWrongError: One of the approvals is none.
    """
    if fingerprint is not None:
        _require_fingerprint(offer, fingerprint, source)
    with _locked(path):
        before = read_accepted(path)
        require_successor(before.trust, offer, source)
        replace_private(path, Accepted(offer.trust, before.head).to_bytes())
    return offer.trust


def remember_head(path: Path, trust: Trust, head: Head) -> None:
    """Note the newest block verified, unless a newer one was noted or the file is another one by now."""
    with _locked(path):
        stored = read_accepted(path)
        known = stored.head.number if stored.head else -1
        if stored.trust.fingerprint == trust.fingerprint and head.number > known:
            replace_private(path, Accepted(trust, head).to_bytes())


def add_approval(path: Path, before: Trust, witness: Signer) -> Offer:
    """Add a witness's approval to the offer in a file, and return it; two witnesses at once lose none.

    Raises:
        SuccessorOtherError: The offer is no successor of the trust file before.
        NoWitnessError: The key is none of its witnesses'.
    """
    with _locked(path):
        offer = approve(before, read_offer(path), witness, str(path))
        replace_private(path, offer.to_bytes())
    return offer


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep every other process from changing a file meanwhile."""
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire()
    except OSError as error:  # as on a medium that cannot be written
        raise FileUnavailableError(path=path, reason=error.strerror) from error
    try:
        yield
    finally:
        lock.release()
