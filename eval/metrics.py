"""What is measured on one answered case, and the means over cases; ranking metrics by `ir_measures`.

Which cases a metric covers is decided by the case, never by the answer: a case that failed counts 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG
from rapidfuzz.distance import LCSseq

from assistant.contract import Answer
from assistant.grounding import check_citation, check_statement
from eval.datasets import Case
from knowledge_base import Document
from knowledge_base.normalisation import searchable

RANKING = {
    "hit@1": Success @ 1,
    "hit@3": Success @ 3,
    "hit@10": Success @ 10,
    "mrr@10": RR @ 10,
    "ndcg@10": nDCG @ 10,
}
DECLINED = ("not_specified", "out_of_scope")
MET_BY = {"answer": ("answered",), "decline": DECLINED, "clarify": ("clarify",), "greet": ("chitchat",)}


@dataclass(frozen=True)
class Record:
    """One case with its answer (None where answering failed), its ranking, and the milliseconds it took."""

    case: Case
    answer: Answer | None
    ranking: tuple[str, ...]
    milliseconds: float
    error: str = ""

    @property
    def status_right(self) -> bool:
        """Whether the status is one that meets what the case expects."""
        return self.answer is not None and self.answer.status in MET_BY[self.case.expect]

    @property
    def declined(self) -> bool:
        """Whether the answer says that the texts do not say."""
        return self.answer is not None and self.answer.status in DECLINED


def _share(found: Iterable[bool]) -> float:
    values = list(found)
    return sum(values) / len(values) if values else 1.0


def _cited(record: Record) -> set[str]:
    if record.answer is None:
        return set()
    if record.case.points or record.case.needs:
        return {f"{citation.document_id}#{citation.number}" for citation in record.answer.citations}
    if record.case.document_ids:
        return {citation.document_id for citation in record.answer.citations}
    return {str(citation.number) for citation in record.answer.citations}


def citation_precision(record: Record) -> float:
    """Share of the cited provisions that the case requires or accepts; 0 where none is cited."""
    cited = _cited(record)
    allowed = set(record.case.relevant) | {str(number) for number in record.case.acceptable}
    return len(cited & allowed) / len(cited) if cited else 0.0


def citation_recall(record: Record) -> float:
    """Share of the required provisions that are cited."""
    cited = _cited(record)
    if record.case.needs:
        return _share(not cited.isdisjoint(need) for need in record.case.needs if need)
    return _share(name in cited for name in record.case.relevant)


def decomposition_recall(record: Record) -> float:
    """Share of the sub-questions that are met: answered from a right point, or declined in a part of the answer."""
    if record.answer is None:
        return 0.0
    parts = record.answer.parts
    declined = sum(part.status in DECLINED for part in parts) or int(record.declined)
    met = 0
    for need in record.case.needs:
        if need:
            met += not _cited(record).isdisjoint(need)
        elif declined:
            declined -= 1
            met += 1
    return met / len(record.case.needs)


def aspect_named(record: Record) -> float:
    """Share of the missing aspects that a decline names."""
    said = record.answer.unspecified if record.answer and record.declined else ()
    return _share(name in said for name in record.case.missing)


def wrong_document(record: Record, documents: Mapping[str, Document]) -> float:
    """1 where the first citation is of a document that the case does not name; measures are of the issued text."""
    named = [*record.case.points, *(name for need in record.case.needs for name in need)]
    expected = {point.partition("#")[0] for point in named} | set(record.case.document_ids)
    if not expected:
        expected = {document.id for document in documents.values() if document.text_kind == "original"}
    cited = record.answer.citations if record.answer else ()
    return float(bool(cited) and cited[0].document_id not in expected)


def quote_coverage(record: Record) -> float:
    """Share of the required substrings that the quotes together contain."""
    quotes = "\n".join(c.quote for c in record.answer.citations) if record.answer else ""
    return _share(text in quotes for text in record.case.must_quote)


def fact_coverage(record: Record) -> float:
    """Share of the key facts in the text, compared without regard to width and case."""
    text = searchable(record.answer.text) if record.answer else ""
    return _share(searchable(fact) in text for fact in record.case.key_facts)


def forbidden(record: Record) -> float:
    """Number of forbidden strings that the text shows outside its quotes."""
    if record.answer is None:
        return 0.0
    text = record.answer.text
    for citation in record.answer.citations:
        text = text.replace(citation.quote, "")
    return float(sum(bad in text for bad in record.case.must_not))


def rouge_l(record: Record) -> float:
    """Of the quotes against the reference answer."""
    if record.answer is None or not record.case.answer:
        return 0.0
    return rouge_l_of("".join(c.quote for c in record.answer.citations), record.case.answer)


def rouge_l_of(given: str, reference: str) -> float:
    """ROUGE-L F1 over characters (Lin 2004)."""
    common = LCSseq.similarity(given, reference)
    if not common:
        return 0.0
    precision, recall = common / len(given), common / len(reference)
    return 2 * precision * recall / (precision + recall)


def unverifiable_quotes(record: Record, documents: Mapping[str, Document]) -> float:
    """Citations that break a law."""
    citations = record.answer.citations if record.answer else ()
    return float(sum(bool(check_citation(citation, documents)) for citation in citations))


def foreign_numbers(record: Record, documents: Mapping[str, Document]) -> float:
    """Statements that break a law: foreign numbers and titles, false quotations, too much strength."""
    if record.answer is None:
        return 0.0
    return float(
        sum(
            bool(check_statement(statement, record.answer.citations, documents, record.case.question))
            for statement in record.answer.statements
        )
    )


def summarise(records: Sequence[Record], documents: Mapping[str, Document]) -> dict[str, float]:
    """All metrics over these records, each rounded to four digits."""
    answers = [r for r in records if r.case.expect == "answer"]
    declines = [r for r in records if r.case.expect == "decline"]
    declined = [r for r in records if r.declined]
    times = [r.milliseconds for r in records]
    values = {
        "questions": float(len(records)),
        **_ranking(answers),
        "citation_precision": _mean(answers, citation_precision),
        "citation_recall": _mean(answers, citation_recall),
        "decomposition_recall": _mean([r for r in records if len(r.case.needs) > 1], decomposition_recall),
        "aspect_named": _mean([r for r in declines if r.case.missing], aspect_named),
        "quote_coverage": _mean([r for r in answers if r.case.must_quote], quote_coverage),
        "fact_coverage": _mean([r for r in answers if r.case.key_facts], fact_coverage),
        "wrong_document": sum(wrong_document(r, documents) for r in answers) / max(len(answers), 1),
        "status_accuracy": _mean(records, lambda r: float(r.status_right)),
        "decline_precision": _mean(declined, lambda r: float(r.case.expect == "decline")),
        "decline_recall": _mean(declines, lambda r: float(r.declined)),
        "forbidden_strings": sum(map(forbidden, records)),
        "unverifiable_quotes": sum(unverifiable_quotes(r, documents) for r in records),
        "foreign_numbers": sum(foreign_numbers(r, documents) for r in records),
        "rouge_l": _mean([r for r in answers if r.case.answer], rouge_l),
        "failed": float(sum(r.answer is None for r in records)),
        "latency_p50_ms": float(np.percentile(times, 50)),
        "latency_p95_ms": float(np.percentile(times, 95)),
        "latency_p99_ms": float(np.percentile(times, 99)),
    }
    return {name: round(value, 4) for name, value in values.items()}


def _mean(records: Sequence[Record], metric: Callable[[Record], float]) -> float:
    return sum(map(metric, records)) / len(records) if records else 1.0


def _ranking(records: Sequence[Record]) -> dict[str, float]:
    judged = [record for record in records if record.case.relevant]
    return ranking_metrics(
        {r.case.id: r.case.relevant for r in judged}, {r.case.id: r.ranking for r in judged}
    )


def ranking_metrics(
    relevant: Mapping[str, Sequence[str]], rankings: Mapping[str, Sequence[str]]
) -> dict[str, float]:
    """`hit@k`, `mrr@10`, `ndcg@10` over all questions in `relevant`, whether anything was returned or not."""
    if not relevant:
        return dict.fromkeys(RANKING, 1.0)
    qrels = [Qrel(name, target, 1) for name, targets in relevant.items() for target in targets]
    run = [
        ScoredDoc(name, target, float(-rank))
        for name in relevant
        for rank, target in enumerate(rankings.get(name, ()))
    ]
    if not run:
        return dict.fromkeys(RANKING, 0.0)
    found = ir_measures.calc_aggregate(list(RANKING.values()), qrels, run)
    return {name: float(found[measure]) for name, measure in RANKING.items()}
