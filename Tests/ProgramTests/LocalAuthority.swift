import Foundation
import TestSupport

/// A time-stamp authority on loopback: openssl behind a few lines of Python.
final class LocalAuthority: Sendable {
    private let folder: TemporaryFolder
    private let server: Child
    let url: String

    init() async throws {
        folder = try TemporaryFolder(["tsa.cnf": Self.settings, "server.py": Self.server, "serial": "01\n"])
        let steps = [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 30 -config tsa.cnf -extensions ca_ext",
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr -subj /CN=TSA -config tsa.cnf",
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 30 -extfile tsa.cnf -extensions tsa_ext -out tsa.pem",
        ]
        for step in steps {
            let made = try await openssl(step.split(separator: " ").map(String.init), in: folder.path)
            guard made.status == 0 else { throw ChildFailure(description: made.errors) }
        }
        server = try Child("/usr/bin/env", ["python3", "-u", "server.py"], in: folder.path, environment: Program.environment())
        guard let text = await server.printed("\n"), let port = UInt16(text.prefix { $0 != "\n" }) else {
            throw ChildFailure(description: "The authority did not start.")
        }
        url = "http://127.0.0.1:\(port)/"
    }

    /// The certificate that a reply is checked with.
    var certificate: String { folder.path("ca.pem") }

    private static let settings = """
        [req]
        distinguished_name = dn
        prompt = no
        [dn]
        CN = Test CA
        [ca_ext]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        [tsa_ext]
        basicConstraints = CA:FALSE
        keyUsage = critical,digitalSignature
        extendedKeyUsage = critical,timeStamping
        [tsa]
        default_tsa = one
        [one]
        serial = ./serial
        crypto_device = builtin
        signer_cert = ./tsa.pem
        certs = ./ca.pem
        signer_key = ./tsa.key
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256
        accuracy = secs:1
        tsa_name = yes
        ess_cert_id_alg = sha256

        """

    /// Answers a stored reply at /old, so that the nonce does not fit.
    private static let server = """
        import http.server, pathlib, subprocess
        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_): pass
            def do_POST(self):
                query = self.rfile.read(int(self.headers["content-length"]))
                reply = pathlib.Path("reply")
                if self.path != "/old":
                    pathlib.Path("query").write_bytes(query)
                    subprocess.run(["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"], stderr=subprocess.DEVNULL)
                asked = self.headers["content-type"] == "application/timestamp-query"
                self.send_response(200 if asked else 415)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.end_headers()
                self.wfile.write(reply.read_bytes())
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1])
        server.serve_forever()

        """
}

/// Runs openssl to its end.
func openssl(_ arguments: [String], in folder: String) async throws -> Outcome {
    try await Child.run("/usr/bin/env", ["openssl"] + arguments, in: folder, environment: Program.environment())
}
