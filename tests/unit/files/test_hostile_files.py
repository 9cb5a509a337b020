"""Small files that cost far more than they weigh are refused with a sentence, or read within a page's bounds.

They are read in processes of their own, whose CPU time and memory are counted, not by a clock. A page may take three
seconds on an idle machine; CPU seconds grow where other work shares the cores and their caches, so twice that is held.
"""

from pathlib import Path

import pytest

from tests.fakes.hostile_files import HOSTILE
from tests.fakes.measured_reading import Cost, costs

_PAGE_SECONDS, _BUSY, _MEGABYTES = 3.0, 2.0, 1024


def check(cost: Cost) -> None:
    assert cost.outcome.replace("_", "").isalpha(), cost  # "read" or a reason, no exception and no signal
    assert cost.outcome == "read" or cost.sentence.endswith("。"), cost
    assert cost.seconds < _PAGE_SECONDS * _BUSY * cost.pages, cost
    assert cost.megabytes < _MEGABYTES, cost


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_kind_of_file_takes_more_than_a_page_may(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(HOSTILE[kind]())

    check(costs([file])[0])


def test_no_hostile_file_beside_the_checkout_takes_more_than_a_page_may(cases: Path) -> None:
    files = sorted(file for file in (cases / "hostile").iterdir() if file.suffix not in {".md", ".txt"})

    for cost in costs(files):
        check(cost)
