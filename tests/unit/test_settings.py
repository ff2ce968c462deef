from pathlib import Path

import pytest

from orderbridge.core.errors import SetupError
from orderbridge.settings import FILE_NAME, PREFIX, Settings, load_settings


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{field.upper()}", raising=False)
    monkeypatch.setenv("ORDERBRIDGE_DATA_DIR", str(tmp_path))
    return tmp_path


def test_without_any_setting_it_listens_on_this_machine_only_and_embeds_its_database() -> None:
    settings = load_settings()
    assert settings.host == "127.0.0.1"
    assert settings.port == 8765
    assert settings.database_url is None
    assert settings.master_key is None
    assert settings.webhook_rsa_legacy is False
    assert settings.base_url == "http://127.0.0.1:8765"


def test_the_default_data_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORDERBRIDGE_DATA_DIR")
    monkeypatch.setenv("HOME", "/nonexistent/home")
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert load_settings().data_dir.name == "orderbridge"


def test_command_line_wins_over_environment_and_environment_over_file(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data_dir / FILE_NAME).write_text(
        "ORDERBRIDGE_HOST=file\nORDERBRIDGE_PORT=1\nORDERBRIDGE_LOG_LEVEL=debug\n"
    )
    monkeypatch.setenv("ORDERBRIDGE_HOST", "environment")
    monkeypatch.setenv("ORDERBRIDGE_PORT", "2")
    settings = load_settings(port=3)
    assert (settings.log_level, settings.host, settings.port) == ("debug", "environment", 3)


def test_a_data_folder_from_the_command_line_is_where_the_file_is_read(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / FILE_NAME).write_text("ORDERBRIDGE_PORT=4242\n")
    assert load_settings(data_dir=other).port == 4242


def test_an_empty_variable_counts_as_not_set(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBRIDGE_DATABASE_URL", "")
    monkeypatch.setenv("ORDERBRIDGE_PORT", "")
    (data_dir / FILE_NAME).write_text("ORDERBRIDGE_PUBLIC_URL=\n")
    settings = load_settings()
    assert (settings.database_url, settings.port, settings.public_url) == (None, 8765, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "65536"),
        ("PORT", "http"),
        ("LOG_LEVEL", "loud"),
        ("LOG_JSON", "perhaps"),
        ("LANE_LEASE_S", "0"),
        ("HEARTBEAT_S", "-1"),
        ("WORKER_CONCURRENCY", "0"),
        ("WRITE_TIMEOUT_S", "nan"),
        ("POLL_INTERVAL_S", "inf"),
        ("PUBLIC_URL", "orders.example.com"),
        ("PUBLIC_URL", "ftp://orders.example.com"),
        ("PUBLIC_URL", "https://orders.example.com/?a=b"),
        # It stands in messages, in redirects and in the marketplace app.
        ("PUBLIC_URL", "https://user:hunter2@orders.example.com"),
        ("DATABASE_URL", "mysql://user:hunter2@db/orders"),
        ("WEBHOOK_MAX_BODY_BYTES", "10"),
    ],
)
def test_a_bad_value_is_named_in_one_line_and_never_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"ORDERBRIDGE_{name}", value)
    with pytest.raises(SetupError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"ORDERBRIDGE_{name}: ")
    assert "\n" not in message
    assert "hunter2" not in message
    assert caught.value.__cause__ is None


def test_each_bad_value_gets_its_own_line(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBRIDGE_PORT", "x")
    (data_dir / FILE_NAME).write_text("ORDERBRIDGE_LOG_JSON=x\nORDERBRIDGE_MASTERKEY=secret\n")
    with pytest.raises(SetupError) as caught:
        load_settings()
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "ORDERBRIDGE_PORT",
        "ORDERBRIDGE_LOG_JSON",
        "ORDERBRIDGE_MASTERKEY",
    ]
    assert "the nearest is ORDERBRIDGE_MASTER_KEY" in lines[2]
    assert "secret" not in str(caught.value)


def test_a_heartbeat_slower_than_a_third_of_the_lease_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBRIDGE_HEARTBEAT_S", "10")
    monkeypatch.setenv("ORDERBRIDGE_LANE_LEASE_S", "29")
    with pytest.raises(SetupError, match="at most a third of ORDERBRIDGE_LANE_LEASE_S, which is 29"):
        load_settings()


def test_the_file_cannot_move_the_folder_that_it_lies_in(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ORDERBRIDGE_DATA_DIR")
    monkeypatch.setenv("HOME", str(data_dir))
    monkeypatch.setenv("XDG_DATA_HOME", str(data_dir))
    folder = load_settings().data_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE_NAME).write_text("ORDERBRIDGE_DATA_DIR=/elsewhere\n")
    with pytest.raises(SetupError, match="which only the environment can"):
        load_settings()


def test_a_file_that_is_not_text_is_named(data_dir: Path) -> None:
    (data_dir / FILE_NAME).write_bytes(b"ORDERBRIDGE_HOST=\xff\xfe\n")
    with pytest.raises(SetupError, match=FILE_NAME):
        load_settings()


def test_a_relative_data_folder_stays_where_it_was_when_the_working_directory_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ORDERBRIDGE_DATA_DIR", "data")
    assert load_settings().data_dir == tmp_path / "data"


def test_showing_the_settings_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBRIDGE_MASTER_KEY", "hunter2")
    monkeypatch.setenv("ORDERBRIDGE_DATABASE_URL", "postgresql://user:hunter3@db/orders")
    shown = repr(load_settings())
    assert "hunter" not in shown


def test_both_spellings_of_a_database_address_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORDERBRIDGE_DATABASE_URL", "postgres://user:p%40ss@db:5433/orders?sslmode=require")
    assert load_settings().database_url == "postgresql://user:p%40ss@db:5433/orders?sslmode=require"


@pytest.mark.parametrize(
    ("host", "base_url"),
    [("0.0.0.0", "http://127.0.0.1:8765"), ("::", "http://[::1]:8765"), ("fe80::1", "http://[fe80::1]:8765")],
)
def test_links_lead_to_an_address_that_a_browser_can_open(
    host: str, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERBRIDGE_HOST", host)
    assert load_settings().base_url == base_url


def test_every_setting_says_what_it_is_for_and_every_quantity_names_its_unit() -> None:
    units = {"_s": "Seconds", "_bytes": "Bytes"}
    for name, field in Settings.model_fields.items():
        assert field.description, name
        for suffix, unit in units.items():
            if name.endswith(suffix):
                assert field.description.startswith(unit), name
