"""Reasons why the program cannot start, each said in both languages."""

from cheji.records.refusals import Refused


class CannotStart(Refused):
    """Cheji cannot start."""

    zh = "车绩无法启动。"


class NewerProgramWrote(CannotStart):
    """The data folder {folder} was last used by Cheji {theirs}, which is newer than this {ours}. \
    Install Cheji {theirs} or later, or name another folder in CHEJI_DATA. Nothing was changed."""

    zh = (
        "数据目录 {folder} 上次由更新的车绩 {theirs} 使用，当前版本为 {ours}。"
        "请安装 {theirs} 或更高版本，或用 CHEJI_DATA 指定另一个目录。未做任何改动。"
    )


class OtherPostgres(CannotStart):
    """The database in {folder} was made by PostgreSQL {theirs}, but this Cheji brings {ours}. \
    Open it with the Cheji that made it, run `cheji backup`, restore here. Nothing was changed."""

    zh = (
        "{folder} 中的数据库由 PostgreSQL {theirs} 创建，而当前车绩自带 {ours}。"
        "请用原版本打开并执行 cheji backup，再在此恢复。未做任何改动。"
    )


class FolderNotOurs(CannotStart):
    """The data folder {folder} cannot be read or written by this account. \
    Run as the account that made it, or name another folder in CHEJI_DATA."""

    zh = "当前账户无法读写数据目录 {folder}。请用创建它的账户运行，或用 CHEJI_DATA 指定另一个目录。"


class ServerDidNotStart(CannotStart):
    """The database server in {folder} did not start. The end of its log says: {log}"""

    zh = "{folder} 中的数据库服务器未能启动。其日志末尾：{log}"


class NoAccountForServer(CannotStart):
    """PostgreSQL does not run as root, and no system account “{account}” could be made. \
    Type: useradd --system {account}"""

    zh = (
        "PostgreSQL 不能以 root 身份运行，且无法创建系统账户“{account}”。"
        "请执行：useradd --system {account}"
    )


class DatabaseUnreachable(CannotStart):
    """The database that {name} names does not answer: {why}"""

    zh = "{name} 所指的数据库没有应答：{why}"


class NotTheOwner(CannotStart):
    """The database must be brought up to date, which the role in CHEJI_DATABASE_URL may not do: \
    {why}. Name the owner of its tables in CHEJI_DATABASE_OWNER_URL and start once more."""

    zh = (
        "数据库需要升级，而 CHEJI_DATABASE_URL 所用的角色无权执行：{why}。"
        "请用 CHEJI_DATABASE_OWNER_URL 写明数据表的所有者后再启动。"
    )


class BadSetting(CannotStart):
    """The setting {name}=“{value}” is not valid: {why_en}."""

    zh = "设置 {name}=“{value}”无效：{why_zh}。"


class NoFreePort(CannotStart):
    """No port from {port} on is free on {host}. Name another one with --port."""

    zh = "{host} 上从 {port} 起没有空闲端口。请用 --port 另选。"


class WebDidNotStart(CannotStart):
    """The web server did not answer at {address}. What it said stands above."""

    zh = "网页服务器未在 {address} 应答，原因见上文。"
