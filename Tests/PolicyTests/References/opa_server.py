"""A server of OPA's REST form on OPA's own engine, as its wheel is unpacked below the engines:  opa_server.py POLICY.rego...
Prints its port. Without policies it answers with what the question asks for: facts.status and facts.body, or not at all."""
import http.server
import json
import sys
import uuid

from opa_bindings import OpaEngine
from opa_bindings.engine import OpaError, OpaUndefinedError

engine = OpaEngine()
for name in sys.argv[1:]:
    with open(name) as file:
        engine.add_policy(name, file.read())


def decision(path, body):
    """Status and answer of `POST /v1/data/PATH`, where built-in functions that fail are errors."""
    answer = {"decision_id": str(uuid.uuid4())}
    if "input" not in body:
        answer["warning"] = {"code": "api_usage_warning", "message": "'input' key missing from the request"}
    try:
        answer["result"] = engine.eval_document(path.replace("/", "."), body.get("input"))
    except OpaUndefinedError:
        pass
    except OpaError as error:
        return 500, {
            "code": "internal_error", "message": "error(s) occurred while evaluating query",
            "errors": [{"code": error.code, "message": error.message}]}
    return 200, answer


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def log_message(self, *_):
        pass

    def do_POST(self):
        path, _, query = self.path.partition("?")
        text = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if not path.startswith("/v1/data/") or query != "strict-builtin-errors=true" or self.headers["Content-Type"] != "application/json":
            return self.answer(404, json.dumps({"code": "resource_not_found", "message": self.path}))
        try:
            body = json.loads(text)
        except ValueError:
            return self.answer(400, json.dumps({"code": "invalid_parameter", "message": "body contains malformed input document"}))
        if len(sys.argv) > 1:
            status, answer = decision(path.removeprefix("/v1/data/"), body)
            return self.answer(status, json.dumps(answer))
        facts = body["input"]["facts"]
        if facts["body"] == "silence":
            self.rfile.read(1)
            self.close_connection = True
            return None
        return self.answer(facts["status"], facts["body"])

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/v1/data/martlet/access?strict-builtin-errors=true")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"port {server.server_address[1]}.", flush=True)
server.serve_forever()
