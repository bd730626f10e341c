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

from assistant.sentence_selection import FEATURES, WEIGHTS, SentenceWeights, candidates
from assistant.settings import read_settings
from assistant.wiring import open_assistant
from eval.datasets import read_cases
from eval.metrics import rouge_l_of
from knowledge_base import Document, Hit
from knowledge_base.normalisation import searchable
from knowledge_base.sources import folder_sources

ROUNDS, RATE, DECAY = 250, 0.05, 0.001


@dataclass(frozen=True)
class Lesson:
    """One question: the candidates' features and ROUGE-L, and that of the passage and of its first sentence."""

    features: NDArray[np.float32]
    rouge: NDArray[np.float32]
    passage: float
    first_sentence: float


def main() -> None:
    """Fit on one half, report on the other, save."""
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
    scores = {
        "questions": len(reported),
        "picked": _mean([float(one.rouge[weights.scores(one.features).argmax()]) for one in reported]),
        "passage": _mean([one.passage for one in reported]),
        "first sentence": _mean([one.first_sentence for one in reported]),
        "best candidate": _mean([float(one.rouge.max()) for one in reported]),
        "picked, on those fitted on": _mean(
            [float(one.rouge[weights.scores(one.features).argmax()]) for one in fitted]
        ),
    }
    columns = zip(weights.mean, weights.deviation, weights.weight, strict=True)
    stored = {
        "fitted_on": f"{len(fitted)} of {len(lessons)} questions on policy texts, the others reported on",
        "rouge_l": scores,
        "weights": {
            name: {
                "mean": round(float(m), 4),
                "deviation": round(float(d), 4),
                "weight": round(float(w), 4),
            }
            for name, (m, d, w) in zip(FEATURES, columns, strict=True)
        },
    }
    WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(scores, indent=1))


def _lessons(corpus: Path, questions: Path, home: Path) -> list[Lesson]:
    """Every question that a passage was found for, whether it is the right one or not: that is what one gets."""
    home.mkdir(parents=True, exist_ok=True)
    settings = read_settings().model_copy(update={"home": home})
    base = open_assistant(settings, lambda *_: None, lambda: folder_sources(corpus)).knowledge_base
    lessons = []
    for case in read_cases(questions):
        hits = base.retriever.consult(case.question, 1).hits
        if case.answer and hits:
            lessons.append(_lesson(case.question, case.answer, base.documents[hits[0].document_id], hits[0]))
    return lessons


def _lesson(question: str, answer: str, document: Document, hit: Hit) -> Lesson:
    spoken = [spoken.clause for spoken in hit.clauses]
    found = list(candidates(searchable(question), document, spoken))
    said = ["".join(map(document.quote, sentences)) for sentences, _ in found]
    return Lesson(
        np.array([values for _, values in found], dtype=np.float32),
        np.array([rouge_l_of(text, answer) for text in said], dtype=np.float32),
        rouge_l_of("".join(map(document.quote, spoken)), answer),
        rouge_l_of(document.quote(spoken[0]), answer),
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


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 4)


if __name__ == "__main__":
    main()
