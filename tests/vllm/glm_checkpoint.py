"""Makes a checkpoint of GLM-OCR's architecture with few and random weights: `glm_checkpoint.py FOLDER`.

Runs inside the environment that `build.py` makes. What such a model reads is noise, and the same noise every time.
The shapes follow the public config.json, the template the order of the public one: a mark of the beginning, then the
turns, each with its role's token.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, GlmOcrConfig, GlmOcrForConditionalGeneration, PreTrainedTokenizerFast

_PAD, _BEGIN = "<|endoftext|>", "[gMASK]"
_START, _USER, _ASSISTANT, _SYSTEM = "<sop>", "<|user|>", "<|assistant|>", "<|system|>"
_IMAGE, _IMAGE_START, _IMAGE_END = "<|image|>", "<|begin_of_image|>", "<|end_of_image|>"
_VIDEO, _VIDEO_START, _VIDEO_END = "<|video|>", "<|begin_of_video|>", "<|end_of_video|>"
_SPECIAL = [
    _PAD, _BEGIN, _START, _SYSTEM, _USER, _ASSISTANT, _IMAGE, _IMAGE_START, _IMAGE_END, _VIDEO, _VIDEO_START, _VIDEO_END
]  # fmt: skip
_POSITIONS = 32768
_HEAD = 32
_TEMPLATE = (
    "[gMASK]<sop>{%- for message in messages -%}{{ '<|' + message.role + '|>\n' }}"
    "{%- if message.content is string -%}{{ message.content }}{%- else -%}{%- for part in message.content -%}"
    "{%- if part.type == 'text' -%}{{ part.text }}"
    "{%- else -%}<|begin_of_image|><|image|><|end_of_image|>{%- endif -%}"
    "{%- endfor -%}{%- endif -%}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>\n' }}{%- endif -%}"
)
_SAMPLES = (
    "Text Recognition: Table Recognition: Formula Recognition:",
    '请按下列JSON格式输出图中信息:\n{\n    "发票号码": "",\n    "价税合计": ""\n}',
    '<table border="1"><tr><td>项目</td><td>本期金额</td></tr></table> $$ x _ {1} \\tag{1} $$',
)


def _tokenizer() -> PreTrainedTokenizerFast:
    tokens = Tokenizer(models.BPE())
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=500, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    tokens.train_from_iterator(_SAMPLES, trainer)
    tokens.add_special_tokens(_SPECIAL)
    marks = {"image_token": _IMAGE, "video_token": _VIDEO}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokens, eos_token=_PAD, pad_token=_PAD, model_max_length=_POSITIONS,
        extra_special_tokens=marks, chat_template=_TEMPLATE,
    )  # fmt: skip


def _config(tokenizer: PreTrainedTokenizerFast) -> GlmOcrConfig:
    number = tokenizer.convert_tokens_to_ids
    text = {
        "vocab_size": (len(tokenizer) + 63) // 64 * 64, "hidden_size": 128, "intermediate_size": 256,
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": _HEAD,
        "max_position_embeddings": _POSITIONS, "rms_norm_eps": 1e-5, "tie_word_embeddings": False,
        "num_nextn_predict_layers": 0, "pad_token_id": number(_PAD), "eos_token_id": [number(_PAD), number(_USER)],
        "rope_parameters": {
            "rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 1.0,
            "mrope_section": [_HEAD // 8, _HEAD // 16 * 3, _HEAD // 16 * 3],
        },
    }  # fmt: skip
    vision = {
        "hidden_size": 64, "intermediate_size": 128, "depth": 2, "num_heads": 2, "out_hidden_size": 128,
        "patch_size": 14, "spatial_merge_size": 2, "temporal_patch_size": 2, "image_size": 336,
    }  # fmt: skip
    config = GlmOcrConfig(
        text_config=text, vision_config=vision, image_token_id=number(_IMAGE), video_token_id=number(_VIDEO),
        image_start_token_id=number(_IMAGE_START), image_end_token_id=number(_IMAGE_END),
        video_start_token_id=number(_VIDEO_START), video_end_token_id=number(_VIDEO_END), dtype="bfloat16",
    )  # fmt: skip
    config.architectures = ["GlmOcrForConditionalGeneration"]
    return config


_PIXELS = {
    "size": {"shortest_edge": 12544, "longest_edge": 9633792}, "do_rescale": True, "patch_size": 14,
    "temporal_patch_size": 2, "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711], "image_processor_type": "Glm46VImageProcessor",
    "processor_class": "Glm46VProcessor",
}  # fmt: skip


def make(folder: Path) -> None:
    """Write all files of the checkpoint into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer()
    config = _config(tokenizer)
    torch.manual_seed(20260203)
    model = GlmOcrForConditionalGeneration(config).to(torch.bfloat16).eval()
    ends = tokenizer.convert_tokens_to_ids([_PAD, _USER])
    model.generation_config = GenerationConfig(eos_token_id=ends, do_sample=False)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(_PIXELS, indent=2))


if __name__ == "__main__":
    make(Path(sys.argv[1]))
