"""Makes a checkpoint of HunyuanOCR's architecture with random weights: `checkpoint.py FOLDER [--full]`.

They are few, or with --full as many as the published 1.0 has. Runs inside an environment with torch and transformers,
such as `build.py` makes. What such a model reads is noise, and the same noise every time. config.json has the flat form
of the public 1.0.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, HunYuanVLConfig, HunYuanVLForConditionalGeneration, PreTrainedTokenizerFast

_BEGIN, _PAD = "<｜hy_begin▁of▁sentence｜>", "<｜hy_▁pad▁｜>"
_USER, _ASSISTANT = "<｜hy_User｜>", "<｜hy_Assistant｜>"
_END, _SYSTEM_END = "<｜hy_place▁holder▁no▁2｜>", "<｜hy_place▁holder▁no▁3｜>"
_IMAGE_START, _IMAGE_END, _IMAGE, _IMAGE_LINE = (f"<｜hy_place▁holder▁no▁{n}｜>" for n in range(100, 104))
_MARKS = [f"<｜hy_place▁holder▁no▁{n}｜>" for n in range(110, 116)]  # quad, ref, pFig and their ends
_SPECIAL = [
    _BEGIN, _PAD, _END, _SYSTEM_END, _USER, _ASSISTANT, _IMAGE_START, _IMAGE_END, _IMAGE, _IMAGE_LINE, *_MARKS
]  # fmt: skip
_POSITIONS = 32768


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How large the model is: `hidden` and `heads` of the text's part, `seen` and `eyes` of the picture's."""

    vocabulary: int  # at least
    hidden: int
    inner: int
    layers: int
    heads: int
    shared_heads: int
    head: int
    seen: int
    seen_inner: int
    seen_layers: int
    eyes: int


TINY: Final = Sizes(
    vocabulary=0, hidden=128, inner=256, layers=2, heads=4, shared_heads=2, head=64,
    seen=64, seen_inner=128, seen_layers=2, eyes=2,
)  # fmt: skip
# As in the published config.json.
FULL: Final = Sizes(
    vocabulary=120_818, hidden=1024, inner=3584, layers=24, heads=16, shared_heads=8, head=128,
    seen=1152, seen_inner=4304, seen_layers=27, eyes=16,
)  # fmt: skip
_TEMPLATE = (
    "{%- macro put(content) -%}{%- if content is string -%}{{ content }}{%- else -%}{%- for part in content -%}"
    "{%- if part.type == 'text' -%}{{ part.text }}{%- else -%}IMAGE{%- endif -%}"
    "{%- endfor -%}{%- endif -%}{%- endmacro -%}"
    "{{ 'BEGIN' }}{%- for message in messages -%}{{ put(message.content) }}"
    "{{ {'system': 'SYSTEM_END', 'user': 'USER', 'assistant': 'ASSISTANT'}[message.role] }}{%- endfor -%}"
)
_SAMPLES = (
    "检测并识别图片中的文字，将文本坐标格式化输出。提取图中的文字。输出 Key 的值。提取图片中的字幕。",
    "发票号码 发票代码 总金额 单价 上车时间 下车时间 姓名 地址 电话 日期 公司 税号 合计 备注",
    '{"发票号码": "42609332", "总金额": "￥77.10元", "单价": "3.00"}',
    "亲爱的(22,160),(888,788) <table><tr><td>合计</td><td>0.25</td></tr></table> $$ x_{1} $$",
)


def _tokenizer(vocabulary: int) -> PreTrainedTokenizerFast:
    tokens = Tokenizer(models.BPE())
    tokens.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokens.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    tokens.train_from_iterator(_SAMPLES, trainer)
    tokens = _filled(tokens, vocabulary - len(_SPECIAL))
    tokens.add_special_tokens(_SPECIAL)
    template = _TEMPLATE.replace("IMAGE", _IMAGE_START + _IMAGE + _IMAGE_END).replace("BEGIN", _BEGIN)
    template = template.replace("SYSTEM_END", _SYSTEM_END).replace("USER", _USER).replace("ASSISTANT", _ASSISTANT)
    images = {"image_token": _IMAGE, "image_start_token": _IMAGE_START, "image_end_token": _IMAGE_END}
    return PreTrainedTokenizerFast(
        tokenizer_object=tokens, bos_token=_BEGIN, eos_token=_END, pad_token=_PAD, model_max_length=_POSITIONS,
        extra_special_tokens=images, chat_template=template,
    )  # fmt: skip


def _filled(tokens: Tokenizer, count: int) -> Tokenizer:
    """Add tokens that no text has until there are `count`, so that every number can be written."""
    described = json.loads(tokens.to_str())
    known = described["model"]["vocab"]
    for number in range(len(known), count):
        known[f"_{number}_"] = number
    return Tokenizer.from_str(json.dumps(described))


def _config(tokenizer: PreTrainedTokenizerFast, sizes: Sizes) -> HunYuanVLConfig:
    number = tokenizer.convert_tokens_to_ids
    rope = {
        "rope_type": "dynamic", "rope_theta": 10000.0, "alpha": 1000.0, "factor": 1.0, "beta_fast": 32, "beta_slow": 1,
        "mscale": 1.0, "mscale_all_dim": 1.0, "mrope_section": [sizes.head // 8] * 4,
    }  # fmt: skip
    text = {
        "vocab_size": (len(tokenizer) + 63) // 64 * 64, "hidden_size": sizes.hidden, "intermediate_size": sizes.inner,
        "num_hidden_layers": sizes.layers, "num_attention_heads": sizes.heads,
        "num_key_value_heads": sizes.shared_heads, "head_dim": sizes.head,
        "max_position_embeddings": _POSITIONS, "rms_norm_eps": 1e-5, "tie_word_embeddings": True,
        "bos_token_id": number(_BEGIN), "eos_token_id": number(_END), "eod_token_id": number(_END),
        "pad_token_id": number(_PAD), "rope_parameters": rope,
    }  # fmt: skip
    vision = {
        "hidden_size": sizes.seen, "intermediate_size": sizes.seen_inner, "num_hidden_layers": sizes.seen_layers,
        "num_attention_heads": sizes.eyes, "out_hidden_size": sizes.hidden, "patch_size": 16, "spatial_merge_size": 2,
        "max_image_size": 2048, "min_image_size": 512,
    }  # fmt: skip
    config = HunYuanVLConfig(
        text_config=text, vision_config=vision, image_token_id=number(_IMAGE), im_start_id=number(_IMAGE_START),
        im_end_id=number(_IMAGE_END), im_newline_id=number(_IMAGE_LINE), dtype="bfloat16",
    )  # fmt: skip
    config.architectures = ["HunYuanVLForConditionalGeneration"]
    return config


def _flattened(config: dict[str, Any], sizes: Sizes) -> dict[str, Any]:
    text = config.pop("text_config")
    rope = text.pop("rope_parameters")
    del text["model_type"], rope["rope_type"]
    scaling = {"type": "xdrope", "xdrope_section": rope.pop("mrope_section"), **rope}
    theta = scaling.pop("rope_theta")
    images = {f"image_{part}_token_id": config[f"im_{part}_id"] for part in ("start", "end", "newline")}
    more = {
        "use_qk_norm": True,
        "mlp_bias": False,
        "attention_head_dim": sizes.head,
        "org_vocab_size": text["vocab_size"],
    }
    return {**text, **config, **images, **more, "rope_theta": theta, "rope_scaling": scaling}


_PIXELS = {
    "min_pixels": 512 * 512, "max_pixels": 2048 * 2048, "patch_size": 16, "temporal_patch_size": 1, "merge_size": 2,
    "resample": 1, "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711],
    "image_processor_type": "HunYuanVLImageProcessor", "processor_class": "HunYuanVLProcessor",
}  # fmt: skip


def make(folder: Path, sizes: Sizes) -> None:
    """Write all files of the checkpoint into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(sizes.vocabulary)
    config = _config(tokenizer, sizes)
    torch.manual_seed(20260706)
    model = HunYuanVLForConditionalGeneration(config).to(torch.bfloat16).eval()
    ends = tokenizer.convert_tokens_to_ids([_END, _ASSISTANT])
    model.generation_config = GenerationConfig(eos_token_id=ends, do_sample=False)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(_PIXELS, indent=2))
    path = folder / "config.json"
    path.write_text(json.dumps(_flattened(json.loads(path.read_text()), sizes), indent=2))


if __name__ == "__main__":
    make(Path(sys.argv[1]), FULL if "--full" in sys.argv else TINY)
