"""The default path pays for no deep-learning library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.pipeline import Assistant

HEAVY = ["torch", "transformers", "sentence_transformers", "tensorflow", "gradio", "langchain_openai"]
SCRIPT = """
import json, sys
import knowledge_base, assistant.pipeline, assistant.wiring
imported = sorted(sys.modules)
from pathlib import Path
from assistant.contract import Question
from assistant.settings import Settings
opened = assistant.wiring.open_assistant(Settings(home=Path(sys.argv[1])), lambda *_: None)
answer = opened.answer(Question(question="第十二条"))
print(json.dumps({"imported": imported, "answered": sorted(sys.modules), "status": answer.status}))
"""


@pytest.fixture(scope="module")
def modules(home: Path, root: Path, assistant: Assistant) -> dict[str, list[str]]:
    assert assistant.knowledge_base.version
    command = [sys.executable, "-c", SCRIPT, str(home)]
    done = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("heavy", HEAVY)
@pytest.mark.parametrize("moment", ["imported", "answered"])
def test_no_heavy_library_is_imported(modules: dict[str, list[str]], moment: str, heavy: str) -> None:
    assert [name for name in modules[moment] if name.partition(".")[0] == heavy] == []


def test_an_answer_opens_no_database_of_vectors(modules: dict[str, list[str]]) -> None:
    assert [name for name in modules["answered"] if name.partition(".")[0] == "chromadb"] == []


def test_nothing_heavy_is_imported_before_it_is_needed(modules: dict[str, list[str]]) -> None:
    engines = {"chromadb", "onnxruntime", "tokenizers"}
    assert engines & {name.partition(".")[0] for name in modules["imported"]} == set()
