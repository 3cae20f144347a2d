internal import Database
internal import Experiments
internal import Support

/// Histories of metrics.
enum MetricCalls {
    static let all: [Call] = [
        .get("metrics/get-history", history), .get("metrics/get-history-bulk", bulk), .get("metrics/get-history-bulk-interval", sampled),
    ]

    private static let mostRuns = 100
    private static let mostPoints = 25_000
    /// The most points of one answer, whatever is asked for: the rest is on the next page.
    private static let mostOfHistory = 500_000

    private static func history(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let key = try arguments.text("metric_key")
        let run = try RunCalls.named(arguments, in: session)
        let offset = try PageToken.offset(arguments.optionalText("page_token"))
        let limit = min(try arguments.limit(standard: mostOfHistory, most: .max), mostOfHistory)
        let points = try RunReader.history(of: key, in: run, offset: offset, limit: limit + 1, in: session)
        var answer = Message()
        answer.set("metrics", list: points.prefix(limit).map(\.message))
        if points.count > limit { answer.set("next_page_token", text: PageToken.text(offset: offset + limit)) }
        return answer.json
    }

    private static func runs(_ arguments: Arguments, _ name: String, in session: SQLSession) throws -> [TrackedRun] {
        let ids = try arguments.texts(name)
        let isSampled = name == "run_ids"
        guard !ids.isEmpty else {
            throw isSampled ? arguments.missing(name) : .invalid("GetMetricHistoryBulk request must specify at least one run_id.")
        }
        guard ids.count <= mostRuns else {
            throw MLflowError.invalid(
                isSampled
                    ? "GetMetricHistoryBulkInterval request must specify at most \(mostRuns) run_ids. Received \(ids.count) run_ids. \(Arguments.hint)"
                    : "GetMetricHistoryBulk request cannot specify more than \(mostRuns) run_ids. Received \(ids.count) run_ids.")
        }
        return try ids.compactMap { try RunReader.run(RunID($0), in: session) }
    }

    private static func bulk(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let runs = try runs(arguments, "run_id", in: session)
        guard let key = try arguments.optionalText("metric_key"), !key.isEmpty else {
            throw MLflowError.invalid("GetMetricHistoryBulk request must specify a metric_key.")
        }
        let limit = min(try arguments.limit(standard: mostPoints, most: .max), mostPoints)
        var metrics: [JSONValue] = []
        for run in runs where metrics.count < limit {
            metrics += try RunReader.history(of: key, in: run, limit: limit - metrics.count, in: session).map { message($0, of: run) }
        }
        return ["metrics": .array(metrics)]
    }

    /// Evenly drawn from each run's history, with the first and the last point.
    private static func sampled(_ arguments: Arguments, _ context: CallContext, _ session: SQLSession) throws -> JSONValue {
        let key = try arguments.text("metric_key")
        let limit = Int(exactly: try arguments.optionalWhole("max_results") ?? 320) ?? 0
        guard (1...2500).contains(limit) else { throw MLflowError.invalid("max_results must be between 1 and 2500. \(Arguments.hint)") }
        let (start, end) = (try arguments.optionalWhole("start_step"), try arguments.optionalWhole("end_step"))
        guard (start == nil) == (end == nil) else {
            throw MLflowError.invalid("If either start step or end step are specified, both must be specified.")
        }
        if let start, let end, start > end {
            throw MLflowError.invalid("end_step must be greater than start_step. Found start_step=\(start) and end_step=\(end).")
        }
        var metrics: [JSONValue] = []
        for run in try runs(arguments, "run_ids", in: session) {
            var points = try RunReader.history(of: key, in: run, in: session).sorted { ($0.step, $0.at) < ($1.step, $1.at) }
            if let start, let end { points.removeAll { $0.step < start || $0.step > end } }
            metrics += drawn(points, limit).map { message($0, of: run) }
        }
        return ["metrics": .array(metrics)]
    }

    private static func drawn(_ points: [MetricPoint], _ limit: Int) -> [MetricPoint] {
        guard points.count > limit, limit > 1 else { return Array(points.prefix(max(limit, 1))) }
        return (0..<limit).map { points[$0 * (points.count - 1) / (limit - 1)] }
    }

    /// These lists hold points of several runs.
    private static func message(_ point: MetricPoint, of run: TrackedRun) -> JSONValue {
        var message = point.message
        message["run_id"] = .string(run.id.rawValue)
        return message
    }
}
