#!/usr/bin/env python3
"""Cheji from a fresh clone: installs what is missing, then runs it.

python3 run.py demo    a believable dealer group on http://127.0.0.1:8000   演示
python3 run.py test    every test; further arguments go to pytest            测试
python3 run.py check   format, types, floors, templates, translations        检查
python3 run.py bench   measured times and sizes                              测速
python3 run.py setup   only install                                          安装
python3 run.py cheji … the program: import, sheet, score, pay, serve …       程序
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
FRONTEND = ROOT / "frontend"
BUILT = ROOT / "src" / "cheji" / "web" / "static" / "built"
OLDEST = (3, 11)
SILENT: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Stop(Exception):  # noqa: N818  it ends the program with a message, it is no fault in it
    """Ends the program: what is wrong and the line to type, in both languages."""


def say(chinese: str, english: str) -> None:
    print(chinese + "\n" + english, file=sys.stderr, flush=True)


def run(*command: object, **options: Any) -> int:
    """The exit code of a command that shares our terminal; Ctrl-C is for it to obey."""
    process = subprocess.Popen([str(part) for part in command], **options)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def hash_of(*paths: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamped(name: str, value: str) -> bool:
    path = VENV / ("stamp-" + name)
    return path.exists() and path.read_text() == value


def stamp(name: str, value: str) -> None:
    (VENV / ("stamp-" + name)).write_text(value)


# Python and its packages


def need_python() -> None:
    """Start again under a newer Python when this one is too old and the machine has one."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(15, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    have = "{}.{}".format(*sys.version_info)
    raise Stop(
        f"需要 Python 3.11 或更高版本，本机为 {have}。请安装后重试，例如：\n"
        f"Cheji needs Python 3.11 or newer, this is {have}. Install one, for example:\n"
        "    sudo apt install python3.11 python3.11-venv"
    )


def install(lock: str) -> None:
    """Have the packages of requirements/<lock>.txt in .venv, checked against their hashes."""
    path = ROOT / "requirements" / (lock + ".txt")
    value = hash_of(path)
    whole = hash_of(ROOT / "requirements" / "dev.txt")
    works = PYTHON.exists() and run(PYTHON, "-c", "", **SILENT) == 0
    if works and (stamped(lock, value) or (lock == "run" and stamped("dev", whole))):
        return
    began = time.monotonic()
    say("正在安装依赖包（首次约半分钟）……", "Installing packages (about half a minute, once) ...")
    if not (install_with_uv(path, works=works) or install_with_pip(path)):
        raise Stop(
            "安装失败，原因见上。若网络较慢，可指定镜像后重试：\n"
            "The installation failed, see above. If the network is the cause, name a mirror:\n"
            "    PIP_INDEX_URL=https://镜像-mirror/simple python3 run.py setup"
        )
    link_source()
    stamp(lock, value)
    seconds = round(time.monotonic() - began)
    say(f"安装完成，用时 {seconds} 秒。", f"Installed in {seconds} s.")


def install_with_uv(path: Path, *, works: bool) -> bool:
    uv = shutil.which("uv")
    if not uv:
        return False
    made = works or run(uv, "venv", "-q", "--clear", "--python", sys.executable, VENV) == 0
    command = [uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes"]
    if made and run(*command, "--only-binary=:all:", "-r", path) == 0:
        return True
    say("uv 未成功，改用 pip。", "uv did not succeed; going on with pip.")
    return False


def install_with_pip(path: Path) -> bool:
    if not PYTHON.exists() or run(PYTHON, "-m", "pip", "--version", **SILENT):
        make_environment()
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-input", "--require-hashes", "--only-binary=:all:", "-r", path]
    return run(*command) == 0


def add_spark() -> None:
    """PySpark beside a Java, for the tests that compare engines; it comes as source only."""
    path = ROOT / "requirements" / "spark.txt"
    value = hash_of(path)
    if not shutil.which("java") or stamped("spark", value):
        return
    say("正在安装 PySpark（约半分钟）……", "Installing PySpark (about half a minute) ...")
    uv = shutil.which("uv")
    pip = [uv, "pip"] if uv else [PYTHON, "-m", "pip"]
    where = ["--python", PYTHON] if uv else ["--disable-pip-version-check", "--no-input"]
    if run(*pip, "install", "--quiet", *where, "--require-hashes", "-r", path):
        say("未能安装 PySpark，相关测试将跳过。", "No PySpark: its tests are skipped.")
        return
    stamp("spark", value)


def make_environment() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        package = "python{}.{}-venv".format(*sys.version_info)
        raise Stop(
            "本机的 Python 缺少 venv 模块。请先执行：\n"
            "This Python lacks its venv module. First type:\n"
            "    sudo apt install " + package
        ) from None
    if run(sys.executable, "-m", "venv", "--clear", VENV):
        raise Stop("无法创建 .venv，原因见上。\nCould not make .venv, see above.")


def link_source() -> None:
    for packages in VENV.glob("lib/python3.*/site-packages"):
        (packages / "cheji.pth").write_text(str(ROOT / "src") + "\n")


# Browser code and translations


def build_browser_code() -> None:
    """Have the browser code built from the npm lock; nothing to do when nothing changed."""
    if not (FRONTEND / "build.mjs").exists():
        return
    sources = [path for path in FRONTEND.glob("src/**/*") if path.is_file()]
    value = hash_of(*sorted([*FRONTEND.glob("*.*"), *sources]))
    if BUILT.is_dir() and stamped("frontend", value):
        return
    say("正在构建浏览器代码……", "Building the browser code ...")
    node, npm = find_node()
    paths = [str(Path(node).parent), os.environ["PATH"]]
    options = {"cwd": FRONTEND, "env": {**os.environ, "PATH": os.pathsep.join(paths)}}
    failed = run(npm, "ci", "--silent", "--no-audit", "--no-fund", **options)
    if failed or run(node, "build.mjs", **options):
        raise Stop("浏览器代码构建失败，原因见上。\nBuilding the browser code failed, see above.")
    stamp("frontend", value)


def find_node() -> tuple[str | Path, str | Path]:
    """The machine's Node from version 18, else the one that comes as a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        major = answer.stdout.strip().lstrip("v").split(".")[0]
        if major.isdigit() and int(major) >= 18:
            return node, npm
    install("node")
    return BIN / "node", BIN / "npm"


def compile_translations() -> None:
    catalogues = (ROOT / "src" / "cheji" / "locale").glob("*/LC_MESSAGES/*.po")
    stale = [
        po
        for po in catalogues
        if not po.with_suffix(".mo").exists()
        or po.with_suffix(".mo").stat().st_mtime < po.stat().st_mtime
    ]
    if stale and run(PYTHON, "-m", "cheji.config.translations", "compile"):
        raise Stop("翻译编译失败，原因见上。\nCompiling the translations failed, see above.")


def prepare(lock: str) -> None:
    need_python()
    install(lock)
    build_browser_code()
    compile_translations()


# Commands


def become(*command: object) -> None:
    """Replace this process by the command, so that signals and exit codes are the command's."""
    os.environ.setdefault("CHEJI_DATA", str(ROOT / "data"))
    os.execv(command[0], [str(part) for part in command])


def keep_bytecode() -> None:
    """Have Python keep what it compiles: the tests start the program again and again.

    Images of containers switch that off, and each start then compiles for seconds.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def test(arguments: list[str]) -> int:
    keep_bytecode()
    if arguments:
        become(PYTHON, "-m", "pytest", *arguments)
    add_spark()
    gated = [
        ROOT / "tests" / name for name in ("engine", "cases") if (ROOT / "tests" / name).is_dir()
    ]
    two = [PYTHON, "-m", "pytest", "-q", "-n", "2"]
    gate = ["--cov", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100"]
    code = run(*two, *gate, *gated, cwd=ROOT)
    others = [f"--ignore={path}" for path in gated]
    groups = ["--dist", "loadgroup", "--no-loadscope-reorder"]
    return run(*two, *groups, *others, "tests", cwd=ROOT) or code


def check(_arguments: list[str]) -> int:
    keep_bytecode()
    templates = ROOT / "src" / "cheji" / "web" / "templates"
    settings = {"DJANGO_SETTINGS_MODULE": "cheji.config.settings", "CHEJI_DATA": str(ROOT / "data")}
    django = [PYTHON, "-W", "ignore", "-m", "django"]
    checks = [
        ("lint", [BIN / "ruff", "check"]),
        ("format", [BIN / "ruff", "format", "--check"]),
        # The models' types come from the running Django, of which a cache knows nothing.
        ("types", [BIN / "mypy", f"--cache-dir={os.devnull}"]),
        ("floors", [BIN / "lint-imports"]),
        ("templates", [BIN / "djlint", "--lint", "--quiet", templates]),
        ("translations", [PYTHON, "-m", "cheji.config.translations", "check"]),
        ("migrations", [*django, "makemigrations", "--check", "--dry-run"]),
    ]
    failed = [name for name, command in checks if not passes(name, command, settings)]
    return 1 if failed else 0


def passes(name: str, command: list[object], settings: dict[str, str]) -> bool:
    """Run one check; its output is shown only when it fails."""
    environment = {**os.environ, **settings}
    parts = [str(part) for part in command]
    done = subprocess.run(
        parts,
        cwd=ROOT,
        env=environment,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{name:12} {'FAILED' if done.returncode else 'ok'}", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def cheji(arguments: list[str]) -> None:
    become(PYTHON, "-m", "cheji", *arguments)


COMMANDS = {
    "setup": ("run", lambda _: say("已就绪。", "Ready.")),
    "demo": ("run", lambda arguments: cheji(["demo", *arguments])),
    "test": ("dev", test),
    "check": ("dev", check),
    "bench": ("run", lambda arguments: cheji(["bench", *arguments])),
    "cheji": ("run", cheji),
}


def main(words: list[str]) -> int:
    if not words or words[0] not in COMMANDS:
        print(__doc__)
        return 0 if words in ([], ["-h"], ["--help"], ["help"]) else 2
    lock, command = COMMANDS[words[0]]
    try:
        prepare(lock)
        return command(words[1:]) or 0
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
