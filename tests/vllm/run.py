"""Runs the engine's contract suite, and the proof on each release, on real vLLMs on this machine's CPU; see `build.py`.

RELEASES names further releases, or all; the arguments are those of pytest.
"""

import os
import subprocess
import sys

from tests.vllm.build import CACHE, NEWEST, ROOT, chosen
from tests.vllm.serving import KEY, serving

_SUITE = ("tests/contract/engines/vllm/test_client.py", "tests/vllm", "tests/e2e/test_real_vllm_chain.py")


def main(arguments: list[str]) -> int:
    """Serve, test, and return pytest's exit status."""
    log = CACHE / "vllm.log"
    builds = chosen(os.environ.get("RELEASES", "").split())
    sys.stderr.write(f"starting vLLM, about a minute; its log is {log}\n")
    with serving(log, NEWEST.release) as engine:
        if not engine.url:
            sys.exit(f"vLLM did not come up; see {log}")
        names = {
            "OCRBOT_TEST_VLLM_URL": engine.url,
            "OCRBOT_TEST_VLLM_KEY": KEY,
            "OCRBOT_TEST_VLLM_KEEPER": str(engine.process.pid),
            "OCRBOT_TEST_VLLM_RELEASES": " ".join(build.release for build in builds),
        }
        command = [sys.executable, "-m", "pytest", *_SUITE, "-k", "real", "--durations=15", *arguments]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **names}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
