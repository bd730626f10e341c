"""The bundled encoder as a torch model that can be trained on; `transformers` has its layers (BERT, Devlin et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from torch.nn.utils import parametrize
from transformers import BertConfig, BertModel

from eval.packed_encoder import BLOCK, PackedEncoder

_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_KINDS = {"w": "weight", "b": "bias"}


class FourBits(torch.nn.Module):
    """A matrix as it will be kept, blocks of four bits; the gradient passes it by (Bengio et al. 2013, arXiv:1308.3432)."""

    def forward(self, weights: torch.Tensor) -> torch.Tensor:
        """Shape kept."""
        with torch.no_grad():
            rows = weights.reshape(-1, BLOCK)
            largest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
            scales = (largest / -8).half().float()
            kept = ((rows / scales + 8.5).nan_to_num(8.5).floor().clamp(0, 15) - 8) * scales
            lost = kept.reshape(weights.shape) - weights
        return weights + lost


class Encoder(torch.nn.Module):
    """Rows of tokens → the mean of their last hidden states, (n, hidden). The words' own vectors are not trained."""

    def __init__(self, packed: PackedEncoder) -> None:
        super().__init__()
        self._source = packed
        config = BertConfig(
            vocab_size=len(packed.words),
            hidden_size=packed.hidden,
            num_hidden_layers=packed.layers,
            num_attention_heads=packed.heads,
            intermediate_size=packed.inner,
            max_position_embeddings=packed.positions,
            type_vocab_size=packed.types,
            layer_norm_eps=packed.epsilon,
            pad_token_id=packed.special[2],
        )
        self._model = BertModel(config, add_pooling_layer=False)
        state = {ours: torch.from_numpy(packed.tensors[name].copy()) for name, ours in _names(packed)}
        state["embeddings.word_embeddings.weight"] = torch.from_numpy(packed.vectors())
        shapes = {name: value.shape for name, value in self._model.state_dict().items()}
        self._model.load_state_dict(
            {name: value.reshape(shapes[name]) for name, value in state.items()}, strict=False
        )
        self._model.embeddings.word_embeddings.weight.requires_grad_(False)

    def at_four_bits(self) -> None:
        """From here on every matrix is trained as it will be kept."""
        for module in [
            found for found in self._model.encoder.modules() if isinstance(found, torch.nn.Linear)
        ]:
            parametrize.register_parametrization(module, "weight", FourBits())

    def forward(self, rows: Sequence[Sequence[int]]) -> torch.Tensor:
        length = max(map(len, rows))
        tokens = torch.full((len(rows), length), self._source.special[2])
        mask = torch.zeros(len(rows), length)
        for at, row in enumerate(rows):
            tokens[at, : len(row)] = torch.tensor(row)
            mask[at, : len(row)] = 1
        states: torch.Tensor = self._model(input_ids=tokens, attention_mask=mask).last_hidden_state
        return (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)

    def packed(self) -> PackedEncoder:
        """As it is now."""
        parts = dict(self._model.named_modules())
        tensors = {}
        for name, ours in _names(self._source):
            owner, _, kind = ours.rpartition(".")
            tensors[name] = getattr(parts[owner], kind).detach().float().numpy().ravel()
        return replace(self._source, tensors=tensors)


def _names(packed: PackedEncoder) -> Iterator[tuple[str, str]]:
    """Name of each tensor but the words, in the file and in the model."""
    yield from (
        ("emb.pos", "embeddings.position_embeddings.weight"),
        ("emb.type", "embeddings.token_type_embeddings.weight"),
        ("emb.ln.w", "embeddings.LayerNorm.weight"),
        ("emb.ln.b", "embeddings.LayerNorm.bias"),
    )
    for layer in range(packed.layers):
        for short, part in _PARTS.items():
            for kind, name in _KINDS.items():
                yield f"l{layer}.{short}.{kind}", f"encoder.layer.{layer}.{part}.{name}"
