"""Every setting of the product: environment variables ``ORDERBRIDGE_…`` and ``orderbridge.env``.

The file lies in the data folder and holds lines ``ORDERBRIDGE_PORT=8765``; the environment wins over it.
"""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from orderbridge.connectors.reach import Allowed
from orderbridge.core.errors import SetupError

PREFIX = "ORDERBRIDGE_"
FILE_NAME = "orderbridge.env"


def default_data_dir() -> Path:
    """The folder where this system keeps a program's data for its user."""
    return Path(platformdirs.user_data_dir("orderbridge", appauthor=False))


def _lower(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value


def _absolute(value: Path) -> Path:
    # A service changes its working directory; the folder must not move with it.
    return value.expanduser().absolute()


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    more = parts.query or parts.fragment or parts.username or parts.password
    if parts.scheme not in ("http", "https") or not parts.hostname or more:
        raise ValueError("must be an address like https://orders.example.com")
    return value.rstrip("/")


def _reach(value: str) -> str:
    Allowed.parse(value)
    return value


def _database_address(value: str) -> str:
    scheme = urlsplit(value).scheme.partition("+")[0]
    if scheme not in ("postgresql", "postgres"):
        raise ValueError("must be like postgresql://user:password@host:5432/database")
    # SQLAlchemy knows the long name only; people and hosting companies write both.
    return value if scheme == "postgresql" else "postgresql" + value[len("postgres") :]


class Settings(BaseSettings):
    """What the person who runs this machine can choose."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        # An empty variable means: not set, as in a compose file.
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        # A value in a message could be a secret.
        hide_input_in_errors=True,
    )

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(
        default_factory=default_data_dir,
        description="Folder of the embedded database, its passwords and orderbridge.env. Default: the "
        "system's folder for the user's program data.",
    )
    database_url: Annotated[str, AfterValidator(_database_address)] | None = Field(
        default=None,
        repr=False,
        description="Address of a PostgreSQL database, postgresql://user:password@host:5432/database. "
        "Default: an embedded server in the data folder.",
    )
    public_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        default=None,
        description="Address under which others reach this server, for webhooks and links in messages. "
        "Default: http://host:port.",
    )
    master_key: SecretStr | None = Field(
        default=None,
        description="Key that the stored credentials are encrypted with, 32 bytes in base64. Default: made at "
        "the first start and kept where master_key_source says.",
    )
    master_key_old: SecretStr | None = Field(
        default=None,
        description="Earlier keys, separated by commas, that only decrypt until 'connections rotate-key' is done.",
    )
    master_key_source: Annotated[Literal["file", "keyring"], BeforeValidator(_lower)] = Field(
        default="file",
        description="Where the key is kept without master_key: master.key in the data folder, or the keyring of "
        "this user's desktop.",
    )
    host: str = Field(
        default="127.0.0.1", min_length=1, description="Network address to listen on; 0.0.0.0 is every one."
    )
    port: int = Field(default=8765, ge=0, le=65535, description="TCP port to listen on; 0 takes a free one.")
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="The least important messages that are logged."
    )
    log_json: bool = Field(default=False, description="Log one JSON object a line instead of text.")
    lane_lease_s: float = Field(
        default=30.0,
        ge=1,
        le=3600,
        description="Seconds for which a worker owns a lane; another takes it over after that.",
    )
    heartbeat_s: float = Field(
        default=10.0,
        gt=0,
        le=1200,
        description="Seconds between two renewals of a worker's leases; at most a third of lane_lease_s.",
    )
    poll_interval_s: float = Field(
        default=60.0, ge=1, le=86_400, description="Seconds between two polls of one provider's records."
    )
    webhook_watch_s: float = Field(
        default=300.0,
        ge=1,
        le=86_400,
        description="Seconds between two looks at the webhooks in Act!, which it suspends without a word.",
    )
    sweep_interval_s: float = Field(
        default=5.0,
        ge=0.1,
        le=3600,
        description="Seconds between two searches for inbox rows that a crash left without an outcome.",
    )
    write_timeout_s: float = Field(
        default=30.0,
        gt=0,
        le=600,
        description="Seconds after which a write without an answer counts as in doubt and is looked up.",
    )
    write_settle_s: float = Field(
        default=2.0,
        ge=0,
        le=600,
        description="Seconds that a write whose answer was lost may still be under way before it is looked up.",
    )
    dry_run_days: int = Field(
        default=7,
        ge=1,
        le=365,
        description="Days for which a dry run that was looked at lets a flow go live.",
    )
    alert_interval_s: float = Field(
        default=60.0, ge=1, le=86_400, description="Seconds between two looks for alerts."
    )
    alert_backlog_s: float = Field(
        default=900.0,
        ge=10,
        le=2_592_000,
        description="Seconds that a change may wait before there is an alert.",
    )
    alert_silence_s: float = Field(
        default=43_200.0,
        ge=60,
        le=2_592_000,
        description="Seconds without a change that are never called a silence, however busy an account usually is.",
    )
    alert_reminder_s: float = Field(
        default=86_400.0,
        ge=60,
        le=2_592_000,
        description="Seconds after which an alert that lasts is said again.",
    )
    daily_close: bool = Field(
        default=True,
        description="Close each day by itself once it is over, and state what of it came; off leaves both to the "
        "commands 'close' and 'completeness'.",
    )
    daily_close_grace_s: float = Field(
        default=14_400.0,
        ge=0,
        le=72_000,
        description="Seconds after a location's own midnight at which its day is closed; what is told late has come "
        "by then.",
    )
    worker_concurrency: int = Field(
        default=32, ge=1, le=1000, description="Lanes that one worker process works on at a time."
    )
    expression_deadline_s: float = Field(
        default=1.0,
        ge=0.05,
        le=30,
        description="Seconds of computing after which an expression in a flow is ended.",
    )
    expression_memory_mb: int = Field(
        default=64,
        ge=16,
        le=1024,
        description="Megabytes that one expression may take; it is ended beyond that.",
    )
    expression_processes: int = Field(
        default=2, ge=1, le=16, description="Processes that compute expressions at a time, at most."
    )
    intake_group_max: int = Field(
        default=200, ge=1, le=10_000, description="Deliveries that share one commit at most."
    )
    webhook_max_body_bytes: int = Field(
        default=16 * 1024 * 1024,
        ge=1024,
        le=256 * 1024 * 1024,
        description="Bytes of the largest webhook body that is read; larger ones are refused.",
    )
    http_allow: Annotated[str, AfterValidator(_reach)] = Field(
        default="",
        description="Hosts and networks that flows may call besides the public internet, with commas: "
        "erp.example.lan, localhost:8080, 10.1.0.0/16.",
    )
    http_kept: Annotated[Literal["none", "failed", "writes"], BeforeValidator(_lower)] = Field(
        default="writes",
        description="What is kept of the calls that runs make: the bodies of those that failed, or of those that "
        "write too; of the others how they went. Never a credential. none keeps nothing.",
    )
    http_kept_days: int = Field(
        default=30, ge=1, le=3650, description="Days after which what was kept of calls is deleted."
    )
    fault: str | None = Field(
        default=None,
        description="For tests of the product itself: 'point:count' ends the process there. Never set it.",
    )
    webhook_rsa_legacy: bool = Field(
        default=False, description="Also accept HighLevel's older RSA signature on webhooks."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The command line, then the environment, then the file."""
        return init_settings, env_settings, dotenv_settings

    @model_validator(mode="after")
    def _beats_fast_enough(self) -> Self:
        # Two renewals may fail before a lease is lost; with fewer, one slow moment hands the lane over.
        if self.heartbeat_s * 3 > self.lane_lease_s:
            raise ValueError(
                f"ORDERBRIDGE_HEARTBEAT_S is {self.heartbeat_s:g} and must be at most a third of "
                f"ORDERBRIDGE_LANE_LEASE_S, which is {self.lane_lease_s:g}"
            )
        return self

    @property
    def base_url(self) -> str:
        """The address that links to this server start with."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return (
            f"http://[{host}]:{self.port}" if ":" in host and host[0] != "[" else f"http://{host}:{self.port}"
        )


class _Where(BaseSettings):
    """The one setting that is needed before the file can be found."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore")

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(default_factory=default_data_dir)


def load_settings(**given: Any) -> Settings:
    """Read the settings of this process.

    Args:
        given: Values that win over the environment, by field name: what the command line said.

    Raises:
        SetupError: Values are wrong; its message has one line for each, and shows no value.
    """
    file = _Where(**{name: value for name, value in given.items() if name == "data_dir"}).data_dir / FILE_NAME
    try:
        settings = Settings(_env_file=file, **given)
    except ValidationError as error:
        lines = [_line(problem["loc"], problem["msg"], file) for problem in error.errors(include_url=False)]
        # Not chained: the library's error holds the values, which can be secret.
        raise SetupError("\n".join(lines), cause="setup.settings") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(
            f"{file} cannot be read: {error}; it must be a UTF-8 text file that this user may read",
            cause="setup.settings",
        ) from error
    if settings.data_dir != file.parent:
        raise SetupError(
            f"{file} sets {PREFIX}DATA_DIR, which only the environment can: remove that line",
            cause="setup.settings",
        )
    return settings


def _line(place: tuple[int | str, ...], problem: str, file: Path) -> str:
    problem = problem.removeprefix("Value error, ")
    if not place:
        return problem
    name = str(place[0])
    if name in Settings.model_fields:
        problem = problem[:1].lower() + problem[1:]
        return f"{PREFIX}{name.upper()}: {problem}; correct it in the environment or in {file}"
    known = [f"{PREFIX}{field.upper()}" for field in Settings.model_fields]
    near = difflib.get_close_matches(name.upper(), known, n=1)
    hint = f"the nearest is {near[0]}" if near else "remove it"
    return f"{name.upper()}: there is no such setting; {hint}; it stands in {file}"
