"""Makes `knowledge_base/data/ranker/vectors.npz`, so that an index is built in seconds: `python -m eval.embed_bank`.

Run after the bank or the texts have changed; vectors of texts that are gone are left out.
"""

from __future__ import annotations

import sys

import numpy as np
from tqdm import tqdm

from knowledge_base.embedding import BundledEmbedder, KnownVectors, content_key
from knowledge_base.normalisation import searchable
from knowledge_base.sources import DATA, all_passages, packaged_sources, pinyin_lexicon

OUT = DATA / "ranker" / "vectors.npz"
BATCH = 64


def main() -> None:
    """Embed what is new, keep what is known, write the file."""
    sources = packaged_sources()
    known = KnownVectors.read([OUT], BundledEmbedder())
    pinyin = pinyin_lexicon(sources)
    questions = [pinyin.read(searchable(question.question)) for question in sources.bank]
    texts = [passage.text for passage in all_passages(sources)]
    vectors = [known.passages(texts)]
    for start in tqdm(range(0, len(questions), BATCH), file=sys.stderr):
        vectors.append(known.queries(questions[start : start + BATCH]))
    keys = [content_key("passage", text) for text in texts]
    keys += [content_key("query", question) for question in questions]
    whole = np.vstack(vectors).astype(np.float16)
    np.savez_compressed(OUT, space=np.array(BundledEmbedder.space), keys=np.array(keys), vectors=whole)


if __name__ == "__main__":
    main()
