"""Prints how far this vLLM's pixels of turned JPEGs are from those of the upright pictures: `turning.py`; 0 is wanted.

Runs in the environment that holds vLLM.
"""

import io
import sys

import numpy as np
from PIL import Image, ImageOps
from vllm.multimodal.media import ImageMediaIO

_ORIENTATION = 0x0112  # the EXIF tag


def off(orientation: int) -> int:
    """Return the largest difference of any value, 255 if the sizes differ."""
    body, exif = io.BytesIO(), Image.Exif()
    exif[_ORIENTATION] = orientation
    Image.effect_noise((64, 48), 60).convert("RGB").save(body, "JPEG", exif=exif)
    with Image.open(body) as image:
        upright = np.asarray(ImageOps.exif_transpose(image), np.int16)
    loaded = ImageMediaIO().load_bytes(body.getvalue())
    seen = np.asarray(getattr(loaded, "media", loaded), np.int16)
    return int(np.abs(seen - upright).max()) if seen.shape == upright.shape else 255


if __name__ == "__main__":
    sys.stdout.write(f"off: {max(off(orientation) for orientation in range(1, 9))}\n")
