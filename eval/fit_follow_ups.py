"""Fits what is made of a turn and its subject: `python -m eval.fit_follow_ups`.

Two regressions on the turns of the fit split: softmax over the provisions of both findings, for the order (turns that an
answer is expected to), and logistic, for whether the texts answer. Scored by folds of whole conversations. Writes `follow`
and `follow_answered` in `thresholds.json`. Needs torch (extra `dev`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from assistant.consultant import Consultant
from assistant.follow_ups import Findings, FollowBelief, FollowWeights, Scene, answering, ranked
from assistant.settings import read_settings
from assistant.thresholds import read_thresholds
from assistant.understanding import Inquiry, understand
from assistant.wiring import open_assistant
from eval.datasets import DAY, FIT_SETS, SILENT_WEIGHT, read_cases
from eval.lbfgs import minimum
from knowledge_base import KnowledgeBase
from knowledge_base.reader import Past
from knowledge_base.sources import DATA

OUT = DATA / "ranker" / "thresholds.json"
FOLDS = 6
DECAY = 0.001


@dataclass(frozen=True)
class Turn:
    """A turn of the fit split with both findings: what speaks for each provision, and which are right.

    `inquiry` is what it was understood as, `past` what it comes after.
    """

    conversation: str
    inquiry: Inquiry
    past: Past
    findings: Findings
    scene: Scene
    values: torch.Tensor
    right: torch.Tensor
    answered: bool


def main() -> None:
    """Fit, print the scores of the folds, save."""
    turns = turns_of(open_assistant(read_settings(), lambda *_: None).knowledge_base)
    sought = [turn for turn in turns if turn.answered and turn.right.any()]
    firsts = thirds = told = 0.0
    for held in folds_of(turn.conversation for turn in turns):
        order = _fitted([turn for turn in sought if turn.conversation not in held])
        belief = _believed([turn for turn in turns if turn.conversation not in held], order)
        for turn in (turn for turn in sought if turn.conversation in held):
            found = torch.argsort(turn.values @ order, descending=True)
            firsts += float(turn.right[found[0]])
            thirds += float(turn.right[found[:3]].any())
        for turn in (turn for turn in turns if turn.conversation in held):
            told += float((_answering(turn, order) @ belief > 0) == turn.answered)
    order = _fitted(sought)
    belief = _believed(turns, order)
    stored = json.loads(OUT.read_text("utf-8"))
    stored["thresholds"]["follow"] = asdict(_weights(order))
    stored["thresholds"]["follow_answered"] = asdict(FollowBelief(*_rounded(belief)))
    stored["follow_ups"] = {
        "turns": len(turns),
        "answered": len(sought),
        "hit@1": round(firsts / len(sought), 3),
        "hit@3": round(thirds / len(sought), 3),
        "answered or not": round(told / len(turns), 3),
    }
    OUT.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(json.dumps(stored, ensure_ascii=False, indent=1))


def turns_of(base: KnowledgeBase) -> list[Turn]:
    """The turns of the fit split that lean on something shown before."""
    consultant = Consultant(base, read_thresholds(), DAY)
    found = []
    for case in (
        case for path in FIT_SETS for case in read_cases(path) if case.expect in ("answer", "decline")
    ):
        before = consultant.before(tuple(turn.question for turn in case.history))
        inquiry = understand(case.question)
        if before is None or not before.verdict.supports or inquiry.speech_act or inquiry.pointing.manner:
            continue
        findings, scene = consultant.scene(inquiry, before)
        features = scene.features(findings)
        principal = base.principal.id if base.principal else ""
        wanted = {name if "#" in name else f"{principal}#{name}" for name in case.relevant}
        right = torch.tensor([f"{document}#{number}" in wanted for document, number in features])
        values = torch.tensor(list(features.values()), dtype=torch.float32)
        conversation = case.id.rpartition(".")[0] or case.id
        found.append(
            Turn(
                conversation,
                inquiry,
                before.past,
                findings,
                scene,
                values,
                right,
                case.expect == "answer",
            )
        )
    return found


def folds_of(conversations: Iterable[str]) -> list[set[str]]:
    """Whole conversations, in `FOLDS` parts."""
    names = sorted(set(conversations))
    return [set(names[fold::FOLDS]) for fold in range(FOLDS)]


def _rounded(weights: torch.Tensor) -> list[float]:
    return [round(float(weight), 2) for weight in weights]


def _weights(order: torch.Tensor) -> FollowWeights:
    return FollowWeights(*_rounded(order))


def _answering(turn: Turn, order: torch.Tensor) -> torch.Tensor:
    first = ranked(turn.findings, turn.scene, _weights(order))[0]
    return torch.tensor(answering(turn.findings, first))


def _fitted(turns: Sequence[Turn]) -> torch.Tensor:
    """Weights of the order, as in `FollowWeights`."""

    def loss(weights: torch.Tensor) -> torch.Tensor:
        lost = [
            torch.logsumexp(scores, 0) - torch.logsumexp(scores[turn.right], 0)
            for turn in turns
            for scores in [turn.values @ weights]
        ]
        return torch.stack(lost).mean() + DECAY * (weights**2).sum()

    return minimum(loss, turns[0].values.shape[1])


def _believed(turns: Sequence[Turn], order: torch.Tensor) -> torch.Tensor:
    """Weights of whether the texts answer, as in `FollowBelief`."""
    values = torch.stack([_answering(turn, order) for turn in turns])
    return fitted_belief(values, [turn.answered for turn in turns])


def fitted_belief(
    values: torch.Tensor, told: Sequence[bool], silent_weight: float = SILENT_WEIGHT
) -> torch.Tensor:
    """Weights of a logistic regression, (n, w) → (w,), the first of the constant; silence counts `silent_weight` times."""
    answered = torch.tensor(list(map(float, told)))
    share = torch.where(answered > 0, 1.0, silent_weight)
    share /= share.sum()

    def loss(weights: torch.Tensor) -> torch.Tensor:
        lost = binary_cross_entropy_with_logits(values @ weights, answered, reduction="none")
        return (lost * share).sum() + DECAY * (weights[1:] ** 2).sum()

    return minimum(loss, values.shape[1])


if __name__ == "__main__":
    main()
