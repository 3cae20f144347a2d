internal import Data
internal import Database
internal import Experiments
internal import Foundation
package import LineageEvents
internal import Outgoing
internal import Secrets
package import Support

extension Project {
    /// Who is told of runs: the settings, with what the environment says.
    package var lineagePlan: LineagePlan { file.lineage.with(environment: ProcessInfo.processInfo.environment) }

    /// What is still to be told of runs.
    package var lineageOutbox: LineageOutbox { LineageOutbox(database: database, clock: clock) }

    /// What other tools told of their runs.
    package var foreignLineage: ForeignLineage { ForeignLineage(database: database, clock: clock) }

    /// Notes that something happened to a run, in the transaction of that.
    func tell(_ state: EventState, of run: RunID, in session: SQLSession) throws {
        try lineageOutbox.add(run, state, to: lineagePlan.targets, in: session)
    }

    // MARK: Telling

    /// Tells what is due. What fails is tried again by a later call, and nothing else suffers. It blocks: keep it off Swift's cooperative threads.
    /// - Parameters:
    ///   - version: of the program.
    ///   - seconds: how long it may take.
    /// - Returns: sentences on what could not be told.
    package func deliverLineage(version: String, seconds: Double) throws(MartletError) -> [String] {
        let end = monotonicSeconds() + seconds
        let plan = lineagePlan
        let outbox = lineageOutbox
        let events = RunEvents(project: self, plan: plan, version: version)
        try outbox.expire()
        var notes: [String] = []
        for target in LineageTarget.allCases {
            var receiver: LineageReceiver?
            // What nobody is named for now waits: the environment of another call may name who is to be told.
            while plan.targets.contains(target), monotonicSeconds() < end, let delivery = try outbox.take(target) {
                do throws(MartletError) {
                    if receiver == nil { receiver = try self.receiver(target, plan) }
                    let event = try events.event(delivery.state, at: delivery.at, of: delivery.run)
                    try receiver?.take(event.json, patience: max(0.5, min(5, end - monotonicSeconds())))
                    try outbox.sent(delivery)
                } catch {
                    let isLost = error.code == .refused && target == .receiver || error.code == .notFound && receiver != nil
                    try outbox.failed(delivery, error.message, forGood: isLost)
                    notes.append("OpenLineage: \(isLost ? "an event is lost" : "events wait, and are told later"). \(error.message)")
                    if !isLost { break }
                }
            }
        }
        return notes
    }

    private func receiver(_ target: LineageTarget, _ plan: LineagePlan) throws(MartletError) -> LineageReceiver {
        switch target {
        case .file: return .file(path: path(plan.file ?? ""))
        case .receiver:
            let resolve = { (text: String) throws(MartletError) -> String in
                try secretResolver.resolveAndWait(text.hasPrefix("$") ? "secret://env/\(text.dropFirst())" : text)
            }
            return try lineageReceiver(url: resolve(plan.url ?? ""), plan, key: plan.auth.map { (text) throws(MartletError) in try resolve(text) })
        }
    }

    /// A receiver over HTTP.
    package func lineageReceiver(url: String, _ plan: LineagePlan, key: String?) throws(MartletError) -> LineageReceiver {
        let address = try OutgoingAddress(url)
        let route = plan.endpoint.hasPrefix("/") ? plan.endpoint : "/\(plan.endpoint)"
        return .http(address: address.appending(route), key: key, client: OutgoingClient(allowsPrivate: plan.allowsPrivate))
    }

    // MARK: Exporting

    /// The events of runs that were, oldest first: of one pipeline run with its steps, or of all.
    package func lineageEvents(of run: RunID?, version: String) throws(MartletError) -> [LineageEvent] {
        let events = RunEvents(project: self, plan: lineagePlan, version: version)
        let pipelines: [RunID]
        if let run { pipelines = [run] } else { pipelines = try pipelineRuns() }
        var all: [LineageEvent] = []
        for id in pipelines {
            guard let pipeline = try runs.run(id) else { throw MartletError(.notFound, "There is no run \(id).") }
            for run in [pipeline] + (try runs.children(of: id)) { all += try events.events(of: run) }
        }
        return all.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private func pipelineRuns() throws(MartletError) -> [RunID] {
        try database.read { session in
            try session.rows("SELECT id FROM run WHERE step = 'pipeline' AND deleted IS NULL ORDER BY started, id").compactMap {
                $0.text("id").map { RunID($0) }
            }
        }
    }

    // MARK: Hearing

    /// What became of events that another tool sent.
    package struct HeardLineage: Sendable {
        /// Kept, and not known before.
        package var new = 0
        package var known = 0
        /// About runs of this project, which are recorded already.
        package var own = 0
    }

    /// Keeps events of other tools, all or none.
    package func hear(_ events: [ReceivedEvent]) throws(MartletError) -> HeardLineage {
        var heard = HeardLineage()
        var foreign: [ReceivedEvent] = []
        for event in events {
            if let run = event.run, try runs.run(RunID(run)) != nil { heard.own += 1 } else { foreign.append(event) }
        }
        heard.new = try foreignLineage.add(foreign, keep: file.lineage.keep)
        heard.known = foreign.count - heard.new
        return heard
    }
}
