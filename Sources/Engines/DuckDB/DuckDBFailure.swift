import Support

/// DuckDB's error texts as our errors.
enum DuckDBFailure {
    /// The error of a statement that failed.
    static func statement(_ sql: String, _ reason: String?) -> MartletError {
        error("DuckDB could not run “\(excerpt(sql))”.", reason)
    }

    /// An error with the engine's text as its cause, and a code by what the text says happened.
    static func error(_ message: String, _ reason: String?) -> MartletError {
        let cause = reason.map(withoutNoise)
        let text = cause ?? ""
        if text.hasPrefix("INTERRUPT") { return MartletError(.cancelled, "The statement was interrupted.", cause: cause) }
        if text.contains("No space left on device") {
            return MartletError(.storageFull, "The disk is full. Free some space and run the command again.", cause: cause)
        }
        if text.hasPrefix("Out of Memory") {
            return MartletError(
                .invalidInput, "\(message) It needs more memory than the limit allows: raise the limit or work on less data.", cause: cause)
        }
        if text.hasPrefix("INTERNAL") || text.hasPrefix("FATAL") { return MartletError(.defect, message, cause: cause) }
        return MartletError(.invalidInput, "\(message) Correct the statement or the data that it reads.", cause: cause)
    }

    /// The text without the quoted statement, the lists of possible fixes and the dump of reader settings.
    static func withoutNoise(_ text: String) -> String {
        var kept = text[...]
        for mark in ["\n\nLINE ", "\nPossible fixes:", "\nPossible Solution", "\n\n  file", "\n  file =", "\nStack Trace"] {
            if let range = kept.firstRange(of: mark) { kept = kept[..<range.lowerBound] }
        }
        let end = kept.lastIndex { !$0.isWhitespace }
        return end.map { String(kept[...$0]) } ?? ""
    }

    /// The first 100 characters of a statement on one line.
    private static func excerpt(_ sql: String) -> String {
        let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count > 100 ? line.prefix(99) + "…" : line
    }
}
