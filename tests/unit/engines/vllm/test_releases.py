"""The table of releases, and the plugin that some of them need."""

import tomllib
from pathlib import Path

import pytest

from bot.domain.errors import Misconfigured
from vllm_plugin.ocrbot_vllm import mends
from workers.engines.vllm.releases import RELEASES, Program, Release, release_of, rows_of, tried

ROOT = Path(__file__).resolve().parents[4]


def program(version: str, transformers: str = "5.20.2", *, has_plugin: bool = True) -> Program:
    return Program(path="/bin/vllm", version=version, transformers=transformers, has_plugin=has_plugin)


def locked(name: str) -> str:
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return next(str(package["version"]) for package in packages if package["name"] == name)


def test_what_is_locked_was_tried_and_needs_no_plugin() -> None:
    release = release_of(program(locked("vllm"), locked("transformers"), has_plugin=False))
    assert "H100" in release.known_from
    assert release is RELEASES[0]


@pytest.mark.parametrize(
    ("version", "transformers", "needs"),
    [
        ("0.33.0", "5.20.2", "FULL_DECODE_ONLY"),
        ("0.33.0", "5.19.0", "the plugin ocrbot-vllm"),
        ("0.33.0", "5.20.0", "the plugin ocrbot-vllm"),
        ("0.32.0+cpu", "5.19.0", "the plugin ocrbot-vllm"),
        ("0.28.0.post1", "5.19.0", "VLLM_USE_V2_MODEL_RUNNER=0"),
    ],
)
def test_each_release_says_what_it_needs_and_from_what_that_is_known(
    version: str, transformers: str, needs: str
) -> None:
    release = release_of(program(version, transformers))
    assert needs in release.needs
    assert release.known_from


def test_one_that_needs_nothing_says_nothing() -> None:
    assert release_of(program("0.30.0")).needs == ""


@pytest.mark.parametrize("version", ["0.32.0", "0.33.0"])
def test_without_the_plugin_that_it_needs_it_is_refused(version: str) -> None:
    with pytest.raises(Misconfigured, match=r"needs the plugin ocrbot-vllm.*group gpu"):
        release_of(program(version, "5.19.0", has_plugin=False))


@pytest.mark.parametrize("version", ["0.32.1", "0.34.0", "1.0.0", "0.27.3", "0.33.0rc2", "0.1.dev1+gabc123"])
def test_one_that_nobody_tried_is_refused_and_the_tried_ones_are_named(version: str) -> None:
    with pytest.raises(Misconfigured, match=rf"nobody tried .*{tried()}.*OCRBOT_ENGINE__UNTRIED_VLLM"):
        release_of(program(version))


@pytest.mark.parametrize(
    ("version", "flags"), [("0.34.0", RELEASES[0].flags), ("0.30.1", ()), ("0.20.0", ()), ("0.1.dev1+gabc", ())]
)
def test_one_that_nobody_tried_is_started_as_the_one_before_if_the_settings_say_so(
    version: str, flags: tuple[str, ...]
) -> None:
    release = release_of(program(version), untried=True)
    assert (release.flags, release.known_from) == (flags, "")


@pytest.mark.parametrize("version", ["0.28.0", "0.32.0", "0.33.0", "0.34.0"])
def test_a_model_that_vllm_has_itself_needs_no_plugin_no_variable_and_no_permission(version: str) -> None:
    release = release_of(program(version, "5.19.0", has_plugin=False), native=True)
    assert (release.needs_plugin, dict(release.environment)) == (False, {})
    assert release.flags == (RELEASES[0].flags if version >= "0.33" else ())


@pytest.mark.parametrize("version", ["0.11.2", "0.18.0", "0.9", "0.17.1+cu126"])
def test_releases_from_before_the_model_are_refused_even_so(version: str) -> None:
    with pytest.raises(Misconfigured, match=rf"vLLM {version.replace('+', '.')} .*install"):
        release_of(program(version), untried=True)


def test_of_a_server_elsewhere_its_version_tells_what_is_known() -> None:
    assert {row.vllm for row in rows_of("0.33.0+cu130")} == {(0, 33, 0)}
    assert rows_of("0.34.0") == ()


@pytest.mark.parametrize("release", RELEASES)
def test_the_plugin_splits_where_the_table_says_that_it_is_needed(release: Release) -> None:
    version = ".".join(map(str, release.vllm))
    before = "5.20.0" if release.before == (5, 20, 1) else "5.20.2"
    assert ("split" in mends(version, before)) is release.needs_plugin


@pytest.mark.parametrize(
    ("version", "transformers", "mended"),
    [
        ("0.33.0", "5.20.2", ()),
        ("0.33.0", "5.19.0", ("split",)),
        ("0.32.0+cpu", "5.19.0", ("split", "rope")),
        ("0.32.0", "5.20.0", ("split",)),
        ("0.28.0", "5.19.0", ()),
    ],
)
def test_the_plugin_touches_only_what_is_at_fault(version: str, transformers: str, mended: tuple[str, ...]) -> None:
    assert mends(version, transformers) == mended
