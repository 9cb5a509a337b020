"""Draw the pictures of config/samples and write what is on them beside them."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tests.samples import contract, whiteboard
from tests.samples.camera import jpeg, photograph
from tests.samples.drawing import KAI
from tests.samples.invoice import SAMPLE, draw_invoice, qr_text, truth

_FOLDER = Path(__file__).resolve().parents[2] / "config" / "samples"
_CHINA = timezone(timedelta(hours=8))
_ON_THE_DESK = ((168, 176), (1452, 118), (1512, 1010), (104, 1052))


def main() -> None:
    """Write every sample anew; the same libraries give the same bytes."""
    if not KAI.exists():
        raise SystemExit(f"{KAI} is not there: apt-get install fonts-lxgw-wenkai")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    page = draw_invoice(SAMPLE)
    page.save(_FOLDER / "digital_invoice.png", optimize=True)
    taken = datetime(2025, 3, 19, 9, 41, 7, tzinfo=_CHINA)
    photo = photograph(page, _ON_THE_DESK, seed=7)
    (_FOLDER / "invoice_photo.jpg").write_bytes(jpeg(photo, taken, quality=82))
    contract.draw_contract().save(_FOLDER / "contract.png", optimize=True)
    board = whiteboard.draw_whiteboard(seed=11)
    (_FOLDER / "whiteboard.jpg").write_bytes(jpeg(board, taken, quality=86))
    fields = truth(SAMPLE)
    known = {
        "digital_invoice.png": {"fields": fields, "qr": qr_text(SAMPLE)},
        "invoice_photo.jpg": {"fields": fields, "qr": qr_text(SAMPLE)},
        "contract.png": {"phrases": contract.PHRASES},
        "whiteboard.jpg": {"phrases": whiteboard.PHRASES},
    }
    (_FOLDER / "truth.json").write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
