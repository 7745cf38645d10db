"""What is done wrong: one change of an act. The model says whether it is refused, and with what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from model_act import DAY, LATE_AFTER, OFFSET, Act, day_of
from model_builder import Builder
from model_cast import (
    CLOSED_CONSIGNEE,
    COMMUNITY,
    DISPOSAL_SITE,
    FAR_COMMUNITY,
    FAR_SITE,
    NO_SITE_AT_ALL,
    OTHER_SITE,
    SECOND_KEEPER,
    SIGNERS,
    SITE,
    STRANGER,
)

from ledger_client.documents import Kind, Timestamp
from ledger_client.lines import line_width
from ledger_client.roles import Role
from ledger_client.words import join_words, pack_reference, split_words
from ledger_client.writing import Party

Fault = Callable[[Builder, Act], Act]


def ahead(b: Builder, act: Act) -> Act:
    return act.saying(occurred_at=Timestamp(b.now + b.choice.pick((120, 121, DAY))))


def not_midnight(b: Builder, act: Act) -> Act:
    midnight = (day_of(b.now) - 2) * DAY - OFFSET
    return act.saying(occurred_at=Timestamp(midnight + b.choice.pick((0, 1, OFFSET)), is_day_only=True))


def old(b: Builder, act: Act) -> Act:
    """Late, and nothing else is changed."""
    return act.saying(occurred_at=Timestamp(b.now - LATE_AFTER - b.choice.pick((0, 1))))


def by_a_stranger(b: Builder, act: Act) -> Act:
    return act.but(sender=Party(STRANGER, act.sender.division))


def by_another_role(b: Builder, act: Act) -> Act:
    """Somebody whose grant is another one, or lies elsewhere."""
    grant = b.choice.pick(list(b.state.grants))
    return act.but(sender=Party(SIGNERS[grant.holder], grant.division))


def by_a_revoked_keeper(b: Builder, act: Act) -> Act:
    return act.but(sender=Party(SECOND_KEEPER, COMMUNITY))


def far_approver(b: Builder, act: Act) -> Act:
    return act if act.kind in SENT_ALONE else act.but(approver=b.party(Role.APPROVER, FAR_SITE))


def an_approver(b: Builder, act: Act) -> Act:
    return act.but(approver=b.party(Role.APPROVER)) if act.kind not in SENT_ALONE else act


def without_approver(b: Builder, act: Act) -> Act:
    return act.but(approver=None)


def without_other(b: Builder, act: Act) -> Act:
    return act.but(other=None)


def same_signer(b: Builder, act: Act) -> Act:
    return act.but(other=act.sender) if act.other else act


def far_other(b: Builder, act: Act) -> Act:
    keepers = [each for each in b.state.grants if each.division == FAR_COMMUNITY]
    return act.but(other=Party(SIGNERS[keepers[0].holder], FAR_COMMUNITY)) if act.other else act


def field_without_meaning(b: Builder, act: Act) -> Act:
    field = b.choice.pick(("from_", "to", "qualification", "deadline"))
    return act.saying(**{field: b.choice.pick((1, b.now + DAY))})


def other_place(b: Builder, act: Act) -> Act:
    places = [SITE, OTHER_SITE, FAR_SITE, DISPOSAL_SITE, NO_SITE_AT_ALL, *b.state.places]
    return act.saying(**{b.choice.pick(("from_", "to")): b.choice.pick(places)})


def closed_place(b: Builder, act: Act) -> Act:
    closed = [site for site, place in b.state.places.items() if place.is_closed]
    return act.saying(to=b.choice.pick(closed)) if closed else other_place(b, act)


def to_itself(b: Builder, act: Act) -> Act:
    return act.saying(to=act.document.from_)


def other_consignee(b: Builder, act: Act) -> Act:
    to = b.choice.pick((0, 5, 1 << 160, CLOSED_CONSIGNEE))
    return act.saying(**{"to" if act.kind is Kind.ISSUE else "from_": to})


def words_less(b: Builder, act: Act) -> Act:
    """No lines, or a part of one."""
    words = split_words(act.document.lines)
    return act.saying(lines=join_words(words[: b.choice.pick((0, max(0, len(words) - 1)))]))


def words_more(b: Builder, act: Act) -> Act:
    words = [*split_words(act.document.lines), b.choice.number(1, 9) << 96 | 1]
    return act.saying(lines=join_words(words))


def rows_turned(b: Builder, act: Act) -> Act:
    return _with_rows(act, list(reversed(act.rows)))


def row_twice(b: Builder, act: Act) -> Act:
    return _with_rows(act, [*act.rows, *act.rows[-1:]])


def _with_rows(act: Act, rows: list[tuple[int, ...]]) -> Act:
    return act.saying(lines=join_words([word for row in rows for word in row]))


def _with_word(b: Builder, act: Act, word: int, change: Callable[[int], int]) -> Act:
    """Change a word of one line."""
    rows = act.rows
    if not rows or word >= line_width(act.kind):
        return act
    at = b.choice.number(0, len(rows) - 1)
    row = list(rows[at])
    row[word] = change(row[word]) % (1 << 256)
    return _with_rows(act, [*rows[:at], tuple(row), *rows[at + 1 :]])


def spare_bit(b: Builder, act: Act) -> Act:
    return _with_word(b, act, 0, lambda word: word | 1 << b.choice.number(63, 79))


def bit_of_a_word(b: Builder, act: Act) -> Act:
    """Any bit of the words after the first: attributes, amounts, batch, what was expected."""
    word, bit = b.choice.number(1, 4), b.choice.number(0, 255)
    return _with_word(b, act, word, lambda value: value ^ 1 << bit)


def quantity_zero(b: Builder, act: Act) -> Act:
    return _with_word(b, act, 0, lambda word: word >> 63 << 63)


def quantity_one_more(b: Builder, act: Act) -> Act:
    return _with_word(b, act, 0, lambda word: word + 1)


def quantity_huge(b: Builder, act: Act) -> Act:
    return _with_word(b, act, 0, lambda word: word | (1 << 63) - 1)


def another_lot(b: Builder, act: Act) -> Act:
    known = [*b.state.lots, 7]
    return _with_word(b, act, 0, lambda word: b.choice.pick(known) << 96 | word % (1 << 96))


def another_reason(b: Builder, act: Act) -> Act:
    reason = b.choice.pick((0, 1, 2, 3, 4, 1 << 15))
    if act.kind not in ONLY_THEIR_REASONS:
        reason %= 1 << 15
    return _with_word(b, act, 0, lambda word: word >> 96 << 96 | reason << 80 | word % (1 << 80))


def reference_to_nothing(b: Builder, act: Act) -> Act:
    if act.kind is Kind.COUNT:
        return act.saying(reference=b.choice.pick((0, act.document.reference + 99)))
    type_ = b.choice.pick((1, act.reference_type or 1))
    return act.saying(reference=pack_reference(type_, b.choice.number(1, 1 << 30)))


def reference_of_another_type(b: Builder, act: Act) -> Act:
    if act.kind is Kind.COUNT:
        return act
    return act.saying(reference=pack_reference(b.choice.pick((0, 4, 255)), act.reference_id))


def consignment_changed(b: Builder, act: Act) -> Act:
    given = act.consignment
    if given is None:
        return act
    change = b.choice.number(0, 3)
    if change == 0:
        return act.but(consignment=replace(given, state=3 - given.state))
    if change == 1:
        return act.but(consignment=replace(given, signers=given.signers[:-1]))
    if change == 2:
        return act.but(consignment=replace(given, lines=given.lines[:-32]))
    return act.but(consignment=b.choice.pick([each.given() for each in b.state.transits.values()]))


def original_changed(b: Builder, act: Act) -> Act:
    if act.original is None:
        return act
    of = b.choice.pick(list(b.played.acts.values()))
    if b.choice.chance(50):
        document = replace(act.original.document, reason=act.original.document.reason + 1)
        return act.but(original=replace(act.original, document=document))
    if of.key == act.reference_id or of.shape is Kind.REVERSAL:
        return act
    # Another document, which may be of any kind, named and given as it is.
    signers = of.signers if of.kind is Kind.DISPATCH else ()
    named = act.saying(from_=of.document.from_, to=of.document.to, reference=pack_reference(3, of.key))
    return named.but(original=replace(act.original, kind=of.kind, document=of.document, signers=signers))


def without_reason(b: Builder, act: Act) -> Act:
    return act.saying(reason=0)


def deadline_out_of_bounds(b: Builder, act: Act) -> Act:
    ahead = b.choice.pick((-1, 0, 1, 366 * DAY, 366 * DAY + 1))
    return act.saying(deadline=b.now + ahead) if act.kind is Kind.DISPATCH else act


def qualification_of_another(b: Builder, act: Act) -> Act:
    known = b.choice.pick([0, 9, *b.state.qualifications])
    return act.saying(qualification=known) if act.kind is Kind.RECEIPT else act


SENT_ALONE = (Kind.RELEASE, Kind.HOLD, Kind.SETTLEMENT, Kind.RECALL, Kind.LIFT)
ONLY_THEIR_REASONS = (Kind.CONTEST, Kind.RETURN_ACCEPTANCE, Kind.SETTLEMENT, Kind.ACCEPTANCE)
ABOUT_SIGNERS: tuple[Fault, ...] = (
    *(by_a_stranger, by_another_role, by_a_revoked_keeper, far_approver, an_approver, without_approver),
    *(without_other, same_signer, far_other),
)
ABOUT_CONTENT: tuple[Fault, ...] = (
    *(ahead, not_midnight, old, field_without_meaning, other_place, closed_place, to_itself, other_consignee),
    *(
        reference_to_nothing,
        reference_of_another_type,
        deadline_out_of_bounds,
        qualification_of_another,
        without_reason,
    ),
)
ABOUT_LINES: tuple[Fault, ...] = (
    *(words_less, words_more, rows_turned, row_twice, spare_bit, bit_of_a_word, quantity_zero),
    *(quantity_one_more, quantity_huge, another_lot, another_reason),
)
ABOUT_COMPANIONS: tuple[Fault, ...] = (consignment_changed, original_changed)
FAULTS = ABOUT_SIGNERS + ABOUT_CONTENT + ABOUT_LINES
TWO_SIDED = FAULTS + ABOUT_COMPANIONS * 4


def fault_of(b: Builder, act: Act) -> Act:
    """An act with one thing changed."""
    faults = TWO_SIDED if act.consignment or act.original else FAULTS
    return b.choice.pick(faults)(b, act)
