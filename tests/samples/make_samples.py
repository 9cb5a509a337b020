"""Draw the pictures of config/samples and write what is on them beside them."""

import json
from datetime import datetime
from pathlib import Path

from tests.samples.camera import jpeg, photograph
from tests.samples.invoice import SAMPLE, draw_invoice, qr_text, truth

_FOLDER = Path(__file__).resolve().parents[2] / "config" / "samples"
_ON_THE_DESK = ((168, 176), (1452, 118), (1512, 1010), (104, 1052))


def main() -> None:
    """Write every sample anew; the same libraries give the same bytes."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    page = draw_invoice(SAMPLE)
    page.save(_FOLDER / "digital_invoice.png", optimize=True)
    photo = photograph(page, _ON_THE_DESK, seed=7)
    (_FOLDER / "invoice_photo.jpg").write_bytes(jpeg(photo, datetime(2025, 3, 19, 9, 41, 7), quality=82))
    fields = truth(SAMPLE)
    known = {
        "digital_invoice.png": {"fields": fields, "qr": qr_text(SAMPLE)},
        "invoice_photo.jpg": {"fields": fields, "qr": qr_text(SAMPLE)},
    }
    (_FOLDER / "truth.json").write_text(json.dumps(known, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
