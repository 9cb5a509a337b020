"""Files in a bucket behave as files in Redis do, up to an outage and a killed process."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace

import pytest
from redis import Redis

from bot.domain.errors import Misconfigured, Unavailable
from bot.service.files_sweep import FilesSweep
from bot.storage.file_store.bucket import KEPT_BEYOND_SECONDS, BucketFiles
from bot.storage.file_store.in_redis import FILES_IN_REDIS
from bot.storage.file_store.s3 import S3Objects
from bot.storage.keys.shared import FILES_IN_BUCKET
from bot.storage.keys.tasks import FILE_SECONDS
from tests.fakes.s3_server import S3Server, s3_server

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
NOW = 1_790_000_000.0
LIFE = FILE_SECONDS + KEPT_BEYOND_SECONDS


@pytest.fixture
def server() -> Iterator[S3Server]:
    with s3_server() as running:
        yield running


class Bucket:
    """The files of a deployment, with a clock that the test sets."""

    def __init__(self, redis: Redis, server: S3Server, *, most_bytes: int = 0) -> None:
        self.now, self.server = NOW, server
        self.files = BucketFiles(S3Objects(server.place), redis, lambda: self.now, most_bytes=most_bytes)
        self.files.prepare()

    @property
    def names(self) -> list[str]:
        return [name for name in self.server.objects if name != "ocrbot"]


@pytest.fixture
def bucket(redis: Redis, server: S3Server) -> Bucket:
    return Bucket(redis, server)


def test_a_file_is_known_by_its_beginning_and_found_by_its_reference(bucket: Bucket) -> None:
    reference = bucket.files.put(PICTURE)
    assert (reference[:4], len(reference) < 60) == (PICTURE[:4], True)
    assert bucket.files.get(reference) == PICTURE
    assert bucket.files.get(b"bytes from before the bucket") == b"bytes from before the bucket"
    assert [len(name) for name in bucket.names] == [32]


def test_a_process_that_is_not_told_of_the_bucket_says_so(bucket: Bucket) -> None:
    with pytest.raises(Misconfigured, match="OCRBOT_FILES__BUCKET"):
        FILES_IN_REDIS.get(bucket.files.put(PICTURE))


def test_only_what_nothing_stands_for_any_more_is_swept_away(bucket: Bucket) -> None:
    old, read_lately, long_kept, shorter = (
        bucket.files.put(word, seconds=seconds)
        for word, seconds in ((b"old", 60), (b"read lately", 60), (b"long kept", 90_000), (b"shorter", 90_000))
    )
    bucket.files.keep(shorter, seconds=60)
    bucket.now += LIFE / 2
    assert bucket.files.get(read_lately) == b"read lately"
    bucket.now += LIFE / 2 + 1
    usage = bucket.files.sweep()
    assert (usage.files, usage.swept) == (2, 2)
    assert [bucket.files.get(one) for one in (old, read_lately, long_kept, shorter)] == [
        *(None, b"read lately", b"long kept", None)
    ]
    assert len(bucket.names) == 2


def test_a_file_is_deleted_at_once_and_only_once(bucket: Bucket, redis: Redis) -> None:
    reference = bucket.files.put(PICTURE)
    bucket.files.delete(reference)
    bucket.files.delete(reference)
    assert (bucket.files.get(reference), bucket.names, redis.exists(FILES_IN_BUCKET.key())) == (None, [], 0)


def arguments(bucket: Bucket, redis: Redis) -> list[str]:
    """Where another process finds the bucket and Redis."""
    socket = redis.connection_pool.connection_kwargs["path"]
    return [json.dumps(asdict(bucket.server.place)), f"unix://{socket}"]


KILLED = """
import json, os, signal, sys
from redis import Redis
from bot.storage.file_store.bucket import BucketFiles
from bot.storage.file_store.s3 import S3Objects, S3Place
place, redis_url, point = sys.argv[1:]
objects = S3Objects(S3Place(**json.loads(place)))
put = objects.put
def killed(name, data):
    if point == "after":
        put(name, data)
    os.kill(os.getpid(), signal.SIGKILL)
objects.put = killed
BucketFiles(objects, Redis.from_url(redis_url), lambda: 1_790_000_000.0).put(b"one")
"""


@pytest.mark.parametrize("point", ["before", "after"])
def test_what_a_killed_process_leaves_behind_is_swept_away(bucket: Bucket, redis: Redis, point: str) -> None:
    command = [sys.executable, "-c", KILLED, *arguments(bucket, redis), point]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert len(bucket.names) == int(point == "after")
    bucket.now += LIFE + 1
    assert bucket.files.sweep().swept == 1
    assert (bucket.names, redis.exists(FILES_IN_BUCKET.key())) == ([], 0)


def test_a_bucket_with_as_much_as_it_may_hold_is_full(redis: Redis, server: S3Server) -> None:
    bucket = Bucket(redis, server, most_bytes=1000)
    sweep = FilesSweep(bucket.files.sweep)
    bucket.files.put(bytes(600))
    sweep.look()
    assert not sweep.full
    bucket.files.put(bytes(600))
    sweep.look()
    assert sweep.full


def test_while_the_store_is_away_nothing_is_taken_for_gone_and_people_are_told(bucket: Bucket, redis: Redis) -> None:
    reference = bucket.files.put(PICTURE)
    away = replace(bucket.server.place, endpoint="http://127.0.0.1:9")
    files = BucketFiles(S3Objects(away), redis, lambda: bucket.now)
    files.prepare()  # it may be back before the first file comes
    calls: list[Callable[[], object]] = [lambda: files.put(PICTURE), lambda: files.get(reference), files.sweep]
    for call in calls:
        with pytest.raises(Unavailable):
            call()
    sweep = FilesSweep(files.sweep)
    sweep.look()
    assert sweep.full
    assert bucket.files.get(reference) == PICTURE
    files.delete(reference)  # a later sweep does it
    assert bucket.files.sweep().swept == 1
    assert bucket.names == []


def test_without_its_bucket_files_are_not_taken_for_gone(bucket: Bucket) -> None:
    reference = bucket.files.put(PICTURE)
    bucket.server.lost = True
    with pytest.raises(Unavailable):
        bucket.files.get(reference)
    with pytest.raises(Unavailable):
        bucket.files.put(PICTURE)
    with pytest.raises(Misconfigured, match="OCRBOT_FILES__BUCKET"):
        bucket.files.prepare()


def test_while_the_store_fails_files_wait(bucket: Bucket) -> None:
    reference = bucket.files.put(PICTURE)
    bucket.server.fails = True
    with pytest.raises(Unavailable):
        bucket.files.put(PICTURE)
    with pytest.raises(Unavailable):
        bucket.files.get(reference)
    bucket.server.fails = False
    assert bucket.files.get(reference) == PICTURE


def test_a_wrong_key_is_told_at_the_start(redis: Redis, server: S3Server) -> None:
    place = replace(server.place, secret_key="another")
    with pytest.raises(Misconfigured, match="OCRBOT_FILES__BUCKET"):
        BucketFiles(S3Objects(place), redis, lambda: NOW).prepare()


FORKED = """
import json, os, sys
from redis import Redis
from bot.storage.file_store.bucket import BucketFiles
from bot.storage.file_store.s3 import S3Objects, S3Place
place, redis_url = sys.argv[1:]
files = BucketFiles(S3Objects(S3Place(**json.loads(place))), Redis.from_url(redis_url), lambda: 1_790_000_000.0)
for _ in range(2):
    if os.fork() == 0:
        os._exit(int(files.get(files.put(b"one")) != b"one"))
    assert os.wait()[1] == 0
"""


def test_what_a_process_has_forked_uses_it(bucket: Bucket, redis: Redis) -> None:
    subprocess.run([sys.executable, "-c", FORKED, *arguments(bucket, redis)], check=True, timeout=60)
    assert len(bucket.names) == 2
