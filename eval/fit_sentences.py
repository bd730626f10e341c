"""Fits which sentences of an unread text answer: `python -m eval.fit_sentences CORPUS QUESTIONS --home DIR`.

CORPUS and QUESTIONS as for `policy-assistant eval --corpus`; questions with an `answer`. Every second question is fitted on,
the others are reported on, beside the whole passage and its first sentence. Softmax regression over the candidates that
makes the expected ROUGE-L as large as it can. Writes `sentences.json`. Needs torch (extra `dev`).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from assistant.sentence_selection import (
    FEATURES,
    WEIGHTS,
    SentenceWeights,
    answering_sentences,
    candidates,
)
from assistant.settings import read_settings
from assistant.wiring import open_assistant
from eval.datasets import read_cases
from eval.metrics import rouge_l_of
from knowledge_base import Clause, Document
from knowledge_base.normalisation import searchable
from knowledge_base.sources import folder_sources

ROUNDS, RATE, DECAY = 250, 0.05, 0.001


@dataclass(frozen=True)
class Lesson:
    """One question with its reference answer, the passage found for it, and the candidates' features and ROUGE-L."""

    question: str
    answer: str
    document: Document
    spoken: tuple[Clause, ...]
    features: NDArray[np.float32]
    rouge: NDArray[np.float32]

    def picked(self, weights: SentenceWeights) -> float:
        """ROUGE-L of the candidate that the weights choose."""
        return float(self.rouge[weights.scores(self.features).argmax()])

    def of(self, clauses: Sequence[Clause]) -> float:
        """ROUGE-L of these sentences."""
        return rouge_l_of("".join(map(self.document.quote, clauses)), self.answer)


def main() -> None:
    """Fit on one half, save, report on the other."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit_sentences")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument(
        "--home", type=Path, default=Path("var/sentences"), help="where the corpus is indexed"
    )
    options = parser.parse_args()
    lessons = _lessons(options.corpus, options.questions, options.home)
    fitted, reported = lessons[::2], lessons[1::2]
    weights = _fitted(fitted)
    columns = zip(weights.mean, weights.deviation, weights.weight, strict=True)
    stored = {
        "fitted_on": f"{len(fitted)} of {len(lessons)} questions on policy texts, the others reported on",
        "weights": {
            name: {"mean": _rounded(m), "deviation": _rounded(d), "weight": _rounded(w)}
            for name, (m, d, w) in zip(FEATURES, columns, strict=True)
        },
    }
    WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    quoted = [
        one.of(answering_sentences(searchable(one.question), one.document, one.spoken)) for one in reported
    ]
    stored["rouge_l"] = {
        "questions": len(reported),
        "quoted": _mean(quoted),
        "picked": _mean([one.picked(weights) for one in reported]),
        "passage": _mean([one.of(one.spoken) for one in reported]),
        "first sentence": _mean([one.of(one.spoken[:1]) for one in reported]),
        "best candidate": _mean([float(one.rouge.max()) for one in reported]),
        "picked, on those fitted on": _mean([one.picked(weights) for one in fitted]),
    }
    WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(stored["rouge_l"], indent=1))


def _lessons(corpus: Path, questions: Path, home: Path) -> list[Lesson]:
    """Every question that a passage was found for, whether it is the right one or not: that is what one gets."""
    home.mkdir(parents=True, exist_ok=True)
    settings = read_settings().model_copy(update={"home": home})
    base = open_assistant(settings, lambda *_: None, lambda: folder_sources(corpus)).knowledge_base
    lessons = []
    for case in read_cases(questions):
        hits = base.retriever.consult(case.question, 1).hits
        if case.answer and hits:
            spoken = tuple(spoken.clause for spoken in hits[0].clauses)
            lessons.append(_lesson(case.question, case.answer, base.documents[hits[0].document_id], spoken))
    return lessons


def _lesson(question: str, answer: str, document: Document, spoken: tuple[Clause, ...]) -> Lesson:
    found = list(candidates(searchable(question), document, spoken))
    said = ["".join(map(document.quote, sentences)) for sentences, _ in found]
    return Lesson(
        question,
        answer,
        document,
        spoken,
        np.array([values for _, values in found], dtype=np.float32),
        np.array([rouge_l_of(text, answer) for text in said], dtype=np.float32),
    )


def _fitted(lessons: Sequence[Lesson]) -> SentenceWeights:
    everything = np.concatenate([lesson.features for lesson in lessons])
    mean, deviation = everything.mean(axis=0), everything.std(axis=0) + 1e-3
    scaled = [torch.from_numpy((lesson.features - mean) / deviation) for lesson in lessons]
    rouge = [torch.from_numpy(lesson.rouge) for lesson in lessons]
    weight = torch.zeros(len(FEATURES), requires_grad=True)
    optimizer = torch.optim.Adam([weight], lr=RATE)
    for _ in range(ROUNDS):
        optimizer.zero_grad()
        expected = [(torch.softmax(x @ weight, dim=0) * y).sum() for x, y in zip(scaled, rouge, strict=True)]
        loss = DECAY * weight.square().sum() - torch.stack(expected).mean()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        optimizer.step()
    return SentenceWeights(mean, deviation, weight.detach().numpy())


def _rounded(value: np.float32) -> float:
    return round(float(value), 4)


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4)


if __name__ == "__main__":
    main()
