"""Nothing leaves the machine unless an endpoint is configured: every library's habit of calling home is off."""

import json
import os
import subprocess
import sys
from pathlib import Path

from assistant.pipeline import Assistant

# Run in a process of its own: every attempt to reach another host, from import to answered page, is written down.
WATCHED = """
import json, socket, sys, urllib.request
attempts = []
local = ("127.0.0.1", "localhost", "::1", "0.0.0.0", "", None)

def watch(name):
    plain = getattr(socket.socket, name)
    def watched(self, address, *rest):
        if isinstance(address, tuple) and address[0] not in local:
            attempts.append(str(address))
            raise OSError("blocked by the test")
        return plain(self, address, *rest)
    setattr(socket.socket, name, watched)

for name in ("connect", "connect_ex"):
    watch(name)
resolve = socket.getaddrinfo
def watched_resolve(host, *rest, **more):
    if host not in local:
        attempts.append(str(host))
        raise socket.gaierror("blocked by the test")
    return resolve(host, *rest, **more)
socket.getaddrinfo = watched_resolve

from assistant.contract import Question
from assistant.settings import read_settings
from assistant.wiring import open_assistant
from tests.serving import serving

assistant = open_assistant(read_settings(), lambda *_: None)
assistant.answer(Question(question="孩子上学"))
with serving(assistant) as address:
    for path in ("/", "/readyz", "/v1/documents", "/config"):
        urllib.request.urlopen(address + path, timeout=30).read()
print(json.dumps(attempts))
"""


def test_from_start_to_answered_page_no_other_host_is_contacted(home: Path, assistant: Assistant) -> None:
    del assistant  # builds the knowledge base in `home`
    done = subprocess.run(
        [sys.executable, "-c", WATCHED],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "POLICY_ASSISTANT_HOME": str(home)},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []
