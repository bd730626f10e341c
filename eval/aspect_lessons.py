"""What teaches which aspects (金额, 期限 …) a question asks for: phrasings, the bank, and the conversations; for `eval/fit_ranker.py`.

Phrasings (`lexicon/phrasings.json`, `{}` for the thing) are put together with topics of the opinion. Questions of the bank and
turns of the conversations say what they ask for (`asks`): a reader has written it down.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import binary_cross_entropy_with_logits, embedding_bag

from knowledge_base.aspects import AspectReader, Told
from knowledge_base.embedding import KnownVectors, Matrix
from knowledge_base.hashing import NGRAM_BUCKETS, ngram_buckets
from knowledge_base.lexicon import aspects
from knowledge_base.normalisation import searchable
from knowledge_base.sources import DATA, Sources, pinyin_lexicon

PHRASINGS = DATA / "lexicon" / "phrasings.json"
SEED = 20231106
TOPICS = 3  # that each phrasing is put together with
TOPIC_LENGTH = 14  # characters; longer ones are no things but sentences
EPOCHS, RATE, DECAY = 100, 0.05, 1e-7
SCALE = 8.0  # centred e5 rows are about 0.5 long: brings them to the size of the n-gram part
SURE, DOUBTED = 1.0, 0.2  # weights of labels


@dataclass(frozen=True)
class Lessons:
    """Questions with their embeddings, labels and the weights of the labels, both (questions, aspects)."""

    questions: list[str]
    vectors: Matrix
    labels: NDArray[np.float32]
    weights: NDArray[np.float32]

    def only(self, rows: NDArray[np.bool_]) -> Lessons:
        """Those of these rows."""
        kept = [question for question, row in zip(self.questions, rows, strict=True) if row]
        return Lessons(kept, self.vectors[rows], self.labels[rows], self.weights[rows])

    def and_also(self, others: Lessons) -> Lessons:
        """Both together."""
        return Lessons(
            self.questions + others.questions,
            np.vstack([self.vectors, others.vectors]),
            np.vstack([self.labels, others.labels]),
            np.vstack([self.weights, others.weights]),
        )


def of_phrasings(sources: Sources, known: KnownVectors) -> Lessons:
    """Every phrasing with a few topics of the opinion; the same ones each time."""
    drawn = random.Random(SEED)
    topics = [record.topic for read in sources.records.values() for record in read.values()]
    topics = [topic for topic in dict.fromkeys(topics) if 0 < len(topic) <= TOPIC_LENGTH]
    table: dict[str, list[str]] = json.loads(PHRASINGS.read_text("utf-8"))
    pairs = [
        (name, searchable(phrasing.replace("{}", topic)))
        for name, phrasings in table.items()
        for phrasing in phrasings
        for topic in (*drawn.sample(topics, TOPICS), "这个")
    ]
    labels = np.array([[name == asked for name in aspects()] for asked, _ in pairs], dtype=np.float32)
    weights = np.where((labels == 0) & _worded([q for _, q in pairs]), DOUBTED, SURE).astype(np.float32)
    questions = [question for _, question in pairs]
    return Lessons(questions, known.queries(questions), labels, weights)


def of_bank(sources: Sources, known: KnownVectors) -> Lessons:
    """The bank, row by row."""
    return _read([(question.question, question.asks) for question in sources.bank], sources, known)


def of_turns(sources: Sources, known: KnownVectors) -> Lessons:
    """Turns that follow on others, each by itself: short ones are seldom in the bank."""
    return _read([(turn.question, turn.asks) for turn in sources.turns if turn.past], sources, known)


def _read(asked: Sequence[tuple[str, Sequence[str]]], sources: Sources, known: KnownVectors) -> Lessons:
    pinyin = pinyin_lexicon(sources)
    questions = [pinyin.read(searchable(question)) for question, _ in asked]
    labels = np.array([[name in asks for name in aspects()] for _, asks in asked], dtype=np.float32)
    return Lessons(questions, known.queries(questions), labels, np.full_like(labels, SURE))


def _worded(questions: Sequence[str]) -> NDArray[np.bool_]:
    """Where the lexicon's words name the aspect."""
    return np.array([[bool(words.search(q)) for words in aspects().values()] for q in questions])


def fit(lessons: Lessons, told: Sequence[Told]) -> AspectReader:
    """One logistic regression an aspect, together; centring the embedding ends in the bias. `told`: of each clause."""
    torch.manual_seed(SEED)
    mean = lessons.vectors.mean(axis=0)
    x = torch.from_numpy((lessons.vectors - mean) * SCALE)
    buckets = [ngram_buckets(question) for question in lessons.questions]
    flat = torch.from_numpy(np.concatenate(buckets))
    lengths = torch.tensor([len(b) for b in buckets])
    offsets = torch.cumsum(lengths, 0) - lengths
    shares = torch.repeat_interleave(lengths.rsqrt(), lengths)
    y, weights = torch.from_numpy(lessons.labels), torch.from_numpy(lessons.weights)
    dense = torch.zeros(x.shape[1], y.shape[1], requires_grad=True)
    table = torch.zeros(NGRAM_BUCKETS, y.shape[1], requires_grad=True)
    bias = torch.full((y.shape[1],), -2.0, requires_grad=True)
    optimizer = torch.optim.Adam([dense, bias, table], lr=RATE)
    for _ in range(EPOCHS):
        optimizer.zero_grad()
        bag = embedding_bag(flat, table, offsets, mode="sum", per_sample_weights=shares)
        losses = binary_cross_entropy_with_logits(x @ dense + bag + bias, y, reduction="none")
        penalty = dense.square().sum() + table.square().sum()
        loss = (losses * weights).sum() / weights.sum() + DECAY * penalty
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        optimizer.step()
    w = (dense.detach() * SCALE).numpy()
    return AspectReader(
        tuple(aspects()),
        w,
        table.detach().numpy(),
        (bias.detach().numpy() - mean @ w).astype(np.float32),
        np.array([[name in sentence.states for name in aspects()] for sentence in told], dtype=np.float32),
        np.array(
            [[name in sentence.leaves_open for name in aspects()] for sentence in told], dtype=np.float32
        ),
    )


def save(reader: AspectReader, path: Path) -> None:
    """Half precision: the same reading."""
    arrays = {name: getattr(reader, name) for name in AspectReader.__dataclass_fields__ if name != "names"}
    halved = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(path, names=np.array(reader.names), **halved)
