#!/usr/bin/env bash
# ruamel.yaml 0.19.1, YAML 1.2: which plain scalars are numbers.
#
# One would have guessed: YAML 1.2 has in its core schema decimal numbers, 0x and 0o (section 10.3.2); 1_000, 0b11 and
# 1_0.5 are therefore texts, as they are for other YAML 1.2 parsers, and a table of postcodes or part numbers such as
# 1_000 comes back as it was written.
#
# Seen: the safe loader, which is a YAML 1.2 loader by default (NO is a text), keeps the underscores and binary numbers
# of YAML 1.1: 1_000 is 1000, 1_0.5 is 10.5, 0b11 is 3, 0xF_F is 255. Postcodes lose their zero (01000 is 1000, which
# the standard asks for), so that two sites become one. Who needs the text has to take it from the node (compose) or
# from the round-trip loader.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet ruamel.yaml==0.19.1

"$folder/venv/bin/python" - <<'PYTHON'
import io

import ruamel.yaml

print("ruamel.yaml", ruamel.yaml.__version__)
yaml = ruamel.yaml.YAML(typ="safe", pure=True)
expected = {
    "NO": "NO",  # YAML 1.2 indeed
    "1:30": "1:30",  # YAML 1.2 indeed
    "01000": 1000,
    "1_000": 1000,
    "1_0.5": 10.5,
    "0b11": 3,
    "0xF_F": 255,
}
for written, value in expected.items():
    found = yaml.load(io.StringIO(f"id: {written}"))["id"]
    print(f"  {written:6} is {found!r}")
    assert (type(found), found) == (type(value), value), (written, found)
PYTHON
