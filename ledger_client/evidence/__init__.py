"""Evidence: the history of a site in one file that proves itself, to people who trust nobody else.

::

    export_evidence(file, source, trust, Request(site, block), checkpoint.statements)   # a node and an index
    report, head = verify_evidence(file, "card.jsonl.gz", accepted)                     # the file alone
    report.answer(Question.JOURNAL).state, report.exit_code

The format is in `_forms`, what must be proved in `claims`, what is answered in `_answers`; docs/verify.md
tells the story and docs/adr/0008-evidence-files.md the reasons.
"""

from ledger_client.evidence.report import Answer, AnswerState, Question, Report
from ledger_client.evidence.verification import verify_evidence

__all__ = ["Answer", "AnswerState", "Question", "Report", "verify_evidence"]
