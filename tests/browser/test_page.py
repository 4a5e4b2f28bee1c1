"""The page in a browser: it shows every kind of evidence, and its switch and map answer mouse and keys."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks.page_data import generated_page
from netdesign.report import page as page_package
from netdesign.report.page.packing import packed
from tests.browser.conftest import NARROW, WIDE, open_all

pytestmark = pytest.mark.browser


HEADINGS = [
    "The network", "What it costs", "How fast it is", "What else is nearly as good", "What would turn it", "What if",
    "What speed and carbon cost not complete: time limit", "What if something fails", "In drawn worlds",
    "Why there is none", "When, where and how large", "What else may come first", "What was assumed",
    "What was not modelled", "Warnings", "Codes of hubs", "Checked, and made again",
]  # fmt: skip


@pytest.fixture
def data():
    return generated_page()


def headings(page):
    return page.locator("h2").all_inner_texts()


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_every_part_has_its_section_and_nothing_is_wider_than_the_page(show, data, size):
    page = show(data, size)
    assert headings(page) == HEADINGS
    open_all(page)
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    # A chart that could not be drawn has no size.
    assert page.evaluate(
        "[...document.querySelectorAll('.chart svg')].every((chart) => chart.getBoundingClientRect().height > 20)"
    )
    assert page.evaluate(
        "[...document.querySelectorAll('.chart svg')].every((chart) => !/NaN|undefined|null/.test(chart.innerHTML))"
    )


def test_the_switch_shows_another_plan_everywhere(show, data):
    page = show(data)
    open_all(page)
    assert page.locator(".plan-name").inner_text() == "P0 + P1 + P2"
    page.get_by_role("radio", name="Today").check(force=True)
    assert page.locator(".plan-name").inner_text() == "P0"
    assert page.url.endswith("#plan=0")
    chart = page.locator(".figure", has_text="Where it differs from today").locator("svg")
    assert chart.text_content() == "This is today's network."
    assert "P0: in" in page.locator(".figure", has_text="Time from order to door").locator("svg").text_content()
    # What was open stays open, and is made anew.
    page.get_by_role("table", name="Cities and hubs: P0", exact=True).wait_for()


def test_packed_columns_are_read_as_they_were(show, data):
    """By the page's own script: what it draws hangs on these columns."""
    script = (Path(page_package.__file__).parent / "scripts" / "packing.js").read_text(encoding="utf-8")
    column = [None] * 20 + ["air"] * 20 + [0.5, 1, 1, 2]
    given = data | {"column": column, "nested": [{"column": column}], "empty": []}
    assert show(data).evaluate(f"(data) => {{ {script} return unpacked(data); }}", packed(given)) == given


def test_the_switch_obeys_the_arrow_keys(show, data):
    page = show(data)
    page.get_by_role("radio", name="Two more hubs").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".plan-name").inner_text() == "P0 + P1"
    assert page.get_by_role("radio", name="One more hub").is_checked()


def test_an_address_keeps_the_plan(show, data):
    page = show(data)
    page.goto(page.url.partition("#")[0] + "#plan=1")
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert page.locator(".plan-name").inner_text() == "P0 + P1"


def test_networks_near_the_best_are_chosen_from_a_list_or_their_table(show, data):
    data["plans"].append(
        {**data["plans"][0], "name": "P0 + P9", "label": "P0 + P9", "group": "alternative", "is_best": False}
    )
    data["evidence"][0]["networks"][3]["plan"] = 3
    page = show(data)
    page.get_by_role("combobox", name="Or one near the best").select_option("P0 + P9")
    assert page.locator(".plan-name").inner_text() == "P0 + P9"
    page.get_by_role("radio", name="Today").check(force=True)
    page.get_by_role("table", name="Networks near the best").get_by_role("button").nth(3).click()
    assert page.locator(".plan-name").inner_text() == "P0 + P9"


def test_the_note_on_pale_bars_stands_where_there_are_such(show, data):
    near = data["evidence"][0]
    for diverse, is_told in (([0, 3], True), ([], False)):
        near["diverse"] = diverse
        assert ("pale: the few that differ most" in show(data).locator("body").inner_text()) is is_told


def test_lanes_in_the_list_of_legs_come_from_overseas(show, data):
    page = show(data)
    open_all(page)
    table = page.get_by_role("table", name="Legs: P0 + P1 + P2")
    assert "from overseas" in table.locator("tbody tr > :nth-child(2)").all_inner_texts()


def hub_on_screen(page):
    page.locator(".map-frame").scroll_into_view_if_needed()
    box = page.locator(".map-base .hub").first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_mouse_on_a_hub_says_what_it_handles(show, data):
    page = show(data)
    page.mouse.move(*hub_on_screen(page))
    assert page.locator(".map-tip p").all_inner_texts()[:3] == [
        "City 0 (P0)",
        "Hub that exists today",
        "Handles 9,000 t/year",
    ]
    page.mouse.move(1, 1)
    assert page.locator(".map-tip").is_hidden()


def test_the_mouse_on_a_flow_says_how_many_leave(show, data):
    """The flow from overseas ends at the edge of the map, far from all cities."""
    page = show(data)
    page.locator(".map-frame").scroll_into_view_if_needed()
    x, y = page.evaluate("""() => {
      const path = document.querySelector(".map-base .flow.air");
      const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      return [point.x, point.y];
    }""")
    page.mouse.move(x, y)
    tip = page.locator(".map-tip").inner_text()
    assert tip.startswith("City 0 \u2013 City 60") or tip.startswith("City ")
    assert "fills 7 flights a week" in tip


def test_departures_a_day_are_of_days_that_have_any(show, data):
    """Those of the generated plans leave on five days; what has no timetable has none a day."""
    plan = data["plans"][-1]
    page = show(data)
    page.get_by_text("with vehicles or flights that leave").click()
    rows = page.locator("table", has_text="A day").locator("tbody tr")
    rows.first.wait_for()
    # Most of them are hidden.
    cells = rows.evaluate_all("(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))")
    a_week, a_day = ({row[2]: row[place] for row in cells} for place in (4, 5))
    assert float(a_day["van"]) == pytest.approx(float(a_week["van"]) / 5, abs=0.05)
    assert (a_week["air"], a_day["air"]) == ("7", "\u2013")
    assert set(plan["legs"]["operating_days"]) == {0, 5}


def test_keys_go_through_hubs_flows_and_cities_and_move_the_map(show, data):
    page = show(data)
    page.locator(".map-frame").focus()
    names = []
    for _ in range(4):
        page.keyboard.press("n")
        names.append(page.locator(".map-tip-title").inner_text())
    assert names[:3] == ["City 0 (P0)", "City 1 (P1)", "City 2 (P2)"]
    assert "\u2013" in names[3]
    page.keyboard.press("p")
    assert page.locator(".map-tip-title").inner_text() == "City 2 (P2)"
    page.keyboard.press("Escape")
    assert page.locator(".map-tip").is_hidden()


def test_the_map_zooms_and_comes_back(show, data):
    page = show(data)
    frame = page.locator(".map-frame")
    frame.focus()
    before = hub_on_screen(page)
    for key in ("+", "ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    page.wait_for_timeout(400)
    assert math.dist(before, hub_on_screen(page)) > 10
    page.get_by_role("button", name="Show all", exact=True).click()
    page.wait_for_timeout(800)
    assert math.dist(before, hub_on_screen(page)) < 1


def test_a_wheel_scrolls_the_page_and_zooms_with_ctrl(show, data):
    page = show(data)
    page.mouse.move(*hub_on_screen(page))
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(500)
    assert page.evaluate("scrollY") > before
    page.mouse.move(*hub_on_screen(page))
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_timeout(400)
    assert page.evaluate("document.querySelector('.map-frame').__zoom.k") > 1


def test_a_finger_says_what_it_touches_and_two_zoom(show, data):
    page = show(data, NARROW)
    x, y = hub_on_screen(page)
    page.touchscreen.tap(x, y)
    page.wait_for_timeout(100)
    assert page.locator(".map-tip-title").inner_text() == "City 0 (P0)"
    session = page.context.new_cdp_session(page)
    for kind, apart in (("touchStart", 20), ("touchMove", 40), ("touchMove", 80), ("touchEnd", None)):
        points = [] if apart is None else [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    page.wait_for_timeout(400)
    assert page.evaluate("document.querySelector('.map-frame').__zoom.k") > 1.5


def test_rows_are_found_and_shown(show, data):
    page = show(data)
    figures = page.locator(".table", has=page.get_by_role("table", name="Figures", exact=True))
    assert figures.locator("tbody tr:visible").count() == 15
    figures.get_by_role("button", name="Show all 40").click()
    assert figures.locator("tbody tr:visible").count() == 40
    figures.get_by_role("searchbox").fill("figure_3")
    assert figures.locator("tbody tr:visible").count() == 11
    # The page links only where an address is one.
    assert set(figures.locator("a").evaluate_all("(links) => links.map((link) => link.href)")) == {
        "https://example.org/source"
    }


def test_without_coordinates_there_is_no_map_and_all_else(show, data):
    count = len(data["places"]["id"])
    data["places"].update(lat=[None] * count, lon=[None] * count)
    page = show(data)
    assert page.locator(".map").count() == 0
    assert page.get_by_text("The instance has no coordinates, so there is no map.").is_visible()
    assert page.locator(".plan-name").inner_text() == "P0 + P1 + P2"


def test_without_a_plan_the_reasons_are_shown(show, data):
    explanation = [record for record in data["evidence"] if record["kind"] == "explanation"]
    verdict = {
        **data["verdict"],
        "headline": "No network is permitted.",
        "objective": None,
        "bound": None,
        "gap": None,
        "runner_up": None,
    }
    page = show(
        {**data, "plans": [], "first_plan": None, "today_plan": None, "evidence": explanation, "verdict": verdict}
    )
    assert page.locator("h1").inner_text() == "No network is permitted."
    assert headings(page)[0] == "Why there is none"


def test_where_no_script_runs_the_answer_is_there_in_short(show, data):
    page = show(data, script=False)
    assert page.get_by_text("In short.").is_visible()
    assert page.get_by_text("are drawn by its own script, which does not run here").is_visible()


def test_the_page_of_a_bundled_instance_is_what_the_command_answers(show, netdesign, tmp_path):
    result, out = tmp_path / "result.json", tmp_path / "page.html"
    assert netdesign("solve", "benelux", "-o", result, "--quiet").code == 0
    assert netdesign("report", result, "-o", out, "--quiet").code == 0
    page = show(out)
    stated = json.loads(result.read_text(encoding="utf-8"))
    best = min((one for one in stated["networks"] if one["objective"] is not None), key=lambda one: one["objective"])
    assert page.locator(".key-figures .best").inner_text() == " + ".join(best["plan"]["open_hubs"])
    assert out.stat().st_size < 1_500_000


def test_how_sure_says_what_the_proof_covers_and_how_many_others_are_near(show, data):
    near = next(one for one in data["evidence"] if one["kind"] == "alternatives")
    near["limit"] = data["verdict"]["objective"] * 1.01
    others = len(near["networks"]) - 1
    near["networks"][-1]["hubs"] = near["networks"][0]["hubs"][:1]
    sure = show(data).locator(".key-figures > div", has_text="How sure").inner_text()
    assert "Cheapest of all permitted networks, at these figures" in sure
    assert "no permitted network is cheaper in this model at these figures; it says nothing about the figures" in sure
    assert f"The place is open: {others} others within 1%, 1 of them with another number of hubs" in sure


def test_what_changes_the_number_of_hubs_stands_before_what_changes_only_sites(show, data):
    record = next(one for one in data["evidence"] if one["kind"] == "tipping")
    number, sites, none = record["figures"][:3]
    number["path"], number["changes"] = "volume_factor", [
        {"at_least": 2.2, "at_most": 2.4, "before": ["A", "B"], "after": ["P0", "P1"]},
        {"at_least": 3.0, "at_most": 3.0, "before": ["P0", "P1"], "after": ["A"]},
    ]  # fmt: skip
    sites["path"], sites["changes"] = "costs.x", [
        {"at_least": 2.5, "at_most": 2.5, "before": ["A", "B"], "after": ["P0", "P1"]}
    ]  # fmt: skip
    none["changes"] = []
    record["figures"] = [sites, none, number]
    data["titles"] = {"volume_factor": "Volume of everything"}
    data["plans"][1].update(name="P0 + P1", more_than_best=1.0)
    part = show(data).locator(".evidence.tipping")
    assert "Of 3 figures over their ranges, 1 changes the number of hubs:" in part.inner_text()
    assert [words.replace("\n", " ") for words in part.locator("li").all_inner_texts()] == [
        "Volume of everything volume_factor: over 3 t/year (now 2): 1 hub, A; other sites already from 2.4 t/year on",
        "costs.x: over 2.5 t/year (now 2): P0 + P1; nearly equal at the present figures",
    ]
    assert "1 changes only which sites:" in part.inner_text()


def test_the_ends_of_a_range_meet_at_the_present_value(show, data):
    record = next(one for one in data["evidence"] if one["kind"] == "tipping")
    record.update(objective=5e8, today_objective=5.1e8)
    part = show(data).locator(".figure", has_text="What the best saves against today, at the ends")
    low, high = (part.locator(f"rect.bar.{end}").first for end in ("low", "high"))
    now = float(part.locator("line.present").get_attribute("x1"))
    edges = {
        round(float(bar.get_attribute("x")) + shift * float(bar.get_attribute("width")))
        for bar in (low, high)
        for shift in (0, 1)
    }
    assert round(now) in edges


def test_the_runner_up_says_what_it_has_better(show, data):
    best, other = data["plans"][2], data["plans"][1]
    other["name"] = "City 1"
    best["service"]["inside_share"], other["service"]["inside_share"] = 0.5, 0.51
    best["co2e_t_per_year"], other["co2e_t_per_year"] = 1000.0, 900.0
    words = show(data).locator(".key-figures > div", has_text="Runner-up").inner_text()
    assert words.endswith(
        "+EUR 1.00 m a year; it has 1.0 points more inside the deadline and 100 t/year less CO\u2082e"
    )


def test_a_runner_up_of_a_search_that_was_stopped_may_be_as_good_as_the_best(show, data):
    data["verdict"]["runner_up"]["more_at_least"] = 0.0
    words = show(data).locator(".key-figures > div", has_text="Runner-up").inner_text()
    assert "+EUR 1.00 m a year; another may be as good as the best, or better" in words


def test_what_is_late_stands_in_a_sentence(show, data):
    plan = data["plans"][2]
    plan["service"].update(inside_share=0.6, by_country={"Here": 0.9, "There": 0.0})
    assert show(data).locator(".late").inner_text() == (
        f"{plan['name']}: 40.0% of the freight with a deadline is late; nothing is in time in 1 of 2 countries: There. "
        "Of the freight with a deadline 10.0% is in time and 10.0% late by no more than 2 h."
    )


def test_what_hardly_anything_is_in_time_by_is_not_told(show, data):
    data["plans"][2]["service"].update(inside_by_little_share=0.25, late_by_little_share=0.0004)
    assert "deadline 25.0% is in time by no more than 2 h." in show(data).locator(".late").inner_text()


def test_a_cap_on_hubs_stands_beside_the_proof(show, data):
    data["verdict"]["cap"] = "at most 2 hubs are permitted; more were not looked at"
    sure = show(data).locator(".key-figures > div", has_text="How sure").inner_text()
    assert "says nothing about the figures. At most 2 hubs are permitted; more were not looked at" in sure


def test_without_hours_there_is_nothing_on_speed(show, data):
    for plan in data["plans"]:
        for curve in plan["service"]["curves"]:
            curve["hours"] = [0.0 for _ in curve["hours"]]
    assert "How fast it is" not in headings(show(data))


def test_a_warning_has_its_place_behind(show, data):
    data["warnings"] = ["demand.csv:94: it is late", "It is: odd"]
    page = show(data)
    warnings = page.locator("section", has=page.get_by_role("heading", name="Warnings", exact=True)).locator("li")
    assert warnings.all_inner_texts()[-2:] == ["it is late (demand.csv:94)", "It is: odd"]


def test_the_best_stands_first_in_the_table_of_costs(show, data):
    page = show(data)
    open_all(page)
    heads = page.get_by_role("table", name="Cost by part", exact=True).locator("thead th").all_inner_texts()
    assert heads[1:] == ["Two more hubs: P0 + P1 + P2", "Today: P0", "One more hub: P0 + P1"]


def test_failures_of_the_recommended_network_stand_first(show, data):
    """Though those of another one cost more."""
    record = next(one for one in data["evidence"] if one["kind"] == "failures")
    [network] = record["networks"]
    best = next(plan for plan in data["plans"] if plan["is_best"])
    outage = network["outages"][0]
    own = network | {
        "hubs": best["name"].split(" + "),
        "outages": [outage | {"cost_eur": 10.0, "out": ["P1"]}, outage | {"cost_eur": 20.0, "out": ["P2"]}],
    }
    record["networks"] = [network, own]
    page = show(data)
    rows = page.get_by_role("table", name="Single failures of the best network, then of others").locator("tbody tr")
    cells = [row.locator("th, td").all_inner_texts() for row in rows.all()]
    assert [(row[0], row[2], row[3]) for row in cells[:2]] == [("P2", best["name"], "20"), ("P1", best["name"], "10")]
    assert [row[2] for row in cells[2:]] == [" + ".join(network["hubs"])]


def test_codes_are_those_of_hubs_in_any_network(show, data):
    """Of plans and of evidence; a site that is its code alone has no line, and one that nothing opens none either."""
    places = data["places"]
    places["name"][1] = places["id"][1]
    near = next(one for one in data["evidence"] if one["kind"] == "alternatives")
    near["networks"][0]["hubs"] = ["P0", "P4"]
    section = show(data).locator("section", has_text="Codes of hubs").last
    assert section.locator(".codes").inner_text() == "P0 City 0; P2 City 2; P4 City 4"


def test_the_stamp_says_by_what_the_page_is_checked_and_made_again(show, data):
    stamp = data["stamp"]
    stamp["results"] = [one | {"versions": {"netdesign": str(i)}} for i, one in enumerate(stamp["results"][:2])]
    section = show(data).locator("section", has_text="Checked, and made again").last
    terms = section.locator("dl.stamp dt").all_inner_texts()
    assert dict(zip(terms, section.locator("dl.stamp dd").all_inner_texts(), strict=True)) == {
        "Instance": stamp["instance"],
        "SHA-256 of its files": stamp["digest"],
        "Made by": "netdesign",
        "Exit code of verify": "0: true",
        "Made again with": stamp["command"],
    }
    heads = section.get_by_role("table", name="Results that are shown").locator("thead th").all_inner_texts()
    # What is not the same for all results stands beside each.
    assert heads == ["Result", "Command", "Ended", "Engine", "SHA-256", "Versions"]
    first, second = section.locator("tbody tr").all()[:2]
    assert [row.locator("td").last.inner_text() for row in (first, second)] == ["netdesign 0", "netdesign 1"]


def test_figures_that_turn_the_answer_stand_first_then_what_nobody_measured(show, data):
    figures = data["assumptions"]["figures"]
    kinds = [("fact", 1), ("unstated", 1), ("assumption", None), ("assumption", 1), ("fact", None), ("fact", 1)]
    rows = zip("abcdef", kinds, figures, strict=False)
    stated = [one | {"path": path, "kind": kind, "low": low, "high": low} for path, (kind, low), one in rows]
    data["assumptions"]["figures"] = stated
    tipping = next(one for one in data["evidence"] if one["kind"] == "tipping")
    tipping["figures"] = [tipping["figures"][0] | {"path": path, "turns": path == "e"} for path in "ae"]
    table = show(data).get_by_role("table", name="Figures", exact=True)
    assert table.locator("tbody th").all_inner_texts() == ["e", "d", "c", "b", "a", "f"]


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_frame_of_the_map_cuts_no_name(show, data, size):
    """Of a hub in the corner, of a far airport beside it, nor of any city; seen as a whole."""
    places = data["places"]
    places["short"][0] = places["name"][0] = "A city with a name that is quite long"
    places["lon"][0], places["lat"][0] = 28.5, 60.5
    places["name"][-1] = "Hangzhou Xiaoshan International"
    places["lon"][-1], places["lat"][-1] = 60.0, 58.0
    page = show(data, size)
    outside = page.evaluate("""() => {
      const frame = document.querySelector(".map-frame").getBoundingClientRect();
      const names = [...document.querySelectorAll(".map-base .names text")];
      const isCut = ({ left, right, top, bottom }) => left < frame.left - 0.5 || right > frame.right + 0.5
        || top < frame.top - 0.5 || bottom > frame.bottom + 0.5;
      return names.length > 4 ? names.filter((one) => isCut(one.getBoundingClientRect())).map((one) => one.textContent)
        : ["there are no names"];
    }""")
    assert outside == []
