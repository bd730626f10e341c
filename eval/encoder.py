"""The bundled encoder as a torch model that can be trained on, and as an ONNX file; `transformers` has its layers (BERT, Devlin et al. 2019)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import BertConfig, BertModel

from eval.packed_encoder import PackedEncoder
from knowledge_base.encoder import ENCODER, TOKENIZER

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
_MODEL = "_model."  # before every name in the file


class TorchEncoder(torch.nn.Module):
    """Rows of tokens → the mean of their last hidden states, (n, hidden). The words' own vectors are not trained."""

    def __init__(self, packed: PackedEncoder) -> None:
        super().__init__()
        self._packed, self._padding = packed, packed.special[2]
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
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",  # with torch's fused one a step in bfloat16 takes 1.7 times as long
        )
        self._model = BertModel(config, add_pooling_layer=False)
        state = {ours: torch.from_numpy(packed.tensors[name].copy()) for name, ours in _names(packed)}
        state["embeddings.word_embeddings.weight"] = torch.from_numpy(packed.vectors())
        shapes = {name: value.shape for name, value in self._model.state_dict().items()}
        self._model.load_state_dict(
            {name: value.reshape(shapes[name]) for name, value in state.items()}, strict=False
        )
        self._model.embeddings.word_embeddings.weight.requires_grad_(False)

    def forward(self, rows: Sequence[torch.Tensor]) -> torch.Tensor:
        length = max(map(len, rows))
        tokens = torch.full((len(rows), length), self._padding)
        mask = torch.zeros(len(rows), length)
        for at, row in enumerate(rows):
            tokens[at, : len(row)] = row
            mask[at, : len(row)] = 1
        states: torch.Tensor = self._model(input_ids=tokens, attention_mask=mask).last_hidden_state
        return (states * mask[:, :, None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)

    def resume(self, folder: Path) -> None:
        """Take up the weights of what `write` left in a folder, to be trained on; the words' vectors stay the original's."""
        state = {name: torch.tensor(value) for name, value in _kept(folder / ENCODER)}
        self._model.load_state_dict(state, strict=False)

    def write(self, folder: Path) -> None:
        """Into a folder that `knowledge_base.encoder` opens: matrices at seven bits, a scale a column, the words' vectors at eight.

        Eight for all would overflow in processors without VNNI, unseen (onnxruntime's notes on quantisation).
        """
        from onnxruntime.quantization import QuantType, quantize_dynamic

        folder.mkdir(parents=True, exist_ok=True)
        self._model.set_attn_implementation(
            "sdpa"
        )  # in the graph of the plain one `_kept` would not find its way
        self._packed.tokenizer().save(str(folder / TOKENIZER), pretty=False)
        example = torch.tensor([[5, 6, 7]])
        with TemporaryDirectory() as scratch:
            whole = Path(scratch) / "whole.onnx"
            torch.onnx.export(
                _One(self._model).eval(),
                (example,),
                whole,
                input_names=["tokens"],
                output_names=["vector"],
                dynamic_shapes=({1: torch.export.Dim("n", max=self._model.config.max_position_embeddings)},),
                dynamo=True,
            )
            quantize_dynamic(
                whole, folder / ENCODER, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8
            )


class _One(torch.nn.Module):
    """One row of tokens → the mean of its last hidden states."""

    def __init__(self, model: BertModel) -> None:
        super().__init__()
        self._model = model

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self._model(input_ids=tokens).last_hidden_state
        return states.mean(dim=1)


def _kept(file: Path) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """Name in the model and value of each tensor but the words that a written encoder holds."""
    graph = onnx.load(file).graph
    arrays = {stored.name: numpy_helper.to_array(stored) for stored in graph.initializer}

    def plain(name: str) -> NDArray[np.float32]:
        levels, zero = (arrays[f"{name}{part}"].astype(np.float32) for part in ("_quantized", "_zero_point"))
        return np.asarray((levels - zero) * arrays[f"{name}_scale"], dtype=np.float32)

    biases = []
    for name, value in arrays.items():
        if name.startswith(_MODEL) and value.dtype == np.float32 and name.endswith(tuple(_KINDS.values())):
            yield name.removeprefix(_MODEL), value
            if ".dense." in name or ".self." in name:
                biases.append(name.removeprefix(_MODEL))
    for part in ("position", "token_type"):
        name = f"embeddings.{part}_embeddings.weight"
        yield name, plain(_MODEL + name)
    matrices = [node.input[1] for node in graph.node if node.op_type == "MatMulInteger"]
    for bias, matrix in zip(
        biases, matrices, strict=True
    ):  # the export names a matrix by nothing but its place
        yield f"{bias.removesuffix('bias')}weight", plain(matrix.removesuffix("_quantized")).T


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
