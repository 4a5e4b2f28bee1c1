"""What docs/how-sure.md calls the sites: their cities, and the key to their codes."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from scripts.how_sure_facts import instance_data
from scripts.how_sure_words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable

_CITIES = {
    "BCN": "Barcelona",
    "BUD": "Budapest",
    "EMA": "East Midlands",
    "FCO": "Rome",
    "HGH": "Hangzhou",
    "KTW": "Katowice",
    "LGG": "Liège",
    "LIS": "Lisbon",
    "MAD": "Madrid",
    "MXP": "Milan",
    "PRG": "Prague",
    "VIE": "Vienna",
    "VIT": "Vitoria",
    "WAW": "Warsaw",
    "ZAZ": "Zaragoza",
}

_CODE = re.compile(r"\b[A-Z]{3}\b")


def city(site: str) -> str:
    """Return the city of a site, with its code."""
    return f"{_CITIES[site]} ({site})"


def cities(sites: Iterable[str], last: str = "and") -> str:
    """Return the cities of sites as a list in words."""
    return listed([city(site) for site in sites], last)


def network_in_words(hubs: Iterable[str]) -> str:
    """Return the name of a network with its cities."""
    return " + ".join(map(city, hubs))


def key_markdown(text: str) -> str:
    """Return what the sites are called whose codes are in a text."""
    tables = instance_data()["tables"]
    names = {row["id"]: row["name"] for row in tables["hubs"]}
    used = sorted(set(_CODE.findall(text)) & set(names))
    told = ", ".join(f"{site} {_CITIES[site]}{_airport(_CITIES[site], names[site])}" for site in used)
    overseas = listed([f"{row['id']} {_CITIES[row['id']]}" for row in tables["overseas"]])
    return (
        f"A network is named by the codes of its open hubs. Of {len(names)} airports these are on this page: {told}. "
        f"Freight comes from {overseas}.\n"
    )


def _airport(name: str, airport: str) -> str:
    """Return the name of an airport, where the city is not in it."""
    plain, other = (unicodedata.normalize("NFKD", text).encode("ascii", "ignore") for text in (name, airport))
    return "" if plain in other else f" ({airport})"
