"""Speaks the part of Vault's API that a reader of KV version 2 uses, and prints the port, then a line for each request."""
import http.server
import json

VERSIONS = {1: {"url": "http://first", "number": 7}, 2: {"url": "http://second"}}
ISSUED = "hvs.issued"


def envelope(**members):
    return {"request_id": "r", "lease_id": "", "renewable": False, "lease_duration": 0, "data": None, "wrap_info": None, "warnings": None, "auth": None} | members


class Vault(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body):
        text = json.dumps(body).encode()
        print(self.command, self.path, self.headers.get("X-Vault-Request"), status, flush=True)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/v1/auth/approle/login":
            self.answer(404, {"errors": []})
        elif body == {"role_id": "role", "secret_id": "good"}:
            self.answer(200, envelope(auth={"client_token": ISSUED, "lease_duration": 60, "renewable": True}))
        else:
            self.answer(400, {"errors": ["invalid role or secret ID good-or-bad"]})

    def do_GET(self):
        if self.headers.get("X-Vault-Token") not in (ISSUED, "hvs.root"):
            return self.answer(403, {"errors": ["permission denied"]})
        path, _, query = self.path.partition("?")
        version = int(query.removeprefix("version=") or 2)
        if path == "/v1/kv/data/gone":
            metadata = {"version": 1, "deletion_time": "2026-11-27T10:00:00.000000001Z", "destroyed": False}
            self.answer(404, envelope(data={"data": None, "metadata": metadata}))
        elif path == "/v1/kv/data/team%20a/alerts" and version in VERSIONS:
            self.answer(200, envelope(data={"data": VERSIONS[version], "metadata": {"version": version, "destroyed": False}}))
        else:
            self.answer(404, {"errors": []})

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Vault)
print(f"port {server.server_port} ready", flush=True)
server.serve_forever()
