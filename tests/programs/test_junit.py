"""Reports as JUnit XML, held against the schema of Jenkins (junit-10.xsd, MIT). It is not copied here: the sources of pytest
carry it, and pip fetches those by name and version.
"""

import importlib.metadata
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unittest

import xmlschema

from bench import BINARY, ROOT

SCHEMA = "testing/example_scripts/junit-10.xsd"
RECORDS = [ROOT / "tests" / "golden" / "records", ROOT / "tests" / "report" / "records"]
# Seconds that pip may take.
BOUND = 300


def schema(folder):
    """The schema, out of the sources of the pytest that is installed."""
    version = importlib.metadata.version("pytest")
    wanted = ["--no-deps", "--no-binary", "pytest", "--dest", folder, f"pytest=={version}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *wanted]
    subprocess.run(command, check=True, timeout=BOUND)
    with tarfile.open(pathlib.Path(folder) / f"pytest-{version}.tar.gz") as sources:
        return xmlschema.XMLSchema(sources.extractfile(f"pytest-{version}/{SCHEMA}").read().decode())


class Junit(unittest.TestCase):
    def test_a_report_as_junit_is_valid_by_the_schema_of_jenkins_and_a_wrong_one_is_not(self):
        with tempfile.TemporaryDirectory() as folder:
            jenkins = schema(folder)
        command = [BINARY, "report", *RECORDS, "--format", "junit"]
        told = subprocess.run(command, stdout=subprocess.PIPE, timeout=BOUND, text=True)
        # One of these records cannot be read whole, which weighs more than what others missed.
        self.assertEqual(told.returncode, 2)
        for part in ("<failure ", "<skipped ", "<error ", "<system-out>"):
            self.assertIn(part, told.stdout)
        self.assertEqual([str(error) for error in jenkins.iter_errors(told.stdout)], [])
        self.assertFalse(jenkins.is_valid(told.stdout.replace("<failure ", "<miss ").replace("</failure", "</miss")))


if __name__ == "__main__":
    unittest.main()
