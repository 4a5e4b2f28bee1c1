"""What a page says where no script runs, and answers in notebooks: the verdict, and a table of the plans."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from netdesign.report.words import amount, share

if TYPE_CHECKING:
    from netdesign.report.page.data import PageData, PlanRecord


def summary_html(data: PageData) -> str:
    """Return verdict, plans and stamp of a page as HTML without scripts."""
    verdict = data["verdict"]
    lines = "".join(f"<li>{escape(line.strip())}</li>" for line in verdict["sentences"])
    stamp = data["stamp"]
    checked = f"{stamp['instance']}, digest {stamp['digest'][:12]}, {stamp['made_by']}"
    return (
        f"<h1>{escape(data['title'])}</h1><p><b>{escape(verdict['headline'])}</b></p><ul>{lines}</ul>"
        f"{_plans_table(data['plans'])}<p>{escape(checked)}</p>"
    )


def _plans_table(plans: list[PlanRecord]) -> str:
    if not plans:
        return ""
    header = ("plan", "hubs", "EUR a year", "inside the deadline", "t CO2e a year", "search")
    head = "".join(f'<th scope="col">{cell}</th>' for cell in header)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(map(_row, plans))}</tbody></table>"


def _row(plan: PlanRecord) -> str:
    cells = (
        plan["name"],
        amount(plan["cost_eur_per_year"]),
        share(plan["service"]["inside_share"]),
        amount(plan["co2e_t_per_year"]),
        plan["termination"].replace("_", " "),
    )
    label = f"{plan['label']} (best)" if plan["is_best"] else plan["label"]
    return f'<tr><th scope="row">{escape(label)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in cells)}</tr>'
