"""Of OpenCV only arithmetic on arrays is used: nothing that decodes what strangers sent, or asks an address.

So FFmpeg and OpenSSL, which its wheel carries, are loaded and never run.
"""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
GEOMETRY = {"boxPoints", "contourArea", "copyMakeBorder", "fillPoly", "findContours", "getPerspectiveTransform"}
PIXELS = {"createCLAHE", "cvtColor", "dilate", "dnn", "mean", "minAreaRect", "resize", "sepFilter2D", "warpPerspective"}
LIGHT = {"GaussianBlur", "divide"}
OF_DNN = {"blobFromImage"}


def used() -> tuple[set[str], set[str]]:
    """The names that the product takes of cv2, without its constants, and those that it takes of cv2.dnn."""
    of_cv2, of_dnn = set(), set()
    for package in ("bot", "workers", "vllm_plugin"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom):
                    assert (node.module or "").partition(".")[0] != "cv2", path
                if not isinstance(node, ast.Attribute):
                    continue
                if isinstance(node.value, ast.Name) and node.value.id == "cv2":
                    of_cv2.add(node.attr)
                elif isinstance(node.value, ast.Attribute) and node.value.attr == "dnn":
                    of_dnn.add(node.attr)
    return {name for name in of_cv2 if not name.isupper() and not name.startswith("COLOR_")}, of_dnn


def test_only_arithmetic_is_used() -> None:
    of_cv2, of_dnn = used()
    assert of_cv2 == GEOMETRY | PIXELS | LIGHT
    assert of_dnn == OF_DNN
