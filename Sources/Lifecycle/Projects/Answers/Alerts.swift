internal import Database
internal import Events
internal import Foundation
package import Monitoring
internal import Planning
internal import Secrets
internal import Serving
package import Support

/// A target of alerts, and how it is with it.
package struct AlertTargetState: Sendable {
    package var target: AlertTarget
    /// The messages that it has not had yet.
    package var waiting: [AlertDelivery]

    /// When the next of them is tried.
    package var next: Timestamp? { waiting.map(\.due).min() }
    /// Why the last attempt failed.
    package var failure: String? { waiting.compactMap(\.error).last }

    /// The target for `--json`.
    package var json: JSONValue {
        [
            "target": .string(target.name), "private": .bool(target.allowsPrivate), "waiting": JSONValue(waiting.count),
            "next_attempt": JSONValue(next?.description), "error": JSONValue(failure),
        ]
    }
}

extension Project {
    /// The messages that are still to be delivered.
    package var outbox: AlertOutbox { AlertOutbox(database: database, events: events, clock: clock) }

    /// The silences of the project.
    package var silences: AlertSilences { AlertSilences(database: database, events: events, clock: clock) }

    private var message: AlertMessage { AlertMessage(project: file.project, url: file.monitoring.url, at: clock.now()) }

    private var sender: AlertSender {
        AlertSender(
            message: message, every: file.monitoring.every, environment: ProcessInfo.processInfo.environment,
            resolve: { text throws(MartletError) in try await secretResolver.resolve(text) })
    }

    /// Records what monitors saw, with the messages about what turned, in the caller's transaction.
    func report(_ findings: [Finding], in session: SQLSession) throws {
        for finding in findings {
            guard let change = try incidents.report(finding, in: session) else { continue }
            try outbox.add(change, to: file.monitoring.alerts, message, in: session)
        }
    }

    /// Writes the message of a turn that a person made, in the caller's transaction.
    func tell(_ change: IncidentChange, in session: SQLSession) throws {
        try outbox.forgetHeld(change.incident.id, in: session)
        try outbox.add(change, to: file.monitoring.alerts, message, in: session)
    }

    /// Brings messages that are due to their targets. What fails is tried again by the next call, after a while.
    /// - Returns: a sentence for each message.
    package func deliverAlerts() async throws(MartletError) -> [String] {
        var notes: [String] = []
        while let delivery = try outbox.take() {
            guard let target = file.monitoring.alerts.first(where: { $0.name == delivery.target }) else {
                try outbox.delivered(delivery)
                notes.append("A message for \(delivery.target) is dropped: it is no longer in monitoring.alert.")
                continue
            }
            let incident = try incidents.incident(delivery.incident)
            do throws(MartletError) {
                try await sender.send(delivery, about: incident, to: target)
                try outbox.delivered(delivery)
                notes.append("\(target.name) was told: \(incident.title), \(delivery.turn.rawValue).")
            } catch {
                try outbox.failed(delivery, error)
                notes.append("\(target.name) was not told of \(incident.title), which is recorded and tried again. \(error.message)")
            }
        }
        return notes
    }

    /// Tells every Alertmanager again what goes on, so that its alerts do not end by themselves.
    /// - Returns: a sentence for each that was not reached.
    package func repeatAlerts() async throws(MartletError) -> [String] {
        let targets = file.monitoring.alerts.filter(\.holdsState)
        guard !targets.isEmpty else { return [] }
        let firing = try incidents.all(closed: false).filter { $0.state == .firing }
        var notes: [String] = []
        for target in targets {
            do throws(MartletError) { try await sender.tell(target, firing) } catch { notes.append("\(target.name): \(error.message)") }
        }
        return notes
    }

    /// Gives every Nagios the results of a check, good ones too.
    /// - Returns: a sentence for each that was not reached.
    func submit(_ results: [(service: String, state: NagiosState, text: String)]) -> [String] {
        var notes: [String] = []
        for case .nagios(let path, let host) in file.monitoring.alerts.map(\.means) {
            do throws(MartletError) {
                for result in results {
                    try NagiosPipe(path: path, host: host).submit(service: result.service, result.state, result.text, at: clock.now())
                }
            } catch { notes.append(error.message) }
        }
        return notes
    }

    /// Gives every Nagios what a look at drift found.
    /// - Returns: a sentence for each that was not reached.
    package func submit(_ report: DriftReport) -> [String] {
        submit([("drift", report.drifted.isEmpty ? .ok : .warning, finding(report).summary)])
    }

    // MARK: - What people ask for

    /// The targets of alerts with what they still wait for.
    package func alertTargets() throws(MartletError) -> [AlertTargetState] {
        let waiting = try outbox.waiting()
        return file.monitoring.alerts.map { target in AlertTargetState(target: target, waiting: waiting.filter { $0.target == target.name }) }
    }

    /// Sends a test to every target.
    /// - Returns: the targets with what went wrong, nil where nothing did.
    package func testAlerts() async -> [(target: AlertTarget, failure: MartletError?)] {
        var outcomes: [(target: AlertTarget, failure: MartletError?)] = []
        for target in file.monitoring.alerts {
            do throws(MartletError) {
                try await sender.test(target, endpoint: file.serving.endpoint, by: events.currentActor)
                outcomes.append((target, nil))
            } catch { outcomes.append((target, error)) }
        }
        return outcomes
    }

    /// Holds back the messages of a cause, or of every cause, for a time.
    package func silence(_ cause: String?, for duration: String, reason: String) throws(MartletError) -> AlertSilence {
        let known = file.charter.objectives.filter { $0.place == .production }.map(\.id) + ["inputs", "check", "drift", "canary"]
        if let cause, !known.contains(cause) {
            throw MartletError(
                .notFound, "No alert has the cause “\(cause)”.\(didYouMean(cause, among: known)) There are: \(known.joined(separator: ", ")).")
        }
        return try silences.add(cause: cause, seconds: try LookBack.seconds(duration), reason: try Project.reason(reason))
    }
}
