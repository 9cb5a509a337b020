"""The conversations in `talks/`, held with real processes."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from bot.lookalike import Audio, Chat, Entry, File, Lookalike, Picture, Posted, RichText, Text
from bot.lookalike.callbacks.posting import Content
from tests.e2e.deployment import Deploy
from tests.e2e.talk_script import ExpectedAnswer, Post, PostedFile, SwitchChat, read_script

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
TALKS = Path(__file__).parent / "talks"
SAMPLES = Path(__file__).resolve().parents[2] / "config" / "samples"
PATIENCE = 120.0


@dataclass(slots=True)
class Stage:
    """Where a script is at: the chat, what was said under a label, and what the bot said last."""

    dingtalk: Lookalike
    folders: tuple[Path, ...]
    chat: Chat | None = None
    labelled: dict[str, Posted] = field(default_factory=dict)
    said: dict[str, list[Entry]] = field(default_factory=partial(defaultdict, list))

    @property
    def here(self) -> Chat:
        assert self.chat is not None, "a script begins with 群 or 单聊"
        return self.chat

    def go(self, place: SwitchChat) -> None:
        member = self.dingtalk.member(place.person) if place.person else None
        self.chat = self.dingtalk.single(member) if member else self.dingtalk.group(place.group)

    def say(self, post: Post) -> None:
        chat, member = self.here, self.dingtalk.member(post.who)
        content = self._content(post)
        quoted = self._quoted(post.quotes) if post.quotes else None
        at_bot = post.at_bot or not chat.conversation.group
        posted = self.dingtalk.post(chat.conversation, member, content, quoting=quoted, at_bot=at_bot)
        if post.label:
            self.labelled[post.label] = posted

    async def hear(self, answer: ExpectedAnswer) -> None:
        entry = await self.dingtalk.next_reply(self.here, timeout=PATIENCE)
        self.said[self.here.id].append(entry)
        if answer.file:
            assert fnmatch(entry.text, answer.file), entry.text
            return
        place = 0
        for words in answer.words:
            found = entry.text.find(words, place)
            assert found >= 0, f"「{words}」 is not there, or not in this place:\n{entry.text}"
            place = found + len(words)
        assert [words for words in answer.absent if words in entry.text] == [], entry.text

    def nothing_more(self) -> None:
        for entry in self.dingtalk.records.entries:
            if entry.from_bot:
                assert any(entry is heard for heard in self.said[entry.conversation]), entry.text

    def _quoted(self, label: str) -> Posted | Entry:
        return self.said[self.here.id][-1] if label == "机器人" else self.labelled[label]

    def _content(self, post: Post) -> Content:
        if post.voice:
            return Audio(b"a voice", post.words)
        files = [self._content_of_file(file) for file in post.files]
        if not files:
            return Text(post.words)
        if len(files) == 1 and not post.words and not post.at_bot:
            return files[0]
        spoken = (post.words,) if post.words else ()
        return RichText.of(*spoken, *(file.data for file in files if isinstance(file, Picture)))

    def _content_of_file(self, file: PostedFile) -> Picture | File:
        if not file.members:
            data = self._bytes(file.name)
            return File(file.name, data) if file.as_file else Picture(data)
        members = [self._bytes(member) for member in file.members]
        if not file.as_file:
            return Picture(side_by_side(members))
        packed = scanned(members) if file.name.endswith(".pdf") else zipped(file.members, members)
        return File(file.name, packed)

    def _bytes(self, name: str) -> bytes:
        found = next((folder / name for folder in self.folders if (folder / name).exists()), None)
        assert found is not None, f"no picture or file of this name: {name}"
        return found.read_bytes()


def zipped(names: Sequence[str], members: Sequence[bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in zip(names, members, strict=True):
            archive.writestr(name, data)
    return packed.getvalue()


def side_by_side(parts: Sequence[bytes]) -> bytes:
    """Return one picture of papers that lie beside each other, all as high as the first."""
    images = [Image.open(io.BytesIO(part)).convert("RGB") for part in parts]
    high = images[0].height
    scaled = [image.resize((round(image.width * high / image.height), high)) for image in images]
    together = Image.new("RGB", (sum(image.width for image in scaled), high), "white")
    for number, image in enumerate(scaled):
        together.paste(image, (sum(before.width for before in scaled[:number]), 0))
    made = io.BytesIO()
    together.save(made, "PNG")
    return made.getvalue()


def scanned(pages: Sequence[bytes]) -> bytes:
    """Return a PDF as a scanner makes it: pictures, and no text."""
    images = [Image.open(io.BytesIO(page)).convert("RGB") for page in pages]
    made = io.BytesIO()
    images[0].save(made, "PDF", save_all=True, append_images=images[1:], resolution=150)
    return made.getvalue()


@pytest.mark.parametrize("talk", sorted(TALKS.glob("*.txt")), ids=lambda talk: talk.stem)
async def test_a_conversation_goes_as_its_script_says(deploy: Deploy, talk: Path, cases: Path) -> None:
    async with deploy() as h:
        stage = Stage(h.dingtalk, (SAMPLES, cases))
        for number, step in read_script(talk):
            try:
                match step:
                    case SwitchChat():
                        stage.go(step)
                    case Post():
                        stage.say(step)
                    case ExpectedAnswer():
                        await stage.hear(step)
            except (AssertionError, TimeoutError) as error:
                pytest.fail(f"{talk.name}, line {number}: {error}", pytrace=False)
        stage.nothing_more()
