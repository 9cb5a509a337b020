"""What `ocrbot prompts check` says where a field's key was renamed."""

from pathlib import Path

from tests.fakes.fake_terminal import Terminal
from tests.fakes.renamed_prompts import rename_keys

ROOT = Path(__file__).resolve().parents[3]
_NUMBER = '[[fields]]\nname = "发票号码"\nkey = "invoice_number"\n'
_RENAMED = '[[fields]]\nname = "发票号码"\nkey = "bill_no"\n'


def _rename_number(terminal: Terminal, field: str) -> None:
    terminal.change("invoice", 'number = "invoice_number"', 'number = "bill_no"')
    terminal.change("invoice", _NUMBER, field)


def test_a_renamed_key_is_no_problem_and_what_it_loses_is_said(terminal: Terminal) -> None:
    _rename_number(terminal, _RENAMED)
    assert terminal.run("check") == 0
    assert [line for line in terminal.lines if "角色" in line] == [
        (
            "发票：没有字段承担 invoice_number（发票号码）的角色：号码不核对、不与二维码核对、取不到 OFD、XML 里的值。"
            '给“发票号码”（key = "bill_no"）加上 role = "invoice_number"。'
        )
    ]


def test_with_its_role_nothing_is_lost(terminal: Terminal) -> None:
    _rename_number(terminal, _RENAMED + 'role = "invoice_number"\n')
    assert terminal.run("check") == 0
    assert "角色" not in terminal.screen


def test_a_field_that_was_renamed_altogether_is_missed_by_the_check_until_the_file_says_it_does_without(
    terminal: Terminal,
) -> None:
    terminal.change("invoice", 'name = "机器编号"\nkey = "machine_number"', 'name = "设备号"\nkey = "device"')
    assert terminal.run("check") == 0
    (said,) = (line for line in terminal.lines if "角色" in line)
    assert "machine_number（机器编号）" in said
    assert 'without = ["machine_number"]' in said
    terminal.lines.clear()
    terminal.change("invoice", 'headline = ["total', 'without = ["machine_number"]\nheadline = ["total')
    assert terminal.run("check") == 0
    assert "角色" not in terminal.screen


def test_two_fields_of_one_role_are_a_problem(terminal: Terminal) -> None:
    terminal.change("invoice", 'key = "payee"', 'key = "payee"\nrole = "drawer"')
    assert terminal.run("check") == 1
    assert 'gives the role "drawer" to "payee" and "drawer"' in terminal.screen


def test_renamed_keys_name_every_check_that_is_lost(terminal: Terminal) -> None:
    rename_keys(ROOT / "config" / "prompts", terminal.config / "prompts", with_roles=False)
    assert terminal.run("check") == 0
    said = "\n".join(line for line in terminal.lines if "角色" in line)
    for lost in (
        "大写与小写不对比", "金额、税额与价税合计不核对", "税号的位数和校验位不核对", "号码不核对", "认不出电子发票",
        "日期不核对", "不与二维码核对", "取不到 OFD、XML 里的值", "前面没有名称时找不到值", "分不清归谁",
        "外币也按人民币",
    ):  # fmt: skip
        assert lost in said
