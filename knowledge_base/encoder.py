"""Text → vector, by an encoder in a folder: `encoder.onnx`, run by `onnxruntime`, and the `tokenizer.json` it was cut to.

`eval/encoder.py` writes both. No torch, no download; the same text gives the same vector on the same machine.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import SourceFault

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

ENCODER, TOKENIZER = "encoder.onnx", "tokenizer.json"
LONGEST = 512  # pieces that are read at once, begin and end included
THREADS = 2  # of one reading


class Encoder:
    """Opens its files when it is first asked; then raises `SourceFault` where one is damaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def vector(self, text: str) -> NDArray[np.float32]:
        """The mean of the last hidden states, of length 1; a long text is read in windows."""
        whole = self._tokenizer.encode(text)
        windows = [whole.ids, *(window.ids for window in whole.overflowing)]
        rows = [self._session.run(None, {"tokens": np.array([ids], dtype=np.int64)})[0] for ids in windows]
        mean = np.concatenate(rows).T @ np.array([len(ids) for ids in windows], dtype=np.float32)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
        except Exception as error:  # the library raises nothing more special
            raise self._fault(TOKENIZER, error) from error
        tokenizer.enable_truncation(LONGEST)
        return tokenizer

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        # threads that wait for the next reading in a spin take the processor from whatever else there is to do
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            return onnxruntime.InferenceSession(
                str(self._folder / ENCODER), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # a class of its own for each kind of damage, none public
            raise self._fault(ENCODER, error) from error

    def _fault(self, name: str, error: Exception) -> SourceFault:
        reason = type(error).__name__
        return SourceFault(f"{self._folder.name}/{name} 读不出：请重新安装 policy-assistant（{reason}）")
