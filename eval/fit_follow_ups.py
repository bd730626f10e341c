"""Fits the weights by which a turn is read together with its subject: `python -m eval.fit_follow_ups`.

Softmax regression over the provisions of both findings, on the turns of the fit split that an answer is expected to;
scored by six folds of whole conversations. Writes `follow` in `thresholds.json`. Needs torch (extra `dev`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from assistant.consultation import Consultant
from assistant.conversation import FollowWeights, Place
from assistant.settings import read_settings
from assistant.thresholds import read_thresholds
from assistant.understanding import understand
from assistant.wiring import open_assistant
from eval.datasets import read_cases
from knowledge_base.sources import DATA

SETS = [Path(__file__).parent / "sets" / name for name in ("fit.jsonl", "dialogue-fit.jsonl")]
OUT = DATA / "ranker" / "thresholds.json"
FOLDS = 6
DECAY = 0.01


@dataclass(frozen=True)
class Example:
    """The candidates of one turn: their numbers, and which of them are right."""

    conversation: str
    values: torch.Tensor
    right: torch.Tensor


def main() -> None:
    """Fit, print the scores of the folds, save."""
    examples = _examples()
    conversations = sorted({example.conversation for example in examples})
    firsts = thirds = 0.0
    for fold in range(FOLDS):
        held = {name for at, name in enumerate(conversations) if at % FOLDS == fold}
        weights = _fitted([e for e in examples if e.conversation not in held])
        for example in (e for e in examples if e.conversation in held):
            order = torch.argsort(example.values @ weights, descending=True)
            firsts += float(example.right[order[0]])
            thirds += float(example.right[order[:3]].any())
    follow = FollowWeights(*(round(float(weight), 2) for weight in _fitted(examples)))
    stored = json.loads(OUT.read_text("utf-8"))
    stored["thresholds"]["follow"] = asdict(follow)
    stored["follow_ups"] = {
        "turns": len(examples),
        "hit@1": round(firsts / len(examples), 3),
        "hit@3": round(thirds / len(examples), 3),
    }
    OUT.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(stored, ensure_ascii=False, indent=1))


def _examples() -> list[Example]:
    base = open_assistant(read_settings(), lambda *_: None).knowledge_base
    consultant = Consultant(base, read_thresholds())
    found = []
    for case in (case for path in SETS for case in read_cases(path) if case.expect == "answer"):
        before = consultant.before(tuple(turn.question for turn in case.history))
        inquiry = understand(case.question)
        if before is None or not before.verdict.supports or inquiry.speech_act or inquiry.pointing.manner:
            continue
        own, earlier, scene = consultant.scene(inquiry, before)
        features = scene.features(own, earlier)
        wanted = (
            {name if "#" in name else f"{base.principal.id}#{name}" for name in case.relevant}
            if base.principal
            else set()
        )
        right = [_named(place) in wanted for place in features]
        if any(right):
            values = torch.tensor(list(features.values()), dtype=torch.float32)
            found.append(Example(case.id.rpartition(".")[0] or case.id, values, torch.tensor(right)))
    return found


def _named(place: Place) -> str:
    return f"{place[0]}#{place[1]}"


def _fitted(examples: list[Example]) -> torch.Tensor:
    weights = torch.zeros(examples[0].values.shape[1], requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        lost = [
            torch.logsumexp(scores, 0) - torch.logsumexp(scores[example.right], 0)
            for example in examples
            for scores in [example.values @ weights]
        ]
        loss = torch.stack(lost).mean() + DECAY * (weights**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return weights.detach()


if __name__ == "__main__":
    main()
