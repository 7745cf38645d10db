"""Acts over HTTP: what a server prepares is compared with form and trust file before its signer signs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ledger_client.act_forms import ActsKnown, NoActsKnown, Offices, parse_act_form, prepare_act
from ledger_client.acts import (
    Act,
    from_dict,
    require_ledger,
    require_same,
    require_signer,
    require_unsigned,
    say,
    to_dict,
)
from ledger_client.keccak import keccak
from ledger_client.remote.forms import Bodies, FormTimeError
from ledger_client.remote.place import SOURCE, TrustedPlace
from ledger_client.remote.transactions import hash_of, number_of
from ledger_client.remote.web import Web
from ledger_client.signers import Signer


@dataclass(frozen=True, slots=True)
class SignedAct:
    """An act with its transaction; handed in again, it is the same.

    Attributes:
        act: With what its sender signs beside the transaction.
        raw: The signed transaction.
    """

    act: Act
    raw: bytes

    @property
    def hash(self) -> bytes:
        """Of its transaction, 32 bytes."""
        return keccak(self.raw)


@dataclass(frozen=True, slots=True)
class RemoteActs:
    r"""Acts by way of a server.

    ::

        act = remote.acts.prepare(form)           # refused where it is not what the form says
        print(*remote.acts.sentences(act), sep="\n")
        signed = remote.acts.sign(act, signer)
        block = remote.wait(remote.acts.hand_in(signed))

    Attributes:
        web: The server.
        place: The ledger that is trusted.
    """

    web: Web
    place: TrustedPlace

    def prepare(self, form: Mapping[str, Any], known: ActsKnown | None = None) -> Act:
        """Have an act prepared, and compare it with what was asked for, field by field.

        Its id and the salt of its name or note are the server's; beside `act` nothing of its answer is used.

        Args:
            form: As `ledger_client.act_forms` has it. It leaves open nothing that `known` does not know.
            known: An index of one's own, for what the form leaves to the ledger; nothing where not given.

        Raises:
            ActMalformedError: It is no form.
            FormTimeError: It does not say when what it consents to occurs.
            FormOpenError: It leaves something to the server that cannot be compared.
            ActFormError: What the server prepared is no act that can be signed.
            ActLedgerError: It is for another ledger.
            ActDiffersError: It is something else than was asked for.
            RemoteProblemError: The server refuses, as for what the contract would refuse.
            RemoteAnswerError: It answers with something else.
        """
        parsed = parse_act_form(dict(form))
        if getattr(parsed, "occurred_at", "") is None:
            raise FormTimeError()
        # Before the server is asked: what is left open cannot be compared later.
        asked = self._asked(parsed, known)
        answer, _ = self.web.ask("POST", "/v1/acts", parsed.model_dump(mode="json"))
        if not isinstance(answer, dict):
            raise self.web.unread("no act")
        act = from_dict(answer.get("act"), "what the server prepared")
        self.require_ledger(act)
        require_same(act, asked)
        require_unsigned(act, asked)
        return act

    def sentences(self, act: Act) -> list[str]:
        """Return what an act says, made from the arguments that are signed."""
        return say(act, self.place.offset)

    def require_ledger(self, act: Act) -> None:
        """Refuse an act for another ledger.

        Raises:
            ActLedgerError: It is.
        """
        require_ledger(
            act,
            chain_id=self.place.chain_id,
            genesis=self.place.genesis_hash,
            contracts=self.place.addresses,
            source=SOURCE,
        )

    def sign(self, act: Act, signer: Signer) -> SignedAct:
        """Sign an act that somebody has read, under the number that the server gives; nothing is handed in.

        The number is the sender's for two minutes. It is the one thing that is the server's, and a wrong one
        records nothing.

        Args:
            act: From `prepare`, or from a file.
            signer: The key of its sender.

        Raises:
            ActFormError: It is no act that can be said in sentences, or its record is another one.
            ActLedgerError: It is for another ledger.
            ActSignerError: The key is not its sender's.
            NumberWrongError: The server gives a number that is none.
            RemoteProblemError: The server refuses, as where the contract would.
        """
        act = from_dict(to_dict(act))
        self.require_ledger(act)
        require_signer(act, signer.address)
        reserved, _ = self.web.ask("POST", "/v1/acts/number", {"act": to_dict(act)})
        number = number_of(reserved)
        signed = act.signed(signer)
        return SignedAct(signed, signer.sign_transaction(signed.transaction(number)))

    def hand_in(self, signed: SignedAct) -> bytes:
        """Hand an act in, and return the hash by which it is followed.

        It may be called again after a failure: what was handed in is handed in once.

        Raises:
            RemoteProblemError: The server refuses, as where the contract would.
        """
        form = {"act": to_dict(signed.act), "raw": f"0x{signed.raw.hex()}"}
        handed, _ = self.web.ask("POST", "/v1/transactions", form)
        return hash_of(handed, signed.hash)

    def _asked(self, form: Any, known: ActsKnown | None) -> Act:
        """Return the act that a form means, made here."""
        made = prepare_act(form, Offices.of(self.place, Bodies(form)), known or NoActsKnown())
        if made.act is None:
            raise TypeError("a form of an act makes one")
        return made.act
