import json

import pytest

from bot.domain.errors import Misconfigured
from tests.fakes.engine_profiles import GLM_OCR, V1_0, V1_5
from workers.engines.vllm.launch import (
    Launch,
    command_line,
    environment,
    known_release,
    served_names,
)

MODEL = "tencent/HunyuanOCR"
REVISION_1_0 = V1_0.signs.revisions[0]
HERE = Launch(host="127.0.0.1", port=8765, profile=V1_0, model=MODEL, revision=REVISION_1_0, token="sesame")


def flags(launch: Launch = HERE, version: str = "0.32.0") -> dict[str, str]:
    words = command_line(launch, version)
    return {
        word: following if not following.startswith("--") else ""
        for word, following in zip(words, [*words[1:], "--"], strict=True)
        if word.startswith("--")
    }


@pytest.mark.parametrize("version", ["0.32.0", "0.32.1+cu129", "0.33.0rc2", "0.18.1", "0.27.3", "0.34.0", "1.0.0"])
def test_releases_that_mix_pictures_and_those_nobody_tried_see_one_picture_a_step(version: str) -> None:
    assert flags(version=version)["--max-num-batched-tokens"] == "256"


def test_a_build_without_a_number_is_one_that_nobody_tried() -> None:
    assert flags(version="0.1.dev1+gabc123")["--max-num-batched-tokens"] == "256"


@pytest.mark.parametrize("version", ["0.28.0", "0.28.0+cpu", "0.28.0.post1"])
def test_the_release_known_clean_runs_as_it_likes(version: str) -> None:
    assert "--max-num-batched-tokens" not in flags(version=version)


@pytest.mark.parametrize("version", ["0.11.2", "0.18.0", "0.9", "0.17.1+cu126"])
def test_releases_from_before_the_model_are_refused_with_what_to_install(version: str) -> None:
    with pytest.raises(Misconfigured, match=rf"vLLM {version.replace('+', '.')} .*install vllm"):
        known_release(version)


def test_the_model_is_pinned_and_says_its_generation() -> None:
    assert command_line(HERE, "0.32.0")[:4] == ["serve", MODEL, "--revision", REVISION_1_0]
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


def test_the_token_is_no_word_of_the_command() -> None:
    assert not [word for word in command_line(HERE, "0.32.0") if "sesame" in word]
    assert environment({}, "sesame")["VLLM_API_KEY"] == "sesame"


def test_without_a_token_nothing_is_asked_for() -> None:
    assert "VLLM_API_KEY" not in environment({}, "")


def test_the_server_talks_to_nobody_and_knows_nothing_of_ocrbot() -> None:
    found = environment({"PATH": "/bin", "OCRBOT_DINGTALK__CLIENT_SECRET": "s3cret"}, "")
    assert found.keys() >= {"VLLM_NO_USAGE_STATS", "DO_NOT_TRACK", "HF_HUB_OFFLINE", "PATH"}
    assert "s3cret" not in found.values()


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:8765"), ("10.0.0.7", "http://10.0.0.7:8765"), ("[::]", "http://[::1]:8765")],
)
def test_a_server_on_every_address_is_tried_on_this_machines_own(host: str, url: str) -> None:
    assert Launch(host=host, port=8765, profile=V1_0, model=MODEL).url == url
