"""Runs one command. Each command's module is imported only for it: the bot needs no engine, a reading no DingTalk."""

import argparse
import asyncio
import logging
from collections.abc import Callable, Mapping

from bot import logs
from bot.config import settings
from bot.config.settings import Settings

_QUIET = ("read", "prompts", "mcp")  # commands whose output people read, so that log lines would disturb


def run(options: argparse.Namespace) -> int:
    """Load the settings, set up the log, and return the command's exit code; raises `Misconfigured`."""
    loaded = settings.load()
    logs.configure(loaded.log_format, level=logging.WARNING if options.command in _QUIET else logging.INFO)
    return _COMMANDS[options.command](loaded, options)


def _bot(loaded: Settings, _: argparse.Namespace) -> int:
    from bot.wiring import bot  # noqa: PLC0415 - see above

    return bot.run(loaded)


def _worker(loaded: Settings, options: argparse.Namespace) -> int:
    from bot.wiring import worker  # noqa: PLC0415 - see above

    return worker.run(loaded, queues=options.queues)


def _engine(loaded: Settings, _: argparse.Namespace) -> int:
    from bot.wiring import engine  # noqa: PLC0415 - see above

    return engine.run(loaded)


def _api(loaded: Settings, options: argparse.Namespace) -> int:
    if options.api_command == "clients":
        from bot.console.client_commands import CLIENT_COMMANDS  # noqa: PLC0415 - see above
        from bot.console.printing import print_line  # noqa: PLC0415 - see above
        from bot.wiring.clients import clients_folder  # noqa: PLC0415 - see above

        return CLIENT_COMMANDS[options.clients_command](clients_folder(loaded), options, print_line)
    if options.api_command == "webhooks":
        from bot.wiring import webhooks  # noqa: PLC0415 - see above

        return webhooks.test(loaded, options)
    from bot.wiring.api import process  # noqa: PLC0415 - see above

    return process.run(loaded)


def _read(loaded: Settings, options: argparse.Namespace) -> int:
    from bot.wiring import reading  # noqa: PLC0415 - see above

    return reading.read(loaded, options)


def _prompts(loaded: Settings, options: argparse.Namespace) -> int:
    from bot.wiring import prompts  # noqa: PLC0415 - see above

    return prompts.run(loaded, options)


def _demo(loaded: Settings, options: argparse.Namespace) -> int:
    from bot.console import demo  # noqa: PLC0415 - see above

    return asyncio.run(demo.run(loaded, files=options.files, once=options.once))


def _mcp(loaded: Settings, _: argparse.Namespace) -> int:
    from bot.wiring import mcp_server  # noqa: PLC0415 - see above

    return mcp_server.run(loaded)


def _doctor(loaded: Settings, _: argparse.Namespace) -> int:
    from bot.wiring import doctor  # noqa: PLC0415 - see above

    return doctor.run(loaded)


_COMMANDS: Mapping[str, Callable[[Settings, argparse.Namespace], int]] = {
    "bot": _bot,
    "worker": _worker,
    "engine": _engine,
    "api": _api,
    "read": _read,
    "demo": _demo,
    "prompts": _prompts,
    "mcp": _mcp,
    "doctor": _doctor,
}
