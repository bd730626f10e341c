"""The reviewed reading of every clause: complete, checked on loading, and no stronger than the text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assistant.contract import Citation, Statement
from assistant.grounding import check_statement
from knowledge_base import ClauseRecord, Document, SourceFault, Strength, stronger
from knowledge_base.records import STRENGTHS, load_records
from knowledge_base.sources import DATA, Sources
from tests.citing import cite

Rows = list[dict[str, object]]
STRENGTH_OF_VERBS: dict[str, Strength] = {
    "应当": "duty",
    "必须": "duty",
    "不得": "duty",
    "落实": "action",
    "推行": "action",
    "支持": "support",
    "鼓励": "guidance",
    "引导": "guidance",
    "推动": "guidance",
    "探索": "guidance",
}


@pytest.fixture(scope="session")
def records(sources: Sources, opinion: Document) -> Mapping[str, ClauseRecord]:
    return sources.records[opinion.id]


@pytest.fixture
def loading(tmp_path: Path, opinion: Document) -> Callable[[Callable[[Rows], object]], object]:
    """Load the packaged records after a change to their rows."""

    def load(change: Callable[[Rows], object]) -> object:
        source = DATA / "records" / f"{opinion.id}.jsonl"
        rows: Rows = [json.loads(line) for line in source.read_text("utf-8").splitlines()]
        change(rows)
        path = tmp_path / "records.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
        return load_records(path, opinion)

    return load


def test_every_clause_has_one_record(records: Mapping[str, ClauseRecord], opinion: Document) -> None:
    assert sorted(records) == sorted(clause.key for clause in opinion.clauses)
    assert all(records[c.key].quote == opinion.quote(c) for c in opinion.clauses)


def _change_a_character(rows: Rows) -> None:
    rows[4]["quote"] = str(rows[4]["quote"]).replace("十五", "十六")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_change_a_character, "第 5 行"),
        (lambda rows: rows.insert(8, rows[7]), "第 9 行"),
        (lambda rows: rows[2].update(strength="strong"), "第 3 行"),
        (lambda rows: rows[3].update(clause="99.1"), "第 4 行"),
        (lambda rows: rows[6].pop("gist"), "第 7 行"),
        (lambda rows: rows[6].update(documents=["《没有的文件》"]), "第 7 行"),
        (lambda rows: rows[1].update(channels=[{"number": "12345", "name": "热线"}]), "第 2 行"),
        (lambda rows: rows.pop(10), "缺少 0.11"),
    ],
    ids=["character", "duplicate", "strength", "clause", "field", "document", "channel", "missing"],
)
def test_a_record_that_contradicts_the_text_is_refused_by_its_line(
    loading: Callable[[Callable[[Rows], object]], object], change: Callable[[Rows], object], place: str
) -> None:
    with pytest.raises(SourceFault, match=place):
        loading(change)


def test_a_line_that_is_not_json_is_refused_by_its_line(tmp_path: Path, opinion: Document) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text("{不是\n", "utf-8")
    with pytest.raises(SourceFault, match="第 1 行"):
        load_records(path, opinion)


@pytest.mark.parametrize("language", ["gist", "english"])
def test_plain_words_say_no_more_than_their_clause(
    records: Mapping[str, ClauseRecord], documents: Mapping[str, Document], opinion: Document, language: str
) -> None:
    faults = {}
    for key, record in records.items():
        citation: Citation = cite(opinion, records, key)
        statement = Statement(text=getattr(record, language), citations=(1,), strength=record.strength)
        if found := check_statement(statement, [citation], documents, ""):
            faults[key] = [fault.detail for fault in found]
    assert faults == {}


def test_every_gist_and_rendering_is_written(records: Mapping[str, ClauseRecord]) -> None:
    assert [key for key, r in records.items() if not (r.gist.strip() and r.english.strip() and r.topic)] == []


def test_the_verb_of_an_act_gives_it_its_strength(records: Mapping[str, ClauseRecord]) -> None:
    wrong = [
        (key, act.quote, act.strength)
        for key, record in records.items()
        for act in record.acts
        if act.verb in STRENGTH_OF_VERBS and act.strength != STRENGTH_OF_VERBS[act.verb]
    ]
    assert wrong == []


def test_no_clause_of_the_opinion_is_a_duty(records: Mapping[str, ClauseRecord]) -> None:
    """应当, 必须 and 不得 occur nowhere in the measures: nothing may be told as a duty."""
    assert [key for key, record in records.items() if record.strength == "duty"] == []
    bodies = [record.quote for key, record in records.items() if not key.startswith("0.")]
    assert [q for q in bodies if any(word in q for word in ("应当", "必须", "不得"))] == []


def test_no_clause_is_stronger_than_its_strongest_act(records: Mapping[str, ClauseRecord]) -> None:
    for key, record in records.items():
        if record.acts:
            strongest = min((act.strength for act in record.acts), key=STRENGTHS.index)
            assert not stronger(record.strength, strongest), key
        else:
            assert record.strength == "statement", key


def test_strengths_are_ordered_from_duty_to_statement() -> None:
    order = ["duty", "action", "support", "guidance", "statement"]
    assert list(STRENGTHS) == order
    for i, one in enumerate(STRENGTHS):
        assert [stronger(one, other) for other in STRENGTHS] == [i < j for j in range(5)]
