"""Makes `knowledge_base/data/answerability/` from the bank and the reviewed conversations: `python -m eval.fit_answerability`.

The bundled encoder (multilingual-e5-small), or where there is one already what an earlier run made of it, is trained on to read a question, or a turn with what was asked before it, together
with one sentence, and to tell whether the sentence answers it. The sentence is one that a reviewer tied to it; or, where the
texts are silent, the one that comes nearest; or another one, of the same text or of any. Each run goes through all turns once, with a sentence drawn for
each, another one every time: begun anew, run it three times. Questions of batches that no run before has read are read `NEW` times, each with a sentence of its own. Needs torch, transformers, onnx and
onnxscript (extra `dev`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits, dropout

from eval.encoder import TorchEncoder
from eval.encoder_training import NEW, Part, Rows, optimizer_of, reading, runs_before, train, unread
from eval.fit_reader import pasts_of, quote_of
from eval.packed_encoder import ORIGINAL, PackedEncoder
from knowledge_base.answerability import HEAD, as_paired, name_of
from knowledge_base.normalisation import searchable
from knowledge_base.question_bank import batches
from knowledge_base.reader import NOTHING, SCALE
from knowledge_base.sources import DATA, Sources, packaged_sources, pinyin_lexicon

FOLDER = DATA / "answerability"
SEED = 20231106
EPOCHS, DROPPED = 1, 0.1
MISPLACED = 0.25  # of the turns with an answer, read with a sentence that does not give it
OF_THE_SAME = 0.6  # of these, with one of the same text


@dataclass(frozen=True)
class Lessons:
    """n pairs as they are read, and whether the sentence answers the turn (n,)."""

    texts: list[str]
    answers: torch.Tensor


def main() -> None:
    """Train and save."""
    runs = runs_before(FOLDER / HEAD)
    torch.manual_seed(SEED + runs)
    sources = packaged_sources()
    lessons = _lessons(sources, np.random.default_rng(SEED + runs))
    packed = PackedEncoder.read(ORIGINAL).for_chinese([*lessons.texts, *_quotes(sources)])
    encoder, head = TorchEncoder(packed), torch.nn.Linear(packed.hidden, 1)
    if runs:
        encoder.resume(FOLDER)
        with np.load(FOLDER / HEAD) as kept:
            head.load_state_dict(
                {
                    name: torch.tensor(kept[name]).reshape(value.shape)
                    for name, value in head.state_dict().items()
                }
            )
    rows = Rows.of(lessons.texts, packed)
    read = reading(encoder, rows)

    def loss_of(part: Part) -> torch.Tensor:
        logits = head(dropout(SCALE * read(part), DROPPED))[:, 0]
        return binary_cross_entropy_with_logits(logits, lessons.answers[part])

    train(loss_of, optimizer_of(head, encoder), rows.lengths, EPOCHS)
    encoder.write(FOLDER)
    weight, bias = head.weight.detach().numpy(), head.bias.item()
    np.savez_compressed(
        FOLDER / HEAD, weight=weight, bias=bias, runs=runs + 1, batches=np.array(list(batches(sources.bank)))
    )


def _lessons(sources: Sources, drawn: np.random.Generator) -> Lessons:
    pinyin = pinyin_lexicon(sources)
    read = {name: sources.documents[name] for name in (*sources.records, *sources.digests)}
    clauses = {
        name: [f"{name}#{clause.key}" for clause in document.clauses] for name, document in read.items()
    }
    everywhere = [name for names in clauses.values() for name in names]
    later = [turn for turn in sources.turns if turn.past]
    bank = [
        *sources.bank,
        *(sources.bank[row] for row in np.tile(unread(sources.bank, FOLDER / HEAD), NEW - 1)),
    ]
    questions = [question.question for question in bank] + [turn.question for turn in later]
    asked = [pinyin.read(searchable(question)) for question in questions]
    pasts = [NOTHING] * len(bank) + pasts_of(later, sources, pinyin, drawn)
    right = [[f"{q.document_id}#{key}" for key in q.clauses] for q in bank]
    right += [list(turn.clauses) for turn in later]
    near = [[f"{q.document_id}#{key}" for key in q.nearest] for q in bank]
    near += [list(turn.nearest) for turn in later]
    texts, answers = [], []
    for turn, past, ties, nearest in zip(asked, pasts, right, near, strict=True):
        others = clauses[ties[0].partition("#")[0]] if ties and drawn.random() < OF_THE_SAME else everywhere
        misplaced = _elsewhere(others, ties) if ties and drawn.random() < MISPLACED else []
        name = str(drawn.choice(misplaced or ties or nearest or everywhere))
        document = sources.documents[name.partition("#")[0]]
        texts.append(as_paired(turn, past, name_of(document), quote_of(name, sources)))
        answers.append(float(name in ties))
    return Lessons(texts, torch.tensor(answers))


def _quotes(sources: Sources) -> list[str]:
    """Every sentence that may be drawn, so that no run unlearns a piece of another."""
    read = (sources.documents[name] for name in (*sources.records, *sources.digests))
    return [document.quote(clause) for document in read for clause in document.clauses]


def _elsewhere(names: Sequence[str], ties: Sequence[str]) -> list[str]:
    """Clauses of other provisions than these ties."""
    provisions = {tie.partition(".")[0] for tie in ties}
    return [name for name in names if name.partition(".")[0] not in provisions]


if __name__ == "__main__":
    main()
