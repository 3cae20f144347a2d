import Foundation
import Support
import TestSupport
import Testing

@Suite("Rows from PostgreSQL", .enabled(if: Program.isComplete && RealPostgreSQL.programs != nil, "\(Program.absence)"), .inTurns)
struct PostgreSQLSourceTests {
    private func project(_ server: RealPostgreSQL, _ more: String = "") throws -> TemporaryFolder {
        try SourceProject.folder("rows: {postgres: \"\(server.address)\", query: \"SELECT * FROM rows\"\(more)}")
    }

    @Test("arrive as they are: every type, quotes, line ends, umlauts, empty text beside NULL, NaN and infinity") func types() async throws {
        let server = try await RealPostgreSQL()
        try await server.run(
            """
            CREATE TABLE rows (id int, big bigint, small numeric(6,0), exact numeric, x float8, flag bool, day date, at timestamptz, local timestamp, t text, list int[]);
            INSERT INTO rows VALUES
                (1, 9007199254740993, 12, 0.5, 'NaN', true, '2026-02-28', '2026-01-01 00:00:00+02', '2026-01-01 12:30:00.25', E'a "quoted"\\nline, äöü 🐦', '{1,2}'),
                (2, NULL, NULL, NULL, 'Infinity', NULL, NULL, NULL, NULL, '', NULL), (3, -1, -3, 1e-3, 0.1, false, '1900-01-01', NULL, NULL, NULL, '{}');
            """)
        let folder = try project(server)
        #expect(try await folder.sync()["rows"].int == 3)
        let rows = try await folder.rows("* EXCLUDE (x) REPLACE (\"at\" AT TIME ZONE 'UTC' AS \"at\")")
        #expect(rows[0]["big"].int == 9_007_199_254_740_993 && rows[0]["small"].int == 12 && rows[0]["exact"].double == 0.5)
        #expect(
            rows[0]["flag"] == true && rows[0]["day"] == "2026-02-28" && rows[0]["at"] == "2025-12-31 22:00:00"
                && rows[0]["local"] == "2026-01-01 12:30:00.250000")
        #expect(rows[0]["t"] == "a \"quoted\"\nline, äöü 🐦" && rows[0]["list"] == "{1,2}")
        #expect(rows[1]["t"] == "" && rows[2]["t"].isNull && rows[1]["big"].isNull && rows[2]["exact"].double == 0.001)
        let odd = try await folder.rows("id, isnan(x) AS n, isinf(x) AS i")
        #expect(odd[0]["n"] == true && odd[1]["i"] == true && odd[2]["n"] == false)
        #expect(try await folder.sync()["changed"] == false, "The same rows are the same content.")
    }

    @Test("come once each with a watermark, and those with a known key replace the earlier ones") func growth() async throws {
        let server = try await RealPostgreSQL()
        try await server.run(
            "CREATE TABLE rows (id int, at timestamptz, y float8); INSERT INTO rows SELECT i, '2026-01-01'::timestamptz + i * interval '1 hour', i FROM generate_series(1, 100) i"
        )
        let adds = try project(server, ", watermark: at")
        let updates = try project(server, ", watermark: at, key: id")
        for folder in [adds, updates] { #expect(try await folder.sync()["rows"].int == 100) }
        try await server.run("UPDATE rows SET y = -7, at = '2026-02-01' WHERE id = 5; INSERT INTO rows VALUES (101, '2026-02-01', 1)")
        #expect(try await adds.sync()["rows"].int == 2)
        #expect(try await adds.sync()["changed"] == false)
        _ = try await updates.sync()
        #expect(try await adds.rows("count(*) AS n, count(*) FILTER (id = 5) AS twice").first == ["n": 102, "twice": 2])
        let merged = try await updates.rows("count(*) AS n, count(DISTINCT id) AS ids, sum(y) FILTER (id = 5) AS y").first
        #expect(merged?["n"].int == 101 && merged?["ids"].int == 101 && merged?["y"].double == -7)
        let told = try await updates.source()
        #expect(told["newest"].text?.hasPrefix("2026-02-01T00:00:00") == true, "\(told.compact)")
        // Another row with the same moment, committed later.
        try await server.run("INSERT INTO rows VALUES (102, '2026-02-01', 2)")
        _ = try await updates.sync()
        #expect(try await updates.rows("count(*) AS n").first?["n"].int == 102)
    }

    @Test("are refused whole where the columns changed, until all is loaded anew; a server that is gone costs an error and nothing else")
    func changes() async throws {
        let server = try await RealPostgreSQL()
        try await server.run("CREATE TABLE rows (id int, y float8); INSERT INTO rows VALUES (1, 1), (2, 2)")
        let folder = try project(server, ", watermark: id")
        _ = try await folder.sync()
        try await server.run("ALTER TABLE rows ADD COLUMN z text; INSERT INTO rows VALUES (3, 3, 'new')")
        let refused = try await folder.martlet("source", "sync", "rows")
        #expect(refused.status != 0 && refused.errors.contains("“z” (VARCHAR)") && refused.errors.contains("--restart"), "\(refused.errors)")
        #expect(try await folder.rows().count == 2)
        #expect(try await folder.source()["error"].text?.contains("“z”") == true)
        #expect(try await folder.sync("--restart")["rows"].int == 3)
        #expect(try await folder.rows().map { $0["z"] } == [nil, nil, "new"])
        await server.stop()
        let gone = try await folder.martlet("source", "sync", "rows")
        #expect(gone.status == 4 && gone.errors.contains("cannot be reached"), "\(gone.errors)")
        #expect(try await folder.rows().count == 3)
        let run = try await folder.martlet("run")
        #expect(run.status == 4 && run.errors.contains("--offline"), "\(run.errors)")
    }

    @Test("train a model by name, and why leads to them; the query's mistakes are told in PostgreSQL's words") func lifecycle() async throws {
        let server = try await RealPostgreSQL()
        try await server.run("CREATE TABLE rows AS SELECT i AS id, i % 17 + random() AS x, i % 17 AS y FROM generate_series(1, 400) i")
        let folder = try project(server, ", watermark: id, owner: ann@example.org, fresh: 10d")
        let run = try await folder.martlet("run")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let shown = try await folder.martlet("show", "dataset:rows@v1", "--json")
        #expect(shown.output.contains("rows/1-rows.parquet"), "\(shown.output)")
        #expect(try await folder.martlet("run").output.contains("Nothing changed"))
        try await server.run("INSERT INTO rows SELECT i, 1, 1 FROM generate_series(401, 420) i")
        #expect(try await folder.martlet("run", "--offline").output.contains("Nothing changed"))
        #expect(try await folder.martlet("run").status == 0)
        #expect(try await folder.martlet("show", "dataset:rows@v2", "--json").json["rows"].int == 420)
        #expect(try await folder.martlet("source", "check").status == 0)
        try folder.replace("SELECT * FROM rows", with: "SELECT * FROM nowhere")
        let wrong = try await folder.martlet("source", "test")
        #expect(wrong.status == 1 && wrong.output.contains("relation \"nowhere\" does not exist"), "\(wrong.output)")
    }

    @Test("killed at any moment while they come, they are all there after the next call, each once") func killed() async throws {
        let server = try await RealPostgreSQL()
        try await server.run("CREATE TABLE rows AS SELECT i AS id, repeat(md5(i::text), 4) AS t FROM generate_series(1, 60000) i")
        let folder = try project(server, ", watermark: id")
        for round in 0..<CrashTests.kills {
            let delay = 30 + (round * 131) % 600
            let child = try Child(Program.path ?? "", ["source", "sync", "rows"], in: folder.path, environment: Program.environment())
            child.stop(afterMilliseconds: delay)
            _ = await child.end()
            let count = try await folder.rows("id").count
            #expect(count == 0 || count == 60_000, "\(count) rows: half a version")
        }
        _ = try await folder.sync()
        let total = try await folder.rows("count(*) AS n, count(DISTINCT id) AS ids").first
        #expect(total == ["n": 60_000, "ids": 60_000])
    }
}

@Suite("Rows from an address", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct HTTPSourceTests {
    /// Serves a folder by Python, with ranges and validators.
    private static let server = """
        import http.server, os, sys
        class Handler(http.server.SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                if self.path == "/moved.csv":
                    self.send_response(302); self.send_header("Location", "/rows.csv"); self.send_header("Content-Length", "0"); self.end_headers(); return
                if self.path == "/secret.csv" and self.headers.get("Authorization") != "Bearer open":
                    self.send_response(401); self.send_header("Content-Length", "0"); self.end_headers(); return
                data = open("rows.csv", "rb").read()
                tag = '"%x"' % (hash(data) & 0xffffffffffff)
                if self.headers.get("If-None-Match") == tag:
                    self.send_response(304); self.send_header("Content-Length", "0"); self.end_headers(); return
                start = 0
                wanted = self.headers.get("Range", "")
                if wanted.startswith("bytes=") and wanted.endswith("-") and self.headers.get("If-Range") == tag: start = int(wanted[6:-1])
                self.send_response(206 if start else 200)
                if start: self.send_header("Content-Range", "bytes %d-%d/%d" % (start, len(data) - 1, len(data)))
                self.send_header("ETag", tag); self.send_header("Content-Length", str(len(data) - start)); self.end_headers()
                sys.stderr.write("FROM %d\\n" % start)
                half = os.path.exists("half")
                try:
                    self.wfile.write(data[start:start + len(data) // 2] if half else data[start:])
                except OSError: pass
                if half: os.remove("half"); self.close_connection = True
            def log_message(self, *a): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print("PORT", server.server_port, flush=True)
        server.serve_forever()
        """

    private struct Site {
        let folder: TemporaryFolder
        let child: Child
        let port: String

        init(_ text: String) async throws {
            folder = try TemporaryFolder(["rows.csv": text])
            child = try Child(
                "/usr/bin/env", ["python3", "-c", HTTPSourceTests.server], in: folder.path, environment: Program.environment(["PYTHONHASHSEED": "0"]))
            port = await child.printed("\n")?.split(separator: " ").last.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
        }
    }

    private let table = "id,y\n" + (1...2000).map { "\($0),\($0 % 7)" }.joined(separator: "\n") + "\n"

    @Test("are fetched where they changed, by way of a redirection, with a secret, and only where that network is allowed") func changed()
        async throws
    {
        let site = try await Site(table)
        let folder = try SourceProject.folder("rows: {http: \"http://127.0.0.1:\(site.port)/moved.csv\", private: true}")
        #expect(try await folder.sync()["changed"] == true)
        #expect(try await folder.sync()["changed"] == false)
        try site.folder.write("rows.csv", table + "2001,3\n")
        #expect(try await folder.sync()["changed"] == true)
        let run = try await folder.martlet("run")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        #expect(try await folder.martlet("show", "dataset:rows@v1", "--json").json["rows"].int == 2001)
        try folder.replace("moved.csv\"", with: "secret.csv\", authorization: secret://env/ROWS_TOKEN")
        let closed = try await folder.martlet("source", "sync", environment: ["ROWS_TOKEN": "Bearer wrong"])
        #expect(closed.status != 0 && closed.errors.contains("authorization") && !closed.errors.contains("wrong"), "\(closed.errors)")
        #expect(try await folder.martlet("source", "sync", environment: ["ROWS_TOKEN": "Bearer open"]).status == 0)
        try folder.replace(", private: true", with: "")
        let inner = try await folder.martlet("source", "sync", environment: ["ROWS_TOKEN": "Bearer open"])
        #expect(inner.status == 3 && inner.errors.contains("private: true"), "\(inner.errors)")
    }

    @Test("go on where the server vanished half-way, and are never taken half") func half() async throws {
        let site = try await Site(table)
        let folder = try SourceProject.folder("rows: {http: \"http://127.0.0.1:\(site.port)/rows.csv\", private: true}")
        try site.folder.write("half", "")
        let broken = try await folder.martlet("source", "sync")
        #expect(broken.status == 4, "\(broken.output)\(broken.errors)")
        #expect(try await folder.source()["batches"].elements.isEmpty)
        #expect(try await folder.sync()["bytes"].int == table.utf8.count)
        #expect(await site.child.noted("FROM \(table.utf8.count / 2)") != nil, "The second half was asked for alone.")
    }
}

@Suite("Rows from object stores and files of SQLite", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct StoreSourceTests {
    @Test("S3: every object that matches, signed, and again where one changed", .enabled(if: RealObjectStore.isInstalled, "moto is not installed"))
    func objects() async throws {
        let store = try await RealObjectStore()
        try await store.put(["a/part 1+ä.csv": "x,y\n1,1\n2,2\n", "a/part2.csv": "x,y\n3,3\n", "a/readme.txt": "no"], bucket: "rows")
        let folder = try SourceProject.folder(
            "rows: {s3: \"s3://rows/a/*.csv\", endpoint: \"\(store.address)\", access_key: id, secret_key: secret, private: true}")
        #expect(try await folder.sync()["changed"] == true)
        #expect(try await folder.source()["batches"].elements.count == 2)
        #expect(try await folder.sync()["changed"] == false)
        try await store.put(["a/part2.csv": "x,y\n3,4\n"], bucket: "rows")
        #expect(try await folder.sync()["changed"] == true)
        try folder.replace("a/*.csv", with: "b/*.csv")
        let nothing = try await folder.martlet("source", "sync")
        #expect(nothing.status != 0 && nothing.errors.contains("No object matches"), "\(nothing.errors)")
    }

    @Test(
        "On a full disk nothing is half: one error that says so, and the next call brings the rest",
        .enabled(if: SmallDisk.isPossible, "Only root can mount a small disk."))
    func fullDisk() async throws {
        let disk = try SmallDisk(megabytes: 40)
        let project = try SourceProject.folder("rows: {sqlite: crm.db, query: SELECT * FROM rows, watermark: id}")
        let folder = disk.folder
        try folder.write("martlet.yaml", project.read("martlet.yaml"))
        let fill = """
            import random, sqlite3
            connection = sqlite3.connect("crm.db")
            connection.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, t TEXT)")
            connection.executemany("INSERT INTO rows (t) VALUES (?)", [("%0500x" % random.getrandbits(2000),) for _ in range(COUNT)])
            connection.commit()
            """
        for count in [200, 14_000] {
            let made = try await Child.run("/usr/bin/env", ["python3", "-c", fill.replacing("COUNT", with: "\(count)")], in: folder.path)
            #expect(made.status == 0, "\(made.errors)")
            if count > 200 { disk.fill("filler", leaving: 3_000_000) }
            let synced = try await folder.martlet("source", "sync", "rows")
            guard count > 200 else {
                #expect(synced.status == 0, "\(synced.errors)")
                continue
            }
            #expect(synced.status != 0 && synced.errors.lowercased().contains("full"), "\(synced.errors)")
        }
        #expect(try await folder.source()["rows"].int == 200)
        #expect(!FileManager.default.fileExists(atPath: folder.path(".martlet/sources/rows/work")), "What was begun is gone.")
        try folder.remove("filler")
        _ = try await folder.sync()
        #expect(try await folder.source()["rows"].int == 14_200)
    }

    @Test("A table that is large beside the memory that may be used gives the same dataset by way of a file, of which nothing is left")
    func littleMemory() async throws {
        var text = "x,y,t\n"
        for i in 0..<40_000 { text += "\(i % 977).5,\(i % 13),\(String(repeating: "text \(i % 7919) ", count: 60))\n" }
        let plenty = try SourceProject.folder("rows: {append: true}", train: "rows.csv", files: ["rows.csv": text])
        let little = try SourceProject.folder("rows: {append: true}", train: "rows.csv", files: ["rows.csv": text])
        let first = try await plenty.martlet("run", "data")
        let second = try await little.martlet("run", "data", environment: ["MARTLET_MEMORY": "200MB"])
        #expect(first.status == 0 && second.status == 0, "\(second.errors)")
        let (a, b) = (try await plenty.martlet("data", "profile", "--json").json, try await little.martlet("data", "profile", "--json").json)
        #expect(a["columns"] == b["columns"] && a["rows"].int == 40_000)
        let (shown, other) = (
            try await plenty.martlet("show", "dataset:rows@v1", "--json").json, try await little.martlet("show", "dataset:rows@v1", "--json").json
        )
        #expect(shown["parts"] == other["parts"] && !shown["parts"].elements.isEmpty, "\(shown["parts"].compact) \(other["parts"].compact)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: little.path(".martlet/objects/tmp")).filter { $0 != "incoming" } == [])
    }

    @Test("What was kept as long as agreed is gone after gc, its file too, also where a version was read from it") func keep() async throws {
        let folder = try SourceProject.folder("rows: {sqlite: crm.db, query: SELECT * FROM rows, watermark: id, keep: 1s}")
        let fill =
            "import sqlite3; c = sqlite3.connect('crm.db'); c.execute('CREATE TABLE rows (id INTEGER, x REAL, y REAL)'); c.executemany('INSERT INTO rows VALUES (?, ?, ?)', [(i, i * 0.5, i % 7) for i in range(300)]); c.commit()"
        #expect(try await Child.run("/usr/bin/env", ["python3", "-c", fill], in: folder.path).status == 0)
        #expect(try await folder.martlet("run").status == 0)
        let digest = try await folder.source()["batches"].elements.first?["digest"].text ?? ""
        let file = folder.path(".martlet/objects/\(digest.prefix(2))/\(digest.dropFirst(2))")
        #expect(FileManager.default.fileExists(atPath: file))
        // As if all had come two hours ago.
        let age = "import sqlite3; c = sqlite3.connect('.martlet/martlet.db'); c.execute('UPDATE source_batch SET at = at - 7200000000'); c.commit()"
        #expect(try await Child.run("/usr/bin/env", ["python3", "-c", age], in: folder.path).status == 0)
        try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: file)
        let collected = try await folder.martlet("gc", "--spare", "1h", "--yes", "--json")
        #expect(try collected.json["source_batches"].int == 1, "\(collected.output)\(collected.errors)")
        #expect(!FileManager.default.fileExists(atPath: file), "The rows themselves are gone.")
        #expect(try await folder.source()["rows"].int == 0)
    }

    @Test("SQLite: rows beyond the watermark, whole numbers exact") func sqlite() async throws {
        let folder = try SourceProject.folder("rows: {sqlite: crm.db, query: SELECT * FROM rows, watermark: id}")
        let write = { (sql: String) in
            let outcome = try await Child.run(
                "/usr/bin/env",
                ["python3", "-c", "import sqlite3, sys; c = sqlite3.connect('crm.db'); c.executescript(sys.argv[1]); c.commit()", sql],
                in: folder.path)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        try await write(
            "CREATE TABLE rows (id INTEGER, big INTEGER, y REAL, t TEXT); INSERT INTO rows VALUES (1, 9007199254740993, 0.5, 'a \"b\"'), (2, NULL, 2, '')"
        )
        #expect(try await folder.sync()["rows"].int == 2)
        try await write("INSERT INTO rows VALUES (3, 4, 1, NULL)")
        #expect(try await folder.sync()["rows"].int == 1)
        let rows = try await folder.rows()
        #expect(
            rows[0]["big"].int == 9_007_199_254_740_993 && rows.map { $0["t"] } == ["a \"b\"", "", nil] && rows.map { $0["y"].double } == [0.5, 2, 1])
    }
}

@Suite("Rows as they happen", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct LiveSourceTests {
    @Test(
        "A stream's entries come exactly once, however often whoever reads them is killed, also those sent twice",
        .enabled(if: RealRedis.isInstalled, "Redis is not installed"))
    func stream() async throws {
        let redis = try await RealRedis()
        let folder = try SourceProject.folder("rows: {redis: \"\(redis.address)\", stream: clicks, key: id}")
        let kills = CrashTests.kills
        for round in 0..<kills {
            let entries = (0..<500).map { "XADD clicks * id \(round * 500 + $0) y \($0 % 9).5 note n\($0)" }
            // The last of the round before once more, as a sender does who got no answer.
            _ = try await redis.run(entries + (round > 0 ? ["XADD clicks * id \(round * 500 - 1) y 1.5"] : []))
            let child = try Child(Program.path ?? "", ["source", "sync", "rows"], in: folder.path, environment: Program.environment())
            child.stop(afterMilliseconds: 15 + (round * 37) % 260)
            _ = await child.end()
        }
        _ = try await folder.sync()
        let total = try await folder.rows("count(*) AS n, count(DISTINCT id) AS ids, max(CAST(id AS INT)) AS last").first
        #expect(
            total?["n"].int == kills * 500 && total?["ids"].int == kills * 500 && total?["last"].int == kills * 500 - 1, "\(total?.compact ?? "")")
        #expect(try await redis.run(["XPENDING clicks martlet"]).hasPrefix("0"), "All is acknowledged.")
        let run = try await folder.martlet("run")
        #expect(run.status == 0, "Texts that hold numbers are numbers: \(run.output)\(run.errors)")
    }

    @Test("Posts that are held in memory are bounded all together: those beyond are told when to try again, and what was held is free afterwards")
    func heldPosts() async throws {
        let folder = try SourceProject.folder("rows: {append: true, key: id}")
        let server = try await LiveServer(folder)
        let path = "/api/v1/sources/rows/rows"
        let part = Array(repeating: UInt8(ascii: " "), count: 30 << 20)
        let head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(part.count + 1)\r\n\r\n"
        // Each holds 30 MB, as its last byte does not come.
        var open = try (0..<4).map { _ in try Wire.OpenConnection(port: Int(server.port)) }
        for connection in open { #expect(connection.send(Array(head.utf8) + part) == head.utf8.count + part.count) }
        var turnedAway = ""
        for _ in 0..<2000 where !turnedAway.contains("503") {
            turnedAway = try await Wire.exchange(Array((head + " ").utf8) + part, port: Int(server.port), until: "\"}}").text
        }
        #expect(turnedAway.contains("503") && turnedAway.lowercased().contains("retry-after: 1"), "\(turnedAway.prefix(400))")
        open.removeAll()
        var kept = 0
        for _ in 0..<2000 where kept != 200 {
            kept = try await server.request("POST", path, body: String(decoding: part, as: UTF8.self) + "{\"id\": 1, \"y\": 1}", token: nil).status
        }
        #expect(kept == 200)
    }

    @Test(
        "Posted rows are kept whole or not at all, once where they are sent again, and a server brings a stream in by itself",
        .enabled(if: RealRedis.isInstalled, "Redis is not installed"))
    func posted() async throws {
        let redis = try await RealRedis()
        _ = try await redis.run((0..<20).map { "XADD clicks * id \($0) y 1" })
        let folder = try SourceProject.folder("rows: {append: true, key: id}\n    clicks: {redis: \"\(redis.address)\", stream: clicks}")
        let server = try await LiveServer(folder)
        let path = "/api/v1/sources/rows/rows"
        let (status, answer) = try await server.request(
            "POST", path, body: "{\"id\": 1, \"y\": 1}\n{\"id\": 2, \"y\": 2.5, \"t\": \"äö\"}\n", token: nil)
        #expect(status == 200 && answer.contains("\"rows\":2"), "\(answer)")
        let again = try await server.request("POST", path, body: "{\"id\": 2, \"y\": 2.5, \"t\": \"äö\"}\n{\"id\": 3, \"y\": 3}\n", token: nil)
        #expect(again.1.contains("\"rows\":1") && again.1.contains("\"repeated\":1"), "\(again.1)")
        for (body, code) in [("{\"id\": 4, \"y\": \"many\"}\n", 422), ("[1, 2", 422), ("", 422), ("{\"y\": 4}\n", 422)] {
            let refused = try await server.request("POST", path, body: body, token: nil)
            #expect(refused.0 == code || refused.0 == 400, "\(body): \(refused)")
        }
        #expect(try await server.request("POST", "/api/v1/sources/row/rows", body: "{}", token: nil).0 == 404)
        let rows = try await folder.rows()
        #expect(rows.map { $0["id"].int } == [1, 2, 3] && rows[1]["t"] == "äö", "\(rows)")
        var came = 0
        for _ in 0..<2000 where came < 20 { came = try await folder.source("clicks")["rows"].int ?? 0 }
        #expect(came == 20)
        // A stream that is written down while the server runs is read without a restart.
        try folder.replace(
            "    clicks: {", with: "    more: {redis: \"\(redis.address)\", stream: clicks, group: more}\n    clicks: {")
        came = 0
        for _ in 0..<2000 where came < 20 { came = try await folder.source("more")["rows"].int ?? 0 }
        #expect(came == 20)
    }
}
