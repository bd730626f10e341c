"""Makes `knowledge_base/data/embedder/`: `python -m eval.make_embedder`. Needs torch, transformers, onnx and onnxscript (extra `dev`).

multilingual-e5-small as it was published, but for the pieces that neither Chinese nor the commoner Latin words are made of:
those are read letter by letter.
"""

from __future__ import annotations

from eval.encoder import TorchEncoder
from eval.packed_encoder import ORIGINAL, PackedEncoder
from knowledge_base.embedding import EMBEDDER

LATIN = 120_000  # the Latin pieces among so many of the commonest are kept


def main() -> None:
    """Read, cut, write."""
    TorchEncoder(PackedEncoder.read(ORIGINAL).for_chinese(latin=LATIN)).write(EMBEDDER)


if __name__ == "__main__":
    main()
