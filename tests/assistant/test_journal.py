"""The journal: durable before it returns, masked, shared by processes; on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from assistant.contract import Answer, Question
from assistant.journal import Journal, UnknownTrace
from assistant.pipeline import Assistant
from assistant.receipts import trace, well_formed
from assistant.recording import recording
from assistant.storage import address_in, feedback, metadata, open_database
from knowledge_base import KnowledgeBase
from tests.databases import emptied, postgresql

DAY = date(2026, 1, 15)
PERSONAL = "我叫王小明，电话13912345678，被黑代理骗了打哪个电话"


@pytest.fixture(scope="module")
def server() -> Iterator[str | None]:
    with postgresql() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return address_in(tmp_path)
    server = request.getfixturevalue("server")
    if server is None:
        pytest.skip("no PostgreSQL on this machine")
    return emptied(server)


@pytest.fixture
def journal(address: str) -> Iterator[Journal]:
    engine = open_database(address)
    yield Journal(engine)
    engine.dispose()


def asked(assistant: Assistant, journal: Journal, question: str) -> Answer:
    return recording(lambda: assistant, journal)().answer(Question(question=question))


def test_an_answer_is_kept_as_it_was_given(assistant: Assistant, journal: Journal) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    (kept,) = journal.given(answer.receipt)
    assert kept.answer == answer
    assert (kept.question, kept.day, kept.masked) == ("孩子上学有什么照顾", DAY, False)
    assert journal.traced(answer.trace_id) == kept


def test_personal_data_is_not_written_anywhere(assistant: Assistant, journal: Journal, address: str) -> None:
    answer = asked(assistant, journal, PERSONAL)
    journal.rate(answer.trace_id, "down", "打13912345678没人接，我的邮箱 wang@example.com")
    kept = journal.traced(answer.trace_id)
    assert kept is not None
    assert kept.masked
    assert kept.citations == answer.citations
    assert "12315" in kept.answer.text
    with journal.engine.connect() as connection:
        rows = [str(row) for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    assert not [row for row in rows if "13912345678" in row or "王小明" in row or "wang@" in row]
    if address.startswith("sqlite"):
        raw = b"".join(
            path.read_bytes() for path in Path(address.removeprefix("sqlite:///")).parent.iterdir()
        )
        assert b"13912345678" not in raw


def test_an_opinion_needs_an_answer(journal: Journal) -> None:
    with pytest.raises(UnknownTrace):
        journal.rate("0" * 16, "up")


def test_later_opinions_stand_beside_earlier_ones(assistant: Assistant, journal: Journal) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    journal.rate(answer.trace_id, "down", "引错条款")
    journal.rate(answer.trace_id, "up")
    (kept,) = journal.latest(5)
    assert [(opinion.rating, opinion.comment) for opinion in kept.opinions] == [
        ("down", "引错条款"),
        ("up", ""),
    ]
    assert not kept.refused


@pytest.mark.parametrize(
    "comment", ["\x00\x07", "\ud83d坏", "'; DROP TABLE answers;--", "字" * 5000, "😀\u202e"]
)
def test_no_comment_breaks_anything(assistant: Assistant, journal: Journal, comment: str) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    journal.rate(answer.trace_id, "down", comment)
    (kept,) = journal.latest(5)
    assert kept.refused


def test_a_draft_is_not_counted_unless_somebody_rated_it(assistant: Assistant, journal: Journal) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    draft = answer.model_copy(update={"draft": True, "trace_id": "d" * 16})
    journal.record(Question(question="孩子上学有什么照顾"), draft, DAY)
    assert [kept.trace_id for kept in journal.latest(5)] == [answer.trace_id]
    journal.rate(draft.trace_id, "down")
    assert [kept.trace_id for kept in journal.latest(5)] == [draft.trace_id, answer.trace_id]


def test_a_failing_journal_costs_nobody_an_answer(assistant: Assistant, journal: Journal) -> None:
    with journal.engine.begin() as connection:
        metadata.drop_all(connection)
    assert asked(assistant, journal, "孩子上学有什么照顾").status == "answered"


def test_opening_again_changes_nothing(assistant: Assistant, journal: Journal, address: str) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    with ThreadPoolExecutor(4) as pool:
        engines = list(pool.map(lambda _: open_database(address), range(4)))
    assert [Journal(engine).traced(answer.trace_id) is not None for engine in engines] == [True] * 4
    for engine in engines:
        engine.dispose()


def test_the_tables_are_those_of_the_migrations(journal: Journal) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with journal.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


WRITER = """
import sys
from assistant.journal import Journal
from assistant.storage import open_database
journal = Journal(open_database(sys.argv[1]))
for number in range(int(sys.argv[3])):
    journal.rate(sys.argv[2], "up", f"{sys.argv[4]}-{number}")
    print(number, flush=True)
"""


def written_by(address: str, trace_id: str, times: int, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, address, trace_id, str(times), name],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.slow
def test_several_processes_write_at_once_and_nothing_is_lost(
    assistant: Assistant, journal: Journal, address: str
) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    writers = [written_by(address, answer.trace_id, 25, f"w{n}") for n in range(4)]
    assert [writer.wait(120) for writer in writers] == [0] * 4
    kept = journal.traced(answer.trace_id)
    assert kept is not None
    assert {o.comment for o in kept.opinions} == {f"w{n}-{m}" for n in range(4) for m in range(25)}


@pytest.mark.slow
def test_what_was_confirmed_survives_a_killed_process(
    assistant: Assistant, journal: Journal, address: str
) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    writer = written_by(address, answer.trace_id, 100_000, "w")
    assert writer.stdout is not None
    confirmed = [int(writer.stdout.readline()) for _ in range(20)][-1]
    writer.send_signal(signal.SIGKILL)
    confirmed = max([confirmed, *(int(line) for line in writer.stdout.read().split())])
    writer.wait(30)
    with open_database(address).connect() as connection:
        found = connection.scalars(sa.select(feedback.c.comment).order_by(feedback.c.number)).all()
    assert found[: confirmed + 1] == [f"w-{number}" for number in range(confirmed + 1)]


def test_sqlite_is_flushed_at_every_commit(tmp_path: Path) -> None:
    engine = open_database(address_in(tmp_path))
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    engine.dispose()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("k7q4-2m9x", "K7Q4-2M9X"),
        (" K7Q4 2M9X ", "K7Q4-2M9X"),
        ("K7Q4—2M9X", "K7Q4-2M9X"),
        ("K0O1-2M9X", None),
        ("", None),
    ],
)
def test_a_receipt_is_read_as_people_say_it(typed: str, code: str | None) -> None:
    assert well_formed(typed) == code


def test_a_receipt_leads_to_its_answer(
    assistant: Assistant, journal: Journal, knowledge_base: KnowledgeBase
) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    asked(assistant, journal, "孩子上学有什么照顾")
    found = trace(answer.receipt, journal, knowledge_base)
    assert found is not None
    assert (found.times, found.genuine, found.same_version, found.moved) == (2, True, True, ())
    assert trace("2222-2222", journal, knowledge_base) is None


def test_a_receipt_tells_a_changed_text_and_a_changed_record(
    assistant: Assistant, journal: Journal, knowledge_base: KnowledgeBase
) -> None:
    answer = asked(assistant, journal, "孩子上学有什么照顾")
    first = answer.citations[0]
    document = knowledge_base.documents[first.document_id]
    text = document.text[: first.start] + "另" + document.text[first.start + 1 :]
    other = replace(
        knowledge_base,
        version="other",
        documents={**knowledge_base.documents, document.id: replace(document, text=text)},
    )
    found = trace(answer.receipt, journal, other)
    assert found is not None
    assert (found.genuine, found.same_version, found.moved) == (True, False, (first,))
    forged = answer.model_copy(update={"text": "随便写的", "trace_id": "f" * 16})
    journal.record(Question(question="孩子上学有什么照顾"), forged, DAY)
    found = trace(answer.receipt, journal, knowledge_base)
    assert found is not None
    assert found.genuine is False
