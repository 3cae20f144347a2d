package import Access
package import Data
package import Database
package import DuckDB
package import EngineLibraries
package import Events
package import Experiments
internal import Foundation
package import Lineage
package import Objects
package import Pipelines
package import Planning
package import Registry
package import Secrets
package import Support

/// A project folder, opened: its file, its stores, its engines. Every command and every page works through one of these.
package struct Project: Sendable {
    /// The folder that holds `martlet.yaml`.
    package let root: String
    package let file: ProjectFile
    package let clock: any WallClock
    package let database: any MetadataDatabase
    package let objects: DiskObjectStore
    package let events: EventLog
    package let lineage: LineageGraph
    package let runs: RunStore
    package let datasets: DatasetStore
    package let models: ModelStore
    package let checks: CheckResults
    package let files: FileStates
    package let identifiers: IdentifierSource
    package let engines: EngineLocator
    /// The moment at which the project is looked at; nil for the present.
    package let past: Past?
    /// Where reads are recorded: in the present, also while the past is looked at.
    package let readings: EventLog
    /// Who works, and how they were recognised.
    package let caller: Caller
    package let approvals: ApprovalStore
    /// The token that Vault is read with.
    package let vault: VaultSession
    /// The commands of steps that run now.
    package let commands = RunningCommands()
    /// The prediction logs that this process writes.
    package let logs: OpenLogs

    /// Opens a project.
    /// - Parameters:
    ///   - root: the folder.
    ///   - actor: who works: recorded with every event.
    ///   - rehearses: whether what is written to the metadata is taken back at once, for `--dry-run`.
    package init(
        root: String, clock: any WallClock, engines: EngineLocator, actor: String, rehearses: Bool = false
    ) throws(MartletError) {
        let state = Project.stateFolder(root)
        let file = try ProjectFile(path: "\(root)/\(ProjectFile.name)")
        try Project.makeState(root)
        let opened = try SQLiteDatabase(path: "\(state)/martlet.db", durability: file.durability)
        let database: any MetadataDatabase = rehearses ? RehearsedDatabase(opened) : opened
        self.init(
            root: root, file: file, clock: clock, database: database, objects: try DiskObjectStore(root: "\(state)/objects"),
            events: EventLog(database: database, clock: clock, actor: actor, headFile: HeadFile(path: "\(state)/\(HeadFile.name)")),
            identifiers: IdentifierSource(clock: clock), engines: engines, caller: .folder(actor))
    }

    /// - Parameters:
    ///   - past: the moment at which it is looked at, where that is not the present.
    ///   - readings: where reads are recorded; in `events` where it is nil.
    ///   - vault: the token for Vault that is held already; one of its own where it is nil.
    init(
        root: String, file: ProjectFile, clock: any WallClock, database: any MetadataDatabase, objects: DiskObjectStore, events: EventLog,
        identifiers: IdentifierSource, engines: EngineLocator, caller: Caller, past: Past? = nil, readings: EventLog? = nil,
        vault: VaultSession? = nil, logs: OpenLogs = OpenLogs()
    ) {
        self.vault = vault ?? VaultSession(clock: clock)
        self.logs = logs
        self.past = past
        self.readings = readings ?? events
        self.root = root
        self.file = file
        self.clock = clock
        self.database = database
        self.objects = objects
        self.events = events
        self.identifiers = identifiers
        self.engines = engines
        self.caller = caller
        lineage = LineageGraph(database: database, clock: clock)
        runs = RunStore(database: database, clock: clock)
        datasets = DatasetStore(database: database, events: events, lineage: lineage, clock: clock)
        models = ModelStore(database: database, events: events, lineage: lineage, clock: clock)
        approvals = ApprovalStore(database: database, events: events, models: models, clock: clock)
        checks = CheckResults(database: database)
        files = FileStates(database: database)
    }

    /// The same project with its file as it stands now, in which somebody else acts: what is written carries their name.
    /// - Parameter rehearses: whether what is written to the metadata is taken back at once.
    package func reopened(for caller: Caller, rehearses: Bool = false) throws(MartletError) -> Project {
        let database: any MetadataDatabase = rehearses ? RehearsedDatabase(database) : database
        let events = events.acting(as: caller.id.rawValue, via: caller.via, on: database)
        return Project(
            root: root, file: try ProjectFile(path: "\(root)/\(ProjectFile.name)"), clock: clock, database: database, objects: objects,
            events: events, identifiers: identifiers, engines: engines, caller: caller, vault: vault, logs: logs)
    }

    /// The same project with its file as it stands now.
    package func reread() throws(MartletError) -> Project {
        Project(
            root: root, file: try ProjectFile(path: "\(root)/\(ProjectFile.name)"), clock: clock, database: database, objects: objects,
            events: events, identifiers: identifiers, engines: engines, caller: caller, vault: vault, logs: logs)
    }

    /// The principals of the project.
    package var principals: PrincipalStore { PrincipalStore(database: database, events: events, clock: clock, plan: file.access) }

    /// The API tokens of the project.
    package var tokens: TokenStore { TokenStore(database: database, events: events, clock: clock) }

    /// Which users the identities at providers belong to.
    package var identities: IdentityStore { IdentityStore(database: database, events: events, clock: clock) }

    /// The folder that Martlet keeps its state in.
    package static func stateFolder(_ root: String) -> String { "\(root)/.martlet" }

    /// Makes that folder. Where nobody has made the project on purpose, as in one with a `dvc.yaml` alone, Git is told to pass over it.
    private static func makeState(_ root: String) throws(MartletError) {
        let state = stateFolder(root)
        try makeFolder(state)
        guard access("\(root)/\(ProjectFile.name)", F_OK) != 0, access("\(state)/.gitignore", F_OK) != 0 else { return }
        try replaceFile("\(state)/.gitignore", with: Array("*\n".utf8))
    }

    package var stateFolder: String { Project.stateFolder(root) }

    /// The folder of the prediction log.
    package var predictionsFolder: String { "\(stateFolder)/predictions" }

    /// A path of the project, made absolute.
    package func path(_ relative: String) -> String { relative.hasPrefix("/") ? relative : "\(root)/\(relative)" }

    /// Loads DuckDB; only what reads or writes tables needs it.
    package func openDuckDB() throws(MartletError) -> DuckDB {
        // Each thread holds blocks of a file that it reads: under little memory there is one.
        let threads = (Project.memory ?? .max) < Project.littleMemory ? 1 : Processors.available
        return try DuckDB(
            locator: engines, threads: threads, memoryLimit: Project.memory.map { "\($0 / 2 / 1_000_000)MB" },
            temporaryDirectory: "\(stateFolder)/tmp")
    }

    /// How much memory preparing data may use, in bytes: the environment's `MARTLET_MEMORY`, such as `1GB` or `800MB`. DuckDB gets half of it. Nil
    /// where it is not set or too small to work with.
    static let memory: Int? = {
        let text = ProcessInfo.processInfo.environment["MARTLET_MEMORY"]?.uppercased() ?? ""
        let units = [("GB", 1_000_000_000.0), ("MB", 1_000_000)]
        guard let (unit, size) = units.first(where: { text.hasSuffix($0.0) }), let number = Double(text.dropLast(unit.count)) else { return nil }
        return Int(exactly: (number * size).rounded()).flatMap { $0 >= 200_000_000 ? $0 : nil }
    }()

    private static let littleMemory = 600_000_000

    /// Whether a person has confirmed the charter as it stands.
    package func isCharterConfirmed() throws(MartletError) -> Bool { try checks.confirmation(of: file.charterDigest) != nil }

    /// Records that the acting person agrees to the charter as it stands, and puts the rule of promotion in force.
    /// - Parameter loosens: whether a rule that lets more through than the one in force is meant.
    /// - Throws: `refused` where it does and is not meant, or the person may not loosen it; that is recorded.
    package func confirmCharter(loosens: Bool = false) throws(MartletError) {
        try file.requireLifecycle()
        try recordSettings()
        try approvals.attempt(["rule": file.promotion.json], on: { _ in "charter:\(file.project)" }) { session in
            try approvals.confirmRule(file.promotion, loosens: loosens, by: caller, in: session)
            try checks.confirm(charter: file.charterDigest, at: clock.now(), actor: events.currentActor, in: session)
            try events.append("charter.confirmed", "charter:\(file.project)", ["digest": .string(file.charterDigest)], in: session)
        }
    }
}
