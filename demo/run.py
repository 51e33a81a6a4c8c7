"""One run of the demo, from the empty folder to the last process."""

import errno
import json
import os
import socket
import sys
from contextlib import closing
from signal import SIGQUIT
from typing import Any

from django.utils.translation import gettext as _

from demo import locks, servers, static_files
from demo.folder import Folder
from demo.refusal import Refused
from demo.servers import PROJECT
from demo.supervisor import Stopped, Supervisor
from demo.terminal import Terminal

HOST = "127.0.0.1"
ANSWER_SECONDS = 60
LETTING_GO_SECONDS = 3  # a demo that was told to stop a moment ago may still hold its folder
# Celery warns root about pickled messages; here only JSON is accepted, from an own socket.
ROOT_IS_FINE_HERE = "ignore:You're running the worker with superuser"
MANAGE = (sys.executable, str(PROJECT / "manage.py"))


def run(terminal: Terminal, *, port: int, data: str | None, fresh: bool) -> None:
    """Start everything, say where it is, wait for a signal; leave no process behind."""
    folder = Folder.at(data or os.environ.get("BIHUAN_DATA") or ".data")
    folder.prepare()
    with closing(_alone(folder)), closing(_listener(port)) as listener:
        if fresh:
            _clear(folder)
        with Supervisor(terminal.say) as supervisor:
            try:
                _start(supervisor, terminal, folder, listener)
                supervisor.watch()
            except Stopped:
                terminal.write(_("正在停止……"))
    terminal.write(_("演示已停止，数据保留在 %(folder)s。") % {"folder": folder.root})


def _start(
    supervisor: Supervisor, terminal: Terminal, folder: Folder, listener: socket.socket
) -> None:
    terminal.write(_("正在启动内置的 PostgreSQL 和 Redis……"))
    supervisor.servers = servers.ensure(folder.root)
    environment = _environment(supervisor.servers)
    logins = _prepare(supervisor, terminal, folder, environment)
    terminal.write(_("正在启动网页、worker 和 beat……"))
    _launch(supervisor, environment | {"DEMO_LOGINS": json.dumps(logins)}, listener)
    address = listener.getsockname()
    status = supervisor.await_answer(address, "/login/", ANSWER_SECONDS)
    if status != 200:
        raise Refused(_("登录页没有正常应答（状态 %(status)s），原因见上。"), status=status)
    _announce(terminal, folder, address[1], logins)


def _prepare(
    supervisor: Supervisor, terminal: Terminal, folder: Folder, environment: dict[str, str]
) -> list[dict[str, Any]]:
    """Bring tables, static files and sample cases up to date; return who can sign in."""
    wanted = static_files.fingerprint()
    static = None
    if not static_files.collected(folder, wanted):
        terminal.write(_("正在收集静态文件……"))
        command = (*MANAGE, "collectstatic", "--noinput", "--clear", "--verbosity", "0")
        static = supervisor.launch("static", command, environment)
    terminal.write(_("正在更新数据表……"))
    migrate = (*MANAGE, "migrate", "--noinput", "--verbosity", "0", "--skip-checks")
    supervisor.finish(supervisor.launch("migrate", migrate, environment))
    terminal.write(_("正在准备示例案件……"))
    file = folder.root / "logins.json"
    seed = (*MANAGE, "seed", "--logins", str(file))
    supervisor.finish(supervisor.launch("seed", seed, environment))
    if static:
        supervisor.finish(static)
        static_files.note(folder, wanted)
    return json.loads(file.read_text(encoding="utf-8"))


def _launch(supervisor: Supervisor, environment: dict[str, str], listener: socket.socket) -> None:
    """Start the three processes that production has too, with the application's rights only."""
    environment = {key: environment[key] for key in environment if key != "DATABASE_OWNER_URL"}
    python = (sys.executable, "-m")
    web = (*python, "gunicorn", "config.wsgi", "--workers", "2", "--graceful-timeout", "5")
    web += ("--bind", f"fd://{listener.fileno()}", "--log-level", "warning")
    celery = (sys.executable, "-W", ROOT_IS_FINE_HERE, "-m", "celery", "--quiet", "--app", "config")
    worker = (*celery, "worker", "--pool", "threads", "--concurrency", "2")
    worker += ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")
    beat = (*celery, "beat", "--loglevel", "WARNING")
    # Killed outright, gunicorn's master would leave its workers a second of life.
    handed = {"files": [listener.fileno()], "on_death": SIGQUIT}
    supervisor.launch("web", web, environment, lasting=True, **handed)
    supervisor.launch("worker", worker, environment, lasting=True)
    supervisor.launch("beat", beat, environment, lasting=True)


def _environment(embedded: servers.Servers) -> dict[str, str]:
    return {
        **os.environ,
        **embedded.environment(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "STATIC_ROOT": str(embedded.folder.root / "static"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def _alone(folder: Folder):
    """Return the lock of the one demo that may run on a folder."""
    lock = locks.wait(folder.lock("demo"), seconds=LETTING_GO_SECONDS)
    if lock is None:
        raise Refused(
            _("数据目录 %(folder)s 上已有一个演示在运行。请先停止它，或用 --data 指定另一目录。"),
            folder=folder.root,
        )
    return lock


def _clear(folder: Folder) -> None:
    with locks.within(folder.lock("users"), seconds=5) as unused:
        if unused is None:
            raise Refused(_("数据目录 %(folder)s 正在使用，不能清空。"), folder=folder.root)
        folder.clear()


def _listener(port: int) -> socket.socket:
    """Return the socket that the web server will answer on, taken before anything is started."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as problem:
        listener.close()
        raise Refused(_port_trouble(problem), port=port) from problem
    return listener


def _port_trouble(problem: Exception) -> str:
    if getattr(problem, "errno", None) == errno.EADDRINUSE:
        return _("端口 %(port)s 已被占用。请用 --port 指定另一个端口。")
    return _("端口 %(port)s 不能使用。请用 --port 指定另一个端口。")


def _announce(terminal: Terminal, folder: Folder, port: int, logins: list[dict[str, Any]]) -> None:
    terminal.write()
    terminal.write(_("闭环 Bihuan 演示已就绪：%(url)s") % {"url": f"http://{HOST}:{port}/"})
    columns = {
        "username": _("用户名"),
        "password": _("密码"),
        "name": _("姓名"),
        "role": _("角色"),
        "unit": _("单位"),
    }
    if logins:
        rows = ([login.get(key, "") for key in columns] for login in logins)
        terminal.table([list(columns.values()), *rows])
    if secret := next((login["totp"] for login in logins if login["totp"]), ""):
        words = _(
            "审计、人事、制度和系统管理员登录还需动态验证码，登录时页面会给出；也可把密钥 %(secret)s 加入自己的验证器。"
        )
        terminal.write(words % {"secret": secret})
    terminal.write(_("数据目录：%(folder)s。按 Ctrl-C 停止全部进程。") % {"folder": folder.root})
