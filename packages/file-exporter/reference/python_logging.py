"""What CPython's own `logging` does, for the tests to compare with.

    python_logging.py format detailed|simple|json   < records.json       > lines
    python_logging.py rotate DIRECTORY              < scenarios.json
    python_logging.py dumps                         < values.json        > one JSON text a line

`format` formats the records of one JSON array. `rotate` plays each scenario
`{"maxBytes", "backups", "files": {name: text}, "runs": [[message, ...], ...]}` with a RotatingFileHandler in
DIRECTORY/<index>/, each run being one life of a process. `dumps` writes each value of an array with json.dumps.
"""

import json
import logging
import logging.handlers
import os
import sys
from datetime import datetime, timezone

DATE_FORMAT = "%Y-%m-%d %H:%M:%S"
EXTRA_KEYS = ("user_id", "ip_address", "action", "resource", "duration_ms", "endpoint", "old_value", "new_value")


class JsonFormatter(logging.Formatter):
    def format(self, record):
        time = datetime.fromtimestamp(record.created, timezone.utc)
        line = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.%f") + "Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["exception"] = record.exc_text
        line.update((key, getattr(record, key)) for key in EXTRA_KEYS if hasattr(record, key))
        return json.dumps(line, default=str)


FORMATTERS = {
    "detailed": logging.Formatter("[%(asctime)s] %(levelname)s in %(module)s (%(funcName)s:%(lineno)d): %(message)s", DATE_FORMAT),
    "simple": logging.Formatter("[%(asctime)s] %(levelname)s: %(message)s", DATE_FORMAT),
    "json": JsonFormatter(),
}


def log_record(row):
    record = logging.LogRecord(
        row["logger"], getattr(logging, row["level"]), row["path"], row["line"], row["message"], None, None, row["function"]
    )
    record.created = row["seconds"] + row["microseconds"] / 1e6
    record.exc_text = row.get("exception")
    for key, value in row.get("extra", {}).items():
        setattr(record, key, value)
    return record


def format_records(format_name):
    formatter = FORMATTERS[format_name]
    for row in json.load(sys.stdin):
        sys.stdout.buffer.write((formatter.format(log_record(row)) + "\n").encode("utf-8"))


def rotate(directory):
    logging.raiseExceptions = False
    for index, scenario in enumerate(json.load(sys.stdin)):
        folder = os.path.join(directory, str(index))
        os.makedirs(folder, exist_ok=True)
        for name, text in scenario["files"].items():
            with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
                file.write(text)
        for messages in scenario["runs"]:
            handler = logging.handlers.RotatingFileHandler(
                os.path.join(folder, "a.log"), maxBytes=scenario["maxBytes"], backupCount=scenario["backups"], encoding="utf-8"
            )
            for message in messages:
                handler.emit(logging.LogRecord("a", logging.INFO, "a.py", 1, "%s", (message,), None))
            handler.close()


def dumps():
    for value in json.load(sys.stdin):
        print(json.dumps(value))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    {"format": format_records, "rotate": rotate, "dumps": dumps}[command](*arguments)
