"""Commands that belong to the whole program: init, serve, worker, version."""

import os
from pathlib import Path
from typing import Annotated

import typer

from cheji import __version__
from cheji.cli import app, typed
from cheji.config import serve as serving

Host = Annotated[
    str, typer.Option(help="Address to listen on; 0.0.0.0 for the network. 监听地址。")
]
Port = Annotated[int, typer.Option(min=1, max=65_535, help="The next free one if taken. 端口。")]
Worker = Annotated[bool, typer.Option(help="Run background jobs here too. 同时运行后台任务。")]
Threads = Annotated[int, typer.Option(min=1, max=256, help="Requests at a time. 并发请求数。")]
Jobs = Annotated[int, typer.Option(min=1, max=32, help="Jobs at a time. 同时执行的任务数。")]


NEXT = """\
接下来 / Next:
    {serve}
登录后：导入门店，导入人员，再为店总等业务岗位开账号；客户、订单由这些账号导入和查看。
Then sign in, import outlets, import people, and open an account for a manager: customers and
orders are imported and seen by the accounts of such posts, not by the administrator."""


UNGUARDED = """\
程序所用的数据库角色拥有数据表，因而可以关闭数据库的保护；请用 CHEJI_DATABASE_OWNER_URL 另设所有者。
The program's role in the database owns its tables, so it could switch the guards off: name another
owner in CHEJI_DATABASE_OWNER_URL (docs/en/running.md)."""


@app.command()
def init(
    *,
    group: Annotated[str, typer.Option(help="Name of the dealer group. 集团名称。")] = "",
    admin: Annotated[str, typer.Option(help="Sign-in name. 管理员登录名。")] = "",
) -> None:
    """Make the database and the first administrator. 创建数据库与首位管理员。

    The password is asked for, or taken from CHEJI_ADMIN_PASSWORD.
    密码在提示后输入，或取自 CHEJI_ADMIN_PASSWORD。
    """
    from django.utils import timezone  # noqa: PLC0415  Django is set up by now

    from cheji.config import first_steps  # noqa: PLC0415

    if first_steps.has_administrator():
        typer.echo("已有管理员，未做改动。There is an administrator already; nothing changed.")
        return
    group = group or typer.prompt("集团名称 / Name of the group")
    admin = admin or typer.prompt("管理员登录名 / Administrator's sign-in name", default="admin")
    password = os.environ.get("CHEJI_ADMIN_PASSWORD") or typer.prompt(
        "密码 / Password", hide_input=True, confirmation_prompt=True
    )
    now = timezone.localtime()
    first_steps.make_administrator(group=group, username=admin, password=password, at=now)
    typer.echo(f"已创建管理员 {admin}。\nMade the administrator {admin}.\n")
    typer.echo(NEXT.format(serve=typed("serve")))


@app.command()
def version() -> None:
    """Print the version. 显示版本。"""
    typer.echo(__version__)


@app.command()
def serve(
    *, host: Host = "127.0.0.1", port: Port = 8000, worker: Worker = True, threads: Threads = 4
) -> None:
    """Serve the screens, and run background jobs. 启动网页服务与后台任务。"""
    from cheji.config import grants  # noqa: PLC0415  Django is set up by now

    if grants.can_switch_off():
        typer.echo(UNGUARDED, err=True)
    raise typer.Exit(serving.serve(host=host, port=port, worker=worker, threads=threads))


@app.command()
def worker(*, jobs: Jobs = 2) -> None:
    """Run background jobs in a process of their own. 单独运行后台任务。"""
    from django.core.management import call_command  # noqa: PLC0415  Django is set up by now

    call_command("procrastinate", "worker", f"--concurrency={jobs}", verbosity=0)


@app.command()
def backup(*, output: Annotated[Path, typer.Option("--output", "-o")]) -> None:
    """Write a backup of the database, with a manifest beside it. 备份数据库，并写出清单。

    The keys are not in it: keep keys.json of the data folder elsewhere.
    备份不含密钥：请另行保管数据目录中的 keys.json。
    """
    from django.utils import timezone  # noqa: PLC0415  Django is set up by now

    from cheji.config import backup as backing  # noqa: PLC0415

    backing.take(output, timezone.localtime())
    typer.echo(
        f"已备份到 {output}（清单 {backing.manifest_of(output).name}）。请另行保管 keys.json。\n"
        f"Backed up to {output} (manifest {backing.manifest_of(output).name}). "
        "Keep keys.json elsewhere."
    )


@app.command()
def restore(dump: Annotated[Path, typer.Argument(help="File of a backup. 备份文件。")]) -> None:
    """Load a backup into an empty data folder, and prove it. 将备份恢复到空目录并核对。"""
    from cheji.config import backup as backing  # noqa: PLC0415  Django is set up by now

    manifest = backing.restore(dump)
    facts = manifest["shows"]["records_fact"]
    typer.echo(
        f"已恢复，与清单一致：事实 {facts} 条。\nRestored and as the manifest says: {facts} facts."
    )
