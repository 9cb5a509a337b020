"""`python -m bot.lookalike`: a DingTalk for one app on this machine, until Ctrl-C or SIGTERM."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

from bot.lookalike.page.control import Control
from bot.lookalike.rules import Limits, Timing
from bot.lookalike.server import Lookalike


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal and return 0; return 1 if the address is not available."""
    options = _options(arguments)
    try:
        asyncio.run(_serve(options))
    except OSError as error:
        print(error, file=sys.stderr)  # noqa: T201 - for the person who started it
        return 1
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.lookalike", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--public-url", default="", help="how clients reach it, where that is not http://HOST:PORT")
    parser.add_argument("--client-id", default="dinglookalike", help="the app's client id")
    parser.add_argument("--client-secret", default="lookalike-secret", help="the app's client secret")
    parser.add_argument("--bot-name", default="小票", help="the bot's name in groups")
    parser.add_argument("--redelivery", type=float, nargs="*", default=[3, 16, 60], help="seconds before each retry")
    parser.add_argument("--no-limits", action="store_true", help="lift the limits on how often the bot may call")
    return parser.parse_args(arguments)


async def _serve(options: argparse.Namespace) -> None:
    limits = Limits(webhook_per_minute=None, api_calls_per_second=None) if options.no_limits else Limits()
    dingtalk = Lookalike(
        client_id=options.client_id,
        client_secret=options.client_secret,
        bot_name=options.bot_name,
        host=options.host,
        port=options.port,
        public_url=options.public_url,
        limits=limits,
        timing=Timing(redelivery=tuple(options.redelivery)),
    )
    dingtalk.serve(Control(dingtalk).routes())
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with dingtalk:
        print(dingtalk.url, flush=True)  # noqa: T201 - the caller reads the address here
        await ended.wait()


if __name__ == "__main__":
    sys.exit(main())
