#!/usr/bin/env bash
# typer 0.29.2: what an autocompletion callback of an option sees of the arguments that stand before the option.
# Guess: `t solve europe --open P<TAB>` calls it with ctx.params["instance"] == "europe", as the argument is typed, and
# with the words before in the parameter `args`, which the documentation calls the raw command line parameters.
# Seen: ctx.params["instance"] is None and `args` is empty. While the value of the option is missing the words are not
# parsed to the end, and the argument stays in ctx.args alone. Options with a value that stand before are in ctx.params.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv; venv/bin/pip install --quiet typer==0.29.2
cat > t.py <<'PYTHON'
import sys
from typing import Annotated

import typer

app = typer.Typer()


def sites(ctx: typer.Context, args: list[str], incomplete: str) -> list[str]:
    print(f"instance {ctx.params['instance']}, n {ctx.params['n']}, args {args}, left {ctx.args}", file=sys.stderr)
    return [name for name in ("LGG", "PRG") if name.startswith(incomplete)]


@app.command()
def solve(instance: str, open_: Annotated[str, typer.Option("--open", autocompletion=sites)] = "", n: int = 0) -> None:
    print(instance, open_, n)


@app.command()
def other() -> None:
    pass


app(prog_name="t")
PYTHON
seen=$(COMP_WORDS="t solve --n 3 europe --open P" COMP_CWORD=6 _T_COMPLETE=complete_bash venv/bin/python t.py 2>&1)
echo "$seen"
test "$(venv/bin/python t.py solve --n 3 europe --open PRG)" = "europe PRG 3"
[[ "$seen" == *"instance None, n 3, args [], left ['europe']"* ]]
