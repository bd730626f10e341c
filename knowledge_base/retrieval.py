"""Question → ranked provisions: asks the indexes, fuses, groups by provision, says what each score rests on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge_base.answerability import Answerability, name_of
from knowledge_base.documents import Document
from knowledge_base.embedding import Embedder
from knowledge_base.findings import Finding, Hit, SpokenClause
from knowledge_base.lexical_index import Postings
from knowledge_base.normalisation import bigrams, searchable, simplified
from knowledge_base.ranking import Evidence, TrainedRanker, Vector, sum_by, unit
from knowledge_base.reader import NOTHING, Past, Reader, Reading
from knowledge_base.untrained_fusion import CLOSEST, NEIGHBOURS, Indexes, UntrainedFusion, closeness
from knowledge_base.vector_index import nearest_rows

EMBEDDINGS_KEPT = 4096  # of questions: what a conversation leans on is asked for again
SHOWN_LENGTH = 26  # characters; a longer question tells a story that is somebody else's
# kinds of questions that are written as they were typed or heard, with somebody's story, or as an order
MISHEARD = ("asr", "pinyin", "fragment", "slang", "scenario", "instruction")
EMBEDDED_LENGTH = 300  # characters of a question that are embedded; the lexical sources read all of it


class Retriever(Protocol):
    """The hybrid serves; lexical and dense alone stand beside it in evaluation."""

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """At most k provisions, best first, without duplicates."""
        ...


class HybridRetriever:
    """The trained ranker where the documents have one, the untrained fusion elsewhere."""

    def __init__(
        self,
        documents: Mapping[str, Document],
        indexes: Indexes,
        embedder: Embedder,
        ranker: TrainedRanker | None,
        reader: Reader | None = None,
        answerability: Answerability | None = None,
    ) -> None:
        self._documents = documents
        self._indexes = indexes
        self._embedder = embedder
        self._ranker = ranker
        self.reader = reader
        self._answerability = answerability
        self._fusion = UntrainedFusion(documents, indexes)
        self._embedded_before: dict[str, Vector] = {}
        self._plain: dict[int, bool] = {}
        rows = {(p.document_id, p.provision, p.first): i for i, p in enumerate(indexes.passages)}
        self._ranked_rows: NDArray[np.int64] = np.array([], dtype=np.int64)
        self._unranked_rows = np.arange(len(indexes.passages))
        self._ranked_documents: set[str] = set()
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
            self._ranked_documents = {document_id for document_id, _ in self._places}
            at = {place: number for number, place in enumerate(self._places)}
            self._place_of = np.array([at[place] for place in of], dtype=np.int64)
            self._columns = [np.flatnonzero(self._place_of == number) for number in range(len(self._places))]

    def retrieve(self, query: str, k: int) -> list[Hit]:
        """See `Retriever`."""
        return list(self.consult(query, k).hits)

    def as_searched(self, text: str) -> str:
        """A text in the form in which it is looked up."""
        return self._indexes.pinyin.read(searchable(text))

    def consult(self, query: str, k: int, past: Past = NOTHING) -> Finding:
        """The ranking together with the probability that the texts answer at all.

        A query that comes after something is read with it. Texts that people added, and other corpora, have no reader: there
        the words asked before stand beside the query's, their vector in the mean, which ranks as well as embedding both at once.
        """
        return self._found(query, k, past, self.reader)

    def search(self, query: str, k: int) -> Finding:
        """As `consult`, without the reader: for a turn that is read with its past, reading it alone as well adds nothing."""
        return self._found(query, k, NOTHING, None)

    def warm(self) -> None:
        """Open all that the first question would wait for."""
        self.consult("政策", 1)
        if self._answerability:
            self._answerability.log_odds("政策", NOTHING, "", "政策")

    def answers(self, query: str, document_id: str, key: str, past: Past = NOTHING) -> float | None:
        """Log odds that a clause answers a query that comes after something, read together.

        None for texts that nothing was trained on: those that people added, and other corpora.
        """
        if self._answerability is None or document_id not in self._ranked_documents:
            return None
        document = self._documents[document_id]
        asked = Past(self.as_searched(past.asked))
        quote = document.quote(document.clause(key))
        return self._answerability.log_odds(self.as_searched(query), asked, name_of(document), quote)

    def _found(self, query: str, k: int, past: Past, reader: Reader | None) -> Finding:
        turn, earlier = self.as_searched(query), self.as_searched(past.asked)
        question = f"{earlier} {turn}" if earlier else turn
        if self._ranker is None:
            return self._fusion.find(question, self._vector(turn, earlier), k)
        if len(self._unranked_rows) and (beside := self._beside(question, self._vector(turn, earlier), k)):
            return beside
        if earlier and reader:
            return self._as_read(reader.read(turn, Past(earlier, self.as_searched(past.shown))), reader, k)
        evidence = self.evidence(question, self._vector(turn, earlier))
        ranked = self._ranker.rank(evidence)
        clauses, status = ranked.clauses, ranked.status
        if reader:
            clauses, status = reader.mixture.joined(clauses, status, reader.read(turn))
        scores = {"lexical": evidence.lexical, "dense": evidence.dense}
        hits = self._ranked_hits(clauses, k, scores, self._nearest_questions(evidence))
        answered, not_specified, out_of_scope = map(float, status)
        aspects = dict(zip(self._ranker.aspects.names, ranked.asked.tolist(), strict=True))
        return Finding(hits, answered, not_specified, out_of_scope, aspects)

    def _as_read(self, reading: Reading, reader: Reader, k: int) -> Finding:
        answered, not_specified, out_of_scope = map(float, reading.status)
        aspects = dict(zip(reader.aspects, reading.asked.tolist(), strict=True))
        return Finding(self._ranked_hits(reading.clauses, k), answered, not_specified, out_of_scope, aspects)

    def _vector(self, turn: str, earlier: str) -> Vector:
        own = self._embedding(turn)
        return unit(own + self._embedding(earlier)) if earlier else own

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
        dense = self._fusion.dense(embedding)[self._ranked_rows]
        bank = self._indexes.lexical_bank
        assert bank is not None
        assert self._indexes.bank_places is not None
        place = self._ranker.weights.bank_space.place(question, embedding)
        return Evidence(
            question,
            embedding,
            lexical,
            sum_by(self._ranker.weights.group_of, lexical),
            dense,
            nearest_rows(self._indexes.bank_places, place, NEIGHBOURS),
            bank.scores(question),
            bank.postings(question),
            self._clause_words(question),
        )

    def _clause_words(self, question: str) -> Postings:
        """The ranker's clauses that hold each word of the question."""
        found = self._indexes.lexical.postings(question)
        columns = self._column_of[found.rows]
        return Postings(found.count, found.words[columns >= 0], columns[columns >= 0])

    def _beside(self, question: str, embedding: Vector, k: int) -> Finding | None:
        """The finding in texts that the ranker was not trained on, where one of their passages is closer to the
        question than every ranked passage and every known question."""
        lexical = self._indexes.lexical.scores(question)
        dense = self._fusion.dense(embedding)
        asked = set(bigrams(question))
        near = self._indexes.vectors.search("bank", embedding, CLOSEST)
        bank = [(self._indexes.bank[row].question, cosine) for row, cosine in near]
        known = [closeness(asked, text, cosine) for text, cosine in bank]
        known += self._fusion.closest(asked, self._ranked_rows, lexical, dense)
        if max(self._fusion.closest(asked, self._unranked_rows, lexical, dense)) <= max(known, default=0.0):
            return None
        others = {self._indexes.passages[int(row)].document_id for row in self._unranked_rows}
        found = self._fusion.find(question, embedding, len(self._indexes.passages))
        return replace(found, hits=tuple(hit for hit in found.hits if hit.document_id in others)[:k])

    def _ranked_hits(
        self,
        shares: Vector,
        k: int,
        scores: Mapping[str, Vector] = MappingProxyType({}),
        nearest: Mapping[tuple[str, int], tuple[str, ...]] = MappingProxyType({}),
    ) -> tuple[Hit, ...]:
        sums = np.bincount(self._place_of, weights=shares, minlength=len(self._places))
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
                    {name: float(values[columns].max()) for name, values in scores.items()},
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
        """Whether a bank question is fit to be shown to anyone: short, simplified Chinese, without Latin words or typos."""
        known = self._plain.get(row)
        if known is None:
            entry = self._indexes.bank[row]
            question = entry.question
            known = len(question) <= SHOWN_LENGTH and entry.kind not in MISHEARD
            known = known and not re.search("[A-Za-z]{2,}", question) and simplified(question) == question
            self._plain[row] = known
        return known
