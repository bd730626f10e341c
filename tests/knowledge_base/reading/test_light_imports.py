"""The room is opened without paying for the formats that nobody reads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LIBRARIES = ["pypdfium2", "docx", "doc2docx", "openpyxl", "lxml", "httpcore", "rapidocr", "cv2", "PIL"]
SCRIPT = f"import sys, knowledge_base.reading; print(sorted({set(LIBRARIES)!r} & sys.modules.keys()))"


def test_no_library_of_a_format_is_imported_with_the_door(root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=root, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
