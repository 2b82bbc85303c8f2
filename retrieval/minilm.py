"""all-MiniLM-L6-v2 as an ONNX graph, written from the published weights.

BERT (Devlin et al. 2019) with six layers, mean pooling over the tokens that are no padding and
L2 normalisation, as in Sentence-BERT (Reimers and Gurevych 2019). Building it here keeps torch out.

The linear layers calculate in integers: weights with one scale a channel, activations with one
scale a token (Dettmers et al. 2022, "vector-wise quantisation"). A text's vector therefore does
not depend on what else is in its batch, unlike with one scale for the whole batch. Weights have
seven bits, so that no processor's 16-bit sums overflow and all give the same integers.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import onnx

LAYERS = 6
HEADS = 12
HIDDEN = 384
RECIPE = "rowwise-1"
"""Changes whenever the graph or its quantisation does, because vectors change with it."""

_EPSILON = 1e-12
_MASKED = -1e9
_OPSET = 20
_IR_VERSION = 10
_WEIGHT_LIMIT = 63
_STEP = np.array(1 / 127, np.float32)
_ZERO = np.array(128, np.uint8)  # unsigned activations and signed weights: what is fast on x86
_ORT = "com.microsoft"

Array = NDArray[Any]


def serialised(weights: Path) -> bytes:
    """The ONNX file for the weights of `model.safetensors`; the same bytes every time.

    Inputs `input_ids` and `attention_mask`, both (batch, tokens) int64; outputs `embedding`,
    (batch, 384) float32 unit rows, and `tokens`, (batch, tokens, 384) float32: what they are the
    mean of.
    """
    from safetensors.numpy import load_file

    content: bytes = build(load_file(weights)).SerializeToString(deterministic=True)
    return content


def build(weights: dict[str, Array]) -> onnx.ModelProto:
    """The graph for weights under the names that Hugging Face gives them."""
    return _Graph(weights).model()


class _Graph:
    """Collects nodes and constants; every method adds one part and names its output."""

    def __init__(self, weights: dict[str, Array]) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, Array] = {}
        self._quantisations: dict[str, tuple[str, str]] = {}

    def model(self) -> onnx.ModelProto:
        import onnx
        from onnx import TensorProto, helper, numpy_helper

        tokens = self._encoder(self._embeddings(), self._attention_bias())
        self._pooled(self._node("Identity", [tokens], "tokens"))
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
            for name in ("input_ids", "attention_mask")
        ]
        outputs = [
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", HIDDEN]),
            helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["batch", "tokens", HIDDEN]),
        ]
        constants = [numpy_helper.from_array(a, name) for name, a in self._constants.items()]
        graph = helper.make_graph(self._nodes, "minilm", inputs, outputs, constants)
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_ORT, 1)],
            ir_version=_IR_VERSION,
        )
        onnx.checker.check_model(model)
        return model

    def _node(self, kind: str, inputs: list[str], output: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def _constant(self, name: str, value: Array) -> str:
        self._constants.setdefault(name, np.ascontiguousarray(value))
        return name

    def _integers(self, *values: int) -> str:
        return self._constant(f"ints_{values}", np.array(values, np.int64))

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name].astype(np.float32))

    def _embeddings(self) -> str:
        """Word + position + the one token type in use, normalised: (batch, tokens, hidden)."""
        from onnx import TensorProto

        table = "embeddings.{}_embeddings.weight".format
        vocabulary = self._weights[table("word")].astype(np.float16)  # half the size, as exact
        words = self._node("Gather", [self._constant("vocabulary", vocabulary), "input_ids"])
        words = self._node("Cast", [words], to=TensorProto.FLOAT)
        # Every text is of token type 0, so its row is folded into the positions.
        places = self._weights[table("position")] + self._weights[table("token_type")][0]
        length = self._node("Shape", ["input_ids"], start=1, end=2)
        position = self._node(
            "Slice",
            [
                self._constant("positions", places.astype(np.float32)),
                self._integers(0),
                length,
                self._integers(0),
            ],
        )
        return self._normalised(self._node("Add", [words, position]), "embeddings.LayerNorm")

    def _attention_bias(self) -> str:
        """0 on tokens and a large negative number on padding: (batch, 1, 1, tokens)."""
        from onnx import TensorProto

        mask = self._node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
        padding = self._node("Sub", [self._constant("one", np.array(1, np.float32)), mask])
        bias = self._node("Mul", [padding, self._constant("masked", np.array(_MASKED, np.float32))])
        return self._node("Unsqueeze", [bias, self._integers(1, 2)])

    def _encoder(self, hidden: str, bias: str) -> str:
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}"
            attended = self._attention(hidden, bias, f"{layer}.attention.self")
            attended = self._linear(attended, f"{layer}.attention.output.dense")
            hidden = self._normalised(
                self._node("Add", [attended, hidden]), f"{layer}.attention.output.LayerNorm"
            )
            wide = self._node("Gelu", [self._linear(hidden, f"{layer}.intermediate.dense")])
            narrow = self._linear(wide, f"{layer}.output.dense")
            hidden = self._normalised(
                self._node("Add", [narrow, hidden]), f"{layer}.output.LayerNorm"
            )
        return hidden

    def _attention(self, hidden: str, bias: str, layer: str) -> str:
        """Scaled dot-product attention, all heads at once (Vaswani et al. 2017)."""
        query = self._heads(hidden, f"{layer}.query", [0, 2, 1, 3])
        key = self._heads(hidden, f"{layer}.key", [0, 2, 3, 1])
        value = self._heads(hidden, f"{layer}.value", [0, 2, 1, 3])
        scale = self._constant("scale", np.array(1 / math.sqrt(HIDDEN // HEADS), np.float32))
        scores = self._node("Mul", [self._node("MatMul", [query, key]), scale])
        weights = self._node("Softmax", [self._node("Add", [scores, bias])], axis=-1)
        mixed = self._node("MatMul", [weights, value])
        mixed = self._node("Transpose", [mixed], perm=[0, 2, 1, 3])
        return self._node("Reshape", [mixed, self._integers(0, 0, HIDDEN)])

    def _heads(self, hidden: str, layer: str, order: list[int]) -> str:
        split = self._integers(0, 0, HEADS, HIDDEN // HEADS)
        heads = self._node("Reshape", [self._linear(hidden, layer), split])
        return self._node("Transpose", [heads], perm=order)

    def _linear(self, hidden: str, layer: str) -> str:
        """Wx + b with integer products, scaled back by token and by channel."""
        matrix = self._weights[f"{layer}.weight"].T
        scale = np.abs(matrix).max(axis=0) / _WEIGHT_LIMIT
        integers = np.rint(matrix / scale).astype(np.int8)
        activations, largest = self._quantised(hidden)
        product = self._node(
            "MatMulIntegerToFloat",
            [
                activations,
                self._constant(f"{layer}.weight", integers),
                self._constant("step", _STEP),
                self._constant(f"{layer}.scale", scale.astype(np.float32)),
                self._constant("zero", _ZERO),
            ],
            domain=_ORT,
        )
        product = self._node("Mul", [product, largest])
        return self._node("Add", [product, self._weight(f"{layer}.bias")])

    def _quantised(self, hidden: str) -> tuple[str, str]:
        """uint8 activations, each token scaled by its largest magnitude, and those magnitudes."""
        if hidden not in self._quantisations:
            magnitude = self._node("Abs", [hidden])
            largest = self._node("ReduceMax", [magnitude, self._integers(-1)], keepdims=1)
            scaled = self._node("Div", [hidden, largest])
            step, zero = self._constant("step", _STEP), self._constant("zero", _ZERO)
            integers = self._node("QuantizeLinear", [scaled, step, zero])
            self._quantisations[hidden] = integers, largest
        return self._quantisations[hidden]

    def _normalised(self, hidden: str, layer: str) -> str:
        inputs = [hidden, self._weight(f"{layer}.weight"), self._weight(f"{layer}.bias")]
        return self._node("LayerNormalization", inputs, axis=-1, epsilon=_EPSILON)

    def _pooled(self, hidden: str) -> None:
        """Mean over the tokens, then length one."""
        mask = self._node("Unsqueeze", ["mask", self._integers(1)])  # (batch, 1, tokens)
        total = self._node("MatMul", [mask, hidden])  # (batch, 1, hidden)
        total = self._node("Squeeze", [total, self._integers(1)])
        # The mean's divisor cancels in the normalisation.
        self._node("LpNormalization", [total], "embedding", axis=-1, p=2)
