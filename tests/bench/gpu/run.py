"""Measures HunyuanOCR on this machine's GPU: start, proof, bare load, client, whole chain, processes, memory.

`make bench-gpu`, with the group gpu installed. Weights are random unless ARGS=--model=FOLDER names others. On a machine
without a GPU, ARGS=--fake or ARGS=--cpu-build tries the bench itself; its figures mean nothing.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.bench.gpu import starting
from tests.bench.gpu.load import KINDS, Target
from tests.bench.gpu.processes import gpus
from tests.fakes.engine_profiles import PROFILES
from tests.vllm.build import NEWEST
from tests.vllm.serving import free_port
from workers.engines.vllm.proof import prove
from workers.engines.vllm.server_info import fetch_server_info

_RANDOM = starting.ROOT / ".cache" / "random-1.0"


def main() -> None:
    """Print all of it, line by line as it is measured."""
    options = _options()
    print(f"{os.cpu_count()} cores; {starting.versions()}; {'; '.join(gpus()) or 'no GPU'}", flush=True)
    with tempfile.TemporaryDirectory() as folder, _engine(options, Path(folder)) as url:
        token = starting.KEY  # which the fake one does not ask for
        with httpx.Client(headers={"Authorization": f"Bearer {token}"}, trust_env=False) as http:
            info = fetch_server_info(http, url, seconds=60)
            print(f"vLLM {info.version} serves {info.model}", flush=True)
            for _ in range(options.proofs):
                found = prove(url, token=token, model=info.model, http=http)
                print(f"proof: {found.why}; drift {found.drift:.3f}, {found.seconds:.1f} s", flush=True)
        target = Target(url, token, info.model, info.profile_among(PROFILES), options.tokens)
        for name, measure in KINDS:
            if name.split()[-1] in options.kinds:
                print(f"{name}, {options.tokens} tokens an answer" if name != "whole chain" else name, flush=True)
                for level in options.levels:
                    print(f"  {measure(target, level)}", flush=True)
        print(f"at the end: {'; '.join(gpus()) or 'no GPU'}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-gpu", description=__doc__)
    parser.add_argument("--model", default="", help="a folder with weights; none: random ones are made")
    parser.add_argument(
        "--levels", type=lambda text: [int(word) for word in text.split(",")], default=[1, 8, 32, 64, 128]
    )
    parser.add_argument("--kinds", type=lambda text: text.split(","), default=["load", "client", "chain"])
    parser.add_argument("--tokens", type=int, default=300, help="of an answer to the bare script and to the client")
    parser.add_argument("--proofs", type=int, default=3)
    parser.add_argument("--fake", action="store_true", help="the fake vLLM instead of a real one")
    parser.add_argument("--cpu-build", action="store_true", help="the vLLM that make test-vllm builds")
    return parser.parse_args()


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",")]


@contextmanager
def _engine(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    """Start the engine cold and, if it is a real one on a GPU, once more warm; give its address."""
    if options.fake or options.cpu_build:
        command, variables = (
            starting.fake(options.tokens) if options.fake else starting.cpu_build(NEWEST.release, free_port())
        )
        with starting.started(command, variables) as (url, seconds):
            print(f"start: {seconds:.1f} s", flush=True)
            yield url
        return
    model = options.model or str(_random_weights())
    command, variables = starting.engine(model, free_port(), folder)
    with starting.started(command, variables) as (_, seconds):
        print(f"start, nothing compiled yet, with the proof: {seconds:.1f} s", flush=True)
    with starting.started(command, variables) as (url, seconds):
        print(f"start, all compiled, with the proof: {seconds:.1f} s", flush=True)
        yield url


def _random_weights() -> Path:
    """Make a checkpoint of the full size with the libraries beside this Python, unless it is there."""
    if not (_RANDOM / "config.json").is_file():
        recipe = starting.ROOT / "tests" / "vllm" / "checkpoint.py"
        subprocess.run([sys.executable, recipe, _RANDOM, "--full"], check=True)
    return _RANDOM


if __name__ == "__main__":
    main()
