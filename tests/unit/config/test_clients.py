"""The file of the API's clients: read strictly, edited gently, followed while it changes."""

from pathlib import Path

import pytest

from bot.config.clients.clients_file import add_client, load_clients, remove_client
from bot.config.clients.clients_toml import read_clients
from bot.config.clients.live_clients import LiveClients
from bot.domain.errors import Misconfigured
from bot.domain.requests.client import ClientRole, token_hash

HASH = "sha256:" + "a" * 64
OTHER = "sha256:" + "b" * 64
WRITTEN_BY_HAND = f"""# Who may use the API. Ask Li before changing this.

[[clients]]
name = "erp"          # the ERP in Suzhou
tokens = ["{HASH}"]
pages_a_day = 500

[[clients.webhooks]]
name = "booked"
url = "https://erp.example.com/hook"
secret = "whsec_{"A" * 44}"

# The web shop, until March.
[[clients]]
name = "shop"
tokens = ["{OTHER}"]
"""


def written(folder: Path, text: str = WRITTEN_BY_HAND) -> Path:
    (folder / "clients.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_file_says_all_of_a_client(tmp_path: Path) -> None:
    erp, shop = load_clients(written(tmp_path))
    assert (erp.name, erp.role, erp.pages_per_day, erp.keep_seconds) == ("erp", ClientRole.READER, 500, 24 * 3600)
    webhook = erp.webhook("booked")
    assert webhook is not None
    assert webhook.url == "https://erp.example.com/hook"
    assert erp.token_hashes == ("a" * 64,)
    assert shop.webhook("booked") is None


def test_no_secret_is_shown_by_accident(tmp_path: Path) -> None:
    assert "whsec" not in repr(load_clients(written(tmp_path)))
    assert "aaaa" not in repr(load_clients(tmp_path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[clients]]\nname = "ERP"', "must be up to 40"),
        ('[[clients]]\nname = "local"', "not local"),
        ('[[clients]]\nname = "a"\ntokens = ["ocr_secret"]', "never tokens"),
        ('[[clients]]\nname = "a"\nrole = "boss"', "reader, admin"),
        ('[[clients]]\nname = "a"\n[[clients]]\nname = "a"', "twice"),
        (f'[[clients]]\nname = "a"\ntokens = ["{HASH}"]\n[[clients]]\nname = "b"\ntokens = ["{HASH}"]', "token twice"),
        ('[[clients]]\nname = "a"\nrate = 3', "not a known key"),
        ('[[clients]]\nname = "a"\npages_a_minute = 0', "from 1 to"),
        ('[[clients]]\nname = "a"\n[[clients.webhooks]]\nname = "w"\nurl = "ftp://x"\nsecret = "s"', "https://"),
        ("[[clients]\n", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str) -> None:
    _, problems = read_clients(text)
    assert said in "\n".join(map(str, problems))
    assert "ocr_secret" not in "\n".join(map(str, problems))


def test_a_new_client_leaves_the_rest_as_it_was(tmp_path: Path) -> None:
    add_client(written(tmp_path), "mail", "c" * 64, role=ClientRole.ADMIN, prompts=("invoice",))
    assert (tmp_path / "clients.toml").read_text(encoding="utf-8").startswith(WRITTEN_BY_HAND)
    assert [client.name for client in load_clients(tmp_path)] == ["erp", "shop", "mail"]
    assert load_clients(tmp_path)[2].prompts == ("invoice",)


def test_a_first_client_makes_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    add_client(tmp_path / "new", "erp", "c" * 64, role=ClientRole.READER)
    assert (tmp_path / "new" / "clients.toml").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("name", "left"), [("erp", "shop"), ("shop", "erp")])
def test_a_revoked_client_goes_with_its_webhooks_and_nothing_else(tmp_path: Path, name: str, left: str) -> None:
    remove_client(written(tmp_path), name)
    text = (tmp_path / "clients.toml").read_text(encoding="utf-8")
    assert [client.name for client in load_clients(tmp_path)] == [left]
    assert text.startswith("# Who may use the API. Ask Li before changing this.\n")
    assert ("whsec_" in text, "# The web shop, until March." in text) == (left == "erp", True)


def test_names_that_are_there_or_are_none_are_refused(tmp_path: Path) -> None:
    written(tmp_path)
    with pytest.raises(Misconfigured, match="already"):
        add_client(tmp_path, "erp", "c" * 64, role=ClientRole.READER)
    with pytest.raises(Misconfigured, match="no name"):
        add_client(tmp_path, 'x"\n[evil]', "c" * 64, role=ClientRole.READER)
    with pytest.raises(Misconfigured, match="no client gone"):
        remove_client(tmp_path, "gone")


def test_a_changed_file_is_taken_and_a_bad_one_is_not(tmp_path: Path) -> None:
    results: list[str] = []
    live = LiveClients(written(tmp_path), results.append)
    remove_client(tmp_path, "shop")
    live.poll()
    assert [client.name for client in live.current()] == ["erp"]
    (tmp_path / "clients.toml").write_text("[[", encoding="utf-8")
    live.poll()
    live.poll()
    assert [client.name for client in live.current()] == ["erp"]
    assert results == ["taken", "refused"]


def test_only_a_hash_of_a_token_is_kept() -> None:
    assert token_hash("ocr_x") != "ocr_x"
    assert len(token_hash("ocr_x")) == 64
