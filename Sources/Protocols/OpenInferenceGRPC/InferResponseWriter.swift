import Foundation
import Serving
import Support

/// The answer to a request for predictions: outputs with their values beside them, or all values as raw bytes after the outputs.
struct InferResponseWriter {
    let endpoint: String
    let id: String
    let result: InferenceResult

    /// - Parameters:
    ///   - names: the outputs that were asked for, which have been checked; none for all.
    ///   - isRaw: whether values are raw bytes; they are all, or none is.
    func response(_ names: [String], isRaw: Bool) throws(MartletError) -> WireModelInferResponse {
        var response = WireModelInferResponse()
        response.modelName = endpoint
        response.modelVersion = String(result.model.version)
        response.id = id
        var tensors: [Tensor] = []
        for name in names.isEmpty ? result.outputNames : names { tensors.append(try result.output(name)) }
        let isRaw = isRaw || tensors.contains { $0.datatype == .fp16 || $0.datatype == .bf16 }
        for tensor in tensors {
            var output = WireModelInferResponse.InferOutputTensor()
            output.name = tensor.name
            output.datatype = tensor.datatype.rawValue
            output.shape = tensor.shape.map(Int64.init)
            if isRaw {
                response.rawOutputContents.append(Data(BinaryTensor.bytes(tensor.values, as: tensor.datatype)))
            } else {
                output.contents = WireInferTensorContents(tensor)
            }
            response.outputs.append(output)
        }
        if result.tensors != nil, let first = result.ids.first {
            response.parameters["prediction_id", default: .init()].stringParam = first.description
        }
        if let findings = result.findings {
            response.parameters["outlier_score", default: .init()].doubleParam = findings.greatestScore
            if !findings.warnings.isEmpty { response.parameters["input_warnings", default: .init()].stringParam = findings.text }
        }
        return response
    }
}

extension WireInferTensorContents {
    /// The values of a tensor in the field of its datatype.
    fileprivate init(_ tensor: Tensor) {
        self.init()
        if case .text(let texts) = tensor.values {
            bytesContents = texts.map { Data(($0 ?? "").utf8) }
            return
        }
        let bytes = BinaryTensor.bytes(tensor.values, as: tensor.datatype)
        switch tensor.datatype {
        case .bool: boolContents = bytes.map { $0 != 0 }
        case .int8: intContents = BinaryTensor.words(bytes, Int8.self).map(Int32.init)
        case .int16: intContents = BinaryTensor.words(bytes, Int16.self).map(Int32.init)
        case .int32: intContents = BinaryTensor.words(bytes, Int32.self)
        case .int64: int64Contents = BinaryTensor.words(bytes, Int64.self)
        case .uint8: uintContents = bytes.map(UInt32.init)
        case .uint16: uintContents = BinaryTensor.words(bytes, UInt16.self).map(UInt32.init)
        case .uint32: uintContents = BinaryTensor.words(bytes, UInt32.self)
        case .uint64: uint64Contents = BinaryTensor.words(bytes, UInt64.self)
        case .fp32: fp32Contents = BinaryTensor.words(bytes, UInt32.self).map(Float.init(bitPattern:))
        case .fp64: fp64Contents = BinaryTensor.words(bytes, UInt64.self).map(Double.init(bitPattern:))
        case .fp16, .bf16, .bytes: break
        }
    }
}
