"""The commands as a person types them, in a process of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from tests.scripted_endpoint import Reply, Script, scripted

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(home: Path, assistant: Assistant) -> Run:
    del assistant  # builds the knowledge base in `home`

    def call(*arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "assistant.cli", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "POLICY_ASSISTANT_HOME": str(home), **environment},
            check=False,
        )

    return call


def test_ask_cites_the_measure_and_shows_the_sentence(run: Run) -> None:
    done = run("ask", "孩子上学有什么照顾", "--json")
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["status"] == "answered"
    assert answer["citations"][0]["number"] == 12
    assert "子女入学" in answer["citations"][0]["quote"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", ""], "问题"),
        (["ask", "   "], "问题"),
        (["ask", "字" * 2001], "2000"),
        (["ask", "你好", "--persona", "king"], "enterprise"),
        (["ask", "你好", "--as-of", "tomorrow"], "YYYY-MM-DD"),
        (["ask"], "问题"),
        (["ask", "--batch", "missing.jsonl", "--out", "out.jsonl"], "missing.jsonl"),
        (["eval", "--questions", "missing.jsonl"], "missing.jsonl"),
        (["verify", "missing.txt"], "missing.txt"),
        (["kb", "show", "nothing"], "kb list"),
    ],
)
def test_a_wrong_call_says_in_one_line_what_is_wrong(run: Run, arguments: list[str], words: str) -> None:
    done = run(*arguments)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_misspelt_setting_is_refused(run: Run) -> None:
    done = run("ask", "你好", POLICY_ASSISTANT_EMBEDER="bundled")
    assert done.returncode == 2
    assert "POLICY_ASSISTANT_EMBEDER" in done.stderr


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"LLM_BASE_URL": "http://127.0.0.1:9/v1"}, "LLM_MODEL"),
        ({"LLM_MODEL": "m"}, "LLM_BASE_URL"),
        ({"LLM_BASE_URL": "127.0.0.1:9", "LLM_MODEL": "m"}, "http://"),
        ({"LLM_TIMEOUT": "soon"}, "LLM_TIMEOUT"),
        ({"LLM_TOKENS": "0"}, "LLM_TOKENS"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_line(
    run: Run, variables: dict[str, str], words: str
) -> None:
    done = run("ask", "孩子上学", **{f"POLICY_ASSISTANT_{name}": value for name, value in variables.items()})
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_ask_waits_for_the_version_that_stays(run: Run) -> None:
    citations = json.loads(run("ask", "孩子上学有什么照顾", "--json").stdout)["citations"]
    number = next(citation["id"] for citation in citations if "子女入学" in citation["quote"])
    with scripted(Script([Reply(f"落实好省级高层次人才制度。[{number}]")])) as address:
        done = run(
            "ask",
            "孩子上学有什么照顾",
            "--json",
            POLICY_ASSISTANT_LLM_BASE_URL=address,
            POLICY_ASSISTANT_LLM_MODEL="scripted",
            POLICY_ASSISTANT_LLM_TIMEOUT="60",
            NO_PROXY="127.0.0.1",
        )
    answer = json.loads(done.stdout)
    assert (answer["writer"], answer["draft"]) == ("llm:scripted", False)
    assert "落实好省级高层次人才制度。" in answer["text"]
    assert answer["citations"] == citations


def test_an_unknown_embedder_says_what_there_is(run: Run) -> None:
    done = run("ask", "你好", POLICY_ASSISTANT_EMBEDDER="word2vec")
    assert done.returncode == 1
    assert "bundled" in done.stderr


def test_a_batch_comes_back_in_order_with_its_ids(run: Run, tmp_path: Path) -> None:
    asked = ["孩子上学", "第三十条怎么说", "hello", "今天天气", "專利代理師考試", "😀" * 3]
    rows = [{"id": i, "question": text, "other": "passed over"} for i, text in enumerate(asked)]
    (tmp_path / "in.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    done = run("ask", "--batch", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in answers] == list(range(len(asked)))
    assert answers[1]["answer"]["status"] == "not_specified"
    assert answers[2]["answer"]["status"] == "chitchat"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("{broken", "JSON"),
        ('{"question": "没有编号"}', "id"),
        ('{"id": 2, "question": ""}', "不能为空"),
        ("[1]", "id"),
    ],
)
def test_a_bad_line_in_a_batch_is_named_and_nothing_is_lost(
    run: Run, tmp_path: Path, bad: str, words: str
) -> None:
    good = json.dumps({"id": 1, "question": "孩子上学"})
    (tmp_path / "in.jsonl").write_text(f"{good}\n{bad}\n{good}", "utf-8")
    (tmp_path / "out.jsonl").write_text("kept", "utf-8")
    done = run("ask", "--batch", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl"))
    assert done.returncode == 2
    assert "第 2 行" in done.stderr
    assert words in done.stderr
    assert (tmp_path / "out.jsonl").read_text("utf-8") == "kept"


def test_verify_tells_the_texts_words_from_a_promise(run: Run) -> None:
    poster = "鼓励知识产权服务机构开展公益知识产权咨询服务,助力增强全民知识产权意识。\n凡开展公益咨询的机构每家奖励20万元。"
    done = run("verify", "-", stdin=poster)
    findings = [sentence["finding"] for sentence in json.loads(done.stdout)]
    assert findings == ["verbatim", "absent"]
    assert done.returncode == 1


def test_eval_writes_its_report_and_fails_under_a_bar(run: Run, tmp_path: Path) -> None:
    case = {
        "id": "a",
        "question": "孩子上学",
        "measures": [12],
        "expect": "answer",
        "must_quote": ["子女入学"],
    }
    (tmp_path / "set.jsonl").write_text(json.dumps(case), "utf-8")
    report = tmp_path / "report"
    done = run(
        "eval", "--questions", str(tmp_path / "set.jsonl"), "--report", str(report), "--fail-under", "hit@1=1"
    )
    assert done.returncode == 0, done.stderr
    assert {path.name for path in report.iterdir()} == {
        "metrics.json",
        "records.jsonl",
        "report.md",
        "report.html",
    }
    missed = run("eval", "--questions", str(tmp_path / "set.jsonl"), "--fail-under", "hit@1=1.1")
    assert missed.returncode == 1
    assert "hit@1" in missed.stderr


def test_eval_runs_on_another_corpus_without_bank_or_ranker(run: Run, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    texts = {"a": "关于复工的通知 企业复工前应当向街道报备。", "b": "关于口罩的公告 每人每次限购五只口罩。"}
    rows = [json.dumps({"id": name, "text": text}) for name, text in texts.items()]
    (tmp_path / "corpus" / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
    case = {
        "id": "1",
        "question": "口罩一次能买几只？",
        "document_ids": ["b"],
        "answer": "五只",
        "expect": "answer",
    }
    (tmp_path / "set.jsonl").write_text(json.dumps(case), "utf-8")
    done = run("eval", "--questions", str(tmp_path / "set.jsonl"), "--corpus", str(tmp_path / "corpus"))
    assert json.loads(done.stdout)["hit@1"] == 1.0
