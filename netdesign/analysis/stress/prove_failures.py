"""Prove again with another engine what operations with something out cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netdesign.analysis.prove import contradicted
from netdesign.analysis.stress.failures import terms_of
from netdesign.analysis.stress.network_failures import failures_of
from netdesign.results.part import proven

if TYPE_CHECKING:
    from netdesign.analysis.problem import SolveProblem
    from netdesign.analysis.stress.call import StressCall
    from netdesign.results.stress_document import StressDocument
    from netdesign.solve.core.engine import Question

_UNIT = "EUR/year"


def prove_failures(
    document: StressDocument, problem: SolveProblem, call: StressCall, question: Question
) -> tuple[list[str], list[str]]:
    """Operate again all that the result states, and return what that contradicts, and sentences on it.

    Parameters
    ----------
    document
        The result; nothing is looked at where it has no failures.
    problem, call
        The instance with the recorded options, and these options.
    question
        Has limits and listener.
    """
    if document.failures is None:
        return [], []
    # With vehicles a model has answered, else one of the others.
    engine = "monolithic" if problem.instance.services is None else "enumeration"
    terms, found, again, number = terms_of(problem.instance, call.days), [], 0, 0
    for stated, listed in zip(document.failures.networks, document.networks, strict=True):
        look = failures_of(problem.instance, problem.network, listed, terms)
        parts = [stated.whole, *(one.operation for one in stated.outages)]
        for outage, part in zip((None, *look.outages), parts, strict=True):
            number += 1
            if question.watch.is_over:
                continue
            other = look.operated(look.loosened(question), outage, engine)
            again += proven(other) > 0
            texts = contradicted(part, other, _UNIT)
            found += [f"failures: {'+'.join(stated.hubs)}: {outage or 'nothing'} out: {text}" for text in texts]
    return found, [f"failures: {again} of {number} operations were solved again by {engine}"]
