import Experiments
import Support

/// Turns the events of one run into batches: scalars into points, hyperparameters into parameters, images, sounds, texts and histograms into files.
struct EventScribe {
    private(set) var batch = ForeignBatch()
    /// The part of TensorBoard that shows a tag of tensors: only the first value of a tag says it.
    private(set) var plugins: [String: String]
    /// The newest time of something logged, in seconds since 1970.
    private(set) var newest = 0.0
    /// What is not taken over, by kind, with how often it was seen.
    private(set) var leftOut: [String: Int] = [:]

    init(plugins: [String: String]) { self.plugins = plugins }

    /// Gives what was gathered and begins a new batch.
    mutating func takeBatch() -> ForeignBatch {
        defer { batch = ForeignBatch() }
        return batch
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        let event = try LoggedEvent(bytes)
        if event.hasGraph { leftOut["graphs", default: 0] += 1 }
        if event.isRestart { restart(at: event.step) }
        guard var summary = event.summary else { return }
        if event.wallTime.isFinite { newest = max(newest, event.wallTime) }
        var field = WireReader.Field()
        while try summary.next(&field) {
            guard field.number == 1 else { continue }
            try take(SummaryValue(field.reader), step: event.step, at: Timestamp(seconds: event.wallTime))
        }
    }

    private mutating func restart(at step: Int64) {
        batch.points.removeAll { $0.step >= step }
        batch.restartedAt = min(step, batch.restartedAt ?? step)
    }

    private mutating func take(_ value: SummaryValue, step: Int64, at: Timestamp) throws(MartletError) {
        if let metadata = value.metadata {
            if metadata.plugin == "hparams" { return try HyperparameterReader.read(metadata.content, into: &batch) }
            if plugins[value.tag] == nil, case .tensor = value.content { plugins[value.tag] = metadata.plugin }
        }
        switch value.content {
        case .scalar(let number): batch.points.append(MetricPoint(value.tag, number, at: at, step: step))
        case .image(let message): try take(encoded: message, "images", value.tag, step)
        case .audio(let message): try take(encoded: message, "audio", value.tag, step)
        case .histogram(let message): add(try HistogramLine(message, step: step, at: at), value.tag)
        case .tensor(let message): try take(LoggedTensor(message), value.tag, step, at)
        case .none: break
        }
    }

    /// The bytes of a picture or of a sound, which both messages hold in their fourth field.
    private mutating func take(encoded message: WireReader, _ folder: String, _ tag: String, _ step: Int64) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        while try message.next(&field) { if field.number == 4, field.type == 2 { add(field.content, folder, tag, step) } }
    }

    private mutating func take(_ tensor: LoggedTensor, _ tag: String, _ step: Int64, _ at: Timestamp) {
        switch plugins[tag] ?? "" {
        case "scalars":
            if let number = tensor.numbers.first { batch.points.append(MetricPoint(tag, number, at: at, step: step)) }
        case "images": for (i, image) in tensor.texts.dropFirst(2).enumerated() { add(image, "images", tag, step, i) }
        case "audio": for i in stride(from: 0, to: tensor.texts.count, by: 2) { add(tensor.texts[i], "audio", tag, step, i / 2) }
        case "text": add(texts: tensor.texts.map { String(decoding: $0, as: UTF8.self) }, tag, step, at)
        case "histograms": if let line = HistogramLine(tensor, step: step, at: at) { add(line, tag) }
        case let other: leftOut[other.isEmpty ? "tensors" : other, default: 0] += 1
        }
    }

    private mutating func add(_ bytes: UnsafeRawBufferPointer, _ folder: String, _ tag: String, _ step: Int64, _ index: Int = 0) {
        let number = index == 0 ? "\(step)" : "\(step)-\(index)"
        batch.files.append(ForeignFile("\(folder)/\(FilePath.harmless(tag))/\(number).\(FilePath.ending(of: bytes))", .bytes(Array(bytes))))
    }

    private mutating func add(_ line: HistogramLine, _ tag: String) {
        batch.files.append(ForeignFile("histograms/\(FilePath.harmless(tag)).jsonl", .lines(line.text)))
    }

    private mutating func add(texts: [String], _ tag: String, _ step: Int64, _ at: Timestamp) {
        let line: JSONValue = ["step": .integer(step), "at": .integer(at.microseconds), "text": .string(texts.joined(separator: "\n"))]
        batch.files.append(ForeignFile("text/\(FilePath.harmless(tag)).jsonl", .lines(line.compact + "\n")))
    }
}
