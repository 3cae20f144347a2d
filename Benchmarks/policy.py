"""What authorisation costs: the same requests to a server that knows nobody and has no rules, and to one that asks for a token and then three
rules in Rego; how long a decision takes; how many are made in a second."""
import http.client
import json
import os
import shutil
import time

from measuring import Figure, pairs, run
from projects import MARTLET, Project, project_with_champion
from serving import Server, request

REQUESTS = int(os.environ.get("BENCH_REQUESTS", "4000"))
DECISIONS = 50_000
RULES = """
package martlet.access

deny contains "No promotions on Friday after 16:00." if {
    input.action == "model.promote"
    time.weekday(input.time) == "Friday"
    time.clock(input.time)[0] >= 16
}

deny contains "Only people of risk may read predictions." if {
    input.action == "prediction.read"
    not "risk" in input.principal.roles
}

deny contains "A token of a build may not approve." if {
    input.action == "approval.give"
    startswith(input.principal.via, "token:build")
}
"""


def guarded(project, folder):
    """A copy of a project with an owner, a token and rules; and the token."""
    shutil.copytree(project.folder, folder)
    run([MARTLET, "user", "add", "ann", "--role", "owner"], folder)
    token = json.loads(run([MARTLET, "token", "add", "bench", "--for", "ann", "--json"], folder).output)["token"]
    (folder / "policies").mkdir()
    (folder / "policies" / "access.rego").write_text(RULES)
    return Project(folder, project.endpoint, project.table, project.header), token


class Load:
    """One connection that asks again and again."""

    def __init__(self, server, body, token=None):
        self.server = server
        self.path = f"/v2/models/{server.project.endpoint}/infer"
        self.body = body
        self.headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
        self.connection = http.client.HTTPConnection(server.address.split("//")[1])

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body, self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status

    def infer(self, count):
        for _ in range(count):
            if self.ask("POST", self.path, self.body) != 200:
                raise RuntimeError("The server under load did not answer with 200.")

    def measure(self):
        """Milliseconds that pass, and of the server's processor time, for a request."""
        before, start = processor_seconds(self.server), time.perf_counter()
        self.infer(REQUESTS)
        seconds = time.perf_counter() - start
        return 1000 * seconds / REQUESTS, 1000 * (processor_seconds(self.server) - before) / REQUESTS


def processor_seconds(server):
    with open(f"/proc/{server.process.pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def denials(load, folder):
    """Microseconds of evaluation of each denied decision, as the server wrote them into its log."""
    for number in range(1000):
        if load.ask("GET", f"/api/v1/why/{number:032x}") != 403:
            raise RuntimeError("The rules let a prediction be read that they deny.")
    with open(folder / ".martlet/decisions/denied.jsonl") as log:
        lines = log.read().splitlines()
    return sorted(json.loads(line)["metrics"]["timer_rego_query_eval_ns"] / 1000 for line in lines), lines[0]


def rehearsal(folder, line):
    """Milliseconds a decision that `policy rehearse` takes on a long log, reading included."""
    (folder / ".martlet/decisions/denied.jsonl").write_text((line + "\n") * DECISIONS)
    return run([MARTLET, "policy", "rehearse", "--since", "1d", "--json"], folder).processor_seconds * 1000 / DECISIONS


def measure(folder, repetitions):
    plain = project_with_champion(folder / "project")
    closed, token = guarded(plain, folder / "guarded")
    with Server(plain) as without, Server(closed) as guard:
        # A server that nobody is registered with answers the check of inputs without a token; its body fits both.
        body = request(without.inputs(), plain.rows(1))
        loads = Load(guard, body, token), Load(without, body)
        for load in loads:
            load.infer(500)
        mine, theirs = pairs(2 * repetitions, loads[0].measure, loads[1].measure)
        times, line = denials(loads[0], closed.folder)
    name = "a request with a token and three rules"
    decided = [rehearsal(closed.folder, line) for _ in range(repetitions)]
    return [
        Figure(f"{name}: time", "ms", [each[0] for each in mine], [each[0] for each in theirs], "without", 1.05),
        Figure(f"{name}: server's processor time", "ms", [each[1] for each in mine], [each[1] for each in theirs], "without", 1.05),
        Figure("a decision, p99", "ms", [times[len(times) * 99 // 100] / 1000], [1], "limit", must=3),
        Figure("a decision of a rehearsal, reading included", "ms", decided, [0.2], "10,000 a second on 2", must=1),
    ]
