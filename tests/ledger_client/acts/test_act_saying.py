"""What acts say: everything that is signed, in both languages, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from acted import SIGNER
from test_act_checks import altered, inner_of
from test_act_file import places, put

from ledger_client.acts import Act, ActFormError, from_dict, say, to_dict
from ledger_client.documents import CHINA_OFFSET
from ledger_client.language import Language, use_language

UNSAID = {
    ("propose", "clientId"): "its key is said, which follows from it",
    ("request", "clientId"): "its key is said, which follows from it",
    ("show", "clientId"): "of a recorded document nobody looks at it again",
    ("proveCount", "clientId"): "of a recorded document nobody looks at it again",
    ("proveCount", "to"): "a count names one site; what was recorded otherwise is refused",
}
"""Arguments that no sentence has, and why."""


def said(act: Act, language: Language) -> list[str]:
    """What an act says."""
    use_language(language)
    return say(act, CHINA_OFFSET)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_argument_is_said(acts: Mapping[str, Act], language: Language) -> None:
    """Each argument is altered in turn, and some sentence says something else then."""
    told = 0
    for name, act in acts.items():
        value = to_dict(act)
        for path in places(value["arguments"]):
            place = ("arguments", *path)
            if isinstance(inner_of(value, place), dict | list) or (name, path[-1]) in UNSAID:
                continue
            own = name == "approveWithConsent" and path[0] == "consent"  # the sender's, made when it signs
            if own:
                continue
            try:
                other = from_dict(put(value, place, altered(inner_of(value, place))))
            except ActFormError:
                continue
            assert said(other, language) != said(act, language), (name, path)
            told += 1
    assert told > 100


def test_who_signs_where(acts: Mapping[str, Act]) -> None:
    for act in acts.values():
        for language in ("en", "zh"):
            before = said(act, language)
            others = [
                replace(act, sender=act.address),
                replace(act, chain_id=act.chain_id + 1),
                replace(act, address=act.sender),
                replace(act, gas=act.gas + 1),
            ]
            assert all(said(other, language) != before for other in others)


def test_every_sentence_is_whole(acts: Mapping[str, Act]) -> None:
    for act in acts.values():
        en, zh = said(act, "en"), said(act, "zh")
        assert len(en) == len(zh)
        for one, two in zip(en, zh, strict=True):
            assert one.isprintable() and two.isprintable()
            assert "{" not in one.split("Note")[0] and "None" not in one and "()" not in one
        assert en[0].isascii() or act.record is not None


def test_a_name_is_said_as_it_is_kept(acts: Mapping[str, Act]) -> None:
    assert said(acts["registerSite"], "en")[0] == (
        'Register site 420106001001101 as "东城储备点 / East site", which takes goods that may not be used.'
    )
    assert said(acts["registerSite"], "zh")[0].startswith('登记储备点 420106001001101："东城储备点')


def test_a_note_cannot_move_the_cursor(acts: Mapping[str, Act]) -> None:
    act = acts["request"]
    assert act.record is not None
    sentences = said(replace(act, record=replace(act.record, body={"note": "a\x1b[2J\u202eb\x9b"})), "en")
    assert all(each.isprintable() for each in sentences)
    assert "a\\u001b[2J\\u202eb\\u009b" in "".join(sentences)


def test_an_approval_says_its_document(acts: Mapping[str, Act]) -> None:
    text = "\n".join(said(acts["approveWithConsent"], "en"))
    assert "Dispatch: goods leave site 420106001001101 for site 420106001001102." in text
    assert ": 4" in text and "is to answer by" in text and '{"note": "加急"}' in text


def test_what_a_time_of_nothing_means(acts: Mapping[str, Act]) -> None:
    """Of a norm it is now; of a suspension it is 1970."""
    assert "It holds from the block that records it." in said(acts["setTerms"], "en")
    suspended = acts["suspendQualification"]
    since = replace(suspended, arguments=(*suspended.arguments[:-1], 0))
    assert "It takes effect at 1970-01-01 08:00." in said(since, "en")
    assert SIGNER.address in "".join(said(since, "en"))
