"""A command as typer runs it: its help in sections, and advice where an option is typed that it does not have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVERY = ""
"""Stands for all commands that have no advice of their own."""

_INSTEAD = {
    "--with": {_EVERY: "here --open names sites that must open"},
    "--without": {_EVERY: "here --close names sites that must not open"},
    "--speed": {"frontier": "--measures cost,time asks what speed costs"},
    "--time": {"frontier": "--measures cost,time asks what speed costs"},
    "--carbon": {"frontier": "--measures cost,carbon asks what carbon costs, --price-carbon at which price"},
    "--surge": {"stress": "it is a figure of the instance, such as --set failures.surge_share=0.2"},
    "--penalty": {"stress": "it is a figure of the instance, such as --set failures.unserved_penalty_eur_per_t=5000"},
    "--worlds": {"stress": "--draws says how many worlds are drawn"},
    "--json": {_EVERY: "--format json"},
    "--csv": {_EVERY: "--format csv"},
    "--volume": {_EVERY: "it is a figure of the instance, such as --set volume_factor=2"},
    "--figure": {"tipping": "the figure stands behind the instance: netdesign tipping INSTANCE FIGURE LOW HIGH"},
    "--range": {"tipping": "both ends stand behind the figure: netdesign tipping INSTANCE FIGURE LOW HIGH"},
}
"""What is meant by an option that a command does not have, by command."""

_FEW = 4
"""Commands that are named of those that have an option."""

_OPTION = re.compile(r"--[a-z][a-z-]*")

_UNITS = ("%", "EUR", "EUR/year")
"""Words that follow a margin after a blank, which makes arguments of them."""

_UsageError: Any = typer.BadParameter.__mro__[1]
"""Base of all errors in what is typed; typer does not export it."""


class Command(TyperCommand):
    """A command whose options of one ``rich_help_panel`` stand together at the end of its help."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what was typed.

        Raises
        ------
        typer.BadParameter
            And other errors of typer, with advice where it is known what was meant.
        """
        typed = list(args)
        try:
            self._check_values(ctx, args)
            return super().parse_args(ctx, args)
        except _UsageError as error:
            unknown = getattr(error, "option_name", None) if hasattr(error, "possibilities") else None
            advice = "; ".join(_advice(ctx, unknown)) if unknown else _without_blank(error.message, typed)
            if advice:
                error.message += f"; {advice}"
                error.possibilities = None
            raise

    def _check_values(self, ctx: Any, args: list[str]) -> None:
        """Raise an error of typer where another option stands in the place of a value."""
        takes = {name: one.nargs for one in self.params if not getattr(one, "is_flag", True) for name in one.opts}
        place = 0
        while place < len(args) and args[place] != "--":
            number = takes.get(args[place], 0)
            values = args[place + 1 : place + 1 + number]
            if any(value.startswith("--") and value != "--" for value in values):
                wanted = "an argument" if number == 1 else f"{number} arguments"
                ctx.fail(f"Option '{args[place]}' requires {wanted}.")
            place += 1 + number

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write arguments and options, and a section for each panel."""
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            usual = "Arguments" if parameter.param_type_name == "argument" else "Options"
            name = getattr(parameter, "rich_help_panel", None) or usual
            if record is not None:
                sections.setdefault(name, []).append(record)
        for name, records in sections.items():
            if records:
                with formatter.section(name):
                    formatter.write_dl(records)


class NumbersCommand(Command):
    """A command whose arguments may be negative numbers, which typer takes for options."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what was typed, as every command."""
        from netdesign.instance.fields import is_decimal

        values = {
            name
            for param in self.params
            if not getattr(param, "is_flag", True)
            for name in param.opts
            if param.nargs == 1
        }
        before = ["", *args]
        # What begins with a space is no option, and the same number.
        return super().parse_args(
            ctx,
            [
                f" {word}" if word.startswith("-") and is_decimal(word) and before[place] not in values else word
                for place, word in enumerate(args)
            ],
        )


def _advice(ctx: Any, option: str) -> Iterator[str]:
    """Yield which commands have an option, and what stands for it in the one that was called."""
    commands = ctx.parent.command.commands if ctx.parent is not None else {}
    having = [name for name, one in commands.items() if option in _options(one, ctx)]
    if having:
        yield f"it is an option of {', '.join(having[:_FEW])}{' and others' if len(having) > _FEW else ''}"
    instead = _INSTEAD.get(option, {})
    told = instead.get(ctx.info_name, instead.get(_EVERY))
    if told is not None and set(_OPTION.findall(told)) <= _options(ctx.command, ctx):
        yield told


def _options(command: Any, ctx: Any) -> set[str]:
    """Return the options that a command has."""
    return {name for parameter in command.get_params(ctx) for name in parameter.opts}


def _without_blank(message: str, typed: list[str]) -> str:
    """Return advice on a unit that stands apart from its number."""
    apart = next((place for place, word in enumerate(typed) if word in _UNITS and place), None)
    if apart is None or "unexpected extra argument" not in message:
        return ""
    number, unit = typed[apart - 1], typed[apart]
    return f"write {number}{unit} without a blank" if unit == "%" else f"leave {unit} out"
