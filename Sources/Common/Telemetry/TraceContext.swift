import Support

/// Where in a trace something happens, as W3C Trace Context tells it from one program to the next.
package struct TraceContext: Sendable, Equatable {
    /// 16 bytes, not all zero.
    package var trace: (high: UInt64, low: UInt64)
    /// Not zero.
    package var span: UInt64
    /// Whether it is kept, decided by who began the trace.
    package var isSampled: Bool

    package init(trace: (high: UInt64, low: UInt64), span: UInt64, isSampled: Bool) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    package static func == (a: TraceContext, b: TraceContext) -> Bool { a.trace == b.trace && a.span == b.span && a.isSampled == b.isSampled }

    /// Reads `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`; of a version to come its first four parts.
    /// - Returns: nil for anything else, which is then as if nothing had been sent.
    package init?(traceparent text: String) {
        guard text.utf8.count >= 55, text.utf8.count <= 512 else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0].utf8.count == 2, parts[1].utf8.count == 32, parts[2].utf8.count == 16, parts[3].utf8.count == 2,
            let version = TraceContext.hex(parts[0]), version != 0xFF, version != 0 || parts.count == 4,
            let high = TraceContext.hex(parts[1].prefix(16)), let low = TraceContext.hex(parts[1].suffix(16)), high | low != 0,
            let span = TraceContext.hex(parts[2]), span != 0, let flags = TraceContext.hex(parts[3])
        else { return nil }
        self.init(trace: (high, low), span: span, isSampled: flags & 1 == 1)
    }

    /// The 32 digits of the trace.
    package var traceID: String { TraceContext.digits(trace.high) + TraceContext.digits(trace.low) }

    /// Small letters only, as the standard has it.
    private static func hex(_ text: some StringProtocol) -> UInt64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else { return nil }
        return UInt64(text, radix: 16)
    }

    private static func digits(_ word: UInt64) -> String {
        let text = String(word, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }
}
