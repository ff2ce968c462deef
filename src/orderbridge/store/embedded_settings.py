"""The settings of the embedded PostgreSQL: one small machine, many short transactions, nothing lost."""

from __future__ import annotations

from orderbridge.store.embedded_files import Home, write_private

_SETTINGS = """\
# Written by orderbridge at each start. Put your own settings into local.conf beside this file.
listen_addresses = '127.0.0.1'
port = {port}
# Other users of the machine meet one door, with a password; socket paths have a length limit, too.
unix_socket_directories = ''
max_connections = 60
password_encryption = 'scram-sha-256'

# A confirmed event must survive a power cut.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = minimal
max_wal_senders = 0
min_wal_size = '64MB'
max_wal_size = '512MB'
checkpoint_timeout = '10min'

# Leaves room for the server and the worker on a machine with 1 GB.
shared_buffers = '96MB'
effective_cache_size = '512MB'
work_mem = '4MB'
maintenance_work_mem = '64MB'
wal_buffers = '4MB'
max_parallel_workers_per_gather = 0
max_parallel_maintenance_workers = 1
max_worker_processes = 4
io_method = 'sync'
jit = off
random_page_cost = 1.1

# Queue rows live for seconds: clean up early and often.
autovacuum = on
autovacuum_max_workers = 2
autovacuum_naptime = '20s'
autovacuum_vacuum_scale_factor = 0.05
autovacuum_vacuum_insert_scale_factor = 0.1
autovacuum_analyze_scale_factor = 0.05

# Statements and details of errors hold customers' data: they stay out of the log.
logging_collector = on
log_directory = '{log_directory}'
log_filename = 'server-%Y%m%d-%H%M%S.log'
log_file_mode = 0600
log_rotation_age = '1d'
log_rotation_size = '10MB'
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_line_prefix = '%m [%p] '

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
include_if_exists = 'local.conf'
"""

_ACCESS = """\
# Written by orderbridge at each start: this machine only, and nobody without a password.
host all all 127.0.0.1/32 scram-sha-256
"""


def write_settings(home: Home, *, port: int) -> None:
    """Write the server's settings and its access rules for a start on ``port``."""
    log_directory = str(home.logs).replace("\\", "/").replace("'", "''")
    write_private(
        home.path / "server.conf",
        _SETTINGS.format(port=port, log_directory=log_directory),
        readable_by=home.account,
    )
    write_private(home.path / "hba.conf", _ACCESS, readable_by=home.account)
    write_private(home.path / "port", str(port))
