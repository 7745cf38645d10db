"""Needs: a public list of what institutions ask for becomes requests, drafts with questions, and the rest.

Pure of any chain: a list and a mapping go in, a plan comes out in which every row of the list stands exactly
once. Nothing is guessed; what nobody said is a question that an office answers in a workbook::

    from ledger_client import needs

    plan = needs.plan_needs(needs.read_needs("needs.json"), needs.read_needs_mapping("mapping.csv"))
    needs.write_questions(plan, "questions.xlsx")                   # to the offices
    plan = needs.answer_questions(plan, "questions-answered.xlsx")  # and back
    for sentence in needs.summarise_needs(plan):
        print(sentence)

The mapping begins as a template, `write_needs_mapping(propose_needs_mapping(listed), path, listed)`. The
client id of a request is `ledger_client.book.client_id(salt, request.row.identity)`, the same whenever the
list is read again, so that recording a plan twice makes nothing twice.
"""

from ledger_client.needs._answers import answer_questions
from ledger_client.needs._counts import NeedsCounts, count_needs, summarise_needs
from ledger_client.needs._errors import AnswersFileError, AnswersFormError, NeedsFileError, NeedsTooLargeError
from ledger_client.needs._json import needs_to_dict
from ledger_client.needs._mapping import (
    Defaults,
    GoodsRow,
    InstitutionRow,
    NeedsMapping,
    propose_needs_mapping,
)
from ledger_client.needs._mapping_file import needs_mapping_to_csv, read_needs_mapping, write_needs_mapping
from ledger_client.needs._model import (
    AnswerFault,
    Draft,
    Entry,
    Institution,
    NeedRow,
    NeedsList,
    NeedsPlan,
    Question,
    Request,
    Unnamed,
    Unplanned,
    Urgency,
)
from ledger_client.needs._plan import plan_needs
from ledger_client.needs._questions import questions_to_xlsx, write_questions
from ledger_client.needs._read import read_needs

__all__ = [
    "AnswerFault",
    "AnswersFileError",
    "AnswersFormError",
    "Defaults",
    "Draft",
    "Entry",
    "GoodsRow",
    "Institution",
    "InstitutionRow",
    "NeedRow",
    "NeedsCounts",
    "NeedsFileError",
    "NeedsList",
    "NeedsMapping",
    "NeedsPlan",
    "NeedsTooLargeError",
    "Question",
    "Request",
    "Unnamed",
    "Unplanned",
    "Urgency",
    "answer_questions",
    "count_needs",
    "needs_mapping_to_csv",
    "needs_to_dict",
    "plan_needs",
    "propose_needs_mapping",
    "questions_to_xlsx",
    "read_needs",
    "read_needs_mapping",
    "summarise_needs",
    "write_needs_mapping",
    "write_questions",
]
