"""Files damaged by chance are read or refused, whatever the damage; `make fuzz` tries far more of them."""

from tests.fuzz.run import failures


def test_damaged_files_are_read_or_refused() -> None:
    assert [(index, cost.outcome) for index, cost, _ in failures(seed=20260101, number=60)] == []
