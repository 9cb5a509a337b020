"""What bot, workers and engine speak to, from start to answer: the addresses in their settings and nobody else."""

import json
from pathlib import Path

import pytest

from tests.e2e.deployment import Deploy

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "config" / "samples" / "digital_invoice.png"
# Python runs this at the start of every process that finds it on its path, forked ones go on with it.
LISTENER = """
import json, os, sys

def listen(event, details):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        if details[1] is None:  # on a socket whose connection was told before, or that never had one
            return
        said = details[1]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        said = details[0]
    else:
        return
    out = os.open(os.environ["SPOKEN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(out, (json.dumps(said if isinstance(said, (str, tuple)) else str(said)) + "\\n").encode())
    os.close(out)

sys.addaudithook(listen)
"""


async def test_no_process_talks_to_an_address_that_is_not_in_its_settings(deploy: Deploy, tmp_path: Path) -> None:
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "sitecustomize.py").write_text(LISTENER)
    watched = {
        "PYTHONPATH": f"{tmp_path / 'path'}:{ROOT}",
        "SPOKEN": str(tmp_path / "spoken"),
        # Proxies of the environment are addresses that stand in no setting.
        **dict.fromkeys(("http_proxy", "https_proxy", "ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"), "http://192.0.2.1:9"),
    }
    async with deploy(environment=watched) as h:
        single, member = h.dingtalk.single(h.dingtalk.member("张三")), h.dingtalk.member("张三")
        single.show(member, SAMPLE.read_bytes())
        assert "3712.55" in (await h.dingtalk.next_reply(single, timeout=60)).text
    spoken = [json.loads(line) for line in (tmp_path / "spoken").read_text().splitlines()]
    settings = {"127.0.0.1", str(h.redis.socket)}
    assert spoken
    assert {said if isinstance(said, str) else said[0] for said in spoken} <= settings
