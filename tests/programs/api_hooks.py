"""What schemathesis is told of the server beside its description: names that are there, and what not to leave behind.

Loaded by schemathesis itself (SCHEMATHESIS_HOOKS), not by unittest.
"""

import base64
import re

import requests
import schemathesis
from schemathesis.generation import GenerationMode

# Made by test_openapi.py: two jobs, one of them to push to, and a file for the sources that read one.
JOB = "there"
PUSHED = {"source": "push", "job": "pushed"}
FILES = {"hash": "there.bin", "replay": "there.jsonl"}
NAME = re.compile(r"[a-z0-9-]{1,64}\Z")


ENDS = ("done", "failed")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Many good names become those of what is there: one that is made up would only ever be refused."""
    job = (case.path_parameters or {}).get("job")
    if isinstance(job, str) and NAME.match(job) and len(job) % 2 and case.method.upper() != "DELETE":
        case.path_parameters["job"] = PUSHED["job"] if operation_of(case) == "push" else JOB
    # It learns names from answers. These jobs are to stay, and one that has no end yet would hold a long poll.
    if job in (JOB, PUSHED["job"]) and case.method.upper() == "DELETE":
        case.path_parameters["job"] = "gone"
    elif job == PUSHED["job"] and operation_of(case) != "push":
        case.path_parameters["job"] = JOB
    if isinstance(case.body, list) and case.meta and case.meta.generation.mode == GenerationMode.POSITIVE:
        # What ends a job must be the last of a batch, which JSON Schema cannot say.
        ends = [at for at, event in enumerate(case.body) if event["type"] in ENDS]
        case.body = case.body[: ends[0] + 1] if ends else case.body
    if operation_of(case) == "typedEventStream" and case.meta and case.meta.generation.mode == GenerationMode.POSITIVE:
        # It takes every event stream for text. Bytes that are none are asked for by browsers (tests/web/browser/typed.test.js).
        bytes_ = base64.urlsafe_b64decode(f"{(case.query or {}).get('bytes', '')}===")
        if not bytes_.decode(errors="ignore").encode() == bytes_:
            case.query["bytes"] = "ZGF0YTogMQoK"
    if not isinstance(case.body, dict):
        return
    if isinstance(case.body.get("path"), str):
        case.body["path"] = FILES.get(str(case.body.get("source")), case.body["path"])
    # 7.0 is an integer to JSON Schema, and is refused here, with a clear answer: no writer of JSON makes it of a 7.
    for name, value in case.body.items():
        if isinstance(value, float) and value.is_integer():
            case.body[name] = int(value)


@schemathesis.hook
def after_call(context, case, response):
    """Undoes what would be in the way of the next request, and is no mistake of the server."""
    operation = operation_of(case)
    api = f"{case.operation.base_url.rstrip('/')}/api"
    if operation == "makeJob" and response.status_code == 201:
        # It may be one of a GiB.
        requests.delete(f"{api}/jobs/{response.json()['job']}", timeout=30).raise_for_status()
    if operation == "setMaximum" and response.status_code == 200:
        # With room for one client the next is refused.
        requests.put(f"{api}/clients", json={"max": 10_000}, timeout=30).raise_for_status()
    if operation == "throwFault" and response.status_code == 201:
        # There may be a hundred at work, and one may keep the listeners closed for an hour.
        requests.delete(f"{api}/faults", timeout=30).raise_for_status()
    if operation == "push" and response.status_code == 200:
        # It may have ended.
        requests.delete(f"{api}/jobs/{PUSHED['job']}", timeout=30).raise_for_status()
        requests.post(f"{api}/jobs", json=PUSHED, timeout=30).raise_for_status()


def operation_of(case):
    """The name of the operation in the description."""
    return case.operation.definition.raw.get("operationId")
