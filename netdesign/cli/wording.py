"""What is wrong with an option, in the words of the faults of an instance."""

from __future__ import annotations

from typing import Any

from typer import BadParameter
from typer.core import TyperGroup


class InOurWords(TyperGroup):
    """The group of all commands: typer has options checked by pydantic, and passes its words on."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command, as any group does."""
        try:
            return super().invoke(ctx)
        except BadParameter as error:
            from pydantic import ValidationError

            if isinstance(error.__cause__, ValidationError):
                from netdesign.instance.words import sentence

                error.message = sentence(error.__cause__.errors(include_url=False)[0])
            raise
