import json
from typing import Any


def json_object(raw: str | bytes) -> dict[str, Any]:
    """Return the JSON object in `raw`, an empty dict for anything else."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
