"""A vLLM plugin that mends, in the process, what transformers before 5.20.1 does wrong with HunyuanOCR.

vLLM calls `register` in each of its processes (entry points `vllm.general_plugins`). Two things are mended, each only
where the installed releases need it; with transformers 5.20.1 or later, or a vLLM before 0.29, nothing is touched.

* split: the encoder returns the rows of all pictures of a step in one tensor, and vLLM's generic backend deals them out
  by the number of patches. A picture of h times w patches has h/m * (w/m + 1) + 2 rows, so that all pictures but the
  first got rows of others'. transformers 5.20.1 splits them itself, as this does.
* rope: `dynamic_rope_update` compares a value on the GPU with one on the host, which no CUDA graph can capture. For
  this model it changes nothing. transformers 5.20.0 leaves it out, and vLLM 0.33 gets round it.
"""

import functools
import inspect
import re
from importlib.metadata import PackageNotFoundError, version
from typing import Any

_GENERIC_BACKEND = (0, 29)  # vLLM before it implements the model itself
_ROPE_MENDED_IN_VLLM = (0, 33)
_ROPE_MENDED = (5, 20, 0)
_SPLIT_MENDED = (5, 20, 1)


def mends(vllm: str, transformers: str) -> tuple[str, ...]:
    """Return what these releases need mended: none, some or all of "split" and "rope"."""
    server, library = _numbers(vllm), _numbers(transformers)
    if server < _GENERIC_BACKEND and server[:2] != (0, 1):  # 0.1.dev is a build from a checkout without tags
        return ()
    split = ("split",) if library < _SPLIT_MENDED else ()
    rope = ("rope",) if library < _ROPE_MENDED and server < _ROPE_MENDED_IN_VLLM else ()
    return split + rope


def register() -> None:
    """Mend what the installed releases need mended."""
    try:
        needed = mends(version("vllm"), version("transformers"))
    except PackageNotFoundError:
        return
    if needed:
        from transformers.models.hunyuan_vl import modeling_hunyuan_vl as modeling  # noqa: PLC0415 - it imports torch

        if "split" in needed:
            split_by_rows(modeling.HunYuanVLModel)
        if "rope" in needed:
            leave_rope_alone(modeling.HunYuanVLRotaryEmbedding)


def split_by_rows(model: Any) -> None:
    """Let `model.get_image_features` return one tensor a picture."""
    features = model.get_image_features
    if hasattr(features, "split_by_rows"):
        return

    @functools.wraps(features)
    def get_image_features(self: Any, pixel_values: Any, image_grid_thw: Any = None, **more: Any) -> Any:
        found = features(self, pixel_values, image_grid_thw, **more)
        merged = self.config.vision_config.spatial_merge_size
        rows = [h // merged * (w // merged + 1) + 2 for _, h, w in image_grid_thw.tolist()]
        found.pooler_output = found.pooler_output.reshape(sum(rows), -1).split(rows)
        return found

    get_image_features.split_by_rows = True  # type: ignore[attr-defined]
    model.get_image_features = get_image_features


def leave_rope_alone(rope: Any) -> None:
    """Let `rope.forward` run without `dynamic_rope_update`.

    The type stays "dynamic": with "default" the model's initialisation would compute the frequencies without alpha.
    """
    import torch  # noqa: PLC0415 - it takes seconds, and where nothing is mended it is not needed

    rope.forward = torch.no_grad()(inspect.unwrap(rope.forward))


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", re.split(r"[+a-z]", release, maxsplit=1)[0]))
