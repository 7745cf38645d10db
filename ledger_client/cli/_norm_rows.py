"""How norms are shown: what holds, what waits, when counts are due, and who set it on which decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger_client.allocation import Terms, terms_in
from ledger_client.cli._counts import Counts, due_cell
from ledger_client.cli._decisions import digest_cell, who_cell
from ledger_client.cli._holders import shown_moment
from ledger_client.cli._norms import mode_name, shown_share
from ledger_client.cli._tables import Shown, for_programs, short
from ledger_client.fold.allocation_records import NormEntry, NormStep
from ledger_client.identifiers import StorageMode
from ledger_client.language import tr
from ledger_client.reasons import reason_label

if TYPE_CHECKING:
    from ledger_client.cli._holdings import Names
    from ledger_client.cli._office import Office
    from ledger_client.fold.records import RecordedDocument
    from ledger_client.index.norms import CountState, NormAt

STEPS = {
    NormStep.FLOOR: ("floor", "保底量"),
    NormStep.TERMS: ("terms", "调用条件"),
    NormStep.CYCLE: ("count cycle", "盘点周期"),
    NormStep.COUNT: ("count proved", "盘点依据"),
    NormStep.EMERGENCY: ("emergency", "应急状态"),
    NormStep.EMERGENCY_END: ("end of the emergency", "应急状态结束"),
}
"""English and Chinese of what an entry of a journal of Norms says."""


@dataclass(frozen=True, slots=True)
class NormRows:
    """Shows norms of one ledger.

    Attributes:
        office: Whose keys are called by their names.
        names: The proved names.
        offset: Of the ledger's days.
    """

    office: Office
    names: Names
    offset: int

    def floor(self, norm: NormAt, *, one_site: bool) -> dict[str, Any]:
        """Return what a site must keep of an item, and what it will have to."""
        unit = self.names.unit(norm.about)
        return {
            **self._site(norm.subject, one_site=one_site),
            "item": self.names.shown_item(norm.about),
            "floor": str(norm.value) if norm.since else None,
            "unit": unit,
            "from": self._since(norm),
            "next": self._next(norm, lambda value: (str(value), f"{value} {unit}".strip())),
        }

    def terms(self, norm: NormAt, *, rules: bool | None) -> dict[str, Any]:
        """Return on which terms a storage mode gives; `rules`: at the site asked about, None without one."""
        mode, terms = StorageMode(norm.about), norm.terms
        row = {
            "division": Shown(str(norm.subject), self._place(norm.subject)),
            "mode": Shown(mode_name(mode), mode.label),
            "share": Shown(terms.share if terms else None, shown_share(terms.share) if terms else ""),
            "notice": terms.notice if terms else None,
            "from": self._since(norm),
            "next": self._next(norm, _terms_value),
        }
        return row if rules is None else {**row, "rules": rules}

    def cycle(self, norm: NormAt, counts: Counts, *, one_site: bool) -> dict[str, Any]:
        """Return how often a category is counted, when next, and whether that is overdue."""
        count = counts.get((norm.subject, norm.about))
        return {
            **self._site(norm.subject, one_site=one_site),
            "category": self.names.category(norm.about),
            "days": norm.value if norm.since else None,
            "from": self._since(norm),
            "counted": self._counted(count),
            "count_due": due_cell(count, self.offset),
            "stale": Shown(True, tr("overdue", "逾期")) if count and count.is_stale else for_programs(False),
            "next": self._next(norm, lambda value: (value, tr(f"{value} days", f"{value} 天"))),
        }

    def stale(self, count: CountState, document: RecordedDocument | None) -> dict[str, Any]:
        """Return an overdue count: since when, what was counted last, and what nobody has proved yet."""
        return {
            "site": f"{count.site:015d}",
            "name": self.names.site(count.site),
            "category": self.names.category(count.category),
            "days": count.days,
            "stale_since": shown_moment(count.due + 1, self.offset),
            "counted": self._counted(count),
            "unproved": short(document.key, 62) if document else None,
        }

    def entry(self, subject: int, sequence: int, entry: NormEntry) -> dict[str, Any]:
        """Return an entry of the journal of a site or division."""
        step = NormStep(entry.step)
        about, value = self._said(step, entry)
        proves = step is NormStep.COUNT
        return {
            "entry": sequence,
            "recorded": shown_moment(entry.recorded_at, self.offset),
            "norm": Shown(step.name.lower(), tr(*STEPS[step])),
            "about": about,
            "value": value,
            "from": None if proves else shown_moment(entry.effective_at, self.offset),
            "reason": Shown(entry.reason, reason_label(entry.reason)) if entry.reason else None,
            "source": digest_cell(entry.source),
            "document": short(entry.count_key, 62) if entry.count_key else None,
            "by": who_cell(self.office, entry.actor, None if proves else entry.division),
            "place": for_programs(str(subject)),
        }

    def _said(self, step: NormStep, entry: NormEntry) -> tuple[Any, Any]:
        """Return what an entry is about, and what it sets."""
        match step:
            case NormStep.FLOOR:
                unit = self.names.unit(entry.about)
                return self.names.shown_item(entry.about), Shown(
                    str(entry.value), f"{entry.value} {unit}".strip()
                )
            case NormStep.TERMS:
                mode = StorageMode(entry.about)
                return Shown(mode_name(mode), mode.label), Shown(*_terms_value(entry.value))
            case NormStep.CYCLE:
                text = tr(f"{entry.value} days", f"{entry.value} 天") if entry.value else tr("none", "无")
                return self.names.category(entry.about), Shown(entry.value, text)
            case NormStep.COUNT:
                return self.names.category(entry.about), self._moment_said("counted", "盘点于", entry.value)
            case NormStep.EMERGENCY:
                return None, self._moment_said("until", "至", entry.value)
            case NormStep.EMERGENCY_END:
                return None, None

    def _moment_said(self, en: str, zh: str, seconds: int) -> Shown:
        moment = shown_moment(seconds, self.offset)
        return Shown(moment.code, tr(f"{en} {moment.text}", f"{zh} {moment.text}"))

    def _site(self, site: int, *, one_site: bool) -> dict[str, Any]:
        code = f"{site:015d}"
        if one_site:
            return {"site": for_programs(code)}
        return {"site": Shown(code, f"{code} {self.names.site(site)}".strip())}

    def _place(self, division: int) -> str:
        return f"{division or '0'} {self.names.place(division)}".strip()

    def _since(self, norm: NormAt) -> Shown | None:
        return shown_moment(norm.since, self.offset) if norm.since else None

    def _next(self, norm: NormAt, said: Any) -> Shown | None:
        """Return what waits, and from when it holds."""
        if norm.next_value is None:
            return None
        code, text = said(norm.next_value)
        begins = shown_moment(norm.next_from, self.offset)
        shown = tr(f"{text} from {begins.text}", f"自 {begins.text} 起 {text}")
        return Shown({"value": code, "from": begins.code}, shown)

    def _counted(self, count: CountState | None) -> Shown | None:
        if count is None:
            return None
        last = count.counted.stands_for if count.counted else 0
        return shown_moment(last, self.offset) if last else Shown(None, tr("none proved", "无依据"))


def _terms_value(value: int) -> tuple[Any, str]:
    """Return terms as JSON and as people have them."""
    terms: Terms | None = terms_in(value)
    if terms is None:
        return None, tr("none", "无")
    share = shown_share(terms.share)
    text = tr(f"{share}, notice {terms.notice} days", f"{share}，通知期 {terms.notice} 天")
    return {"share": terms.share, "notice": terms.notice}, text
