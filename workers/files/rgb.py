"""Converting pictures to eight-bit RGB with readable contrast."""

import io

import numpy as np
from PIL import Image, ImageCms


def to_rgb(image: Image.Image) -> Image.Image:
    """Return `image` as eight-bit RGB with readable contrast, whatever its mode."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return _from_deep(image)
    if image.mode == "CMYK":
        return _from_cmyk(image)
    if image.has_transparency_data:
        return _on_background(image.convert("RGBA"))
    return image.convert("RGB")


def _from_deep(image: Image.Image) -> Image.Image:
    """Scale 9 to 32 bits of grey to eight: integers by the bits in use, floating point by its range."""
    grey = np.nan_to_num(np.asarray(image, np.float64))
    if image.mode == "F":
        low, high = float(grey.min()), float(grey.max())
    else:
        low, high = 0.0, float(2 ** max(8, int(grey.max()).bit_length()) - 1)
    scaled = np.clip((grey - low) * (255 / ((high - low) or 1)), 0, 255).astype(np.uint8)
    return Image.fromarray(scaled).convert("RGB")


def _from_cmyk(image: Image.Image) -> Image.Image:
    """Convert with the picture's colour profile; without one, or with a bad one, by the simple formula."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _on_background(image: Image.Image) -> Image.Image:
    """Put a transparent picture on black if its visible part is bright, else on white."""
    pixels = np.asarray(image, np.uint8)
    alpha = pixels[..., 3].astype(np.float32)
    brightness = np.asarray(image.convert("RGB").convert("L"), np.float32)
    visible = float(alpha.sum())
    is_bright = visible > 0 and float((brightness * alpha).sum()) / visible > 127  # noqa: PLR2004 - half of white
    background = Image.new("RGBA", image.size, "black" if is_bright else "white")
    return Image.alpha_composite(background, image).convert("RGB")
