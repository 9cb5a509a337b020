"""Prints how far our plugin moves the positions of a model: `positions.py CHECKPOINT`; 0.0 is what is wanted.

Runs in the environment that holds vLLM and transformers.
"""

import sys

import ocrbot_vllm
import torch
from transformers import AutoConfig
from transformers.models.hunyuan_vl.modeling_hunyuan_vl import HunYuanVLRotaryEmbedding


def moved(checkpoint: str) -> float:
    """Return the largest difference of the cosines, sines and frequencies with and without the plugin."""
    config = AutoConfig.from_pretrained(checkpoint).get_text_config()
    positions = torch.arange(2048).reshape(1, 1, -1).expand(4, 1, -1)
    found = []
    for mended in (False, True):
        if mended:
            ocrbot_vllm.leave_rope_alone(HunYuanVLRotaryEmbedding)
        rope = HunYuanVLRotaryEmbedding(config)
        found.append([*rope(torch.zeros(1, dtype=torch.float32), positions), rope.inv_freq])
    return max(float((one - other).abs().max()) for one, other in zip(*found, strict=True))


if __name__ == "__main__":
    sys.stdout.write(f"moved: {moved(sys.argv[1])}\n")
