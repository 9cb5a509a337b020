import json

import pytest

from tests.fakes.engine_profiles import GLM_OCR, V1_0, V1_5
from workers.engines.vllm.launch import (
    Launch,
    api_server_count,
    command_line,
    environment,
    new_start_sign,
    served_names,
)
from workers.engines.vllm.releases import RELEASES, Release

MODEL = "tencent/HunyuanOCR"
REVISION_1_0 = V1_0.signs.revisions[0]
HERE = Launch(host="127.0.0.1", port=8765, profile=V1_0, model=MODEL, revision=REVISION_1_0, token="sesame")
SIGN = "ocrbot-start-1"
NEWEST = RELEASES[0]
PLAIN = Release(vllm=(0, 32, 0), known_from="")


def words(launch: Launch = HERE, release: Release = NEWEST) -> list[str]:
    return command_line(launch, release, SIGN)


def flags(launch: Launch = HERE, release: Release = NEWEST) -> dict[str, str]:
    said = words(launch, release)
    return {
        word: following if not following.startswith("--") else ""
        for word, following in zip(said, [*said[1:], "--"], strict=True)
        if word.startswith("--")
    }


def test_a_releases_flags_and_environment_are_added() -> None:
    release = Release(vllm=(1,), flags=("--some-flag", "7"), environment={"VLLM_SOMETHING": "0"}, known_from="")
    assert words(HERE, release)[-2:] == ["--some-flag", "7"]
    assert environment({"PATH": "/bin"}, "", release)["VLLM_SOMETHING"] == "0"


def test_the_locked_release_has_no_piecewise_graphs() -> None:
    assert json.loads(flags()["--compilation-config"]) == {"cudagraph_mode": "FULL_DECODE_ONLY"}


@pytest.mark.parametrize("release", RELEASES)
def test_no_step_of_the_encoder_is_cut_short(release: Release) -> None:
    assert "--max-num-batched-tokens" not in flags(release=release)


def test_the_model_is_pinned_and_its_name_says_its_generation() -> None:
    assert words()[:4] == ["serve", MODEL, "--revision", REVISION_1_0]
    assert served_names(HERE) == ("tencent/HunyuanOCR-1.0", MODEL)


def test_the_newer_generation_has_room_for_its_larger_pictures() -> None:
    newer = Launch(host="h", port=1, profile=V1_5, model=MODEL)
    assert served_names(newer)[0] == "tencent/HunyuanOCR-1.5"
    assert json.loads(flags(newer)["--mm-processor-kwargs"]) == {"max_pixels": 4096 * 4096}
    assert json.loads(flags()["--mm-processor-kwargs"]) == {"max_pixels": 2048 * 2048}
    assert int(flags(newer)["--max-model-len"]) > 16_514


def test_a_folder_has_no_revision() -> None:
    folder = Launch(host="h", port=1, profile=V1_0, model="/models/HunyuanOCR-1.0", revision=REVISION_1_0)
    assert "--revision" not in flags(folder)
    assert served_names(folder)[0] == "tencent/HunyuanOCR-1.0"


def test_a_model_without_versions_has_one_name_and_its_own_bounds_for_pictures() -> None:
    glm = Launch(host="h", port=1, profile=GLM_OCR, model="zai-org/GLM-OCR")
    assert served_names(glm) == ("zai-org/GLM-OCR",)
    assert "--mm-processor-kwargs" not in flags(glm)


def test_what_the_model_needs_is_asked_for() -> None:
    found = flags()
    assert json.loads(found["--limit-mm-per-prompt"]) == {"image": 1}
    assert json.loads(found["--structured-outputs-config"])["backend"] == "xgrammar"
    assert found["--scheduling-policy"] == "priority"
    assert found["--mm-processor-cache-gb"] == "0"
    assert "--no-enable-prefix-caching" in found
    assert (found["--host"], found["--port"]) == ("127.0.0.1", "8765")


def test_each_start_is_told_by_a_name_of_its_own() -> None:
    said = words()
    names = said[said.index("--served-model-name") + 1 : said.index("--max-model-len")]
    assert names == ["tencent/HunyuanOCR-1.0", MODEL, SIGN]
    assert new_start_sign() != new_start_sign()


@pytest.mark.parametrize(("cores", "processes"), [(1, 1), (2, 1), (4, 1), (6, 2), (8, 3), (16, 4), (128, 4)])
def test_pictures_are_prepared_by_as_many_processes_as_the_cores_allow(cores: int, processes: int) -> None:
    assert api_server_count(cores) == processes


def test_the_processes_for_the_api_are_asked_for() -> None:
    assert flags(Launch(host="h", port=1, profile=V1_0, model=MODEL, api_servers=4))["--api-server-count"] == "4"


def test_the_token_is_no_word_of_the_command() -> None:
    assert not [word for word in words() if "sesame" in word]
    assert environment({}, "sesame", PLAIN)["VLLM_API_KEY"] == "sesame"


def test_without_a_token_nothing_is_asked_for() -> None:
    assert "VLLM_API_KEY" not in environment({}, "", PLAIN)


def test_the_server_talks_to_nobody_and_knows_nothing_of_ocrbot() -> None:
    found = environment({"PATH": "/bin", "OCRBOT_DINGTALK__CLIENT_SECRET": "s3cret"}, "", PLAIN)
    assert found.keys() >= {"VLLM_NO_USAGE_STATS", "DO_NOT_TRACK", "HF_HUB_OFFLINE", "PATH"}
    assert "s3cret" not in found.values()


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8765"), ("10.0.0.7", "http://10.0.0.7:8765"), ("[::]", "http://[::1]:8765")],
)
def test_a_server_on_every_address_is_tried_on_this_machines_own(host: str, url: str) -> None:
    assert Launch(host=host, port=8765, profile=V1_0, model=MODEL).url == url
