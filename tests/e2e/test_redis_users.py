"""The bot and the workers serve conversations as the users of `deploy/redis/users.acl`, who may do nothing else."""

import asyncio
import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from redis import Redis
from redis.exceptions import NoPermissionError, RedisError

from bot.config.clients.clients_toml import HASH_PREFIX
from bot.console.local_redis import LocalRedis
from bot.console.processes import Processes
from bot.domain.requests.page_picture import PagePicture
from bot.domain.requests.record import RequestFilter
from bot.domain.webhooks.signature import secret_of
from bot.lookalike import File, Lookalike
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from tests.e2e.deployment import (
    PATIENT,
    SECRET,
    addresses_of,
    as_user,
    clean_environment,
    client,
    password_of,
    refusals,
)
from tests.e2e.test_api import free_address, until_live
from tests.fakes.embedded_files import invoice_xml, ofd, zipped
from tests.fakes.job_signer import JOB_SIGNER
from tests.fakes.requests_of_clients import feed, send
from tests.fakes.webhook_receiver import receiving

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "config" / "samples"
TOKEN = "ocr_of_the_erp"


async def test_the_users_rules_suffice_for_whole_conversations(
    guarded: LocalRedis, engine: str, tmp_path: Path
) -> None:
    operator, address = client(guarded, "operator"), free_address()
    with receiving(tmp_path / "receiver") as receiver:
        async with Lookalike(client_id="app", client_secret=SECRET) as dingtalk:
            common = {**clean_environment(tmp_path), **addresses_of(dingtalk, guarded)}
            common |= {
                "OCRBOT_ENGINE__URLS": json.dumps([engine]),
                "OCRBOT_CONFIG_DIR": str(configuration(tmp_path / "config", dingtalk, receiver.url)),
                "OCRBOT_WEBHOOKS__INTERNAL": '["127.0.0.1"]',
                "OCRBOT_API__LISTEN": address,
            }

            def process(name: str) -> Processes:
                environment = common | as_user(name, guarded)
                return Processes(folder=tmp_path, environment=environment, processes=(name,))

            async with process("worker") as workers, process("bot"), process("api"):
                await dingtalk.connected(1, timeout=60)
                await converse(dingtalk, workers, operator)
                await administer(dingtalk)
                await send_documents(address)
                await dingtalk.until(lambda: len(receiver.ids()) == 1, timeout=60)
        assert refusals(operator) == []
        command = [sys.executable, "-m", "bot", "doctor"]
        process_of_doctor = await asyncio.create_subprocess_exec(
            *command, env=common | as_user("bot", guarded), stdout=subprocess.PIPE
        )
        examined = (await process_of_doctor.communicate())[0].decode()
    assert "redis maxmemory-policy" in examined
    # Nobody but an operator may ask for it; doctor says so and goes on.
    assert set(refusals(operator)) == {("bot", "command", "config|get")}


def configuration(folder: Path, dingtalk: Lookalike, webhook: str) -> Path:
    """An administrator of the bot, and a client of the API with a webhook."""
    shutil.copytree(PATIENT, folder, symlinks=False)
    with (folder / "ocrbot.toml").open("a", encoding="utf-8") as organisation:
        organisation.write(f'[organisation]\nadmins = ["{dingtalk.member("李四").staff_id}"]\n')
    hashed = hashlib.sha256(TOKEN.encode()).hexdigest()
    (folder / "clients.toml").write_text(
        f'[[clients]]\nname = "erp"\ntokens = ["{HASH_PREFIX}{hashed}"]\n'
        f'[[clients.webhooks]]\nname = "books"\nurl = "{webhook}"\nsecret = "{secret_of(bytes(range(32)))}"\n',
        encoding="utf-8",
    )
    return folder


async def converse(dingtalk: Lookalike, workers: Processes, operator: Redis) -> None:
    """Post, ask again, cancel, and kill the worker in the middle of a download."""
    group, member = dingtalk.group("财务群"), dingtalk.member("张三")
    group.show(member, (SAMPLES / "contract.png").read_bytes())
    reply = await dingtalk.next_reply(group, timeout=120)
    assert "QH-2025-0318" in reply.text
    group.quote(member, reply, "甲方")
    await dingtalk.next_reply(group, timeout=60)
    dingtalk.fail("/v1.0/robot/messageFiles/download", delay=6.0)
    group.show(member, (SAMPLES / "digital_invoice.png").read_bytes())
    await dingtalk.until(lambda: bool(operator.keys("rq:execution:*")), timeout=30)
    os.kill(workers.pid("worker"), signal.SIGKILL)
    await dingtalk.next_reply(group, timeout=120)
    group.show(member, (SAMPLES / "whiteboard.jpg").read_bytes())
    await asyncio.sleep(0.5)
    group.say(member, "取消")
    await dingtalk.next_reply(group, timeout=60)
    group.say(member, "状态")
    await dingtalk.next_reply(group, timeout=60)


async def administer(dingtalk: Lookalike) -> None:
    """Post an archive, and ask for what only administrators are told."""
    admin = dingtalk.member("李四")
    chat = dingtalk.single(admin)
    chat.post(admin, File("单据.zip", zipped({"1.ofd": ofd(attached=invoice_xml()), "2.ofd": ofd(attached=None)})))
    assert "12345678" in (await dingtalk.next_reply(chat, timeout=60)).text
    for asked in ("统计", "重载"):
        chat.say(admin, asked)
        assert "管理员" not in (await dingtalk.next_reply(chat, timeout=60)).text


async def send_documents(address: str) -> None:
    """Send documents as a client does, look at them and delete them."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(base_url=f"http://{address}", timeout=90, trust_env=False, headers=headers) as http:
        await until_live(http)
        data = {"webhook": "books", "reference": "PO-7"}
        files = {"file": ("1.zip", zipped({"1.ofd": ofd(attached=invoice_xml())}))}
        sent = await http.post("/v1/documents", files=files, data=data, headers={"Prefer": "wait=60"})
        assert (sent.status_code, sent.json()["status"]) == (200, "done"), sent.text
        place = sent.headers["location"]
        looked = [await http.get(path) for path in (place, "/v1/documents?reference=PO-7", f"{place}/export.xlsx")]
        assert [one.status_code for one in looked] == [200] * 3, [one.text for one in looked]
        assert (await http.delete(place)).status_code == 204
        assert (await http.get(place)).status_code == 404


@pytest.mark.parametrize("user", ["bot", "worker", "read", "api"])
@pytest.mark.parametrize("command", ["FLUSHALL", "KEYS *", "CONFIG GET *", "ACL LIST", "SHUTDOWN NOSAVE", "GET x"])
def test_a_process_may_not_do_what_it_does_not_need(guarded: LocalRedis, user: str, command: str) -> None:
    with client(guarded, user) as redis, pytest.raises(NoPermissionError):
        redis.execute_command(*command.split())


@pytest.mark.parametrize("key", ["ocrbot:token:app", "ocrbot:posted:1", "ocrbot:ledger", "ocrbot:budget:1"])
def test_what_only_reads_knows_no_token_and_no_code_of_a_file(guarded: LocalRedis, key: str) -> None:
    with client(guarded, "read") as redis, pytest.raises(NoPermissionError):
        redis.get(key)


@pytest.mark.parametrize("queue", ["fetch", "notice"])
def test_what_only_reads_enqueues_nothing_but_replies(guarded: LocalRedis, queue: str) -> None:
    with client(guarded, "read") as redis:
        redis.rpush("rq:queue:reply", "1")
        with pytest.raises(NoPermissionError):
            redis.rpush(f"rq:queue:{queue}", "1")


@pytest.mark.parametrize("key", ["ocrbot:token:app", "ocrbot:file:1:0", "ocrbot:result:1"])
def test_the_bot_reads_neither_tokens_nor_files(guarded: LocalRedis, key: str) -> None:
    with client(guarded, "bot") as redis, pytest.raises(NoPermissionError):
        redis.get(key)


def test_without_a_password_nothing_but_a_ping_is_answered(guarded: LocalRedis) -> None:
    with Redis.from_url(guarded.url) as redis:
        assert redis.ping()
        with pytest.raises(RedisError):
            redis.get("ocrbot:ledger")


def test_passwords_are_nowhere_but_in_their_files(guarded: LocalRedis, tmp_path: Path) -> None:
    users = tmp_path / "users.acl"
    assert password_of("worker") not in users.read_text(encoding="utf-8")
    assert stat.S_IMODE(users.stat().st_mode) == 0o600


def test_the_rules_of_the_api_and_of_what_only_reads_suffice_for_a_request(guarded: LocalRedis) -> None:
    with client(guarded, "api") as redis, client(guarded, "read") as reader:
        store, now = Store(redis), time.time()
        request_id = send(store, now=now, idempotency_key="k", reference="PO-7").id
        assert feed(store, TaskQueue(redis, JOB_SIGNER), now=now) == 1
        course = Store(reader).requests.course
        course.begin(request_id, "erp", now)
        course.page_read(request_id, 0, 1, 1)
        picture = PagePicture(data=b"p", media_type="image/jpeg", width=1, height=1)
        Store(reader).requests.beside.put_picture(request_id, 0, 0, picture, keep_seconds=60)
        assert store.requests.picture(request_id, 0, 0) == picture
        assert len(store.requests.listed("erp", RequestFilter(reference="PO-7")).records) == 1
        assert store.requests.forget(now=now) == 0
        assert store.requests.delete("erp", request_id, now=now)
        with pytest.raises(NoPermissionError):
            reader.get("ocrbot:api:upload:1:0")
    assert refusals(client(guarded, "operator")) == [("read", "key", "ocrbot:api:upload:1:0")]
