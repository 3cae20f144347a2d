import Experiments
import Support

/// Turns the records of a W&B run into batches: its history and the state of its machine into points, its configuration into parameters, its summary
/// into what history does not tell.
struct WandBScribe {
    private(set) var batch = ForeignBatch()
    private(set) var leftOut: [String: Int] = [:]
    private let started: Timestamp
    /// The newest step and time of the history, and when the program ended, with which code.
    private(set) var step: Int64
    private(set) var newest: Timestamp
    private(set) var exitCode: Int?
    /// The keys that history has, and the last numbers of those that it has not.
    private var keys: Set<String>
    private var summary: [String: Double] = [:]

    /// - Parameter notes: as `notes` gave them behind the records that were read before.
    init(started: Timestamp, notes: JSONValue) {
        self.started = started
        step = Int64(notes["step"].int ?? 0)
        newest = notes["newest"].int.map { Timestamp(microseconds: Int64($0)) } ?? started
        exitCode = notes["exit"].int
        keys = Set(notes["keys"].elements.compactMap(\.text))
        for member in notes["summary"].members { summary[member.key] = member.value.double }
    }

    /// What has to be known to go on.
    var notes: JSONValue {
        [
            "step": .integer(step), "newest": .integer(newest.microseconds), "exit": JSONValue(exitCode), "keys": JSONValue(keys.sorted()),
            "summary": .object(summary.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, JSONValue($0.value)) }),
        ]
    }

    mutating func takeBatch() -> ForeignBatch {
        defer { batch = ForeignBatch() }
        return batch
    }

    /// Adds the numbers that only the summary has, as of the newest step.
    mutating func addSummary() {
        for (key, value) in summary.sorted(by: { $0.key < $1.key }) where !keys.contains(key) {
            batch.points.append(MetricPoint(key, value, at: newest, step: step))
        }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        var record = WireReader(bytes)
        var field = WireReader.Field()
        while try record.next(&field) {
            switch field.number {
            case 2: try takeHistory(field.reader)
            case 3: try takeSummary(field.reader)
            case 5: add(config: try WandBItem.items(field.reader, field: 1))
            case 7: try takeState(field.reader)
            case 8: leftOut["versions of artifacts", default: 0] += 1
            case 9: leftOut["alerts", default: 0] += 1
            case 17: try take(WandBRun(field.reader))
            case 18: try takeExit(field.reader)
            default: break
            }
        }
    }

    /// Takes what a run says when it begins, or is gone on with: then it has not ended any more.
    private mutating func take(_ run: WandBRun) {
        exitCode = nil
        add(config: run.config)
        batch.tags += run.tags
        if !run.name.isEmpty { batch.name = run.name }
    }

    private mutating func add(config: [WandBItem]) { batch.parameters += config.filter { !$0.isInternal }.flatMap(\.parameters) }

    private mutating func takeExit(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        exitCode = 0
        while try message.next(&field) { if field.number == 1 { exitCode = Int(field.integer) } }
    }

    // MARK: - Numbers over time

    private mutating func takeHistory(_ message: WireReader) throws(MartletError) {
        var reader = message
        var field = WireReader.Field()
        var items: [WandBItem] = []
        var at: Timestamp?
        while try reader.next(&field) {
            if field.number == 2 { step = try WandBScribe.number(field.reader) }
            guard field.number == 1 else { continue }
            let item = try WandBItem(field.reader)
            switch item.key {
            case "_step": step = item.number.flatMap { Int64(exactly: $0) } ?? step
            case "_timestamp": at = item.number.map { Timestamp(seconds: $0) }
            case let key where key.hasPrefix("_"): break
            default: items.append(item)
            }
        }
        newest = at ?? newest
        for item in WandBItem.joined(items) { add(item) }
    }

    private static func number(_ message: WireReader) throws(MartletError) -> Int64 {
        var message = message
        var field = WireReader.Field()
        while try message.next(&field) { if field.number == 1 { return field.integer } }
        return 0
    }

    private mutating func add(_ item: WandBItem) {
        keys.insert(item.key)
        if let number = item.number {
            batch.points.append(MetricPoint(item.key, number, at: newest, step: step))
            return
        }
        let value = item.value ?? .string(item.json)
        if value["_type"] == "histogram", let line = HistogramLine(wandb: value, step: step, at: newest) {
            batch.files.append(ForeignFile("histograms/\(FilePath.harmless(item.key)).jsonl", .lines(line.text)))
            return
        }
        // Pictures, tables and sounds lie among the run's files; their line says which belongs to which step.
        let folder = value["_type"].text == nil ? "text" : "media"
        var line: JSONValue = ["step": .integer(step), "at": .integer(newest.microseconds)]
        line[folder == "text" ? "text" : "value"] = value
        batch.files.append(ForeignFile("\(folder)/\(FilePath.harmless(item.key)).jsonl", .lines(line.compact + "\n")))
    }

    /// The state of the machine, by the seconds since the run began: it has no steps.
    private mutating func takeState(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        var items: [WandBItem] = []
        var at = newest
        while try message.next(&field) {
            if field.number == 2 { at = try WandBRun.time(field.reader) }
            if field.number == 3 { items.append(try WandBItem(field.reader)) }
        }
        let seconds = Int64(exactly: (at.seconds - started.seconds).rounded(.down)) ?? 0
        for item in items where !item.isInternal {
            if let number = item.number { batch.points.append(MetricPoint("system/\(item.key)", number, at: at, step: max(0, seconds))) }
        }
    }

    private mutating func takeSummary(_ message: WireReader) throws(MartletError) {
        for item in WandBItem.joined(try WandBItem.items(message, field: 1)) where !item.isInternal && !keys.contains(item.key) {
            if let number = item.number, number.isFinite { summary[item.key] = number }
        }
        for item in try WandBItem.items(message, field: 2) { summary[item.key] = nil }
    }
}

extension HistogramLine {
    /// From the form in which W&B's history holds one: `bins` are the edges, `values` the counts.
    init?(wandb value: JSONValue, step: Int64, at: Timestamp) {
        (self.step, self.at) = (step, at)
        edges = value["bins"].elements.compactMap(\.double)
        counts = value["values"].elements.compactMap(\.double)
        guard !counts.isEmpty, edges.count == counts.count + 1 else { return nil }
    }
}
