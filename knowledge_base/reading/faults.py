"""The one fault of this room, and the border to libraries that parse what others wrote."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile

from knowledge_base.errors import KnowledgeBaseError

# What parsers of foreign bytes trip over beside their own errors, found by reading damaged files of each format.
TRIPPED = (
    ArithmeticError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class ReadingFault(KnowledgeBaseError):
    """A file or address cannot be read; the message says in one Chinese line what is wrong and what mends it."""


@contextmanager
def damaged(message: str) -> Iterator[None]:
    """Around a library's own calls alone: whatever trips in there means that the file is damaged."""
    try:
        yield
    except TRIPPED as error:
        raise ReadingFault(message) from error
