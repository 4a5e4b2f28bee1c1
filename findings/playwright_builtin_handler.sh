#!/usr/bin/env bash
# playwright 1.65.2 (Python), driving the chromium of the machine: a built-in method as handler of an event.
# Guess: page.on("console", seen.append) collects messages, as any callable with one parameter does.
# Seen: it raises AttributeError, as playwright sets an attribute on the handler and built-in methods take none; a lambda
# around the same method works.
set -euo pipefail
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    { echo 'no chromium here: apt-get install chromium'; exit 1; }
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv venv; venv/bin/pip install --quiet playwright==1.65.2
cat > t.py <<'PYTHON'
import sys

from playwright.sync_api import sync_playwright

with sync_playwright() as running:
    browser = running.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox"])
    page = browser.new_page()
    direct, wrapped = [], []
    try:
        page.on("console", direct.append)
        print("taken")
    except AttributeError as error:
        print(f"AttributeError: {error}")
    page.on("console", lambda message: wrapped.append(message))
    page.evaluate("console.log('told')")
    page.wait_for_timeout(200)
    print(len(direct), [message.text for message in wrapped])
    browser.close()
PYTHON
seen=$(venv/bin/python t.py "$browser")
echo "$seen"
[[ "$seen" == AttributeError:* && "$seen" == *"0 ['told']" ]]
