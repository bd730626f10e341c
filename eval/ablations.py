"""What each part of the way from question to verdict adds: `python -m eval.ablations [SET]`.

Answers one set once whole and once without each part, in one run, and prints a Markdown table. A part is taken out by
putting nothing in its place; the thresholds stay as they were fitted with all parts.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import patch

from assistant.judgement import judge
from assistant.settings import read_settings
from assistant.wiring import open_assistant
from eval.datasets import read_cases
from eval.metrics import summarise
from eval.run import run_cases

SET = Path(__file__).parent / "sets" / "dialogue.jsonl"
METRICS = ("hit@1", "citation_precision", "citation_recall", "status_accuracy", "decomposition_recall")
PARTS: dict[str, dict[str, object]] = {
    "the whole": {},
    "without history": {"assistant.consultant.Consultant.before": lambda *_: None},
    "without the reader": {"knowledge_base.indexing.usable_reader": lambda *_: None},
    "without reading again": {"knowledge_base.indexing.usable_answerability": lambda *_: None},
    "without taking questions apart": {"assistant.consultant.pieces": lambda question: (question,)},
    "without leaving out orders": {"assistant.understanding.without_orders": lambda text: (text, False)},
    "without preferring the version in force": {
        "assistant.consultant.in_force_first": lambda own, finding, documents, day: finding
    },
    "without asking sentences by themselves": {"assistant.understanding._core": lambda own: own},
    "without premises": {
        "assistant.judgement.foreign_claims": lambda *_: (),
        "assistant.judgement.unknown_texts": lambda *_: (),
        "assistant.judgement.taken_for_granted": lambda *_: (),
    },
    "without open aspects": {"assistant.judgement.open_aspects": lambda *_: ()},
    "without documents behind the sentence": {"assistant.judgement.behind": lambda *_: None},
    "without comparisons": {
        "assistant.consultant.judge_comparison": lambda inquiry, finding, sides, base, limits: judge(
            inquiry, finding, base, limits
        ),
        "assistant.two_sides.a_side_silent": lambda sides: False,
    },
    "without a side stated before the other": {"assistant.two_sides.cut_of": lambda whole: None},
    "without stretches of a story": {"assistant.consultant.stretches_of": lambda story: []},
}


def main(path: Path) -> None:
    """Print the table."""
    assistant = open_assistant(read_settings(), lambda *_: None)
    cases = read_cases(path)
    print(f"| {path.name}, {len(cases)} questions | {' | '.join(METRICS)} |")
    print("|---|" + "---|" * len(METRICS))
    for name, replaced in PARTS.items():
        with ExitStack() as stack:
            for place, nothing in replaced.items():
                stack.enter_context(patch(place, nothing))
            fresh = open_assistant(read_settings(), lambda *_: None)  # remembers no consultation of the whole
            records = run_cases(fresh, cases)
        metrics = summarise(records, assistant.knowledge_base.documents)
        print(f"| {name} | {' | '.join(f'{metrics[metric]:.3f}' for metric in METRICS)} |", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SET)
