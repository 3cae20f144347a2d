extension JSONValue {
    /// Reads JSON text (RFC 8259). Refuses `NaN`, trailing text, lone surrogates and nesting deeper than 512.
    /// - Throws: `invalidInput` with the byte at which reading stopped.
    package init(parsing text: String) throws(MartletError) { self = try JSONValue(parsing: Array(text.utf8)) }

    /// Reads UTF-8 JSON.
    /// - Parameter capacity: how many values are taken at most, a list or an object counting as four: what bounds the memory, since a value takes
    ///   many times the bytes that it is written in.
    /// - Parameter takesNaN: whether the bare words `NaN`, `Infinity` and `-Infinity` are numbers, as Python writes them.
    /// - Throws: `invalidInput`; `tooLarge` where there are more values.
    package init(parsing bytes: [UInt8], capacity: Int = .max, takesNaN: Bool = false) throws(MartletError) {
        var reader = JSONReader(bytes: bytes, capacity: capacity, takesNaN: takesNaN)
        self = try reader.document()
    }
}
