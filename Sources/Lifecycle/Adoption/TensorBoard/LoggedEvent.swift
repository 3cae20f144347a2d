import Support

/// One event of an event file, as far as runs are made of it. The numbers of fields are those of TensorFlow's `event.proto` and `summary.proto`.
struct LoggedEvent {
    /// Seconds since 1970.
    var wallTime = 0.0
    var step: Int64 = 0
    /// Whether the program began anew at this step.
    var isRestart = false
    var hasGraph = false
    var summary: WireReader?

    init(_ bytes: UnsafeRawBufferPointer) throws(MartletError) {
        var message = WireReader(bytes)
        var field = WireReader.Field()
        while try message.next(&field) {
            switch field.number {
            case 1: wallTime = field.double
            case 2: step = field.integer
            case 4: hasGraph = true
            case 5: summary = field.reader
            case 7: isRestart = try LoggedEvent.isStart(field.reader)
            default: break
            }
        }
    }

    private static func isStart(_ session: WireReader) throws(MartletError) -> Bool {
        var session = session
        var field = WireReader.Field()
        while try session.next(&field) { if field.number == 1 { return field.bits == 1 } }
        return false
    }
}

/// One value of a summary.
struct SummaryValue {
    enum Content {
        case scalar(Double)
        case image(WireReader)
        case histogram(WireReader)
        case audio(WireReader)
        case tensor(WireReader)
        case none
    }

    var tag = ""
    var content = Content.none
    var metadata: SummaryMetadata?

    init(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        while try message.next(&field) {
            switch field.number {
            case 1: tag = field.text
            case 2: content = .scalar(field.float)
            case 4: content = .image(field.reader)
            case 5: content = .histogram(field.reader)
            case 6: content = .audio(field.reader)
            case 8: content = .tensor(field.reader)
            case 9: metadata = try SummaryMetadata(field.reader)
            default: break
            }
        }
    }
}

/// What the first value of a tag says about all of them.
struct SummaryMetadata {
    /// The part of TensorBoard that shows the tag: `scalars`, `images`, `text`, `hparams`, ...
    var plugin = ""
    var content = UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ message: WireReader) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        var dataClass: UInt64 = 0
        while try message.next(&field) {
            if field.number == 4 { dataClass = field.bits }
            guard field.number == 1 else { continue }
            var inner = field.reader
            var part = WireReader.Field()
            while try inner.next(&part) {
                if part.number == 1 { plugin = part.text }
                if part.number == 2 { content = part.content }
            }
        }
        if plugin.isEmpty, dataClass == 1 { plugin = "scalars" }
    }
}
