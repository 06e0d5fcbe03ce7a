"""A writing process with Python's own rotating file; writing-process.ts says what it is told, says and hears."""

import json
import logging
import logging.handlers
import os
import resource
import sys
import time

FIELDS = {
    "user_id": "u-10427",
    "ip_address": "203.0.113.74",
    "action": "UPDATE",
    "resource": "user:4711",
    "old_value": "viewer",
    "new_value": "editor",
}


class JsonFormatter(logging.Formatter):
    def format(self, record):
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "timestamp": "%s.%06dZ" % (seconds, record.created % 1 * 1e6),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        for name in FIELDS:
            line[name] = getattr(record, name)
        return json.dumps(line)


def main():
    task = json.loads(sys.argv[1])
    os.makedirs(task["warmUpDirectory"], exist_ok=True)
    # In two goes, as the others.
    lines = task["warmUpLines"] // 2
    for half in range(2):
        write(open_logger("warm_up_%d" % half, task["warmUpDirectory"], task), half * lines, lines)
    logger = open_logger("performance", task["directory"], task)
    say({"say": "ready"})
    sys.stdin.readline()
    cpu_before = time.process_time()
    write(logger, task["firstLine"], task["lines"])
    logging.shutdown()
    cpu_micros = round((time.process_time() - cpu_before) * 1e6)
    say({"say": "done", "cpuMicros": cpu_micros, "peakRssKiB": peak_rss_kib()})


def open_logger(name, directory, task):
    path = os.path.join(directory, "performance.log")
    handler = logging.handlers.RotatingFileHandler(path, maxBytes=task["maxBytes"], backupCount=task["backups"])
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger(name)
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return logger


def write(logger, first, count):
    for sequence in range(first, first + count):
        logger.info("UPDATE user:4711 seq=%d", sequence, extra=FIELDS)


def say(message):
    os.write(3, (json.dumps(message) + "\n").encode())


def peak_rss_kib():
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


main()
