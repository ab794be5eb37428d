"""The API as it describes itself (/api/openapi.json), tried by schemathesis: right and wrong requests made up from the
description, each answer held against it. What streams without end is left out.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from bench import Server
from api_hooks import FILES, JOB, PUSHED

HERE = pathlib.Path(__file__).resolve().parent
# Seconds that the whole may take.
BOUND = 300


class Description(unittest.TestCase):
    def test_the_api_does_what_its_description_says(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        folder = pathlib.Path(scratch.name)
        (folder / FILES["hash"]).write_bytes(b"x" * 1000)
        (folder / FILES["replay"]).write_text('{"time":0,"type":"progress","data":{"percent":50}}\n')
        server = Server("--hash-dir", folder, "--replay-dir", folder)
        self.addCleanup(server.stop)
        server.ask("POST", "/api/jobs", {"source": "synthetic", "job": JOB, "count": 20, "interval": "0ms"})
        server.ask("POST", "/api/jobs", PUSHED)
        tried = subprocess.run(
            [
                *[pathlib.Path(sys.executable).parent / "schemathesis", "run", f"{server.bench}/api/openapi.json"],
                *["--exclude-by", "/x-endless == true"],
                # Its body is lines of JSON, which it cannot make; tests/malformed.rs and the page's own tests post them.
                *["--exclude-operation-id", "runLanes"],
                *["--checks", "all", "--phases", "examples,coverage,fuzzing"],
                *["--max-examples", "40", "--generation-deterministic", "--continue-on-failure"],
                *["--request-timeout", "40", "--warnings", "off", "--no-color"],
            ],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "api_hooks"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=BOUND,
        )
        self.assertEqual(tried.returncode, 0, tried.stdout)
        self.assertIn(" passed", tried.stdout)
        kept = {job["job"] for job in server.ask("GET", "/api/jobs")["jobs"]}
        self.assertEqual(kept, {JOB, PUSHED["job"]}, "no other job was kept")
        self.assertEqual(server.ask("GET", "/healthz"), {"status": "ok"}, "the server still serves")
