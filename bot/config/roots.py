"""The folder `roots` of the configuration: certificates of those who issue certificates to signers."""

from pathlib import Path

from bot.domain.errors import Misconfigured

FOLDER = "roots"
_MARK = "-----BEGIN CERTIFICATE-----"
_MOST_BYTES = 256 * 1024  # of all files: they go to the readers with each file


def read_roots(directory: Path) -> dict[str, str]:
    """Return the text of each `roots/*.pem` by its name; none without the folder. Raises `Misconfigured`."""
    found: dict[str, str] = {}
    for path in sorted((directory / FOLDER).glob("*.pem")):
        try:
            found[path.name] = path.read_text(encoding="ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"{path} cannot be read as PEM: {error}") from error
        if _MARK not in found[path.name]:
            raise Misconfigured(f"{path} holds no certificate: it begins with {_MARK} (openssl x509 -inform DER …)")
    if sum(map(len, found.values())) > _MOST_BYTES:
        raise Misconfigured(f"{directory / FOLDER} holds more than {_MOST_BYTES // 1024} KB of certificates")
    return found
