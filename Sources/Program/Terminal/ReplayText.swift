import Planning
import Projects
import Serving
import Statistics
import Support

/// What a replay found, for a person.
struct ReplayText {
    let report: ReplayReport
    let console: Console

    func print() {
        console.line(
            "\(report.reference) on the traffic of “\(report.endpoint)” from \(report.period.lowerBound) to \(report.period.upperBound)")
        var table = TextTable()
        addRows(&table)
        addDifferences(&table)
        addTimes(&table)
        table.lines().forEach { console.line($0) }
        printQuality()
        if report.rows == 0 { console.line("Nothing was logged in that time. Look further back with --window.") }
        for check in report.checks { console.line("\(console.mark(check.verdict)) \(check.objective): \(check.reason)") }
    }

    private func addRows(_ table: inout TextTable) {
        let pace = report.times.seconds > 0 ? ", \(Int(Double(report.replayed) / report.times.seconds)) a second" : ""
        table.add("rows", "\(report.replayed) of \(report.rows) asked again in \(Objective.text(report.times.seconds)) s\(pace)")
        for (reason, rows) in report.skipped { table.add("", "\(rows) not asked: \(reason)") }
        if report.failed > 0 { table.add("", "\(report.failed) could not be answered: \(report.failure ?? "")") }
        if !report.answered.isEmpty {
            table.add("answered then", report.answered.map { "\($0.version) \($0.rows)" }.joined(separator: ", "))
        }
    }

    private func addDifferences(_ table: inout TextTable) {
        let found = report.comparison
        if found.labelled > 0 {
            table.add("labels", "\(found.disagreements) of \(found.labelled) are others (\(share(found.disagreements, found.labelled)))")
            for (then, now, rows) in changes.prefix(20) { table.add("", "\(then) → \(now)  \(rows)") }
            if changes.count > 20 { table.add("", "… and \(changes.count - 20) other changes") }
        }
        guard let mean = found.mean else { return }
        table.add(
            "scores",
            "mean difference \(Objective.text(mean)), greatest \(Objective.text(found.greatest)); \(share(found.beyond, found.scored)) beyond \(Objective.text(found.threshold)); \(found.identical) of \(found.scored) the same to the last bit"
        )
        for (place, row) in found.farthest.enumerated() {
            table.add(place == 0 ? "farthest" : "", "prediction:\(row.id)  \(text(row.then)) → \(text(row.now))")
        }
    }

    private var changes: [(String, String, Int)] {
        report.comparison.labels.flatMap { then, now in now.filter { $0.key != then }.map { (then, $0.key, $0.value) } }
            .sorted { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) }
    }

    private func printQuality() {
        guard let quality = report.quality else {
            if report.replayed > 0 { console.line("  No label of these rows has come yet.") }
            return
        }
        console.line("  \(quality.labelled) rows have a label:")
        var table = TextTable(rows: [["", "then", "now"]])
        let then = Dictionary(quality.then.map { ($0.metric, $0) }, uniquingKeysWith: { first, _ in first })
        for now in quality.now where now.value != nil {
            table.add(now.metric.rawValue, then[now.metric].map(text) ?? "–", text(now))
        }
        table.lines(indent: "    ").forEach { console.line($0) }
    }

    private func addTimes(_ table: inout TextTable) {
        let times = report.times
        if let batched = times.batched { table.add("time a row", "\(Objective.text(batched)) µs in batches, the model alone") }
        if times.alone.count > 0 {
            table.add("", "\(text(times.alone)) asked one by one, the model alone, on this machine now")
        }
        if let standing = times.standing { table.add("", "\(text(standing.times)) the same of v\(standing.version), asked in turn with it") }
        if times.logged.count > 0 { table.add("", "\(text(times.logged)) whole requests as they were logged then") }
    }

    private func text(_ times: LatencyHistogram) -> String {
        "p50 \(milliseconds(times, 0.5)), p99 \(milliseconds(times, 0.99))"
    }

    private func milliseconds(_ times: LatencyHistogram, _ share: Double) -> String {
        times.quantile(share).map { "\(Objective.text($0)) ms" } ?? "–"
    }

    private func text(_ estimate: MetricEstimate) -> String {
        guard let value = estimate.value else { return "–" }
        let interval = estimate.interval.map { " (\(Objective.text($0.lower)) to \(Objective.text($0.upper)))" } ?? ""
        return Objective.text(value) + interval
    }

    private func text(_ scores: [Double]) -> String { scores.map { Objective.text($0) }.joined(separator: ", ") }

    private func share(_ part: Int, _ whole: Int) -> String { "\(Objective.text(100 * Double(part) / Double(max(1, whole)))) %" }
}
