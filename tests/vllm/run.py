"""Runs the engine's contract suite and the proof on a real vLLM that runs on this machine's CPU; see `build.py`."""

import os
import subprocess
import sys

from tests.vllm.build import CACHE
from tests.vllm.serving import KEY, ROOT, serving

_SUITE = ("tests/contract/engines/test_vllm_client.py", "tests/vllm", "tests/e2e/test_real_vllm_chain.py")


def main(arguments: list[str]) -> int:
    """Serve, test, and return pytest's exit status."""
    log = CACHE / "vllm.log"
    sys.stderr.write(f"starting vLLM, about a minute; its log is {log}\n")
    with serving(log, faulty=True) as engine:
        if not engine.url:
            sys.exit(f"vLLM did not come up; see {log}")
        names = {
            "OCRBOT_TEST_VLLM_URL": engine.url,
            "OCRBOT_TEST_VLLM_KEY": KEY,
            "OCRBOT_TEST_VLLM_KEEPER": str(engine.process.pid),
        }
        command = [sys.executable, "-m", "pytest", *_SUITE, "-k", "real", "--durations=5", *arguments]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **names}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
