package import EngineLibraries
package import Support

extension InferenceSession {
    /// Checks that the library at hand answers as Martlet expects: runs a graph that doubles its input.
    /// - Returns: the engine's version.
    /// - Throws: `engineMissing` where it is absent, too old, or answers otherwise.
    package static func selfTest(locator: EngineLocator) throws(MartletError) -> String {
        let session = try InferenceSession(locator: locator, bytes: doubling)
        let tensor = Tensor(shape: [3], values: .double([1, -2.5, 0]))
        let expected = Tensor(shape: [3], values: .double([2, -5, 0]))
        guard session.inputs == [TensorDescription(name: "x", elementType: .double, shape: [-1])], try session.run([("x", tensor)]) == [expected]
        else {
            throw MartletError(.engineMissing, "ONNX Runtime \(session.engineVersion) does not answer as expected. \(Engine.onnxruntime.howToGet)")
        }
        return session.engineVersion
    }

    /// An ONNX file by hand: IR 8, operator set 13, one node `y = Add(x, x)` on doubles of any length.
    private static var doubling: [UInt8] {
        let value: (String) -> [UInt8] = { name in
            let shape = field(2, field(1, field(2, Array("n".utf8))))
            return field(1, Array(name.utf8)) + field(2, field(1, [0x08, 11] + shape))
        }
        let node = field(1, Array("x".utf8)) + field(1, Array("x".utf8)) + field(2, Array("y".utf8)) + field(4, Array("Add".utf8))
        let graph = field(1, node) + field(2, Array("g".utf8)) + field(11, value("x")) + field(12, value("y"))
        return [0x08, 8] + field(7, graph) + field(8, [0x10, 13])
    }

    /// A length-delimited field of a protocol buffer, shorter than 128 bytes.
    private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(truncatingIfNeeded: bytes.count)] + bytes }
}
