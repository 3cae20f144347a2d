import EngineHeaders

/// The texts of a dictionary in the form in which DuckDB's vectors hold them. Long ones point into memory that lives as long as this object; the
/// engine copies them when a chunk is appended.
final class StoredTexts {
    /// One a dictionary entry.
    let forms: [martlet_duckdb_string]
    private let memory: UnsafeMutableBufferPointer<UInt8>

    init(_ dictionary: [String]) {
        let inside = 12
        let long = dictionary.lazy.map(\.utf8.count).filter { $0 > inside }
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: long.reduce(0, +))
        var used = 0
        forms = dictionary.map { text in
            let bytes = Array(text.utf8)
            var form = martlet_duckdb_string()
            form.length = UInt32(truncatingIfNeeded: bytes.count)
            withUnsafeMutableBytes(of: &form) { $0[4...].copyBytes(from: bytes.prefix(bytes.count > inside ? 4 : inside)) }
            guard bytes.count > inside else { return form }
            for byte in bytes {
                memory.initializeElement(at: used, to: byte)
                used += 1
            }
            form.tail.pointer = memory.baseAddress.map { UnsafeRawPointer($0 + used - bytes.count).assumingMemoryBound(to: CChar.self) }
            return form
        }
        self.memory = memory
    }

    deinit { memory.deallocate() }
}
