"""Question → ranked provisions: asks the indexes, fuses, groups by provision, says what each score rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge_base.documents import Clause, Document, Provision
from knowledge_base.embedding import Embedder
from knowledge_base.lexical_index import LexicalIndex, Postings
from knowledge_base.normalisation import bigrams, searchable, simplified
from knowledge_base.passages import Passage, embedded_rows
from knowledge_base.question_bank import BankQuestion
from knowledge_base.ranking import Evidence, TrainedRanker, Vector, min_max, softmax, sum_by, unit
from knowledge_base.romanisation import PinyinLexicon
from knowledge_base.vector_index import VectorIndex

NEIGHBOURS = 60  # bank questions looked at
EMBEDDINGS_KEPT = 4096  # of questions: what a conversation leans on is asked for again
EMBEDDED_LENGTH = 300  # characters of a question that are embedded; the lexical sources read all of it
DENSE_DEPTH = 1500  # passages taken from the vector index where the corpus is larger than that
# Shares of the untrained fusion beside the passage's own BM25; chosen on half of 356 questions over policy texts.
DOCUMENT_SHARE = 0.3  # the whole document's BM25
LEAD_SHARE = 0.2  # BM25 of its title and first sentences
DENSE_SHARE = 0.5  # the cosine
RUNS_SHARE = 0.5  # long runs of characters in common, among the best `RUNS_DEPTH` documents
BANK_SHARE = 1.5  # nearest bank question, where there is a bank but no ranker for these vectors
RUNS_DEPTH = 20
CLOSEST = 5  # passages and known questions compared where texts stand beside the ranker's
COSINE_SPREAD = 5.0  # e5 cosines of related texts lie within 0.2 of each other, coverage between 0 and 1
TIE_SHARE = 0.01  # of the passage's own cosine: decides between passages of one document
UNTRAINED_SHARPNESS = 8.0  # turns fused scores into shares; only their order is meant


@dataclass(frozen=True, slots=True)
class SpokenClause:
    """A clause that speaks to the question, with its probability among all clauses."""

    clause: Clause
    probability: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A provision with the clauses that spoke for it, best first."""

    document_id: str
    provision: Provision
    clauses: tuple[SpokenClause, ...]
    score: float
    probability: float
    scores: Mapping[str, float]
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Hits, and the probabilities that the texts answer, treat without answering, or do not treat the question.

    `aspects`: the probability of each aspect (金额, 期限 …) that the question asks for it; empty where none was learnt.
    """

    hits: tuple[Hit, ...]
    answered: float
    not_specified: float
    out_of_scope: float
    aspects: Mapping[str, float] = field(default_factory=dict)


class Retriever(Protocol):
    """The hybrid serves; lexical and dense alone stand beside it in evaluation."""

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """At most k provisions, best first, without duplicates."""
        ...


@dataclass(frozen=True)
class Indexes:
    """What one version holds for searching; row i of `passages` is row i of both passage indexes."""

    passages: Sequence[Passage]
    lexical: LexicalIndex
    lexical_documents: LexicalIndex
    lexical_leads: LexicalIndex
    vectors: VectorIndex
    bank: Sequence[BankQuestion]
    lexical_bank: LexicalIndex | None
    document_ids: Sequence[str]
    pinyin: PinyinLexicon


class HybridRetriever:
    """The trained ranker where the documents have one, the untrained fusion elsewhere."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        indexes: Indexes,
        embedder: Embedder,
        ranker: TrainedRanker | None,
    ) -> None:
        self._documents = documents
        self._indexes = indexes
        self._embedder = embedder
        self._ranker = ranker
        position = {document_id: row for row, document_id in enumerate(indexes.document_ids)}
        self._owners = np.array([position[p.document_id] for p in indexes.passages], dtype=np.int64)
        self._embedded = np.array(embedded_rows(indexes.passages), dtype=np.int64)
        self._embedded_before: dict[str, Vector] = {}
        self._texts: dict[int, str] = {}
        self._plain: dict[int, bool] = {}
        rows = {(p.document_id, p.provision, p.first): i for i, p in enumerate(indexes.passages)}
        self._ranked_rows: NDArray[np.int64] = np.array([], dtype=np.int64)
        self._unranked_rows = np.arange(len(indexes.passages))
        if ranker is not None:
            keys = [name.split("#") for name in ranker.weights.clauses]
            self._ranked_clauses = [documents[document_id].clause(key) for document_id, key in keys]
            self._ranked_rows = np.array(
                [rows[c.document_id, c.provision, c.number] for c in self._ranked_clauses]
            )
            self._column_of = np.full(len(indexes.passages), -1, dtype=np.int64)
            self._column_of[self._ranked_rows] = np.arange(len(self._ranked_rows))
            self._unranked_rows = np.setdiff1d(self._unranked_rows, self._ranked_rows)
            of = [(c.document_id, c.provision) for c in self._ranked_clauses]
            self._places = list(dict.fromkeys(of))
            at = {place: number for number, place in enumerate(self._places)}
            self._place_of = np.array([at[place] for place in of], dtype=np.int64)
            self._columns = [np.flatnonzero(self._place_of == number) for number in range(len(self._places))]

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """See `Retriever`."""
        return list(self.consult(query, k).hits)

    def consult(self, query: str, k: int, subject: str = "") -> Finding:
        """The ranking together with the probability that the texts answer at all.

        A `subject` that came before is read together with the query: its words beside the query's, its vector in the
        mean, which ranks as well as embedding both at once and costs nothing where the subject was looked up before.
        """
        question = self._indexes.pinyin.read(searchable(query))
        embedding = self._embedding(question)
        if subject:
            earlier = self._indexes.pinyin.read(searchable(subject))
            embedding = unit(embedding + self._embedding(earlier))
            question = f"{earlier} {question}"
        if self._ranker is None:
            return self._fused(question, embedding, k)
        evidence = self.evidence(question, embedding)
        ranked = self._ranker.rank(evidence)
        answered, not_specified, out_of_scope = (float(p) for p in ranked.status)
        if len(self._unranked_rows) and (beside := self._beside(question, evidence, k)):
            return beside
        hits = self._ranked_hits(ranked.clauses, evidence, k)
        aspects = dict(zip(self._ranker.aspects.names, ranked.asked.tolist(), strict=True))
        return Finding(hits, answered, not_specified, out_of_scope, aspects)

    def _embedding(self, question: str) -> Vector:
        text = question[:EMBEDDED_LENGTH]
        known = self._embedded_before.get(text)
        if known is None:
            known = self._embedder.embed_queries([text])[0]
            if len(self._embedded_before) >= EMBEDDINGS_KEPT:
                self._embedded_before.clear()
            self._embedded_before[text] = known
        return known

    def evidence(self, question: str, embedding: Vector) -> Evidence:
        """Everything the ranker looks at, for a `searchable` question; only where there is a ranker."""
        assert self._ranker is not None
        lexical = self._indexes.lexical.scores(question)[self._ranked_rows]
        dense = self._dense(embedding)[self._ranked_rows]
        bank = self._indexes.lexical_bank
        assert bank is not None
        return Evidence(
            question,
            embedding,
            lexical,
            sum_by(self._ranker.weights.group_of, lexical),
            dense,
            self._indexes.vectors.search("bank", embedding, NEIGHBOURS),
            bank.scores(question),
            bank.postings(question),
            self._clause_words(question),
        )

    def _clause_words(self, question: str) -> Postings:
        """The ranker's clauses that hold each word of the question."""
        found = self._indexes.lexical.postings(question)
        columns = self._column_of[found.rows]
        return Postings(found.count, found.words[columns >= 0], columns[columns >= 0])

    def _beside(self, question: str, evidence: Evidence, k: int) -> Finding | None:
        """The finding in texts that the ranker was not trained on, where one of their passages is closer to the
        question than every ranked passage and every known question."""
        lexical = self._indexes.lexical.scores(question)
        dense = self._dense(evidence.embedding)
        asked = set(bigrams(question))
        bank = [(self._indexes.bank[row].question, cosine) for row, cosine in evidence.neighbours[:CLOSEST]]
        known = [_closeness(asked, text, cosine) for text, cosine in bank]
        known += self._closest(asked, self._ranked_rows, lexical, dense)
        if max(self._closest(asked, self._unranked_rows, lexical, dense)) <= max(known, default=0.0):
            return None
        others = {self._indexes.passages[int(row)].document_id for row in self._unranked_rows}
        found = self._fused(question, evidence.embedding, len(self._indexes.passages))
        return replace(found, hits=tuple(hit for hit in found.hits if hit.document_id in others)[:k])

    def _closest(
        self, asked: set[str], rows: NDArray[np.int64], lexical: Vector, dense: Vector
    ) -> list[float]:
        best = {*rows[np.argsort(-lexical[rows])[:CLOSEST]], *rows[np.argsort(-dense[rows])[:CLOSEST]]}
        return [_closeness(asked, self._indexes.passages[int(row)].text, float(dense[row])) for row in best]

    def _dense(self, embedding: Vector) -> Vector:
        total = len(self._indexes.passages)
        found = self._indexes.vectors.search("passages", embedding, min(total, DENSE_DEPTH))
        floor = found[-1][1] if found else 0.0
        scores = np.full(total, floor, dtype=np.float32)
        for row, cosine in found:
            scores[self._embedded[row]] = cosine
        return scores

    def _ranked_hits(self, shares: Vector, evidence: Evidence, k: int) -> tuple[Hit, ...]:
        sums = np.bincount(self._place_of, weights=shares, minlength=len(self._places))
        nearest = self._nearest_questions(evidence)
        hits = []
        for at in np.argsort(-sums, kind="stable")[:k]:
            document_id, provision = place = self._places[at]
            columns = self._columns[at][np.argsort(-shares[self._columns[at]], kind="stable")]
            hits.append(
                Hit(
                    document_id,
                    self._documents[document_id].provision(provision),
                    tuple(SpokenClause(self._ranked_clauses[c], float(shares[c])) for c in columns),
                    float(sums[at]),
                    float(sums[at]),
                    {
                        "lexical": float(evidence.lexical[columns].max()),
                        "dense": float(evidence.dense[columns].max()),
                    },
                    nearest.get(place, ()),
                )
            )
        return tuple(hits)

    def _nearest_questions(self, evidence: Evidence) -> dict[tuple[str, int], tuple[str, ...]]:
        """For each provision the nearest plainly written bank question that led to it, where any did."""
        nearest: dict[tuple[str, int], tuple[str, ...]] = {}
        for row, _ in evidence.neighbours:
            question = self._indexes.bank[row]
            if question.clauses and self._is_plain(row):
                for clause in question.clauses:
                    place = question.document_id, int(clause.partition(".")[0])
                    nearest.setdefault(place, (question.question,))
        return nearest

    def _is_plain(self, row: int) -> bool:
        """Whether a bank question is simplified Chinese without Latin words: fit to be shown to anyone."""
        known = self._plain.get(row)
        if known is None:
            question = self._indexes.bank[row].question
            known = not re.search("[A-Za-z]{2,}", question) and simplified(question) == question
            self._plain[row] = known
        return known

    def _fused(self, question: str, embedding: Vector, k: int) -> Finding:
        lexical = self._indexes.lexical.scores(question)
        dense = self._dense(embedding)
        by_document = DOCUMENT_SHARE * min_max(self._indexes.lexical_documents.scores(question))
        by_document = by_document + LEAD_SHARE * min_max(self._indexes.lexical_leads.scores(question))
        by_document = by_document + DENSE_SHARE * min_max(self._best_of_each_document(dense))
        best = self._best_of_each_document(min_max(lexical)) + by_document
        by_document = by_document + RUNS_SHARE * min_max(self._runs(question, best))
        fused = min_max(lexical) + by_document[self._owners] + TIE_SHARE * min_max(dense)
        fused = fused + BANK_SHARE * self._bank(embedding)
        return Finding(self._fused_hits(fused, lexical, dense, k), float(lexical.any()), 0.0, 0.0)

    def _best_of_each_document(self, scores: Vector) -> Vector:
        best = np.full(len(self._indexes.document_ids), scores.min(initial=0.0), dtype=np.float32)
        np.maximum.at(best, self._owners, scores)
        return best

    def _runs(self, question: str, scores: Vector) -> Vector:
        """Sum of length**1.5 over the runs that question and document share: order and names count."""
        runs = np.zeros(len(scores), dtype=np.float32)
        for row in np.argsort(-scores, kind="stable")[:RUNS_DEPTH]:
            text = self._texts.get(int(row))
            if text is None:
                text = searchable(self._documents[self._indexes.document_ids[int(row)]].text)
                self._texts[int(row)] = text
            runs[row] = sum(len(run) ** 1.5 for run in common_runs(question, text))
        return runs

    def _bank(self, embedding: Vector) -> Vector:
        """Cosine of the nearest bank question tied to each passage, scaled; zeros without a bank."""
        scores = np.zeros(len(self._indexes.passages), dtype=np.float32)
        neighbours = self._indexes.vectors.search("bank", embedding, NEIGHBOURS)
        nearest: dict[tuple[str, str], float] = {}
        for row, cosine in neighbours:
            for key in self._indexes.bank[row].clauses:
                nearest.setdefault((self._indexes.bank[row].document_id, key), cosine)
        for row, passage in enumerate(self._indexes.passages):
            keys = (f"{passage.provision}.{n}" for n in range(passage.first, passage.last + 1))
            scores[row] = max((nearest.get((passage.document_id, key), 0.0) for key in keys), default=0.0)
        return min_max(scores)

    def _fused_hits(self, fused: Vector, lexical: Vector, dense: Vector, k: int) -> tuple[Hit, ...]:
        shares = softmax(UNTRAINED_SHARPNESS * fused)
        hits: dict[tuple[str, int], Hit] = {}
        for row in np.argsort(-fused, kind="stable"):
            passage = self._indexes.passages[int(row)]
            key = (passage.document_id, passage.provision)
            if key in hits:
                continue
            if len(hits) == k:
                break
            provision = self._documents[key[0]].provision(key[1])
            clauses = provision.clauses[passage.first - 1 : passage.last]
            hits[key] = Hit(
                key[0],
                provision,
                tuple(SpokenClause(clause, float(shares[row])) for clause in clauses),
                float(fused[row]),
                float(shares[row]),
                {"lexical": float(lexical[row]), "dense": float(dense[row])},
            )
        return tuple(hits.values())


def _closeness(asked: set[str], text: str, cosine: float) -> float:
    """How much of the question a text covers, and how near it lies: both count alike over their usual spread."""
    covered = len(asked & set(bigrams(searchable(text)))) / max(len(asked), 1)
    return covered + COSINE_SPREAD * cosine


def common_runs(question: str, text: str, least: int = 2) -> list[str]:
    """Longest runs of at least `least` characters of the question that the text has too, left to right."""
    found: list[str] = []
    begin = 0
    while begin < len(question):
        end = begin
        while end < len(question) and question[begin : end + 1] in text:
            end += 1
        if end - begin >= least:
            found.append(question[begin:end])
        begin = max(end, begin + 1)
    return found
