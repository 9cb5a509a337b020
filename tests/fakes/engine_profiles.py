"""The engine profiles that the project ships, for tests that talk to a vLLM."""

from pathlib import Path

from bot.config import engine_files
from bot.domain.engine_profile import ProfileChoice, profile_named

PROFILES = engine_files.load(Path(__file__).resolve().parents[2] / "config")
V1_0 = profile_named("hunyuanocr_1_0", PROFILES)
V1_5 = profile_named("hunyuanocr_1_5", PROFILES)
GLM_OCR = profile_named("glm_ocr", PROFILES)
CHOICE = ProfileChoice(profiles=PROFILES, territory="CN")
