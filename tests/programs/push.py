"""Pushes the steps of a made-up build, as any program could, and repeats itself: push.py BENCH JOB STEPS

Each step has an idempotency key. Every other request is sent again, as after an answer that was lost; the repeat must be
answered as the first time and append nothing. Only the standard library.
"""

import http.client
import json
import sys
from urllib.parse import urlsplit

bench, job, steps = sys.argv[1], sys.argv[2], int(sys.argv[3])
connection = http.client.HTTPConnection(urlsplit(bench).netloc, timeout=30)
events = repeats = 0


def push(key, event):
    """Pushes one event, and gives the answer."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    connection.request("POST", f"/jobs/{job}/events", json.dumps(event), headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        sys.exit(f"{key}: {answer.status} {text!r}")
    return json.loads(text)


def push_twice(key, event):
    """Pushes an event, and the same again."""
    global events, repeats
    first = push(key, event)
    if first["repeated"]:
        sys.exit(f"{key}: new, and called a repeat: {first}")
    events += 1
    if events % 2:
        return
    again = push(key, event)
    # `head` is where the log stands, which others may move; what was appended is the same.
    for name in ("first", "last", "cursor"):
        if again[name] != first[name]:
            sys.exit(f"{key}: {name} was {first[name]} and is {again[name]}")
    if not again["repeated"]:
        sys.exit(f"{key}: a repeat, and called new: {again}")
    repeats += 1


for step in range(1, steps + 1):
    progress = {"percent": 100 * step / steps, "step": step}
    push_twice(f"step-{step}", {"type": "progress", "data": progress})
push_twice("end", {"type": "done"})
# The job has ended; a repeat is answered all the same, for it appends nothing.
if not push("end", {"type": "done"})["repeated"]:
    sys.exit("the end was appended twice")
print(json.dumps({"events": events, "repeats": repeats + 1}))
