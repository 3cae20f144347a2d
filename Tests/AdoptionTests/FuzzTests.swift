import Adoption
import Foundation
import Support
import TestSupport
import Testing

/// Readers of bytes that strangers wrote. What is bent are the messages inside: framed anew, so that no checksum keeps them away from what reads them.
@Suite("Bent files of other tools") struct FuzzTests {
    private func read(_ store: any ForeignStore) throws {
        _ = try store.experiments()
        try store.eachRun { (run) throws(MartletError) in try store.read(run, after: "") { (_) throws(MartletError) in } }
        try store.eachLoggedModel { (_) throws(MartletError) in }
    }

    @Test("event files end well or in an error of bounded length") func events() throws {
        let folder = try TemporaryFolder()
        let first = Frames.record(Message.event(time: 1, fields: Message.text(3, "brain.Event:2")))
        let corpus = [
            Message.scalar("loss", 0.5), Message.tensor("loss", plugin: "scalars", numbers: [0.5]),
            Message.tensor("w", plugin: "histograms", numbers: [0, 1, 2, 1, 2, 3]), Message.tensor("t", plugin: "text", text: "hello"),
            Message.tensor("i", plugin: "images", text: "1"), Message.histogram("w", [0, 1, 2], [1, 2, 3]), Message.restart(3),
        ]
        var fuzz = Fuzz("event files", corpus: corpus)
        let findings = fuzz.run(share: 0.5) { input in
            try folder.write("logs/events.out.tfevents.1", Data(first + Frames.record(input)))
            try read(TensorBoardFolder(folder.path("logs")))
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("event files whose frames are bent too") func frames() throws {
        let folder = try TemporaryFolder()
        let file = Frames.record(Message.event(time: 1, fields: Message.text(3, "brain.Event:2"))) + Frames.record(Message.scalar("loss", 1))
        var fuzz = Fuzz("frames of event files", corpus: [file, file + file])
        let findings = fuzz.run(share: 0.5) { input in
            try folder.write("logs/events.out.tfevents.1", Data(input))
            try read(TensorBoardFolder(folder.path("logs")))
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("W&B's files") func wandb() throws {
        let folder = try TemporaryFolder()
        let run = Message.message(17, Message.text(1, "abc") + Message.text(3, "churn") + Message.message(17, [0x08, 0x64]))
        let item = { (key: String, json: String) in Message.message(1, Message.text(2, key) + Message.text(16, json)) }
        let corpus = [
            Message.message(2, item("loss", "0.5") + item("_step", "3") + item("_timestamp", "1.7e9")),
            Message.message(2, item("h._type", "\"histogram\"") + item("h.bins", "[0,1]") + item("h.values", "[1]")),
            Message.message(3, item("best", "NaN")), Message.message(5, item("a", "{\"b\":[1,2]}")),
            Message.message(7, Message.message(2, [0x08, 0x01]) + Message.message(3, Message.text(1, "cpu") + Message.text(16, "3"))),
            Message.message(18, [0x08, 0x01]), run,
        ]
        var fuzz = Fuzz("W&B files", corpus: corpus, tokens: ["_type", "histogram", "1e400", "-Infinity"])
        let findings = fuzz.run(share: 0.5) { input in
            try folder.write("w/run-1-abc/run-abc.wandb", Data(Frames.log([run, input])))
            try read(WandBFolder(folder.path("w")))
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }

    @Test("MLflow's folders") func mlflow() throws {
        let folder = try TemporaryFolder()
        try folder.write("mlruns/1/meta.yaml", "experiment_id: '1'\nname: e\n")
        let meta = "run_id: abc\nrun_name: first\nstart_time: 1795823318979\nend_time: 1795823319004\nstatus: 3\nlifecycle_stage: active\n"
        var fuzz = Fuzz(
            "folders of MLflow", corpus: [meta, "1795823318983 1.0 0\n1795823318984 nan 1 data digest\n"], tokens: ["inf", "run_id", "9e999"])
        let findings = fuzz.run(share: 0.3) { input in
            try folder.write("mlruns/1/abc/meta.yaml", meta)
            try folder.write("mlruns/1/abc/metrics/loss", Data(input))
            try folder.write("mlruns/1/def/meta.yaml", Data(input))
            try read(MLflowFolder(folder.path("mlruns")))
        }
        #expect(findings.isEmpty, "\(findings.joined(separator: "\n"))")
    }
}

/// Messages as the tools write them.
private enum Message {
    static func varint(_ value: Int) -> [UInt8] { value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + varint(value >> 7) }

    static func message(_ field: Int, _ content: [UInt8]) -> [UInt8] { varint(field << 3 | 2) + varint(content.count) + content }

    static func text(_ field: Int, _ text: String) -> [UInt8] { message(field, Array(text.utf8)) }

    static func double(_ field: Int, _ value: Double) -> [UInt8] { varint(field << 3 | 1) + bytes(value.bitPattern) }

    static func float(_ field: Int, _ value: Float) -> [UInt8] { varint(field << 3 | 5) + bytes(value.bitPattern) }

    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

    static func event(time: Double, step: Int = 0, fields: [UInt8]) -> [UInt8] { double(1, time) + [0x10] + varint(step) + fields }

    static func value(_ tag: String, _ content: [UInt8]) -> [UInt8] {
        event(time: 2, step: 1, fields: message(5, message(1, text(1, tag) + content)))
    }

    static func scalar(_ tag: String, _ number: Float) -> [UInt8] { value(tag, float(2, number)) }

    static func tensor(_ tag: String, plugin: String, numbers: [Float] = [], text: String? = nil) -> [UInt8] {
        let shape = message(2, message(2, [0x08] + varint(max(1, numbers.count))))
        let content = text.map { [0x08, 7] + shape + Message.text(8, $0) + Message.text(8, "1") + Message.text(8, $0) }
        let tensor = content ?? [0x08, 1] + shape + message(5, numbers.flatMap { bytes($0.bitPattern) })
        return value(tag, message(8, tensor) + message(9, message(1, Message.text(1, plugin))))
    }

    static func histogram(_ tag: String, _ limits: [Double], _ counts: [Double]) -> [UInt8] {
        let packed = { (field: Int, values: [Double]) in message(field, values.flatMap { bytes($0.bitPattern) }) }
        return value(tag, message(5, double(1, -1) + double(2, 3) + double(3, 6) + packed(6, limits) + packed(7, counts)))
    }

    static func restart(_ step: Int) -> [UInt8] { event(time: 3, step: step, fields: message(7, [0x08, 1])) }
}

/// The frames around them, with checksums made bit by bit.
private enum Frames {
    static func sum(_ bytes: [UInt8], _ polynomial: UInt32) -> UInt32 {
        var crc: UInt32 = ~0
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ polynomial : crc >> 1 }
        }
        return ~crc
    }

    static func record(_ bytes: [UInt8]) -> [UInt8] {
        let length = Message.bytes(UInt64(bytes.count))
        return length + masked(length) + bytes + masked(bytes)
    }

    private static func masked(_ bytes: [UInt8]) -> [UInt8] {
        let crc = sum(bytes, 0x82F6_3B78)
        return Message.bytes((crc >> 15 | crc << 17) &+ 0xA282_EAD8)
    }

    /// A `.wandb` file of records, split at the borders of blocks.
    static func log(_ records: [[UInt8]]) -> [UInt8] {
        var file: [UInt8] = [0x3A, 0x57, 0x26, 0x42, 0xE1, 0xBE, 0]
        for record in records {
            var rest = record[...]
            var isFirst = true
            repeat {
                var left = 32_768 - file.count % 32_768
                if left < 7 {
                    file += [UInt8](repeating: 0, count: left)
                    left = 32_768
                }
                let piece = Array(rest.prefix(left - 7))
                rest = rest.dropFirst(piece.count)
                let type: UInt8 = isFirst ? (rest.isEmpty ? 1 : 2) : (rest.isEmpty ? 4 : 3)
                file += Message.bytes(sum([type] + piece, 0xEDB8_8320)) + Message.bytes(UInt16(piece.count)) + [type] + piece
                isFirst = false
            } while !rest.isEmpty
        }
        return file
    }
}
