"""Makes `knowledge_base/data/reader/mixture.json`: `python -m eval.fit_mixture`.

How far the reader is believed beside the ranker: the shares of a linear pool for which most right provisions come first, and for which it surprises least whether
the texts answer, on the questions of the fit split that stand alone, which neither was taught. Scored by folds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from sklearn.metrics import roc_auc_score

from assistant.settings import read_settings
from assistant.understanding import understand
from assistant.wiring import open_assistant
from eval.datasets import read_cases
from knowledge_base.reader import MIXTURE, Mixture
from knowledge_base.sources import DATA

SETS = [Path(__file__).parent / "sets" / f"{name}.jsonl" for name in ("fit", "documents-fit", "dialogue-fit")]
OUT = DATA / "reader" / MIXTURE
FOLDS = 6
SHARES = np.linspace(0, 1, 21)  # of the reader in the provisions; among equally good ones the middle is taken
FLOOR = 1e-4  # of a probability whose log is taken
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Asked:
    """One question: the shares found otherwise and read, of the provisions (2, p) and of the kinds of silence (2, 3)."""

    provisions: Array
    status: Array
    right: NDArray[np.bool_]  # provisions
    answered: bool

    @property
    def sought(self) -> bool:
        """Whether there is a provision to be found."""
        return self.answered and bool(self.right.any())

    def first(self, mixture: Mixture) -> int:
        """The provision that comes first."""
        otherwise, read = self.provisions
        return int((otherwise + mixture.clauses * (read - otherwise)).argmax())

    def found(self, mixture: Mixture) -> bool:
        """Whether a right provision comes first."""
        return bool(self.right[self.first(mixture)])

    def told(self, mixture: Mixture) -> float:
        """The probability that the texts answer."""
        return float(self.status[0, 0] + mixture.status * (self.status[1, 0] - self.status[0, 0]))


def main() -> None:
    """Fit, print the scores of the folds, save."""
    asked = _questions()
    mixture = _fitted(asked)
    stored = json.dumps({"mixture": asdict(mixture), "folds": _scores(asked)}, indent=1)
    OUT.write_text(stored + "\n", "utf-8")
    print(stored)


def _questions() -> list[Asked]:
    base = open_assistant(read_settings(), lambda *_: None).knowledge_base
    retriever, reader = base.retriever, base.retriever.reader
    if reader is None:
        raise SystemExit("there is no reader yet: python -m eval.fit_reader")
    retriever.reader = None  # from here on it finds without
    places = {name.partition(".")[0]: 0 for name in reader.clauses}
    places = {name: at for at, name in enumerate(places)}
    of = np.array([places[name.partition(".")[0]] for name in reader.clauses])
    asked = []
    for case in (case for path in SETS for case in read_cases(path) if case.expect in ("answer", "decline")):
        inquiry = understand(case.question)
        if case.history or inquiry.speech_act or not inquiry.own:
            continue
        finding = retriever.consult(inquiry.own, len(places))
        reading = reader.read(retriever.as_searched(inquiry.own))
        status = np.array([finding.answered, finding.not_specified, finding.out_of_scope])
        principal = base.principal.id if base.principal else ""
        wanted = {name if "#" in name else f"{principal}#{name}" for name in case.relevant}
        shares = {f"{hit.document_id}#{hit.provision.number}": hit.probability for hit in finding.hits}
        read = np.bincount(of, reading.clauses, len(places))
        found = Asked(
            np.stack([[shares.get(name, 0.0) for name in places], read]).astype(np.float32),
            np.stack([status, reading.status]),
            np.array([name in wanted for name in places]),
            case.expect == "answer",
        )
        asked.append(found)
    return asked


def _scores(questions: Sequence[Asked]) -> dict[str, float]:
    """Of each question by shares that were fitted without its fold, and without the reader."""
    folds = [questions[fold::FOLDS] for fold in range(FOLDS)]
    fitted = [_fitted([q for other in folds if other is not held for q in other]) for held in folds]
    pooled = [(question, mixture) for held, mixture in zip(folds, fitted, strict=True) for question in held]
    sought = [pair for pair in pooled if pair[0].sought]
    answered = [question.answered for question, _ in pooled]
    alone = Mixture(0, 0)
    return {
        "questions": len(questions),
        "hit@1": _share(question.found(mixture) for question, mixture in sought),
        "hit@1 without": _share(question.found(alone) for question, _ in sought),
        "auc": round(float(roc_auc_score(answered, [q.told(mixture) for q, mixture in pooled])), 4),
        "auc without": round(float(roc_auc_score(answered, [q.told(alone) for q, _ in pooled])), 4),
    }


def _share(right: Iterable[bool]) -> float:
    return round(float(np.mean(list(right))), 4)


def _fitted(questions: Sequence[Asked]) -> Mixture:
    """Both outcomes of whether the texts answer weigh alike."""
    sought = [question for question in questions if question.sought]
    told = np.array([question.status[:, 0] for question in questions])
    answered = np.array([question.answered for question in questions])

    found = [sum(question.found(Mixture(share, 0)) for question in sought) for share in SHARES]
    best = SHARES[np.array(found) == max(found)]

    def believed(share: float) -> float:
        held = np.log(np.where(answered, _pooled(told, share), 1 - _pooled(told, share)))
        return -float(held[answered].mean() + held[~answered].mean())

    status = float(minimize_scalar(believed, bounds=(0, 1)).x)
    return Mixture(round(float(best[len(best) // 2]), 3), round(status, 3))


def _pooled(pairs: Array, share: float) -> Array:
    mixed = (1 - share) * pairs[:, 0] + share * pairs[:, 1]
    return np.asarray(mixed.clip(FLOOR, 1 - FLOOR), dtype=np.float32)


if __name__ == "__main__":
    main()
