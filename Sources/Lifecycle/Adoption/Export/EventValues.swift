import Experiments

/// The messages of `Summary.Value` that are written.
extension EventFileWriter {
    /// Says which part of TensorBoard shows the tag.
    static func addMetadata(_ plugin: String, to value: inout WireWriter, content: (inout WireWriter) -> Void = { _ in }) {
        value.message(9) { metadata in
            metadata.message(1) { data in
                data.text(1, plugin)
                data.message(2, content)
            }
        }
    }

    /// An entry of a map from names to values: numbers and truth values as such, the rest as texts.
    static func add(_ parameter: KeyValue, to info: inout WireWriter) {
        info.message(1) { entry in
            entry.text(1, parameter.key)
            entry.message(2) { value in
                switch parameter.value {
                case "true", "True": value.integer(4, 1)
                case "false", "False": value.integer(4, 0)
                case let text:
                    if let number = Double(text), number.isFinite { value.double(2, number) } else { value.text(3, text) }
                }
            }
        }
    }

    static func add(image bytes: [UInt8], to value: inout WireWriter) {
        let size = { (at: Int) in
            bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) && bytes.count >= 24 ? bytes[at..<(at + 4)].reduce(Int64(0)) { $0 << 8 | Int64($1) } : 0
        }
        value.message(4) { image in
            image.integer(1, size(20))
            image.integer(2, size(16))
            image.integer(3, 4)
            image.content(4, bytes)
        }
    }

    static func add(text: String, to value: inout WireWriter) {
        addMetadata("text", to: &value)
        value.message(8) { tensor in
            tensor.integer(1, 7)
            tensor.message(2) { shape in shape.message(2) { $0.integer(1, 1) } }
            tensor.text(8, text)
        }
    }

    /// A histogram; where its sums are not known they are those of values in the middle of their buckets.
    static func add(_ histogram: HistogramLine, to value: inout WireWriter) {
        let middles = histogram.counts.indices.map { (histogram.edges[$0] + histogram.edges[$0 + 1]) / 2 }
        let sum = histogram.sum ?? zip(middles, histogram.counts).reduce(0) { $0 + $1.0 * $1.1 }
        let squares = histogram.sumOfSquares ?? zip(middles, histogram.counts).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
        value.message(5) { message in
            message.double(1, histogram.edges.first ?? 0)
            message.double(2, histogram.edges.last ?? 0)
            message.double(3, histogram.counts.reduce(0, +))
            message.double(4, sum)
            message.double(5, squares)
            message.doubles(6, Array(histogram.edges.dropFirst()))
            message.doubles(7, histogram.counts)
        }
    }
}
