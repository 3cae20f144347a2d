import Support

/// Spans as a message of OTLP (`opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`), in protocol buffers. The numbers of the fields are
/// those of the published messages.
enum SpanMessage {
    /// - Parameters:
    ///   - service: the name of what sends them.
    ///   - version: of the program.
    static func bytes(_ spans: [Span], service: String, version: String) -> [UInt8] {
        var scope = ProtocolBuffer()
        scope.field(1, text: "martlet")
        scope.field(2, text: version)
        var scoped = ProtocolBuffer()
        scoped.field(1, scope)
        for span in spans { scoped.field(2, message(span)) }
        var resource = ProtocolBuffer()
        for (name, value) in [
            ("service.name", service), ("service.version", version), ("telemetry.sdk.name", "martlet"), ("telemetry.sdk.language", "swift"),
        ] {
            resource.field(1, attribute(name, .text(value)))
        }
        var all = ProtocolBuffer()
        all.field(1, resource)
        all.field(2, scoped)
        var request = ProtocolBuffer()
        request.field(1, all)
        return request.bytes
    }

    private static func message(_ span: Span) -> ProtocolBuffer {
        var out = ProtocolBuffer()
        out.field(1, bytes: bigEndian(span.trace.high) + bigEndian(span.trace.low))
        out.field(2, bytes: bigEndian(span.number))
        if let parent = span.parent { out.field(4, bytes: bigEndian(parent)) }
        out.field(5, text: span.name)
        out.field(6, number: span.kind.rawValue)
        out.field(7, fixed: span.start)
        out.field(8, fixed: span.end)
        for (name, value) in span.attributes { out.field(9, attribute(name, value)) }
        if span.failure != nil {
            var status = ProtocolBuffer()
            status.field(3, number: 2)
            out.field(15, status)
        }
        return out
    }

    private static func attribute(_ name: String, _ value: Span.Value) -> ProtocolBuffer {
        var any = ProtocolBuffer()
        switch value {
        case .text(let text): any.field(1, text: text)
        case .number(let number): any.field(3, number: UInt64(bitPattern: Int64(number)))
        }
        var out = ProtocolBuffer()
        out.field(1, text: name)
        out.field(2, any)
        return out
    }

    private static func bigEndian(_ word: UInt64) -> [UInt8] { withUnsafeBytes(of: word.bigEndian) { Array($0) } }
}

/// The fields of a message, one after the other.
private struct ProtocolBuffer {
    private(set) var bytes: [UInt8] = []

    mutating func field(_ number: UInt64, number value: UInt64) {
        append(number << 3)
        append(value)
    }

    mutating func field(_ number: UInt64, fixed value: UInt64) {
        append(number << 3 | 1)
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    mutating func field(_ number: UInt64, bytes content: [UInt8]) {
        append(number << 3 | 2)
        append(UInt64(content.count))
        bytes += content
    }

    mutating func field(_ number: UInt64, text: String) { field(number, bytes: Array(text.utf8)) }

    mutating func field(_ number: UInt64, _ message: ProtocolBuffer) { field(number, bytes: message.bytes) }

    /// Seven bits a byte, the lowest first.
    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
