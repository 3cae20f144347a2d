internal import Events
package import Serving
package import Support

/// Which logged predictions are looked for, as a person typed it; empty texts ask for nothing.
package struct PredictionQuery: Sendable, Equatable {
    /// Not before: `24h`, `2026-11-23`, or a moment.
    package var since = ""
    /// Before that.
    package var until = ""
    /// `3` or `v3`.
    package var version = ""
    /// The caller's own key, as it was sent.
    package var key = ""
    /// The class that was answered.
    package var label = ""
    /// The least outlier score.
    package var outlier = ""
    /// The least time that the answer took: `50ms`, `1.5s`.
    package var slower = ""
    /// A comparison of columns: `age > 30 AND city = 'Bern'`.
    package var filter = ""
    /// The identifier that the page before ended with.
    package var before = ""

    package init() {}

    /// - Parameters:
    ///   - now: what `24h` counts back from.
    ///   - keys: the forms that a caller's key has in the log.
    /// - Throws: `usage` for what cannot be looked for.
    func search(now: Timestamp, _ keys: (String) throws(MartletError) -> Set<String>) throws(MartletError) -> PredictionSearch {
        var search = PredictionSearch()
        let start = try since.isEmpty ? PredictionLogReader.always.lowerBound : Past.moment(since, now: now)
        let end = try until.isEmpty ? PredictionLogReader.always.upperBound : Past.moment(until, now: now)
        guard start < end else { throw MartletError(.usage, "\(start) is not before \(end): there is nothing between them.") }
        search.period = start..<end
        let conditions = try conditions()
        search.filter = conditions.isEmpty ? nil : .all(conditions)
        search.keys = try key.isEmpty ? nil : keys(key)
        if !before.isEmpty {
            guard let id = TimeOrderedID(before.hasPrefix("prediction:") ? String(before.dropFirst(11)) : before) else {
                throw MartletError(.usage, "“\(before.prefix(60))” is no identifier of a prediction. Take “next” from the page before.")
            }
            search.before = id
        }
        return search
    }

    private func conditions() throws(MartletError) -> [PredictionFilter] {
        var conditions: [PredictionFilter] = []
        if !version.isEmpty {
            let digits = version.hasPrefix("v") ? String(version.dropFirst()) : version
            guard let number = Int(digits), number > 0 else {
                throw MartletError(.usage, "“\(version.prefix(40))” is no version. Write a number, such as 3.")
            }
            conditions.append(.compares("version", .equal, .number(Double(number))))
        }
        if !label.isEmpty { conditions.append(.compares("label", .equal, .text(label))) }
        if !outlier.isEmpty {
            guard let score = Double(outlier), (0...1).contains(score) else {
                throw MartletError(.usage, "“\(outlier.prefix(40))” is no outlier score. Write a number from 0 to 1, such as 0.99.")
            }
            conditions.append(.compares("outlier_score", .atLeast, .number(score)))
        }
        if !slower.isEmpty { conditions.append(.compares("latency_us", .atLeast, .number(try PredictionQuery.microseconds(slower)))) }
        if !filter.isEmpty { conditions.append(try PredictionFilter(filter)) }
        return conditions
    }

    private static func microseconds(_ text: String) throws(MartletError) -> Double {
        for (unit, factor) in [("ms", 1e3), ("us", 1), ("µs", 1), ("s", 1e6)] where text.hasSuffix(unit) {
            guard let number = Double(text.dropLast(unit.count)), number >= 0, number < 1e9 else { break }
            return number * factor
        }
        throw MartletError(.usage, "“\(text.prefix(40))” is no time that an answer takes. Write 50ms, 800us or 1.5s.")
    }
}

extension Project {
    /// The newest logged predictions that fit, as the log's files hold them: what a server has not written yet, its log flushes first.
    /// - Parameters:
    ///   - endpoint: whose log; the project's endpoint where it is nil.
    ///   - limit: how many, at most 1,000.
    /// - Throws: `usage` for what cannot be looked for, `notFound` for an endpoint without a log.
    package func predictions(of endpoint: String?, _ query: PredictionQuery, limit: Int) throws(MartletError) -> FoundPredictions {
        try file.requireServing()
        let reader = try PredictionLogReader(folder: predictionsFolder, endpoint: try loggedEndpoint(endpoint))
        var search = try query.search(now: clock.now()) { key throws(MartletError) in try logged(keys: [key]) }
        search.limit = max(1, min(limit, 1000))
        return try reader.search(search)
    }

    /// Records that somebody was shown predictions. Values that were looked for are not told: they are of the people whom the rows are about.
    package func recordListing(of endpoint: String?, _ found: FoundPredictions, _ query: PredictionQuery) throws(MartletError) {
        guard !found.records.isEmpty else { return }
        var body: JSONValue = ["predictions": JSONValue(found.records.count)]
        if !query.filter.isEmpty { body["columns"] = JSONValue(try PredictionFilter(query.filter).names.sorted()) }
        try readings.record("predictions.listed", "endpoint:\(try loggedEndpoint(endpoint))", body)
    }
}
