package import Data
internal import Dispatch
internal import DuckDB
internal import Foundation
package import Ingestion
internal import Objects
internal import Secrets
package import Support
internal import Synchronization

extension Project {
    /// What came from the sources that have names.
    package var sources: SourceStore { SourceStore(database: database, events: events, clock: clock) }

    /// What a person decided about the data, with the files of the sources that have names.
    package func dataPlan() throws(MartletError) -> DataPlan {
        var plan = file.data
        for source in plan.sources { plan.fetched[source.name] = try files(of: source) }
        return plan
    }

    private func files(of source: NamedSource) throws(MartletError) -> [SourceFile] {
        try sources.batches(source.name).map { (batch) throws(MartletError) in
            SourceFile(
                name: "\(source.name)/\(batch.sequence)-\(batch.name)", path: try objects.path(batch.digest), size: batch.bytes,
                holdsTexts: batch.holdsTexts)
        }
    }

    /// A source by its name.
    /// - Throws: `notFound` with the nearest name.
    package func source(_ name: String) throws(MartletError) -> NamedSource {
        let name = name.hasPrefix(NamedSource.prefix) ? String(name.dropFirst(NamedSource.prefix.count)) : name
        let names = file.data.sources.map(\.name)
        guard let found = file.data.sources.first(where: { $0.name == name }) else {
            let there = names.isEmpty ? "martlet.yaml has no “data.sources”." : "There are: \(names.joined(separator: ", "))."
            throw MartletError(.notFound, "There is no source “\(name)”.\(didYouMean(name, among: names)) \(there)")
        }
        return found
    }

    private func sync() -> SourceSync {
        let opened = SharedEngine(self)
        return SourceSync(store: sources, objects: objects, folder: sourcesFolder) { () throws(MartletError) in try opened.engine() }
    }

    /// The folder in which fetches work, below the project's state.
    package var sourcesFolder: String { "\(stateFolder)/sources" }

    private var connectors: SourceConnectors {
        let resolver = secretResolver
        return SourceConnectors(root: root, clock: clock) { (text) throws(MartletError) in try resolver.resolveAndWait(text) }
    }

    /// Brings what is new of a source. It blocks: keep it off Swift's cooperative threads.
    /// - Parameters:
    ///   - restarts: whether all is fetched anew.
    ///   - patience: how long a stream waits for entries where there are none, in milliseconds.
    package func fetch(
        _ source: NamedSource, restarts: Bool = false, patience: Int = 0, progress: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(MartletError) -> SourceSync.Outcome {
        let connector = try connectors.connector(of: source, patience: patience)
        return try sync().run(source, connector, restarts: restarts, progress: progress)
    }

    /// Asks whether a source can be reached, and what it has.
    package func probe(_ source: NamedSource) throws(MartletError) -> String {
        let folder = objects.temporaryPath()
        try makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let opened = SharedEngine(self)
        let work = FetchWork(folder: folder, lasting: folder, engine: { () throws(MartletError) in try opened.engine() }, progress: { _ in })
        return try connectors.connector(of: source).probe(work)
    }

    /// Keeps rows that were posted, all or none. It blocks: keep it off Swift's cooperative threads.
    /// - Parameter bytes: JSON objects, one a line, or a Parquet file.
    package func append(_ bytes: [UInt8], isParquet: Bool, to source: NamedSource) throws(MartletError) -> SourceSync.Outcome {
        guard source.place == .append else {
            throw MartletError(.conflict, "“\(source.name)” is fetched (\(source.kind)); rows are posted to sources with “append: true” only.")
        }
        return try sync().append(bytes, isParquet: isParquet, to: source)
    }

    /// Brings what is new of the sources that the data is read from, before a run.
    func refreshSources(progress: @escaping @Sendable (String) -> Void) throws(MartletError) {
        let named = file.data.reads
        for source in file.data.sources where source.isPulled && named.contains(source.reference) {
            do { _ = try fetch(source, progress: { progress("fetching \(source.name): \($0)") }) } catch {
                // A server brings streams in as they happen: it is at it now.
                if error.code == .conflict, !source.canRestart { continue }
                let hint = try sources.batches(source.name).isEmpty ? "" : " “martlet run --offline” works with what came before."
                throw MartletError(
                    error.code, "The source “\(source.name)” could not be fetched: \(error.message)\(hint)", place: source.written, cause: error.cause
                )
            }
        }
    }
}

/// The engine, opened when it is first needed.
private final class SharedEngine: Sendable {
    private let project: Project
    private let opened = Mutex<DuckDB?>(nil)

    init(_ project: Project) { self.project = project }

    func engine() throws(MartletError) -> DuckDB {
        if let engine = opened.withLock({ $0 }) { return engine }
        let engine = try project.openDuckDB()
        opened.withLock { $0 = engine }
        return engine
    }
}

extension SecretResolver {
    /// `resolve`, for a thread that waits. It blocks: keep it off Swift's cooperative threads.
    func resolveAndWait(_ text: String) throws(MartletError) -> String {
        let outcome = Mutex<Result<String, MartletError>?>(nil)
        let isDone = DispatchSemaphore(value: 0)
        Task {
            let resolved: Result<String, MartletError>
            do throws(MartletError) { resolved = .success(try await resolve(text)) } catch { resolved = .failure(error) }
            outcome.withLock { $0 = resolved }
            isDone.signal()
        }
        isDone.wait()
        guard let resolved = outcome.withLock({ $0 }) else { throw MartletError(.defect, "A secret was not resolved.") }
        return try resolved.get()
    }
}
