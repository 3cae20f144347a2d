/// Follows the bytes of a delimited file from row to row: which line ends stand outside quotes, and the same bytes with all of those alike.
///
/// A quote opens at the start of a field only, as the engine sees it. A quote that never closes leaves the rest as it is, so that the engine
/// still finds it.
struct LineEnds {
    /// How lines end.
    struct Kinds: OptionSet, Sendable {
        let rawValue: Int
        static let lineFeed = Kinds(rawValue: 1)
        static let carriageReturn = Kinds(rawValue: 2)
        /// Both, as on Windows.
        static let pair = Kinds(rawValue: 4)

        /// Whether lines end in more than one way.
        var areMixed: Bool { rawValue & (rawValue - 1) != 0 }
    }

    private enum Position { case fieldStart, field, quoted, escaped, quoteInQuoted }

    /// The kinds found so far.
    private(set) var kinds: Kinds = []
    private var position = Position.fieldStart
    /// Whether the last byte was a carriage return outside quotes.
    private var followsReturn = false
    private let quote: UInt8?
    /// What makes the next byte of a quoted field plain text, where that is not the quote itself.
    private let escape: UInt8?
    /// Which bytes separate fields.
    private let separates: [Bool]

    init(_ plan: SourcePlan) {
        let quote = (plan.quote ?? "\"").utf8.first
        self.quote = quote
        escape = plan.escape?.utf8.first.flatMap { $0 == quote ? nil : $0 }
        let delimiters = Set((plan.delimiter ?? ",;\t|").utf8)
        separates = (0...255).map(delimiters.contains)
    }

    /// Looks at the next bytes of the file.
    mutating func pass(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes { _ = step(byte) }
    }

    /// Looks at the next bytes of the file and appends them, every line end outside quotes as a line feed.
    mutating func pass(_ bytes: UnsafeRawBufferPointer, into output: inout [UInt8]) {
        for byte in bytes {
            let (endsLine, isKept) = step(byte)
            if endsLine { output.append(0x0A) }
            if isKept { output.append(byte) }
        }
    }

    /// The end of the file: a carriage return may be its last byte.
    mutating func finish() {
        if followsReturn { kinds.insert(.carriageReturn) }
        followsReturn = false
    }

    /// - Returns: whether a line ends here, and whether the byte itself belongs to a field or separates two.
    private mutating func step(_ byte: UInt8) -> (endsLine: Bool, isKept: Bool) {
        if position == .quoted || position == .escaped { return inQuotes(byte) }
        if position == .quoteInQuoted {
            guard byte != quote else { return inQuotes(byte) }
            position = .field
        }
        guard byte == 0x0A || byte == 0x0D else {
            finish()
            return inField(byte)
        }
        defer { position = .fieldStart }
        if byte == 0x0A, followsReturn {
            kinds.insert(.pair)
            followsReturn = false
            return (false, false)
        }
        finish()
        if byte == 0x0D { followsReturn = true } else { kinds.insert(.lineFeed) }
        return (true, false)
    }

    private mutating func inQuotes(_ byte: UInt8) -> (endsLine: Bool, isKept: Bool) {
        if position == .quoted, byte == quote {
            position = .quoteInQuoted
        } else {
            position = position == .quoted && byte == escape ? .escaped : .quoted
        }
        return (false, true)
    }

    private mutating func inField(_ byte: UInt8) -> (endsLine: Bool, isKept: Bool) {
        if position == .fieldStart, byte == quote {
            position = .quoted
        } else if separates[Int(byte)] {
            position = .fieldStart
        } else if byte != 0x20 {
            position = .field
        }
        return (false, true)
    }
}
