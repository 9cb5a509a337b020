"""The certificates by which signers are named."""

from collections.abc import Iterator
from pathlib import Path

from bot.config.roots import FOLDER, read_roots
from bot.domain.errors import Misconfigured
from bot.domain.finding import Finding, bad, ok
from workers.files.signatures.certificates import roots_in


def trusted_roots(config_dir: Path) -> tuple[str, ...]:
    """Return the PEM files in the folder `roots`; raises `Misconfigured` for one with a certificate that is none."""
    files = read_roots(config_dir)
    for name, text in files.items():
        if len(roots_in([text])) != text.count("-----BEGIN CERTIFICATE-----"):
            raise Misconfigured(f"{config_dir / FOLDER / name} holds something that is no X.509 certificate")
    return tuple(files.values())


def check_roots(config_dir: Path) -> Iterator[Finding]:
    """Say whose certificates are trusted, nothing if the folder holds none."""
    try:
        names = [root.name or "a root without a name" for root in roots_in(trusted_roots(config_dir))]
    except Misconfigured as error:
        yield bad("roots", str(error), "mend or remove it: no worker starts until then")
        return
    if names:
        yield ok("roots", f"signers are named whose certificates lead to {', '.join(names)}")
