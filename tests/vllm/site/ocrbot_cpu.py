"""Lets the CPU build of vLLM serve HunyuanOCR's architecture. For tests only; lies in the environment they build.

It is imported by every process of vLLM, through its plugins. It mends the matrix products of oneDNN and, on processors
with AMX, of SGL, which want rows in one piece: the model gives them a transposed picture.
"""

from collections.abc import Callable
from typing import Any


def register() -> None:
    """Mend what is to be mended; vLLM calls this once a process."""
    from vllm import _custom_ops  # noqa: PLC0415 - it takes seconds, and most who import this need none of it

    for name, position in (("onednn_mm", 1), ("weight_packed_linear_cpu", 0)):
        if hasattr(_custom_ops, name):  # 0.28 has no product of SGL
            setattr(_custom_ops, name, _in_one_piece(getattr(_custom_ops, name), position))


def declare_torchvision() -> None:
    """Declare two operations of torchvision, whose own library is made for CUDA and does not load without it."""
    import torch  # noqa: PLC0415 - it takes seconds, and most who import this need none of it

    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _KEPT.append(library)  # they are gone when it is


_KEPT: list[Any] = []


def _in_one_piece(product: Callable[..., Any], position: int) -> Callable[..., Any]:
    """Return a product whose argument at `position`, the rows, may be transposed."""

    def mended(*given: Any, **named: Any) -> Any:
        return product(*given[:position], given[position].contiguous(), *given[position + 1 :], **named)

    return mended
