"""CPython's own RotatingFileHandler, for the test to compare with. Reads commands, a JSON object a line, and answers each with one.

    {"open": {"path", "maxBytes", "backups", "deviations": [...], "emptyFileRollover": true | false | null}}
    {"write": [text, ...]}
    {"close": true}

The answer is `{"errors": [...]}`: what went wrong, as the names of exceptions. Without deviations, and with null for the rule about
empty files, the handler is the real one, untouched. Each deviation is one thing that our writer does otherwise on purpose; why, says
deviations.ts.
"""

import json
import logging
import os
import re
import sys
from logging import FileHandler, LogRecord
from logging.handlers import RotatingFileHandler, WatchedFileHandler
from unittest.mock import patch


class DeviatingHandler(RotatingFileHandler, WatchedFileHandler):
    def __init__(self, path, deviations, empty_file_rollover, **options):
        self.deviations = frozenset(deviations)
        self.empty_file_rollover = empty_file_rollover
        self.waiting = []
        self.dev, self.ino = -1, -1
        try:
            RotatingFileHandler.__init__(self, path, **options)
        except OSError:
            if "waits for the disk" not in self.deviations:
                raise
            RotatingFileHandler.__init__(self, path, delay=True, **options)
            self.delay = False

    def emit(self, record):
        self.waiting.append(record)
        self.write_waiting()

    def close(self):
        if "waits for the disk" in self.deviations:
            self.write_waiting()
        RotatingFileHandler.close(self)

    def write_waiting(self):
        try:
            while self.waiting:
                self.write(self.waiting[0])
                del self.waiting[0]
        except OSError:
            if "waits for the disk" in self.deviations:
                return
            self.handleError(self.waiting.pop(0))

    def write(self, record):
        if self.stream is None:
            self.stream = self._open()
        if "looks at the path" in self.deviations:
            self._statstream()
            self.reopenIfNeeded()
        if "moves half lines aside" in self.deviations:
            self.cut_half_line()
        try:
            if self.shouldRollover(record):
                self.doRollover()
        except OSError:
            if "keeps the record" not in self.deviations:
                raise
        FileHandler.emit(self, record)

    def shouldRollover(self, record):
        if "counts what others append" in self.deviations and self.stream.seekable():
            self.stream.seek(0, os.SEEK_END)
        if self.empty_file_rollover is None:
            return RotatingFileHandler.shouldRollover(self, record)
        if self.empty_file_rollover and self.stream.seekable():
            self.stream.seek(0, os.SEEK_END)
        size = self.stream.tell()
        is_device = os.path.exists(self.baseFilename) and not os.path.isfile(self.baseFilename)
        if is_device or (size == 0 and not self.empty_file_rollover):
            return False
        return size + len(self.format(record)) + 1 >= self.maxBytes > 0

    def doRollover(self):
        if "moves dangling links" not in self.deviations:
            return RotatingFileHandler.doRollover(self)
        with patch("os.path.exists", os.path.lexists):
            return RotatingFileHandler.doRollover(self)

    def format(self, record):
        text = RotatingFileHandler.format(self, record)
        return re.sub("[\ud800-\udfff]", "\ufffd", text) if "replaces lone surrogates" in self.deviations else text

    def cut_half_line(self):
        if not os.path.isfile(self.baseFilename):
            return
        with open(self.baseFilename, "rb+") as file:
            data = file.read()
            file.truncate(data.rfind(b"\n") + 1)
        self.stream.seek(0, os.SEEK_END)


class Driver:
    def __init__(self):
        self.handler = None
        self.errors = []

    def obey(self, command):
        self.errors = []
        for name, argument in command.items():
            getattr(self, name)(argument)
        return {"errors": self.errors}

    def open(self, options):
        deviations, rule = options["deviations"], options["emptyFileRollover"]
        rotation = {"maxBytes": options["maxBytes"], "backupCount": options["backups"], "encoding": "utf-8"}
        try:
            if deviations or rule is not None:
                self.handler = DeviatingHandler(options["path"], deviations, rule, **rotation)
            else:
                self.handler = RotatingFileHandler(options["path"], **rotation)
            self.handler.handleError = lambda record: self.note_error()
        except OSError:
            self.note_error()

    def write(self, texts):
        for text in texts:
            if self.handler:
                self.handler.emit(LogRecord("a", logging.INFO, "a.py", 1, "%s", (text,), None))

    def close(self, _):
        if self.handler:
            self.handler.close()
        self.handler = None

    def note_error(self):
        self.errors.append(sys.exc_info()[0].__name__)


if __name__ == "__main__":
    driver = Driver()
    for line in sys.stdin:
        print(json.dumps(driver.obey(json.loads(line))), flush=True)
