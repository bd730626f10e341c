"""Whether a model understands better than the rules: `python -m eval.understanding_trial --out DIR`.

Three steps, each on the fit sets beside what the rules make of the same questions: a follow-up rewritten so that it can
be looked up alone, the choice among the first ten provisions, several questions taken apart. Without `--base-url` the
small local model is served. Writes `understanding.json`; docs/adr/0004 says what came of it.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

from pydantic import SecretStr

from assistant.consultant import Consultant
from assistant.consultation import Consultation
from assistant.endpoint import Access, Endpoint, EndpointFault
from assistant.prompts import read_prompt
from assistant.settings import read_settings
from assistant.thresholds import read_thresholds
from assistant.wiring import open_assistant
from eval.datasets import DAY, Case, read_cases
from eval.local_model import local_model
from knowledge_base import Hit, KnowledgeBase

SETS = [Path(__file__).parent / "sets" / name for name in ("fit.jsonl", "dialogue-fit.jsonl")]
PATIENCE = 600.0  # seconds; what is measured is what the model makes of it, not how soon
TOKENS = 120
CHOICES = 10
UNSURE = 0.9  # share of the best provision, from which there is nothing to choose
PROVISION_LENGTH = 200  # characters of each that the model is shown

Ask = Callable[[Sequence[tuple[str, str]]], str]


def main() -> None:
    """Ask, count, write."""
    parser = argparse.ArgumentParser(prog="python -m eval.understanding_trial")
    parser.add_argument("--out", type=Path, default=Path("var/llm"))
    parser.add_argument("--questions", type=int, default=60, help="of each step, at most")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--model", default="")
    options = parser.parse_args()
    base = open_assistant(read_settings(), lambda *_: None).knowledge_base
    consultant = Consultant(base, read_thresholds(), DAY)
    cases = [case for path in SETS for case in read_cases(path) if case.expect == "answer"]
    served = nullcontext((options.base_url, options.model)) if options.base_url else local_model()
    seconds: list[float] = []
    with served as (address, model):
        endpoint = Endpoint(Access(address, model, SecretStr("none"), PATIENCE, TOKENS))

        def ask(messages: Sequence[tuple[str, str]]) -> str:
            begun = time.perf_counter()
            try:
                return endpoint.reply(messages, PATIENCE).strip()
            except EndpointFault:
                return ""
            finally:
                seconds.append(time.perf_counter() - begun)

        steps = {
            "rewriting": _rewriting(cases, consultant, ask, options.questions),
            "choosing": _choosing(cases, consultant, base, ask, options.questions),
            "taking_apart": _taking_apart(cases, consultant, ask, options.questions),
        }
    report = {"model": model, **steps, "seconds_median": round(statistics.median(seconds), 1)}
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "understanding.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    print(json.dumps(report, indent=1))


def _rewriting(cases: Iterable[Case], consultant: Consultant, ask: Ask, most: int) -> dict[str, float]:
    """How often the right provision comes first: by the rules, and by looking the rewritten turn up alone."""
    prompt = read_prompt("rewrite")
    turns = [case for case in cases if case.history and len(case.needs) < 2][:most]
    rules = model = 0
    for case in turns:
        past = tuple(turn.question for turn in case.history)
        rules += _right(case, consultant.consult(case.question, past))
        said = ask(prompt.messages(history="\n".join(past), turn=case.question)).partition("\n")[0]
        model += _right(case, consultant.consult(said or case.question))
    return _shares(turns, rules, model)


def _choosing(
    cases: Iterable[Case], consultant: Consultant, base: KnowledgeBase, ask: Ask, most: int
) -> dict[str, float]:
    """How often the right provision is chosen among the first ten of a question that the ranking is unsure of."""
    prompt = read_prompt("choose")
    unsure: list[tuple[Case, Sequence[Hit]]] = []
    for case in cases:
        hits = base.retriever.consult(case.question, CHOICES).hits
        if not case.history and len(case.needs) < 2 and hits and hits[0].probability < UNSURE:
            unsure.append((case, hits))
    unsure = unsure[:: max(len(unsure) // most, 1)][:most]
    rules = model = 0
    for case, ten in unsure:
        rules += _right(case, consultant.consult(case.question))
        told = "\n".join(f"{at}. {_told(hit, base)}" for at, hit in enumerate(ten, 1))
        number = re.search(r"\d+", ask(prompt.messages(question=case.question, provisions=told)))
        at = int(number.group()) - 1 if number else 0
        chosen = ten[at if at < len(ten) else 0]
        model += _is_right(case, chosen.document_id, chosen.provision.number)
    return _shares(unsure, rules, model)


def _taking_apart(cases: Iterable[Case], consultant: Consultant, ask: Ask, most: int) -> dict[str, float]:
    """Which share of the asked things is answered from the right place: taken apart by the rules, and by the model."""
    prompt = read_prompt("take_apart")
    tangled = [case for case in cases if sum(map(bool, case.needs)) > 1 and not case.history][:most]
    needs: list[tuple[str, ...]] = []
    rules = model = 0
    for case in tangled:
        asked = [need for need in case.needs if need]
        needs += asked
        rules += _met(asked, consultant.consult(case.question))
        lines = [line.strip() for line in ask(prompt.messages(question=case.question)).splitlines()]
        found = [c for line in lines if line for c in consultant.consult(line)]
        model += _met(asked, found)
    return _shares(needs, rules, model)


def _shares(asked: Sequence[object], rules: int, model: int) -> dict[str, float]:
    return {
        "asked": len(asked),
        "rules": round(rules / max(len(asked), 1), 3),
        "model": round(model / max(len(asked), 1), 3),
    }


def _right(case: Case, found: Sequence[Consultation]) -> bool:
    places = [place for consultation in found for place in consultation.places]
    places += [(hit.document_id, hit.provision.number) for c in found for hit in c.finding.hits[:1]]
    return bool(places) and _is_right(case, *places[0])


def _is_right(case: Case, document: str, number: int) -> bool:
    return bool({f"{document}#{number}", str(number), document} & set(case.relevant))


def _met(needs: Sequence[tuple[str, ...]], found: Sequence[Consultation]) -> int:
    cited = {f"{document}#{number}" for c in found for document, number in c.places}
    return sum(not cited.isdisjoint(need) for need in needs)


def _told(hit: Hit, base: KnowledgeBase) -> str:
    text = base.documents[hit.document_id].text[hit.provision.start : hit.provision.end]
    return text[:PROVISION_LENGTH].replace("\n", "")


if __name__ == "__main__":
    main()
