"""Sentence meaning as a vector; both environments have what it needs (onnxruntime, tokenizers)."""

from clinic.language.encoder import DIMENSIONS, Encoder, load_encoder

__all__ = ["DIMENSIONS", "Encoder", "load_encoder"]
