"""Kills `kb rebuild` and `kb add` at moments all over their course, with -9: `python -m eval.kill_trial [--times N]`.

Each time in a fresh copy of a home that serves. After the kill the last good version has to be whole (`kb verify`) and to
answer, and the same command has to go through when it is given again. Two `kb add` are then started at once. Prints how
many of each went so.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

QUESTION, QUOTE = "孩子上学有什么照顾", "子女入学"
TEXT = "{place}知识产权服务办法\n\n第一条 为了规范服务，制定本办法。\n\n第{number}条 服务机构应当公示收费标准。\n"
COMMAND = [sys.executable, "-m", "assistant.cli"]
PATIENCE = 300  # seconds


def main() -> None:
    """Run the trial and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10, help="kills of each command")
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home, adds = folder / "home", []
        for place, number in (("某市", "二"), ("某县", "三")):
            text = folder / f"{place}办法.txt"
            text.write_text(TEXT.format(place=place, number=number), "utf-8")
            adds.append(["kb", "add", str(text), "--yes"])
        if _run(home, "kb", "rebuild").returncode or not _serves(home):
            sys.exit("the first version does not serve")
        result: dict[str, object] = {
            "rebuild": _killed(home, ["kb", "rebuild"], times),
            "add": _killed(home, adds[0], times),
            "two adds at once": _at_once(_copied(home), adds),
        }
    print(json.dumps(result, ensure_ascii=False, indent=1))


def _killed(home: Path, command: list[str], times: int) -> dict[str, float]:
    """The command cut off at `times` moments, evenly over as long as it takes, and given again each time."""
    begun = time.perf_counter()
    if (whole := _run(_copied(home), *command)).returncode:
        sys.exit(whole.stdout + whole.stderr)
    seconds = time.perf_counter() - begun
    cut = good = through = 0
    for number in range(times):
        struck = _copied(home)
        with _started(struck, *command) as process:
            time.sleep(seconds * (number + 0.5) / times)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                cut += 1
        good += _serves(struck)
        through += _run(struck, *command).returncode == 0 and _serves(struck)
    return {
        "seconds to its end": round(seconds, 1),
        "times": times,
        "killed before its end": cut,
        "the last good version serves": good,
        "goes through when given again": through,
    }


def _copied(home: Path) -> Path:
    """A fresh copy in the place of the last one."""
    copy = home.with_name("struck")
    shutil.rmtree(copy, ignore_errors=True)
    return Path(shutil.copytree(home, copy))


def _at_once(home: Path, commands: list[list[str]]) -> dict[str, object]:
    """Both commands started together: each goes through, or says in one line that another is at work."""
    started = [_started(home, *command) for command in commands]
    said = [process.communicate(timeout=PATIENCE) for process in started]
    return {
        "went through": sum(process.returncode == 0 for process in started),
        "said why not": [
            err.strip().splitlines()[-1] for p, (_, err) in zip(started, said, strict=True) if p.returncode
        ],
        "serves": _serves(home),
    }


def _serves(home: Path) -> bool:
    """Whether the serving version is whole and answers."""
    answer = _run(home, "ask", QUESTION)
    return QUOTE in answer.stdout and _run(home, "kb", "verify").returncode == 0


def _started(home: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env={**os.environ, "POLICY_ASSISTANT_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    with _started(home, *arguments) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return subprocess.CompletedProcess(arguments, process.returncode, out, err)


if __name__ == "__main__":
    main()
