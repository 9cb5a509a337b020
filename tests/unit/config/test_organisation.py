from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.organisation_toml import read_organisation
from bot.config.prompt_files import load
from bot.domain.message import ConversationKind, DingTalkConversation
from bot.domain.organisation import FILE_KINDS, Company, DuplicateScope, Organisation, misfits
from bot.domain.receipt import Receipt, ReceiptRules
from bot.domain.task import Format

CONFIG = Path(__file__).parents[3] / "config"
SHIPPED = (CONFIG / "ocrbot.toml").read_text(encoding="utf-8")
GROUP = DingTalkConversation(
    robot_code="r", conversation_id="c1", conversation_kind=ConversationKind.GROUP, staff_id="s1"
)
SINGLE = replace(GROUP, conversation_kind=ConversationKind.SINGLE)

FULL = """\
[organisation]
provider = "本服务由信息部提供"
contact = "信息部小李"
bot_names = ["小白"]
admins = ["boss"]

[access]
conversations = ["c1"]
people = ["s1", "s2"]
single_chats = false

[defaults]
"c1" = "invoice"

[[companies]]
name = "甲公司"
tax_number = "91990000MA0A1B2C3A"

[duplicates]
scope = "person"

[masking]
groups = false

[limits]
attachments = 3

[receipt]
mode = "card"
after_seconds = 5
card_template = "ours.schema"
card_key = "content"
card_calls_a_month = 100

[files]
"c1" = ["xlsx", "json"]
"""


def problems(source: str) -> list[str]:
    return [str(problem) for problem in read_organisation(source)[1]]


def test_the_shipped_file_changes_nothing_and_its_commented_settings_are_the_defaults() -> None:
    assert read_organisation(SHIPPED) == (Organisation(), [])
    uncommented = "\n".join(line[1:] if line[1:2] not in ("", " ") else "" for line in SHIPPED.splitlines())
    organisation, wrong = read_organisation(uncommented)
    assert wrong == []
    assert replace(organisation, companies=()) == Organisation()
    assert len(organisation.companies) == 1


def test_everything_that_is_set_is_read() -> None:
    organisation, wrong = read_organisation(FULL)
    assert wrong == []
    assert organisation == Organisation(
        provider="本服务由信息部提供",
        contact="信息部小李",
        bot_names=("小白",),
        admins=("boss",),
        conversations=("c1",),
        people=("s1", "s2"),
        single_chats=False,
        defaults=(("c1", "invoice"),),
        files=(("c1", ("xlsx", "json")),),
        companies=(Company(name="甲公司", tax_number="91990000MA0A1B2C3A"),),
        duplicate_scope=DuplicateScope.PERSON,
        masking=False,
        most_attachments=3,
        receipt=ReceiptRules(
            mode=Receipt.CARD, after_seconds=5, card_template="ours.schema", card_key="content", card_calls=100
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[access]", "[acess]", ("ocrbot.toml:7:", "acess", '"access"')),
        ("single_chats = false", "single_chat = false", ("ocrbot.toml:10:", "access.single_chat", '"single_chats"')),
        ("single_chats = false", 'single_chats = "no"', ("ocrbot.toml:10:", "must be true or false")),
        ('scope = "person"', 'scope = "persons"', ("ocrbot.toml:20:", "duplicates.scope", 'did you mean "person"')),
        ("attachments = 3", "attachments = 0", ("ocrbot.toml:26:", "limits.attachments", "from 1 to 20")),
        ('mode = "card"', 'mode = "carte"', ("ocrbot.toml:29:", "receipt.mode", 'did you mean "card"')),
        ("after_seconds = 5", "after_seconds = 61", ("receipt.after_seconds", "from 0 to 60")),
        ("attachments = 3", "attachments = true", ("whole number",)),
        ('name = "甲公司"', "", ("ocrbot.toml:15:", "companies[1].name is missing")),
        ('"s1", "s2"', '"s1，s2"', ("ocrbot.toml:9:", "access.people", "，")),
        ('provider = "本', "provider = “本", ("ocrbot.toml:2", "curly or Chinese quote")),
        ('"c1" = "invoice"', '"c1" = 3', ("defaults", "table of strings")),
        ('["xlsx", "json"]', '["xlsx", "doc"]', ("files.c1", '"doc"', 'did you mean "docx"')),
        ('["xlsx", "json"]', '"xlsx"', ("files.c1", "list of strings")),
    ],
)
def test_what_is_wrong_is_named_with_its_place(old: str, new: str, words: tuple[str, ...]) -> None:
    assert old in FULL
    said = "\n".join(problems(FULL.replace(old, new, 1)))
    for word in words:
        assert word in said


def test_a_default_must_be_a_prompt_that_needs_no_input() -> None:
    prompts = load(CONFIG / "prompts")
    assert misfits(Organisation(defaults=(("c", "invoice"),)), prompts) == []
    (unknown,) = misfits(Organisation(defaults=(("c", "invoce"),)), prompts)
    assert 'did you mean "invoice"' in str(unknown)
    assert len(misfits(Organisation(defaults=(("c", "extract"),)), prompts)) == 1


@pytest.mark.parametrize(
    ("organisation", "group", "single"),
    [
        (Organisation(), True, True),
        (Organisation(conversations=("c1",)), True, True),
        (Organisation(conversations=("c2",)), False, True),
        (Organisation(people=("s1",)), True, True),
        (Organisation(people=("s2",)), False, False),
        (Organisation(single_chats=False), True, False),
        (Organisation(conversations=("c2",), people=("s2",), single_chats=False, admins=("s1",)), True, True),
    ],
)
def test_who_is_served_where(organisation: Organisation, *, group: bool, single: bool) -> None:
    assert (organisation.serves(GROUP), organisation.serves(SINGLE)) == (group, single)


def test_somebody_from_outside_is_not_on_a_list_of_people() -> None:
    assert not Organisation(people=("s1",), admins=("",)).serves(replace(GROUP, staff_id=""))


def test_only_groups_see_masked_fields_masked() -> None:
    assert Organisation().masks(GROUP)
    assert not Organisation().masks(SINGLE)
    assert not Organisation(masking=False).masks(GROUP)


def test_the_files_that_can_be_chosen_are_those_that_can_be_made() -> None:
    assert tuple(Format) == FILE_KINDS
    assert Organisation(files=(("c1", ("docx",)),)).files_for("c1") == ("docx",)
    assert Organisation().files_for("c1") == ()
