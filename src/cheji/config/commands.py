"""Commands that belong to the whole program: version."""

import typer

from cheji import __version__
from cheji.cli import app


@app.command()
def version() -> None:
    """Print the version. 显示版本。"""
    typer.echo(__version__)
