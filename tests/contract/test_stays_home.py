"""Documents stay in the house, and so does the fact that there are any."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

# Reads a picture, in process and over the service, with an audit hook on Python's sockets and, for the code that
# Python does not see, a look at the process's own sockets in the kernel's tables while it works.
WATCHED = r"""
import asyncio, json, os, sys, threading, time
from pathlib import Path

spoken = []

def listen(event, details):
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        spoken.append([event, str(details[1])])
    elif event in {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}:
        spoken.append([event, str(details[0])])

sys.addaudithook(listen)

# Hexadecimal as the kernel writes it: 127.0.0.1, ::1, ::ffff:127.0.0.1, and the unset address of a listening socket.
HOME = {"0100007F", "0" * 24 + "01000000", "0" * 16 + "FFFF0000" + "0100007F"}
UNSET = {"0" * 8, "0" * 32}
strange, looks, over = set(), 0, threading.Event()

def own_inodes():
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            target = os.readlink(descriptor)
        except OSError:
            continue
        if target.startswith("socket:["):
            found.add(target[8:-1])
    return found

def look():
    global looks
    inodes = own_inodes()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for row in Path("/proc/self/net", table).read_text().splitlines()[1:]:
            parts = row.split()
            remote = parts[2].split(":")[0]
            if parts[9] in inodes and remote not in HOME | UNSET:
                strange.add(f"{table} {parts[2]}")
    looks += 1

def watch():
    while not over.is_set():
        look()
        time.sleep(0.02)

watcher = threading.Thread(target=watch)
watcher.start()

"""

WORK = r"""
import onnxruntime
from aiohttp import web
from PIL import Image
from workers.engines.cpu.local import LocalRapid
from workers.engines.cpu.client import Rapid
from workers.engines.cpu.server import application
from workers.files.file_type import identify
from workers.files.images import decode
from workers.reading.image_reader import ImageReader

page = decode(identify(Path(sys.argv[1]).read_bytes()))
texts = []
for runtime in ("onnxruntime", "openvino"):
    engine = LocalRapid(runtime=runtime)
    texts.append(ImageReader(engine=engine).read(page, "").text)

async def over_the_service():
    runner = web.AppRunner(application(engine))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client = Rapid([f"http://127.0.0.1:{runner.addresses[0][1]}"])
    texts.append((await asyncio.to_thread(ImageReader(engine=client).read, page, "")).text)
    client.close()
    await runner.cleanup()

asyncio.run(over_the_service())
over.set()
watcher.join()
look()
engine.close()
print(json.dumps({
    "texts": texts, "spoken": spoken, "strange": sorted(strange), "looks": looks,
    "telemetry": os.environ.get("ORT_DISABLE_TELEMETRY"), "onnxruntime": onnxruntime.__version__,
    "downloaders": sorted(
        {"rapidocr", "requests", "openvino_telemetry"} & {name for name, module in sys.modules.items() if module}
    ),
}))
"""
# What a library in C could do behind the hook's back: name a far peer. Datagram sockets send nothing by that.
STRAY = r"""
import ctypes, socket
stray = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
address = bytes([2, 0, 0, 53, 192, 0, 2, 1]) + bytes(8)
assert ctypes.CDLL(None).connect(stray.fileno(), address, 16) == 0
time.sleep(0.2)
over.set()
watcher.join()
print(json.dumps({"spoken": spoken, "strange": sorted(strange)}))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def report(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    picture = tmp_path_factory.mktemp("pictures") / "page.png"
    image = Image.new("RGB", (500, 160), "white")
    ImageDraw.Draw(image).text((30, 50), "Strictly private 4711", "black", ImageFont.load_default(32))
    image.save(picture)
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA", "STATE")}
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED + WORK, picture],
        env=environment,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_watch_sees_what_python_does_not() -> None:
    done = subprocess.run([sys.executable, "-c", WATCHED + STRAY], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"spoken": [], "strange": ["udp 010200C0:0035"]}


def test_it_really_read(report: dict[str, object]) -> None:
    assert report["texts"] == ["Strictly private 4711"] * 3


def test_python_spoke_to_nobody_outside(report: dict[str, object]) -> None:
    spoken = report["spoken"]
    assert isinstance(spoken, list)
    assert spoken, "the hook heard nothing, not even the service on this machine"
    assert [entry for entry in spoken if "127.0.0.1" not in entry[1]] == []


def test_no_socket_led_outside(report: dict[str, object]) -> None:
    assert isinstance(report["looks"], int)
    assert report["looks"] > 5
    assert report["strange"] == []


def test_nothing_was_left_in_the_home(report: dict[str, object], home: Path) -> None:
    assert list(home.rglob("*")) == []


def test_telemetry_is_off_and_the_runtime_is_the_pinned_one(report: dict[str, object]) -> None:
    assert report["telemetry"] == "1"
    assert report["onnxruntime"] == version("onnxruntime") == "1.28.0"


def test_what_could_download_is_not_even_loaded(report: dict[str, object]) -> None:
    assert report["downloaders"] == []
