import Experiments
import Support

/// Reads what TensorBoard's part for hyperparameters keeps beside a tag: the values that a run began with, and how it ended. The numbers of fields
/// are those of its `plugin_data.proto`.
enum HyperparameterReader {
    static func read(_ content: UnsafeRawBufferPointer, into batch: inout ForeignBatch) throws(MartletError) {
        var message = WireReader(content)
        var field = WireReader.Field()
        while try message.next(&field) {
            switch field.number {
            case 3: try readStart(field.reader, into: &batch)
            case 4: try readEnd(field.reader, into: &batch)
            default: break
            }
        }
    }

    private static func readStart(_ message: WireReader, into batch: inout ForeignBatch) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        while try message.next(&field) {
            if field.number == 1, let parameter = try parameter(field.reader) { batch.parameters.append(parameter) }
            if field.number == 4, !field.content.isEmpty { batch.tags.append(KeyValue("tensorboard.hparams.group", field.text)) }
        }
    }

    private static func readEnd(_ message: WireReader, into batch: inout ForeignBatch) throws(MartletError) {
        var message = message
        var field = WireReader.Field()
        while try message.next(&field) {
            if field.number == 1 { batch.status = [1: .finished, 2: .failed, 3: .running][field.bits] }
            if field.number == 2, field.double > 0 { batch.ended = Timestamp(seconds: field.double) }
        }
    }

    /// An entry of a map from names to values of any kind.
    private static func parameter(_ entry: WireReader) throws(MartletError) -> KeyValue? {
        var entry = entry
        var field = WireReader.Field()
        var name = ""
        var value: String?
        while try entry.next(&field) {
            if field.number == 1 { name = field.text }
            if field.number == 2 { value = try text(field.reader) }
        }
        return value.map { KeyValue(name, $0) }
    }

    private static func text(_ value: WireReader) throws(MartletError) -> String? {
        var value = value
        var field = WireReader.Field()
        var text: String?
        while try value.next(&field) {
            switch field.number {
            case 2: text = number(field.double)
            case 3: text = field.text
            case 4: text = field.bits == 0 ? "false" : "true"
            default: break
            }
        }
        return text
    }

    /// A number as whoever wrote it would: whole ones without a point.
    static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
}
