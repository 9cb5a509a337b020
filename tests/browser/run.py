"""Runs the page's tests in a Chromium: the one of CHROMIUM, else one on PATH; the arguments are those of pytest.

Pictures of what they saw are left in .cache/page.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def main(arguments: list[str]) -> int:
    """Find the browser, test, and return pytest's exit status."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if not found:
        sys.exit("there is no Chromium on PATH: install one (Debian: apt-get install chromium), or name it in CHROMIUM")
    pictures = ROOT / ".cache" / "page"
    pictures.mkdir(parents=True, exist_ok=True)
    names = {"OCRBOT_TEST_CHROMIUM": found, "OCRBOT_TEST_PICTURES": str(pictures)}
    command = [sys.executable, "-m", "pytest", "tests/browser", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **names}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
