import Serving
import Support
import Tables
import Testing

@Suite("A request") struct RequestCheckTests {
    private func table(_ inputs: [Tensor], key: String? = nil) throws(MartletError) -> (table: Table, keys: TextValues?) {
        try RequestCheck(signature: FakeModel.contract, key: "person_id").table(InferenceRequest(inputs: inputs, key: key))
    }

    private func message(_ change: (inout [Tensor]) -> Void, key: String? = nil, rows: Int = 1) -> String {
        var inputs = validInputs(rows: rows)
        change(&inputs)
        do { _ = try table(inputs, key: key) } catch { return error.code == .invalidInput ? error.message : "\(error.code)" }
        return "accepted"
    }

    @Test("that fits becomes the table of the signature, in its order") func valid() throws {
        let (table, keys) = try table(validInputs(rows: 2).reversed())
        #expect(table.names == ["age", "count", "year", "town", "job", "member", "seen"])
        #expect(table.columns.map(\.kind) == [.number, .integer, .integer, .text, .text, .boolean, .timestamp])
        #expect(table["count"]?.numbers == [0, 1])
        #expect(table["seen"]?.numbers == [1_795_469_760, 1_795_469_760])
        #expect(keys == nil)
    }

    @Test("may leave out what the model can do without: NaN, null and empty text") func missing() throws {
        var inputs = validInputs(rows: 3)
        inputs[1].values = .numbers([.nan, 1, 2])
        inputs[3].values = .text([nil, "", "Ulm"])
        inputs[6].values = .text([nil, "", "2026-11-23"])
        let (table, _) = try table(inputs)
        #expect(table.columns.map(\.missingCount) == [0, 1, 0, 2, 0, 0, 2])
    }

    @Test("may send other numeric types whose values fit") func otherTypes() throws {
        var inputs = validInputs()
        inputs[0] = Tensor(name: "age", datatype: .uint8, shape: [1], values: .integers([39]))
        inputs[2] = Tensor(name: "year", datatype: .fp32, shape: [1], values: .numbers([1999]))
        inputs[5] = Tensor(name: "member", datatype: .int32, shape: [1], values: .integers([0]))
        let (table, _) = try table(inputs)
        #expect(table["age"]?.numbers == [39])
        #expect(table["year"]?.numbers == [1999])
        #expect(table["member"]?.numbers == [0])
    }

    @Test("carries the caller's keys as an input, as text or numbers, or for one row as a parameter") func keys() throws {
        let rows = validInputs(rows: 2)
        let text = Tensor(name: "person_id", datatype: .bytes, shape: [2], values: .text(["a", nil]))
        #expect(try table(rows + [text]).keys.map { [$0[0], $0[1]] } == ["a", nil])
        let numbers = Tensor(name: "person_id", datatype: .int64, shape: [2, 1], values: .integers([9_007_199_254_740_993, -1]))
        #expect(try table(rows + [numbers]).keys.map { [$0[0], $0[1]] } == ["9007199254740993", "-1"])
        let id = Tensor(name: "id", datatype: .bytes, shape: [2], values: .text(["x", "y"]))
        #expect(try table(rows + [id]).keys?[1] == "y")
        #expect(try table(validInputs(), key: "k").keys?[0] == "k")
    }

    @Test("is refused with the input's name and the reason") func refusals() {
        let cases: [(String, (inout [Tensor]) -> Void)] = [
            ("Input “agee” is not known. Did you mean “age”? The model takes: age, count, year, town, job, member, seen.", { $0[0].name = "agee" }),
            ("Input “age” is absent. The model takes: age, count, year, town, job, member, seen.", { $0.remove(at: 0) }),
            (
                "Input “count” is absent. Where its values are not known, send null. The model takes: age, count, year, town, job, member, seen.",
                { $0.remove(at: 1) }
            ),
            ("Input “age” is there twice. Send it once.", { $0.append($0[0]) }),
            ("Input “age” has shape [1, 2]; it must be [N] or [N, 1], one value a row.", { $0[0].shape = [1, 2] }),
            ("Input “age” has shape []; it must be [N] or [N, 1], one value a row.", { $0[0].shape = [] }),
            ("Input “age” has shape [-1]; a dimension cannot be negative.", { $0[0].shape = [-1] }),
            ("Input “age” has shape [4611686018427387904], which is too large.", { $0[0].shape = [1 << 62] }),
            ("Input “age” has no rows. Send at least one.", { $0[0].shape = [0] }),
            ("Input “age” has 65537 rows; a request may have 65536. Send several.", { $0[0].shape = [65_537] }),
            ("Input “age” has 1 values; its shape [2] asks for 2.", { $0[0].shape = [2] }),
            (
                "Input “count” has 2 rows, but “age” has 1. All must have the same number.",
                { ($0[1].shape, $0[1].values) = ([2], .numbers([1, 2])) }
            ),
            ("Input “age” has datatype BYTES; it must be FP64.", { ($0[0].datatype, $0[0].values) = (.bytes, .text(["39"])) }),
            ("Input “job” has datatype FP64; it must be BYTES.", { ($0[4].datatype, $0[4].values) = (.fp64, .numbers([1])) }),
            ("Input “age” in row 0 (counted from 0) has no value, and the model cannot do without one.", { $0[0].values = .numbers([.nan]) }),
            ("Input “job” in row 0 (counted from 0) has no value, and the model cannot do without one.", { $0[4].values = .text([""]) }),
            ("Input “job” in row 0 (counted from 0) has no value, and the model cannot do without one.", { $0[4].values = .text([nil]) }),
            ("Input “age” in row 0 (counted from 0) is infinite.", { $0[0].values = .numbers([-.infinity]) }),
            ("Input “count” in row 0 (counted from 0) is 1.5; it must be a whole number.", { $0[1].values = .numbers([1.5]) }),
            ("Input “count” in row 0 (counted from 0) is 1e+300; whole numbers may reach 2^53.", { $0[1].values = .numbers([1e300]) }),
            (
                "Input “year” in row 0 (counted from 0) is 9223372036854775807; whole numbers may reach 2^53.",
                { $0[2].values = .integers([.max]) }
            ),
            ("Input “member” in row 0 (counted from 0) is 2; it must be true or false (1 or 0).", { $0[5].values = .integers([2]) }),
            (
                "Input “seen” in row 0 (counted from 0) is “yesterday”; it must be a time as in 2026-11-23T21:36:00Z.",
                { $0[6].values = .text(["yesterday"]) }
            ),
        ]
        for (expected, change) in cases { #expect(message(change) == expected) }
        #expect(
            message({ _ in }, key: "k", rows: 2)
                == "A key as a parameter names one row; this request has 2. Send the keys as an input “person_id”.")
    }
}
