"""A receiver of callbacks in plain Python: checks the signature of every delivery and prints what happened.

python3 receive_callbacks.py 9009 whsec_…        # the port to listen on, the secret of the subscription
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

TOLERANCE_SECONDS = 300
"""A delivery older than this may be one that somebody recorded and sends again."""


def is_genuine(headers: dict[str, str], body: bytes, secret: str, now: float) -> bool:
    """Standard Webhooks: HMAC-SHA256 over `id.timestamp.body` with the decoded secret; several signatures may be given."""
    sent_at = headers.get("webhook-timestamp", "")
    if not sent_at.isdigit() or abs(now - int(sent_at)) > TOLERANCE_SECONDS:
        return False
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, given) for given in headers.get("webhook-signature", "").split())


class Receiver(BaseHTTPRequestHandler):
    secret = ""
    seen: set[str] = set()  # noqa: RUF012  one receiver, one set

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_genuine(headers, body, self.secret, time.time()):
            self.send_response(401)
            self.end_headers()
            return
        event = json.loads(body)
        if event["id"] not in self.seen:  # at least once means: perhaps twice
            self.seen.add(event["id"])
            print(event["type"], event["subject"], json.dumps(event["data"], ensure_ascii=False), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """What is printed are events."""


if __name__ == "__main__":
    port, Receiver.secret = int(sys.argv[1]), sys.argv[2]
    HTTPServer(("127.0.0.1", port), Receiver).serve_forever()
