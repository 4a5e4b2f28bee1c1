"""``netdesign verify``: check a result."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from netdesign.cli import options as opt
from netdesign.cli.console import ProgressLine, interruptible, print_answer, print_message, print_warnings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from netdesign.api.verify import VerifyAnswer

_SHOWN = 5
"""How many contradictions of one kind are printed."""


def verify(
    instance: opt.InstanceArgument,
    result: Annotated[
        Path,
        typer.Argument(
            metavar="RESULT",
            help="File of `solve -o`, `alternatives -o`, `explain -o`, `tipping -o`, `sweep -o`, `stress -o`, "
            "`frontier -o` or `timing -o`.",
            show_default=False,
        ),
    ],
    prove: Annotated[
        bool,
        typer.Option("--prove", help="Prove the bounds again with another engine, or the same where no other can."),
    ] = False,
    time_limit: opt.TimeLimitOption = None,
    quiet: opt.QuietOption = False,
) -> None:
    """Price the plans of a result again from the instance.

    They are priced with the options that the result records.

    Exit code 7: something in it is contradicted; of what is contradicted alike the first five are told, and how many
    follow. 6: a proof was not finished in time.

    Figures are held against the plans and against each other. Only --prove finds a bound that is too high though it
    fits them, a network or a first decision that is missing from a list with its plan, and a search of a frontier that
    was left out or has other prices and limits. Why an engine was taken is not compared.

    The files of the instance are compared byte for byte: a comment that was added since is told as instance.digest,
    with whether every figure is true all the same; solve again for a result of the new files.
    """
    from netdesign.api.given import Given
    from netdesign.api.verify import verify as verified
    from netdesign.catalogue import shadow_note

    print_warnings((), shadow_note(instance), quiet=quiet)
    progress = ProgressLine(quiet=quiet)
    with interruptible(progress) if prove else nullcontext(progress.switch) as stop:
        found = verified(Given(instance), result, prove=prove, time_limit=time_limit, listen=progress, stop=stop)
    progress.clear()
    for proof in found.proofs:
        print_message(proof, quiet=quiet)
    true, bound, proven = _words(found)
    if found.contradictions:
        print_answer("".join(f"contradicted: {text}\n" for text in _first_of_each_kind(found.contradictions)))
    elif found.is_proven is False:
        print_answer(f"{true}; {bound}: stopped before the proof was complete\n")
    elif prove:
        whose = "another engine" if found.is_by_another else "the same engine, as no other takes the problem"
        print_answer(f"{true}; {proven} by {whose}\n")
    else:
        more = "".join(f"; {what} not solved again" for what in found.unchecked)
        print_answer(f"{true}; {bound}{more}\n")
    raise typer.Exit(found.exit_code)


def _words(found: VerifyAnswer) -> tuple[str, str, str]:
    """Return in words that figures are true, that bounds are not proven again, and that they are."""
    if found.command == "explain":
        return "explanation true to the instance", "clashes not searched again", "clashes searched again"
    of_many = "s" * (found.command not in ("solve", "timing"))
    true = f"plan{of_many} true and feasible" if found.has_plan else "no plan is claimed"
    return true, f"bound{of_many} not re-proven", f"bound{of_many} proven again"


def _first_of_each_kind(contradictions: Sequence[str]) -> Iterator[str]:
    """Yield the first few contradictions of each kind, such as the routes of a plan, and how many follow."""
    by_kind: dict[str, list[str]] = {}
    for text in contradictions:
        words = text.split(": ")
        # `network of 2 hubs: plan: routing: A to B: ...`, `path to up: cost: ...`, `bound: ...`
        place = words.index("plan") + 1 if "plan" in words[:2] else min(1, len(words) - 2)
        by_kind.setdefault(words[max(0, place)], []).append(text)
    for texts in by_kind.values():
        yield from texts[: _SHOWN - 1] if len(texts) > _SHOWN else texts
        if len(texts) > _SHOWN:
            yield f"{texts[_SHOWN - 1]} (and {len(texts) - _SHOWN} more like it)"
