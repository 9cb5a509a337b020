"""`ocrbot doctor`: findings on what works, what may fail and what is broken, with advice."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from redis import Redis
from redis.exceptions import RedisError

from bot.config.settings import Settings
from bot.domain.errors import Misconfigured, Refused, Unavailable
from bot.domain.finding import Finding, Health, bad, ok, warn
from bot.storage.connection import refusal

_OLDEST_REDIS = (6, 2)
_MOST_SKEW = 2.0  # seconds between this machine's clock and Redis'
_LONGEST_SILENCE = 660.0  # seconds: a silent socket is replaced after ten minutes, and notes are a minute apart
_FILE_SCOPE = "qyapi_robot_sendmsg"


Check = Callable[[], Iterable[Finding]]


class NoTokens:
    """A cache of access tokens that stores none, so that every check asks DingTalk for one."""

    def get(self) -> None:
        """Return no token."""

    def put(self, token: str, seconds: float) -> None:
        """Do nothing."""

    def drop(self, token: str) -> None:
        """Do nothing."""


def examine(checks: Iterable[Check], say: Callable[[str], object]) -> int:
    """Run all checks and print each finding as it comes.

    Return 2 if a check raises `Misconfigured` for a setting, 1 if anything else is broken, otherwise 0.
    """
    worst = 0
    for check in checks:
        try:
            for finding in check():
                say(str(finding))
                worst = max(worst, int(finding.health is Health.BAD))
        except Misconfigured as error:
            say(str(bad("settings", str(error), "correct it where the settings of this process are kept")))
            worst = 2
    return worst


def check_settings(loaded: Settings) -> Iterator[Finding]:
    """Check that the settings that every deployment needs are set, and that they fit together."""
    needed = {
        "OCRBOT_DINGTALK__CLIENT_ID": (loaded.dingtalk.client_id, "copy it from the app in DingTalk's console"),
        "OCRBOT_DINGTALK__CLIENT_SECRET": (
            loaded.dingtalk.client_secret.get_secret_value(),
            "copy it from the app in DingTalk's console",
        ),
        "OCRBOT_REDIS__URL": (loaded.redis.url or loaded.redis.sentinels, "set it, such as redis://localhost:6379/0"),
    }
    missing = [bad("settings", f"{name} is not set", advice) for name, (value, advice) in needed.items() if not value]
    yield from missing
    if not missing:
        yield ok("settings", f"all set; OCRBOT_ENGINE__KIND is {loaded.engine.kind}")
    remote = [url for url in loaded.engine.urls if url.startswith("http:") and not _is_local(url)]
    if remote and not loaded.engine.token.get_secret_value():
        yield warn(
            "settings",
            f"OCRBOT_ENGINE__TOKEN is empty, and {remote[0]} is another machine",
            "give workers and engines one token, or whoever reaches the port may use the engine",
        )


def _is_local(url: str) -> bool:
    return url.split("/")[2].rpartition(":")[0] in {"127.0.0.1", "localhost", "[::1]"}


def check_redis(client: Redis, clock: Callable[[], float]) -> Iterator[Finding]:
    """Check that Redis answers, is new enough, loses no data and has the right time; `clock` gives Unix seconds.

    Raises `Misconfigured` if it refuses the address.
    """
    try:
        info = cast("Mapping[str, Any]", client.info())
        seconds, micros = client.time()
    except RedisError as error:
        if (refused := refusal(error)) is not None:
            raise refused from error
        yield bad("redis", f"no answer: {error}", "start Redis, or mend OCRBOT_REDIS__URL")
        return
    yield _redis_version(info)
    yield from _append_only_file(info)
    yield _memory_policy(info)
    skew = abs(seconds + micros / 1e6 - clock())
    if skew > _MOST_SKEW:
        yield warn("redis time", f"{skew:.0f} s from this machine's", "let both machines keep time (NTP)")
    else:
        yield ok("redis time", "agrees with this machine's")
    yield from _sync_policy(client)


def _redis_version(info: Mapping[str, Any]) -> Finding:
    version = str(info.get("redis_version", "0"))
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if numbers < _OLDEST_REDIS:
        return bad("redis version", version, "install Redis 6.2 or newer, or Valkey")
    return ok("redis version", version)


def _append_only_file(info: Mapping[str, Any]) -> Iterator[Finding]:
    if not info.get("aof_enabled"):
        yield bad(
            "redis appendonly",
            "off: a restart of Redis loses messages that were taken",
            "start Redis with --appendonly yes, or CONFIG SET appendonly yes and CONFIG REWRITE",
        )
        return
    yield ok("redis appendonly", "on")
    if info.get("aof_last_write_status", "ok") != "ok":
        yield bad("redis append-only file", "the last write failed", "look at Redis' log: is its disk full?")


def _memory_policy(info: Mapping[str, Any]) -> Finding:
    policy = str(info.get("maxmemory_policy", "unknown"))
    if policy == "noeviction":
        return ok("redis maxmemory-policy", policy)
    if not info.get("maxmemory"):
        advice = "set noeviction before you set a limit on its memory"
        return warn("redis maxmemory-policy", f"{policy}, harmless while maxmemory is 0", advice)
    return bad(
        "redis maxmemory-policy",
        f"{policy}: Redis may throw open tasks away when its memory is full",
        "start Redis with --maxmemory-policy noeviction",
    )


def _sync_policy(client: Redis) -> Iterator[Finding]:
    try:
        config = cast("Mapping[str, str]", client.config_get("appendfsync"))
    except RedisError:
        yield warn("redis appendfsync", "cannot be asked for here", "see that it is everysec or always")
        return
    policy = config.get("appendfsync", "unknown")
    if policy in {"everysec", "always"}:
        yield ok("redis appendfsync", policy)
    else:
        yield warn("redis appendfsync", f"{policy}: a power cut loses more than a second", "set it to everysec")


def check_replicas(client: Redis, wanted: int) -> Iterator[Finding]:
    """Check that Redis has as many replicas as messages wait for before they are acked."""
    try:
        info = cast("Mapping[str, Any]", client.info("replication"))
    except RedisError:
        return  # `check_redis` reports it
    found = int(info.get("connected_slaves", 0))
    if found < wanted:
        advice = "start the others, or lower OCRBOT_REDIS__WAIT_FOR: messages are answered, but not acked"
        yield bad("redis replicas", f"{found} of {wanted}", advice)
    elif wanted:
        yield ok("redis replicas", str(found))


def check_workers(counts: Callable[[], Mapping[str, int]]) -> Iterator[Finding]:
    """Check that every queue has workers."""
    try:
        by_queue = counts()
    except RedisError:
        return  # `check_redis` reports it
    without = [queue for queue, count in by_queue.items() if not count]
    if without:
        advice = "start ocrbot worker; where --queues chooses, each must be chosen on some machine"
        yield warn("workers", f"none for {', '.join(without)}", advice)
    else:
        yield ok("workers", ", ".join(f"{count} {queue}" for queue, count in by_queue.items()))


def check_last_frame(last_frame: Callable[[], float | None], clock: Callable[[], float]) -> Iterator[Finding]:
    """Check how long ago a frame came from DingTalk; both times are Unix seconds."""
    try:
        at = last_frame()
    except RedisError:
        return  # `check_redis` reports it
    if at is None:
        yield warn("dingtalk last frame", "none within a day", "is ocrbot bot running?")
        return
    minutes = max(0.0, clock() - at) / 60
    found = f"{minutes:.0f} minutes ago"
    if minutes * 60 > _LONGEST_SILENCE:
        advice = "ocrbot bot replaces a silent socket: if people wrote since, see whether it runs and what its log says"
        yield warn("dingtalk last frame", found, advice)
    else:
        yield ok("dingtalk last frame", found)


def check_hosts(
    addresses: Sequence[tuple[str, int]],
    files: Sequence[str],
    reach: Callable[[tuple[str, int]], object] | None,
) -> Iterator[Finding]:
    """Check that DingTalk's hosts can be reached from here; `files` are the patterns of those that have people's files.

    `reach` opens a connection to a host and port or raises `OSError`; None if only a proxy leads there.
    """
    named = ", ".join(f"{host}:{port}" for host, port in addresses)
    where_files_are = f"files come from {', '.join(files)}, ports 443 and 80"
    if reach is None:
        advice = "see that the proxy of OCRBOT_DINGTALK__PROXY allows CONNECT to all of them"
        yield warn("dingtalk hosts", f"not tried through the proxy: {named}; {where_files_are}", advice)
        return
    unreachable = [f"{host}:{port}" for host, port in addresses if not _is_reached(reach, (host, port))]
    if unreachable:
        advice = "allow this machine to reach them, or set OCRBOT_DINGTALK__PROXY"
        yield bad("dingtalk hosts", f"no way to {', '.join(unreachable)}; {where_files_are}", advice)
    else:
        yield ok("dingtalk hosts", f"reached {named}; {where_files_are}")


def _is_reached(reach: Callable[[tuple[str, int]], object], address: tuple[str, int]) -> bool:
    try:
        reach(address)
    except OSError:
        return False
    return True


def check_dingtalk(connect: Callable[[], object], fetch: Callable[[], object]) -> Iterator[Finding]:
    """Check that DingTalk accepts the app; nothing is sent.

    `connect` asks for a connection without opening it; `fetch` asks for a file that does not exist. DingTalk refuses an
    app with the scope that file, and an app without it the call. Both raise the errors of `bot.domain.errors`.
    """
    try:
        connect()
    except Misconfigured as error:
        yield bad("dingtalk connection", str(error), "mend it in DingTalk's developer console and publish a version")
    except Unavailable as error:
        yield bad("dingtalk connection", str(error), "is OCRBOT_DINGTALK__API_URL reachable from here?")
        return
    else:
        yield ok("dingtalk connection", "credentials taken, the app is published and in Stream mode")
    yield _file_scope(fetch)
    yield warn(
        "dingtalk groups",
        "whether the robot is in a group, and whether sends are within quota, shows only in the chat",
        "@ the bot there",
    )


def _file_scope(fetch: Callable[[], object]) -> Finding:
    try:
        fetch()
    except Misconfigured as error:
        return bad("dingtalk scope", str(error), "mend it in DingTalk's developer console and publish a version")
    except Unavailable as error:
        advice = f"see in the console that {_FILE_SCOPE} is granted"
        return warn("dingtalk scope", f"could not be checked: {error}", advice)
    except Refused:
        pass
    result = f"an access token was given, and {_FILE_SCOPE} is granted: files may be fetched and sent"
    return ok("dingtalk scope", result)
