// swift-tools-version: 6.2
import PackageDescription

/// The same strict settings for every Swift target.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// A target in `Sources/<group>/<name>`; `group` is a row of the house (see MAP.md).
func room(_ group: String, _ name: String, _ dependencies: [Target.Dependency] = [], excluding: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: group.isEmpty ? "Sources/\(name)" : "Sources/\(group)/\(name)",
        exclude: ["README.md"] + excluding, swiftSettings: strict)
}

/// A test target in `Tests/<name>`.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", exclude: exclude, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcTransport = Target.Dependency.product(name: "GRPCNIOTransportHTTP2", package: "grpc-swift-nio-transport")
let grpcProtobuf = Target.Dependency.product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2 = Target.Dependency.product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK = Target.Dependency.product(name: "NIOHPACK", package: "swift-nio-http2")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "martlet", targets: ["martlet"])],
    dependencies: [
        // Command line: Apple's own parser, with generated help and completion.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // SQLite: the field's reference wrapper; one owner per handle, pool of readers, migrations.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // YAML: libyaml with line and column marks, which our error messages need.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // HTTP server: on SwiftNIO, small, structured concurrency throughout.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        // The header fields and buffers of Hummingbird's interface.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // The parts of a request as Hummingbird's connections pass them on, for the limits of a connection.
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.2"),
        // Starting, stopping on signals and draining: the server work group's own.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // TLS: BoringSSL below SwiftNIO, as Hummingbird uses it.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // SHA-256: BoringSSL behind Apple's CryptoKit interface.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // ONNX files are protocol buffers; this is Apple's codec.
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        // The frames below gRPC, for the words in which a call is cut off.
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        // gRPC: the gRPC authors' own for Swift, on SwiftNIO; calls, the HTTP/2 transport, and messages as protocol buffers.
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        // Webhooks: the server work group's HTTP client, with TLS.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // The logging interface that the HTTP server and client speak.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // MARK: Support: values, errors, codecs, clock, numbers
        // Errors, time, identifiers, references, JSON, randomness: what every other target speaks.
        room("Support", "Support"),
        // What several test targets share: a folder that cleans up, texts held against golden files, programs as child processes.
        room("Support", "TestSupport", ["Support", "Processes"]),
        // Other programs as child processes.
        room("Support", "Processes", ["Support", "CSpawn"]),
        // What the C library has for starting programs.
        .systemLibrary(name: "CSpawn", path: "Sources/Support/CSpawn"),
        // SHA-256 and MD5 of bytes and files.
        room("Support", "Digests", ["Support", crypto]),
        // Tables as typed columns: the one form in which rows cross a border.
        room("Support", "Tables", ["Support"]),
        // The system's zlib.
        .systemLibrary(name: "CZlib", path: "Sources/Support/CZlib", providers: [.apt(["zlib1g-dev"])]),
        // Bodies packed by gzip and deflate, unpacked within limits.
        room("Support", "Compression", ["Support", "CZlib"]),
        // Metrics, bootstrap intervals and drift tests, each defined once.
        room("Support", "Statistics", ["Support"]),
        // YAML with line numbers, closed key sets and suggestions.
        room("Support", "Settings", ["Support", yams]),
        // Writing ONNX graphs.
        room("Support", "ONNXGraph", ["Support", protobuf], excluding: ["onnx.proto"]),

        // Requests to addresses that a file names: resolved once and pinned, private networks refused unless allowed.
        room("Support", "Outgoing", ["Support", httpClient, nio, nioHTTP, nioSSL]),

        // Reading streams of Redis.
        room("Support", "Redis", ["Support"]),
        // Reading object stores that speak Amazon's protocol.
        room("Support", "S3", ["Support", "Digests", "Outgoing", crypto]),

        // MARK: Demo
        // Eight months of loan applications with known truths planted: for `martlet demo` and for tests.
        room("", "Demo", ["Support", "Tables"]),

        // MARK: Engines: typed wrappers of native libraries, loaded at run time
        // The C structs and function types of the engines; no code of theirs.
        .target(name: "EngineHeaders", path: "Sources/Engines/EngineHeaders", exclude: ["README.md"]),
        // Where engines are looked for, and loading each once.
        room("Engines", "EngineLibraries", ["Support"]),
        // SQL over CSV, JSON and Parquet.
        room("Engines", "DuckDB", ["Support", "Tables", "EngineLibraries", "EngineHeaders"]),
        // Inference of ONNX graphs.
        room("Engines", "ONNXRuntime", ["Support", "EngineLibraries", "EngineHeaders"]),
        // Gradient-boosted trees.
        room("Engines", "LightGBM", ["Support", "EngineLibraries", "EngineHeaders"]),
        // Reading from PostgreSQL by its own library.
        room("Engines", "PostgreSQL", ["Support", "EngineLibraries"]),
        // Models that only Python can run, in processes of their own.
        room("Engines", "PythonWorker", ["Support", "Processes"]),
        // Policies in Rego, evaluated by the Open Policy Agent's own engine.
        room("Engines", "Rego", ["Support", "EngineLibraries", "EngineHeaders"]),

        // MARK: Storage: metadata and files
        // Metadata in SQLite: migrations, one writer, many readers.
        room("Storage", "Database", ["Support", grdb, sqlite]),
        // Content-addressed files, whole or absent.
        room("Storage", "Objects", ["Support", "Digests"]),

        // MARK: Common: what every phase of the lifecycle uses
        // The append-only, hash-chained record of what happened.
        room("Common", "Events", ["Support", "Digests", "Database"]),
        // Exports of the record, and what stands for it outside: lines in files, Git notes, time stamps.
        room("Common", "Audit", ["Support", "Outgoing", "Digests", "Objects", "Events"]),
        // Rules in Rego on top of the roles, their tests, and the log of what they decided.
        room("Common", "Policy", ["Support", "Digests", "EngineLibraries", "Rego", "Objects", "Outgoing"]),
        // Signing in by an identity provider: what is asked of it, and what makes its answer good.
        room("Common", "OpenIDConnect", ["Support", "Settings", "Outgoing", "Digests", crypto, cryptoExtras]),
        // Who may do what: principals, roles, tokens, and the one decision.
        room(
            "Common", "Access", ["Support", "Settings", "Digests", "Database", "Events", "Policy", "Outgoing", "OpenIDConnect", crypto, cryptoExtras]),
        // Copies of a project's state: incremental, checked, encrypted on request.
        room("Common", "Backup", ["Support", "Digests", "Objects", "Database", "Events", crypto, cryptoExtras]),
        // What stands behind `secret://` in a setting: a sealed file, the environment, files, Vault.
        room("Common", "Secrets", ["Support", "Outgoing", "Objects", "Events", crypto]),
        // The one graph from a prediction back to its source.
        room("Common", "Lineage", ["Support", "Database"]),
        // Events of OpenLineage: told of our own runs, and heard of those of other tools.
        room("Common", "LineageEvents", ["Support", "Settings", "Outgoing", "Digests", "Objects", "Database"]),
        // What is told of each request to those who run a server: an access log, and spans for OpenTelemetry.
        room("Common", "Telemetry", ["Support", "Settings", "Outgoing"]),
        // Steps, their order, and which of them are out of date.
        room("Common", "Pipelines", ["Support", "Digests", "Settings", "Database"]),

        // MARK: Lifecycle: the phases, in the order of work
        // The charter: problem, objectives, people, milestones.
        room("Lifecycle", "Planning", ["Support", "Statistics", "Settings", "Database"]),
        // Files and folders under version beside Git, in DVC's formats: pointers, cache, remotes.
        room("Lifecycle", "Versions", ["Support", "Digests", "Settings", "Processes", "Outgoing", "S3"]),
        // The real dvc and Git, for tests.
        room("Lifecycle", "VersionsTestSupport", ["Support", "Processes", "TestSupport"]),
        // Stages of `dvc.yaml`, what changed since they last ran, and `dvc.lock`.
        room("Lifecycle", "Stages", ["Support", "Digests", "Settings", "Versions"]),
        // Sources with names, and what came from them: each row exactly once.
        room(
            "Lifecycle", "Ingestion",
            ["Support", "Tables", "Settings", "Digests", "Outgoing", "S3", "Redis", "PostgreSQL", "DuckDB", "Database", "Objects", "Events"]),
        // What a table looks like: figures, histograms and alerts of every column.
        room("Lifecycle", "Exploration", ["Support", "Tables", "Statistics", "DuckDB"]),
        // Rules on data under Great Expectations' names, checked in one scan, and schemas as TensorFlow Data Validation writes them.
        room("Lifecycle", "Quality", ["Support", "Tables", "Statistics", "Settings", "DuckDB", "Exploration"]),
        // What the tests of exploration, quality and data share: the engine, the real data sets, profiles of a SELECT.
        room("Lifecycle", "DataTestSupport", ["Support", "Tables", "EngineLibraries", "DuckDB", "Exploration"]),
        // Sources, cleaning rules, dataset versions, splits.
        room(
            "Lifecycle", "Data",
            [
                "Support", "Digests", "Tables", "Statistics", "Settings", "DuckDB", "Database", "Events", "Lineage", "Ingestion", "Exploration",
                "Quality",
            ]),
        // Experiments and runs: parameters, points of metrics, tags, inputs, logged models, artifacts, and the search over them.
        room("Lifecycle", "Experiments", ["Support", "Digests", "Database", "Events", "Lineage"]),
        // Baselines, gradient boosting, evaluation, export to ONNX.
        room(
            "Lifecycle", "Training",
            ["Support", "Tables", "Statistics", "ONNXGraph", "LightGBM", "ONNXRuntime", "EngineLibraries"]),
        // Models, versions, aliases, signatures, gates, approvals.
        room(
            "Lifecycle", "Registry",
            ["Support", "Tables", "Digests", "Database", "Events", "Access", "Lineage", "Planning", "Experiments"]),
        // Tracking stores of other tools, read into experiments, and written out for them.
        room(
            "Lifecycle", "Adoption",
            ["Support", "Settings", "Digests", "Outgoing", "Database", "Objects", "Events", "Experiments", "Registry", "Tables", "DuckDB"]),
        // Endpoints, answers and the prediction log.
        room(
            "Lifecycle", "Serving",
            ["Support", "Digests", "Tables", "Settings", "Database", "Telemetry"]),
        // Drift, late labels, production quality, checks.
        room(
            "Lifecycle", "Monitoring",
            ["Support", "Outgoing", "Tables", "Statistics", "Settings", "Database", "Events", "Planning", "Serving", crypto]),
        // One project folder with all phases assembled, and the order in which a run calls them.
        room(
            "Lifecycle", "Projects",
            [
                "Support", "Processes", "Digests", "Tables", "Statistics", "Settings", "Outgoing", "Redis", "EngineLibraries", "DuckDB",
                "ONNXRuntime", "LightGBM", "PythonWorker", "Database", "Objects", "Events", "Audit", "Lineage", "LineageEvents", "Policy", "Access",
                "Backup", "Secrets", "Pipelines", "Planning", "Versions", "Stages", "Ingestion", "Exploration", "Quality", "Data", "Experiments",
                "Training", "Registry", "Adoption", "Serving", "Monitoring",
            ]),

        // MARK: Transport: what every protocol stands on
        // The HTTP server, TLS, and the gate that each request passes.
        room(
            "Transport", "HTTP",
            [
                "Support", "Compression", "Access", "Telemetry", hummingbird, hummingbirdCore, hummingbirdTLS, nioSSL, httpTypes, nio, nioHTTP,
                nioHTTPTypes, lifecycle, signals, logging, nioPosix,
            ]),

        // The gRPC server, and the same gate for its calls.
        room(
            "Transport", "GRPC",
            ["Support", "Access", "Telemetry", "HTTP", grpcCore, grpcTransport, grpcProtobuf, protobuf, nio, nioHTTP2, nioHPACK, lifecycle]),

        // A guarded router on an access of its own, for the tests of every protocol.
        room("Transport", "HTTPTestSupport", ["Support", "TestSupport", "Database", "Events", "Access", "HTTP"]),

        // MARK: Protocols: message <-> call on a phase
        // The Open Inference Protocol v2, JSON over HTTP.
        room("Protocols", "OpenInference", ["Support", "Tables", "Access", "Serving", "HTTP", hummingbird, httpTypes, nio]),

        // The Open Inference Protocol v2 over gRPC, and the health of a server as probes ask for it.
        room(
            "Protocols", "OpenInferenceGRPC", ["Support", "Tables", "Access", "Serving", "GRPC", protobuf],
            excluding: ["inference.proto", "health.proto"]),

        // Rows in, predictions out: the contracts of MLflow's scoring server, SageMaker, KServe, Vertex AI and Azure ML, and one of our own.
        room("Protocols", "Scoring", ["Support", "Tables", "Access", "Serving", "HTTP", hummingbird, httpTypes, nio]),

        // Rows that programs post to sources.
        room("Protocols", "Intake", ["Support", "Access", "HTTP", hummingbird, httpTypes, nio]),
        // The remote that DVC's clients push to and fetch from over HTTP.
        room("Protocols", "DVC", ["Support", "Access", "Versions", "HTTP", hummingbird, httpTypes, nio]),
        // Events of OpenLineage, as other tools post them.
        room("Protocols", "OpenLineage", ["Support", "Access", "LineageEvents", "HTTP", hummingbird, httpTypes, nio]),
        // What a server counts, as Prometheus scrapes it.
        room("Protocols", "Prometheus", ["Support", "Access", "Telemetry", "Serving", "HTTP", hummingbird, httpTypes, nio]),

        // The routes of Vault that its clients read and write secrets by, and sign in by AppRole.
        room("Protocols", "Vault", ["Support", "Access", "Events", "Secrets", "HTTP", hummingbird, httpTypes, nio]),

        // The routes of MLflow's tracking server and registry.
        room(
            "Protocols", "MLflow",
            [
                "Support", "Tables", "Digests", "Outgoing", "Database", "Objects", "Access", "Events", "Lineage", "Experiments", "Registry",
                "Adoption", "HTTP", hummingbird, httpTypes, nio, crypto,
            ]),

        // MARK: Web
        // The pages, the charts and the JSON API as values: views in, text out.
        room("Web", "Pages", ["Support", "Tables"]),
        // The routes that serve them over HTTP.
        room("Web", "Web", ["Support", "OpenIDConnect", "Access", "Pages", "HTTP", hummingbird, httpTypes, nio, lifecycle]),

        // MARK: Program
        // The command line and the server's assembly.
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Support", "Digests", "Tables", "Statistics", "EngineLibraries", "DuckDB", "ONNXRuntime", "LightGBM", "Rego", "Objects", "Events",
                "Audit", "Lineage", "LineageEvents",
                "Pipelines", "Stages", "Planning", "Versions", "Ingestion", "Exploration", "Quality", "Data", "Experiments", "Registry", "Serving",
                "Monitoring", "Projects",
                "OpenIDConnect", "Access", "Backup", "Secrets", "Telemetry", "Policy", "Database", "HTTP", "GRPC", "OpenInference",
                "OpenInferenceGRPC", "Scoring", "Intake", "OpenLineage", "Prometheus", "Vault", "MLflow", "DVC", "Adoption", "Pages", "Web", "Demo",
                argumentParser, httpClient, nio, nioHTTP,
            ],
            path: "Sources/Program", exclude: ["README.md"], swiftSettings: strict),

        // MARK: Tests
        // Profiles, on small relations and on the real data sets.
        tests("ExplorationTests", ["Exploration", "DataTestSupport", "Support", "TestSupport", "Tables", "DuckDB"]),
        // Data versions, against the real dvc.
        tests("VersionsTests", ["Versions", "VersionsTestSupport", "Digests", "Support", "TestSupport"]),
        // Expectations, against what Great Expectations says of the same tables.
        tests(
            "QualityTests", ["Quality", "Exploration", "DataTestSupport", "Support", "TestSupport", "Tables", "Settings", "DuckDB"],
            exclude: ["References"]),
        // Reading, cleaning and splitting of tables, on small files and on the real data sets.
        tests("DataTests", ["Data", "Quality", "DataTestSupport", "Support", "TestSupport", "Tables", "Statistics", "Settings", "DuckDB"]),
        // What looking at a source suggests, on small relations and on the real data sets.
        tests("InspectionTests", ["Data", "Exploration", "DataTestSupport", "Support", "Tables", "Statistics", "DuckDB"]),
        // The native engines, against Python's use of the same libraries.
        tests(
            "EnginesTests",
            [
                "Processes", "Support", "TestSupport", "Tables", "EngineLibraries", "EngineHeaders", "DuckDB", "LightGBM", "ONNXRuntime",
                "PythonWorker", "Rego",
            ], exclude: ["References"]),
        // The lifecycle on published data.
        tests(
            "ProjectsTests",
            [
                "Projects", "Access", "Database", "Digests", "Events", "Audit", "Experiments", "Pipelines", "Planning", "Ingestion", "Data",
                "Objects", "Registry", "Serving", "Monitoring", "EngineLibraries", "Tables", "Settings", "Support", "TestSupport",
            ]),
        tests("DemoTests", ["Demo", "Support", "Tables"]),
        tests("ONNXGraphTests", ["ONNXGraph", "Support"]),
        tests(
            "TrainingTests",
            ["Processes", "Training", "Support", "Tables", "Statistics", "ONNXGraph", "LightGBM", "ONNXRuntime", "EngineLibraries"],
            exclude: ["References"]),
        // Addresses that are refused, and requests that go nowhere else.
        tests("OutgoingTests", ["Outgoing", "Support", "TestSupport"]),
        // Values, tables, settings and digests.
        tests("SupportTests", ["Support", "Processes", "Compression", "Tables", "Settings", "Digests", "TestSupport"], exclude: ["Golden"]),
        // One suite for every backend of the database and of the object store, and what each of them adds.
        tests("StorageTests", ["Processes", "Database", "Objects", "Support", "Digests", "TestSupport"]),
        // Events, lineage and pipelines.
        tests(
            "CommonTests", ["Events", "Audit", "Objects", "Lineage", "Pipelines", "Database", "Settings", "Support", "Digests", "TestSupport"],
            exclude: ["Golden"]),
        // Events of OpenLineage: written, queued, read, and hostile ones.
        tests("LineageEventsTests", ["LineageEvents", "Database", "Settings", "Support", "TestSupport"]),
        tests("PlanningTests", ["Planning", "Database", "Settings", "Statistics", "Support", "TestSupport"], exclude: ["Golden"]),
        // Stages as DVC reads them, and its files to the byte, with the real DVC as the judge.
        tests("StagesTests", ["Stages", "VersionsTestSupport", "Settings", "Support", "TestSupport"]),
        // Models, gates, test reports, and the runs of Experiments.
        tests(
            "RegistryTests",
            [
                "Registry", "Experiments", "Planning", "Access", "Events", "Lineage", "Database", "Settings", "Digests", "Tables", "Support",
                "TestSupport",
            ],
            exclude: ["Golden"]),
        tests(
            "MonitoringTests",
            ["Monitoring", "Planning", "Serving", "Events", "Database", "Settings", "Statistics", "Tables", "Support", "TestSupport"],
            exclude: ["Golden"]),
        // Lines of an access log, trace contexts, and spans.
        tests("TelemetryTests", ["Telemetry", "Settings", "Support", "TestSupport"]),
        tests("StatisticsTests", ["Processes", "Statistics", "Support"], exclude: ["References"]),
        tests("ServingTests", ["Support", "TestSupport", "Tables", "Settings", "Serving"]),
        tests("PagesTests", ["Pages", "Support", "TestSupport", "Tables"], exclude: ["Golden"]),
        // ID tokens with every fault, sign-ins in flight, and a provider that answers wrongly.
        tests(
            "OpenIDConnectTests",
            ["OpenIDConnect", "Settings", "Support", "TestSupport", "HTTP", "HTTPTestSupport", crypto, cryptoExtras, hummingbird]),
        // Principals, roles, tokens, passwords, sessions.
        tests(
            "AccessTests",
            ["Processes", "Access", "OpenIDConnect", "Policy", "EngineLibraries", "Database", "Events", "Settings", "Support", "TestSupport"]),
        // Policies in Rego: in process and by a server of OPA's form, their log, tests and rehearsal.
        tests("PolicyTests", ["Policy", "EngineLibraries", "Support", "TestSupport"], exclude: ["References"]),
        // References, the sealed file, and a small server that speaks as Vault does.
        tests("SecretsTests", ["Secrets", "Support", "TestSupport"], exclude: ["References"]),
        // Vault's routes, also as its Python client takes them.
        tests("VaultTests", ["Vault", "Secrets", "Access", "Events", "HTTP", "HTTPTestSupport", "Support", "TestSupport"], exclude: ["References"]),
        // Runs that log, the search language, and artifacts, without a server.
        tests("ExperimentsTests", ["Experiments", "Database", "Events", "Digests", "Support", "TestSupport"]),
        // Where contents are pushed to and fetched from.
        tests("RemotesTests", ["Versions", "Digests", "S3", "Support", "TestSupport"]),
        // The remote over HTTP, also as DVC itself uses it.
        tests("DVCTests", ["DVC", "Versions", "VersionsTestSupport", "Access", "Digests", "HTTP", "HTTPTestSupport", "Support", "TestSupport"]),
        // MLflow's routes, also as its Python client takes them.
        tests(
            "MLflowTests",
            [
                "MLflow", "Experiments", "Registry", "Access", "Events", "Lineage", "Tables", "Database", "Objects", "Digests", "HTTP",
                "HTTPTestSupport", "Support", "TestSupport", crypto,
            ],
            exclude: ["References"]),
        // Stores of other tools, as those tools wrote them.
        tests(
            "AdoptionTests", ["Adoption", "Experiments", "Registry", "Database", "Objects", "Events", "Digests", "Support", "TestSupport"],
            exclude: ["References"]),
        // Backups: sealing, tampering, what is stored once.
        tests("BackupTests", ["Backup", "Database", "Events", "Digests", "Support", "TestSupport"]),
        // Who is let through to which route.
        tests(
            "HTTPTests", ["HTTP", "HTTPTestSupport", "Access", "Events", "Support", "TestSupport", hummingbird, httpTypes, nio, nioHTTP, nioEmbedded]),
        tests(
            "ClientTests",
            [
                "Support", "Compression", "TestSupport", "Tables", "Access", "Serving", "OpenInference", "OpenInferenceGRPC", "Scoring", "Prometheus",
                "HTTP", "GRPC", "HTTPTestSupport",
            ],
            exclude: ["References"]),
        // The real executable as a child process: a whole life, bad input, kills, every text a user sees.
        tests(
            "ProgramTests", ["Support", "Digests", "Database", "DuckDB", "EngineLibraries", "Tables", "VersionsTestSupport", "TestSupport"],
            exclude: ["Golden", "References"]),
        tests("WebTests", ["Web", "Pages", "Support", "TestSupport", "Tables", "Access", "HTTP", "HTTPTestSupport", hummingbird, httpTypes, nio]),
    ]
)
