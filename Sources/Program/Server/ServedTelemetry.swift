import Foundation
import Projects
import Serving
import Support
import Telemetry

/// What a server tells of each request: the access log and the spans, and what writes and sends them.
struct ServedTelemetry {
    let watch: RequestWatch
    private let export: SpanExport?
    /// Where the log is written, as a disk may be slow.
    private let pool = WorkPool(width: 1)
    private let failures = FailureNotes()

    /// - Returns: nil where nothing is told.
    /// - Throws: what the operating system says of a log that cannot be written.
    init?(_ plan: TelemetryPlan, of project: Project) throws(MartletError) {
        guard plan.isOn else { return nil }
        let log = try plan.access.map { path throws(MartletError) in try AccessLog(path: path == "-" ? path : project.path(path)) }
        let spans = plan.traces.map { _ in SpanQueue() }
        watch = RequestWatch(
            log: log, spans: spans, share: plan.traces?.share ?? 0, clock: project.clock, seed: UInt64.random(in: .min ... .max))
        export = plan.traces.flatMap { plan in
            spans.map { SpanExport(plan, queue: $0, service: project.file.serving.endpoint, version: Version.current) }
        }
    }

    /// Writes lines some times a second, until it is cancelled.
    func writeLines() async {
        guard let log = watch.log else { return }
        while (try? await Task.sleep(for: .milliseconds(200))) != nil { try? await pool.run { () throws(MartletError) in log.write() } }
    }

    /// Sends spans as they come, until it is cancelled.
    func sendSpans() async {
        guard let export else { return }
        while !Task.isCancelled {
            do throws(MartletError) {
                if try await export.sendOne() { continue }
            } catch { failures.tell("\(error)", counted: "martlet_spans_total") }
            guard (try? await Task.sleep(for: .milliseconds(500))) != nil else { return }
        }
    }

    /// Writes and sends what is left, once nobody is answered any more.
    func finish() async {
        watch.log?.write()
        guard let export else { return }
        do throws(MartletError) { while try await export.sendOne() {} } catch { failures.tell("\(error)", counted: "martlet_spans_total") }
    }
}
