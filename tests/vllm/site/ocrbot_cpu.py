"""Lets the CPU build of vLLM serve HunyuanOCR's architecture. For tests only; lies in the environment they build.

It is imported by every process of vLLM, through its plugins. What it mends:

* `strided`: the matrix products of oneDNN and, on processors with AMX, of SGL want rows in one piece; the model gives
  them a transposed picture.
* `split`: the encoder's rows are dealt out to the pictures by their number of patches, but a picture of h times w
  patches has h/2 * (w/2 + 1) + 2 rows. Left as it is where CPU_VLLM_FAULT is set: this is the fault that
  `workers.engines.vllm.proof` looks for.
"""

import os
from collections.abc import Callable
from typing import Any


def register() -> None:
    """Mend what is to be mended; vLLM calls this once a process."""
    _strided()
    if not os.environ.get("CPU_VLLM_FAULT"):
        _split()


def declare_torchvision() -> None:
    """Declare two operations of torchvision, whose own library is made for CUDA and does not load without it."""
    import torch  # noqa: PLC0415 - it takes seconds, and most who import this need none of it

    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT.append(library)  # they are gone when it is


_KEPT: list[Any] = []


def _strided() -> None:
    from vllm import _custom_ops  # noqa: PLC0415 - as above

    product: Callable[..., Any] = _custom_ops.onednn_mm
    packed_product: Callable[..., Any] = _custom_ops.weight_packed_linear_cpu
    _custom_ops.onednn_mm = lambda handler, x, bias: product(handler, x.contiguous(), bias)
    _custom_ops.weight_packed_linear_cpu = lambda x, *rest: packed_product(x.contiguous(), *rest)


def _split() -> None:
    import torch  # noqa: PLC0415 - as above
    from vllm.model_executor.models.transformers.multimodal import MultiModalMixin  # noqa: PLC0415 - as above

    dealt: Callable[..., Any] = MultiModalMixin._process_vision_input

    def by_rows(self: Any, modality: str, pixels: Any, patches: Any, **more: Any) -> Any:
        if self.config.model_type == "hunyuan_vl":
            merged = self.config.vision_config.spatial_merge_size
            grid = more["image_grid_thw"].reshape(-1, 3)
            patches = torch.tensor([h // merged * (w // merged + 1) + 2 for _, h, w in grid.tolist()])
        return dealt(self, modality, pixels, patches, **more)

    MultiModalMixin._process_vision_input = by_rows
