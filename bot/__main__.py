"""The command line, and the one place where the parts are built and joined."""

import argparse
import asyncio
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from bot import logs
from bot.config import engine_files, settings
from bot.config import folder as config_folder
from bot.config.admin_notice import AdminNotice
from bot.config.live import LiveConfig
from bot.config.settings import Settings
from bot.console.arguments import Run, parser
from bot.console.printing import print_line, run_into_pipe
from bot.console.prompt_console import Console
from bot.dingtalk.api import DOWNLOAD, DingTalkApi, TokenCache, http_client
from bot.dingtalk.cards import Cards
from bot.dingtalk.reactions import RobotReactions
from bot.dingtalk.sending import Sender
from bot.dingtalk.stream import Handle, Stream
from bot.domain.engine_profile import ProfileChoice, profile_named, require_licence
from bot.domain.errors import Misconfigured
from bot.domain.finding import Finding, bad
from bot.domain.limits import MOST_FILE_BYTES
from bot.domain.message import Attachment, Recipient
from bot.parent import die_with_parent
from bot.service.intake import Claims, Intake
from bot.service.metrics import Metrics
from bot.service.notices import Notices
from bot.service.serving import serve
from bot.service.sweeper import Sweeper
from bot.storage.connection import connect
from bot.storage.engine_notes import RedisEngineNotes
from bot.storage.queue import TaskQueue
from bot.storage.store import Store
from bot.storage.tokens import RedisTokens

if TYPE_CHECKING:
    from redis import Redis

    from bot.console.doctor import Check
    from bot.domain.prompt import Prompt
    from bot.domain.trials import TrialReader
    from workers.engines.base import Engine
    from workers.engines.vllm.launch import Launch
    from workers.steps.wiring import Steps

_BROKEN_SETTINGS = 2
_INTERRUPTED = 130
_QUIET = ("read", "prompts")  # commands whose output people read, so that log lines would disturb


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 2 if a setting is missing or wrong, with a sentence that names it."""
    options = parser(_COMMANDS).parse_args(arguments)
    if options.with_parent:
        die_with_parent()
    try:
        loaded = settings.load()
        logs.configure(loaded.log_format, level=logging.WARNING if options.command in _QUIET else logging.INFO)
        run: Run = options.run
        return run(loaded, options)
    except Misconfigured as error:
        sys.stderr.write(f"ocrbot: {error}\n")
        return _BROKEN_SETTINGS
    except KeyboardInterrupt:
        return _INTERRUPTED


def _redis(loaded: Settings) -> "Redis":
    url = settings.require(
        loaded.redis.url, "OCRBOT_REDIS__URL", "the address of Redis, such as redis://localhost:6379/0"
    )
    return connect(url)


def _credentials(loaded: Settings) -> tuple[str, str]:
    where = "it stands in DingTalk's developer console, under the app's credentials"
    return (
        settings.require(loaded.dingtalk.client_id, "OCRBOT_DINGTALK__CLIENT_ID", where),
        settings.require(loaded.dingtalk.client_secret, "OCRBOT_DINGTALK__CLIENT_SECRET", where),
    )


def _api(loaded: Settings, tokens: TokenCache) -> DingTalkApi:
    client_id, client_secret = _credentials(loaded)
    return DingTalkApi(
        client_id=client_id,
        client_secret=client_secret,
        api_url=loaded.dingtalk.api_url,
        oapi_url=loaded.dingtalk.oapi_url,
        download_hosts=loaded.dingtalk.download_hosts,
        tokens=tokens,
        http=http_client(),
    )


def _stream(loaded: Settings, handle: Handle) -> Stream:
    client_id, client_secret = _credentials(loaded)
    return Stream(client_id=client_id, client_secret=client_secret, api_url=loaded.dingtalk.api_url, handle=handle)


def _bot(loaded: Settings, _: argparse.Namespace) -> int:
    client_id, _secret = _credentials(loaded)
    redis = _redis(loaded)
    store, queue = Store(redis), TaskQueue(redis)
    claims, metrics = Claims(store.ledger, queue, time.time), Metrics(store.ledger, queue)
    # A robot's code is its app's id, except for robots created long ago.
    notice = AdminNotice(claims.claim, robot_code=client_id, clock=time.time)
    config = LiveConfig(loaded.config_dir, notice, metrics.reload)
    stream = _stream(loaded, Intake(claims, config.current, time.time, metrics.message, config.reload).handle)
    if loaded.metrics.listen:
        _serve_metrics(metrics, loaded.metrics.listen)
    sweeper = Sweeper(store, queue, time.time, name=f"{socket.gethostname()}-{os.getpid()}")
    notices = Notices(store.receipts, queue, time.time)
    asyncio.run(serve(stream, claims.run(), sweeper.run(), notices.run(), config.run()))
    return 0


def _serve_metrics(metrics: Metrics, listen: str) -> None:
    try:
        metrics.serve(listen)
    except OSError as error:
        raise Misconfigured(f"OCRBOT_METRICS__LISTEN is {listen}, which cannot be listened on: {error}") from error


def _worker(loaded: Settings, options: argparse.Namespace) -> int:
    from workers.entry import Supervisor, worker_counts  # noqa: PLC0415 - the bot runs without the libraries that read

    counts = worker_counts(options.queues, loaded.worker.concurrency)
    redis = _redis(loaded)
    Supervisor(counts, redis, _steps(loaded, redis)).run()
    return 0


def _steps(loaded: Settings, redis: "Redis") -> "Steps":
    """Build the steps with DingTalk, Redis and the engine."""
    from workers.steps.wiring import build_steps  # noqa: PLC0415 - as above

    client_id, _secret = _credentials(loaded)
    store, api = Store(redis), _api(loaded, RedisTokens(redis, client_id))
    sender = Sender(api, store.budgets, clock=time.time, on_sent=store.earlier_tasks.remember_sent)

    def download(attachment: Attachment, recipient: Recipient) -> bytes:
        sender.await_turn(DOWNLOAD)
        return api.download(attachment.download_code, recipient.robot_code, limit_bytes=MOST_FILE_BYTES)

    return build_steps(
        store=store,
        queue=TaskQueue(redis),
        engine=_remote_engine(loaded, redis),
        download=download,
        outbox=sender,
        short_messages=sender,
        cards=Cards(api, store.budgets),
        reactions=RobotReactions(api, store.budgets),
        clock=time.time,
    )


def _remote_engine(loaded: Settings, redis: "Redis | None" = None) -> "Engine":
    """Return a client of the engines at OCRBOT_ENGINE__URLS; with `redis`, all workers share their notes on them."""
    from workers.engines import clients  # noqa: PLC0415 - as above

    token = loaded.engine.token.get_secret_value()
    if loaded.engine.kind == "rapid":
        return clients.rapid(loaded.engine.urls, token=token)
    choice = _profile_choice(loaded)
    choice.require_allowed()
    notes = RedisEngineNotes(redis) if redis is not None else None
    return clients.vllm(loaded.engine.urls, choice=choice, token=token, notes=notes)


def _profile_choice(loaded: Settings) -> ProfileChoice:
    profiles = engine_files.load(loaded.config_dir)
    named = profile_named(loaded.engine.profile, profiles) if loaded.engine.profile else None
    return ProfileChoice(profiles=profiles, named=named, territory=loaded.territory)


def _launch(loaded: Settings) -> "Launch":
    """Return what `ocrbot engine` starts with these settings."""
    from workers.engines.vllm import launch, model_profile  # noqa: PLC0415 - as above

    choice, engine = _profile_choice(loaded), loaded.engine
    host, port = engine.listen.rsplit(":", 1)
    revision = model_profile.revision_of(choice.profiles, engine.model, engine.revision)
    return launch.Launch(
        host=host,
        port=int(port),
        profile=choice.named or model_profile.profile_of_model(choice.profiles, engine.model, revision, os.environ),
        model=engine.model,
        revision=revision,
        token=engine.token.get_secret_value(),
        api_servers=launch.api_server_count(len(os.sched_getaffinity(0))),
    )


def _engine(loaded: Settings, _: argparse.Namespace) -> int:
    from workers.engines.cpu import server as cpu_server  # noqa: PLC0415 - its libraries take a second to import
    from workers.engines.vllm import server as vllm_server  # noqa: PLC0415 - as above

    if loaded.engine.kind == "rapid":
        host, port = loaded.engine.listen.rsplit(":", 1)
        asyncio.run(cpu_server.serve(host=host, port=int(port), token=loaded.engine.token.get_secret_value()))
    else:
        launch = _launch(loaded)
        require_licence(launch.profile, loaded.territory)
        asyncio.run(vllm_server.serve(launch, untried=loaded.engine.untried_vllm))
    return 0


def _read(loaded: Settings, options: argparse.Namespace) -> int:
    from workers.commands import read as read_command  # noqa: PLC0415 - as above

    config = config_folder.load(loaded.config_dir)
    return read_command.read_files(
        options.files,
        read_command.ReadOptions(
            prompts=config.prompts, organisation=config.organisation, first_page=max(0, options.first_page - 1)
        ),
        _command_engine(loaded),
        as_json=options.json,
    )


def _command_engine(loaded: Settings) -> "Engine":
    """Return the engine for a command: the embedded one in this process, unless an address is set."""
    from workers.commands import read as read_command  # noqa: PLC0415 - as above

    embedded = loaded.engine.kind == "rapid" and "urls" not in loaded.engine.model_fields_set
    return read_command.local_engine() if embedded else _remote_engine(loaded)


def _prompts(loaded: Settings, options: argparse.Namespace) -> int:
    """Run one of the `prompts` commands; the reading libraries, a second to import, only if it needs them."""

    def request(prompt: "Prompt") -> "Mapping[str, Any]":
        from workers.commands import prompt_trials  # noqa: PLC0415 - as above

        return prompt_trials.request(prompt, _launch(loaded).profile)

    def trial_reader() -> "TrialReader":
        from workers.commands import prompt_trials  # noqa: PLC0415 - as above

        return prompt_trials.Trials(_command_engine(loaded), clock=time.time)

    console = Console(
        config=loaded.config_dir,
        takes_prompts=loaded.engine.kind == "vllm",
        reader=trial_reader,
        request=request,
        say=print_line,
    )
    command: Callable[[Console, argparse.Namespace], int] = options.prompts
    return run_into_pipe(partial(command, console, options))


def _demo(loaded: Settings, options: argparse.Namespace) -> int:
    from bot.console import demo  # noqa: PLC0415 - its server's libraries are needed by no other process

    return asyncio.run(demo.run(loaded, files=options.files, once=options.once))


def _doctor(loaded: Settings, _: argparse.Namespace) -> int:
    from bot.console import doctor  # noqa: PLC0415 - as above
    from workers.engines import checkup  # noqa: PLC0415

    checks: list[doctor.Check] = [partial(doctor.check_settings, loaded)]
    if loaded.redis.url:
        client = connect(loaded.redis.url)
        checks += [
            partial(doctor.check_redis, client, time.time),
            partial(doctor.check_workers, TaskQueue(client).workers),
        ]
    check_engine = partial(checkup.check_rapid, token=loaded.engine.token.get_secret_value())
    if loaded.engine.kind == "vllm":
        check_engine = partial(_check_vllm, loaded)
    checks += [partial(check_engine, url) for url in loaded.engine.urls]
    if loaded.dingtalk.client_id and loaded.dingtalk.client_secret.get_secret_value():
        checks += _dingtalk_checks(loaded)
    return doctor.examine(checks, print_line)


def _check_vllm(loaded: Settings, url: str) -> Iterator[Finding]:
    from workers.engines import checkup  # noqa: PLC0415 - as above

    try:
        choice = _profile_choice(loaded)
    except Misconfigured as error:
        yield bad("engine profiles", str(error), "mend it: no worker starts until then")
        return
    config = config_folder.read(loaded.config_dir)[0]
    provider = config.organisation.provider if config is not None else ""
    yield from checkup.check_vllm(url, choice=choice, token=loaded.engine.token.get_secret_value(), provider=provider)


def _dingtalk_checks(loaded: Settings) -> Iterator["Check"]:
    from bot.console import doctor  # noqa: PLC0415 - as above
    from bot.dingtalk.receipt_scopes import check_receipt_scopes  # noqa: PLC0415

    api, stream = _api(loaded, doctor.NoTokens()), _stream(loaded, _ignore)
    fetch = partial(api.download, "ocrbot-doctor", "", limit_bytes=1)
    yield lambda: doctor.check_dingtalk(lambda: asyncio.run(stream.check()), fetch)
    config = config_folder.read(loaded.config_dir)[0]
    if config is not None:
        yield partial(check_receipt_scopes, api, config.organisation.receipt.mode)


async def _ignore(_: object) -> None:
    pass


_COMMANDS: Mapping[str, Run] = {
    "bot": _bot,
    "worker": _worker,
    "engine": _engine,
    "read": _read,
    "demo": _demo,
    "prompts": _prompts,
    "doctor": _doctor,
}


if __name__ == "__main__":
    sys.exit(main())
