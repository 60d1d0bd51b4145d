"""Files through the browser: upload, a guessed map, a check that writes nothing, then the import."""

from tenure.ingest.uploads.actions import begin, check, discard, edit, start
from tenure.ingest.uploads.queries import UploadView, open_uploads, rejects_file, upload

__all__ = ["UploadView", "begin", "check", "discard", "edit", "open_uploads", "rejects_file", "start", "upload"]
